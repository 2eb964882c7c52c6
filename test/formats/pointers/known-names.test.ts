import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pointerStep } from '../../../src/domain/json.ts';
import type { JsonMapping } from '../../../src/domain/json-mapping.ts';
import { webhookEventSchema } from '../../../src/formats/json/json-schema.ts';
import { withKnownNames, withKnownPointers } from '../../../src/formats/pointers/known-names.ts';
import { sourceFiles } from '../../support/source-files.ts';

const MAPPING: JsonMapping = {
  events: '/bookinger',
  type: [{ when: { '/hændelse/art': 'ny' }, type: 'appointment.booked' }],
  fields: { id: '/nr', phone: ['/borger/mobil~1sms', '/kontakt/0/tlf'] },
};

/** Names as somebody gives them to fields that are made of data: people, numbers, places, codes. */
const hostileName = fc.oneof(
  fc.constantFrom(
    'Jens Hansen',
    'Hansen',
    'jens@example.dk',
    'Bøgevej 12',
    'diabetes',
    '+45 20 12 34 56',
    '010190-1234',
  ),
  fc.constantFrom(
    '２０１２３４５６',
    '٢٠١٢٣٤٥٦',
    'cpr Hansen',
    'cpr-0101',
    'Hansens mobil',
    'id[Hansen]',
    'Appointment.Hansen',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const index = fc.integer({ min: 0, max: 9999 }).map(String);

/** The names of all properties of a JSON schema. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]: [string, unknown]) => [
    ...(key === 'properties' ? Object.keys(inner as object) : []),
    ...namesIn(inner),
  ]);
}

describe('a pointer that is stored or logged', () => {
  it('repeats no name that a sender made up, wherever it stands in a body', () => {
    fc.assert(
      fc.property(fc.array(hostileName, { minLength: 1, maxLength: 6 }), fc.array(index), (names, indexes) => {
        const steps = [...names, ...indexes].map(pointerStep);
        for (const mapping of [null, 'cal.com', MAPPING] as const) {
          const shown = withKnownNames(steps.join(''), mapping).split('/').slice(1);
          expect(shown).toHaveLength(steps.join('').split('/').length - 1);
          for (const each of shown) expect(each).toMatch(/^(?:\*|\d{1,4}|[A-Za-z_-]{1,30}|data_base64)$/);
          for (const each of shown) expect(each).not.toMatch(/hansen|diabetes|example/i);
        }
      }),
    );
  });

  it('nor in a FHIRPath, the header of a file, or anything else', () => {
    fc.assert(
      fc.property(hostileName, hostileName, (one, other) => {
        for (const pointer of [one, `${one}.${other}`, `Bundle.entry[3].${one}`, `column ${one}`, `SCH^1^${one}`]) {
          const shown = withKnownNames(pointer, MAPPING);
          if (!pointer.startsWith('/')) expect(shown).not.toMatch(/hansen|diabetes|bøgevej|\d{5}|\p{No}|[２٢]/iu);
        }
      }),
    );
  });

  it('is empty where its positions may be the digits of a phone or CPR number', () => {
    const numbers = [
      '/2012/3456/mobil',
      '/data/20/12/34/56',
      'Bundle.entry[2012].resource',
      '/1010/90/1234/cpr',
      '/data/0/id',
    ];
    const faults = numbers.map((pointer) => ({ pointer, code: 'invalid', detail: 'It is wrong.' }));
    const shown = withKnownPointers(faults, MAPPING).map(({ pointer }) => pointer);
    expect(shown).toEqual(['', '', 'Bundle.entry[2012].resource', '', '/data/0/id']);
  });

  it('stores of a fault what its response says, and no list of values beside that', () => {
    const fault = { pointer: '/type', code: 'invalid_value', detail: 'It must be a.' };
    expect(withKnownPointers([{ ...fault, allowed: ['a'] }], null)).toEqual([fault]);
  });

  it('repeats no three letters that name no segment of HL7 v2', () => {
    for (const pointer of ['JEN', 'HAN^1', 'IDA^1^2', 'BO2', 'LIS^1^2^3'])
      expect(withKnownNames(pointer, null)).toBe('*');
    const segments = ['MSH', 'EVN', 'SCH', 'TQ1', 'PID', 'MRG', 'PV1', 'PV2', 'AIS', 'AIG', 'AIL', 'AIP', 'BHS', 'FHS'];
    for (const each of segments) expect(withKnownNames(`${each}^1^3`, null)).toBe(`${each}^1^3`);
  });

  it('keeps the positions in lists, and the names of our own event, of CloudEvents, of FHIR, of HL7 v2 and of files', () => {
    const names = namesIn(z.toJSONSchema(webhookEventSchema, { unrepresentable: 'any', io: 'input' }));
    expect(names).toEqual(expect.arrayContaining(['contactPhone', 'language', 'timestamp']));
    const known = [
      ...names.map((name) => `/${name}`),
      ...['', '/0/data/start', '/data/patient/cpr', '/data/CPR-nummer', '/data/occurrence', '/data_base64/data/id'],
      ...['/entry/12/resource/participant/0/actor', 'Bundle.entry[12].resource.participant', 'Appointment.status'],
      ...['MSH^1^9', 'SCH^1^11', 'PV2', 'ce-type', 'Idempotency-Key', 'Tlf.', 'column 12', 'header', 'cpr'],
    ];
    for (const pointer of known) expect(withKnownNames(pointer, null)).toBe(pointer);
  });

  it('keeps every pointer that the code of a format writes out, so that a new format’s are not hidden', () => {
    const written = sourceFiles('src')
      .filter(({ path }) => /^src\/(?:domain|formats|intake|sources|http\/sources)\//.test(path))
      .flatMap(({ path, code }) =>
        [...code.matchAll(/(?:\bpointer: |\b(?:refusedFor|refusals?)\('\w+', )(?:'([^']+)'|`([^`]+)`)/g)].map(
          ([, plain, parts = '']) => ({
            path,
            // A value behind a slash or a caret is a position, elsewhere the beginning of a pointer.
            pointer:
              plain ?? parts.replaceAll(/([/^])\$\{[^}]*\}/g, (step) => `${step[0]}1`).replaceAll(/\$\{[^}]*\}/g, ''),
          }),
        ),
      );
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter(({ pointer }) => withKnownNames(pointer, null) !== pointer)).toEqual([]);
  });

  it('keeps the names that the mapping of the source has, and no others’', () => {
    const pointers = ['/bookinger/3/nr', '/hændelse/art', '/borger/mobil~1sms', '/kontakt/0/tlf'];
    for (const pointer of pointers) expect(withKnownNames(pointer, MAPPING)).toBe(pointer);
    expect(pointers.map((pointer) => withKnownNames(pointer, null))).toEqual([
      ...['/*/3/*', '/*/*', '/*/*', '/*/0/tlf'],
    ]);
    const calCom = '/payload/attendees/0/phoneNumber';
    expect([withKnownNames(calCom, 'cal.com'), withKnownNames(calCom, null)]).toEqual([calCom, '/*/*/0/phoneNumber']);
  });
});
