import { ERROR_COLUMNS } from './columns.ts';
import { csvLine } from './text.ts';

/** Reason why a row was refused. */
export interface RowError {
  /** Line in which the row begins, counted from 1. */
  readonly line: number;
  /** Column as the file names it; null for the row as a whole. */
  readonly column: string | null;
  readonly code: string;
  readonly detail: string;
}

/** Refused row with its errors. */
export interface RefusedRow {
  readonly cells: readonly string[];
  readonly errors: readonly RowError[];
}

/**
 * Writes the refused rows as a CSV file that can be corrected and imported again, with the errors in columns in front.
 * @param header names of the file's columns
 */
export function errorFile(header: readonly string[], refused: readonly RefusedRow[]): string {
  const count = header.findLastIndex((name) => name !== '') + 1;
  const head = csvLine([...ERROR_COLUMNS, ...header.slice(0, count)]);
  const lines = refused.flatMap(({ cells, errors }) =>
    errors.map(({ line, column, code, detail }, position) => {
      // A row with several errors has its cells once, so that it is not imported twice. Cells with a CPR number are
      // left out.
      const withCells = position === 0 && !errors.some((error) => error.code === 'cpr');
      return csvLine([String(line), column ?? '', code, detail, ...(withCells ? cells : [])]);
    }),
  );
  // Without the byte order mark Excel reads the file as Windows-1252.
  return ['\ufeff', [head, ...lines, ''].join('\r\n')].join('');
}
