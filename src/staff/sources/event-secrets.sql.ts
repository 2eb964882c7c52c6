import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';

/** Stores an encrypted secret for events. */
export async function insertEventSecret(
  trx: Kysely<Database>,
  secret: { id: string; authorityId: string; sourceId: string; sealed: Buffer },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('event_secret')
    .values({
      id: secret.id,
      authority_id: secret.authorityId,
      source_id: secret.sourceId,
      secret_ciphertext: secret.sealed,
      created_at: now,
    })
    .execute();
}
