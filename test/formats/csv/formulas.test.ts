import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { errorFile } from '../../../src/formats/csv/errors.ts';
import { csvLine, readCsvText } from '../../../src/formats/csv/text.ts';

const FORMULAS = ['=1+1', '+4520123456', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=HYPERLINK("http://evil.dk";"x")'];

test.each(FORMULAS)('no cell of a file that we write begins with a formula: %j', (formula) => {
  const error = { line: 2, column: formula, code: 'invalid', detail: 'x' };
  const file = errorFile(['id', formula], [{ cells: ['A-1', formula], errors: [error] }]);
  const { header, rows } = readCsvText(file.replaceAll("'", '§'), () => false);
  for (const cell of [...(header?.cells ?? []), ...rows.flatMap(({ cells }) => cells)])
    expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
});

it('what was written is read as it was', () => {
  const cell = fc.oneof(fc.constantFrom(...FORMULAS, "'", "'x", "''=1"), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2 }), (cells) => {
      const plain = cells.map((text) => text.trim());
      fc.pre(plain.every((text) => !/^'+[=+\-@\t\r＝＋－＠]|\0/.test(text)) && plain.some((text) => text !== ''));
      const { header } = readCsvText(`${csvLine(['a', 'b'])}\r\n${csvLine(plain)}`, () => true);
      expect(header?.cells).toEqual(['a', 'b']);
    }),
  );
  const read = readCsvText(`id;mobil\r\n${csvLine(['A-1', '+4520123456'])}`, () => true);
  expect(read.rows[0]?.cells).toEqual(['A-1', '+4520123456']);
});
