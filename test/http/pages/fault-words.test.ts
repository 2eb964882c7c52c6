import { describe, expect, it } from 'vitest';
import { IMPORT_WORDS } from '../../../src/http/pages/set-up/import/words.ts';
import { faultText, wordsOf } from '../../../src/http/pages/states/fault-words.ts';
import { faultsOf } from '../../../src/http/problem.ts';
import { authoritySettings } from '../../../src/http/schemas/authority.ts';
import { sourceSettings } from '../../../src/http/schemas/source.ts';
import { EVENT_REASONS } from '../../../src/http/schemas/words.ts';
import { ENGLISH_WORDS } from '../../support/english-words.ts';
import { sourceFiles } from '../../support/source-files.ts';

/** Codes of the schemas' library itself, and those that stand for some of them in an answer. */
const OF_ZOD = [
  ...['invalid_type', 'too_big', 'too_small', 'invalid_format', 'not_multiple_of', 'unrecognized_keys'],
  ...['invalid_union', 'invalid_key', 'invalid_element', 'invalid_value', 'custom', 'required', 'unknown', 'invalid'],
];
/** Files that check settings and messages. */
const CHECKS = ['src/http/schemas', 'src/staff/sources', 'src/formats', 'src/intake', 'src/domain'];
/** Codes of notes about what was accepted, which have words of their own. */
const NOTES = new Set(['midnight', 'in_past']);

/** Every code that a check of settings or of a message gives. */
function codesInCode(): string[] {
  const files = [
    ...CHECKS.flatMap(sourceFiles),
    ...sourceFiles('src/staff').filter(({ path }) => /authority-settings|gateways\/rules/.test(path)),
  ];
  const found = files.flatMap(({ code }) => [...code.matchAll(/(?:\brefusal\(\s*|\bcode: )'([a-z_]+)'/g)]);
  return [...new Set(found.map(([, code = '']) => code))].filter((code) => !NOTES.has(code));
}

/** Values that a setting is not to have, whatever it is. */
const ODD: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 1e308, '', ' ', '__proto__', 'x'.repeat(1_000), '\0', 'https://x', 'æ 1'],
  ...[[], {}, [null], [[]], { a: 1 }, ['a', 'a'], [{}], { __proto__: 1 }, { SE: 1 }, { from: 'x' }, '010180-1234'],
];

describe('what is wrong with a setting', () => {
  it('has a Danish sentence for every code, whoever gives it', () => {
    const codes = [...OF_ZOD, ...codesInCode()];
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => wordsOf(code, 'da') === undefined)).toEqual([]);
    expect(codes.filter((code) => ENGLISH_WORDS.test(wordsOf(code, 'da') ?? ''))).toEqual([]);
  });

  it.each([
    ['an authority', authoritySettings, { name: 'Regionen', sender: 'Regionen' }],
    ['a booking system', sourceSettings, { name: 'EPJ' }],
  ] as const)('is told in Danish of each setting of %s', (_, schema, good) => {
    expect(schema.safeParse(good).success).toBe(true);
    const names = Object.keys(schema.shape);
    const english: string[] = [];
    let refused = 0;
    for (const name of [...names, 'unknown'])
      for (const value of ODD) {
        const body = { ...good, [name]: value };
        const read = schema.safeParse(body);
        for (const fault of read.success ? [] : faultsOf(read.error, body, 'json')) {
          refused++;
          const text = faultText(fault, 'da');
          if (text === '' || text === fault.detail || ENGLISH_WORDS.test(text)) english.push(`${name}: ${text}`);
        }
      }
    expect(refused).toBeGreaterThan(300);
    expect(english).toEqual([]);
  });

  it('is told in Danish of a code that nobody has words for', () => {
    const fault = { pointer: '/name', code: 'from_tomorrow', detail: 'This must be something else.' };
    expect(faultText(fault, 'da')).toBe('Værdien kan ikke bruges.');
    expect(faultText(fault, 'en')).toBe('This must be something else.');
  });
});

describe('a row of an imported file', () => {
  it('that gives no SMS has a reason in both languages', () => {
    for (const { warningTexts } of Object.values(IMPORT_WORDS))
      expect(EVENT_REASONS.filter((reason) => !(reason in warningTexts))).toEqual([]);
  });
});

describe('a value that is not among those allowed', () => {
  it.each([
    'This must be one of: appointment.booked, appointment.cancelled.',
    'Invalid option: expected one of "appointment.booked"|"appointment.cancelled"',
  ])('has them listed in either language: %s', (detail) => {
    const fault = { code: 'invalid_value', detail };
    expect(faultText(fault, 'da')).toBe(
      'Værdien er ikke blandt de tilladte. Tilladt: appointment.booked, appointment.cancelled.',
    );
    expect(faultText(fault, 'en')).toContain('appointment.booked, appointment.cancelled.');
    expect(faultText(fault, 'en')).not.toMatch(/option|"/);
  });

  it('lists nothing where the check names none', () => {
    expect(faultText({ code: 'invalid_value', detail: 'Not this one.' }, 'da')).toBe(
      'Værdien er ikke blandt de tilladte.',
    );
  });
});
