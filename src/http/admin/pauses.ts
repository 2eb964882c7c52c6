import { z } from '@hono/zod-openapi';
import { pauseSending, resumeSending } from '../../staff/pauses.ts';
import { requireRole } from '../authorize.ts';
import { authorityParams, json, jsonBody, optionalBody, problems } from '../describe.ts';
import { pausedSource, pauseStateSchema, toPauseBody } from '../schemas/pause.ts';
import { noteText } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const pauseBody = z.strictObject({
  source: pausedSource,
  reason: noteText(200),
  until: z.iso
    .datetime({ offset: true, error: 'Write an instant with its offset: 2026-12-01T08:00:00Z.' })
    .optional()
    .describe('Ends by itself then; left out: it holds until it is resumed'),
});

/** The routes that stop and resume the hand-over. */
export const pauseRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/pause',
    tags: ['Sending'],
    summary: 'Stop handing over at once',
    description:
      'Appointments are accepted and reminders planned as before, and wait. Those that reach their deadline expire.',
    request: { params: authorityParams, body: jsonBody(pauseBody) },
    responses: { 200: json(pauseStateSchema, 'Paused'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const { source: sourceId = null, reason, until } = c.req.valid('json');
    const now = deps.now();
    const pause = { at: now, until: until === undefined ? null : new Date(until), reason };
    await pauseSending(deps, { authorityId: authority, sourceId, actor: c.var.actor.name, pause }, now);
    return c.json({ authority, source: sourceId, paused: toPauseBody(pause) }, 200);
  }),
  adminRoute(requireRole('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/resume',
    tags: ['Sending'],
    summary: 'Hand over again',
    description:
      'Lifts the pause of the authority, or of the one source that the body names; a pause of the other kind ' +
      'stays in force.',
    request: {
      params: authorityParams,
      body: optionalBody(z.strictObject({ source: pausedSource })),
    },
    responses: { 200: json(pauseStateSchema, 'Resumed'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const { source: sourceId = null } = c.req.valid('json');
    await resumeSending(deps, { authorityId: authority, sourceId, actor: c.var.actor.name }, deps.now());
    return c.json({ authority, source: sourceId, paused: null }, 200);
  }),
];
