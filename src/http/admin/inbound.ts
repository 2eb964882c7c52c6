import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type InboundView, readReplies, settleReply } from '../../staff/replies.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import {
  authorityParam,
  bearer,
  cursorQuery,
  instant,
  json,
  jsonBody,
  listOf,
  PAGE,
  problems,
  readCursor,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { iso, staff, toReader } from './staff.ts';

const TAGS = ['Inbound messages'];
const params = z.object({ authority: authorityParam });
export const settleAction = z.enum(['opt_out', 'wrong_number', 'ignore']);

export const inboundSchema = z
  .object({
    id: z.uuid(),
    gateway: z.string(),
    phone: z.string().nullable().openapi({ description: 'Masked for a viewer' }),
    recipient: z.string().nullable().openapi({ description: 'The number or short code that was answered' }),
    text: z.string().nullable(),
    meaning: z.string(),
    receivedAt: instant,
    needsPerson: z.boolean().openapi({ description: 'A person must still read it' }),
    holds: z.boolean().openapi({ description: "It holds the number's planned reminders until it is settled" }),
    settledAt: instant.nullable(),
    settledBy: z.string().nullable(),
    action: settleAction.nullable(),
  })
  .openapi('InboundMessage');

export function toInboundBody(inbound: InboundView): z.infer<typeof inboundSchema> {
  return { ...inbound, receivedAt: iso(inbound.receivedAt), settledAt: iso(inbound.settledAt) };
}

/** What citizens wrote back, and settling what a person had to read. */
export function inboundRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  listRoute(routes, deps);
  settleRoute(routes, deps);
  return routes;
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const needsPerson = z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'true: only those that a person must still read; false: only the others' });
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/inbound',
    tags: TAGS,
    summary: 'List inbound messages',
    security: bearer,
    middleware: staff(deps, 'viewer'),
    request: { params, query: cursorQuery.extend({ needsPerson }) },
    responses: { 200: json(listOf(inboundSchema), 'Newest first'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { needsPerson, cursor } = c.req.valid('query');
    const filter = { needsPerson: needsPerson && needsPerson === 'true', before: readCursor(cursor), limit: PAGE + 1 };
    const replies = await readReplies(deps, toReader(c.var.actor), c.req.valid('param').authority, filter, deps.now());
    return c.json(
      toPage(replies, ({ id }) => id, toInboundBody),
      200,
    );
  });
}

function settleRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const settle = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/settle',
    tags: TAGS,
    summary: 'Settle a reply',
    description:
      'opt_out: the citizen refuses. wrong_number: the number goes from the appointments of this authority. ignore: neither. What the reply held is due again.',
    security: bearer,
    middleware: staff(deps, 'operator'),
    request: { params: params.extend({ id: z.uuid() }), body: jsonBody(z.strictObject({ action: settleAction })) },
    responses: { 200: json(inboundSchema, 'Settled'), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  });
  routes.openapi(settle, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const { action } = c.req.valid('json');
    const settled = await settleReply(deps, toReader(c.var.actor), { authorityId, id, action }, deps.now());
    return c.json(toInboundBody(settled), 200);
  });
}
