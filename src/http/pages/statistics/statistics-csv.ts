import { csvLine } from '../../../formats/csv/text.ts';
import type { NamedRow, Shown } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

/** Excel takes a file for UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF';

/** The whole of the figures for a spreadsheet, in the language of the page; no cell is ever a formula. */
export function statisticsCsv({ language, statistics: { by, total }, columns, all }: Shown): string {
  const words = STATISTICS_WORDS[language];
  const delimiter = language === 'da' ? ';' : ',';
  const first = ({ key, name }: NamedRow) => (by === 'day' || by === 'week' ? key : name);
  const lines = [
    [words.by[by], ...columns.map((column) => words.columns[column])],
    ...all.map((row) => [first(row), ...columns.map((column) => String(row.counts[column]))]),
    [words.total, ...columns.map((column) => String(total[column]))],
  ];
  return BYTE_ORDER_MARK + lines.map((cells) => `${csvLine(cells, delimiter)}\r\n`).join('');
}
