import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { showText } from '../../../src/accounts/phone-access.ts';
import { referenceFault } from '../../../src/domain/reference.ts';
import { cleanPrinted } from '../../../src/domain/sms/sms-text.ts';
import { holdsCpr, looksLikeCpr, replaceCpr } from '../../../src/domain/text/cpr.ts';
import { asciiDigits } from '../../../src/domain/text/unicode.ts';
import { noteText } from '../../../src/http/schemas/text.ts';

const two = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => String(n).padStart(2, '0'));
/** Parts of a number whose date may exist. */
const parts = fc.tuple(two(1, 31), two(1, 12), two(0, 99), fc.stringMatching(/^\d{4}$/));
/** Anything of one to three characters that is neither a letter nor a number, also what nobody sees. */
const separator = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 3 })
  .filter((text) => !/[\p{L}\p{N}]/u.test(text.normalize('NFKC')) && text.normalize('NFKC').length <= 3);
const usual = fc.constantFrom('', ' ', '-', '.', '/', '–', ' - ', '\u00a0', '\u200b', '_', ', ');
const gap = fc.oneof(usual, separator);
const script = fc.constantFrom(0x30, 0xff10, 0x660, 0x966, 0x1d7d8);
/** A CPR number with anything between its parts, in the digits of any script. */
const written = fc.tuple(parts, fc.tuple(gap, gap, gap), script).map(([[day, month, year, last], gaps, zero]) => {
  const plain = `${day}${gaps[0]}${month}${gaps[1]}${year}${gaps[2]}${last}`;
  return plain.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
});
/** Whether a text begins with times of day: `10:10-11:11`, or `09:10-12 2100 Kbh`, a range with a postcode and a town. */
function isTime(text: string): boolean {
  const plain = text.normalize('NFKC').replaceAll(/\p{Nd}/gu, (digit) => asciiDigits(digit));
  const [front, hour = '', colon, minutes = '', between = '', next = '', sign = '', last = '', behind = ''] = plain
    .replaceAll(/\s/gu, ' ')
    .split(/(\d+)/);
  const isHour = (digits: string) => digits.length === 2 && Number(digits) <= 24;
  const isMinute = (digits: string) => digits.length === 2 && Number(digits) < 60;
  if (front !== '' || colon !== ':' || !isHour(hour) || !isMinute(minutes) || !isHour(next)) return false;
  if (between.includes(':') || [...between].length > 3) return false;
  const isTown = [' ', ', '].includes(sign) && last.length === 4 && /^ \p{L}/u.test(behind);
  return isTown || (sign === ':' && isMinute(last) && !behind.startsWith(':'));
}

it('a CPR number is found with any separators, in digits of any script, wherever it stands', () => {
  const around = fc.constantFrom('', ' ', 'Hej ', '.', '\n', 'æ', '-', '/', '(');
  fc.assert(
    fc.property(around, written, around, (before, number, after) => {
      fc.pre(!isTime(`${number} x`));
      const text = before + number + after;
      expect(holdsCpr(text)).toBe(true);
      expect(holdsCpr(replaceCpr(text, '*'))).toBe(false);
      const shown = showText({ name: 'administrator', seesNumbers: true }, text);
      expect(shown).not.toMatch(/\p{Nd}/u);
      expect(noteText(500).safeParse(`x ${text} x`).success).toBe(false);
      expect(cleanPrinted(text) ?? '').not.toMatch(/\p{Nd}{4}/u);
    }),
    { numRuns: 2_000 },
  );
});

it('no end of a CPR number is printed whose beginning looks like an address', () => {
  expect(cleanPrinted('Opgang 4 01@01.00 0000')).toBe('Opgang 4');
});

it('an id that holds a CPR number with any separators is refused', () => {
  fc.assert(
    fc.property(fc.constantFrom('', 'A-', 'CPR:', 'pt', 'Patient/', 'x '), written, (before, number) => {
      fc.pre(!isTime(`${number} x`) && /\p{Nd}[^\p{Nd}]/u.test(number));
      expect(referenceFault(before + number)?.code).toBe('cpr');
    }),
    { numRuns: 2_000 },
  );
});

it('a CPR number is found with one or two separators between any of its digits', () => {
  const gap = fc.oneof(
    fc.constantFrom('', '-', '.', ' ', ':', '/', ', ', '--'),
    separator.filter((text) => text.normalize('NFKC').length <= 2),
  );
  const gaps = fc.array(gap, { minLength: 9, maxLength: 9 });
  /** A time of day, or a day with one: see the tests of what is none. */
  const mayBeTime = /\d\d?[:.]\d\d?.{0,3}\d\d?[:.]\d|\d[-./]\d\d[-./](?:19|20)/u;
  fc.assert(
    fc.property(parts, gaps, ([day, month, year, last], between) => {
      const number = [...`${day}${month}${year}${last}`].map((digit, at) => digit + (between[at] ?? '')).join('');
      fc.pre(!mayBeTime.test(number.normalize('NFKC')));
      expect(holdsCpr(`se ${number} nu`)).toBe(true);
      expect(holdsCpr(replaceCpr(`se ${number} nu`, '*'))).toBe(false);
      if (between.slice(0, 9).some((text) => text !== '')) expect(looksLikeCpr(number)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

describe('an id that holds a CPR number', () => {
  test.each([
    ...[
      '010190%2D1234',
      '010190%201234',
      '010190%E2%80%931234',
      '%30%31010190%2D1234'.replace('01', ''),
      'x%3A010190-1234',
    ],
    ...['010190&#45;1234', '010190&#x2d;1234', '010190&nbsp;1234', '010190&ndash;1234', '&#48;10190-1234'],
    ...[
      '010190----1234',
      '010190 ---> 1234',
      '010190ー1234',
      '010190ｰ1234',
      '010190一1234',
      '01\u034501\u034590\u03451234',
    ],
    ...['CPR 01011990-1234', 'cpr01-01-1990-1234', 'CPR-NR: 01.01.2015 1234', 'P01011990-1234', 'Ida 01011990-1234'],
    ...['CPR 01.01.2021-5234', 'P01012021-5234', 'p01-01-2030 4711', 'cpr-nr: 01.01.2021 9234', 'CPR01012021-5234'],
    // Some systems put a letter or two behind it.
    ...[
      '0107851234x',
      '0107851234X',
      '0107851234a',
      '0107851234xy',
      '0107851234abc',
      'REF-0107851234ø',
      'x/0107851234k-2',
    ],
  ])('is found as %s', (id) => {
    expect(looksLikeCpr(id)).toBe(true);
  });
  test.each([
    ...[
      '01122026-0900',
      '01-12-2026 0900',
      '01.12.2026-1015',
      'A%2D12',
      '100%',
      '50%-1234',
      'A&B-1234',
      '20190101-12345',
    ],
    ...['0101199012345', '01011990A1234', 'R&amp;D-1234'],
    ...['10122018-1000', '28022015_0830', 'BK31121999-0001', '12-10-2015-0042', '0112-2019-1234', 'AP01011990-1234'],
    ...['10-12-2026-4711', 'P01122026-0900', 'CPR 01.12.2026 1015', 'AP01012021-5234', 'P01012021-52345'],
    ...['A0107851234x', '10107851234x', '0107851234xyzw', '0107851234x1', '4507851234x', '0113851234x'],
    ...['0107851234ab', '507f1f77bcf86cd799439011', '1b4e28ba-2fa1-11d2-883f-0107851234ab', '0107851234abcdef'],
  ])('is not found in %s', (id) => {
    expect(looksLikeCpr(id)).toBe(false);
  });
  it('nor is it left in a text, whichever of its signs are escaped', () => {
    const escaped = ['-', '%2D', '%20', '%C2%A0', '&#45;', '&#x2F;', '&nbsp;'];
    const within = fc.constantFrom('', ...escaped);
    const inFront = fc.constantFrom('----', ' - - ', ...escaped);
    fc.assert(
      fc.property(parts, within, inFront, ([day, month, year, last], middle, sign) => {
        const number = `${day}${month}${middle}${year}${sign}${last}`;
        fc.pre(!isTime(`${number} x`));
        expect(looksLikeCpr(number)).toBe(true);
        expect(holdsCpr(`se ${number} nu`)).toBe(true);
        expect(replaceCpr(`se ${number} nu, 010190-1234`, '*')).not.toContain(last);
      }),
    );
  });
});

test.each(['01011990-1234', '01-01-1990-1234', '０１０１１９９０–１２３４', '01011990%2D1234'])(
  'a CPR number with its whole year is found in a text: %s',
  (number) => {
    expect(holdsCpr(`For ${number} og Ida`)).toBe(true);
    expect(replaceCpr(`For ${number} og Ida`, '*')).toBe('For * og Ida');
  },
);

test.each(['01.01.1990-1234', '01/01/1990 1234', '01011990 1234', '01 01 2009 1234', '01.01.1990 – 1234'])(
  'a CPR number with a year of birth in which no appointment lies is found however it is parted: %s',
  (number) => {
    expect(holdsCpr(`For ${number}, Ida`)).toBe(true);
    expect(replaceCpr(`For ${number}.`, '*')).toBe('For *.');
  },
);

/** Numbers of those born from 2000 on have 4 to 9 in front of the last three digits, and times of day 0 to 2. */
const serial = fc.stringMatching(/^[4-9]\d{3}$/);
const within = fc.constantFrom('', ' ', '-', '.', '/', '. ', '\u00a0', ' / ');

it('a CPR number with a whole year from 2000 to 2019 is found however it is parted, and no time of day is taken for one', () => {
  const between = fc.constantFrom(' ', '-', '.', '/', ' - ', ', ', '–', '_', '\u00a0', '\n', '\t', '\r\n');
  const time = fc.tuple(two(0, 23), two(0, 59)).map((both) => both.join(''));
  const behind = fc.constantFrom('', '.', ',', ')', '\n', ', Ida');
  const given = [two(1, 31), two(1, 12), two(0, 19), serial, time, within, between, behind] as const;
  fc.assert(
    fc.property(...given, (day, month, year, last, clock, gap, sign, after) => {
      const date = `${day}${gap}${month}${gap}20${year}`;
      expect(holdsCpr(`For ${date}${sign}${last}${after}`)).toBe(true);
      expect(replaceCpr(`For ${date}${sign}${last}${after}`, '*')).toBe(`For *${after}`);
      if (Number(year) > 9 && !/[-–]/.test(sign)) expect(holdsCpr(`den ${date}${sign}${clock}${after}`)).toBe(false);
    }),
  );
});

/** Signs in front of the last four digits, but for white space and a comma, which stand in front of postcodes. */
const joint = fc.constantFrom('-', '–', '.', '/', '_', ':', ';', '+', '\u200b', '\u0000', '\u001f');
/** White space of one place, which a line break of two characters is, too. */
const blank = fc.constantFrom(' ', '\t', '\n', '\r\n', '\u00a0', '\u2028');
/** Texts behind a number: a name as well as none. */
const whatever = fc.constantFrom('', '.', ', Ida', ' Ida', ' og Ida', ' IDA', ' ØSTER');

it('from 2020 on, when appointments may lie, it is found behind one sign, whatever is next', () => {
  fc.assert(
    fc.property(two(1, 31), two(1, 12), two(20, 36), serial, within, joint, whatever, (...given) => {
      const [day, month, year, last, gap, sign, after] = given;
      const date = `${day}${gap}${month}${gap}20${year}`;
      expect(replaceCpr(`For ${date}${sign}${last}${after}`, '*')).toBe(`For *${after}`);
      for (const harmless of [
        `${date} ${last}`,
        `${date}\n${last} Aarhus`,
        `${date}, ${last}`,
        `${date} - ${last} Aarhus`,
        `${date}-1430`,
      ])
        expect(holdsCpr(harmless)).toBe(false);
    }),
  );
});

it('a CPR number with a year in which no appointment lies is found behind one sign or white space, with a name next', () => {
  const year = fc.integer({ min: 1900, max: 2019 });
  fc.assert(
    fc.property(two(1, 31), two(1, 12), year, serial, fc.oneof(joint, blank), whatever, (...given) => {
      const [day, month, born, last, sign, after] = given;
      expect(replaceCpr(`For ${day}.${month}.${born}${sign}${last}${after}`, '*')).toBe(`For *${after}`);
    }),
  );
});

test.each([
  ...['10122026-9000 Aalborg', 'sag 10-12-2026-4711', '12.10.2015-8000 Aarhus', '10.12.2026-9000 Aalborg'],
  ...['12.10.2026–8000 Aarhus C', '10-12-2026-8000 ÅRHUS', '10/12 2026-5000 Odense C', 'd. 01 12 2030-6000 Kolding'],
  'siden 12.10.2015 8000 Aarhus',
])('what may be a day with a postcode or a running number is found as a CPR number all the same: %s', (text) =>
  expect(holdsCpr(text)).toBe(true),
);

test.each([
  'den 01.01.2027 1430',
  'den 01.01.2027-0815',
  'siden 12.10.2015, 8000 Aarhus',
  'siden 12.10.2015 - 8000 Aarhus',
  'ring siden 12.10.2015 4535 4535',
  '10.12.2026 9000 Aalborg',
  '10.12.2026, 8000 Aarhus C',
  '12/10/2015 2400',
  'siden 12.10.1995, 2100 Kbh',
  'født 12.10.1995',
  'd. 01.12.2026-1015',
  '01122026-0900',
  'siden 12.10.2015, 2100 Kbh',
  '12-10-2015 1030',
  'Julelukket 24/12 1900-2000',
  '31.12 1900–2100',
])('a day with a time or a postcode is none: %s', (text) => expect(holdsCpr(text)).toBe(false));

describe('ten digits in one piece', () => {
  test.each([
    '0101901234',
    'CPR0101901234',
    'cpr0101901234',
    'CPRNR0101901234',
    'CPR-NR0101901234',
    'P0101901234',
    'p0101901234',
    '0101901234-1',
    'A~0101901234',
    '０１０１９０１２３４',
    'P２４１２８５１２３４',
  ])('%s is a CPR number as an id', (id) => {
    expect(looksLikeCpr(id)).toBe(true);
  });
  test.each([
    'apt2412851234',
    'EPJ0101901234',
    'AP0101901234',
    'P01019012345',
    'P9901901234',
    '01019012345',
    'A0101901234A',
  ])('%s is none', (id) => {
    expect(looksLikeCpr(id)).toBe(false);
  });
});

test.each([
  '01 01 90 1234',
  '010190.1234',
  '01/01/90-1234',
  '0101 90 1234',
  '01 01 90 12 34',
  '0 1 0 1 9 0 1 2 3 4',
  'CPR0101901234',
  '01\u200b01\u200b90\u200b1234',
  '01-01-90-12-34',
  '01.01.90.12.34',
  '0-1-0-1-9-0-1-2-3-4',
  '0--1--0--1--9--0--1--2--3--4',
  '01:01-90-1234',
  '01:01:90:12:34',
  '010190-12-34',
  '01 -- 01 -- 90 -- 1234',
  '01    01    90 1234',
  '01:01 90:1234',
  '24:12-85:1234',
  '24:12-12:1234',
  '31:12-12:10 34',
  '31:12-12 1234 Ida',
  '01:01 90:12 34',
])('%j is found in texts and in ids', (text) => {
  expect([holdsCpr(text), looksLikeCpr(text)]).toEqual([true, true]);
});

it('a CPR number is found however many signs stand between its parts', () => {
  const text = `01${'-'.repeat(5_000)}01${' .'.repeat(5_000)}90${' '.repeat(5_000)}1234`;
  expect([holdsCpr(text), looksLikeCpr(text), replaceCpr(`se ${text} nu`, '*')]).toEqual([true, true, 'se * nu']);
});

test.each([
  'tirsdag d. 01.12.2026 kl. 09.00',
  'd. 10-12-2026 14.30',
  '2026-12-10 14:30:00',
  'kl. 09:10-12 2100 Kbh',
  'Blegdamsvej 10-12, 2100 Kbh Ø',
  '+45 35 45 35 45',
  '20 12 34 56 2100 Kbh',
  '1.2.3.4.5.6.7.8.9.0',
  'urn:uuid:ab010190-1234-4123-8123-251248999612',
  'A-20261201-0900',
  '08:15, 09:15',
  'kl. 10:10-11:11, 12. sal',
  'kl. 22:10-24:00, 12. sal',
  '10.12.26 10:30',
  'd. 10.12.26 10.30',
  'kl. 11:10, 10.12.26',
  '10/12 10:30-11',
  '10.12 10:30 12. etage',
  '10.12.2026 (10)',
])('%j is none', (text) => {
  expect([holdsCpr(text) && !text.startsWith('urn:'), looksLikeCpr(text)]).toEqual([false, false]);
});
