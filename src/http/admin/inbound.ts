import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Problem } from '../../domain/errors.ts';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { type InboundPlace, readReplies } from '../../staff/replies/replies.ts';
import { settleReply } from '../../staff/replies/settle-reply.ts';
import { undoSettle } from '../../staff/replies/undo-settle.ts';
import { type AuthorizeDeps, adminRoute, requireRoleIn } from '../authorize.ts';
import { authorityParam, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, toCursor } from '../paging.ts';
import { inboundSchema, meaning, settleAction, toInboundBody } from '../schemas/inbound.ts';

const flag = z.enum(['true', 'false']).optional();
const filters = {
  needsPerson: flag.describe('true: only those that a person must still read; false: only the others'),
  settled: flag.describe('true: only those that were settled; false: only the others'),
  meaning: meaning.optional(),
};

/** A cursor is an id; of one that stands before the others in its list, with one of these in front, by its rank. */
const RANKS = ['', 'urgent-', 'first-'] as const;

function readPlace(cursor: string | undefined): InboundPlace | null {
  const read = readCursor(cursor);
  if (read === null) return null;
  const rank = read.startsWith(RANKS[2]) ? 2 : read.startsWith(RANKS[1]) ? 1 : 0;
  const id = z.uuid().safeParse(read.slice(RANKS[rank].length));
  if (id.success) return { rank, id: id.data };
  throw new Problem(422, 'invalid', 'The cursor is not one of ours.', {
    faults: [{ pointer: 'cursor', code: 'invalid', detail: 'Send the nextCursor of the page before.' }],
  });
}

/** `GET /v1/authorities/{authority}/inbound`. */
export function inboundRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & KeyringAccess & CurrentTime): void {
  const list = adminRoute(requireRoleIn(deps, 'viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/inbound',
    tags: ['Inbound messages'],
    summary: 'List inbound messages',
    request: { params: z.object({ authority: authorityParam }), query: listQuery.extend(filters) },
    responses: {
      200: json(
        listBody(inboundSchema),
        'Newest first; with needsPerson=true deaths first, then what holds reminders and cancellations. A page ' +
          'looks at so many replies at most: it may have few items, or none, and a nextCursor',
      ),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const { needsPerson, settled, meaning: only, cursor, limit } = c.req.valid('query');
    const filter = {
      needsPerson: needsPerson && needsPerson === 'true',
      settled: settled && settled === 'true',
      meaning: only,
      before: readPlace(cursor),
      limit,
    };
    const reader = c.var.actor;
    const page = await readReplies(deps, reader, c.req.valid('param').authority, filter, deps.now());
    const { replies, next } = page;
    const nextCursor = next && toCursor(`${RANKS[next.rank]}${next.id}`);
    return c.json({ items: replies.map(toInboundBody), nextCursor }, 200);
  });
}

const params = z.object({ authority: authorityParam, id: z.uuid() });
const appointment = z.strictObject({ source: z.string().max(63), reference: z.string().max(200) });

/** `POST /v1/authorities/{authority}/inbound/{id}/settle` and `…/undo`. */
export function inboundSettleRoutes(
  routes: OpenAPIHono<HttpEnv>,
  deps: AuthorizeDeps & KeyringAccess & CurrentTime,
): void {
  const settle = adminRoute(requireRoleIn(deps, 'operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/settle',
    tags: ['Inbound messages'],
    summary: 'Settle a reply',
    description:
      'opt_out: the citizen refuses. wrong_number: the number goes from the appointments of this authority. ' +
      'deceased: the patient died; all reminders of that patient end. ' +
      'cancel_passed_on: the booking system knows that the citizen does not come; the reminders end. ' +
      'confirmed: the citizen comes. ignore: none of these. What the reply held is due again. ' +
      'appointment: which one it is about, where it may be about several.',
    request: {
      params,
      body: jsonBody(z.strictObject({ action: settleAction, appointment: appointment.optional() })),
    },
    responses: { 200: json(inboundSchema, 'Settled'), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  });
  routes.openapi(settle, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const request = { authorityId, id, ...c.req.valid('json') };
    const settled = await settleReply(deps, c.var.actor, request, deps.now());
    return c.json(toInboundBody(settled), 200);
  });
  const undo = adminRoute(requireRoleIn(deps, 'operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/undo',
    tags: ['Inbound messages'],
    summary: 'Take back how a reply was settled',
    description:
      'Once, within ten minutes. The opt-out, the number, the reminders and what the reply held are as before, ' +
      'but for what has left or changed meanwhile.',
    request: { params },
    responses: { 200: json(inboundSchema, 'As it was before'), ...problems(401, 403, 404, 409, 422) },
  });
  routes.openapi(undo, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const undone = await undoSettle(deps, c.var.actor, { authorityId, id }, deps.now());
    return c.json(toInboundBody(undone), 200);
  });
}
