import { COUNTED, type Statistics } from '../../staff/statistics.ts';

/** RFC 4180, with a header and a last line `total`. */
export function toCsv({ rows, total }: Statistics): string {
  const columns = [...COUNTED, 'segments', 'optOuts'] as const;
  const lines = [{ key: 'total', ...total }];
  return [
    ['key', ...columns],
    ...[...rows, ...lines].map((row) => [row.key, ...columns.map((column) => String(row[column]))]),
  ]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

/** A department's name comes from a booking system: a spreadsheet must not take it for a formula (CWE-1236). */
function cell(text: string): string {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
