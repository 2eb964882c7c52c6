import { addDays, localDay, readLocal } from '../calendar.ts';

const FIXED = ['01-01', '12-25', '12-26'];
/**
 * Days after Easter Sunday: skærtorsdag, langfredag, påskedag, 2. påskedag, Kristi himmelfartsdag, pinsedag, 2.
 * pinsedag.
 */
const AROUND_EASTER = [-3, -2, 0, 1, 39, 49, 50];
const STORE_BEDEDAG = 26;
const LAST_STORE_BEDEDAG = 2023;

const years = new Map<number, ReadonlySet<string>>();

/**
 * Official public holidays of Denmark in a year, as YYYY-MM-DD. 24 and 31 December, 5 June and 1 May, on which only
 * shops or some trades close, are not among them; Store Bededag is until 2023.
 */
export function danishHolidays(year: number): ReadonlySet<string> {
  const known = years.get(year);
  if (known) return known;
  const easter = easterSunday(year);
  const moving = year > LAST_STORE_BEDEDAG ? AROUND_EASTER : [...AROUND_EASTER, STORE_BEDEDAG];
  const days = new Set([
    ...FIXED.map((day) => `${String(year).padStart(4, '0')}-${day}`),
    ...moving.map((after) => addDays(easter, after)),
  ]);
  if (years.size > 200) years.clear();
  years.set(year, days);
  return days;
}

/** True for a day from Monday to Friday that is no public holiday in Denmark. @param day YYYY-MM-DD */
function isWorkingDay(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !danishHolidays(Number(day.slice(0, 4))).has(day);
}

/** The first working day after a day. @param day YYYY-MM-DD */
export function nextWorkingDay(day: string): string {
  let next = addDays(day, 1);
  while (!isWorkingDay(next)) next = addDays(next, 1);
  return next;
}

/** The moment since when `ms` milliseconds of working days have passed, nights included. @param zone of the days */
export function workingTimeAgo(now: Date, ms: number, zone: string): Date {
  let day = localDay(now, zone);
  let end = now.getTime();
  for (let left = ms; ; ) {
    const begin = readLocal(`${day}T00:00`, zone).at.getTime();
    if (isWorkingDay(day)) {
      if (end - begin >= left) return new Date(end - left);
      left -= end - begin;
    }
    end = begin;
    day = addDays(day, -1);
  }
}

/** Easter Sunday as YYYY-MM-DD, by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, ch. 8). */
function easterSunday(year: number): string {
  const whole = (value: number, divisor: number) => Math.floor(value / divisor);
  const golden = year % 19;
  const century = whole(year, 100);
  const inCentury = year % 100;
  const moonShift = whole(century - whole(century + 8, 25) + 1, 3);
  const epact = (19 * golden + century - whole(century, 4) - moonShift + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * whole(inCentury, 4) - epact - (inCentury % 4)) % 7;
  const late = whole(golden + 11 * epact + 22 * toSunday, 451);
  const ofMarch = 22 + epact + toSunday - 7 * late;
  return addDays(`${String(year).padStart(4, '0')}-03-01`, ofMarch - 1);
}
