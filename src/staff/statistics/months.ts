import { addDays } from '../../domain/calendar.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { type Cost, readCosts } from './costs.ts';
import { deliveredShareOf, type Period, readDays } from './statistics.ts';

const MONTHS = 12;

/** Figures of a month of the calendar, from its first day to its last. */
export interface MonthOfStatistics extends Period {
  /** The share that was received among those whose fate is known, from 0 to 1; null: none is. */
  readonly share: number | null;
  /** null: no price was ever entered, or the reader is limited to departments. */
  readonly costs: readonly Cost[] | null;
}

/**
 * Reads the twelve months that end with the month of a day, the first one first.
 * @param departments only reminders of these, and no costs, which have none; null: all
 */
export async function readMonths(
  deps: DatabaseAccess,
  authorityId: string,
  day: string,
  departments: readonly string[] | null,
): Promise<MonthOfStatistics[]> {
  const months: Period[] = [];
  for (let within = day; months.length < MONTHS; within = addDays(`${within.slice(0, 7)}-01`, -1)) {
    const from = `${within.slice(0, 7)}-01`;
    const next = addDays(from, 31).slice(0, 7);
    months.unshift({ from, to: addDays(`${next}-01`, -1) });
  }
  const [first, last] = [months[0]?.from ?? day, months.at(-1)?.to ?? day];
  const [countsIn, costs] = await Promise.all([
    readDays(deps, { authorityId, from: first, to: last }, departments),
    departments === null ? readCosts(deps, authorityId, months) : null,
  ]);
  return months.map((month, nth) => ({
    ...month,
    share: deliveredShareOf(countsIn(month)),
    costs: costs?.[nth] ?? null,
  }));
}
