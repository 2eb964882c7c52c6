import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';

/** The most that is counted: a more exact number would not be worth its cost. */
const MOST = 10_000;

/**
 * How many reminders are due and wait for each gateway: by the first of their authority's that is configured.
 * @param configured ids in order of preference
 */
export async function countWaiting(db: Db, configured: readonly string[], now: Date): Promise<Map<string, number>> {
  const own = sql`coalesce(a.settings -> 'gateways', '[]'::jsonb)`;
  const { rows } = await sql<{ gateway: string | null; count: string }>`
    select case when jsonb_array_length(${own}) = 0 then ${configured[0]}::text else (
        select e.id from jsonb_array_elements_text(${own}) with ordinality e(id, nth)
        where e.id = any(${configured}::text[]) order by e.nth limit 1) end as gateway, count(*) as count
    from (select authority_id from reminder where next_at <= ${now} order by next_at limit ${MOST}) r
    join authority a on a.id = r.authority_id
    group by 1`.execute(db);
  return new Map(rows.flatMap(({ gateway, count }) => (gateway === null ? [] : [[gateway, Number(count)]])));
}

/** How many messages of each gateway have an outcome that nobody knows yet. */
export async function countUncertain(db: Db): Promise<Map<string, number>> {
  const { rows } = await sql<{ gateway: string; count: string }>`
    select gateway, count(*) as count from (select gateway from uncertain_message limit ${MOST}) u group by gateway
    `.execute(db);
  return new Map(rows.map(({ gateway, count }) => [gateway, Number(count)]));
}
