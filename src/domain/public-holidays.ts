import Holidays from 'date-holidays';

let calendar: Holidays | undefined;
const years = new Map<number, ReadonlySet<string>>();

/**
 * The official public holidays of Denmark in a year, as YYYY-MM-DD: not 24 and 31 December, 5 June or 1 May, which the
 * data calls observances; Store Bededag until 2023.
 */
export function danishHolidays(year: number): ReadonlySet<string> {
  const known = years.get(year);
  if (known) return known;
  calendar ??= new Holidays('DK', { types: ['public'] });
  const days = new Set(calendar.getHolidays(year).map((holiday) => holiday.date.slice(0, 10)));
  if (years.size > 200) years.clear();
  years.set(year, days);
  return days;
}
