import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, test } from 'vitest';
import { choosePhone, groupedNumber, maskPhone, readAnyNumber } from '../../src/domain/phone.ts';

const rules = { defaultRegion: 'DK', allowedCountries: ['DK', 'FO', 'GL', 'NO', 'SE', 'DE'] };

test('a foreign number is grouped as its country does, and what is no whole number stays as it is', () => {
  expect([groupedNumber('+4915123456789'), groupedNumber('+46701234567'), groupedNumber('+49•••89')]).toEqual([
    ...['+49 1512 3456789', '+46 70 123 45 67', '+49•••89'],
  ]);
});

describe('a number that can take an SMS is used in E.164', () => {
  test.each([
    ['20123456', '+4520123456'],
    ['20 12 34 56', '+4520123456'],
    [' 20-12-34-56 ', '+4520123456'],
    ['20.12.34.56', '+4520123456'],
    ['+4520123456', '+4520123456'],
    ['+45 20 12 34 56', '+4520123456'],
    ['(+45) 20123456', '+4520123456'],
    ['(0045) 20123456', '+4520123456'],
    ['004520123456', '+4520123456'],
    ['00 45 20 12 34 56', '+4520123456'],
    ['4520123456', '+4520123456'],
    ['+45(0)20123456', '+4520123456'],
    ['+45 (0) 20 12 34 56', '+4520123456'],
    ['２０１２３４５６', '+4520123456'],
    ['＋４５ 20123456', '+4520123456'],
    ['\u202a+4520123456\u202c', '+4520123456'],
    ['20\u200b123456', '+4520123456'],
    ['20\u00a012\u00a034\u00a056', '+4520123456'],
    ['tel:+4520123456', '+4520123456'],
    ['Tlf. 20 12 34 56', '+4520123456'],
    ['Mobil: 20123456', '+4520123456'],
    ['33123456', '+4533123456'],
    ['70101155', '+4570101155'],
    ['+299 22 12 34', '+299221234'],
    ['+298 211234', '+298211234'],
    ['+47 912 34 567', '+4791234567'],
    ['+46 70 123 45 67', '+46701234567'],
    ['+46 (0)70 123 45 67', '+46701234567'],
    ['+49 (0) 171 1234567', '+491711234567'],
  ])('%j', (raw, phone) => {
    expect(choosePhone(raw, rules)).toEqual({ phone, reason: null });
  });
});

describe('a number that can not take an SMS has its reason', () => {
  test.each([
    [undefined, 'no_phone'],
    [null, 'no_phone'],
    ['', 'no_phone'],
    [' \t\u200b', 'no_phone'],
    ['ukendt', 'invalid_number'],
    ['hemmeligt nr.', 'invalid_number'],
    ['2012345', 'invalid_number'],
    ['201234567', 'invalid_number'],
    ['12345678', 'invalid_number'],
    ['00000000', 'invalid_number'],
    ['112', 'invalid_number'],
    ['1204', 'invalid_number'],
    ['2512489996', 'invalid_number'],
    ['20123456 ext. 5', 'invalid_number'],
    ['20123456x5', 'invalid_number'],
    ['20123456#5', 'invalid_number'],
    ['tel:+4520123456;ext=5', 'invalid_number'],
    ['20123456 lok. 12', 'invalid_number'],
    ['20123456, 20123457', 'invalid_number'],
    ['20123456/20123457', 'invalid_number'],
    ['ikke 20123456', 'invalid_number'],
    ['20123456 (mor)', 'invalid_number'],
    ['+99912345678', 'invalid_number'],
    ['9'.repeat(300), 'invalid_number'],
    ['+44 7400 123456', 'country_not_allowed'],
    ['+33 6 12 34 56 78', 'country_not_allowed'],
    ['+33 1 42 68 53 00', 'country_not_allowed'],
    ['+1 201 555 0123', 'country_not_allowed'],
    ['+881612345678', 'country_not_allowed'],
    ['90123456', 'not_mobile'],
    ['80123456', 'not_mobile'],
    ['+299 32 10 00', 'not_mobile'],
    ['+298 301234', 'not_mobile'],
    ['+47 22 12 34 56', 'not_mobile'],
    ['+46 8 631 23 45', 'not_mobile'],
    ['+49 30 123456', 'not_mobile'],
    ['+49 700 12345678', 'not_mobile'],
    ['+46 75 123 45 67', 'not_mobile'],
    ['+47 880 12 345', 'not_mobile'],
  ] as const)('%j: %s', (raw, reason) => {
    expect(choosePhone(raw, rules)).toEqual({ phone: null, reason });
  });

  test('the country is checked before the type', () => {
    const found = choosePhone('90123456', { defaultRegion: 'DK', allowedCountries: ['SE'] }).reason;
    expect(found).toBe('country_not_allowed');
  });
});

test('a number without a country code belongs to the region of its source', () => {
  expect(choosePhone('22 12 34', { ...rules, defaultRegion: 'GL' }).phone).toBe('+299221234');
  expect(choosePhone('211234', { ...rules, defaultRegion: 'FO' }).phone).toBe('+298211234');
  expect(choosePhone('070-123 45 67', { ...rules, defaultRegion: 'SE' }).phone).toBe('+46701234567');
  expect(choosePhone('20123456', { ...rules, defaultRegion: 'XX' }).reason).toBe('invalid_number');
  expect(choosePhone('+4520123456', { ...rules, defaultRegion: 'XX' }).phone).toBe('+4520123456');
});

test('whatever is given as a number, the answer is a number or a reason', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+0-9()x;., -]{0,20}$/)), (raw) => {
      const { phone, reason } = choosePhone(raw, rules);
      expect(phone === null).toBe(reason !== null);
      if (phone !== null) {
        expect(phone).toMatch(/^\+[1-9]\d{5,14}$/);
        expect(choosePhone(phone, rules).phone).toBe(phone);
      }
    }),
  );
});

describe('a number to look up, or the sender of a reply, is read whatever its country', () => {
  test.each([
    ['20 12 34 56', '+4520123456'],
    ['4520123456', '+4520123456'],
    ['+4520123456', '+4520123456'],
    ['46701234567', '+46701234567'],
    ['0046701234567', '+46701234567'],
    ['447400123456', '+447400123456'],
    ['12015550123', '+12015550123'],
    ['+45 12 34 56 78', '+4512345678'],
    ['90123456', '+4590123456'],
    ['1204', null],
    ['Kommunen', null],
    ['', null],
    ['20123456 ext 5', null],
  ])('%j is %j', (raw, phone) => {
    expect(readAnyNumber(raw)).toBe(phone);
  });

  test('in the region that is given', () => {
    expect(readAnyNumber('0701234567', 'SE')).toBe('+46701234567');
  });
});

test('a masked number shows its country and two digits, and a short one nothing', () => {
  expect(maskPhone('+4520123456')).toBe('+45••••••56');
  expect(maskPhone('+299221234')).toBe('+299••••34');
  expect(maskPhone('+46701234567')).toBe('+46•••••••67');
  expect(maskPhone('20123456')).toBe('••••••56');
  expect(maskPhone('1204')).toBe('••04');
  expect(maskPhone('112')).toBe('•••');
  expect(maskPhone('')).toBe('');
});

describe('Danish numbers, which are known by their first three digits', () => {
  /** What the library says of each single number. */
  const byLibrary = (national: string, allowed: boolean): string => {
    const number = parsePhoneNumberFromString(national, { defaultCountry: 'DK', extract: false });
    if (!number?.isValid()) return 'invalid_number';
    if (!allowed) return 'country_not_allowed';
    return ['PREMIUM_RATE', 'TOLL_FREE'].includes(number.getType() ?? '') ? 'not_mobile' : number.number;
  };
  const chosen = (raw: string, allowedCountries: readonly string[], defaultRegion = 'DK') => {
    const { phone, reason } = choosePhone(raw, { defaultRegion, allowedCountries });
    return phone ?? reason;
  };

  test('are judged as the library judges each of them, in every range', () => {
    const suffixes = fc.sample(fc.integer({ min: 0, max: 99_999 }), { numRuns: 6, seed: 45 });
    for (let range = 0; range < 1000; range++) {
      for (const suffix of [0, 99_999, ...suffixes]) {
        const national = `${String(range).padStart(3, '0')}${String(suffix).padStart(5, '0')}`;
        const spaced = (national.match(/../g) ?? []).join(' ');
        expect([national, chosen(national, ['DK'])]).toEqual([national, byLibrary(national, true)]);
        expect([national, chosen(spaced, ['SE'])]).toEqual([national, byLibrary(national, false)]);
        const international = byLibrary(`+45${national}`, true);
        expect([national, chosen(`+45 ${spaced}`, ['DK'], 'SE')]).toEqual([national, international]);
      }
    }
  });

  test('are numbers of another region where that is the source’s', () => {
    const rules = { defaultRegion: 'NO', allowedCountries: ['NO', 'DK'] };
    expect(choosePhone('91234567', rules)).toEqual({ phone: '+4791234567', reason: null });
    expect(choosePhone('+4520123456', rules)).toEqual({ phone: '+4520123456', reason: null });
  });
});
