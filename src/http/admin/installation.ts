import { z } from '@hono/zod-openapi';
import { reencryptBatch } from '../../operations/reencrypt.ts';
import { SENDING_HELD } from '../../runtime/deps.ts';
import { adoptPublicUrl, readInstallation, recoverInstallation } from '../../staff/installation.ts';
import { requireRole } from '../authorize.ts';
import { json, jsonBody, problems } from '../describe.ts';
import { type AdminDeps, type AdminRoute, adminRoute } from './route.ts';

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

async function stateOf(deps: AdminDeps): Promise<z.infer<typeof installationSchema>> {
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

/** The routes of the installation, and of what lets it send again. */
export const installationRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('installation'), {
    method: 'get',
    path: '/v1/installation',
    tags: ['Installation'],
    summary: 'Read the state of the installation',
    responses: { 200: json(installationSchema, 'Its state'), ...problems(401, 403) },
  })(async (c, deps) => c.json(await stateOf(deps), 200)),
  adminRoute(requireRole('installation'), {
    method: 'post',
    path: '/v1/installation/adopt',
    tags: ['Installation'],
    summary: 'Bind the database to this PUBLIC_URL',
    description:
      'For an installation that moved to another address. Make sure that the original no longer sends: both ' +
      'would send the same reminders. A database that was restored from a backup needs POST ' +
      '/v1/installation/recovered.',
    responses: { 200: json(installationSchema, 'Its state afterwards'), ...problems(401, 403) },
  })(async (c, deps) => {
    await adoptPublicUrl(deps, c.var.actor.name, deps.now());
    return c.json(await stateOf(deps), 200);
  }),
  adminRoute(requireRole('installation'), {
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
  })(async (c, deps) => {
    const backupAt = new Date(c.req.valid('json').backupAt);
    const counts = await recoverInstallation(deps, c.var.actor.name, backupAt, deps.now());
    return c.json({ ...counts, installation: await stateOf(deps) }, 200);
  }),
  adminRoute(requireRole('installation'), {
    method: 'post',
    path: '/v1/installation/reencrypt',
    tags: ['Installation'],
    summary: 'Encrypt the next rows under the first key',
    description:
      'One batch of at most a thousand rows, for `npm run easysms -- keys rotate`. What is encrypted under the first ' +
      'key and bound to its row already stays as it is.',
    request: { body: jsonBody(batchSchema) },
    responses: { 200: json(reencryptedSchema, 'What was done'), ...problems(400, 401, 403, 422) },
  })(async (c, deps) => c.json(await reencryptBatch(deps, c.var.actor.name, c.req.valid('json').cursor), 200)),
];
