import type { Db } from '../../database/tables.ts';

/** Stores a secret pair: the token as SHA-256, the webhook secret encrypted. */
export async function insertSecret(
  trx: Db,
  secret: { id: string; authorityId: string; sourceId: string; tokenHash: Buffer; webhookSecretCiphertext: Buffer },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('source_secret')
    .values({
      id: secret.id,
      authority_id: secret.authorityId,
      source_id: secret.sourceId,
      token_hash: secret.tokenHash,
      webhook_secret_ciphertext: secret.webhookSecretCiphertext,
      created_at: now,
    })
    .execute();
}

/**
 * Ends a secret pair, or a secret for events.
 * @returns false where the source has no such valid one
 */
export async function endSecret(
  trx: Db,
  table: 'source_secret' | 'event_secret',
  { authorityId, sourceId, id }: { readonly authorityId: string; readonly sourceId: string; readonly id: string },
  now: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable(table)
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Raises the source's version, so that a request authenticated with an ended secret is not committed after its end. */
export async function raiseSourceVersion(trx: Db, authorityId: string, id: string, now: Date): Promise<void> {
  await trx
    .updateTable('source')
    .set((eb) => ({ version: eb('version', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .execute();
}

/** Stores an encrypted secret for events. */
export async function insertEventSecret(
  trx: Db,
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
