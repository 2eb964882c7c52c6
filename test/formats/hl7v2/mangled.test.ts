import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/domain/errors.ts';
import type { IngestResult } from '../../../src/formats/format.ts';
import { writeAck } from '../../../src/formats/hl7v2/ack.ts';
import { errorOf } from '../../../src/formats/hl7v2/faults.ts';
import { fieldValue, segmentOf } from '../../../src/formats/hl7v2/parse.ts';
import { expectLinear, MOST_WHERE_KEPT, TIMES } from '../../support/growth.ts';
import { ingestContext } from '../../support/ingest.ts';
import { adt, parse, read, segment, siu } from './message.ts';

const VALID = [
  siu(),
  siu(
    {
      sch: { 1: 'P-9^ORD', 9: '30', 10: 'min', 25: 'Booked' },
      more: ['PV1|1|O|AMB9', 'TQ1|||||||202612011000', 'NTE|1||tekst'],
    },
    'S14',
  ),
  siu(
    { pid: { 13: '20123456^PRN^CP~+4530123456^WPN~a@b.dk^NET', 14: '""', 40: '^PRN^CP^^45^^40123456' } },
    'S15',
  ).replaceAll('\r', '\r\n'),
  `\u000b${siu({ ail: { 3: 'A\\T\\B\\.br\\C^\\XC3A6\\' } })}\r\u001c\r`,
  adt('A40', segment('PID', { 3: '1^^^RH~2^^^CPR', 13: '20123456' }), 'MRG|7^^^RH'),
].map((text) => Buffer.from(text));

/** Damage that a message suffers on its way. */
const mangled = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(fc.tuple(fc.constantFrom('cut', 'double', 'flip', 'shuffle', 'drop', 'insert'), fc.nat(), fc.nat()), {
      minLength: 1,
      maxLength: 8,
    }),
  )
  .map(([bytes, steps]) => steps.reduce<Buffer>((left, [what, a, b]) => mangle(left, what, a, b), bytes));

function mangle(bytes: Buffer, what: string, a: number, b: number): Buffer {
  const at = bytes.length === 0 ? 0 : a % bytes.length;
  const to = at + (b % 40);
  switch (what) {
    case 'cut':
      return bytes.subarray(0, at);
    case 'double':
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 'flip':
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from([(bytes[at] ?? 0) ^ (1 << (b % 8))]),
        bytes.subarray(at + 1),
      ]);
    case 'drop':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 'insert':
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(['|', '^', '~', '\\', '&', '\r', '""', '\0', '\u000b'][b % 9] ?? ''),
        bytes.subarray(at),
      ]);
    default: {
      const lines = bytes.toString('latin1').split('\r');
      const [line = ''] = lines.splice(a % lines.length, 1);
      lines.splice(b % (lines.length + 1), 0, line);
      return Buffer.from(lines.join('\r'), 'latin1');
    }
  }
}

/** undefined for a body that is no message. */
function tried(bytes: Uint8Array): IngestResult | undefined {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return undefined;
    throw error;
  }
}

const phonesIn = ({ elements }: IngestResult) =>
  elements.flatMap((element) => {
    const said =
      element.kind === 'appointment' ? element.event : element.kind === 'patient' ? element.patient : undefined;
    return typeof said?.phone === 'string' ? [said.phone] : (said?.phone ?? []);
  });

const digits = (text: string) => text.replace(/\D/g, '');

describe('a message that was mangled on its way', () => {
  it('is read, refused, or no message: nothing else is thrown, and it can be acknowledged', () => {
    fc.assert(
      fc.property(mangled, (bytes) => {
        const result = tried(bytes);
        if (!result) return;
        for (const element of result.elements) {
          const problem = element.kind === 'refused' ? element.problem : null;
          const { source, now } = ingestContext({ ackMode: 'enhanced' });
          const ack = writeAck(parse(bytes), problem && errorOf(problem), source, now);
          if (ack) expect(Buffer.from(ack).toString('latin1')).toMatch(/^MSH[\s\S]+\rMSA.[AC][AER]/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('gives no number that was not in it', () => {
    fc.assert(
      fc.property(mangled, (bytes) => {
        const result = tried(bytes);
        // An escape may hide digits as bytes, and the parts of a number may be separated.
        const sent = digits(parseable(bytes));
        for (const phone of result ? phonesIn(result) : []) {
          for (const part of phone.split(' ')) expect(sent).toContain(digits(part));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('of nothing but noise is no message, or an empty one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(tried(noise)).toBeUndefined();
        tried(Buffer.concat([Buffer.from('MSH|^~\\&|'), noise]));
      }),
    );
  });

  it('reads no value further than HL7 allows one to be long', () => {
    const message = parse(siu({ ail: { 3: 'A\\X41\\'.repeat(50_000) } }));
    const value = fieldValue(message, segmentOf(message, 'AIL'), 3);
    expect(value?.length).toBeGreaterThan(255);
    expect(value?.length).toBeLessThan(65_536);
  });

  const fill = (unit: string, size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  it.each(
    [
      '|',
      '^',
      '~',
      '\\',
      '&',
      '\r',
      '\n',
      ' ',
      '""',
      '\\X41',
      '\\X41\\',
      '1~',
      '1^CP~',
      '\u001c\r\u000b',
      'A|',
      '\rAIL|1||A',
      '\rTQ1|||||||2026',
      '0101801234 ',
    ].map((pattern) => [pattern]),
  )('full of %j takes time in proportion to its length, at any position', (pattern) => {
    const places = [
      (text: string) => siu({ pid: { 13: text } }),
      (text: string) => siu({ sch: { 2: text, 11: text, 25: text } }),
      (text: string) => siu({ ail: { 3: text } }),
      (text: string) => siu({ pid: { 3: text, 15: text } }),
      (text: string) => siu({ msh: { 9: text, 10: text, 18: text } }),
      (text: string) => siu({ more: [text] }),
      (text: string) => text + siu(),
    ];
    for (const place of places) {
      const filled = (size: number) => {
        const input = Buffer.from(place(fill(pattern, size)));
        return { input, size: input.length };
      };
      expectLinear(filled(100_000 / TIMES), filled(100_000), tried, MOST_WHERE_KEPT);
    }
  });
});

function parseable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  return text.replace(/\\X((?:[0-9A-F]{2})+)\\/gi, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}
