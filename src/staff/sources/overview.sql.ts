import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';

/** When a source last sent something that was taken, and something that was refused; null: nothing that is kept. */
interface LastOfSource {
  readonly messageAt: Date | null;
  readonly refusedAt: Date | null;
}

/** The last messages of an authority's sources, by the sources' ids. */
export async function lastOfSources(
  db: Kysely<Database>,
  authorityId: string,
  sourceIds: readonly string[],
): Promise<Map<string, LastOfSource>> {
  const { rows } = await sql<LastOfSource & { id: string }>`
    select s.id,
      (select a.last_at from source_activity a where a.source_id = s.id) as "messageAt",
      (select r.at from refusal r where r.source_id = s.id order by r.id desc limit 1) as "refusedAt"
    from source s where s.authority_id = ${authorityId} and s.id = any(${sourceIds}::text[])`.execute(db);
  return new Map(rows.map(({ id, ...last }) => [id, last]));
}
