import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** An id of a source that stands in place of one whose citizen may be erased. */
export interface ErasedId {
  readonly sourceId: string;
  readonly value: string;
}

/** Finds those of the ids that an appointment, or a group, is stored under. */
export async function findErasedIds(db: Kysely<Database>, ids: readonly ErasedId[]): Promise<ErasedId[]> {
  if (ids.length === 0) return [];
  const wanted = unnest(
    ids.map(({ sourceId, value }) => ({ source_id: sourceId, value })),
    { source_id: 'text', value: 'text' },
  );
  const { rows } = await sql<ErasedId>`
    select distinct x.source_id as "sourceId", x.value from ${wanted}
    where exists (select from appointment a where a.source_id = x.source_id and a.reference = x.value)
      or exists (select from appointment a where a.source_id = x.source_id and a.group_reference = x.value)`.execute(
    db,
  );
  return rows;
}
