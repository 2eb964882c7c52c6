import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';

/** An appointment whose status is unclear. */
export interface UnclearRow {
  readonly reference: string;
  readonly unclear: Buffer;
}

/** Condition on an appointment `a`: its status is unclear, and it is still ahead. */
function isUnclearAhead(now: Date): RawBuilder<unknown> {
  return sql`a.unclear_status is not null and (a.start_at is null or a.start_at > ${now})`;
}

/** The sources with appointments ahead whose status is unclear, in order. */
export async function listUnclearSources(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ source_id: string }>`
    select distinct a.source_id from appointment a where ${isUnclearAhead(now)} order by a.source_id`.execute(db);
  return rows.map(({ source_id }) => source_id);
}

/**
 * Locks appointments ahead of a source whose status is unclear by one of these words, in the order in which everybody
 * locks appointments.
 * @param words the stored hash of each
 * @param page.after the reference that it goes on behind
 */
export async function lockUnclear(
  trx: Db,
  source: { readonly authorityId: string; readonly id: string },
  words: readonly Buffer[],
  page: { readonly after: string; readonly limit: number },
  now: Date,
): Promise<UnclearRow[]> {
  const { rows } = await sql<UnclearRow>`
    select a.reference, a.unclear_status as unclear from appointment a
    where a.authority_id = ${source.authorityId} and a.source_id = ${source.id} and ${isUnclearAhead(now)}
      and exists (select from unnest(${words}::bytea[]) w where position(w in a.unclear_status) > 0)
      and a.reference > ${page.after}
    order by a.reference limit ${page.limit} for update of a`.execute(trx);
  return rows;
}
