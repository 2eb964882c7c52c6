import type { CsvField } from './columns.ts';
import { type CsvCells, dayExists, type MomentError, readDay, readMoment, type TimeNotation } from './values.ts';

/** Start and end of an appointment; `null` when the row has none. */
export interface CsvTimes {
  readonly start: Date | null;
  readonly end: Date | null;
  /** Values that can't be parsed or contradict each other. */
  readonly timeFaults: readonly { readonly field: CsvField; readonly code: string; readonly detail: string }[];
}

const DETAIL: Readonly<Record<MomentError | 'no_date', string>> = {
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
 * Reads start and end of a row, in one cell each, or as a date and times.
 * @param notation how the source writes them, with the zone of times without an offset
 */
export function readTimes(cells: CsvCells, notation: TimeNotation): CsvTimes {
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
