import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/domain/errors.ts';
import type { FhirReading } from '../../../src/formats/fhir/reading.ts';
import { parseJson } from '../../../src/formats/index.ts';
import { appointment, bundle, caseOf, PATIENT, read, referring } from './reading.ts';

const related = {
  resourceType: 'RelatedPerson',
  id: 'm',
  patient: { reference: 'Patient/p1' },
  relationship: [{ coding: [{ code: 'MTH' }] }],
  telecom: [{ system: 'phone', value: '20000001' }],
};
const status = {
  resourceType: 'SubscriptionStatus',
  type: 'event-notification',
  subscription: { reference: 'Subscription/9' },
  eventsSinceSubscriptionStart: '4',
  notificationEvent: [{ eventNumber: '4', focus: { reference: 'Appointment/A-9' } }],
};
const place = {
  resourceType: 'Location',
  id: 'l',
  name: 'Opgang 4',
  identifier: [{ system: 'urn:oid:1.2.208.176.1.1', value: '42' }],
};
const participant = ['Patient/p1', 'Patient/p2', 'RelatedPerson/m', 'Location/l'].map((reference) => ({
  actor: { reference },
  status: 'accepted',
}));
const link = [{ type: 'replaces', other: { reference: 'Patient/p0' } }];
const VALID: readonly unknown[] = [
  appointment({ identifier: [{ system: 's', value: '1' }], extension: [{ url: 'x', valueUri: 'y' }] }),
  { ...PATIENT, birthDate: '2015-01-01', contact: [related], link },
  bundle('history', ...[referring({ participant }), PATIENT, related, place].map((resource) => ({ resource }))),
  bundle(
    'subscription-notification',
    { resource: status },
    { fullUrl: 'https://f.example/Appointment/A-2', request: { method: 'DELETE' } },
  ),
  caseOf('message-booking'),
  caseOf('handshake-r4'),
  caseOf('handshake-r5'),
];

type Change = (holder: unknown[] | Record<string, unknown>, key: string, whole: unknown) => void;
const set = (holder: unknown[] | Record<string, unknown>, key: string, value: unknown) =>
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
const ODD: readonly unknown[] = [
  ...[null, true, -1, 1e300, '', ' ', '\u0000', '\ud800', [], {}, [[]], [null], 'x'.repeat(5000)],
  { __proto__: null, reference: 7 },
];

/** One way to damage the value of a key. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>((holder, key) => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key])),
  fc.constant<Change>((holder, key) =>
    Array.isArray(holder) ? holder.push(holder[Number(key)]) : set(holder, `${key}2`, holder[key]),
  ),
  fc.constantFrom(...ODD).map(
    (value): Change =>
      (holder, key) =>
        set(holder, key, structuredClone(value)),
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length').map(
    (name): Change =>
      (holder, key) => {
        set(holder, key, { ...(Reflect.get(holder, key) as object) });
        const patient = { resourceType: 'Patient', telecom: [{ system: 'phone', value: '20123456' }] };
        set(Reflect.get(holder, key) as Record<string, unknown>, name, patient);
      },
  ),
  fc.constant<Change>((holder, key) => set(holder, key, [Reflect.get(holder, key)])),
  fc.constant<Change>((holder, key, whole) => set(holder, key, structuredClone(whole))),
  fc.constant<Change>((holder) => Array.isArray(holder) && holder.reverse()),
  fc.nat({ max: 12 }).map(
    (cut): Change =>
      (holder, key) => {
        const value = Reflect.get(holder, key);
        if (typeof value === 'string') set(holder, key, value.slice(0, cut));
      },
  ),
);

const mangled = fc
  .tuple(fc.constantFrom(...VALID), fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 6 }))
  .map(([valid, changes]) => {
    const body: unknown = structuredClone(valid);
    for (const [at, apply] of changes) {
      const places = placesIn(body);
      const [holder, key] = places[at % places.length] ?? [];
      if (holder && key !== undefined) apply(holder, key, body);
    }
    // As it would arrive: values that JSON lacks are gone, and __proto__ is a key like any other.
    return JSON.stringify(body) ?? 'null';
  });

function placesIn(value: unknown): [unknown[] | Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    [holder, key] as [Record<string, unknown>, string],
    ...placesIn(holder[key]),
  ]);
}

function tryReading(body: unknown): FhirReading | Problem {
  try {
    return read(body, {
      allowContactPhone: 'guardian',
      departmentFrom: 'serviceCategory',
      fhirBaseUrl: 'https://f.example',
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return error;
    throw error;
  }
}

function numbersIn(reading: FhirReading): string[] {
  return reading.entries.flatMap(({ element }) => {
    if (element.kind === 'patient') return [element.patient.phone ?? []].flat();
    return element.kind === 'group' ? element.group.members.flatMap(({ phone }) => [phone ?? []].flat()) : [];
  });
}

describe('whatever a message is mangled into', () => {
  it('it is read or refused, every part has a result, and no number, CPR number or name is invented', () => {
    fc.assert(
      fc.property(mangled, (text) => {
        const result = tryReading(JSON.parse(text));
        if (result instanceof Problem) {
          expect(result.faults.length).toBeGreaterThan(0);
          expect(JSON.stringify([result.message, result.faults])).not.toMatch(/\d{6}|Andersen/);
          return;
        }
        const told = result.entries.flatMap(({ index }) => index ?? []);
        expect(told.sort((a, b) => a - b)).toEqual(Array.from({ length: result.size }, (_, index) => index));
        for (const number of numbersIn(result)) expect(text).toContain(JSON.stringify(number).slice(1, -1));
        expect(JSON.stringify(result)).not.toMatch(/010101|Andersen|Example"/);
      }),
      { numRuns: 3000 },
    );
  });

  it('in its bytes too, it is no JSON, or read or refused, and brings no number that was not there', () => {
    const position = fc.double({ min: 0, max: 1, noNaN: true });
    const step = fc.record({
      how: fc.constantFrom('cut', 'double', 'flip'),
      at: position,
      by: fc.integer({ min: 1, max: 200 }),
    });
    const damaged = fc
      .tuple(fc.constantFrom(...VALID), fc.array(step, { minLength: 1, maxLength: 4 }))
      .map(([valid, steps]) =>
        steps.reduce<Buffer>(
          (bytes, { how, at, by }) => {
            const from = Math.floor(at * bytes.length);
            const head = bytes.subarray(0, from);
            const piece = bytes.subarray(from, from + by);
            const tail = bytes.subarray(from + by);
            if (how === 'cut') return Buffer.concat([head, tail]);
            if (how === 'double') return Buffer.concat([head, piece, piece, tail]);
            return Buffer.concat([head, Buffer.from([(piece[0] ?? 0) ^ (1 << (by % 8))]), bytes.subarray(from + 1)]);
          },
          Buffer.from(JSON.stringify(valid)),
        ),
      );
    const parsed = (bytes: Buffer): unknown => {
      try {
        return parseJson(bytes);
      } catch (error) {
        if (error instanceof Problem && error.status === 400) return undefined;
        throw error;
      }
    };
    fc.assert(
      fc.property(damaged, (bytes) => {
        const result = tryReading(parsed(bytes));
        if (result instanceof Problem) return;
        for (const number of numbersIn(result))
          expect(bytes.toString('utf8')).toContain(JSON.stringify(number).slice(1, -1));
      }),
      { numRuns: 2000 },
    );
  });

  it('nothing that comes with the name of a prototype reaches an appointment', () => {
    const evil = JSON.parse(
      '{"__proto__":{"resourceType":"Appointment","id":"x","status":"booked","start":"2026-12-01T09:00:00Z"},"id":"y"}',
    );
    expect(() => read(evil)).toThrow(Problem);
    const inside = JSON.parse(JSON.stringify(appointment()).replace('"telecom":', '"__proto__":'));
    expect(JSON.stringify(read(inside))).not.toContain('20 12 34 56');
    expect(({} as Record<string, unknown>).resourceType).toBeUndefined();
  });
});
