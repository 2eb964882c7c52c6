import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cleanPrinted } from '../../../src/domain/sms/sms-text.ts';
import { holdsNumber, isHarmlessCode, withoutNumbers } from '../../../src/domain/text/numbers.ts';
import { isPublicCode } from '../../../src/domain/text/public-codes.ts';
import { wordKey } from '../../../src/http/schemas/json-mapping.ts';

describe('a place or department is printed without', () => {
  test.each([
    ['tlf. 20 12 34 56, Opgang 4', 'tlf. , Opgang 4'],
    ['Opgang 4 (+4520123456)', 'Opgang 4'],
    ['Jens Hansen 20-12-34-56', 'Jens Hansen'],
    ['２０１２３４５６', null],
    ['٢٠١٢٣٤٥٦', null],
    ['20.12.34.56', null],
    ['20,12,34,56', null],
    ['20_12_34_56', null],
    ['20:12:34:56', null],
    ['20—12—34—56', null],
    ['20*12*34*56', null],
    ['20·12·34·56', null],
    ["20'12'34'56", null],
    ['20, 12, 34, 56', null],
    ['kl. 08:15, 20:12:34:56', 'kl.'],
    ['20-12 3456 Mor', 'Mor'],
    ['Jens 20-12 3456 Mor', 'Jens Mor'],
    ['Kontakt Jens Hansen 31-31, 3456 Mor', 'Kontakt Jens Hansen Mor'],
    ['20 12, 3456 Mor', 'Mor'],
    ['ring 20-12, 3456 Mor', 'ring Mor'],
    ['Tlf. nr. 20-12 3456 Mor', 'Tlf. nr. Mor'],
    ['Mobilnr 20 12, 3456 Mor', 'Mobilnr Mor'],
    ['Opgang A, 20-12 3456 Mor', 'Opgang A, Mor'],
    ['Lokale A, 20-12 3456 Mor', 'Lokale A, Mor'],
    ['Lokale 4 tlf. 22-10, 3456 Mor', 'Lokale 4 tlf. Mor'],
    ['Jens Lund 31-12 3456 Mor', 'Jens Lund Mor'],
    ['20 .. 12 .. 34 .. 56', null],
    ['20x12x34x56', null],
    ['20 x 12 x 34 x 56', null],
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
    'Blegdamsvej 20-22 2100 Kbh Ø',
    'Blegdamsvej 98-102, 2100 Kbh Ø',
    'Opgang 4, 3. sal, stue 1234567',
    'Strandgade 20-22 2100 Kbh',
    'Strandvejen 20-22, 8000 Aarhus',
    'Nørre Allé nr. 41-43 2200 Kbh',
    'Strandboulevarden 49-51, 2100 København Ø',
    'Kongens Nytorv 20-22, 1050 København K',
    'Amagertorv 21-23 1160 København K',
    'Kirketorv 20-22 7100 Vejle',
    'Åboulevarden 21-23, 8000 Aarhus C',
    'Havnen 20-22, 8000 Aarhus',
    'Esplanaden 32-34, 1263 København K',
    'Rådhuscentret 20-22 2730 Herlev',
    'Sygehuset 20-22, 4800 Nykøbing',
    'Langelinie 35-37, 5230 Odense',
    'Lokale 22-10, 2730 Herlev',
    'Lokale nr. 22-10, 2730 Herlev',
    'Bygning 61-02, 2100 København Ø',
    'Afsnit 41-12, 8200 Aarhus N',
    'Afs. 41-12, 8200 Aarhus N',
    'Opgang 50-03, 2100 København Ø',
    'Undersøgelsesrum 31-12 2730 Herlev',
    'Etage 20-12, 2100 Kbh',
    'Building 61-02, 2100 København Ø',
    'Strandvejen 20-20 2100 Kbh',
    'Vestergade 22-20, 8000 Aarhus',
    'Nørre Allé 43-41 2200 Kbh',
    'Kystsporet 220, 2. 8000 Aarhus',
    'Stue 10 x 12',
    'Åbner 01-12-2026',
    'Strandvejen 120, 2. 8000 Aarhus',
    'DK12 OPGANG 4 STUE 12',
    'kl. 9:00-10:00',
    '08:15, 09:15',
    'Åbent (08:00-12:00)',
    'd. 01-12-2026 09:00-10:00',
    '01.12. 09:00-10:00',
    'Lokale 101, 102, 103',
    'Afsnit 12.3.4, 5000 Odense',
    'Byvej 123, 1. 2, 2650 Hvidovre',
    'Pris kr. 1.250,00-1.500,00',
  ])('and is left as it is otherwise: %j', (value) => {
    expect(cleanPrinted(value)).toBe(value);
  });
});

describe('two times of day', () => {
  it.each([
    ...['kl. 10:30 11:45', '10:30 11:45', '08:15, 09:15', '19:30 20:45', '00:30 21:45', 'kl. 20:30 21:45'],
    ...['kl 20:30, 21:45', '20:30-21:45', '20:30 – 21:45', 'Åbent (20:00-23:30)', '22:00-06:00', 'kl. 22:00 til 23:30'],
    ...[
      '1/12 20:30 21:45',
      'd. 01-12-2026 20:30, 21:45',
      'Mandag 20:30 21:45',
      'tors. 20:15/21:15',
      '20:30 21:45 22:15',
    ],
    ...['Monday 20:30, 21:45', 'Blodprøve kl. 10:30 11:45, Opgang 4', 'Åbent: 20:30 21:45', '9:30 20:45'],
  ])('%j are times', (text) => expect(holdsNumber(text)).toBe(false));

  it.each([
    ...['22:30 41:50', '22:30 21:50', '20:12 34:56', '20:12 21:34', '20:12,21:34', '(20:12 21:34)', '20:12/21:34'],
    ...['tlf. 22:30 21:50', 'ring 20:12 21:34', 'Jens 20:12 21:34', '22:30-21:50', 'kl. 22:30 21:50', '22:30, 41:50'],
    ...['+45 22:30 21:50', '+45 20:12 21:34', '２２:３０ ２１:５０', '30:12 41:50', '20:12 21:34-1'],
  ])('%j may be a phone number', (text) => {
    expect(holdsNumber(text)).toBe(true);
    expect(holdsNumber(withoutNumbers(text, '*'))).toBe(false);
  });
});

describe('opening hours with points', () => {
  it.each([
    ...['08.00-15.30', 'kl. 09.00-15.30', '8.00-15.30', '10.00 – 14.30', '08.00—15.30', '12.00-23.59', '00.00-23.59'],
    ...['08.00-15.30, 16.00-18.00', '08.00-12.00/13.00-15.30', 'Man-fre 08.00-15.30, lør 09.00-12.00', '(08.00-15.30)'],
    ...['1/12 09.00-12.00', 'd. 01-12-2026 09.00-12.00', 'kl. 20.30-21.45', 'Åbent 20.00-23.30', 'Mandag 20.30-21.45'],
    ...['Blodprøve 08.00-15.30 i Opgang 4', 'fra 21.00-22.00'],
  ])('%j are no phone number', (text) => {
    expect(holdsNumber(text)).toBe(false);
    expect(cleanPrinted(text)).toBe(text.replace(/[–—]/, '-'));
  });

  it.each([
    ...['20.30-21.45', '21.00-22.00', 'Jens 20.30-21.45', 'tlf. 20.12-21.34', '22.30-21.50', 'kl. 22.30-21.50'],
    ...['15.30-08.00', '08.00-08.00', '08.00-15.60', '08.00-24.00', '20.12-34.56', '08.00-15.30-1', '08.00 15.30'],
    ...['+45 08.00-15.30', '20.12.34.56', '08.00-15.30, 20.12-21.34', '08.00-15.30 12', '20 08.00-15.30'],
  ])('%j may be a phone number', (text) => {
    expect(holdsNumber(text)).toBe(true);
    expect(holdsNumber(withoutNumbers(text, '*'))).toBe(false);
  });
});

it('what staff have written themselves keeps its numbers', () => {
  expect(cleanPrinted('Opgang 4, tlf. 35453545', 'kept')).toBe('Opgang 4, tlf. 35453545');
  expect(cleanPrinted('Opgang 4, 010190-1234', 'kept')).toBe('Opgang 4,');
});

/** Any sign or punctuation, whichever the implementation knows. */
const sign = fc
  .integer({ min: 0x21, max: 0xffff })
  .map((code) => String.fromCharCode(code))
  .filter((text) => /^[\p{P}\p{S}]$/u.test(text) && !/[\p{L}\p{N}]/u.test(text.normalize('NFKC')))
  .filter((text) => text.normalize('NFKC').length <= 3);

it('no eight digits in a row are left, whatever stands between them', () => {
  const usual = fc.constantFrom('', ' ', '-', '.', ' - ', '\u00a0', '/', '(', ') ', '\u200b', '–', ',', ':', "'", ', ');
  const digit = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.oneof(usual, sign));
  /** Dates, times, rooms and addresses: see above. */
  const harmless = /\d{4}[-./]\d|\d[-./]\d{4}|[-,.] ?\d{1,3}[,.]? \d{4} |, \d{4} |\d:[0-5]\d|\d{3}, \d{3}/;
  fc.assert(
    fc.property(fc.array(digit, { minLength: 8, maxLength: 15 }), (list) => {
      const text = `x ${list.map(([value, gap]) => `${value}${gap}`).join('')} y`;
      fc.pre(!harmless.test(text.normalize('NFKC')));
      expect(holdsNumber(text)).toBe(true);
      expect(holdsNumber(withoutNumbers(text, '*'))).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

it('a phone number is found with any sign between its pairs of digits', () => {
  const pairs = fc.array(fc.stringMatching(/^\d\d$/), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(pairs, sign, (list, between) => {
      expect(holdsNumber(list.join(between))).toBe(true);
    }),
    { numRuns: 1_000 },
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
  ['Ida 01.01.2021-5234', false],
  ['10-12-2026-4711', false],
])('the code %s may be stored and shown: %s', (code, harmless) => {
  expect(isHarmlessCode(code)).toBe(harmless);
});

it('a code that may be stored and shown may be a key of the settings that give it its meaning', () => {
  const sign = fc.constantFrom('', '-', '.', '/', ' ', ', ', '--');
  const [front, part] = [fc.constantFrom('', 'A', 'P', 'Ida ', 'CPR '), fc.constantFrom('1', '01', '12', '90')];
  const [year, last] = [
    fc.constantFrom('15', '1990', '2015', '2026'),
    fc.constantFrom('', '09', '0900', '4711', 'AB12'),
  ];
  fc.assert(
    fc.property(front, part, sign, part, sign, year, sign, last, (...pieces) => {
      const code = pieces.join('');
      fc.pre(isHarmlessCode(code));
      expect([code, wordKey.safeParse(code).success]).toEqual([code, true]);
    }),
    { numRuns: 2_000 },
  );
});

it('an id of SNOMED CT is told from a phone number by its check digit, which a wrong digit anywhere breaks', () => {
  const ids = ['22298006', '73211009', '38341003', '394802001', '185349003', '308335008'];
  expect(ids.filter(isPublicCode)).toEqual(ids);
  const change = fc.tuple(fc.constantFrom(...ids), fc.nat(8), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(change, ([id, at, by]) => {
      fc.pre(at < id.length);
      const wrong = id.slice(0, at) + ((Number(id[at]) + by) % 10) + id.slice(at + 1);
      expect(isPublicCode(wrong)).toBe(false);
    }),
  );
});
