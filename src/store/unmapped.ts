import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { UnmappedValue } from '../domain/appointment.ts';

/** Codes kept of one source: enough to show that a sender makes them up. */
export const MOST_OF_A_SOURCE = 200;

/** A code that a source sent and that its settings don't map. */
export interface UnmappedRow {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly field: UnmappedValue['field'];
  readonly value: string;
  /**
   * Reference of an appointment, or of a group, whose events name no kind: the row is left out where it is no visit,
   * since its place may be the citizen's address.
   */
  readonly unlessAtHome?: string | undefined;
}

/** An unmapped code as it is stored. */
export interface ListedUnmapped {
  readonly field: UnmappedValue['field'];
  readonly value: string;
  readonly firstAt: Date;
  /** Accurate to the hour. */
  readonly lastAt: Date;
}

/**
 * Stores codes that sources' settings don't map; the last time of a known code is updated once an hour at most.
 * @param rows without duplicates
 */
export async function noteUnmapped(db: Kysely<Database>, rows: readonly UnmappedRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const given = unnest(
    rows.map((row) => ({
      ...{ authority_id: row.authorityId, source_id: row.sourceId, field: row.field, value: row.value },
      reference: row.unlessAtHome ?? null,
    })),
    { authority_id: 'text', source_id: 'text', field: 'text', value: 'text', reference: 'text' },
  );
  await sql`
    with ranked as (
      select x.*, u.source_id is not null as known,
        row_number() over (partition by x.source_id, u.source_id is not null order by x.field, x.value) as nth
      from ${given} left join unmapped_value u using (source_id, field, value)
      where not exists (select from appointment a
          where a.source_id = x.source_id and a.reference = x.reference and a.kind <> 'visit')
        and not exists (select from appointment a
          where a.source_id = x.source_id and a.group_reference = x.reference and a.kind <> 'visit'))
    insert into unmapped_value (authority_id, source_id, field, value, first_at, last_at)
    select authority_id, source_id, field, value, ${now}, ${now} from ranked r
    where known or nth + (select count(*) from unmapped_value k where k.source_id = r.source_id) <= ${MOST_OF_A_SOURCE}
    order by source_id, field, value
    on conflict (source_id, field, value) do update set last_at = excluded.last_at
      where unmapped_value.last_at <= excluded.last_at - interval '1 hour'`.execute(db);
}

/** The stored codes of the authority's source, by field and value: about 200 at most. */
export async function listUnmapped(
  db: Kysely<Database>,
  authorityId: string,
  sourceId: string,
): Promise<ListedUnmapped[]> {
  return db
    .selectFrom('unmapped_value')
    .select(['field', 'value', 'first_at as firstAt', 'last_at as lastAt'])
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .orderBy('field', 'desc')
    .orderBy('value')
    .execute();
}

/** Deletes codes that were last sent before this instant. */
export async function purgeUnmapped(db: Kysely<Database>, authorityId: string, before: Date): Promise<void> {
  await db.deleteFrom('unmapped_value').where('authority_id', '=', authorityId).where('last_at', '<', before).execute();
}
