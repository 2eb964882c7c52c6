import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/domain/errors.ts';
import { decodeHl7, encodeHl7, encodingOf } from '../../../src/formats/hl7v2/charset.ts';
import { elementOf, eventOf, parse, read, refusalOf, siu } from './message.ts';

const PLACE = 'Hørsholm €';
const placed = (msh18: string) => siu({ msh: { 18: msh18 }, ail: { 3: `AMB^^^^^^^^${PLACE}` } });
const placeOf = (bytes: Uint8Array, httpCharset?: string) => {
  const [element] = read(bytes, {}, httpCharset).elements;
  return element?.kind === 'appointment' ? element.event.locationText : element?.kind;
};
const in1252 = (text: string) => encodeHl7(text, 'windows-1252');

function problemOf(bytes: string | Uint8Array): string {
  try {
    parse(bytes);
    return 'it was taken';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${error.status} ${error.code}`;
  }
}

describe('characters', () => {
  it.each(['', 'UNICODE UTF-8', 'UTF-8', 'utf8', 'UNICODE', '8859/5~UNICODE UTF-8'.split('~').reverse().join('~')])(
    'are UTF-8 by MSH-18 %s',
    (msh18) => {
      expect(placeOf(Buffer.from(placed(msh18)))).toBe(PLACE);
    },
  );

  it.each([
    '',
    '8859/1',
    'ISO 8859-1',
    'ISO-8859-1',
    'iso8859-1',
    'ASCII',
    'ISO IR100',
    'WINDOWS-1252',
    'UNICODE UTF-8',
    'UNICODE UTF-16',
    'XYZ',
  ])('are Windows-1252 by MSH-18 %s where they are no UTF-8', (msh18) => {
    expect(placeOf(in1252(placed(msh18)))).toBe(PLACE);
  });

  it('are ISO 8859-15 by MSH-18 8859/15', () => {
    expect(placeOf(encodeHl7(placed('8859/15'), 'iso-8859-15'))).toBe(PLACE);
    expect(Buffer.from(encodeHl7('€', 'iso-8859-15'))).toEqual(Buffer.from([0xa4]));
  });

  it('are those of the HTTP header before those of MSH-18', () => {
    expect(placeOf(in1252(placed('8859/5')), 'windows-1252')).toBe(PLACE);
    expect(placeOf(Buffer.from(placed('8859/1')), 'utf-8')).toBe(PLACE);
    expect(placeOf(Buffer.from(placed('8859/1')))).not.toBe(PLACE);
  });

  it('may be UTF-16, with a mark or without', () => {
    for (const charset of ['utf-16le', 'utf-16be']) {
      expect(placeOf(encodeHl7(`\ufeff${placed('')}`, charset))).toBe(PLACE);
      expect(placeOf(encodeHl7(placed(''), charset))).toBe(PLACE);
    }
  });

  it('a byte order mark falls out', () => {
    expect(placeOf(Buffer.from(`\ufeff${placed('')}`))).toBe(PLACE);
  });

  it('every byte of a single-byte message comes back as it was', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(
      encodeHl7(decodeHl7(Uint8Array.from([0x4d, ...bytes, 0x7c]), '8859/1').text, 'windows-1252').subarray(1, 257),
    ).toEqual(bytes);
  });

  it('of several bytes among which delimiters could be found are not read', () => {
    expect(['shift_jis', 'gb18030', 'utf-7', 'utf-16', 'nonsense', ''].filter(encodingOf)).toEqual([]);
    const found = ['utf-8', 'UTF8', 'iso-8859-1', 'us-ascii', 'windows-1252', 'iso-8859-15'].map(encodingOf);
    expect(found).toEqual([...['utf-8', 'utf-8', 'windows-1252', 'ascii', 'windows-1252', 'iso-8859-15']]);
  });
});

describe('the frame of a message', () => {
  it.each([
    ['CR', '\r'],
    ['LF', '\n'],
    ['CR and LF', '\r\n'],
    ['CR and an empty line', '\r\r\n'],
  ])('segments end with %s', (_, end) => {
    expect(eventOf(`${siu().replaceAll('\r', end)}${end}`)).toEqual(eventOf(siu()));
  });

  it('MLLP framing and blank lines around it fall out', () => {
    expect(eventOf(`\u000b${siu()}\r\u001c\r`)).toEqual(eventOf(siu()));
    expect(eventOf(`\u000b${siu()}\u001c\r`)).toEqual(eventOf(siu()));
    expect(eventOf(`\u000b${siu({ ail: null, more: ['AIL|1||AMB1'] })}\u001c`).locationCode).toBe('AMB1');
    expect(placeOf(in1252(`\u000b${placed('8859/1')}\r\u001c\r`))).toBe(PLACE);
    expect(eventOf(`\r\n  ${siu()}\r\n\r\n`)).toEqual(eventOf(siu()));
  });

  it('several messages in one are refused, framed or not', () => {
    expect(refusalOf(`${siu()}\r${siu()}`)).toBe('MSH^2 several_messages');
    expect(refusalOf(`\u000b${siu()}\r\u001c\r\u000b${siu()}\r\u001c\r`)).toBe('MSH^2 several_messages');
  });

  it('a batch is refused, with or without a file around it', () => {
    expect(refusalOf(`BHS|^~\\&\r${siu()}\rBTS|1`)).toBe(' several_messages');
    expect(refusalOf(`FHS|^~\\&\rBHS|^~\\&\r${siu()}\r${siu()}\rBTS|2\rFTS|1`)).toBe(' several_messages');
    expect(refusalOf('BHS|^~\\&|EPJ')).toBe(' several_messages');
  });

  it.each([
    ['nothing', ''],
    ['JSON', '{"type":"appointment.booked"}'],
    ['XML', '<SIU_S12/>'],
    ['another segment first', `EVN|S12\r${siu()}`],
    ['no delimiters', 'MSH'],
    ['letters as delimiters', 'MSHabcde'],
    ['one delimiter twice', 'MSH|^^\\&|'],
    ['too few delimiters', 'MSH|^|'],
  ])('%s is no message', (_, text) => {
    expect(problemOf(text)).toBe('400 malformed-hl7');
  });

  it('more segments, or fields of one, than are read: refused', () => {
    expect(refusalOf(`${siu()}${'\rNTE|1'.repeat(5000)}`)).toBe(' too_big');
    expect(refusalOf(`${siu()}\rOBX${'|x'.repeat(1000)}`)).toBe(' too_big');
    expect(elementOf(`${siu()}${'\rNTE|1'.repeat(4900)}\rOBX${'|x'.repeat(900)}`).kind).toBe('appointment');
  });

  it('lines that are no segments, unknown segments, and fields beyond the last change nothing', () => {
    const message = siu().replace('\rPID', '\r\rx|y\rlowercase\rZPI|1|2\rPID');
    expect(eventOf(`${message}|||||||\rZZZ|1`)).toEqual(eventOf(siu()));
  });
});

describe('delimiters and escapes', () => {
  it('are those of MSH-1 and MSH-2', () => {
    const other = siu()
      .replaceAll('|', '#')
      .replaceAll('^', '*')
      .replaceAll('~', '+')
      .replaceAll('\\', '!')
      .replaceAll('&', '%');
    expect(other.startsWith('MSH#*+!%#')).toBe(true);
    expect(eventOf(other)).toEqual(eventOf(siu()));
  });

  it('MSH-2 may have the fifth of version 2.7, or only two', () => {
    expect(eventOf(siu({ msh: { 2: '^~\\&#' } }))).toEqual(eventOf(siu()));
    expect(eventOf(siu({ msh: { 2: '^~' }, ail: { 3: 'A\\F\\B&C' } })).locationCode).toBe('A\\F\\B&C');
  });

  it.each([
    ['\\F\\', '|'],
    ['\\S\\', '^'],
    ['\\T\\', '&'],
    ['\\R\\', '~'],
    ['\\E\\', '\\'],
    ['\\XC3A6\\', 'æ'],
    ['\\X41\\', 'A'],
    ['\\H\\B\\N\\', 'B'],
    ['\\Z12\\', ''],
    ['\\X4\\', ''],
    ['\\', '\\'],
    ['\\E\\F\\E\\', '\\F\\'],
  ])('%s reads as %s', (escaped, plain) => {
    expect(eventOf(siu({ ail: { 3: `A${escaped}1` } })).locationCode).toBe(`A${plain}1`);
  });

  it('\\X..\\ is in the characters of the message', () => {
    expect(eventOf(siu({ msh: { 18: '8859/1' }, ail: { 3: 'A\\XE6\\1' } })).locationCode).toBe('Aæ1');
  });

  it('\\.br\\ and \\.sp\\ break the line, which a printed place folds', () => {
    expect(eventOf(siu({ ail: { 3: 'A^^^^^^^^B\\.br\\C\\.sp2\\D' } })).locationText).toBe('B C D');
  });
});

describe('the id of a message', () => {
  it('is the sender’s, its facility’s and the control id', () => {
    expect(read(siu({ msh: { 3: 'A^1', 4: 'B', 10: ' 7 ' } })).messageId).toBe('A^1|B| 7 ');
  });

  it('is none without a control id', () => {
    expect(read(siu({ msh: { 10: '' } }))).not.toHaveProperty('messageId');
  });
});
