import { z } from '@hono/zod-openapi';
import { answerCitizen } from '../../staff/replies/answer-citizen.ts';
import { type InboundPlace, readReplies } from '../../staff/replies/replies.ts';
import { settleReply } from '../../staff/replies/settle-reply.ts';
import { undoSettle } from '../../staff/replies/undo-settle.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, json, jsonBody, problems } from '../describe.ts';
import { listBody, listQuery, readCursor, toCursor, unknownCursor } from '../paging.ts';
import { ANSWERING, answerBody, readAnswer } from '../schemas/answer.ts';
import { inboundSchema, meaning, settleAction, toInboundBody } from '../schemas/inbound.ts';
import { type AdminRoute, adminRoute } from './route.ts';

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
  throw unknownCursor();
}

const params = authorityParams.extend({ id: z.uuid() });
const appointment = z.strictObject({ source: z.string().max(63), reference: z.string().max(200) });

/** The routes of citizens' SMS. */
export const inboundRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/inbound',
    tags: ['Inbound messages'],
    summary: 'List inbound messages',
    request: { params: authorityParams, query: listQuery.extend(filters) },
    responses: {
      200: json(
        listBody(inboundSchema),
        'Newest first; with needsPerson=true deaths first, then what holds reminders and cancellations. A page ' +
          'looks at so many replies at most: it may have few items, or none, and a nextCursor',
      ),
      ...problems(401, 403, 404, 422),
    },
  })(async (c, deps) => {
    const { needsPerson, settled, meaning: only, cursor, limit } = c.req.valid('query');
    const filter = {
      needsPerson: needsPerson && needsPerson === 'true',
      settled: settled && settled === 'true',
      meaning: only,
      before: readPlace(cursor),
      limit,
    };
    const { authority } = c.req.valid('param');
    const { replies, next } = await readReplies(deps, c.var.actor, authority, filter, deps.now());
    const nextCursor = next && toCursor(`${RANKS[next.rank]}${next.id}`);
    return c.json({ items: replies.map(toInboundBody), nextCursor }, 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/settle',
    tags: ['Inbound messages'],
    summary: 'Settle a reply',
    description:
      'opt_out: the citizen refuses. wrong_number: the number goes from the appointments of this authority. ' +
      'deceased: the patient died; all reminders of that patient end. ' +
      'cancel_passed_on: the booking system knows that the citizen does not come; the reminders end, and where ' +
      'onCancel is staff or event the citizen is told ten minutes later, unless the booking system has told them. ' +
      'confirmed: the citizen comes. answered: a person has answered or phoned; nothing else follows. ' +
      'ignore: none of these. What the reply held is due again. ' +
      'appointment: which one it is about, where it may be about several.',
    request: {
      params,
      body: jsonBody(z.strictObject({ action: settleAction, appointment: appointment.optional() })),
    },
    responses: { 200: json(inboundSchema, 'Settled'), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  })(async (c, deps) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const request = { authorityId, id, ...c.req.valid('json') };
    const settled = await settleReply(deps, c.var.actor, request, deps.now());
    return c.json(toInboundBody(settled), 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/undo',
    tags: ['Inbound messages'],
    summary: 'Take back how a reply was settled',
    description:
      'Once, within ten minutes. The opt-out, the number, the reminders and what the reply held are as before, ' +
      'but for what has left or changed meanwhile.',
    request: { params },
    responses: { 200: json(inboundSchema, 'As it was before'), ...problems(401, 403, 404, 409, 422) },
  })(async (c, deps) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const undone = await undoSettle(deps, c.var.actor, { authorityId, id }, deps.now());
    return c.json(toInboundBody(undone), 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/answers',
    tags: ['Inbound messages'],
    summary: 'Write to whoever sent a reply',
    description: `${ANSWERING} It settles an \`other\` as \`answered\`; any other reply stays open.`,
    request: { params, body: jsonBody(answerBody) },
    responses: {
      201: json(z.object({ id: z.uuid() }), 'The id of the message'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  })(async (c, deps) => {
    const { authority: authorityId, id: inboundId } = c.req.valid('param');
    const request = { authorityId, to: { inboundId }, ...readAnswer(c.req.valid('json')) };
    return c.json(await answerCitizen(deps, c.var.actor, request, deps.now()), 201);
  }),
];
