import { readInstant } from '../../domain/calendar.ts';
import type { Problem } from '../../domain/errors.ts';
import { refusal } from './refusal.ts';

const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\.\d{1,9})?)?)?([+-]\d{4})?$/;

/** Why a text is not the time of an appointment. */
export type WrongTime = 'date_only' | 'gap' | 'invalid';

/**
 * Parses `YYYYMMDDHHMM[SS[.S…]][±ZZZZ]`, local to `zone` without an offset; in a doubled hour the first is used. A
 * message holds hundreds of thousands of times at most, so what is wrong is told as a word, of which `wrongTime` makes
 * one refusal.
 */
export function readTimestamp(text: string, zone: string): Date | WrongTime {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = ''] = TIMESTAMP.exec(text) ?? [];
  if (year === undefined) return 'invalid';
  if (hour === undefined) return 'date_only';
  return readInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`, zone);
}

/** Refuses a message for a time. @param location such as `SCH^1^11` */
export function wrongTime(why: WrongTime, location: string): Problem {
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
