import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { firstId } from '../../domain/ids.ts';

/** The newest messages, by which it is judged how fast an SMS arrives now. */
const NEWEST = 500;
/** Messages that are taken of each day: a month is covered with few rows, which the index finds at once. */
const NEWEST_OF_DAY = 20;

/**
 * The median time in seconds from the hand-over to the receipt, of those among the authority's newest 500 messages that
 * were delivered.
 * @param departments null: all
 * @returns null where none of them was
 */
export async function medianDelivery(
  db: Db,
  authorityId: string,
  departments: readonly string[] | null,
): Promise<number | null> {
  const newest = sql`(select * from message where authority_id = ${authorityId} order by id desc limit ${NEWEST})`;
  return medianOf(db, newest, departments);
}

/**
 * The same of a period: of the newest twenty messages of each day.
 * @param midnights the beginnings of its days, and the end of the last one
 * @returns null where none of them was delivered
 */
export async function medianDeliveryBetween(
  db: Db,
  authorityId: string,
  midnights: readonly Date[],
  departments: readonly string[] | null,
): Promise<number | null> {
  const ids = midnights.map(firstId);
  const days = sql`unnest(${ids.slice(0, -1)}::uuid[], ${ids.slice(1)}::uuid[])`;
  const newest = sql`(select d.* from ${days} as day (first, after), lateral (
      select * from message where authority_id = ${authorityId} and id >= day.first and id < day.after
      order by id desc limit ${NEWEST_OF_DAY}) d)`;
  return medianOf(db, newest, departments);
}

async function medianOf(
  db: Db,
  messages: RawBuilder<unknown>,
  departments: readonly string[] | null,
): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from delivered_at - handed_over_at))::float8
      as seconds
    from ${messages} m
    where status = 'delivered' and delivered_at >= handed_over_at and reminder_id is not null
      ${departments ? sql`and department = any(${departments}::text[])` : sql``}`.execute(db);
  return rows[0]?.seconds ?? null;
}
