import { ERROR_COLUMNS, fieldNamed } from './columns.ts';
import { type CsvRow, csvLine, decodeText, lineEndsIn, readCsvText } from './text.ts';
import { DATE_FIELDS, MOST_NAMED } from './times.ts';
import { readableAs } from './values.ts';

const MAX_ROWS = 500;
/** Well below the 1 MiB that a request may have. */
const MAX_BYTES = 512 * 1024;

/** Some rows of a file, with its header in front. */
export interface FilePart {
  readonly body: string;
  readonly rows: readonly CsvRow[];
  /** Row of the file that begins in this line of the part; undefined when none does. */
  readonly rowAt: (line: number) => CsvRow | undefined;
}

/** File divided into parts. */
export interface SplitFile {
  /** Names of the columns. */
  readonly header: readonly string[];
  readonly rows: number;
  readonly parts: readonly FilePart[];
  /** Dates to be tried before several parts are sent, since one may tell that all of them are read wrongly. */
  readonly dates: FilePart | null;
}

/** Divides a CSV file between rows. @returns why it is none: `not_text`, for a sheet of Excel say, or `empty` */
export function splitFile(bytes: Uint8Array): SplitFile | 'not_text' | 'empty' {
  const text = decodeText(bytes);
  if (text === null || /^(?:PK|%PDF)/.test(text)) return 'not_text';
  const { header, preamble, delimiter, rows } = readCsvText(text, (name) => fieldNamed(name) !== undefined);
  if (!header) return 'empty';
  const parts: FilePart[] = [];
  for (let first = 0; first < rows.length || parts.length === 0; ) {
    const part = cut(text, preamble, rows.slice(first, first + MAX_ROWS));
    parts.push(part);
    first += Math.max(1, part.rows.length);
  }
  const dates = parts.length > 1 ? tellingDates(header.cells, rows, { preamble, delimiter }) : null;
  return { header: header.cells, rows: rows.length, parts, dates };
}

/** Text between two rows is kept: an unclosed quote must be read the same way. */
function cut(text: string, preamble: string, candidates: readonly CsvRow[]): FilePart {
  const [first] = candidates;
  if (!first) return { body: `${preamble}\n`, rows: [], rowAt: () => undefined };
  let size = Buffer.byteLength(preamble) + 2;
  let count = 0;
  for (const [index, row] of candidates.entries()) {
    size += Buffer.byteLength(text.slice(row.at, candidates[index + 1]?.at ?? endOf(row)));
    // A single row over the limit is left for the service to refuse.
    if (size > MAX_BYTES && index > 0) break;
    count++;
  }
  const rows = candidates.slice(0, count);
  const body = `${preamble}\n${text.slice(first.at, endOf(rows.at(-1) ?? first))}\n`;
  const before = lineEndsIn(preamble) + 2 - first.line;
  const byLine = new Map(rows.map((row) => [row.line + before, row]));
  return { body, rows, rowAt: (line) => byLine.get(line) };
}

/**
 * The dates by which a file is judged (`checkDateOrder`), without anything else of their rows: what refuses them
 * refuses the file.
 * @returns null for a file whose dates nobody would refuse for their order
 */
function tellingDates(
  header: readonly string[],
  rows: readonly CsvRow[],
  written: { readonly preamble: string; readonly delimiter: string },
): FilePart | null {
  const dates = header.flatMap((name, index) => (DATE_FIELDS.includes(fieldNamed(name) ?? 'status') ? [index] : []));
  const left = { dmy: MOST_NAMED, mdy: MOST_NAMED, both: 1 };
  const telling = rows.filter(({ cells }) => {
    const readings = new Set(dates.map((index) => readableAs(cells[index] ?? '')));
    const reading = (['mdy', 'dmy', 'both'] as const).find((each) => readings.has(each) && left[each] > 0);
    if (reading) left[reading]--;
    return reading !== undefined;
  });
  if (left.dmy === MOST_NAMED && left.mdy === MOST_NAMED) return null;
  const lines = telling.map(({ cells }) =>
    csvLine(
      header.map((_, index) => (dates.includes(index) ? (cells[index] ?? '').replaceAll(/\s+/g, ' ') : '')),
      written.delimiter,
    ),
  );
  const first = lineEndsIn(written.preamble) + 2;
  return {
    body: `${[written.preamble, ...lines].join('\n')}\n`,
    rows: telling,
    rowAt: (line) => telling[line - first],
  };
}

function endOf(row: CsvRow): number {
  return row.at + row.raw.length;
}

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
