import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { errorFile } from '../../../src/formats/csv/file-parts.ts';
import { csvLine, readCsvText } from '../../../src/formats/csv/text.ts';

const FORMULAS = ['=1+1', '+4520123456', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=HYPERLINK("http://evil.dk";"x")'];

test.each(FORMULAS)('no cell of a file that we write begins with a formula: %j', (formula) => {
  const error = { line: 2, column: formula, code: 'invalid', detail: 'x' };
  const file = errorFile(['id', formula], [{ cells: ['A-1', formula], errors: [error] }]);
  const { header, rows } = readCsvText(file.replaceAll("'", '§'), () => false);
  for (const cell of [...(header?.cells ?? []), ...rows.flatMap(({ cells }) => cells)])
    expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
});

/** As a spreadsheet of another country splits: a quote counts only where a cell begins, and a line end always. */
function cellsAt(delimiter: string, line: string): string[] {
  return line.split(/[\r\n]/).flatMap((part) => part.split(delimiter).map((cell) => cell.replace(/^[ "]+/, '')));
}

it('no cell begins with a formula at any delimiter, whichever the file was written with', () => {
  const delimiter = fc.constantFrom(';', ',', '\t', '|');
  const between = fc.constantFrom(';', ',', '\t', '|', '\n', '; ', ',"', '|"" ');
  const cell = fc.tuple(fc.constantFrom('', 'Amb'), between, fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)'));
  fc.assert(
    fc.property(delimiter, delimiter, fc.array(cell, { minLength: 1, maxLength: 3 }), (ours, theirs, cells) => {
      const texts = ['a', ...cells.map((parts) => parts.join('')), 'b'];
      for (const found of cellsAt(theirs, csvLine(texts, ours))) expect(found).not.toMatch(/^[=+\-@]/);
      if (texts.some((text) => text.includes('\n'))) return;
      const back = readCsvText(`a${ours}b\n${csvLine(texts, ours)}`, (name) => name.length === 1);
      expect(back.rows[0]?.cells.map((text) => text.trim())).toEqual(texts.map((text) => text.trim()));
    }),
  );
  expect(csvLine(['Amb;=1+1', '1'], ',')).toBe(`"Amb;'=1+1",1`);
  expect(csvLine(['Amb,=1+1', '1'], ';')).toBe(`"Amb,'=1+1";1`);
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
