import { describe, expect, it } from 'vitest';
import { type Fault, Problem } from '../../../src/domain/errors.ts';
import { readCsv } from '../../../src/formats/csv/csv.ts';
import { faultsOf } from '../../../src/http/problem.ts';
import { authoritySettings } from '../../../src/http/schemas/authority.ts';
import { sourceSettings } from '../../../src/http/schemas/source.ts';
import { EVENT_REASONS } from '../../../src/http/schemas/words.ts';
import { IMPORT_WORDS } from '../../../src/pages/set-up/import/words.ts';
import { codeText, faultText, faultWordsOf } from '../../../src/pages/states/fault-words.ts';
import { ENGLISH_WORDS } from '../../support/english-words.ts';
import { ingestContext } from '../../support/ingest.ts';
import { sourceFiles } from '../../support/source-files.ts';
import { finished } from '../../support/steps.ts';
import { readPosted } from '../../support/webhook-reading.ts';

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

it('a field that a message lacks is missing in it, while one of a form is to be filled in', () => {
  const found = (['da', 'en'] as const).map((language) => codeText('required', language));
  expect(found).toEqual(['Feltet mangler.', 'The field is missing.']);
  const setting = { code: 'required', detail: 'Invalid input: expected string' };
  const result = (['da', 'en'] as const).map((language) => faultText(setting, language));
  expect(result).toEqual(['Skal udfyldes.', 'This is required.']);
});

describe('what is wrong with a setting', () => {
  it('has a Danish sentence for every code, whoever gives it', () => {
    const codes = [...OF_ZOD, ...codesInCode()];
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => faultWordsOf(code, 'da') === undefined)).toEqual([]);
    expect(codes.filter((code) => ENGLISH_WORDS.test(faultWordsOf(code, 'da') ?? ''))).toEqual([]);
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

describe('what is wrong with a setting, in English', () => {
  it.each([
    ['unknown_country', 'This must be a country of ISO 3166.', 'Write the country in two letters: DK.'],
    ['without_base_url', 'They are sent to fhirBaseUrl: give that, too.', 'Give the address of the FHIR server, too.'],
    ['not_a_url', 'A URL.', 'Write it as https://booking.example.org/sms.'],
  ])('is told in the words of the pages, as it is in Danish, where they name the fault: %s', (code, detail, told) => {
    expect(faultText({ code, detail }, 'en')).toBe(told);
  });

  it.each([
    ['too_big', 'There may be 200 entries at most.'],
    ['invalid_format', 'A time of day is written as 00:00.'],
    ['unprintable', 'A prefix is printable ASCII without blanks, such as sha256=.'],
    ['required', 'A pointer to the id is required.'],
  ])('is told by the check where the words of the pages would fit any setting: %s', (code, detail) => {
    expect(faultText({ code, detail }, 'en')).toBe(detail);
  });
});

describe('a row of an imported file', () => {
  it('that gives no SMS has a reason in both languages', () => {
    for (const { warningTexts } of Object.values(IMPORT_WORDS))
      expect(EVENT_REASONS.filter((reason) => !(reason in warningTexts))).toEqual([]);
  });

  it('that is taken with a warning has words for it in both languages', () => {
    const header = 'id;dato;tid;mobil;kontakttelefon\n';
    const rows = ['A1;2026-12-01;00:00;4,52E+09;', 'A2;2026-12-01;10:00;20123456;20123456'];
    const { elements } = finished(readCsv(Buffer.from(header + rows.join('\n')), 'text/csv', ingestContext())).result;
    const codes = elements.flatMap((element) =>
      element.kind === 'appointment' ? (element.event.warnings ?? []).map(({ code }) => code) : [],
    );
    expect(codes.sort()).toEqual(['excel_number', 'midnight', 'own_number']);
    for (const { warningTexts } of Object.values(IMPORT_WORDS))
      expect(codes.filter((code) => !(code in warningTexts))).toEqual([]);
  });
});

/** The first fault of a body that is refused. */
function faultOfPosted(body: unknown, type?: string): Fault | undefined {
  try {
    readPosted(body, type === undefined ? {} : { type });
  } catch (error) {
    if (error instanceof Problem) return error.faults[0];
  }
  throw new Error('it was taken');
}

const faultOfCloudEvent = (body: object) =>
  faultOfPosted({ specversion: '1.0', id: '1', source: '/x', type: 'x', data: {}, ...body }, CLOUD_EVENT);

const CLOUD_EVENT = 'application/cloudevents+json';
const TYPES = 'appointment.booked, appointment.updated, ';

function faultOfMode(): Fault | undefined {
  const body = { name: 'EPJ', mode: 'on' };
  const { error } = sourceSettings.safeParse(body);
  return error && faultsOf(error, body, 'json')[0];
}

describe('a value that is not among those allowed', () => {
  it.each<[string, () => Fault | undefined, string]>([
    ['of a setting', faultOfMode, 'live, shadow, loading, paused.'],
    ['of an event', () => faultOfPosted({ type: 'x', data: {} }), TYPES],
    ['of a CloudEvent', () => faultOfCloudEvent({}), TYPES],
    ['of a version of CloudEvents', () => faultOfCloudEvent({ specversion: '0.3' }), '1.0.'],
  ])('has them listed in Danish, whoever checks it: %s', (_, fault, listed) => {
    const text = faultText(fault() ?? { code: '', detail: '' }, 'da');
    expect(text).toContain(`Værdien er ikke blandt de tilladte. Tilladt: ${listed}`);
  });

  it('has them listed in English where the sentence of the check is for programmers', () => {
    const text = faultText(faultOfMode() ?? { code: '', detail: '' }, 'en');
    expect(text).toBe('The value is not among those allowed. Allowed: live, shadow, loading, paused.');
  });

  it('has them listed as they are, whatever signs they hold', () => {
    const fault = { code: 'invalid_value', detail: 'Another one is needed.', allowed: ['one of: a', 'b|c, d'] };
    expect(faultText(fault, 'da')).toBe('Værdien er ikke blandt de tilladte. Tilladt: one of: a, b|c, d.');
  });

  it('lists nothing where the check names none', () => {
    const found = faultText({ code: 'invalid_value', detail: 'It must be one of a, b.' }, 'da');
    expect(found).toBe('Værdien er ikke blandt de tilladte.');
  });
});
