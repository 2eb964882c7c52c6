import { LOCALES, type PageLanguage } from './language.ts';

const DAY_AND_TIME = { dateStyle: 'medium', timeStyle: 'short' } as const;
const TIME = { hour: '2-digit', minute: '2-digit' } as const;
const WEEKDAY_AND_TIME = { weekday: 'short', day: 'numeric', month: 'short', ...TIME } as const;
const FULL_WEEKDAY_AND_TIME = { weekday: 'long', day: 'numeric', month: 'long', ...TIME } as const;

/** A moment in a zone: `27. nov. 2026 kl. 14.30`, in English `27 Nov 2026, 14:30`. */
export function momentText(at: Date, timeZone: string, language: PageLanguage): string {
  return textOf(at, { timeZone, ...DAY_AND_TIME }, language);
}

/** A moment as `momentText` writes it, on one line: a sentence would part it at its comma, or in front of `kl.` */
export function wholeMomentText(at: Date, timeZone: string, language: PageLanguage): string {
  return momentText(at, timeZone, language).replaceAll(' ', '\u00a0');
}

/** The start of an appointment with its weekday and without the year: `man. 30. nov. kl. 09.00`. */
export function startText(start: Date, timeZone: string, language: PageLanguage): string {
  return textOf(start, { timeZone, ...WEEKDAY_AND_TIME }, language);
}

/** A moment with weekday and month in full, without the year: `mandag 30. november kl. 09.00`. */
export function weekdayText(at: Date, timeZone: string, language: PageLanguage): string {
  return textOf(at, { timeZone, ...FULL_WEEKDAY_AND_TIME }, language);
}

/** A moment in full: `mandag den 30. november 2026 kl. 09.00`, in English `Monday, 30 November 2026 at 09:00`. */
export function longText(at: Date, timeZone: string, language: PageLanguage): string {
  return textOf(at, { timeZone, dateStyle: 'full', timeStyle: 'short' }, language);
}

/** A day of the calendar, which no zone moves: `27. nov. 2026`, in the form that is asked for. */
export function dayText(language: PageLanguage, day: string, options: Intl.DateTimeFormatOptions): string {
  return unbroken(formatOf(language, { timeZone: 'UTC', ...options }).format(new Date(day)));
}

/** The days of a week: `23.–29. nov.`, on one line; over the end of a month `30. nov. – 6. dec.`; one day alone. */
export function daysText(language: PageLanguage, from: string, to: string): string {
  const [first = '', last = ''] = [from, to].map((day) => dayText(language, day, { day: 'numeric', month: 'short' }));
  if (from === to) return first;
  const isOneMonth = from.slice(0, 7) === to.slice(0, 7);
  // The word joiner keeps lines from ending behind the dash.
  return isOneMonth ? `${first.split('\u00a0')[0]}–\u2060${last}` : `${first}\u00a0– ${last}`;
}

/** The time of day: `kl. 09.00`, in English `09:00`. */
export function timeText(at: Date, timeZone: string, language: PageLanguage): string {
  const text = formatOf(language, { timeZone, timeStyle: 'short' }).format(at);
  return language === 'da' ? `kl.\u00a0${text}` : text;
}

/** Formats by what they were made of: to make one takes many times as long as to write a moment. */
const formats = new Map<string, Intl.DateTimeFormat>();
/** Each takes tens of kilobytes; pages have a dozen in each language, of one zone or two. */
const MOST_FORMATS = 60;

function formatOf(language: PageLanguage, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, options]);
  const known = formats.get(key);
  if (known) return known;
  if (formats.size >= MOST_FORMATS) formats.clear();
  const format = new Intl.DateTimeFormat(LOCALES[language], options);
  formats.set(key, format);
  return format;
}

/** Danes write `kl.` before a time, where the short forms of the locale have a comma. */
function textOf(at: Date, options: Intl.DateTimeFormatOptions, language: PageLanguage): string {
  const text = formatOf(language, options).format(at);
  return unbroken(language === 'da' ? text.replace(/, (?=\d\d\.\d\d$)/, ' kl. ') : text);
}

/** Hard blanks keep a date, and `kl.` with its time, on one line each: `27. nov. 2026`, `kl. 14.30`. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<!\d)(\d\d?\.?) (?=\p{L})/gu, '$1\u00a0').replaceAll(/(?<=\p{L}\.?) (?=\d)/gu, '\u00a0');
}
