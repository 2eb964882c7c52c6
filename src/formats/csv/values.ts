import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { AppointmentKind } from '../../domain/authority.ts';
import { readInstant } from '../../domain/calendar.ts';
import { normalized } from '../../domain/text/unicode.ts';
import { languageOf } from '../language.ts';
import { isMove, plainWord, readStatusWords } from '../status-words.ts';

/**
 * Status for a word, by the source's own `statusMap` first.
 * @returns `ignore` where the map says so; undefined for an unknown word
 */
export function readStatus(
  cell: string,
  statusMap: Readonly<Record<string, string>>,
): { readonly status: AppointmentStatus | 'ignore'; readonly moved: boolean } | undefined {
  const word = plainWord(cell);
  const own = Object.entries(statusMap);
  const local = own.find(([key]) => key === cell) ?? own.find(([key]) => plainWord(key) === word);
  if (local) return { status: local[1] as AppointmentStatus | 'ignore', moved: isMove(word) };
  return readStatusWords(cell);
}

/** Kind of appointment. Such columns also contain names of services, which count as visits. */
export function readKind(cell: string): AppointmentKind {
  if (/video|skærm/i.test(cell)) return 'video';
  if (/telefon|phone|\btlf|opkald/i.test(cell)) return 'phone';
  return /hjemme|\bhome/i.test(cell) ? 'home' : 'visit';
}

/** Why a text is no moment. */
export type MomentError =
  | 'date_only'
  | 'no_such_day'
  | 'time_only'
  | 'time_does_not_exist'
  | 'two_digit_year'
  | 'invalid_instant';

const MONTHS = 'jan feb mar apr ma[jy] jun jul aug sep o[kc]t nov dec'
  .split(' ')
  .map((month) => new RegExp(`^${month}`));
const WEEKDAYS = 'man|tirs?|ons|tors?|fre|l[øo]r|s[øo]n|mon|tue|wed|thu|fri|sat|sun|ma|ti|on|to|fr|lø|sø';
const WEEKDAY = new RegExp(`^(?:${WEEKDAYS})\\p{L}*\\.?,?\\s+(?:d(?:en)?\\.?\\s*)?(?=\\d)`, 'u');
const DAY_FIRST = /^(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4}|\d{2})(?!\d)/;
const DAY_AND_NAME = /^(\d{1,2})[.-]?\s*(\p{L}{3,9})\.?[\s-]*(\d{4})(?!\d)/u;
const YEAR_FIRST = /^(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)/;
const TIME = /^(?:kl(?:okken)?\.?\s*(?=\d))?(\d{1,2})(?:[.:](\d{2})(?:[.:](\d{2}))?)?$/;

/**
 * Parses a moment as clinics write it, local to `zone`: `1-12-2026 kl. 9.00`, `01.12.2026 09:00`, `1. december 2026
 * 9.00`, `2026-12-01 09:00`, and RFC 3339. The day precedes the month unless the year comes first.
 * @param day date for a text that has only a time
 */
export function readMoment(text: string, zone: string, day?: string): Date | MomentError {
  const written = normalized(text, 'NFKC').trim().replace(/\s+/g, ' ');
  if (/^\d{4}-\d\d-\d\d[Tt]/.test(written)) return fromInstant(readInstant(written, zone));
  const dated = readDate(written);
  if (dated === 'two_digit_year') return dated;
  const rest = dated
    ? written
        .slice(dated.length)
        .replace(/^(?:[,T]\s*|\s+)/, '')
        .trim()
    : written;
  const date = dated?.day ?? day;
  if (date === undefined) return clockOf(rest) === undefined ? 'invalid_instant' : 'time_only';
  if (!dayExists(date)) return 'no_such_day';
  if (dated && rest === '') return 'date_only';
  if (dated && !/^[\s,T]/.test(written.slice(dated.length))) return 'invalid_instant';
  const offset = /(?<=\d) ?(?:Z|[+-]\d\d:?\d\d)$/.exec(rest)?.[0] ?? '';
  const clock = clockOf(offset === '' ? rest : rest.slice(0, -offset.length));
  return clock === undefined ? 'invalid_instant' : fromInstant(readInstant(`${date}T${clock}${offset.trim()}`, zone));
}

/** Date at the beginning of a text as YYYY-MM-DD, for times in another cell; undefined when there is none. */
export function readDay(text: string): string | undefined {
  const read = readDate(normalized(text, 'NFKC').trim().replace(/\s+/g, ' '));
  return typeof read === 'object' ? read.day : undefined;
}

/**
 * True for a date that exists.
 * @param day as `readDay` returns it
 */
export function dayExists(day: string): boolean {
  return readInstant(day, 'UTC') === 'date_only';
}

function fromInstant(read: ReturnType<typeof readInstant>): Date | MomentError {
  if (read instanceof Date || read === 'date_only') return read;
  return read === 'gap' ? 'time_does_not_exist' : 'invalid_instant';
}

/** `length` is the number of characters of the date. */
function readDate(text: string): { day: string; length: number } | 'two_digit_year' | undefined {
  const weekday = WEEKDAY.exec(text.toLowerCase())?.[0].length ?? 0;
  const written = text.slice(weekday);
  const found = (match: RegExpExecArray, year?: string, month?: string | number, day?: string) => ({
    day: `${year}-${String(month).padStart(2, '0')}-${day?.padStart(2, '0')}`,
    length: weekday + match[0].length,
  });
  const dayFirst = DAY_FIRST.exec(written);
  if (dayFirst)
    return dayFirst[3]?.length === 2 ? 'two_digit_year' : found(dayFirst, dayFirst[3], dayFirst[2], dayFirst[1]);
  const yearFirst = YEAR_FIRST.exec(written);
  if (yearFirst) return found(yearFirst, yearFirst[1], yearFirst[3], yearFirst[4]);
  const named = DAY_AND_NAME.exec(written);
  const month = named ? MONTHS.findIndex((pattern) => pattern.test((named[2] ?? '').toLowerCase())) : -1;
  return named && month >= 0 ? found(named, named[3], month + 1, named[1]) : undefined;
}

/** `HH:MM:SS`. An hour alone counts only after `kl.`, since a bare number may be anything. */
function clockOf(text: string): string | undefined {
  const [whole, hour = '', minute, second] = TIME.exec(text.toLowerCase()) ?? [];
  if (whole === undefined || (minute === undefined && !whole.startsWith('kl'))) return undefined;
  return `${hour.padStart(2, '0')}:${minute ?? '00'}:${second ?? '00'}`;
}

/**
 * Primary subtag of a language.
 * @returns null for an unknown language; the authority's own is used then
 */
export function readPatientLanguage(cell: string): string | null {
  return languageOf([cell]) ?? null;
}
