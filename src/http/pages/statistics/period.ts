import { addDays } from '../../../domain/calendar.ts';
import { DAY_MS } from '../../../domain/duration.ts';
import type { Period } from '../../../staff/statistics/statistics.ts';

/** Periods that a page offers by name. */
export const PRESETS = ['week', 'days30', 'month', 'lastMonth', 'year'] as const;
/** A member of `PRESETS`. */
export type Preset = (typeof PRESETS)[number];

const DAYS_OF_WEEK = 7;

/** The number that people call a week by (ISO 8601), with the year that it counts in: that of its Thursday. */
export function isoWeek(monday: string): { readonly year: number; readonly week: number } {
  const thursday = addDays(monday, 3);
  const year = Number(thursday.slice(0, 4));
  const dayOfYear = (Date.parse(thursday) - Date.parse(`${thursday.slice(0, 4)}-01-01`)) / DAY_MS;
  return { year, week: Math.floor(dayOfYear / DAYS_OF_WEEK) + 1 };
}

/** A period that is offered, seen from today (`YYYY-MM-DD`). */
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
