import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { reencryptBatch } from '../../operations/reencrypt.ts';
import {
  type CurrentTime,
  type GatewayAccess,
  type KeyringAccess,
  type Logging,
  SENDING_HELD,
  type SendingPermission,
} from '../../runtime/deps.ts';
import { adoptPublicUrl, type BindDeps, readInstallation, recoverInstallation } from '../../staff/installation.ts';
import { type AuthorizeDeps, adminRoute, requireRole } from '../authorize.ts';
import { json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';

const installationSchema = z
  .object({
    publicUrl: z.string().describe('PUBLIC_URL of this process'),
    boundUrl: z.string().nullable().describe('The one that the database belongs to; nothing is sent while they differ'),
    restored: z
      .boolean()
      .describe('The database was made anew from a dump: nothing is sent until POST /v1/installation/recovered'),
    sending: z.object({ held: z.boolean(), heldReason: z.enum([...SENDING_HELD, 'clock_off']).nullable() }),
    gateways: z.array(z.string()).describe('In order of preference'),
    simulator: z.boolean().describe('The simulator is among them: what it takes reaches no phone'),
    embeddedDatabase: z.boolean(),
    role: z.enum(['all', 'api', 'worker']),
  })
  .openapi('Installation');

const recoverySchema = z.strictObject({
  backupAt: z.iso
    .datetime({ offset: true })
    .describe('The moment whose data the backup holds: when pg_dump began, or the target of a point-in-time recovery'),
});
const recoveredSchema = z
  .object({
    uncertainReminders: z
      .number()
      .int()
      .describe('Were due by now, or being handed over: they may have been sent since the backup'),
    uncertainAnswers: z.number().int().describe('Answers to citizens, likewise'),
    installation: installationSchema,
  })
  .openapi('Recovered');

const batchSchema = z.strictObject({
  cursor: z.string().max(100).nullable().describe('Of the batch before; null: from the beginning'),
});
const reencryptedSchema = z
  .object({
    reencrypted: z.int().describe('Rows of this batch that are under the first key now'),
    failed: z.int().describe('Under a key that is not configured, or changed: they stay as they are'),
    column: z.string().describe('The column that was looked through'),
    cursor: z.string().nullable().describe('For the next batch; null: everything was looked through'),
    boundOnly: z
      .boolean()
      .describe(
        'Every ciphertext is bound to its row, and any other is refused: after a whole run, and always in an ' +
          'installation that was not upgraded from the first release',
      ),
  })
  .openapi('Reencrypted');

/**
 * The dependencies of the routes under `/v1/installation`: the facts that they show, and the changes that they make.
 */
export interface InstallationRoutesDeps
  extends AuthorizeDeps,
    BindDeps,
    SendingPermission,
    GatewayAccess,
    CurrentTime,
    KeyringAccess,
    Logging {
  /** null: the simulator is not among the gateways. */
  readonly simulator: object | null;
  /** The embedded database is used. */
  readonly embedded: boolean;
  readonly role: 'all' | 'api' | 'worker';
}

/** `GET /v1/installation` and `POST /v1/installation/…`: `adopt`, `recovered`, `reencrypt`. */
export function installationRoutes(routes: OpenAPIHono<HttpEnv>, deps: InstallationRoutesDeps): void {
  readRoute(routes, deps);
  adoptRoute(routes, deps);
  recoveredRoute(routes, deps);
  reencryptRoute(routes, deps);
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: InstallationRoutesDeps): void {
  const read = adminRoute(requireRole(deps, 'installation'), {
    method: 'get',
    path: '/v1/installation',
    tags: ['Installation'],
    summary: 'Read the state of the installation',
    responses: { 200: json(installationSchema, 'Its state'), ...problems(401, 403) },
  });
  routes.openapi(read, async (c) => c.json(await stateOf(deps), 200));
}

function adoptRoute(routes: OpenAPIHono<HttpEnv>, deps: InstallationRoutesDeps): void {
  const adopt = adminRoute(requireRole(deps, 'installation'), {
    method: 'post',
    path: '/v1/installation/adopt',
    tags: ['Installation'],
    summary: 'Bind the database to this PUBLIC_URL',
    description:
      'For an installation that moved to another address. Make sure that the original no longer sends: both ' +
      'would send the same reminders. A database that was restored from a backup needs POST ' +
      '/v1/installation/recovered.',
    responses: { 200: json(installationSchema, 'Its state afterwards'), ...problems(401, 403) },
  });
  routes.openapi(adopt, async (c) => {
    await adoptPublicUrl(deps, c.var.actor.name, deps.now());
    return c.json(await stateOf(deps), 200);
  });
}

function recoveredRoute(routes: OpenAPIHono<HttpEnv>, deps: InstallationRoutesDeps): void {
  const recovered = adminRoute(requireRole(deps, 'installation'), {
    method: 'post',
    path: '/v1/installation/recovered',
    tags: ['Installation'],
    summary: 'Let a restored backup send again',
    description:
      'What may have been sent since the backup was made becomes uncertain and is not sent again; then the ' +
      'database is bound to this PUBLIC_URL. Make sure that the original no longer sends.',
    request: { body: jsonBody(recoverySchema) },
    responses: {
      200: json(recoveredSchema, 'What is not sent again, and the state afterwards'),
      ...problems(400, 401, 403, 422),
    },
  });
  routes.openapi(recovered, async (c) => {
    const backupAt = new Date(c.req.valid('json').backupAt);
    const counts = await recoverInstallation(deps, c.var.actor.name, backupAt, deps.now());
    return c.json({ ...counts, installation: await stateOf(deps) }, 200);
  });
}

async function stateOf(deps: InstallationRoutesDeps): Promise<z.infer<typeof installationSchema>> {
  const { boundUrl, restored, heldReason } = await readInstallation(deps);
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

function reencryptRoute(routes: OpenAPIHono<HttpEnv>, deps: InstallationRoutesDeps): void {
  const reencrypt = adminRoute(requireRole(deps, 'installation'), {
    method: 'post',
    path: '/v1/installation/reencrypt',
    tags: ['Installation'],
    summary: 'Encrypt the next rows under the first key',
    description:
      'One batch of at most a thousand rows, for `npm run easysms -- keys rotate`. What is encrypted under the first ' +
      'key and bound to its row already stays as it is.',
    request: { body: jsonBody(batchSchema) },
    responses: { 200: json(reencryptedSchema, 'What was done'), ...problems(400, 401, 403, 422) },
  });
  routes.openapi(reencrypt, async (c) =>
    c.json(await reencryptBatch(deps, c.var.actor.name, c.req.valid('json').cursor), 200),
  );
}
