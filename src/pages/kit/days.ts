import { z } from 'zod';

const day = z.iso.date();
const time = z.iso.time({ precision: -1 });
/** The days around the earliest and the latest one exist for every calculation. */
const [FIRST, LAST] = ['1900-01-02', '2199-12-31'];

/** A day as people write it, the day of the month first: `01-02-2027`, `1.2.2027`, `1/2-2027`, `1. 2. 2027`. */
const WRITTEN = /^(\d{1,2})[-./] ?(\d{1,2})[-./] ?(\d{4})$/;
/** A day with a time behind it: `01-02-2027 14:30`, `1.2.2027 kl. 14.30`, `2027-02-01T14:30`. */
const WITH_TIME = /^(\S{8,10}|\d\d?\. \d\d?\. \d{4})(?:T|,? (?:kl\.? )?)(\d{1,2})[:.](\d\d)(?::\d\d)?$/;

/** True for a day of the calendar that a page can be about, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return day.safeParse(text).success && text >= FIRST && text <= LAST;
}

/** Reads a day as people write it, or as addresses have it. @returns `YYYY-MM-DD`; null for any other text */
export function readTypedDay(text: string): string | null {
  const typed = text.trim();
  const [, of = '', month = '', year = ''] = WRITTEN.exec(typed) ?? [];
  const read = year === '' ? typed : `${year}-${month.padStart(2, '0')}-${of.padStart(2, '0')}`;
  return isDay(read) ? read : null;
}

/** Reads a day with a time of it. @returns `YYYY-MM-DDTHH:MM`; null for any other text */
export function readTypedMoment(text: string): string | null {
  const [, dated = '', hour = '', minute = ''] = WITH_TIME.exec(text.trim()) ?? [];
  const [read, clock] = [readTypedDay(dated), `${hour.padStart(2, '0')}:${minute}`];
  return read !== null && time.safeParse(clock).success ? `${read}T${clock}` : null;
}

/** A day that can be read, with its time or without, as a field shows it: `01-02-2027`; any other text as it is. */
export function dayAsTyped(text: string): string {
  const [read, clock] = (readTypedDay(text) ?? readTypedMoment(text) ?? '').split('T');
  if (!read) return text;
  return [read.split('-').toReversed().join('-'), ...(clock === undefined ? [] : [clock])].join(' ');
}
