import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { AUTHORITY_DEFAULTS, type Authority, type AuthoritySettings, type Pause } from '../domain/authority.ts';
import type { IdPage } from '../domain/ids.ts';

type Row = Selectable<Database['authority']>;

/** Turns a row into an authority. Settings that came after the first release may be missing in its row. */
export function toAuthority(row: Row): Authority {
  return { ...AUTHORITY_DEFAULTS, ...row.settings, id: row.id, version: row.version, paused: pauseOf(row) };
}

/** Finds an authority. @returns undefined for an unknown one */
export async function findAuthority(db: Db, id: string): Promise<Authority | undefined> {
  const row = await db.selectFrom('authority').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toAuthority(row);
}

/** Finds several authorities, in no order; unknown ones are missing. */
export async function findAuthorities(db: Db, ids: readonly string[]): Promise<Authority[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('authority').selectAll().where('id', 'in', ids).execute();
  return rows.map(toAuthority);
}

/** Authorities by id. `only`: at most the one with this id; `after`: only those whose id comes later. */
export async function listAuthorities(
  db: Db,
  { only, after, limit }: { only: string | null; after: string | null; limit: number },
): Promise<Authority[]> {
  const rows = await db
    .selectFrom('authority')
    .selectAll()
    .$if(only !== null, (query) => query.where('id', '=', only as string))
    .$if(after !== null, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toAuthority);
}

/** Ids and names of authorities by id. `after`: only those whose id comes later. */
export async function listAuthorityNames(db: Db, { after, limit }: IdPage): Promise<Pick<Authority, 'id' | 'name'>[]> {
  return db
    .selectFrom('authority')
    .select(['id', 'name'])
    .$if(after !== null, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The countries that any authority allows, each once; those of a new authority where there is none yet. */
export async function listAllowedCountries(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('authority').selectAll().execute();
  const authorities = rows.length === 0 ? [AUTHORITY_DEFAULTS] : rows.map(toAuthority);
  return [...new Set(authorities.flatMap(({ allowedCountries }) => allowedCountries))];
}

/** The ids of all authorities, in no order. */
export async function listAuthorityIds(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('authority').select('id').execute();
  return rows.map(({ id }) => id);
}

/**
 * Locks an authority until the transaction ends; it waits for hand-overs that are being started.
 * @returns undefined for an unknown one
 */
export async function lockAuthority(trx: Db, id: string): Promise<Authority | undefined> {
  const row = await trx.selectFrom('authority').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toAuthority(row);
}

function columnsOf(settings: AuthoritySettings) {
  return {
    name: settings.name,
    sender: settings.sender,
    inbound_keyword: settings.inboundKeyword,
    language: settings.language,
    time_zone: settings.timeZone,
    retention_days: settings.retentionDays,
    on_uncertain: settings.onUncertain,
    max_per_number_per_day: settings.maxPerNumberPerDay,
    settings: JSON.stringify(settings),
  };
}

/** Inserts an authority. @returns undefined when the id is taken */
export async function insertAuthority(
  trx: Db,
  id: string,
  settings: AuthoritySettings,
  now: Date,
): Promise<Authority | undefined> {
  const row = await trx
    .insertInto('authority')
    .values({ id, ...columnsOf(settings), created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toAuthority(row);
}

/** Replaces the settings of an authority that the transaction has locked. */
export async function updateAuthority(trx: Db, id: string, settings: AuthoritySettings, now: Date): Promise<Authority> {
  const row = await trx
    .updateTable('authority')
    .set((eb) => ({
      ...columnsOf(settings),
      version: eb('version', '+', 1),
      notice_changed_at: sql<Date | null>`case
        when settings ->> 'minimumNotice' is distinct from ${settings.minimumNotice}
          or time_zone <> ${settings.timeZone}
        then ${now}::timestamptz else notice_changed_at end`,
      recipients_changed_at: sql<Date | null>`case
        when settings -> 'withoutReminders' is distinct from ${JSON.stringify(settings.withoutReminders)}::jsonb
        then ${now}::timestamptz else recipients_changed_at end`,
      updated_at: now,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAuthority(row);
}

/** Sets the pause of an authority; null lifts it. */
export async function setAuthorityPause(trx: Db, id: string, pause: Pause | null, now: Date): Promise<void> {
  await trx
    .updateTable('authority')
    .set((eb) => ({ ...pauseColumns(pause), version: eb('version', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .execute();
}

/** The columns of a pause, in `authority` and `source`; null lifts it. */
export function pauseColumns(pause: Pause | null) {
  return { paused_at: pause?.at ?? null, paused_until: pause?.until ?? null, pause_reason: pause?.reason ?? null };
}

/** A column of the pause of a source or an authority. */
export type PauseColumn = 'paused_at' | 'paused_until' | 'pause_reason';

/** The pause that a row holds; null: none. It stays on the row after its end: `inForce` compares `until` with now. */
export function pauseOf(row: Pick<Selectable<Database['source']>, PauseColumn>): Pause | null {
  return row.paused_at ? { at: row.paused_at, until: row.paused_until, reason: row.pause_reason ?? '' } : null;
}
