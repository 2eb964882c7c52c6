import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { addSecret, removeSecret } from '../../staff/sources/source-secrets.ts';
import { type AuthorizeDeps, requireRole } from '../authorize.ts';
import { authorityParam, bearer, json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { secretsSchema } from '../schemas/source.ts';

/** `POST …/sources/{source}/secrets` and `DELETE …/sources/{source}/secrets/{id}`. */
export function sourceSecretsRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const add = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/sources/{source}/secrets',
    tags: ['Sources'],
    summary: 'Make a further pair of secrets',
    description: 'For rotation: both pairs are valid until one is ended.',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam }) },
    responses: { 201: json(secretsSchema, 'Made'), ...problems(401, 403, 404, 409) },
  });
  routes.openapi(add, async (c) => {
    const { authority, source } = c.req.valid('param');
    const secret = await addSecret(deps, { authorityId: authority, id: source, actor: c.var.actor.name }, deps.now());
    return c.json(secret, 201);
  });

  const end = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/sources/{source}/secrets/{id}',
    tags: ['Sources'],
    summary: 'End a pair of secrets at once',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam, id: z.uuid() }) },
    responses: { 204: { description: 'Ended' }, ...problems(401, 403, 404) },
  });
  routes.openapi(end, async (c) => {
    const { authority, source, id } = c.req.valid('param');
    await removeSecret(deps, { authorityId: authority, id: source, secretId: id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
  return routes;
}
