import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problem } from '../../../src/domain/errors.ts';
import { type CsvReading, readCsv } from '../../../src/formats/csv/csv.ts';
import { csvTextInSteps, readCsvText } from '../../../src/formats/csv/text.ts';
import { expectLinear, TIMES } from '../../support/growth.ts';
import { ingestContext } from '../../support/ingest.ts';
import { finished } from '../../support/steps.ts';

const HEADER =
  'id;dato;tid;slut;mobil;telefon;sprog;sted;lokationskode;afdeling;status;type;patient-id;kontakttelefon;note';
const ROWS = [
  'A-1;01-12-2026;09.00;09.30;20 12 34 50;;da;"Opgang ""4"";\r\n3. sal";B1;Afsnit;booket;fremmøde;P-1;35 45 35 45;x',
  'A-2;2/12-2026;kl. 10;;+4520123451;35453545;en;Ærøgade;;;flyttet;video;P-2;;',
  'A-3;2026-12-03;11:15;;20123452;;;;;;aflyst;;;;"en lang ""note"""',
];
const NUMBERS = ['20123450', '4520123451', '35453545', '20123452'];

function tryRead(bytes: Uint8Array): CsvReading | Problem {
  try {
    return finished(readCsv(bytes, 'text/csv', ingestContext()));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Damage that files suffer on their way. */
const mangling = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('drop' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(20) }),
  fc.record({
    kind: fc.constant('double' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(200),
  }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.constantFrom('"', '""', ';', '\n', '\r', '\r\n', '\0', '\ufeff', 'sep=,\n', '\t', '\\', '=', '~'),
  }),
);

type Mangling = typeof mangling extends fc.Arbitrary<infer T> ? T : never;

function mangle(bytes: Buffer, change: Mangling): Buffer {
  const at = Math.floor(change.at * bytes.length);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (change.kind === 'cut') return head;
  if (change.kind === 'drop') return Buffer.concat([head, tail.subarray(change.length)]);
  if (change.kind === 'double') return Buffer.concat([head, tail.subarray(0, change.length), tail]);
  if (change.kind === 'flip') return Buffer.concat([head, Buffer.from([change.byte]), tail.subarray(1)]);
  return Buffer.concat([head, Buffer.from(change.text), tail]);
}

const mangled = fc
  .tuple(fc.shuffledSubarray(ROWS, { minLength: 1 }), fc.array(mangling, { maxLength: 5 }))
  .map(([rows, changes]) => changes.reduce(mangle, Buffer.from(`${[HEADER, ...rows].join('\r\n')}\r\n`)));

it('a mangled file is refused by a problem, or read row by row: it never fails otherwise', () => {
  fc.assert(
    fc.property(mangled, (bytes) => {
      const read = tryRead(bytes);
      if (read instanceof Problem) expect([415, 422]).toContain(read.status);
      else expect(read.result.elements).toHaveLength(read.rows.length);
    }),
    { numRuns: 1_000 },
  );
});

it('no number is read that the file does not hold, digit by digit', () => {
  fc.assert(
    fc.property(mangled, (bytes) => {
      const read = tryRead(bytes);
      if (read instanceof Problem) return;
      // A lone quote in a cell is punctuation, such as between the digits of a hand-written number.
      const digits = bytes.toString('latin1').replaceAll(/[^\d;\r\n]/g, '');
      for (const element of read.result.elements) {
        if (element.kind !== 'appointment') continue;
        for (const phone of [element.event.phone ?? []].flat())
          expect(digits).toContain(phone.replaceAll(/[^0-9]/g, ''));
      }
    }),
    { numRuns: 1_000 },
  );
});

it('a fault repeats no number, and no CPR number reaches an event', () => {
  fc.assert(
    fc.property(mangled, fc.boolean(), (bytes, withCpr) => {
      const file = withCpr
        ? Buffer.from(
            bytes.toString('latin1').replaceAll('20123452', '2512489996').replaceAll('Afsnit', '251248-9996'),
            'latin1',
          )
        : bytes;
      const read = tryRead(file);
      const faults =
        read instanceof Problem
          ? [read]
          : read.result.elements.flatMap((one) => (one.kind === 'refused' ? [one.problem] : []));
      const told = JSON.stringify(faults.map((problem) => [problem.message, problem.faults])).replaceAll(
        /[^0-9"]/g,
        '',
      );
      for (const number of [...NUMBERS, '2512489996']) expect(told).not.toContain(number);
      if (read instanceof Problem) return;
      const events = read.result.elements.flatMap((one) => (one.kind === 'appointment' ? [one.event] : []));
      expect(JSON.stringify(events)).not.toMatch(/251248-?9996/);
    }),
    { numRuns: 1_000 },
  );
});

it('what was written with quotes is read as it was', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab1 ;,"\t|\r\n'.split('')), maxLength: 12 });
  const quoted = (cells: readonly string[]) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(';');
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }), (rows) => {
      const text = [['id', 'start', 'sted'], ...rows].map(quoted).join('\r\n');
      const read = readCsvText(text, (name) => ['id', 'start', 'sted'].includes(name));
      const expected = rows
        .map((row) => row.map((each) => each.trim()))
        .filter((row) => row.some((each) => each !== ''));
      expect(read.rows.map((row) => row.cells)).toEqual(expected);
      expect(read.rows.every((row) => text.split(/\r\n|\n|\r/)[row.line - 1]?.startsWith('"'))).toBe(true);
    }),
  );
});

it.each([
  ['rows as they should be', `${ROWS[1]}\n`],
  ['quotes that are never closed', 'A-1;01-12-2026;09.00;;"x\n'],
  ['quotes with text behind them', '"a"b;"c"d\n'],
  ['doubled quotes without an end', '""'],
  ['odd doubled quotes', '"a""\n'],
  ['lone quotes', '"\n'],
  ['separators', ';'],
  ['blanks', ' '],
  ['digits', '0'],
  ['line ends', '\r\n'],
  ['dates that go on and on', '01-12-2026 '],
  ['weekdays', 'mandagmandag,'],
  ['rows of one letter', 'a\n'],
  ['rows with nothing in them', ';\n'],
  ['blanks above the names of the columns', ' ', 'before'],
  ['line ends above the names of the columns', '\n', 'before'],
])('%s take time in proportion to their length', (_, unit, place = 'after') => {
  const filled = (size: number) => {
    const filling = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
    const text = place === 'after' ? `${HEADER}\n${filling}` : `${filling}${HEADER}\n${ROWS.join('\n')}`;
    return { input: Buffer.from(text), size };
  };
  expectLinear(filled(100_000 / TIMES), filled(100_000), tryRead);
});

it('a row of very many cells is read no further than a sheet goes, and long rows give way to other work', () => {
  const row = readCsvText(`id;start\r\n${';'.repeat(500_000)}x`, () => true).rows[0];
  expect(row?.cells).toHaveLength(16_385);
  expect(row?.cells.at(-1)).toMatch(/^;+x$/);
  const steps = csvTextInSteps(`id;start\r\n${`a${';'.repeat(15_000)}\r\n`.repeat(60)}`, () => true);
  let turns = 0;
  while (!steps.next().done) turns++;
  expect(turns).toBeGreaterThanOrEqual(25);
});

it('a row of very many cells behind a quote that is not closed is read no further either, nor is such a header', () => {
  const row = `"a"b${';'.repeat(1_000_000)}`;
  const { rows, header } = readCsvText(`${row}\r\n${row}`, () => true);
  for (const read of [header, rows[0]]) {
    expect(read).toMatchObject({ malformed: true, raw: row });
    expect(read?.cells.length).toBeLessThanOrEqual(16_384);
  }
});
