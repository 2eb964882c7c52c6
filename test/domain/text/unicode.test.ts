import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { showText } from '../../../src/accounts/phone-access.ts';
import { SOURCE_DEFAULTS } from '../../../src/domain/authority.ts';
import { readAnyNumber } from '../../../src/domain/phone.ts';
import { isInvisible } from '../../../src/domain/reference.ts';
import { readAddressee, readMeaning } from '../../../src/domain/replies/read-reply.ts';
import { cleanPrinted, foldPunctuation } from '../../../src/domain/sms/sms-text.ts';
import { holdsCpr, looksLikeCpr } from '../../../src/domain/text/cpr.ts';
import { holdsLink } from '../../../src/domain/text/links.ts';
import { holdsNumber } from '../../../src/domain/text/numbers.ts';
import { asciiDigits, normalized, withPlainDigits } from '../../../src/domain/text/unicode.ts';
import { readColumns } from '../../../src/formats/csv/columns.ts';
import { readableAs, readDay, readMoment, readStatus } from '../../../src/formats/csv/values.ts';
import { languageOf } from '../../../src/formats/language.ts';
import { maskNumbers } from '../../../src/log.ts';
import { expectLinear, TIMES } from '../../support/growth.ts';

/** Ligatures of whole words, which are left out of the form for comparing. */
const WRITTEN_OUT = /[\ufdfa\ufdfb\u3300-\u3357]/;

/** Everything that is asked of a text that somebody else wrote. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  ...{ cleanPrinted, foldPunctuation, holdsCpr, holdsLink, holdsNumber, isInvisible, looksLikeCpr, maskNumbers },
  ...{ readAnyNumber, readableAs },
  languageOf: (text) => languageOf([text]),
  readColumns: (name) => readColumns(['id', 'start', name]),
  readMoment: (text) => readMoment(text, SOURCE_DEFAULTS),
  readDay: (text) => readDay(text, SOURCE_DEFAULTS),
  readMeaning: (text) => readMeaning(readAddressee(text, ['KBH'])),
  readStatus: (text) => readStatus(text, {}),
  showText: (text) => showText({ name: 'viewer', seesNumbers: false }, text),
};
/** Runs of marks that have to be put in order, also such as arise in NFKC only; what becomes longer; what divides. */
const UNITS = ['\u0301\u0323', '\u0301\uff9e', '\u0344\u0323', '\u{1d165}\u0323', '\ufdfa', '\u3316', '½', 'ø'];

describe.each(Object.entries(READERS))('%s takes time in proportion to the length of a text', (_name, read) => {
  test.each(UNITS)('of %j', (unit) => {
    const filled = (size: number) => ({ input: `a${unit.repeat(Math.ceil(size / unit.length))}`, size });
    expectLinear(filled(20_000 / TIMES), filled(20_000), read);
  });
});

it('no writing is changed but by its normal form, and thirty marks on a letter stay', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(normalized(text, 'NFC')).toBe(text.normalize('NFC'));
    }),
  );
  const marked = `a${'\u0323'.repeat(30)}`;
  expect(normalized(`${marked}\u0323b`, 'NFC')).toBe(`${marked}b`.normalize('NFC'));
  expect(normalized(`a${'\u{1d165}'.repeat(40)}`, 'NFC')).not.toMatch(/\p{Cs}/u);
  const letters = (marks: number) => ['a', 'b', 'ー'].map((letter) => letter + '\u0323'.repeat(marks)).join('');
  for (const marks of [29, 30, 31, 60, 61, 90]) {
    expect(normalized(letters(marks), 'NFC')).toBe(letters(Math.min(marks, 30)).normalize('NFC'));
  }
});

it('the digits of every script are read, and nothing else becomes one', () => {
  expect(withPlainDigits('２０ ١٢ ३४ 𝟓𝟔 ²⁰ ①⑫ 𑛚')).toBe('20 12 34 56 20 112 0');
  expect(asciiDigits('½ Ⅷ æ 第三')).toBe('½ Ⅷ æ 第三');
  for (const zero of [0x0660, 0x0966, 0x0e50, 0xff10, 0x1d7ce, 0x1d7d8, 0x116d0, 0x116da, 0x1fbf0]) {
    const digits = Array.from({ length: 10 }, (_, value) => String.fromCodePoint(zero + value)).join('');
    expect(asciiDigits(digits)).toBe('0123456789');
  }
});

it('every character of the Basic Multilingual Plane has the normal forms of Unicode, digits apart', () => {
  const everyCharacter = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
  for (const character of everyCharacter.filter((each) => !WRITTEN_OUT.test(each))) {
    for (const form of ['NFC', 'NFKC'] as const)
      expect([character, normalized(character, form)]).toEqual([character, character.normalize(form)]);
    // A digit of another script would be none for the patterns that look for numbers.
    const digit = /\p{Nd}/u.test(character.normalize('NFKC'));
    expect([character, /^[^0-9]*$/.test(withPlainDigits(character))]).toEqual([character, !digit]);
  }
});

test('letters of Western Europe have them in any order', () => {
  const letters = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...letters, ...'“”‘’–—€', '\u0301', 'ﬁ')), (characters) => {
      const text = characters.join('');
      expect(normalized(text, 'NFC')).toBe(text.normalize('NFC'));
      expect(withPlainDigits(text)).toBe(asciiDigits(text.normalize('NFKC')));
    }),
  );
});
