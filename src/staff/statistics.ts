import type { Authority } from '../domain/authority.ts';
import { addDays, readLocal } from '../domain/calendar.ts';
import type { ReminderStatus } from '../domain/reminder.ts';
import type { Deps } from '../runtime/deps.ts';
import { countOptOuts, readStatistics, type StatisticsBy, type StatisticsCount } from './statistics.sql.ts';

/** The columns of the statistics, in their order. Claimed reminders count as planned. */
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

export type Counts = Readonly<Record<(typeof COUNTED)[number] | 'segments' | 'optOuts', number>>;

export interface Statistics {
  /** Days in the authority's zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: StatisticsBy;
  readonly rows: readonly (Counts & { readonly key: string })[];
  readonly total: Counts;
}

/** @param period.from `YYYY-MM-DD`, not after `period.to` */
export async function getStatistics(
  deps: Pick<Deps, 'db'>,
  authority: Pick<Authority, 'id' | 'timeZone'>,
  period: { readonly from: string; readonly to: string; readonly by: StatisticsBy },
): Promise<Statistics> {
  const { from, to, by } = period;
  const midnight = (day: string) => readLocal(`${day}T00:00`, authority.timeZone).at;
  const counts = await readStatistics(deps.db, by, { authorityId: authority.id, from, to });
  const byDay = by === 'day';
  const days = byDay ? daysBetween(from, to) : [from];
  const optOuts = await countOptOuts(deps.db, authority.id, [...days, addDays(to, 1)].map(midnight));
  const keys = byDay ? days : [...new Set(counts.map(({ key }) => key))];
  const rows = new Map(keys.map((key, nth) => [key, { ...none(), optOuts: byDay ? (optOuts[nth] ?? 0) : 0 }]));
  const total = { ...none(), optOuts: optOuts.reduce((sum, count) => sum + count, 0) };
  for (const count of counts) {
    const row = rows.get(count.key);
    if (row) add(row, count);
    add(total, count);
  }
  return { from, to, by, rows: [...rows].map(([key, row]) => ({ key, ...row })), total };
}

type Sums = { -readonly [K in keyof Counts]: number };

function none(): Sums {
  return Object.fromEntries([...COUNTED, 'segments', 'optOuts'].map((name) => [name, 0])) as Sums;
}

function add(sums: Sums, { status, reminders, segments }: StatisticsCount): void {
  if (status !== 'claimed') sums[status] += reminders;
  sums.segments += segments;
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}
