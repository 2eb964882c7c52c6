import type { SourceSettings } from '../../domain/authority.ts';
import { type Fault, Problem, type ValueFault } from '../../domain/errors.ts';
import { mapInSteps, type Steps } from '../format.ts';
import type { CsvColumns, CsvField } from './columns.ts';
import type { CsvRow } from './text.ts';
import { CsvCells, dayExists, type MomentError, readableAs, readDay, readMoment, type TimeNotation } from './values.ts';

const DETAIL = {
  no_such_day:
    'This date does not exist: the day precedes the month unless the year comes first or dateOrder of the source ' +
    'says otherwise, and the year has four digits, from 1900 on.',
  no_date: 'This is not a date such as 01-12-2026 or 2026-12-01.',
  date_only: 'A time of day is needed, such as 01-12-2026 09:00.',
  time_only: 'A date is needed too, such as 01-12-2026 09:00.',
  time_does_not_exist: 'The clocks skip this local time in spring.',
  two_digit_year: 'The year needs four digits: this date is ambiguous.',
  invalid_instant: 'This is not a date and time such as 01-12-2026 09:00 or 2026-12-01T09:00:00+01:00.',
};

/**
 * Reads start and end of a row, in one cell each, or as a date and times; null when the row has none. The faults are of
 * values that can't be parsed or contradict each other.
 * @param notation how the source writes them, with the zone of times without an offset
 */
export function readTimes(cells: CsvCells, notation: TimeNotation) {
  const timeFaults: { field: CsvField; code: string; detail: string }[] = [];
  const checked = (field: CsvField, read: Date | MomentError): Date | null => {
    if (read instanceof Date) return read;
    const code = field === 'date' && read === 'invalid_instant' ? 'no_date' : read;
    timeFaults.push({ field, code, detail: DETAIL[code] });
    return null;
  };
  const dayOf = (field: CsvField) => readDay(cells.text(field), notation);
  const day = dayOf('start') ?? dayOf('date') ?? dayOf('time');
  const started = readStart(cells, notation, day);
  const start = started && checked(...started);
  const endText = cells.text('end');
  // An end given as a time of day is not reported when the day itself is wrong.
  const end =
    endText === '' || started?.[1] === 'no_such_day' ? null : checked('end', readMoment(endText, notation, day));
  if (start && end && end < start)
    timeFaults.push({ field: 'end', code: 'before_start', detail: 'The end lies before the start.' });
  return { start, end, timeFaults };
}

/** @returns the deciding cell and its value; null when the row has no start */
function readStart(
  cells: CsvCells,
  notation: TimeNotation,
  day: string | undefined,
): [CsvField, Date | MomentError] | null {
  const [start, date, time] = [cells.text('start'), cells.text('date'), cells.text('time')];
  if (start !== '') {
    const read = readMoment(start, notation, day);
    return read === 'date_only' && time !== '' ? ['time', readMoment(time, notation, day)] : ['start', read];
  }
  const dated = readDay(date, notation);
  if (dated !== undefined && !dayExists(dated)) return ['date', 'no_such_day'];
  if (date !== '' && (time === '' || dated === undefined)) return ['date', readMoment(date, notation)];
  return time === '' ? null : ['time', readMoment(time, notation, day)];
}

/** Columns whose cells are read as dates. */
export const DATE_FIELDS: readonly CsvField[] = ['start', 'date', 'time', 'end'];
/** Rows that a refusal names. */
export const MOST_NAMED = 50;

/** The refusal of a file by a date that can only be read in this order, which is not the source's. */
const ONLY: Readonly<Record<SourceSettings['dateOrder'], ValueFault>> = {
  mdy: {
    code: 'month_first',
    detail:
      'This date can only be read with the month first, so nothing of the file was stored: mend the row, or set ' +
      'dateOrder of the source to mdy if all its dates are like this.',
  },
  dmy: {
    code: 'day_first',
    detail:
      'This date can only be read with the day first, and dateOrder of the source is mdy, so nothing of the file was ' +
      'stored: mend the row, or set dateOrder to dmy.',
  },
};
/** The detail of the row that shows what is at stake. */
export const READ_BOTH_WAYS = 'This date could be read both ways, with the day or with the month first.';

/**
 * Refuses a whole file that holds a date which can only be read in the other order than the source's: its other
 * dates would be read as days that nobody meant.
 * @throws Problem 422 that names the first of these rows, and the first that could be read both ways
 */
export function* checkDateOrder(
  rows: readonly CsvRow[],
  columns: CsvColumns,
  order: SourceSettings['dateOrder'],
): Steps<void> {
  const contrary = order === 'dmy' ? 'mdy' : 'dmy';
  const { code, detail } = ONLY[contrary];
  const others: Fault[] = [];
  let open: Fault | undefined;
  yield* mapInSteps(rows, (row) => {
    const cells = new CsvCells(row, columns);
    const readings = DATE_FIELDS.map((field) => readableAs(cells.text(field)));
    const fault = (as: typeof contrary | 'both', why: string) => {
      const field = DATE_FIELDS[readings.indexOf(as)];
      return field && cells.fault(field, code, why);
    };
    const other = fault(contrary, detail);
    if (other && others.length < MOST_NAMED) others.push(other);
    if (!other) open ??= fault('both', READ_BOTH_WAYS);
  });
  if (others.length === 0) return;
  throw new Problem(422, 'invalid', detail, { faults: [...others, ...(open ? [open] : [])] });
}
