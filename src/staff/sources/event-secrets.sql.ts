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

/** Ends a secret for events. @returns false where the source has no such valid secret */
export async function endEventSecret(
  trx: Kysely<Database>,
  authorityId: string,
  sourceId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('event_secret')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
