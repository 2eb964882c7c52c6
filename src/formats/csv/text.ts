import type { Steps } from '../format.ts';
import { decodeWindows1252 } from '../windows-1252.ts';

/** Row of a CSV file. */
export interface CsvRow {
  /** Line in which it begins, counted from 1. */
  readonly line: number;
  /** Offset in the text in characters, counted from 0. */
  readonly at: number;
  /** Cells, trimmed and without quotes. */
  readonly cells: readonly string[];
  /** The row as in the file, without its line end. */
  readonly raw: string;
  /** True when its quotes are not balanced: it was cut at the end of its first line, and its cells are unreliable. */
  readonly malformed: boolean;
}

/** Rows of a CSV file, before their interpretation. */
interface CsvText {
  readonly delimiter: string;
  /** Text before the first row of data, without its line end: Excel's `sep=` and the header. */
  readonly preamble: string;
  /** First row that is not empty; null in an empty file. */
  readonly header: CsvRow | null;
  /** Rows that are not empty. */
  readonly rows: readonly CsvRow[];
}

/** Rows that are read in a step, empty ones among them: most of a file may be line ends. */
const ROWS_OF_A_STEP = 100;
/** Characters that are read in a step, but for one row: most of a file may be delimiters. */
const LENGTH_OF_A_STEP = 20_000;
/** The columns of a sheet of Excel. The rest of a row that has more cells is its last one, or left out if malformed. */
const MOST_CELLS = 16_384;
/** A longer quoted cell is taken as one that was not closed. */
const MAX_CELL = 10_000;
const SEP = /^"?sep=([;,\t|])?[^\n\r]*(?:\r\n|\n|\r|$)/i;

/**
 * Splits a file into rows, some of them a step, at `;`, `,`, tab or `|`: as Excel's `sep=` says, else by the delimiter
 * that gives most known columns.
 * @param isColumn true for a known column name
 * @param most rows of data to read; the rest is left unread
 */
export function* csvTextInSteps(
  text: string,
  isColumn: (name: string) => boolean,
  most = Number.POSITIVE_INFINITY,
): Steps<CsvText> {
  const [separator, declared] = SEP.exec(text) ?? [''];
  const start = { at: separator.length, line: separator === '' ? 1 : 2 };
  const delimiter = declared ?? likeliestDelimiter(text, start, isColumn);
  const rows: CsvRow[] = [];
  let preambleEnd = 0;
  let columns: number | undefined;
  let [seen, began] = [0, 0];
  for (let place = start; place.at < text.length && rows.length <= most; ) {
    if (++seen % ROWS_OF_A_STEP === 0 || place.at - began > LENGTH_OF_A_STEP) {
      yield;
      began = place.at;
    }
    if (isLineEnd(text.charAt(place.at))) {
      place = { at: afterLineEnd(text, place.at), line: place.line + 1 };
      continue;
    }
    const { row, next } = scanRow(text, place, delimiter, columns);
    if (row.cells.some((cell) => cell !== '') || row.malformed) {
      if (rows.length === 0) {
        preambleEnd = place.at + row.raw.length;
        columns = row.cells.findLastIndex((cell) => cell !== '') + 1;
      }
      rows.push(row);
    }
    place = next;
  }
  const [header = null, ...data] = rows;
  return { delimiter, preamble: text.slice(0, preambleEnd), header, rows: data };
}

/** Reads a whole file at once. */
export function readCsvText(...of: Parameters<typeof csvTextInSteps>): CsvText {
  const steps = csvTextInSteps(...of);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

type TextPosition = Pick<CsvRow, 'at' | 'line'>;

function likeliestDelimiter(text: string, start: TextPosition, isColumn: (name: string) => boolean): string {
  let { at } = start;
  while (at < text.length && /[\s;,|]/.test(text.charAt(at))) at++;
  const score = (delimiter: string) =>
    scanRow(text, { at, line: start.line }, delimiter).row.cells.filter(isColumn).length;
  const [best] = [';', '\t', ',', '|']
    .map((delimiter) => ({ delimiter, score: score(delimiter) }))
    .sort((a, b) => b.score - a.score);
  return best?.delimiter ?? ';';
}

/**
 * Reads one row by RFC 4180, leniently: a quote inside a cell that began without one is a character.
 * @param columns number of columns of the header
 */
function scanRow(
  text: string,
  from: TextPosition,
  delimiter: string,
  columns?: number,
): { row: CsvRow; next: TextPosition } {
  const cells: string[] = [];
  let [allQuoted, anyQuoted] = [true, false];
  for (let at = from.at; ; at++) {
    const cell = cells.length < MOST_CELLS ? scanCell(text, at, delimiter) : restOfLine(text, at);
    if (cell === null) return malformedRow(text, from, delimiter);
    cells.push(withoutGuard(cell.value.trim()));
    allQuoted &&= cell.quoted;
    anyQuoted ||= cell.quoted;
    at = cell.end;
    if (text.charAt(at) !== delimiter) {
      const raw = text.slice(from.at, at);
      const lineEnds = anyQuoted ? lineEndsIn(raw) : 0;
      if (lineEnds > 0 && !allQuoted && columns !== undefined && isJoinedRow(cells, columns, delimiter))
        return malformedRow(text, from, delimiter);
      const next = { at: afterLineEnd(text, at), line: from.line + 1 + lineEnds };
      return { row: { line: from.line, at: from.at, cells, raw, malformed: false }, next };
    }
  }
}

/**
 * True when a row is two rows joined by a quote that was forgotten in one and closed in the same column of a later one,
 * which would mix two people's cells. Such a cell contains delimiters, and as many in its last line as there are
 * columns before it. Rows whose cells are all quoted can't be joined like this: the next quote would stand in the
 * middle of a text.
 */
function isJoinedRow(cells: readonly string[], columns: number, delimiter: string): boolean {
  const count = (text: string) => text.split(delimiter).length - 1;
  return (
    cells.length < columns ||
    cells.slice(columns).some((cell) => cell !== '') ||
    cells.some((cell, index) => {
      const lines = cell.split(/\r\n|\n|\r/);
      return lines.length > 1 && count(cell) >= columns - 1 && count(lines.at(-1) ?? '') === index;
    })
  );
}

/** A cell, and its end: at a delimiter, a line end or the end of the text. */
interface Cell {
  readonly value: string;
  readonly end: number;
  readonly quoted: boolean;
}

/** @returns null when its quotes are not balanced */
function scanCell(text: string, from: number, delimiter: string): Cell | null {
  let at = from;
  while (text.charAt(at) === ' ' || (text.charAt(at) === '\t' && delimiter !== '\t')) at++;
  if (text.charAt(at) !== '"') {
    const end = endOfCell(text, at, delimiter);
    return { value: text.slice(at, end), end, quoted: false };
  }
  let value = '';
  for (at++; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || quote - from > MAX_CELL) return null;
    value += text.slice(at, quote);
    at = quote + 1;
    if (text.charAt(at) !== '"') break;
    value += '"';
    at++;
  }
  const end = endOfCell(text, at, delimiter);
  return text.slice(at, end).trim() === '' ? { value, end, quoted: true } : null;
}

function restOfLine(text: string, from: number): Cell {
  const end = endOfCell(text, from);
  return { value: text.slice(from, end), end, quoted: false };
}

function endOfCell(text: string, from: number, delimiter?: string): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== delimiter && !isLineEnd(text.charAt(at))) at++;
  return at;
}

/**
 * Cuts a row with unbalanced quotes at its first line end; the next line is read as a row of its own, so that a stray
 * quote does not swallow rows.
 */
function malformedRow(text: string, from: TextPosition, delimiter: string): { row: CsvRow; next: TextPosition } {
  const { value: raw, end } = restOfLine(text, from.at);
  const cells = raw.split(delimiter, MOST_CELLS).map((cell) => withoutGuard(cell.trim()));
  return {
    row: { line: from.line, at: from.at, cells, raw, malformed: true },
    next: { at: afterLineEnd(text, end), line: from.line + 1 },
  };
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}

function afterLineEnd(text: string, at: number): number {
  return at + (text.startsWith('\r\n', at) ? 2 : 1);
}

/** Number of line ends in a text. */
export function lineEndsIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** The beginning of a formula, for one spreadsheet or another (CWE-1236). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
/** The same within a cell, where a spreadsheet of another country, that takes our quotes for characters, splits. */
const FORMULA_WITHIN = /([;,\t|\r\n][ "]*)(?=[=+\-@＝＋－＠])/g;
const GUARD_WITHIN = /([;,\t|\r\n][ "]*)'(?=[=+\-@＝＋－＠])/g;

/**
 * Writes one line of a CSV file, with quotes where needed, also for the delimiters of other countries. A spreadsheet
 * shows what may be a formula as text, since an apostrophe stands in front; reading such a file takes it away again.
 */
export function csvLine(cells: readonly string[], delimiter = ';'): string {
  return cells
    .map((text) => (FORMULA.test(text) ? `'${text}` : text).replaceAll(FORMULA_WITHIN, "$1'"))
    .map((cell) => (/["\r\n;,\t|]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(delimiter);
}

function withoutGuard(cell: string): string {
  if (!cell.includes("'")) return cell;
  const bare = cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
  return bare.replaceAll(GUARD_WITHIN, '$1');
}

/**
 * Decodes a file: by its byte order mark, as strict UTF-8, or else as Windows-1252, which older Excel writes.
 * @param charset declared by the sender; used only when it is an 8-bit Latin one
 * @returns null for a body that is not text
 */
export function decodeText(bytes: Uint8Array, charset?: string): string | null {
  const text = decoded(bytes, charset);
  return text.includes('\0') ? null : text;
}

function decoded(bytes: Uint8Array, charset = ''): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (/^(?:iso-?8859-1|latin-?1|windows-1252|cp-?1252)$/i.test(charset)) return decodeWindows1252(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeWindows1252(bytes);
  }
}
