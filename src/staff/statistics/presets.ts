import { addDays } from '../../domain/calendar.ts';
import type { Period } from './statistics.ts';

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
