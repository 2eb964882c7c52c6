import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { AppointmentKind, SourceSettings } from '../../domain/authority.ts';
import { readInstant } from '../../domain/calendar.ts';
import type { Fault } from '../../domain/errors.ts';
import { isInvisible, isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { holdsCpr, looksLikeCpr } from '../../domain/text/cpr.ts';
import { normalized } from '../../domain/text/unicode.ts';
import { MAX_CODE, MAX_PATIENT_ID, MAX_WORDING } from '../format.ts';
import { isMove, plainWord, readStatusWords } from '../status-words.ts';
import type { CsvColumns, CsvField } from './columns.ts';
import type { CsvRow } from './text.ts';

const MAX_LENGTH: Readonly<Partial<Record<CsvField, number>>> = {
  reference: MAX_REFERENCE,
  patient: MAX_PATIENT_ID,
  locationCode: MAX_CODE,
  departmentCode: MAX_CODE,
  locationText: MAX_WORDING,
  department: MAX_WORDING,
  kind: MAX_WORDING,
};
const OTHER_LENGTH = 64;
/** Fields stored as received, which a database must accept. */
const STORED_AS_RECEIVED: readonly CsvField[] = ['reference', 'locationCode', 'departmentCode'];
/** `4,52E+09`: how Excel shows a long number in a narrow column, and saves it. */
const EXCEL_NUMBER = /^\d(?:[.,]\d{1,14})?E\+\d{1,3}$/i;
/** Ids that many rows would share, and a number that every text prints: the row is refused. */
const REFUSED_IF_SHORTENED: readonly CsvField[] = ['reference', 'patient', 'contactPhone'];
/**
 * Ids, in which a running number with letters in front is no CPR number. Times and numbers are validated when they are
 * parsed.
 */
const IDS: readonly CsvField[] = ['reference', 'patient', 'locationCode', 'departmentCode'];
const TEXTS: readonly CsvField[] = ['locationText', 'department', 'status', 'kind', 'contactPhone'];

/** Cells of one row by field. */
export class CsvCells {
  readonly #row: CsvRow;
  readonly #columns: CsvColumns;

  constructor(row: CsvRow, columns: CsvColumns) {
    this.#row = row;
    this.#columns = columns;
  }

  /** Text of a cell; empty when the file has no such column or the row is shorter. */
  text(field: CsvField): string {
    const index = this.#columns.at.get(field);
    return index === undefined ? '' : (this.#row.cells[index] ?? '');
  }

  /** True when the row has a value for the field, even an explicitly empty one. */
  has(field: CsvField): boolean {
    const index = this.#columns.at.get(field);
    return index !== undefined && index < this.#row.cells.length;
  }

  /** Reference of the row, where it may be repeated in a response; else null. */
  reference(): string | null {
    const text = this.text('reference');
    if (text === '' || text.length > MAX_REFERENCE) return null;
    return isStorableText(text) && !referenceFault(text) ? text : null;
  }

  /** A fault of this row. @param field null: of the row as a whole */
  fault(field: CsvField | null, code: string, detail: string): Fault {
    const { line } = this.#row;
    const index = field === null ? undefined : this.#columns.at.get(field);
    if (index === undefined) return { pointer: '', code, detail, line };
    return { pointer: this.#columns.nameOf(index), code, detail, line, column: index + 1 };
  }

  /** Faults that are independent of the row's meaning. */
  faults(): Fault[] {
    const { count, at } = this.#columns;
    if (this.#row.malformed) return [this.fault(null, 'bad_quotes', 'The quotes in this row are not balanced.')];
    if (this.#row.cells.slice(count).some((cell) => cell !== '')) {
      const detail =
        'The row has more cells than the first row: a text that contains a separator needs quotes around it.';
      return [this.fault(null, 'too_many_cells', detail)];
    }
    if (at.has('status') && !this.has('status')) {
      return [this.fault(null, 'too_few_cells', 'The row ends before its status, and may continue in the next line.')];
    }
    return [...at.keys()].flatMap((field) => this.#faultsOf(field));
  }

  /** Warnings for phone numbers that Excel has shortened: the row is taken like any without a usable number. */
  shortenedNumbers(): Fault[] {
    const fields = (['mobile', 'phone'] as const).filter((field) => EXCEL_NUMBER.test(this.text(field)));
    return fields.map((field) => this.#shortened(field));
  }

  #shortened(field: CsvField): Fault {
    const detail =
      'Excel has written a long number as 4,52E+09, and its digits are lost: format the column as text, and take the ' +
      'numbers from their origin again.';
    return this.fault(field, 'excel_number', detail);
  }

  #faultsOf(field: CsvField): Fault[] {
    const text = this.text(field);
    const max = MAX_LENGTH[field] ?? OTHER_LENGTH;
    if (text.length > max) return [this.fault(field, 'too_big', `At most ${max} characters.`)];
    if (REFUSED_IF_SHORTENED.includes(field) && EXCEL_NUMBER.test(text)) return [this.#shortened(field)];
    // An empty cell names no id; a cell of invisible characters was meant to name one.
    if (field === 'reference' && text !== '' && isInvisible(text))
      return [this.fault(field, 'required', 'An id is required: invisible characters alone are not an id.')];
    if ((IDS.includes(field) && looksLikeCpr(text)) || (TEXTS.includes(field) && holdsCpr(text))) {
      return [this.fault(field, 'cpr', 'This looks like a CPR number, which is not accepted.')];
    }
    const unprintable = STORED_AS_RECEIVED.includes(field) && !isStorableText(text);
    return unprintable
      ? [this.fault(field, 'unprintable', 'Line breaks, control characters and invalid Unicode are not accepted.')]
      : [];
  }
}

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
  | 'time_only'
  | 'no_such_day'
  | 'time_does_not_exist'
  | 'two_digit_year'
  | 'invalid_instant';

const MONTHS = 'jan feb mar apr ma[jy] jun jul aug sep o[kc]t nov dec'
  .split(' ')
  .map((month) => new RegExp(`^${month}`));
const WEEKDAYS = 'man|tirs?|ons|tors?|fre|l[øo]r|s[øo]n|mon|tue|wed|thu|fri|sat|sun|ma|ti|on|to|fr|lø|sø';
const WEEKDAY = new RegExp(`^(?:${WEEKDAYS})\\p{L}*\\.?,?\\s+(?:d(?:en)?\\.?\\s*)?(?=\\d)`, 'u');
const YEAR_LAST = /^(\d{1,2})\s*([-./])\s*(\d{1,2})\s*([-./])\s*(\d{4}|\d{2})(?!\d)/;
const DAY_AND_NAME = /^(\d{1,2})[.-]?\s*(\p{L}{3,9})\.?[\s-]*(\d{4})(?!\d)/u;
const YEAR_FIRST = /^(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)/;
const TIME = /^(?:kl(?:okken)?\.?\s*(?=\d))?(\d{1,2})(?:[.:](\d{2})(?:[.:](\d{2}))?)?$/;

/** How a source writes its times. */
export type TimeNotation = Pick<SourceSettings, 'timeZone' | 'dateOrder'>;

/**
 * Parses a moment as clinics write it, local to their zone: `1-12-2026 kl. 9.00`, `01.12.2026 09:00`, `1. december 2026
 * 9.00`, `2026-12-01 09:00`, and RFC 3339. The day precedes the month unless the year comes first, or the source says
 * otherwise.
 * @param day date for a text that has only a time
 */
export function readMoment(
  text: string,
  { timeZone: zone, dateOrder }: TimeNotation,
  day?: string,
): Date | MomentError {
  const written = oneLine(text);
  if (/^\d{4}-\d\d-\d\d[Tt]/.test(written)) return fromInstant(readInstant(written, zone));
  const dated = readDate(written, dateOrder);
  if (dated === 'two_digit_year') return dated;
  const behind = written.slice(dated?.length ?? 0);
  const rest = dated ? behind.replace(/^(?:[,T]\s*|\s+)/, '').trim() : behind;
  const date = dated?.day ?? day;
  if (date === undefined) return clockOf(rest) === undefined ? 'invalid_instant' : 'time_only';
  if (!dayExists(date)) return 'no_such_day';
  if (dated && rest === '') return 'date_only';
  if (dated && !/^[\s,T]/.test(behind)) return 'invalid_instant';
  const offset = /(?<=\d) ?(?:Z|[+-]\d\d:?\d\d)$/.exec(rest)?.[0] ?? '';
  const clock = clockOf(offset === '' ? rest : rest.slice(0, -offset.length));
  return clock === undefined ? 'invalid_instant' : fromInstant(readInstant(`${date}T${clock}${offset.trim()}`, zone));
}

/** Date at the beginning of a text as YYYY-MM-DD, for times in another cell; undefined when there is none. */
export function readDay(text: string, { dateOrder }: TimeNotation): string | undefined {
  const read = readDate(oneLine(text), dateOrder);
  return typeof read === 'object' ? read.day : undefined;
}

/**
 * The orders in which a date with slashes or hyphens and the year last can be read.
 * @returns undefined for a text without one, and where the order makes no difference
 */
export function readableAs(text: string): SourceSettings['dateOrder'] | 'both' | undefined {
  const [, first = '', , second = '', , year] = matchYearLast(oneLine(text)) ?? [];
  if (year?.length !== 4) return undefined;
  const dayFirst = canBeDay(first) && canBeMonth(second);
  const monthFirst = canBeMonth(first) && canBeDay(second);
  if (dayFirst && monthFirst) return Number(first) === Number(second) ? undefined : 'both';
  return dayFirst ? 'dmy' : monthFirst ? 'mdy' : undefined;
}

const canBeMonth = (digits: string) => Number(digits) >= 1 && Number(digits) <= 12;
const canBeDay = (digits: string) => Number(digits) >= 1 && Number(digits) <= 31;

/** A date whose order the source decides; with points the day is first everywhere. */
function matchYearLast(written: string): RegExpExecArray | null {
  const match = YEAR_LAST.exec(written.slice(weekdayLength(written)));
  return match && (match[2] === '.' || match[4] === '.') ? null : match;
}

function oneLine(text: string): string {
  return normalized(text, 'NFKC').trim().replace(/\s+/g, ' ');
}

function weekdayLength(written: string): number {
  return WEEKDAY.exec(written.toLowerCase())?.[0].length ?? 0;
}

/** True for a date that exists. @param day as `readDay` returns it */
export function dayExists(day: string): boolean {
  return readInstant(day, 'UTC') === 'date_only';
}

function fromInstant(read: ReturnType<typeof readInstant>): Date | MomentError {
  if (read instanceof Date || read === 'date_only') return read;
  return read === 'gap' ? 'time_does_not_exist' : 'invalid_instant';
}

/** `length` is the number of characters of the date. */
function readDate(
  text: string,
  order: SourceSettings['dateOrder'],
): { day: string; length: number } | 'two_digit_year' | undefined {
  const weekday = weekdayLength(text);
  const written = text.slice(weekday);
  const found = (match: RegExpExecArray, year?: string, month?: string | number, day?: string) => ({
    day: `${year}-${String(month).padStart(2, '0')}-${day?.padStart(2, '0')}`,
    length: weekday + match[0].length,
  });
  const yearLast = YEAR_LAST.exec(written);
  if (yearLast) {
    const [, first, , second, , year] = yearLast;
    if (year?.length === 2) return 'two_digit_year';
    const monthFirst = order === 'mdy' && matchYearLast(text) !== null;
    return monthFirst ? found(yearLast, year, first, second) : found(yearLast, year, second, first);
  }
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
