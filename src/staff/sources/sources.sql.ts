import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../../database/tables.ts';
import type { Pause, Source, SourceSettings } from '../../domain/authority.ts';
import { type PauseColumn, pauseColumns, pauseOf } from '../../store/authorities.ts';
import { toSource } from '../../store/sources.ts';

/** A source, and whether it has a secret for signatures and an authorization for its FHIR server. */
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

/** Finds a source of this authority. @returns undefined for an unknown one */
export async function findSource(db: Db, authorityId: string, id: string): Promise<ManagedSource | undefined> {
  const row = await db
    .selectFrom('source')
    .selectAll()
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .executeTakeFirst();
  return row && toManaged(row);
}

/** The authority's sources by id. `after`: only those whose id comes later. */
export async function listSources(
  db: Db,
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

/** Sources of the authority by their ids, in no order. */
export async function findSources(db: Db, authorityId: string, ids: readonly string[]): Promise<ManagedSource[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('source')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('id', 'in', ids)
    .execute();
  return rows.map(toManaged);
}

/** A source as lists to choose from have it. */
export type NamedSource = Pick<Source, 'id' | 'name' | 'paused'>;

/** The authority's sources with their names, by id. `after`: only those whose id comes later. */
export async function listSourceNames(
  db: Db,
  authorityId: string,
  { after = null, limit }: { readonly after?: string | null; readonly limit: number },
): Promise<NamedSource[]> {
  const { rows } = await sql<Pick<Selectable<Database['source']>, 'id' | 'name' | PauseColumn>>`
    select id, coalesce(settings->>'name', name) as name, paused_at, paused_until, pause_reason from source
    where authority_id = ${authorityId} and (${after}::text is null or id > ${after})
    order by id limit ${limit}`.execute(db);
  return rows.map((row) => ({ id: row.id, name: row.name, paused: pauseOf(row) }));
}

/** The names of sources by their ids, of one authority or of all (null); an unknown one has none. */
export async function sourceNames(
  db: Db,
  authorityId: string | null,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; name: string }>`
    select id, coalesce(settings->>'name', name) as name from source
    where id = any(${[...ids]}::text[]) and authority_id = coalesce(${authorityId}, authority_id)`.execute(db);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/**
 * Locks a source of any authority, since ids are unique in the installation, until the transaction ends.
 * @returns undefined where there is none with this id
 */
export async function lockSource(
  trx: Db,
  id: string,
  mode: 'update' | 'share' = 'update',
): Promise<ManagedSource | undefined> {
  const query = trx.selectFrom('source').selectAll().where('id', '=', id);
  const row = await (mode === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst();
  return row && toManaged(row);
}

/** The columns of a source to write. A ciphertext that is undefined keeps its stored value. */
interface SourceWrite {
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

/** Inserts a source. @returns undefined when the id is taken, in any authority */
export async function insertSource(
  trx: Db,
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

/** Replaces the settings of a source that the transaction has locked. */
export async function updateSource(
  trx: Db,
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

/** Sets the pause of a source; null lifts it. */
export async function setSourcePause(
  trx: Db,
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
 * Makes reminders due that waited for a pause. Only `planned` ones, which certainly were not handed over, and not those
 * that wait for a person or for their status to become clear. Other holds are checked again at the hand-over.
 * @param sourceId null: of every source of the authority
 */
export async function releaseWaiting(db: Db, authorityId: string, sourceId: string | null, now: Date): Promise<void> {
  await sql`
    update reminder set next_at = due_at, updated_at = ${now}
    where id = any(array(
      select id from reminder
      where authority_id collate "C" = ${authorityId} and next_at is not null
        and (${sourceId}::text is null or source_id = ${sourceId})
        and status = 'planned' and next_at > due_at
        and coalesce(held_reason, '') not in ('reply_needs_a_person', 'reply_cancel', 'status_unclear')
      order by id for update))`.execute(db);
}

/** When a source last sent something that was taken, and something that was refused; null: nothing that is kept. */
export interface LastOfSource {
  readonly lastMessageAt: Date | null;
  readonly lastRefusedAt: Date | null;
}

/** The last messages of an authority's sources, by the sources' ids. */
export async function lastOfSources(
  db: Db,
  authorityId: string,
  sourceIds: readonly string[],
): Promise<Map<string, LastOfSource>> {
  const { rows } = await sql<LastOfSource & { id: string }>`
    select s.id,
      (select a.last_at from source_activity a where a.source_id = s.id) as "lastMessageAt",
      (select r.at from refusal r where r.source_id = s.id order by r.id desc limit 1) as "lastRefusedAt"
    from source s where s.authority_id = ${authorityId} and s.id = any(${sourceIds}::text[])`.execute(db);
  return new Map(rows.map(({ id, ...last }) => [id, last]));
}

/** Stores a secret pair: the token as SHA-256, the webhook secret encrypted. */
export async function insertSecret(
  trx: Db,
  secret: Omit<Selectable<Database['source_secret']>, 'created_at' | 'ended_at'>,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('source_secret')
    .values({ ...secret, created_at: now })
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
  secret: Omit<Selectable<Database['event_secret']>, 'created_at' | 'ended_at'>,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('event_secret')
    .values({ ...secret, created_at: now })
    .execute();
}
