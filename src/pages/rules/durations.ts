import { HOUR_MS, MINUTE_MS, parseDuration } from '../../domain/duration.ts';

/** Units that a page offers for a duration, with what ISO 8601 writes around the number. */
const WRITTEN = {
  minutes: ['PT', 'M'],
  hours: ['PT', 'H'],
  days: ['P', 'D'],
  weeks: ['P', 'W'],
} as const;

/** A unit of `WRITTEN`. */
export type DurationUnit = keyof typeof WRITTEN;
/** The units, the shortest first. */
export const DURATION_UNITS = Object.keys(WRITTEN) as readonly DurationUnit[];

/** A duration as a form has it. */
export interface DurationFields {
  readonly count: string;
  /** A `DurationUnit`; the duration itself (`P1DT2H`) where a number and one unit can't say it. */
  readonly unit: string;
}

/** The fields for a stored duration. */
export function durationFields(text: string): DurationFields {
  const { days, ms } = parseDuration(text) ?? { days: 0, ms: 0 };
  if (days > 0 && ms > 0) return { count: '', unit: text };
  if (days > 0) return { count: String(days), unit: 'days' };
  if (ms % HOUR_MS === 0 && ms > 0) return { count: String(ms / HOUR_MS), unit: 'hours' };
  return ms % MINUTE_MS === 0 ? { count: String(ms / MINUTE_MS), unit: 'minutes' } : { count: '', unit: text };
}

/** The duration that fields say; a text that is none where they say none. */
export function readDurationFields({ count, unit }: DurationFields): string {
  if (!Object.hasOwn(WRITTEN, unit)) return unit;
  const [before, behind] = WRITTEN[unit as DurationUnit];
  return /^\d{1,5}$/.test(count.trim()) ? `${before}${Number(count)}${behind}` : '';
}
