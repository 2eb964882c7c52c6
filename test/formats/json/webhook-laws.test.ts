import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/domain/errors.ts';
import type { IngestElement } from '../../../src/formats/format.ts';
import { expectLinear, MOST_WHERE_KEPT, TIMES } from '../../support/growth.ts';
import { readPosted, type Sent } from '../../support/webhook-reading.ts';

const EVENT = {
  type: 'appointment.booked',
  timestamp: '2026-11-24T08:00:00Z',
  data: {
    id: 'A-4711',
    version: 3,
    start: '2026-12-01T09:00:00+01:00',
    patient: { id: 'P-100', phone: '20 12 34 56', language: 'da' },
    location: { code: '17', text: 'Opgang 4, 3. sal' },
    contactPhone: '+4535453545',
  },
};
const CAL_COM = {
  triggerEvent: 'BOOKING_RESCHEDULED',
  createdAt: '2026-11-24T10:00:00Z',
  payload: {
    uid: 'b',
    rescheduleUid: 'a',
    startTime: '2026-12-01T08:00:00Z',
    location: 'Opgang 4',
    responses: { attendeePhoneNumber: { value: '+4520123456' }, phone: '20123457' },
    attendees: [{ language: { locale: 'da' }, phoneNumber: '20123458' }],
  },
};
const VENDOR = {
  all: [
    { what: 'new', nr: 1, at: 1796112000, tel: [20123456, '20123457'] },
    { what: 'gone', nr: 2 },
  ],
};
const MAPPING = {
  events: '/all',
  type: '/what',
  types: { new: 'appointment.booked', gone: 'appointment.cancelled' },
  fields: { id: '/nr', start: '/at', phone: '/tel', replaces: '/before' },
};
const CLOUD_EVENT = { specversion: '1.0', id: '1', source: '/b', type: 'x.appointment.booked', data: EVENT.data };
const BINARY = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/b', 'ce-type': 'appointment.booked' };

/** A valid request of each kind. */
const SEEDS: readonly (readonly [name: string, body: unknown, sent: Sent])[] = [
  ['our event', EVENT, {}],
  ['an array of ours', [EVENT, EVENT], {}],
  ['Cal.com', CAL_COM, { settings: { mapping: 'cal.com' } }],
  ['a vendor', VENDOR, { settings: { mapping: MAPPING } }],
  ['a CloudEvent', CLOUD_EVENT, { type: 'application/cloudevents+json' }],
  ['a batch', [CLOUD_EVENT, CLOUD_EVENT], { type: 'application/cloudevents-batch+json' }],
  ['binary mode', EVENT.data, { headers: BINARY }],
  ['binary mode and a vendor', VENDOR, { headers: BINARY, settings: { mapping: MAPPING } }],
];

/** Cuts, duplicates, flips and moves of bytes. */
const mangling = fc.array(
  fc.record({
    how: fc.constantFrom('cut', 'double', 'flip', 'move'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    by: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);
type Mangling = readonly { readonly how: string; readonly at: number; readonly by: number }[];

function mangle(text: string, steps: Mangling): Uint8Array {
  return steps.reduce<Buffer>((bytes, { how, at, by }) => {
    const from = Math.floor(at * bytes.length);
    const [head, piece, tail] = [bytes.subarray(0, from), bytes.subarray(from, from + by), bytes.subarray(from + by)];
    if (how === 'cut') return Buffer.concat([head, tail]);
    if (how === 'double') return Buffer.concat([head, piece, piece, tail]);
    if (how === 'move') return Buffer.concat([tail, head, piece]);
    const flipped = Buffer.from(bytes);
    if (from < flipped.length) flipped[from] = (flipped[from] ?? 0) ^ by;
    return flipped;
  }, Buffer.from(text));
}

const ODD = [
  ...[null, '', [], {}, true, -1, 2 ** 60, 1e308, '0101701234', '\u0000', '\ud800', '2026-12-01', ['x']],
  ...[{ value: 1 }, [[['20123456']]]],
];
/** A valid body with values exchanged, so that it stays JSON. */
const strange = fc.oneof(fc.constantFrom<unknown>(...ODD), fc.jsonValue());
function exchange(body: unknown, pick: number, value: unknown): unknown {
  const paths: (readonly string[])[] = [];
  const walk = (inner: unknown, path: readonly string[]): void => {
    paths.push(path);
    if (typeof inner === 'object' && inner !== null)
      for (const [key, next] of Object.entries(inner)) walk(next, [...path, key]);
  };
  walk(body, []);
  const path = paths[Math.floor(pick * paths.length)] ?? [];
  const set = (inner: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return value;
    const copy = structuredClone(inner) as Record<string, unknown>;
    copy[key] = set(copy[key], rest);
    return copy;
  };
  return set(body, path);
}

/** The reading of a request; nothing where it is refused. Any error but a refusal fails the test. */
function elementsOf(body: unknown, sent: Sent): readonly IngestElement[] {
  try {
    return readPosted(body, sent).elements;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect([400, 415, 422]).toContain(error.status);
    return [];
  }
}

/** Every number that is read occurs in the request, digit by digit. */
function expectPhonesFrom(text: string, elements: readonly IngestElement[]): void {
  const digits = text.replaceAll(/\D/g, '');
  for (const element of elements) {
    if (element.kind !== 'appointment') continue;
    const phones = [element.event.phone, element.event.contactPhone]
      .flat()
      .filter((phone) => typeof phone === 'string');
    for (const phone of phones) expect(digits).toContain(phone.replaceAll(/\D/g, ''));
  }
}

describe.each(SEEDS)('%s', (_name, seed, sent) => {
  it('is read without a change', () => {
    expect(elementsOf(seed, sent).map(({ kind }) => kind)).toContain('appointment');
  });

  it('with its bytes mangled is read or refused, and brings no number that was not there', () => {
    fc.assert(
      fc.property(mangling, (steps) => {
        const bytes = mangle(JSON.stringify(seed), steps);
        expectPhonesFrom(Buffer.from(bytes).toString('utf8'), elementsOf(bytes, sent));
      }),
      { numRuns: 300 },
    );
  });

  it('with its values exchanged is read or refused, and brings no number that was not there', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), strange, (pick, value) => {
        const body = exchange(seed, pick, value);
        expectPhonesFrom(JSON.stringify(body), elementsOf(body, sent));
      }),
      { numRuns: 300 },
    );
  });

  it('never lets a CPR number through, at any position', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.constantFrom('010170-1234', '0101701234', 'CPR 010170 1234'),
        (pick, cpr) => {
          for (const element of elementsOf(exchange(seed, pick, cpr), sent)) {
            if (element.kind !== 'appointment') continue;
            // Numbers are validated later, and none of these is valid; the key of a patient is a hash that only the
            // test can read.
            const { phone: _phone, patientKey: _key, ...kept } = element.event;
            expect(JSON.stringify(kept)).not.toMatch(/010170[- ]?1234/);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

const many = (count: number, make: (n: number) => unknown): string =>
  JSON.stringify(Array.from({ length: count }, (_, n) => make(n)));
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const booked = (data: string) => `{"type":"appointment.booked","data":${data}}`;
const calCom = (payload: object) => JSON.stringify({ ...CAL_COM, payload: { ...CAL_COM.payload, ...payload } });
const WRONG = { type: 'x', data: { id: 7, start: [], patient: { phone: {} } } };
const BATCH: Sent = { type: 'application/cloudevents-batch+json' };
const VENDORS: Sent = { settings: { mapping: MAPPING } };
const CAL: Sent = { settings: { mapping: 'cal.com' } };

describe('bounds', () => {
  it.each<[name: string, (k: number) => string, Sent]>([
    ['brackets', (k) => `${'['.repeat(50_000 * k)}${']'.repeat(50_000 * k)}`, {}],
    ['objects', (k) => nested(15_000 * k), { settings: { mapping: { ...MAPPING, events: '' } } }],
    ['objects in data', (k) => booked(nested(15_000 * k)), {}],
    ['a long text', (k) => booked(`{"id":"A","location":{"text":"${'\u202e '.repeat(30_000 * k)}"}}`), {}],
    ['many numbers', (k) => `{"all":[{"what":"new","nr":1,"tel":[${'20123456,'.repeat(10_000 * k)}1]}]}`, VENDORS],
    ['many keys', (k) => booked(`{${Array.from({ length: 9_000 * k }, (_, n) => `"k${n}":1`).join()}}`), {}],
    ['many events', (k) => many(900 * k, (n) => ({ ...EVENT, data: { ...EVENT.data, id: `A-${n}` } })), {}],
    ['events that are all wrong', (k) => many(900 * k, () => WRONG), {}],
    ['events of a vendor', (k) => `{"all":${many(900 * k, (n) => ({ ...VENDOR.all[0], nr: n }))}}`, VENDORS],
    ['CloudEvents', (k) => many(500 * k, (n) => ({ ...CLOUD_EVENT, id: `${n}` })), BATCH],
    ['people at Cal.com', (k) => calCom({ attendees: Array(2_000 * k).fill({ phoneNumber: '1' }) }), CAL],
    ['a place at Cal.com', (k) => calCom({ location: 'a.dk 010170-1234 '.repeat(6_000 * k) }), CAL],
    ['a number at Cal.com', (k) => calCom({}).replaceAll('+4520123456', '+45 (0) '.repeat(12_000 * k)), CAL],
    ['an instant', (k) => JSON.stringify(EVENT).replaceAll(EVENT.data.start, '2026-12-01T'.repeat(10_000 * k)), {}],
    ['an id', (k) => JSON.stringify(EVENT).replaceAll('A-4711', '010170 '.repeat(14_000 * k)), {}],
  ])('%s take time in proportion to their length', (name, textOf, sent) => {
    const part = (k: number) => {
      const input = Buffer.from(textOf(k));
      return { input, size: input.length };
    };
    // A dictionary of keys outgrows the processor's cache.
    const most = name === 'many keys' ? MOST_WHERE_KEPT : undefined;
    expectLinear(part(1 / TIMES), part(1), (bytes) => elementsOf(bytes, sent), most);
  });

  it('at most 20 numbers are read from an event', () => {
    const tel = Array.from({ length: 100 }, (_, index) => 20000000 + index);
    const [element] = elementsOf({ all: [{ what: 'new', nr: 1, at: '2026-12-01T09:00', tel }] }, VENDORS);
    expect(element).toMatchObject({ kind: 'appointment', event: { phone: { length: 20 } } });
  });
});
