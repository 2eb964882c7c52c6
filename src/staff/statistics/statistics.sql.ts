import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import { addDays } from '../../domain/calendar.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';

/** Gateway and country, by which a supplier charges, as `statistics_sum` has them; null: never handed over. */
const ROUTE = sql`(case when gateway <> 'none' then gateway || ' ' || country end)`;

/** The reason as `statistics_sum` has it; null where there is none. */
const REASON = sql`nullif(reason, 'none')`;

/** Segments that one gateway handed over to one country in one of several periods. */
export interface RouteSegments {
  /** The place of the period. */
  readonly period: number;
  /** The gateway's id. */
  readonly gateway: string;
  readonly country: string;
  readonly segments: number;
}

/** A dimension that counts are stored by. */
export type Dimension = 'day' | 'template' | 'language' | 'gateway' | 'department';

/** Days in the authority's zone, `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Days of one authority. */
export interface StatisticsPeriod extends Period {
  readonly authorityId: string;
}

/** Reminders with one state under one key of a dimension. */
export interface StatisticsCount {
  readonly key: string;
  /** Never `handing_over`: such a one counts as planned. */
  readonly status: ReminderStatus;
  readonly reminders: number;
  readonly segments: number;
}

/**
 * Roll-ups and what is not folded into them yet, in one statement, so that a fold in between can't be seen by halves.
 */
export async function readStatistics(
  db: Db,
  by: Dimension | 'route' | 'reason',
  period: StatisticsPeriod,
): Promise<StatisticsCount[]> {
  const { authorityId, from, to } = period;
  // Each by itself, so that it is one range of the primary key.
  const parts = partsOf(by, from, to).map(
    ({ span, first, end }) => sql`
      select key, status, reminders, segments from statistics_sum
      where authority_id = ${authorityId} and dimension = ${by} and span = ${span} and begins >= ${first}::date
        and begins < ${end}::date
      union all`,
  );
  const { rows } = await sql<CountRow>`
    select counted.key, status, sum(reminders) as reminders, sum(segments) as segments
    from (${sql.join(parts, sql``)}
      select ${keyOf(by)}::text as key, status, reminders, segments from statistics_delta
      where authority_id = ${authorityId} and day between ${from}::date and ${to}::date) counted
    where key is not null
    group by counted.key, status having sum(reminders) <> 0 or sum(segments) <> 0
    order by counted.key`.execute(db);
  return rows.map(toCount);
}

/** Counts by route what was handed over in several periods, by period and route; what has none is missing. */
export async function readRoutes(db: Db, authorityId: string, periods: readonly Period[]): Promise<RouteSegments[]> {
  const days = periods.map(({ from, to }, period) => ({ period, from, to }));
  const spans = days.flatMap(({ period, from, to }) =>
    partsOf('route', from, to).map(({ span, first, end }) => ({ period, span, first, end })),
  );
  const { rows } = await sql<Omit<RouteSegments, 'segments'> & { readonly segments: string }>`
    select period, split_part(key, ' ', 1) as gateway, split_part(key, ' ', 2) as country, sum(segments) as segments
    from (
      select x.period, s.key, s.segments
      from ${unnest(spans, { period: 'int', span: 'text', first: 'date', end: 'date' })} cross join lateral (
        select key, segments from statistics_sum where authority_id = ${authorityId} and dimension = 'route'
          and span = x.span and begins >= x.first and begins < x.end offset 0) s
      union all
      select x.period, ${ROUTE}, segments
      from statistics_delta
        join ${unnest(days, { period: 'int', from: 'date', to: 'date' })} on day between x.from and x.to
      where authority_id = ${authorityId}) counted
    where key is not null
    group by period, key having sum(segments) <> 0 order by period, key`.execute(db);
  return rows.map((row) => ({ ...row, segments: Number(row.segments) }));
}

function keyOf(by: Dimension | 'route' | 'reason') {
  if (by === 'route') return ROUTE;
  return by === 'reason' ? REASON : sql.ref(by);
}

interface CountRow {
  readonly key: string;
  readonly status: ReminderStatus;
  readonly reminders: string;
  readonly segments: string;
}

function toCount({ key, status, reminders, segments }: CountRow): StatisticsCount {
  return { key, status, reminders: Number(reminders), segments: Number(segments) };
}

/** The same of some departments, from the finer rows: the sums know one dimension at a time. */
export async function readStatisticsOf(
  db: Db,
  by: Dimension | 'reason',
  { authorityId, from, to }: StatisticsPeriod,
  departments: readonly string[],
): Promise<StatisticsCount[]> {
  const part = (table: 'statistics_day' | 'statistics_delta') => sql`
    select ${keyOf(by)}::text as key, status, reminders, segments from ${sql.table(table)}
    where authority_id = ${authorityId} and day between ${from}::date and ${to}::date
      and department = any(${departments}::text[])`;
  const { rows } = await sql<CountRow>`
    select counted.key, status, sum(reminders) as reminders, sum(segments) as segments
    from (${part('statistics_day')} union all ${part('statistics_delta')}) counted
    where key is not null
    group by counted.key, status having sum(reminders) <> 0 or sum(segments) <> 0
    order by counted.key`.execute(db);
  return rows.map(toCount);
}

interface SummedSpan {
  readonly span: 'day' | 'month';
  readonly first: string;
  /** Not included. */
  readonly end: string;
}

/** A period's whole months, and the days before and after them. */
function partsOf(by: Dimension | 'route' | 'reason', from: string, to: string): SummedSpan[] {
  const end = addDays(to, 1);
  const firstMonth = from.endsWith('-01') ? from : monthOf(addDays(monthOf(from), 31));
  const months: SummedSpan = { span: 'month', first: firstMonth, end: monthOf(end) };
  if (by === 'day' || months.first >= months.end) return [{ span: 'day', first: from, end }];
  return [{ span: 'day', first: from, end: months.first }, months, { span: 'day', first: months.end, end }];
}

function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/**
 * How many opt-outs of the authority were recorded from each of these moments on and before the next one, lifted since
 * or not.
 * @returns one less than there are moments
 */
export async function countOptOuts(db: Db, authorityId: string, moments: readonly Date[]): Promise<number[]> {
  const spans = moments.slice(1).map((end, nth) => ({ nth, first: moments[nth], end }));
  // Each span reads one range of the index: to compute each opt-out's day costs several times as much.
  const { rows } = await sql<{ count: string }>`
    select (select count(*) from opt_out
      where authority_id = ${authorityId} and recorded_at >= x.first and recorded_at < x.end) as count
    from ${unnest(spans, { nth: 'int', first: 'timestamptz', end: 'timestamptz' })} order by x.nth`.execute(db);
  return rows.map(({ count }) => Number(count));
}

/**
 * Moves what statements appended into the daily roll-ups. Several processes may do it at once: each takes rows that no
 * other holds, and the roll-ups are written in one order, so that they wait for each other and never deadlock.
 * @returns how many were moved; fewer than `limit` when none are left
 */
export async function foldStatistics(db: Db, limit: number): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    with taken as (
      delete from statistics_delta
        where id = any(array(select id from statistics_delta order by id limit ${limit} for update skip locked))
      returning authority_id, day, template, language, gateway, department, country, status, reason, reminders,
        segments),
    folded as (
      insert into statistics_day as d (authority_id, day, template, language, gateway, department, country, status,
        reason, reminders, segments)
      select authority_id, day, template, language, gateway, department, country, status, reason, sum(reminders),
        sum(segments)
      from taken group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 2, 3, 4, 5, 6, 7, 8, 9
      on conflict (authority_id, day, template, language, gateway, department, country, status, reason)
      do update set reminders = d.reminders + excluded.reminders, segments = d.segments + excluded.segments)
    select count(*) as count from taken`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
