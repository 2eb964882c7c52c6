import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** A source that has sent a message. */
export interface ActiveSource {
  readonly authorityId: string;
  readonly sourceId: string;
}

/** Notes that these sources have sent a message. */
export async function noteActivity(db: Kysely<Database>, sources: readonly ActiveSource[], now: Date): Promise<void> {
  const rows = sources.map(({ sourceId: source_id, authorityId: authority_id }) => ({ source_id, authority_id }));
  const given = unnest(rows, { source_id: 'text', authority_id: 'text' });
  // The order lets processes wait for each other and never deadlock.
  await sql`
    insert into source_activity as a (source_id, authority_id, last_at)
    select x.source_id, x.authority_id, ${now}::timestamptz from ${given}
    order by x.source_id
    on conflict (source_id) do update set last_at = greatest(a.last_at, excluded.last_at)`.execute(db);
}
