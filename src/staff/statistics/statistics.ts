import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay, startOfDay } from '../../domain/calendar.ts';
import { DAY_MS } from '../../domain/duration.ts';
import { Problem } from '../../domain/errors.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { readAuthority } from '../authorities/authorities.ts';
import { type Cost, readCosts } from './costs.ts';
import {
  countOptOuts,
  type Dimension,
  type Period,
  readStatistics,
  readStatisticsOf,
  type StatisticsCount,
  type StatisticsPeriod,
} from './statistics.sql.ts';

const DEFAULT_DAYS = 30;
const MAX_DAYS = 3_660;
/** No reminder is due outside of these days, and some date functions can't write days far outside of them. */
const FIRST_DAY = '1900-01-01';
const LAST_DAY = '2199-12-31';

export type { Period } from './statistics.sql.ts';

/** The states that are counted, in the order of the columns. A reminder that is being handed over counts as planned. */
export const COUNTED = [
  'planned',
  'accepted',
  'delivered',
  'undelivered',
  'rejected',
  'uncertain',
  'expired',
  'suppressed',
  'cancelled',
  'superseded',
] as const satisfies readonly ReminderStatus[];

/** The dimensions that the rows of the statistics can be grouped by. */
export const STATISTICS_BY = [
  'day',
  'week',
  'template',
  'language',
  'gateway',
  'department',
  'reason',
] as const satisfies readonly (Dimension | 'week' | 'reason')[];
/** A member of `STATISTICS_BY`. A week goes from Monday to Sunday; its key is its Monday, also before the period. */
export type StatisticsBy = (typeof STATISTICS_BY)[number];

/** A row of the statistics. */
export type Counts = Readonly<Record<(typeof COUNTED)[number] | 'segments' | 'optOuts', number>>;

/** The columns of figures of every CSV, in their order, whatever is counted: a sheet that was built on them goes on. */
export const CSV_COLUMNS = [...COUNTED, 'segments', 'share', 'opt_outs'] as const;

/** The statistics of one authority over a period. */
export interface Statistics extends Period {
  readonly by: StatisticsBy;
  readonly rows: readonly (Counts & { readonly key: string })[];
  readonly total: Counts;
  /** Costs of what was handed over, by gateway and country; null where no price was ever entered. */
  readonly costs: readonly Cost[] | null;
}

interface AskedPeriod {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Delivered ones among those whose fate is known, from 0 to 1; null: none is. */
export function deliveredShareOf({ delivered, undelivered }: Counts): number | null {
  const known = delivered + undelivered;
  return known === 0 ? null : delivered / known;
}

/** The cells of `CSV_COLUMNS`; the share in percent, with a decimal point, and 0.0 also where no fate is known. */
export function csvFigures(counts: Counts): string[] {
  const share = (100 * (deliveredShareOf(counts) ?? 0)).toFixed(1);
  return [...[...COUNTED, 'segments' as const].map((column) => String(counts[column])), share, String(counts.optOuts)];
}

/**
 * The authority's statistics over the period that was asked for, by default the 30 days until today.
 * @throws Problem 404 for an unknown authority, 422 for a period that `choosePeriod` refuses
 */
export async function readStatisticsFor(
  deps: DatabaseAccess,
  authorityId: string,
  asked: AskedPeriod & { readonly by: StatisticsBy },
  now: Date,
): Promise<Statistics> {
  const authority = await readAuthority(deps, authorityId);
  const period = choosePeriod(asked, localDay(now, authority.timeZone));
  return getStatistics(deps, authority, { ...period, by: asked.by });
}

/**
 * Fills in what is left out: `to` is today, `from` 29 days before `to`.
 * @throws Problem 422 for a period that ends before it begins, is longer than ten years, or lies outside of 1900 to
 * 2199
 */
export function choosePeriod(asked: AskedPeriod, today: string): Period {
  const to = asked.to ?? today;
  const from = asked.from ?? new Date(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (to < FIRST_DAY || to > LAST_DAY)
    throw refusal('to', 'out_of_range', `Write a day from ${FIRST_DAY} to ${LAST_DAY}.`);
  if (from < FIRST_DAY) throw refusal('from', 'out_of_range', `Write a day from ${FIRST_DAY}.`);
  if (days < 1) throw refusal('from', 'after_to', 'The period ends before it begins.');
  if (days > MAX_DAYS) throw refusal('from', 'too_long', `A period may be ${MAX_DAYS} days at most.`);
  return { from, to };
}

function refusal(pointer: 'from' | 'to', code: string, detail: string): Problem {
  return new Problem(422, 'invalid', 'The request was understood and refused: see errors.', {
    faults: [{ pointer, code, detail }],
  });
}

/**
 * Counts each reminder once, on the day in the authority's zone on which it was due, under the state that it has now.
 * @param period.from `YYYY-MM-DD`, not after `period.to`
 * @param period.departments only reminders of these, and no opt-outs, which have none; null or left out: all
 */
export async function getStatistics(
  deps: DatabaseAccess,
  authority: Pick<Authority, 'id' | 'timeZone'>,
  period: Period & { readonly by: StatisticsBy; readonly departments?: readonly string[] | null },
): Promise<Statistics> {
  const { from, to, by, departments = null } = period;
  const dimension = by === 'week' ? 'day' : by;
  const counts = await readCounts(deps, dimension, { authorityId: authority.id, from, to }, departments);
  const byDay = dimension === 'day';
  const keyOf = by === 'week' ? mondayOf : (key: string) => key;
  const days = byDay ? daysBetween(from, to) : [from];
  const moments =
    departments === null ? [...days, addDays(to, 1)].map((day) => startOfDay(day, authority.timeZone)) : [];
  const optOuts = await countOptOuts(deps.db, authority.id, moments);
  const keys = byDay ? days : counts.map(({ key }) => key);
  const rows = new Map(keys.map((key) => [keyOf(key), none()]));
  if (byDay) for (const [nth, day] of days.entries()) addOptOuts(rows.get(keyOf(day)), optOuts[nth]);
  const total = { ...none(), optOuts: optOuts.reduce((sum, count) => sum + count, 0) };
  for (const count of counts) {
    const row = rows.get(keyOf(count.key));
    if (row) add(row, count);
    add(total, count);
  }
  const costs = await readCosts(deps, authority.id, [{ from, to }]);
  return { from, to, by, rows: [...rows].map(([key, row]) => ({ key, ...row })), total, costs: costs?.[0] ?? null };
}

function readCounts(
  { db }: DatabaseAccess,
  by: Dimension | 'reason',
  period: StatisticsPeriod,
  departments: readonly string[] | null,
): Promise<StatisticsCount[]> {
  if (departments === null) return readStatistics(db, by, period);
  return readStatisticsOf(db, by, period, departments);
}

/**
 * Counts reminders day by day, as `getStatistics` does, and no opt-outs.
 * @param departments null: all
 * @returns the counts of a part of the period
 */
export async function readDays(
  deps: DatabaseAccess,
  period: StatisticsPeriod,
  departments: readonly string[] | null,
): Promise<(part: Period) => Counts> {
  const counts = await readCounts(deps, 'day', period, departments);
  return ({ from, to }) => {
    const sums = none();
    for (const count of counts) if (count.key >= from && count.key <= to) add(sums, count);
    return sums;
  };
}

type Sums = { -readonly [K in keyof Counts]: number };

function none(): Sums {
  return Object.fromEntries([...COUNTED, 'segments', 'optOuts'].map((name) => [name, 0])) as Sums;
}

function add(sums: Sums, { status, reminders, segments }: StatisticsCount): void {
  if (status !== 'handing_over') sums[status] += reminders;
  sums.segments += segments;
}

function addOptOuts(sums: Sums | undefined, count = 0): void {
  if (sums) sums.optOuts += count;
}

/** The Monday of the week that a day is in (ISO 8601-1 §4.2.2). */
function mondayOf(day: string): string {
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

/** The days of a period, `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Periods that staff choose by name. */
export const PRESETS = ['week', 'days30', 'month', 'lastMonth', 'year'] as const;
/** A member of `PRESETS`. */
export type Preset = (typeof PRESETS)[number];

/** The period of a name, seen from today (`YYYY-MM-DD`). */
export function presetPeriod(preset: Preset, today: string): Period {
  const month = `${today.slice(0, 7)}-01`;
  const lastOfMonthBefore = addDays(month, -1);
  switch (preset) {
    case 'week':
      return { from: addDays(today, -6), to: today };
    case 'days30':
      return { from: addDays(today, -29), to: today };
    case 'month':
      return { from: month, to: today };
    case 'lastMonth':
      return { from: `${lastOfMonthBefore.slice(0, 7)}-01`, to: lastOfMonthBefore };
    case 'year':
      return { from: addDays(today, -364), to: today };
  }
}
