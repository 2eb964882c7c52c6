import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cleanPrinted } from '../../../src/domain/sms-text.ts';
import { holdsNumber, isHarmlessCode, withoutNumbers } from '../../../src/domain/text/numbers.ts';

describe('a place or department is printed without', () => {
  test.each([
    ['tlf. 20 12 34 56, Opgang 4', 'tlf. , Opgang 4'],
    ['Opgang 4 (+4520123456)', 'Opgang 4'],
    ['Jens Hansen 20-12-34-56', 'Jens Hansen'],
    ['２０１２３４５６', null],
    ['٢٠١٢٣٤٥٦', null],
    ['20.12.34.56', null],
    ['20\u200b12\u200b34\u200b56', null],
    ['DK50 0040 0440 1162 43', null],
    ['Konto DK5000400440116243', 'Konto'],
    ['gb82 west 1234 5698 7654 32 Opgang 4', 'Opgang 4'],
    ['se 123.dk', 'se'],
    ['se 8.8.8.8 nu', 'se nu'],
    ['se evil.hospital nu', 'se nu'],
  ])('numbers of phones and accounts, and links: %j', (value, printed) => {
    expect(cleanPrinted(value)).toBe(printed);
  });

  test.each([
    'Blegdamsvej 10-12 2100 Kbh Ø',
    'Opgang 4, 3. sal, stue 1234567',
    'Åbner 01-12-2026',
    'Strandvejen 120, 2. 8000 Aarhus',
    'DK12 OPGANG 4 STUE 12',
  ])('and is left as it is otherwise: %j', (value) => {
    expect(cleanPrinted(value)).toBe(value);
  });
});

it('what staff have written themselves keeps its numbers', () => {
  expect(cleanPrinted('Opgang 4, tlf. 35453545', 'kept')).toBe('Opgang 4, tlf. 35453545');
  expect(cleanPrinted('Opgang 4, 010190-1234', 'kept')).toBe('Opgang 4,');
});

it('no eight digits in a row are left, whatever stands between them', () => {
  const between = fc.constantFrom('', ' ', '-', '.', ' - ', '\u00a0', '/', '(', ') ', '\u200b', '–');
  const digits = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), between), { minLength: 8, maxLength: 15 });
  fc.assert(
    fc.property(digits, (list) => {
      const text = `x ${list.map(([digit, gap]) => `${digit}${gap}`).join('')} y`;
      fc.pre(!/\d{4}[-./]\d|\d[-./]\d{4}|-\d{1,3},? \d{4} /.test(text));
      expect(holdsNumber(text)).toBe(true);
      expect(holdsNumber(withoutNumbers(text, '*'))).toBe(false);
    }),
  );
});

test.each([
  ['325441000016006', true],
  ['5790001234567', true],
  ['AMB-12', true],
  ['1234567', true],
  ['20123456', false],
  ['+4520123456', false],
  ['0101901234', false],
  ['010190-1234', false],
])('the code %s may be stored and shown: %s', (code, harmless) => {
  expect(isHarmlessCode(code)).toBe(harmless);
});
