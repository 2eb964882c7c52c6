import type { IdPage } from '../../domain/ids.ts';
import { readMessages, searchMessages } from '../../staff/appointments/messages.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, json, jsonBody, problems } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import { messageSchema, messageStatus, toMessageBody } from '../schemas/appointment.ts';
import { phoneInBody, readPhone } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

/** The routes of the messages of an authority. */
export const messageRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/messages',
    tags: ['Messages'],
    summary: 'List messages',
    request: {
      params: authorityParams,
      query: listQuery.extend({ status: messageStatus.optional() }),
    },
    responses: { 200: json(listBody(messageSchema), 'Newest first'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const { status, ...query } = c.req.valid('query');
    const read = ({ after: before, limit }: IdPage) =>
      readMessages(deps, c.var.actor, authority, { status, before, limit }, deps.now());
    return c.json(await readPage(query, read, toMessageBody), 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/messages/search',
    tags: ['Messages'],
    summary: 'Find the messages to a number',
    description: 'Every search is audited.',
    request: {
      params: authorityParams,
      body: jsonBody(listQuery.extend({ phone: phoneInBody })),
    },
    responses: { 200: json(listBody(messageSchema), 'Newest first'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const query = c.req.valid('json');
    const phone = readPhone(query.phone);
    const read = ({ after: before, limit }: IdPage) =>
      searchMessages(deps, c.var.actor, authority, { phone, before, limit }, deps.now());
    return c.json(await readPage(query, read, toMessageBody), 200);
  }),
];
