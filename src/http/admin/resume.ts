import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime } from '../../runtime/deps.ts';
import { resumeSending } from '../../staff/pauses.ts';
import { type AuthorizeDeps, requireRole } from '../authorize.ts';
import { authorityParam, bearer, json, problems } from '../describe.ts';
import { emptyIsNoBody } from '../empty-body.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { pausedSource, pauseStateSchema } from '../schemas/pause.ts';

/** `POST /v1/authorities/{authority}/resume`. */
export function resumeRoutes(deps: AuthorizeDeps & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const resume = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/resume',
    tags: ['Sending'],
    summary: 'Hand over again',
    description:
      'Lifts the pause of the authority, or of the one source that the body names; a pause of the other kind ' +
      'stays in force.',
    security: bearer,
    middleware: [requireRole(deps, 'operator'), emptyIsNoBody],
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
  return routes;
}
