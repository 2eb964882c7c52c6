import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { revokeKey } from '../../accounts/keys.ts';
import type { CurrentTime } from '../../runtime/deps.ts';
import { type AuthorizeDeps, requireRole } from '../authorize.ts';
import { authorityParam, bearer, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';

/** `DELETE /v1/authorities/{authority}/keys/{id}`. */
export function keyRoutes(deps: AuthorizeDeps & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const end = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/keys/{id}',
    tags: ['Keys'],
    summary: 'Revoke an API key at once',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam, id: z.uuid() }) },
    responses: { 204: { description: 'Revoked' }, ...problems(401, 403, 404) },
  });
  routes.openapi(end, async (c) => {
    const { authority, id } = c.req.valid('param');
    await revokeKey(deps, { authorityId: authority, id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
  return routes;
}
