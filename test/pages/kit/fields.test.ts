import { expect, it } from 'vitest';
import { DataTable } from '../../../src/pages/kit/data-table.tsx';
import { rowsOf, TextField } from '../../../src/pages/kit/fields.tsx';

it.each([
  ['', 1],
  ['AFBUD', 1],
  ['AFBUD\nKOMMER IKKE\n', 3],
  ['x'.repeat(29), 3],
  ['Børne- og Ungdomspsykiatrisk Ambulatorium', 3],
  ['\n'.repeat(300_000), 12],
  ['x'.repeat(300_000), 12],
])('a text has its lines, and those into which a phone breaks it, up to a bound: %#', (text, rows) => {
  expect(rowsOf(text, 12)).toBe(rows);
});

it('a field for a text is as high as the text, and no lower than an empty one', () => {
  const rowsIn = (value: string, rows: number) =>
    Number(/rows="(\d+)"/.exec(String(TextField({ id: 'a', label: 'A', value, rows })))?.[1]);
  expect([rowsIn('', 3), rowsIn('a\nb\nc\nd\ne', 3), rowsIn('a\n'.repeat(99), 3), rowsIn('', 16)]).toEqual([
    3, 5, 12, 16,
  ]);
});

it('a cell is marked where a word in it may be too long for its column, and no other', () => {
  const rows = [['A', 'Sendes, når aftalen er bekræftet', 'x'.repeat(25), '3.\u00a0december\u00a02026 kl.\u00a009.05']];
  const columns = ['a', 'b', 'c', 'd'].map((label) => ({ label }));
  const cells = String(DataTable({ caption: 'T', columns, rows })).matchAll(/<td data-label="(\w)"([^>]*)>/g);
  expect([...cells].map(([, label, rest]) => `${label}${rest}`)).toEqual(['b', 'c class="long"', 'd']);
});
