import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { readMessages, searchMessages } from '../../staff/appointments/messages.ts';
import { type AuthorizeDeps, adminRoute, requireRoleIn } from '../authorize.ts';
import { authorityParam, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';
import { messageSchema, messageStatus, toMessageBody } from '../schemas/appointment.ts';
import { phoneInBody, readPhone } from '../schemas/text.ts';

/** `GET /v1/authorities/{authority}/messages`. */
export function messagesRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & KeyringAccess & CurrentTime): void {
  const list = adminRoute(requireRoleIn(deps, 'viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/messages',
    tags: ['Messages'],
    summary: 'List messages',
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
    return c.json(toPage(messages, rowId, toMessageBody, limit), 200);
  });
}

/** `POST /v1/authorities/{authority}/messages/search`. */
export function messagesSearchRoutes(
  routes: OpenAPIHono<HttpEnv>,
  deps: AuthorizeDeps & KeyringAccess & CurrentTime,
): void {
  const search = adminRoute(requireRoleIn(deps, 'operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/messages/search',
    tags: ['Messages'],
    summary: 'Find the messages to a number',
    description: 'Every search is audited.',
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
    return c.json(toPage(messages, rowId, toMessageBody, limit), 200);
  });
}
