import { localDay } from '../calendar.ts';
import { DAY_MS } from '../duration.ts';
import { VOCABULARY } from './vocabulary.ts';

const WEEK = 7;

/** The time of an appointment, as a reply about it is written. */
export interface AppointmentTime {
  readonly start: Date;
  readonly written: Date;
  /** IANA name. */
  readonly timeZone: string;
}

/**
 * True when a reply names a day (today, tomorrow, a day of the week) that is not the appointment's. A day of the week
 * is the next one of that name: what is further ahead than a week is another.
 * @param words as `wordsOf` splits them
 */
export function namesAnotherDay(words: readonly string[], { start, written, timeZone }: AppointmentTime): boolean {
  const day = Date.parse(localDay(start, timeZone));
  const daysAhead = Math.round((day - Date.parse(localDay(written, timeZone))) / DAY_MS);
  // The lists begin with Monday, and getUTCDay with Sunday.
  const weekday = (new Date(day).getUTCDay() + WEEK - 1) % WEEK;
  const phrases = words.flatMap((word, at) => [word, `${word} ${words[at + 1]}`]);
  return phrases.some((phrase) => {
    if (VOCABULARY.today.includes(phrase)) return daysAhead !== 0;
    if (VOCABULARY.tomorrow.includes(phrase)) return daysAhead !== 1;
    const named = VOCABULARY.weekdays.indexOf(phrase);
    return named !== -1 && (named % WEEK !== weekday || daysAhead > WEEK);
  });
}
