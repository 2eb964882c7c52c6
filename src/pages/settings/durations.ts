import { HOUR_MS, MINUTE_MS, parseDuration } from '../../domain/duration.ts';
import type { PageLanguage } from '../kit/language.ts';

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

type Names = Readonly<Record<DurationUnit, string>>;

/** The names of the units, for one and for several. */
const UNIT_NAMES: Readonly<Record<PageLanguage, { readonly one: Names; readonly several: Names }>> = {
  da: {
    one: { minutes: 'minut', hours: 'time', days: 'dag', weeks: 'uge' },
    several: { minutes: 'minutter', hours: 'timer', days: 'dage', weeks: 'uger' },
  },
  en: {
    one: { minutes: 'minute', hours: 'hour', days: 'day', weeks: 'week' },
    several: { minutes: 'minutes', hours: 'hours', days: 'days', weeks: 'weeks' },
  },
};

/** The names of the units behind a number; without one for several. */
export function unitNames(language: PageLanguage, count = ''): Names {
  return UNIT_NAMES[language][count === '1' ? 'one' : 'several'];
}

/** A duration as a form has it. */
export interface DurationFields {
  readonly count: string;
  /** A `DurationUnit`; the duration itself (`P1DT2H`) where a number and one unit can't say it. */
  readonly unit: string;
}

const isUnit = (text: string): text is DurationUnit => Object.hasOwn(WRITTEN, text);

/** A number with its unit in words; a unit that is none stays as it is. */
export function countText(language: PageLanguage, { count, unit }: DurationFields): string {
  return `${count} ${isUnit(unit) ? unitNames(language, count)[unit] : unit}`;
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
  if (!isUnit(unit)) return unit;
  const [before, behind] = WRITTEN[unit];
  return /^\d{1,5}$/.test(count.trim()) ? `${before}${Number(count)}${behind}` : '';
}

/** A duration in words, of its largest parts: `3 days`, `2 hours`; empty for none. */
export function durationText(language: PageLanguage, text: string): string {
  const { days, ms } = parseDuration(text) ?? { days: 0, ms: 0 };
  const counts = [
    ['days', days],
    ['hours', Math.floor(ms / HOUR_MS)],
    ['minutes', Math.round((ms % HOUR_MS) / MINUTE_MS)],
  ] as const;
  const parts = counts.filter(([, count]) => count > 0);
  return parts.map(([unit, count]) => countText(language, { count: String(count), unit })).join(' ');
}
