import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay, startOfDay } from '../../domain/calendar.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { type Cost, readCosts } from '../statistics/costs.ts';
import { type Counts, daysBetween, deliveredShareOf, type Period, readDays } from '../statistics/statistics.ts';
import { medianDeliveries } from './figures.sql.ts';

interface DayFigures {
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
  const authorityId = authority.id;
  const months = [
    { from: month, to: today },
    { from: before, to: upTo },
    { from: before, to: lastDay },
  ] as const;
  const days = daysBetween(before, today);
  const medians = {
    midnights: [...days, addDays(today, 1)].map((day) => startOfDay(day, authority.timeZone)),
    spans: months.map(({ from, to }) => ({ first: days.indexOf(from), last: days.indexOf(to) })),
  };
  const [countOf, seconds, costs] = await Promise.all([
    readDays(deps, { authorityId, from: before, to: addDays(today, WEEK) }, departments),
    medianDeliveries(deps.db, authorityId, medians, departments),
    departments === null ? readCosts(deps, authorityId, months) : null,
  ]);
  const figuresOfMonth = (nth: 0 | 1 | 2) =>
    monthOf(months[nth], countOf(months[nth]), seconds.spans[nth] ?? null, costs?.[nth] ?? null);
  const figuresOf = (day: string): DayFigures => {
    const counts = countOf({ from: day, to: day });
    return { day, planned: counts.planned, sent: sentOf(counts) };
  };
  return {
    today: figuresOf(today),
    week: Array.from({ length: WEEK }, (_, nth) => figuresOf(addDays(today, nth + 1))),
    thisMonth: figuresOfMonth(0),
    sameDaysBefore: figuresOfMonth(1),
    lastMonth: figuresOfMonth(2),
    medianDelivery: seconds.newest,
  };
}

function sentOf({ accepted, delivered, undelivered, uncertain }: Counts): number {
  return accepted + delivered + undelivered + uncertain;
}

function monthOf(
  period: Period,
  counts: Counts,
  medianDelivery: number | null,
  costs: readonly Cost[] | null,
): MonthFigures {
  return {
    ...period,
    sent: sentOf(counts),
    segments: counts.segments,
    medianDelivery,
    deliveredShare: deliveredShareOf(counts),
    fateUnknown: counts.accepted + counts.uncertain,
    costs: costs && sumOf(costs),
  };
}

function sumOf(costs: readonly Cost[]): { currency: string; amount: number }[] {
  const sums = new Map<string, number>();
  for (const { currency, amount } of costs)
    if (currency !== null) sums.set(currency, (sums.get(currency) ?? 0) + (amount ?? 0));
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}
