import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitImportFile } from '../../src/cli/import-command.ts';
import { ImportProgress } from '../../src/cli/progress.ts';
import { CommandError } from '../../src/cli/service-call.ts';
import { readCsvText } from '../../src/formats/csv/text.ts';

const isColumn = (name: string) => ['id', 'start', 'note'].includes(name);

describe('the parts of a file', () => {
  it('read one by one give the rows of the whole file, line by line, with any quotes', () => {
    const piece = fc.constantFrom('"', '""', ';', '\n', '\r\n', '\r', 'a', ' ', '"x"', '"x\ny";', 'A;B;C\n');
    const file = fc.tuple(
      fc.constantFrom('', 'sep=;\n', '\n\n', '\ufeff'),
      fc.array(piece, { maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
    );
    fc.assert(
      fc.property(file, ([start, pieces, times]) => {
        const text = `${start}id;start;"note"\r\n${pieces.join('').repeat(times)}`;
        const whole = readCsvText(text.replace('\ufeff', ''), isColumn).rows;
        const { parts, rows } = splitImportFile(Buffer.from(text));
        const read = parts.flatMap((part) =>
          readCsvText(part.body, isColumn).rows.map((row) => ({
            cells: row.cells,
            line: part.rowAt(row.line)?.line,
            malformed: row.malformed,
          })),
        );
        expect(read).toEqual(whole.map(({ cells, line, malformed }) => ({ cells, line, malformed })));
        expect(rows).toBe(whole.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('hold five hundred rows at most, and half a mebibyte', () => {
    const rows = (count: number, note: string) => Buffer.from(`id;start;note\n${`A;B;${note}\n`.repeat(count)}`);
    expect(splitImportFile(rows(1_001, 'x')).parts.map((part) => part.rows.length)).toEqual([500, 500, 1]);
    const large = splitImportFile(rows(300, 'æ'.repeat(4_000))).parts;
    expect(large.flatMap((part) => part.rows)).toHaveLength(300);
    for (const part of large) expect(Buffer.byteLength(part.body)).toBeLessThanOrEqual(512 * 1024);
  });

  it('are one that holds the first row alone where there is no other', () => {
    expect(splitImportFile(Buffer.from('id;start\n')).parts).toMatchObject([{ body: 'id;start\n', rows: [] }]);
  });

  it.each([
    ['a zip', Buffer.from('504b0304', 'hex')],
    ['an old sheet', Buffer.from('d0cf11e0a1b11ae10000', 'hex')],
    ['nothing', Buffer.from('\n \n')],
  ])('are refused of %s', (_, bytes) => {
    expect(() => splitImportFile(bytes)).toThrow(CommandError);
  });
});

describe('the progress', () => {
  const shown = (isTTY: boolean) => {
    let text = '';
    const progress = new ImportProgress({ isTTY, write: (more) => (text += more) }, 1_000);
    progress.show(500);
    progress.print('Trying again.');
    progress.show(1_000);
    progress.end();
    progress.end();
    return text;
  };

  it('is a bar that is drawn anew on a terminal', () => {
    const clear = '\r\u001b[K';
    const [half, full] = ['█'.repeat(15) + '░'.repeat(15), '█'.repeat(30)];
    expect(shown(true)).toBe(
      `${clear}${half}  50 %  500 of 1000 rows${clear}Trying again.\n${clear}${full} 100 %  1000 of 1000 rows\n`,
    );
  });

  it('is plain lines elsewhere', () => {
    expect(shown(false)).toBe('500 of 1000 rows\nTrying again.\n1000 of 1000 rows\n');
  });
});
