/** A minute in milliseconds. */
export const MINUTE_MS = 60_000;
/** An hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;
/** 24 hours in milliseconds: the length of most calendar days, and of every one of UTC. */
export const DAY_MS = 24 * HOUR_MS;

/** ISO 8601 duration, split into the two parts that clock changes treat differently. */
export interface Duration {
  /** Calendar days: the wall-clock time stays the same across a clock change. */
  readonly days: number;
  /** Elapsed milliseconds. */
  readonly ms: number;
}

const PATTERN = /^P(?=.)(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/;
/** Longer durations are mistakes, and would lead out of the range of dates. */
const LONGEST_DAYS = 3_660;

const known = new Map<string, Duration | undefined>();

/**
 * Parses `P3D`, `PT2H`, `P1DT2H`, `PT30M`, `P1W`: whole numbers of weeks, days, hours, minutes, seconds (ISO 8601-1
 * §5.5.2).
 * @returns undefined for anything else: signs, fractions, months and years (which have no fixed length), more than ten
 * years
 */
export function parseDuration(text: string): Duration | undefined {
  if (known.has(text)) return known.get(text);
  const duration = read(text);
  // Durations in settings are few and repeat; the bound keeps arbitrary texts from filling the memory.
  if (known.size > 1_000) known.clear();
  known.set(text, duration);
  return duration;
}

/**
 * Parses a duration of settings, which were validated when they were saved.
 * @throws RangeError when it is not a duration
 */
export function durationOf(text: string): Duration {
  const duration = parseDuration(text);
  if (!duration) throw new RangeError(`not a duration: ${text}`);
  return duration;
}

/** The length in milliseconds, with days of 24 hours: for comparing durations, not for counting back from a moment. */
export function spanMs({ days, ms }: Duration): number {
  return days * DAY_MS + ms;
}

function read(text: string): Duration | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const days = part(1) * 7 + part(2);
  const ms = (part(3) * 3_600 + part(4) * 60 + part(5)) * 1_000;
  return days + ms / DAY_MS > LONGEST_DAYS ? undefined : { days, ms };
}
