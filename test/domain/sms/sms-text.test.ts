import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nonGsmCharacters } from '../../../src/domain/sms/segments.ts';
import { cleanPrinted, foldPunctuation } from '../../../src/domain/sms/sms-text.ts';
import { holdsCpr, looksLikeCpr } from '../../../src/domain/text/cpr.ts';
import { holdsNumber } from '../../../src/domain/text/numbers.ts';
import { expectLinear, TIMES } from '../../support/growth.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 120 });
/** Pieces that cleaning has to remove, also where they are adjacent. */
const pieces = [
  '251248',
  '-',
  '9996',
  '２５１２４８',
  ' ',
  '\n',
  '\u200b',
  '–',
  'www.',
  'evil',
  '.',
  'dk',
  '/',
  'https://',
  'Opgang 4',
  'æ',
  '😀',
  '\u0301',
  '\u202e',
];
const nastyText = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));

describe('punctuation that would make a text dear is folded', () => {
  test.each([
    ['’‘‚', "'''"],
    ['“”„«»', '"""""'],
    ['–—‑−', '----'],
    ['kl. 9–10…', 'kl. 9-10...'],
    ['a\u00a0b\u202fc\td', 'a b c d'],
    ['a\u200bb\ufeffc\u2028d\u2029e\u200ef\u00adg', 'abcdefg'],
    ['A\u030angstro\u0308m', 'Ångström'],
    ['linje 1\nlinje 2', 'linje 1\nlinje 2'],
    ['Husk æøå €', 'Husk æøå €'],
  ])('%j becomes %j', (text, folded) => {
    expect(foldPunctuation(text)).toBe(folded);
    expect(nonGsmCharacters(foldPunctuation(text))).toEqual([]);
  });

  test('letters of names are never changed', () => {
    const names = 'François Šímová Łukasz Nuñez Ægir Žižek Đoković çedille Iğdır 李 😀';
    expect(foldPunctuation(names)).toBe(names);
    const letters = fc
      .string({ unit: 'grapheme-composite' })
      .map((text) => text.normalize('NFC').replace(/[^\p{L}\p{M}]/gu, ''));
    fc.assert(
      fc.property(
        letters,
        (text) => foldPunctuation(text).replace(/[^\p{L}]/gu, '') === text.normalize('NFC').replace(/[^\p{L}]/gu, ''),
      ),
    );
  });

  test('folding twice changes nothing more', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, nastyText),
        (text) => foldPunctuation(foldPunctuation(text)) === foldPunctuation(text),
      ),
    );
  });
});

describe('a CPR number in a text is seen', () => {
  test.each([
    '2512489996',
    '251248-9996',
    '251248 9996',
    'Aftale for 2512489996.',
    '(010199-1234)',
    'X-eCPR 0703921VJ4',
    '251248–9996',
    '251248\u00a0-\u00a09996',
    '２５１２４８-９９９６',
    '25\u200b1248-9996',
    'a251248-9996b',
  ])('%j', (text) => {
    expect(holdsCpr(text)).toBe(true);
  });

  test.each([
    '',
    'tlf. 20123456',
    '+4535453545',
    '+45 35 45 35 45',
    '004535453545',
    'EAN 5790001234567',
    'tirsdag d. 1. december kl. 9.00, Opgang 4, 3. sal, 2100 Kbh',
    '329999-1234',
    '251348-9996',
    '251248-99961',
    '325441000016006',
  ])('%j is none', (text) => {
    expect(holdsCpr(text)).toBe(false);
  });

  test('every number with a possible date is found at any position', () => {
    const two = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => String(n).padStart(2, '0'));
    const cpr = fc
      .tuple(two(1, 31), two(1, 12), two(0, 99), fc.constantFrom('', '-', ' ', '–', ' - '), two(0, 99), two(0, 99))
      .map((parts) => parts.join(''));
    const around = fc.constantFrom('', ' ', 'Hej ', '.', '\n', 'æ', '-', '/');
    fc.assert(fc.property(around, cpr, around, (before, number, after) => holdsCpr(before + number + after)));
  });
});

describe('an id that is a CPR number is distinguished from others', () => {
  test.each([
    '2512489996',
    '251248-9996',
    ' 251248 9996 ',
    '0703921vj4',
    'CPR:2512489996',
    'A-1~2512489996',
    'Patient/2512489996',
    '2512489996-1',
    'CPR-010190-1234',
    'pt010190–1234',
    'CPR 010190 1234',
    'pt. 010190 - 1234, Ida',
  ])('%j is', (id) => {
    expect(looksLikeCpr(id)).toBe(true);
  });
  test.each([
    'A-4711',
    '20123456',
    '325441000016006',
    'b3a1c2d4-0101-4123-8123-251248999612',
    'EPJ2512489996',
    '9912489996',
    '',
  ])('%j is not', (id) => {
    expect(looksLikeCpr(id)).toBe(false);
  });
});

describe('what a booking system wants printed is cleaned', () => {
  test.each([
    ['Opgang 4, 3. sal', 'Opgang 4, 3. sal'],
    ['  Opgang 4\r\n3. sal\t', 'Opgang 4 3. sal'],
    ['Opgang\u20284', 'Opgang 4'],
    ['Am\u00adbulatoriet\u202e', 'Ambulatoriet'],
    ['Ambulatoriet \u0000\u0007!', 'Ambulatoriet !'],
    ['Se https://evil.dk/x nu', 'Se nu'],
    ['Se www.evil.dk', 'Se'],
    ['bit.ly/abc Opgang 4', 'Opgang 4'],
    ['evil。dk', null],
    ['skriv til a@b.dk', 'skriv til'],
    ['Nørregade 1, st.tv', 'Nørregade 1, st.tv'],
    ['Nørregade 1, 3.th', 'Nørregade 1, 3.th'],
    ['H.C.Andersens Blvd. 1', 'H.C.Andersens Blvd. 1'],
    ['Afd.B, lok.nr. 5', 'Afd.B, lok.nr. 5'],
    ['For 251248-9996 Opgang 4', 'For Opgang 4'],
    ['２５１２４８-９９９６', null],
    ['251248 www.evil.dk 9996', null],
    ['“Hjertet” – 3. sal…', '"Hjertet" - 3. sal...'],
    ['', null],
    [' \u200b\n', null],
    ['x'.repeat(70), 'x'.repeat(60)],
    [`${'x'.repeat(59)}😀`, 'x'.repeat(59)],
    [`${'x'.repeat(49)} 25124899961`, 'x'.repeat(49)],
  ])('%j becomes %j', (value, printed) => {
    expect(cleanPrinted(value)).toBe(printed);
  });

  test('any input gives one clean line of at most 60 characters without a CPR number, and is then stable', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nastyText, fc.string({ unit: 'grapheme' })), (value) => {
        const printed = cleanPrinted(value);
        if (printed === null) return;
        expect(printed.length).toBeGreaterThan(0);
        expect(printed.length).toBeLessThanOrEqual(60);
        expect(printed).toBe(printed.trim());
        expect(printed).not.toMatch(/[\p{C}\u2028\u2029\u200b-\u200f\u202a-\u202e]/u);
        expect(printed).not.toMatch(/www\.|:\/\//);
        expect(holdsCpr(printed)).toBe(false);
        expect(cleanPrinted(printed)).toBe(printed);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['a-', '.', '251248 ', 'a.', ' ', '1'])(
    'a long hostile value of %j is cleaned in time in proportion to its length',
    (unit) => {
      const filled = (size: number) => ({ input: unit.repeat(Math.ceil(size / unit.length)), size });
      expectLinear(filled(10_000 / TIMES), filled(10_000), cleanPrinted);
    },
  );
});

describe('a number in a note', () => {
  test.each([
    'Ringede fra 20 12 34 56',
    'tlf.20123456',
    '+45 20-12-34-56',
    '0045 (20) 123456',
    '２０１２３４５６',
    'før 25.11.2026 ringede 20123456',
  ])('%s', (text) => {
    expect(holdsNumber(text)).toBe(true);
  });
  test.each(['Bad om det den 25.11.2026', '2026-11-25 kl. 14.30', 'sag 1234567', 'stue 4, 3. sal', '1/2/2026'])(
    'none in %s',
    (text) => {
      expect(holdsNumber(text)).toBe(false);
    },
  );
});
