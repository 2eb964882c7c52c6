import type { SourceSettings } from '../../domain/authority.ts';
import { type Fault, Problem, type ValueFault } from '../../domain/errors.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import type { CsvColumns, CsvField } from './columns.ts';
import type { CsvRow } from './text.ts';
import { CsvCells, readableAs } from './values.ts';

type DateOrder = SourceSettings['dateOrder'];

/** Columns whose cells are read as dates. */
export const DATE_FIELDS: readonly CsvField[] = ['start', 'date', 'time', 'end'];
/** Rows that a refusal names. */
export const MOST_NAMED = 50;

/** The refusal of a file by a date that can only be read in this order, which is not the source's. */
const ONLY: Readonly<Record<DateOrder, ValueFault>> = {
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
export function* checkDateOrder(rows: readonly CsvRow[], columns: CsvColumns, order: DateOrder): Steps<void> {
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
