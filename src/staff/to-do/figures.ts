import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay, readLocal } from '../../domain/calendar.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { type Counts, deliveredShareOf, getStatistics, type Statistics } from '../statistics/statistics.ts';
import { medianDelivery, medianDeliveryBetween } from './figures.sql.ts';

/** A day with what was planned and sent on it. */
export interface DayFigures {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly planned: number;
  /** Handed over, whatever became of it. */
  readonly sent: number;
}

/** A part of a month in figures. */
export interface MonthFigures {
  /** Days, YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly sent: number;
  /** Delivered ones among those whose fate is known, from 0 to 1; null: none is. */
  readonly deliveredShare: number | null;
  /** Handed over without anybody knowing yet what became of them. */
  readonly fateUnknown: number;
  readonly segments: number;
  /** Seconds, by the newest messages of each day; null: none of them was delivered. */
  readonly medianDelivery: number | null;
  /** By currency, ISO 4217; null: no price was ever entered, or the reader sees some departments only. */
  readonly costs: readonly { readonly currency: string; readonly amount: number }[] | null;
}

/** The figures of the start page. */
export interface TodoFigures {
  readonly today: DayFigures;
  /** The seven days after today. */
  readonly week: readonly DayFigures[];
  readonly thisMonth: MonthFigures;
  /** The month before up to the same day of it. */
  readonly sameDaysBefore: MonthFigures;
  readonly lastMonth: MonthFigures;
  /** Seconds, by the newest messages of all; null: none of them was delivered. */
  readonly medianDelivery: number | null;
}

const WEEK = 7;

/** Reads the figures of an authority. @param departments the reader is limited to these; null: to none */
export async function readFigures(
  deps: DatabaseAccess,
  authority: Pick<Authority, 'id' | 'timeZone'>,
  departments: readonly string[] | null,
  now: Date,
): Promise<TodoFigures> {
  const today = localDay(now, authority.timeZone);
  const month = `${today.slice(0, 7)}-01`;
  const lastDay = addDays(month, -1);
  const before = `${lastDay.slice(0, 7)}-01`;
  const sameDay = addDays(before, Number(today.slice(8)) - 1);
  const [upTo = lastDay] = [sameDay, lastDay].sort();
  const read = (from: string, to: string) => getStatistics(deps, authority, { from, to, by: 'day', departments });
  const readMonth = async (from: string, to: string) => {
    const midnights = midnightsOf(from, to, authority.timeZone);
    const median = medianDeliveryBetween(deps.db, authority.id, midnights, departments);
    return monthOf(...(await Promise.all([read(from, to), median])), departments);
  };
  const [ahead, thisMonth, sameDaysBefore, lastMonth, median] = await Promise.all([
    read(today, addDays(today, WEEK)),
    readMonth(month, today),
    readMonth(before, upTo),
    readMonth(before, lastDay),
    medianDelivery(deps.db, authority.id, departments),
  ]);
  const [first, ...week] = ahead.rows.map((row) => ({ day: row.key, planned: row.planned, sent: sentOf(row) }));
  return {
    today: first ?? { day: today, planned: 0, sent: 0 },
    week,
    ...{ thisMonth, sameDaysBefore, lastMonth },
    medianDelivery: median,
  };
}

function sentOf({ accepted, delivered, undelivered, uncertain }: Counts): number {
  return accepted + delivered + undelivered + uncertain;
}

/** The beginnings of the days of a period, and the end of the last one. */
function midnightsOf(from: string, to: string, zone: string): Date[] {
  const midnights: Date[] = [];
  for (let day = from; day <= addDays(to, 1); day = addDays(day, 1)) midnights.push(readLocal(`${day}T00:00`, zone).at);
  return midnights;
}

function monthOf(
  { from, to, total, costs }: Statistics,
  medianDelivery: number | null,
  departments: readonly string[] | null,
): MonthFigures {
  return {
    ...{ from, to, sent: sentOf(total), segments: total.segments, medianDelivery },
    deliveredShare: deliveredShareOf(total),
    fateUnknown: total.accepted + total.uncertain,
    costs: departments === null && costs ? sumOf(costs) : null,
  };
}

function sumOf(costs: NonNullable<Statistics['costs']>): { currency: string; amount: number }[] {
  const sums = new Map<string, number>();
  for (const { currency, amount } of costs)
    if (currency !== null) sums.set(currency, (sums.get(currency) ?? 0) + (amount ?? 0));
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}
