/**
 * When reminders are due around a clock change, worked out apart from the code under test: by looking at every minute.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const clock = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Copenhagen',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Minutes of the clock on the wall: sorts, and is the same for both of a doubled hour. */
interface Wall {
  readonly day: string;
  readonly time: string;
}

/** An authority's window, by the clock on the wall; null: any time. */
export type Window = { readonly from: string; readonly to: string } | null;

export interface Rules {
  readonly lead: 'PT2H' | 'P1D';
  readonly window: Window;
}

function wallOf(at: number): Wall {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

/** True at `from` ≤ t < `to`. */
export function isOpen(window: Window, at: number): boolean {
  const { time } = wallOf(at);
  return window === null || (time >= window.from && time < window.to);
}

/** Of a start that was booked days before. */
export function dueOf(start: number, { lead, window }: Rules): number {
  const moment = lead === 'PT2H' ? start - 2 * HOUR_MS : dayBefore(start);
  return isOpen(window, moment) || window === null ? moment : lastOpenBefore(moment, window);
}

/**
 * The same time on the wall a day before; of two the first, and the first moment after the gap where the clock skips
 * it.
 */
function dayBefore(start: number): number {
  const { time } = wallOf(start);
  const { day } = wallOf(start - 24 * HOUR_MS);
  return firstAt(day, time, start - 27 * HOUR_MS);
}

/** Half an hour before the end of the last window before it; every window here is longer than that. */
function lastOpenBefore(moment: number, { from, to }: NonNullable<Window>): number {
  for (const daysBack of [0, 1]) {
    const { day } = wallOf(moment - daysBack * 24 * HOUR_MS);
    const end = firstAt(day, to, moment - (24 * daysBack + 27) * HOUR_MS);
    if (end <= moment) return Math.max(end - 30 * MINUTE_MS, firstAt(day, from, end - 27 * HOUR_MS));
  }
  throw new Error('no window before it');
}

/** The first minute, looked for from `after` on, at which the clock shows that day and at least that time. */
function firstAt(day: string, time: string, after: number): number {
  for (let at = after - (after % MINUTE_MS); ; at += MINUTE_MS) {
    const wall = wallOf(at);
    if (wall.day > day || (wall.day === day && wall.time >= time)) return at;
  }
}
