import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readMessages, searchMessages } from '../../staff/messages.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import {
  authorityParam,
  bearer,
  cursorQuery,
  json,
  jsonBody,
  listOf,
  PAGE,
  problems,
  readCursor,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { messageSchema, messageStatus, toMessageBody } from './message-schema.ts';
import { phoneInBody, readPhone, staff, toReader } from './staff.ts';

const TAGS = ['Messages'];
const params = z.object({ authority: authorityParam });

/** The messages of an authority: all of them, or those to one number. */
export function messagesRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  listRoute(routes, deps);
  searchRoute(routes, deps);
  return routes;
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/messages',
    tags: TAGS,
    summary: 'List messages',
    security: bearer,
    middleware: staff(deps, 'viewer'),
    request: { params, query: cursorQuery.extend({ status: messageStatus.optional() }) },
    responses: { 200: json(listOf(messageSchema), 'Newest first'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { status, cursor } = c.req.valid('query');
    const page = { status, before: readCursor(cursor), limit: PAGE + 1 };
    const messages = await readMessages(deps, toReader(c.var.actor), c.req.valid('param').authority, page, deps.now());
    return c.json(
      toPage(messages, ({ id }) => id, toMessageBody),
      200,
    );
  });
}

function searchRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const search = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/messages/search',
    tags: TAGS,
    summary: 'Find the messages to a number',
    description: 'Every search is audited.',
    security: bearer,
    middleware: staff(deps, 'operator'),
    request: { params, body: jsonBody(z.strictObject({ phone: phoneInBody, cursor: z.string().max(200).optional() })) },
    responses: { 200: json(listOf(messageSchema), 'Newest first'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(search, async (c) => {
    const { phone, cursor } = c.req.valid('json');
    const wanted = { phone: readPhone(phone), before: readCursor(cursor), limit: PAGE + 1 };
    const messages = await searchMessages(
      deps,
      toReader(c.var.actor),
      c.req.valid('param').authority,
      wanted,
      deps.now(),
    );
    return c.json(
      toPage(messages, ({ id }) => id, toMessageBody),
      200,
    );
  });
}
