import { type Kysely, sql } from 'kysely';
import type { ReminderStatus } from '../domain/reminder.ts';
import type { Database } from './database.ts';

export type StatisticsBy = 'day' | 'template' | 'language' | 'gateway' | 'department';

/** Days in the authority's zone, `YYYY-MM-DD`, both included. */
export interface StatisticsPeriod {
  readonly authorityId: string;
  readonly from: string;
  readonly to: string;
}

export interface StatisticsCount {
  readonly key: string;
  /** Never `claimed`: such a one counts as planned. */
  readonly status: ReminderStatus;
  readonly reminders: number;
  readonly segments: number;
}

/** Roll-ups and what is not folded into them yet, in one statement, so that a fold in between can't be seen by halves. */
export async function readStatistics(db: Kysely<Database>, by: StatisticsBy, period: StatisticsPeriod): Promise<StatisticsCount[]> {
  const { authorityId, from, to } = period;
  const key = sql.ref(by);
  const those = sql`where authority_id = ${authorityId} and day between ${from}::date and ${to}::date`;
  const { rows } = await sql<{ key: string; status: ReminderStatus; reminders: string; segments: string }>`
    select counted.key::text as key, status, sum(reminders) as reminders, sum(segments) as segments
    from (
      select ${key} as key, status, reminders, segments from statistics_day ${those}
      union all
      select ${key}, status, reminders, segments from statistics_delta ${those}) counted
    group by counted.key, status having sum(reminders) <> 0 or sum(segments) <> 0
    order by counted.key`.execute(db);
  return rows.map(({ key, status, reminders, segments }) => ({ key, status, reminders: Number(reminders), segments: Number(segments) }));
}

/** How many opt-outs of the authority were recorded on each day of its zone, lifted since or not. */
export async function countOptOuts(
  db: Kysely<Database>,
  authorityId: string,
  timeZone: string,
  span: { readonly from: Date; readonly before: Date },
): Promise<Map<string, number>> {
  const { rows } = await sql<{ day: string; count: string }>`
    select (recorded_at at time zone ${timeZone}::text)::date::text as day, count(*) as count from opt_out
    where authority_id = ${authorityId} and recorded_at >= ${span.from} and recorded_at < ${span.before} group by 1`.execute(db);
  return new Map(rows.map((row) => [row.day, Number(row.count)]));
}

/**
 * Moves what statements appended into the daily roll-ups. Several processes may do it at once: each takes rows that no other holds, and
 * the roll-ups are written in one order, so that they wait for each other and never deadlock.
 * @returns how many were moved; fewer than `limit` when none are left
 */
export async function foldStatistics(db: Kysely<Database>, limit: number): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    with taken as (
      delete from statistics_delta where id = any(array(select id from statistics_delta order by id limit ${limit} for update skip locked))
      returning authority_id, day, template, language, gateway, department, status, reminders, segments),
    folded as (
      insert into statistics_day as d (authority_id, day, template, language, gateway, department, status, reminders, segments)
      select authority_id, day, template, language, gateway, department, status, sum(reminders), sum(segments)
      from taken group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
      on conflict (authority_id, day, template, language, gateway, department, status)
      do update set reminders = d.reminders + excluded.reminders, segments = d.segments + excluded.segments)
    select count(*) as count from taken`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
