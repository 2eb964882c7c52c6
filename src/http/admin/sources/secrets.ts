import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../../runtime/deps.ts';
import { addEventSecret, addSecret, removeSecret } from '../../../staff/sources/source-secrets.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import { authorityParam, bearer, json, problems, sourceParam } from '../../describe.ts';
import { emptyIsNoBody } from '../../empty-body.ts';
import type { HttpEnv } from '../../env.ts';
import { createRoutes } from '../../problem.ts';
import { eventSecretSchema, secretsSchema } from '../../schemas/source.ts';

const secretBody = z.strictObject({
  for: z.literal('events').optional().openapi({ description: 'Left out: a pair for what the source posts' }),
});

/** `POST …/sources/{source}/secrets` and `DELETE …/sources/{source}/secrets/{id}`. */
export function sourceSecretsRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const add = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/sources/{source}/secrets',
    tags: ['Sources'],
    summary: 'Make a further pair of secrets, or a further secret for events',
    description:
      'For rotation: both pairs are valid until one is ended. With `for: events` a secret is made that events are ' +
      'signed with: until one is ended, they carry a signature by each.',
    security: bearer,
    middleware: [requireRole(deps, 'administrator'), emptyIsNoBody],
    request: {
      params: z.object({ authority: authorityParam, source: sourceParam }),
      body: { required: false, content: { 'application/json': { schema: secretBody } } },
    },
    responses: {
      201: json(z.union([secretsSchema, eventSecretSchema]), 'Made'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  });
  routes.openapi(add, async (c) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const request = { authorityId, id, actor: c.var.actor.name };
    const isForEvents = c.req.valid('json').for === 'events';
    return c.json(await (isForEvents ? addEventSecret : addSecret)(deps, request, deps.now()), 201);
  });

  const end = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/sources/{source}/secrets/{id}',
    tags: ['Sources'],
    summary: 'End a pair of secrets, or a secret for events, at once',
    description: 'The last secret of an endpoint for events stays (409): nothing leaves unsigned.',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam, id: z.uuid() }) },
    responses: { 204: { description: 'Ended' }, ...problems(401, 403, 404, 409) },
  });
  routes.openapi(end, async (c) => {
    const { authority, source, id } = c.req.valid('param');
    await removeSecret(deps, { authorityId: authority, id: source, secretId: id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
  return routes;
}
