import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime } from '../../runtime/deps.ts';
import { pauseSending } from '../../staff/pauses.ts';
import { type AuthorizeDeps, requireRole } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { pausedSource, pauseStateSchema, toPauseBody } from '../schemas/pause.ts';
import { noteText } from '../schemas/text.ts';

const pauseBody = z.strictObject({
  source: pausedSource,
  reason: noteText(200),
  until: z.iso
    .datetime({ offset: true, error: 'Write an instant with its offset: 2026-12-01T08:00:00Z.' })
    .optional()
    .openapi({ description: 'Ends by itself then; left out: it holds until it is resumed' }),
});

/** `POST /v1/authorities/{authority}/pause`. */
export function pauseRoutes(deps: AuthorizeDeps & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const pause = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/pause',
    tags: ['Sending'],
    summary: 'Stop handing over at once',
    description:
      'Appointments are accepted and reminders planned as before, and wait. Those that reach their deadline expire.',
    security: bearer,
    middleware: requireRole(deps, 'operator'),
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
  return routes;
}
