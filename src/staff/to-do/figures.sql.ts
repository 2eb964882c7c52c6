import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';

/** The newest messages tell how fast an SMS arrives now. */
const NEWEST = 500;

/**
 * The median time in seconds from the hand-over to the receipt, of those among the authority's newest 500 messages that
 * were delivered.
 * @param departments null: all
 * @returns null where none of them was
 */
export async function medianDelivery(
  db: Kysely<Database>,
  authorityId: string,
  departments: readonly string[] | null,
): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from delivered_at - handed_over_at))::float8
      as seconds
    from (select * from message where authority_id = ${authorityId} order by id desc limit ${NEWEST}) m
    where status = 'delivered' and delivered_at >= handed_over_at and reminder_id is not null
      ${departments ? sql`and department = any(${departments}::text[])` : sql``}`.execute(db);
  return rows[0]?.seconds ?? null;
}
