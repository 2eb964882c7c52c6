import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { readMessages } from '../../staff/appointments/messages.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, toPage } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { messageSchema, messageStatus, toMessageBody } from '../schemas/appointment.ts';

/** `GET /v1/authorities/{authority}/messages`. */
export function messagesRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/messages',
    tags: ['Messages'],
    summary: 'List messages',
    security: bearer,
    middleware: requireRoleIn(deps, 'viewer'),
    request: {
      params: z.object({ authority: authorityParam }),
      query: listQuery.extend({ status: messageStatus.optional() }),
    },
    responses: { 200: json(listBody(messageSchema), 'Newest first'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { status, cursor, limit } = c.req.valid('query');
    const page = { status, before: readCursor(cursor), limit: limit + 1 };
    const reader = c.var.actor;
    const messages = await readMessages(deps, reader, c.req.valid('param').authority, page, deps.now());
    return c.json(
      toPage(messages, ({ id }) => id, toMessageBody, limit),
      200,
    );
  });
  return routes;
}
