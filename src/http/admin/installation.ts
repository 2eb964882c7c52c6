import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { adoptPublicUrl } from '../../pipeline/adopt-installation.ts';
import { findPublicUrl } from '../../store/installation.ts';
import { requireRole } from '../authorize.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { bearer, json, problems } from '../describe.ts';
import { createRoutes } from '../problem.ts';

const installationSchema = z
  .object({
    publicUrl: z.string().openapi({ description: 'PUBLIC_URL of this process' }),
    boundUrl: z.string().nullable().openapi({ description: 'The one that the database belongs to; nothing is sent while they differ' }),
    sending: z.object({ held: z.boolean(), heldReason: z.enum(['sending_off']).nullable() }),
    gateways: z.array(z.string()).openapi({ description: 'In order of preference' }),
    simulator: z.boolean().openapi({ description: 'The simulator is among them: what it takes reaches no phone' }),
    embeddedDatabase: z.boolean(),
    role: z.enum(['all', 'api', 'worker']),
  })
  .openapi('Installation');

/** The installation as a whole. */
export function installationRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const middleware = requireRole(deps, 'installation');

  const read = createRoute({
    method: 'get',
    path: '/v1/installation',
    tags: ['Installation'],
    summary: 'Read the state of the installation',
    security: bearer,
    middleware,
    responses: { 200: json(installationSchema, 'Its state'), ...problems(401, 403) },
  });
  routes.openapi(read, async (c) => c.json(await stateOf(deps), 200));

  const adopt = createRoute({
    method: 'post',
    path: '/v1/installation/adopt',
    tags: ['Installation'],
    summary: 'Bind the database to this PUBLIC_URL',
    description: 'Lets a copy or a restored backup send. Make sure that the original no longer does: both would send the same reminders.',
    security: bearer,
    middleware,
    responses: { 200: json(installationSchema, 'Its state afterwards'), ...problems(401, 403) },
  });
  routes.openapi(adopt, async (c) => {
    await adoptPublicUrl(deps, c.var.actor.name, deps.now());
    return c.json(await stateOf(deps), 200);
  });
  return routes;
}

async function stateOf(deps: HttpDeps): Promise<z.infer<typeof installationSchema>> {
  const heldReason = deps.sending.heldReason();
  return {
    publicUrl: deps.publicUrl,
    boundUrl: await findPublicUrl(deps.db),
    sending: { held: heldReason !== null, heldReason },
    gateways: deps.gateways.map(({ id }) => id),
    simulator: deps.simulator !== null,
    embeddedDatabase: deps.embedded,
    role: deps.role,
  };
}
