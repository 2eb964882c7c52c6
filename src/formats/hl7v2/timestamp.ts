import { readInstant } from '../../domain/calendar.ts';
import type { Problem } from '../../domain/errors.ts';
import { refusal } from './refusal.ts';

const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\.\d{1,9})?)?)?([+-]\d{4})?$/;

/**
 * Parses `YYYYMMDDHHMM[SS[.S…]][±ZZZZ]`, local to `zone` without an offset; in a doubled hour the first is used.
 * @param location for the refusal, such as `SCH^1^11`
 */
export function readTimestamp(text: string, zone: string, location: string): Date | Problem {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = ''] = TIMESTAMP.exec(text) ?? [];
  if (year !== undefined && hour === undefined) return wrong('date_only', location);
  const read =
    year === undefined
      ? 'invalid'
      : readInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`, zone);
  return read instanceof Date ? read : wrong(read, location);
}

function wrong(why: 'date_only' | 'gap' | 'invalid', location: string): Problem {
  if (why === 'date_only') return refusal('date_only', location, 'A time of day is needed: YYYYMMDDHHMM.');
  if (why === 'gap') {
    return refusal(
      'time_does_not_exist',
      location,
      'The clocks skip this local time in spring: send it with an offset.',
    );
  }
  return refusal(
    'invalid_instant',
    location,
    'Not a time of the years 1900 to 9998 in the form YYYYMMDDHHMM[SS][+ZZZZ].',
  );
}
