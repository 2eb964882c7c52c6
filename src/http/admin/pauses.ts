import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime } from '../../runtime/deps.ts';
import { pauseSending, resumeSending } from '../../staff/pauses.ts';
import { type AuthorizeDeps, adminRoute, requireRole } from '../authorize.ts';
import { authorityParam, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { emptyIsNoBody } from '../json-body.ts';
import { pausedSource, pauseStateSchema, toPauseBody } from '../schemas/pause.ts';
import { noteText } from '../schemas/text.ts';

const pauseBody = z.strictObject({
  source: pausedSource,
  reason: noteText(200),
  until: z.iso
    .datetime({ offset: true, error: 'Write an instant with its offset: 2026-12-01T08:00:00Z.' })
    .optional()
    .describe('Ends by itself then; left out: it holds until it is resumed'),
});

/** `POST /v1/authorities/{authority}/pause`. */
export function pauseRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & CurrentTime): void {
  const pause = adminRoute(requireRole(deps, 'operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/pause',
    tags: ['Sending'],
    summary: 'Stop handing over at once',
    description:
      'Appointments are accepted and reminders planned as before, and wait. Those that reach their deadline expire.',
    request: { params: z.object({ authority: authorityParam }), body: jsonBody(pauseBody) },
    responses: { 200: json(pauseStateSchema, 'Paused'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(pause, async (c) => {
    const { authority } = c.req.valid('param');
    const { source: sourceId = null, reason, until } = c.req.valid('json');
    const now = deps.now();
    const pause = { at: now, until: until === undefined ? null : new Date(until), reason };
    await pauseSending(deps, { authorityId: authority, sourceId, actor: c.var.actor.name, pause }, now);
    return c.json({ authority, source: sourceId, paused: toPauseBody(pause) }, 200);
  });
}

/** `POST /v1/authorities/{authority}/resume`. */
export function resumeRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & CurrentTime): void {
  const resume = adminRoute([requireRole(deps, 'operator'), emptyIsNoBody], {
    method: 'post',
    path: '/v1/authorities/{authority}/resume',
    tags: ['Sending'],
    summary: 'Hand over again',
    description:
      'Lifts the pause of the authority, or of the one source that the body names; a pause of the other kind ' +
      'stays in force.',
    request: {
      params: z.object({ authority: authorityParam }),
      body: { required: false, content: { 'application/json': { schema: z.strictObject({ source: pausedSource }) } } },
    },
    responses: { 200: json(pauseStateSchema, 'Resumed'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(resume, async (c) => {
    const { authority } = c.req.valid('param');
    const { source: sourceId = null } = c.req.valid('json');
    await resumeSending(deps, { authorityId: authority, sourceId, actor: c.var.actor.name }, deps.now());
    return c.json({ authority, source: sourceId, paused: null }, 200);
  });
}
