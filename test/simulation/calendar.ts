import { type AuthorityId, DAY, MINUTE } from './settings.ts';

/** Danish time, worked out apart from the code under test. */
const clock = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Copenhagen',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  weekday: 'short',
  hourCycle: 'h23',
});
const printedDate = new Intl.DateTimeFormat('da', { timeZone: 'Europe/Copenhagen', day: 'numeric', month: 'long' });
const printedTime = new Intl.DateTimeFormat('da', {
  timeZone: 'Europe/Copenhagen',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});

const HOLIDAYS = new Set([
  ...[
    '2026-12-25',
    '2026-12-26',
    '2027-01-01',
    '2027-03-25',
    '2027-03-26',
    '2027-03-28',
    '2027-03-29',
    '2027-05-06',
    '2027-05-16',
    '2027-05-17',
  ],
]);

interface LocalTime {
  readonly day: string;
  /** Minutes since midnight, as the clock on the wall shows. */
  readonly minutes: number;
  readonly weekend: boolean;
}

/** The local time of an instant. */
export function localTimeOf(at: number): LocalTime {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const weekend = parts.weekday === 'Sat' || parts.weekday === 'Sun';
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    minutes: Number(parts.hour) * 60 + Number(parts.minute),
    weekend,
  };
}

/** The start of an appointment as texts print it. */
export function printed(start: number): string {
  return `${printedDate.format(start)} kl. ${printedTime.format(start)}`;
}

const WINDOWS: Readonly<Record<AuthorityId, readonly [number, number]>> = {
  alpha: [8 * 60, 20 * 60],
  beta: [7 * 60, 21 * 60],
};

const isOpenDay = (authority: AuthorityId, { day, weekend }: LocalTime): boolean =>
  authority === 'beta' || !(weekend || HOLIDAYS.has(day));

/** True when an authority may write to citizens. */
export function isOpen(authority: AuthorityId, at: number): boolean {
  const local = localTimeOf(at);
  const [from, to] = WINDOWS[authority];
  return local.minutes >= from && local.minutes < to && isOpenDay(authority, local);
}

/** True when staff may write to citizens: from 7 to 22, on any day. */
export function isOpenToStaff(at: number): boolean {
  const { minutes } = localTimeOf(at);
  return minutes >= 7 * 60 && minutes < 22 * 60;
}

/**
 * The instant of a local time on the day of `near`, moved by whole days. No clock change lies at these times of day.
 */
export function atLocalTime(near: number, days: number, minutes: number): number {
  const today = localTimeOf(near);
  // Noon is the same day in every zone that matters here.
  const noon = Date.parse(`${today.day}T12:00:00Z`) + days * DAY;
  return noon + (minutes - localTimeOf(noon).minutes) * MINUTE;
}

/** The times at which the reminders of a start are due, if it was booked long enough before. */
export function dueTimes(authority: AuthorityId, start: number): number[] {
  if (authority === 'alpha') return [-3, -1].map((days) => onLastOpenDay(start, days));
  return [26 * 60, 61].map((minutes) => intoWindow(start - minutes * MINUTE));
}

/** Ten o'clock; where that day is closed, on the last open one before. */
function onLastOpenDay(start: number, days: number): number {
  for (let day = days; ; day--) {
    const moment = atLocalTime(start, day, 10 * 60);
    if (isOpenDay('alpha', localTimeOf(moment))) return moment;
  }
}

/** Half an hour before the end of the last window, where none is open. */
function intoWindow(moment: number): number {
  if (isOpen('beta', moment)) return moment;
  const [from, to] = WINDOWS.beta;
  return atLocalTime(moment, localTimeOf(moment).minutes < from ? -1 : 0, to - 30);
}

/** The deadline of a start: nothing about it may be handed over from then on. */
export const deadline = (start: number): number => start - 60 * MINUTE;
