import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import { firstId } from '../../domain/ids.ts';

/** The newest messages, by which it is judged how fast an SMS arrives now. */
const NEWEST = 500;
/** Messages that are taken of each day: a month is covered with few rows, which the index finds at once. */
const NEWEST_OF_DAY = 20;

/** Days of a list of days, by their places in it, both included. */
export interface DaySpan {
  readonly first: number;
  readonly last: number;
}

/**
 * The median times in seconds from the hand-over to the receipt: of those among the newest 500 messages that
 * were delivered, and, for each span, among the newest twenty messages of each of its days.
 * @param midnights the beginnings of the days, one after another, and the end of the last one
 * @param departments null: all
 * @returns null where none of them was delivered
 */
export async function medianDeliveries(
  db: Db,
  authorityId: string,
  { midnights, spans }: { readonly midnights: readonly Date[]; readonly spans: readonly DaySpan[] },
  departments: readonly string[] | null,
): Promise<{ readonly newest: number | null; readonly spans: readonly (number | null)[] }> {
  const ids = midnights.map(firstId);
  const days = ids.slice(1).map((after, nth) => ({ nth, first: ids[nth], after }));
  const { rows } = await sql<{ span: number | null; seconds: number }>`
    with delivered as (
      select d.* from ${unnest(days, { nth: 'int', first: 'uuid', after: 'uuid' })}, lateral (
        select x.nth, ${SECONDS} as seconds, ${isDelivered(departments)} as counts from message
        where authority_id = ${authorityId} and id >= x.first and id < x.after
        order by id desc limit ${NEWEST_OF_DAY}) d)
    select null as span, ${medianOf('m.seconds')} as seconds from (
      select ${SECONDS} as seconds, ${isDelivered(departments)} as counts from message
      where authority_id = ${authorityId} order by id desc limit ${NEWEST}) m where m.counts
    union all
    select x.nth, ${medianOf('d.seconds')}
    from ${unnest(
      spans.map((span, nth) => ({ nth, ...span })),
      { nth: 'int', first: 'int', last: 'int' },
    )} join delivered d on d.nth between x.first and x.last
    where d.counts group by x.nth`.execute(db);
  const of = (span: number | null) => rows.find((row) => row.span === span)?.seconds ?? null;
  return { newest: of(null), spans: spans.map((_, nth) => of(nth)) };
}

const SECONDS = sql`extract(epoch from delivered_at - handed_over_at)`;

const medianOf = (column: string) => sql`percentile_cont(0.5) within group (order by ${sql.ref(column)})::float8`;

function isDelivered(departments: readonly string[] | null): RawBuilder<unknown> {
  return sql`status = 'delivered' and delivered_at >= handed_over_at and reminder_id is not null
    ${departments ? sql`and department = any(${departments}::text[])` : sql``}`;
}
