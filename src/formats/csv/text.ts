import { decodeWindows1252 } from '../windows-1252.ts';

/** A row of a CSV file. */
export interface CsvRow {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** The same in characters of the text, counted from 0. */
  readonly at: number;
  /** Trimmed, quotes taken off. */
  readonly cells: readonly string[];
  /** As it stands in the file, without the line's end. */
  readonly raw: string;
  /** Its quotes don't fit together: it was cut at the end of its first line, and its cells are not to be trusted. */
  readonly broken: boolean;
}

/** A CSV file taken apart, not yet understood. */
export interface CsvText {
  readonly delimiter: string;
  /**
   * All before the first row of data, as it stands there, without the line's end: Excel's `sep=` and the names of the
   * columns.
   */
  readonly preamble: string;
  /** The first row that is not empty; null in an empty file. */
  readonly header: CsvRow | null;
  /** Rows that are not empty. */
  readonly rows: readonly CsvRow[];
}

/** A quoted cell that is longer was not closed where it should have been. */
const MAX_CELL = 10_000;
const SEP = /^"?sep=([;,\t|])?[^\n\r]*(?:\r\n|\n|\r|$)/i;

/**
 * The text of a file: by its byte order mark, as strict UTF-8, or else as Windows-1252, which older Excel writes.
 * @param charset what the sender says; believed only where it names an 8-bit Latin one
 * @returns null for what is no text
 */
export function decodeText(bytes: Uint8Array, charset?: string): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return withoutNul(new TextDecoder('utf-16le').decode(bytes));
  if (first === 0xfe && second === 0xff) return withoutNul(new TextDecoder('utf-16be').decode(bytes));
  if (/^(?:iso-?8859-1|latin-?1|windows-1252|cp-?1252)$/i.test(charset ?? ''))
    return withoutNul(decodeWindows1252(bytes));
  try {
    return withoutNul(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return withoutNul(decodeWindows1252(bytes));
  }
}

function withoutNul(text: string): string | null {
  return text.includes('\0') ? null : text;
}

/**
 * Takes a file apart at `;`, `,`, tab or `|`: as Excel's `sep=` says, else at what finds most columns that `isColumn`
 * knows.
 * @param isColumn true for a name of a column that means something
 * @param most of so many rows of data the rest is left unread
 */
export function readCsvText(
  text: string,
  isColumn: (name: string) => boolean,
  most = Number.POSITIVE_INFINITY,
): CsvText {
  const [separator, said] = SEP.exec(text) ?? [''];
  const start = { at: separator.length, line: separator === '' ? 1 : 2 };
  const delimiter = said ?? likeliestDelimiter(text, start, isColumn);
  const rows: CsvRow[] = [];
  let preambleEnd = 0;
  let columns: number | undefined;
  for (let place = start; place.at < text.length && rows.length <= most; ) {
    if (isLineEnd(text.charAt(place.at))) {
      place = { at: afterLineEnd(text, place.at), line: place.line + 1 };
      continue;
    }
    const { row, next } = scanRow(text, place, delimiter, columns);
    if (row.cells.some((cell) => cell !== '') || row.broken) {
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

interface Place {
  readonly at: number;
  readonly line: number;
}

function likeliestDelimiter(text: string, start: Place, isColumn: (name: string) => boolean): string {
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
 * RFC 4180, read leniently: a quote inside a cell that began without one stands for itself. @param columns how many the
 * first row has
 */
function scanRow(text: string, from: Place, delimiter: string, columns?: number): { row: CsvRow; next: Place } {
  const cells: string[] = [];
  let [allQuoted, anyQuoted] = [true, false];
  for (let at = from.at; ; at++) {
    const cell = scanCell(text, at, delimiter);
    if (cell === null) return brokenRow(text, from, delimiter);
    cells.push(cell.value.trim());
    allQuoted &&= cell.quoted;
    anyQuoted ||= cell.quoted;
    at = cell.end;
    if (text.charAt(at) !== delimiter) {
      const raw = text.slice(from.at, at);
      const lineEnds = anyQuoted ? lineEndsIn(raw) : 0;
      if (lineEnds > 0 && !allQuoted && columns !== undefined && heldRows(cells, columns, delimiter))
        return brokenRow(text, from, delimiter);
      const next = { at: afterLineEnd(text, at), line: from.line + 1 + lineEnds };
      return { row: { line: from.line, at: from.at, cells, raw, broken: false }, next };
    }
  }
}

/**
 * A quote that was forgotten in one row and closed in the same column of a later one makes of both a row that looks
 * whole, with the cells of two people. Such a cell holds the separators of a row, and as many of them in its last line
 * as there are columns before it. Where every cell has quotes it can't be: the next one would have stood in the middle
 * of a text.
 */
function heldRows(cells: readonly string[], columns: number, delimiter: string): boolean {
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

/**
 * @returns the cell and where it ends: at a delimiter, a line's end or the end of the text; null when its quotes don't
 * fit
 */
function scanCell(
  text: string,
  from: number,
  delimiter: string,
): { value: string; end: number; quoted: boolean } | null {
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

function endOfCell(text: string, from: number, delimiter: string): number {
  let at = from;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === delimiter || isLineEnd(character)) break;
  }
  return at;
}

/**
 * What follows the first line of a row whose quotes don't fit is read anew: a stray quote must not swallow the rows up
 * to the next one.
 */
function brokenRow(text: string, from: Place, delimiter: string): { row: CsvRow; next: Place } {
  let end = from.at;
  while (end < text.length && !isLineEnd(text.charAt(end))) end++;
  const raw = text.slice(from.at, end);
  const cells = raw.split(delimiter).map((cell) => cell.trim());
  return {
    row: { line: from.line, at: from.at, cells, raw, broken: true },
    next: { at: afterLineEnd(text, end), line: from.line + 1 },
  };
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}

function afterLineEnd(text: string, at: number): number {
  return at + (text.startsWith('\r\n', at) ? 2 : 1);
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** One line of a CSV file, with quotes where they are needed. */
export function csvLine(cells: readonly string[], delimiter = ';'): string {
  return cells
    .map((cell) =>
      /["\r\n]|^\s|\s$/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell,
    )
    .join(delimiter);
}
