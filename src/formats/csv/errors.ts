import { ERROR_COLUMNS } from './columns.ts';
import { csvLine } from './text.ts';

/** Why a row was not taken. */
export interface RowError {
  /** Where the row begins, counted from 1. */
  readonly line: number;
  /** As the file names it; null: the row as a whole. */
  readonly column: string | null;
  readonly code: string;
  readonly detail: string;
}

export interface RefusedRow {
  readonly cells: readonly string[];
  readonly errors: readonly RowError[];
}

/**
 * The refused rows of a file as one that can be mended and imported again: what is wrong stands in columns of its own
 * in front.
 * @param header names of the file's columns
 */
export function errorFile(header: readonly string[], refused: readonly RefusedRow[]): string {
  const count = header.findLastIndex((name) => name !== '') + 1;
  const head = csvLine([...ERROR_COLUMNS, ...header.slice(0, count)]);
  const lines = refused.flatMap(({ cells, errors }) =>
    errors.map(({ line, column, code, detail }, position) => {
      // The row stands there once, so that it is not taken twice; a CPR number goes into no file of ours.
      const told = position === 0 && !errors.some((error) => error.code === 'cpr');
      return csvLine([String(line), column ?? '', code, detail, ...(told ? cells : [])]);
    }),
  );
  // With a byte order mark, without which Excel takes it for Windows-1252.
  return ['\ufeff', [head, ...lines, ''].join('\r\n')].join('');
}
