import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { Problem } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { secretRow } from '../../domain/keyring.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { EVENT_SECRET, listEventSecrets } from '../../store/event-endpoints.ts';
import { insertEventSecret } from './event-secrets.sql.ts';
import { lockOwn, MAX_SECRETS, type OwnSource, tooManySecrets } from './source-secrets.ts';

type SecretDeps = DatabaseAccess & KeyringAccess;

/** A secret that events are signed with, in clear, as it is shown once, when it is made. */
export interface NewEventSecret {
  readonly id: string;
  /** Standard Webhooks: `whsec_` and 32 random bytes in base64. */
  readonly secret: string;
}

/** Makes and stores a secret within the caller's transaction. */
export async function makeEventSecret(
  deps: KeyringAccess,
  trx: Transaction<Database>,
  { authorityId, id: sourceId }: OwnSource,
  now: Date,
): Promise<NewEventSecret> {
  const made = { id: newId(now), secret: `whsec_${randomBytes(32).toString('base64')}` };
  const row = secretRow(sourceId, made.id);
  const sealed = deps.keyring.cipher.encrypt(authorityId, EVENT_SECRET, row, made.secret);
  await insertEventSecret(trx, { id: made.id, authorityId, sourceId, sealed }, now);
  return made;
}

/**
 * Makes a further secret, for rotation: until one is ended, events carry a signature by each.
 * @throws Problem 404 for an unknown source, 409 when it has five, or no endpoint for events
 */
export async function addEventSecret(deps: SecretDeps, request: OwnSource, now: Date): Promise<NewEventSecret> {
  const { authorityId, id, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    const source = await lockOwn(trx, request);
    if (source.events === null)
      throw new Problem(409, 'no-event-endpoint', 'This source has no `events`: set an endpoint first.');
    if ((await listEventSecrets(trx, authorityId, id)).length >= MAX_SECRETS) throw tooManySecrets();
    const made = await makeEventSecret(deps, trx, request, now);
    const entry = { actor, authorityId, target: id, action: 'source.add-event-secret', after: { secret: made.id } };
    await writeAudit(trx, entry, now);
    return made;
  });
}
