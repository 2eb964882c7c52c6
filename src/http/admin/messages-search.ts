import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { searchMessages } from '../../staff/appointments/messages.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, toPage } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { messageSchema, toMessageBody } from '../schemas/appointment.ts';
import { phoneInBody, readPhone } from '../schemas/phone.ts';

/** `POST /v1/authorities/{authority}/messages/search`. */
export function messagesSearchRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const search = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/messages/search',
    tags: ['Messages'],
    summary: 'Find the messages to a number',
    description: 'Every search is audited.',
    security: bearer,
    middleware: requireRoleIn(deps, 'operator'),
    request: {
      params: z.object({ authority: authorityParam }),
      body: jsonBody(listQuery.extend({ phone: phoneInBody })),
    },
    responses: { 200: json(listBody(messageSchema), 'Newest first'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(search, async (c) => {
    const { phone, cursor, limit } = c.req.valid('json');
    const wanted = { phone: readPhone(phone), before: readCursor(cursor), limit: limit + 1 };
    const reader = c.var.actor;
    const messages = await searchMessages(deps, reader, c.req.valid('param').authority, wanted, deps.now());
    return c.json(
      toPage(messages, ({ id }) => id, toMessageBody, limit),
      200,
    );
  });
  return routes;
}
