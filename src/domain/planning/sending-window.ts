import type { SendingWindow } from '../authority.ts';
import { clockChangeOn, isoDayOf, minutesOf, momentsOf, wallOf } from '../calendar.ts';
import { DAY_MS, MINUTE_MS } from '../duration.ts';
import { danishHolidays } from './public-holidays.ts';

const SEARCHED_DAYS = 400;
/** Reserve before the end of a window for a burst and its retries. */
const ROOM_MINUTES = 30;

/** True when an SMS may be handed over at `at`: always without a window, else at `from` ≤ t < `to` on an open day. */
export function isOpen(window: SendingWindow | null, zone: string, at: Date): boolean {
  return window === null || openAt(window, zone, at.getTime());
}

/** First moment not before `from` at which an SMS may be handed over; null when there is none within 400 days. */
export function nextOpen(window: SendingWindow | null, zone: string, from: Date): Date | null {
  if (isOpen(window, zone, from) || window === null) return from;
  const start = from.getTime();
  const today = dayOf(start, zone);
  for (let day = today; day <= today + SEARCHED_DAYS; day++) {
    if (!isOpenDay(window, day)) continue;
    const opening = openings(window, zone, day).find((at) => at >= start && openAt(window, zone, at));
    if (opening !== undefined) return new Date(opening);
  }
  return null;
}

/**
 * Earlier moment for one outside the window: 30 minutes before the end of the last window before it, or the start of
 * that window if it is shorter. null when there was none within 400 days.
 */
export function lastOpenBefore(window: SendingWindow, zone: string, moment: Date): Date | null {
  const today = dayOf(moment.getTime(), zone);
  for (let day = today; day >= today - SEARCHED_DAYS; day--) {
    if (!isOpenDay(window, day)) continue;
    const [end] = momentsOf(day * DAY_MS + minutesOf(window.to) * MINUTE_MS, zone).at;
    const [start] = momentsOf(day * DAY_MS + minutesOf(window.from) * MINUTE_MS, zone).at;
    if (end > moment.getTime()) continue;
    const at = Math.max(end - ROOM_MINUTES * MINUTE_MS, start);
    if (openAt(window, zone, at)) return new Date(at);
  }
  return null;
}

/**
 * Same wall-clock time on the last open day before that of `moment`, if its own day is closed; null when its own day is
 * open.
 */
export function sameTimeOnOpenDay(window: SendingWindow, zone: string, moment: Date, clock: string): Date | null {
  const day = dayOf(moment.getTime(), zone);
  if (isOpenDay(window, day)) return null;
  for (let earlier = day - 1; earlier >= day - SEARCHED_DAYS; earlier--) {
    if (isOpenDay(window, earlier))
      return new Date(momentsOf(earlier * DAY_MS + minutesOf(clock) * MINUTE_MS, zone).at[0]);
  }
  return null;
}

/**
 * Moments of a day at which the window may open: its `from`, twice in a doubled hour, and a clock change that leads
 * into it.
 */
function openings(window: SendingWindow, zone: string, day: number): number[] {
  const moments = [...momentsOf(day * DAY_MS + minutesOf(window.from) * MINUTE_MS, zone).at];
  const change = clockChangeOn(day, zone);
  if (change !== null) moments.push(change);
  return moments.sort((a, b) => a - b);
}

function openAt(window: SendingWindow, zone: string, at: number): boolean {
  const wall = wallOf(at, zone);
  const day = Math.floor(wall / DAY_MS);
  const time = wall - day * DAY_MS;
  return (
    time >= minutesOf(window.from) * MINUTE_MS && time < minutesOf(window.to) * MINUTE_MS && isOpenDay(window, day)
  );
}

function isOpenDay(window: SendingWindow, day: number): boolean {
  // 1970-01-01 was a Thursday.
  if (window.weekdaysOnly && ((((day + 4) % 7) + 7) % 7) % 6 === 0) return false;
  if (window.publicHolidays === null && window.closedDays.length === 0) return true;
  const text = isoDayOf(day);
  if (window.closedDays.includes(text.slice(5))) return false;
  return window.publicHolidays === null || !danishHolidays(Number(text.slice(0, 4))).has(text);
}

function dayOf(at: number, zone: string): number {
  return Math.floor(wallOf(at, zone) / DAY_MS);
}
