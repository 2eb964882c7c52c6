import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer, type MllpFrame, toFrame } from '../../src/mllp/handle-frame.ts';
import { expectLinear, TIMES } from '../support/growth.ts';

const MIB = 1024 * 1024;
const MESSAGE = 'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124120000||SIU^S12|1|P|2.5\rSCH||A-1\r';

const shown = (frame: MllpFrame): string => {
  if (frame.kind === 'message') return Buffer.from(frame.bytes).toString('latin1');
  return `<${frame.kind}>`;
};
const read = (...chunks: (string | Buffer)[]): string[] => {
  const framer = new Framer();
  return chunks
    .flatMap((chunk) => framer.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk))
    .map(shown);
};

describe('the frames of a connection', () => {
  it.each([
    ['one message', `\x0b${MESSAGE}\x1c\r`, [MESSAGE]],
    ['two in one packet', `\x0bMSH|1\x1c\r\x0bMSH|2\x1c\r`, ['MSH|1', 'MSH|2']],
    ['a missing CR at the end', `\x0bMSH|1\x1c\x0bMSH|2\x1c`, ['MSH|1', 'MSH|2']],
    ['LF, CRLF and a few bytes between frames', `\r\n\x0bMSH|1\x1c\r\n\r\nok\x00\x0bMSH|2\x1c\n`, ['MSH|1', 'MSH|2']],
    ['nothing in a frame, or only line ends', `\x0b\x1c\r\x0b\r\n\x1c\r\x0bMSH|1\x1c\r`, ['MSH|1']],
    ['a sender that begins anew without an end', `\x0bMSH|1\rSCH||A\x0bMSH|2\x1c\r`, ['MSH|2']],
    ['a vertical tab in a text', `\x0bMSH|1\rNTE|1||one\x0btwo\x1c\r`, ['MSH|1\rNTE|1||one\x0btwo']],
    ['an end without a start', `\x1c\r\x0bMSH|1\x1c\r`, ['MSH|1']],
    ['half a message', `\x0bMSH|1\rSCH`, []],
    ['what is not HL7, in a frame', '\x0bhello\x1c\r', ['hello']],
  ])('are right with %s', (_, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });

  it('are the same however the bytes are split', () => {
    const piece = fc.constantFrom(
      '\x0b',
      '\x1c',
      '\x1c\r',
      '\r\n',
      '\x0bMSH',
      'MSH|',
      'SCH||A\r',
      'æ',
      '\x00',
      'text',
      `\x0b${MESSAGE}\x1c\r`,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''), 'latin1');
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        const single = [...bytes].map((byte) => Buffer.of(byte));
        expect(read(...chunks)).toEqual(read(bytes));
        expect(read(...single)).toEqual(read(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('give back whatever was framed, with any bytes but the two marks in it', () => {
    const content = fc
      .uint8Array({ minLength: 1, maxLength: 200 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0b || byte === 0x1c ? 0x41 : byte))))
      .filter((bytes) => bytes.some((byte) => byte !== 0x0d && byte !== 0x0a));
    fc.assert(
      fc.property(fc.array(content, { maxLength: 8 }), (messages) => {
        const found = read(Buffer.concat(messages.map(toFrame)));
        expect(found).toEqual(messages.map((message) => message.toString('latin1')));
      }),
    );
  });

  it('hold a message of 1 MiB, and of a longer one only how it begins, and go on after it', () => {
    const whole = MESSAGE + 'x'.repeat(MIB - MESSAGE.length);
    expect(read(toFrame(Buffer.from(whole)))).toEqual([whole]);
    const framer = new Framer();
    const frames = [Buffer.from(`\x0b${whole}`), Buffer.from('x'), Buffer.from(`\x1c\r\x0bMSH|2\x1c\r`)].flatMap(
      (bytes) => framer.push(bytes),
    );
    expect(frames.map((frame) => frame.kind)).toEqual(['too_long', 'message']);
    const [long] = frames;
    if (long?.kind !== 'too_long') throw new Error('expected a long one');
    expect(Buffer.from(long.head).toString().startsWith(MESSAGE)).toBe(true);
    expect(long.head.length).toBeLessThan(MIB / 64);
  });

  it('hold no more memory than their own bytes, however short they are or much was broken off before them', () => {
    const restarted = Buffer.from(`\x0bMSH|${'x'.repeat(MIB / 2)}\x0b${MESSAGE}\x1c\r`, 'latin1');
    const tiny = Array.from({ length: 1_000 }, (_, nth) => toFrame(Buffer.from(`MSH|${nth}`)));
    for (const bytes of [Buffer.concat(tiny), restarted])
      for (const frame of new Framer().push(bytes)) {
        if (frame.kind !== 'message') throw new Error('expected messages');
        expect(frame.bytes.buffer.byteLength).toBe(frame.bytes.length);
      }
  });

  it('end where a message has no end, however long anybody goes on', () => {
    const framer = new Framer();
    framer.push(Buffer.from('\x0bMSH|'));
    const part = Buffer.alloc(MIB, 'x');
    const kinds = Array.from({ length: 20 }, () => framer.push(part)).flat();
    expect(kinds).toEqual([{ kind: 'garbage' }]);
    expect(framer.push(toFrame(Buffer.from(MESSAGE)))).toEqual([]);
  });

  it('end where there is no frame, and tolerate line ends', () => {
    expect(read('\r\n'.repeat(5_000), `\x0bMSH|1\x1c\r`)).toEqual(['MSH|1']);
    const found = read('a'.repeat(1_024), `\x0bMSH|1\x1c\r`, 'a'.repeat(1_024), `\x0bMSH|2\x1c\r`);
    expect(found).toEqual(['MSH|1', 'MSH|2']);
    expect(read('a'.repeat(600), 'a'.repeat(600), `\x0bMSH|1\x1c\r`)).toEqual(['<garbage>']);
    expect(read('\x16\x03\x01\x02', `\x0bMSH|1\x1c\r`)).toEqual(['<garbage>']);
  });

  it('cost time in proportion to their length, one byte at a time too', () => {
    const frame = (size: number) => {
      const framer = new Framer();
      framer.push(Buffer.of(0x0b));
      for (let index = 0; index < size; index++) framer.push(Buffer.of(0x41));
      expect(framer.push(Buffer.of(0x1c))).toHaveLength(1);
    };
    const part = (size: number) => ({ input: size, size });
    expectLinear(part(MIB / 4 / TIMES), part(MIB / 4), frame);
    frame(MIB);
  });
});
