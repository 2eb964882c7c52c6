import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Pause, Source, SourceSettings } from '../domain/authority.ts';
import { pauseColumns } from '../store/authorities.ts';
import { toSource } from '../store/sources.ts';

/** A source, and whether it has secrets of its own beside the pairs. */
export interface ManagedSource extends Source {
  readonly hmacSecretSet: boolean;
  readonly fhirAuthorizationSet: boolean;
}

function toManaged(row: Selectable<Database['source']>): ManagedSource {
  return {
    ...toSource(row),
    hmacSecretSet: row.hmac_secret_ciphertext !== null,
    fhirAuthorizationSet: row.fhir_authorization_ciphertext !== null,
  };
}

/** undefined where this authority has none with this id. */
export async function findSource(
  db: Kysely<Database>,
  authorityId: string,
  id: string,
): Promise<ManagedSource | undefined> {
  const row = await db
    .selectFrom('source')
    .selectAll()
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .executeTakeFirst();
  return row && toManaged(row);
}

/** By id. `after`: those whose id comes later. */
export async function listSources(
  db: Kysely<Database>,
  authorityId: string,
  after: string | null,
  limit: number,
): Promise<ManagedSource[]> {
  const rows = await db
    .selectFrom('source')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .$if(after !== null, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toManaged);
}

/** Whoever's it is: ids are unique in the installation. Held until the transaction ends. */
export async function lockSource(trx: Kysely<Database>, id: string): Promise<ManagedSource | undefined> {
  const row = await trx.selectFrom('source').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toManaged(row);
}

/** What is written of a source. A ciphertext that is undefined stays as it is. */
export interface SourceWrite {
  readonly settings: SourceSettings;
  readonly hmacSecretCiphertext: Buffer | null | undefined;
  readonly fhirAuthorizationCiphertext: Buffer | null | undefined;
}

function toColumns({ settings, hmacSecretCiphertext, fhirAuthorizationCiphertext }: SourceWrite) {
  return {
    name: settings.name,
    mode: settings.mode,
    settings: JSON.stringify(settings),
    ...(hmacSecretCiphertext !== undefined && { hmac_secret_ciphertext: hmacSecretCiphertext }),
    ...(fhirAuthorizationCiphertext !== undefined && { fhir_authorization_ciphertext: fhirAuthorizationCiphertext }),
  };
}

/** undefined when there is one with this id already, in whatever authority. */
export async function insertSource(
  trx: Kysely<Database>,
  authorityId: string,
  id: string,
  write: SourceWrite,
  now: Date,
): Promise<ManagedSource | undefined> {
  const row = await trx
    .insertInto('source')
    .values({ id, authority_id: authorityId, ...toColumns(write), created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toManaged(row);
}

/** Replaces the settings of one that the transaction has locked. */
export async function updateSource(
  trx: Kysely<Database>,
  authorityId: string,
  id: string,
  write: SourceWrite,
  now: Date,
): Promise<ManagedSource> {
  const row = await trx
    .updateTable('source')
    .set((eb) => ({ ...toColumns(write), version: eb('version', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toManaged(row);
}

/** null lifts the pause. */
export async function setSourcePause(
  trx: Kysely<Database>,
  authorityId: string,
  id: string,
  pause: Pause | null,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('source')
    .set((eb) => ({ ...pauseColumns(pause), version: eb('version', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .execute();
}

/**
 * Lets the dispatcher look at once at what waited: only at `planned` ones, since those certainly have not left, and not
 * at those that wait for a person. Whatever else holds them is found again at the look.
 * @param sourceId null: of every source
 */
export async function releaseWaiting(
  db: Kysely<Database>,
  authorityId: string,
  sourceId: string | null,
  now: Date,
): Promise<void> {
  await sql`
    update reminder set next_at = due_at, updated_at = ${now}
    where id = any(array(
      select id from reminder
      where authority_id = ${authorityId} and (${sourceId}::text is null or source_id = ${sourceId})
        and status = 'planned' and next_at > due_at and held_reason is distinct from 'reply_needs_a_person'
      order by id for update))`.execute(db);
}

export interface SourceSecret {
  readonly id: string;
  readonly createdAt: Date;
}

/** Those that let in, oldest first. */
export async function listSecrets(
  db: Kysely<Database>,
  authorityId: string,
  sourceId: string,
): Promise<SourceSecret[]> {
  return db
    .selectFrom('source_secret')
    .select(['id', 'created_at as createdAt'])
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function insertSecret(
  trx: Kysely<Database>,
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

/** @returns false where the source has none such that lets in */
export async function endSecret(
  trx: Kysely<Database>,
  authorityId: string,
  sourceId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('source_secret')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** So that what was authenticated by an ended secret is not taken in after its end. */
export async function raiseSourceVersion(
  trx: Kysely<Database>,
  authorityId: string,
  id: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('source')
    .set((eb) => ({ version: eb('version', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .execute();
}
