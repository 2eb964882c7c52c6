import type { Counts, StatisticsBy } from '../../staff/statistics/statistics.ts';
import type { PageLanguage } from '../kit/language.ts';
import { STATISTICS_WORDS, type StatisticsColumn } from './words.ts';

/** Rows on a page: a year of days would be too long to read, and to load. */
const MOST_ROWS = 31;
/** Bytes for which a page has room beside its rows, but for the id of the authority in the links around them. */
const MOST_BYTES = 48_500;
const LINKS_AROUND = 30;
/** Bytes of a row and its bar without the names, and of each part of that bar, of which there are five at most. */
const [BYTES_OF_ROW, BYTES_OF_PART, MOST_PARTS] = [190, 66, 5];
/** Bytes of a row without its name whose bar is a column, which has none. */
const BYTES_OF_COLUMN_ROW = 100;
/** Bytes of a figure without the name of its column, of one that leads nowhere, of a link, and of what it names. */
const [BYTES_OF_CELL, BYTES_OF_ZERO, BYTES_OF_LINK, BYTES_OF_END, BYTES_OF_NAME] = [23, 27, 93, 18, 16];

/** A row as the table and the chart show it. */
interface Row {
  readonly key: string;
  readonly name: string;
  readonly counts: Counts;
}

/** The table of which rows are a part. */
interface Table {
  readonly by: StatisticsBy;
  readonly columns: readonly StatisticsColumn[];
  readonly authority: { readonly id: string };
  readonly language: PageLanguage;
}

/** The same for each page of a list, so that their numbers hold: as many rows as fit on every one of its pages. */
export function rowsOfPage(rows: readonly Row[], table: Table): number {
  const bytes = rows.map((row) => bytesOf(row, table));
  const most = MOST_BYTES - LINKS_AROUND * table.authority.id.length;
  let size = MOST_ROWS;
  while (size > 1 && !pagesFit(bytes, size, most)) size--;
  return size;
}

function pagesFit(bytes: readonly number[], size: number, most: number): boolean {
  let sum = 0;
  return bytes.every((each, at) => {
    sum = at % size === 0 ? each : sum + each;
    return sum <= most;
  });
}

/** The most bytes that a row may take with its bar. */
function bytesOf({ key, name, counts }: Row, { by, columns, authority, language }: Table): number {
  const words = STATISTICS_WORDS[language];
  const labels = columns.reduce((sum, column) => sum + Buffer.byteLength(words.columns[column]), 0);
  const linked = columns.filter((column) => counts[column] !== 0).length;
  const named = BYTES_OF_END + BYTES_OF_NAME + new URLSearchParams([['', key]]).toString().length;
  const link = BYTES_OF_LINK + authority.id.length + (by === 'day' ? 0 : by === 'week' ? BYTES_OF_END : named);
  return (
    (by === 'day' || by === 'week' ? BYTES_OF_COLUMN_ROW : BYTES_OF_ROW) +
    (by === 'day' || by === 'week' ? 1 : 2) * Buffer.byteLength(name.replaceAll(/[&<>"']/g, '&quot;')) +
    BYTES_OF_PART * Math.min(MOST_PARTS, linked) +
    (columns.length * BYTES_OF_CELL + labels) +
    (linked * link + (columns.length - linked) * BYTES_OF_ZERO)
  );
}
