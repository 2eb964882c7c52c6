import { addDays, readLocal } from '../../domain/calendar.ts';
import { HOUR_MS } from '../../domain/duration.ts';
import type { HandOverSpan } from './parts.sql.ts';

/** An id is made a moment before the message that it names. */
const ID_BEFORE_MS = HOUR_MS;

/**
 * The spans of time in which reminders that were due on these days were handed over, but for those that were late by
 * more than a day. Days that are near each other share one.
 * @param days in order, `YYYY-MM-DD` in the zone
 */
export function handOverSpans(days: readonly string[], timeZone: string): HandOverSpan[] {
  const runs: [first: string, last: string][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && day <= addDays(run[1], 3)) run[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([first, last]) => handOverSpan(first, last, timeZone));
}

/** The span of time from the first moment of a day in a zone to the last one at which the other day isn't late. */
export function handOverSpan(first: string, last: string, timeZone: string): HandOverSpan {
  const end = Date.parse(`${addDays(last, 2)}T00:00:00Z`) + ID_BEFORE_MS;
  return { first: readLocal(`${first}T00:00`, timeZone).at, end: new Date(end) };
}
