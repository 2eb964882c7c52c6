import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { liftOptOutByStaff } from '../../staff/opt-outs.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, problems } from '../describe.ts';
import { emptyIsNoBody } from '../empty-body.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { noteText } from '../schemas/text.ts';

/** `DELETE /v1/authorities/{authority}/opt-outs/{id}`. */
export function optOutRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const lift = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/opt-outs/{id}',
    tags: ['Opt-outs'],
    summary: 'Lift an opt-out',
    description:
      'What is still ahead is planned anew. One that holds for the whole installation takes the ' +
      "installation's administrator token. The opt-out stays in the list, with who lifted it and why.",
    security: bearer,
    middleware: [...requireRoleIn(deps, 'operator'), emptyIsNoBody],
    request: {
      params: z.object({ authority: authorityParam, id: z.uuid() }),
      body: {
        required: false,
        content: { 'application/json': { schema: z.strictObject({ reason: noteText(500).optional() }) } },
      },
    },
    responses: { 204: { description: 'Lifted' }, ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(lift, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const { reason = null } = c.req.valid('json');
    const request = { authorityId, id, reason, installation: c.var.actor.installation };
    await liftOptOutByStaff(deps, c.var.actor, request, deps.now());
    return c.body(null, 204);
  });
  return routes;
}
