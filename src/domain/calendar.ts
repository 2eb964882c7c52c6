import { DAY_MS, type Duration, MINUTE_MS } from './duration.ts';
import type { Fault } from './errors.ts';
import { offsetsOf, type ZoneOffsets } from './zone-offset.ts';

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?$/;
const WITH_OFFSET = /^(.+?)(?:[Zz]|([+-])(\d\d):?(\d\d))$/;
/** Years outside are refused, because databases and texts have four digits for a year. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 9998;
const DAYS_OF_WEEK = 7;

/** Meaning of a wall-clock time in a zone. */
export interface LocalMoment {
  /** In a gap the first moment after it, in an overlap the first of the two. */
  readonly at: Date;
  readonly kind: 'exact' | 'gap' | 'overlap';
}

/** True for the name of a zone in the IANA database, as this runtime knows it. */
export function isTimeZone(zone: string): boolean {
  // Newer runtimes also accept offsets such as +02:00, which have no summer time.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * The moment at which clocks in `zone` show `local`.
 * @param local `2026-12-01T09:00`, or with seconds
 * @throws RangeError when `local` has another form
 */
export function readLocal(local: string, zone: string): LocalMoment {
  const wall = readWall(local);
  if (wall === undefined) throw new RangeError('the text is not a local date and time');
  const moments = momentsOf(wall, zone);
  return { at: new Date(moments.at[0]), kind: moments.kind };
}

/** The first moment of a day (`YYYY-MM-DD`) in a zone. */
export function startOfDay(day: string, zone: string): Date {
  return readLocal(`${day}T00:00`, zone).at;
}

/**
 * Parses an RFC 3339 instant, or a local time of `zone` where the text has no offset (the first of the two in a doubled
 * hour). A blank may stand in place of the T.
 * @returns the instant, or why there is none: `date_only`; `gap` for a local time that the zone skips; `invalid` for
 * anything else
 */
export function readInstant(text: string, zone: string): Date | 'date_only' | 'gap' | 'invalid' {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return readWall(`${text}T00:00`) === undefined ? 'invalid' : 'date_only';
  const local = readWall(text);
  if (local !== undefined) {
    const { at, kind } = momentsOf(local, zone);
    return kind === 'gap' ? 'gap' : new Date(at[0]);
  }
  const [, wallText, sign, hours, minutes] = WITH_OFFSET.exec(text) ?? [];
  const wall = wallText === undefined ? undefined : readWall(wallText);
  if (wall === undefined || Number(hours ?? 0) > 23 || Number(minutes ?? 0) > 59) return 'invalid';
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
  return new Date(sign === '-' ? wall + offset : wall - offset);
}

/** True for a date and a time without an offset, whose moment a zone decides. */
export function isLocalTime(text: string): boolean {
  return readWall(text) !== undefined;
}

/** Calendar date in `zone` at a moment, as YYYY-MM-DD. */
export function localDay(at: Date, zone: string): string {
  return isoDayOf(Math.floor(wallOf(at.getTime(), zone) / DAY_MS));
}

/** Time of day in `zone` at a moment, as HH:MM. */
export function localTime(at: Date, zone: string): string {
  return new Date(wallOf(at.getTime(), zone)).toISOString().slice(11, 16);
}

/** The moment as clocks in `zone` show it, with their offset: `2026-12-01T09:00:00+01:00`. */
export function withOffset(at: Date, zone: string): string {
  const wall = wallOf(at.getTime(), zone);
  const minutes = Math.round((wall - at.getTime()) / MINUTE_MS);
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const offset = `${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return `${new Date(wall).toISOString().slice(0, 19)}${minutes < 0 ? '-' : '+'}${offset}`;
}

/** True in the first minute of a day in `zone`. */
export function isMidnight(at: Date, zone: string): boolean {
  const wall = wallOf(at.getTime(), zone);
  return wall - Math.floor(wall / DAY_MS) * DAY_MS < MINUTE_MS;
}

/** Counts back from a moment: first calendar days (keeping the wall-clock time), then elapsed time. */
export function subtractLead(from: Date, lead: Duration, zone: string): Date {
  if (lead.days === 0) return new Date(from.getTime() - lead.ms);
  const wall = wallOf(from.getTime(), zone) - lead.days * DAY_MS;
  return new Date(momentsOf(wall, zone).at[0] - lead.ms);
}

/** Counts forward from a moment, like `subtractLead`. */
export function addDuration(from: Date, duration: Duration, zone: string): Date {
  if (duration.days === 0) return new Date(from.getTime() + duration.ms);
  const wall = wallOf(from.getTime(), zone) + duration.days * DAY_MS;
  return new Date(momentsOf(wall, zone).at[0] + duration.ms);
}

/** Wall-clock time in `zone` at `at`, in milliseconds since 1970-01-01T00:00 of the same clocks. */
export function wallOf(at: number, zone: string): number {
  return at + offsetsOf(zone).at(at);
}

/**
 * Moments at which clocks in `zone` show `wall` (as `wallOf` returns it): two in an overlap, in a gap the first moment
 * after it.
 */
export function momentsOf(
  wall: number,
  zone: string,
): { at: readonly [number, ...number[]]; kind: LocalMoment['kind'] } {
  const offsets = offsetsOf(zone);
  const earlier = wall - offsets.at(wall - DAY_MS);
  const later = wall - offsets.at(wall + DAY_MS);
  if (earlier === later) return { at: [earlier], kind: 'exact' };
  const shown = [earlier, later].filter((at) => at + offsets.at(at) === wall);
  const [first, second] = shown;
  if (first === undefined) return { at: [endOfGap(offsets, earlier, later)], kind: 'gap' };
  return second === undefined ? { at: [first], kind: 'exact' } : { at: [first, second], kind: 'overlap' };
}

function endOfGap(offsets: ZoneOffsets, earlier: number, later: number): number {
  return offsets.changeBetween(Math.min(earlier, later), Math.max(earlier, later)) ?? earlier;
}

/** True where clocks in `zone` show the same time of the same day an hour or so later once more. */
export function comesTwice(at: Date, zone: string): boolean {
  return momentsOf(wallOf(at.getTime(), zone), zone).kind === 'overlap';
}

/** Moment of the clock change on a local day (counted from 1970-01-01); null on a day without one. */
export function clockChangeOn(day: number, zone: string): number | null {
  const start = momentsOf(day * DAY_MS, zone).at[0];
  return offsetsOf(zone).changeBetween(start - 1, momentsOf((day + 1) * DAY_MS, zone).at[0] - 1);
}

/** YYYY-MM-DD of a day counted from 1970-01-01. */
export function isoDayOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The date `days` later. @param day YYYY-MM-DD */
export function addDays(day: string, days: number): string {
  return isoDayOf(Date.parse(`${day}T00:00:00Z`) / DAY_MS + days);
}

/** The number that people call a week by (ISO 8601), with the year that it counts in: that of its Thursday. */
export function isoWeek(monday: string): { readonly year: number; readonly week: number } {
  const thursday = addDays(monday, 3);
  const year = Number(thursday.slice(0, 4));
  const dayOfYear = (Date.parse(thursday) - Date.parse(`${thursday.slice(0, 4)}-01-01`)) / DAY_MS;
  return { year, week: Math.floor(dayOfYear / DAYS_OF_WEEK) + 1 };
}

/** Minutes since midnight of `HH:MM`; `24:00` is the end of the day. */
export function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

function readWall(text: string): number | undefined {
  const [, year, month, day, hour, minute, second = '0', fraction = ''] = LOCAL.exec(text) ?? [];
  if (year === undefined || Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms);
  // Date.UTC turns 30 February into a day of March.
  const date = new Date(wall);
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day) ? wall : undefined;
}

/** True for a day of the year `MM-DD`, 29 February included. */
export function isMonthDay(text: string): boolean {
  const [, month, day] = /^(\d\d)-(\d\d)$/.exec(text) ?? [];
  const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month !== undefined && Number(day) >= 1 && Number(day) <= (lengths[Number(month) - 1] ?? 0);
}

/** No calendar is open longer ahead; a year that is mistyped would keep a number for as long. */
const MOST_DAYS_AHEAD = 3 * 366;

/** True for a start more than three years ahead. */
export function isTooFarAhead(start: Date, now: Date): boolean {
  return start.getTime() - now.getTime() > MOST_DAYS_AHEAD * DAY_MS;
}

/** Why an appointment can't have this start; null when it can. @param booked the appointment is one that takes place */
export function startFault(start: Date | null, booked: boolean, now: Date): Fault | null {
  const pointer = '/data/start';
  if (start === null)
    return booked ? { pointer, code: 'required', detail: 'A booked appointment needs a start.' } : null;
  const detail = 'This start is more than three years ahead.';
  return isTooFarAhead(start, now) ? { pointer, code: 'too_far_ahead', detail } : null;
}
