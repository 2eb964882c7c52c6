import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { adoptPublicUrl, recoverInstallation } from '../../staff/installation.ts';
import { readBinding } from '../../store/installation.ts';
import { requireRole } from '../authorize.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { bearer, json, jsonBody, problems } from '../describe.ts';
import { createRoutes } from '../problem.ts';

const installationSchema = z
  .object({
    publicUrl: z.string().openapi({ description: 'PUBLIC_URL of this process' }),
    boundUrl: z
      .string()
      .nullable()
      .openapi({ description: 'The one that the database belongs to; nothing is sent while they differ' }),
    restored: z.boolean().openapi({
      description: 'The database was made anew from a dump: nothing is sent until POST /v1/installation/recovered',
    }),
    sending: z.object({ held: z.boolean(), heldReason: z.enum(['sending_off']).nullable() }),
    gateways: z.array(z.string()).openapi({ description: 'In order of preference' }),
    simulator: z.boolean().openapi({ description: 'The simulator is among them: what it takes reaches no phone' }),
    embeddedDatabase: z.boolean(),
    role: z.enum(['all', 'api', 'worker']),
  })
  .openapi('Installation');

const recoverySchema = z.strictObject({
  backupAt: z.iso.datetime({ offset: true }).openapi({
    description:
      'The moment whose data the backup holds: when pg_dump began, or the target of a point-in-time recovery',
  }),
});
const recoveredSchema = z
  .object({
    uncertainReminders: z
      .number()
      .int()
      .openapi({ description: 'Were due by now, or in hand: they may have been sent since the backup' }),
    uncertainAnswers: z.number().int().openapi({ description: 'Answers to citizens, likewise' }),
    installation: installationSchema,
  })
  .openapi('Recovered');

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
    description:
      'For an installation that moved to another address. Make sure that the original no longer sends: both would send the same reminders. A database that was restored from a backup needs POST /v1/installation/recovered.',
    security: bearer,
    middleware,
    responses: { 200: json(installationSchema, 'Its state afterwards'), ...problems(401, 403) },
  });
  routes.openapi(adopt, async (c) => {
    await adoptPublicUrl(deps, c.var.actor.name, deps.now());
    return c.json(await stateOf(deps), 200);
  });

  const recovered = createRoute({
    method: 'post',
    path: '/v1/installation/recovered',
    tags: ['Installation'],
    summary: 'Let a restored backup send again',
    description:
      'What may have been sent since the backup was made becomes uncertain and is not sent again; then the database is bound to this PUBLIC_URL. Make sure that the original no longer sends.',
    security: bearer,
    middleware,
    request: { body: jsonBody(recoverySchema) },
    responses: {
      200: json(recoveredSchema, 'What is not sent again, and the state afterwards'),
      ...problems(400, 401, 403, 422),
    },
  });
  routes.openapi(recovered, async (c) => {
    const counts = await recoverInstallation(
      deps,
      c.var.actor.name,
      new Date(c.req.valid('json').backupAt),
      deps.now(),
    );
    return c.json({ ...counts, installation: await stateOf(deps) }, 200);
  });
  return routes;
}

async function stateOf(deps: HttpDeps): Promise<z.infer<typeof installationSchema>> {
  const heldReason = deps.sending.heldReason();
  const { publicUrl: boundUrl, restored } = await readBinding(deps.db);
  return {
    publicUrl: deps.publicUrl,
    boundUrl,
    restored,
    sending: { held: heldReason !== null, heldReason },
    gateways: deps.gateways.map(({ id }) => id),
    simulator: deps.simulator !== null,
    embeddedDatabase: deps.embedded,
    role: deps.role,
  };
}
