import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

/**
 * Requests with as many elements as they may have, each as large as fits into 1 MiB. What is counted is the turns of the
 * event loop, in which other requests are answered, over which the elements are spread.
 */
const MANY = 1_000;
/** Work that gives way to nothing takes one. A fast machine needs some 20 ms for so many, which is four turns. */
const LEAST_TURNS = 2;
const TEXT = 'Opgang 4, 3. sal til venstre, spørg i receptionen. '.repeat(6);
const MAPPING = {
  ...{ type: '/what', types: { new: 'appointment.booked' }, events: '/all' },
  fields: { id: '/nr', start: '/at', phone: '/tel', locationText: '/where', patientId: '/who' },
};

const tokens = new Map<string, string>();
/** The turn in which the patient of each element was read, and its content compared with what is stored. */
const at = { read: [] as number[], decided: [] as number[] };
let turn = 0;
let counting = true;

const test = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  for (const [id, settings] of Object.entries({ json: {}, vendor: { mapping: MAPPING }, fhir: {}, csv: {} }))
    tokens.set(id, (await test.makeSource('rh', id, settings)).token);
  const { keyring } = test.deps;
  const [patientKey, digest] = [keyring.patientKey.bind(keyring), keyring.digest.bind(keyring)];
  keyring.patientKey = (...of) => {
    at.read.push(turn);
    return patientKey(...of);
  };
  keyring.digest = (...of) => {
    at.decided.push(turn);
    return digest(...of);
  };
  const next = (): void => {
    turn++;
    if (counting) setImmediate(next);
  };
  setImmediate(next);
});
afterAll(async () => {
  counting = false;
});

let made = 0;
const start = '2026-12-01T09:00:00+01:00';
const phone = (nth: number) => `20${123_450 + (nth % 500_000)}`;
const data = (nth: number) => ({
  ...{ id: `T-${nth}`, start, patient: { id: `P-${nth}`, phone: phone(nth) } },
  ...{ location: { text: TEXT }, department: TEXT },
});
const many = <T>(make: (nth: number) => T): T[] => Array.from({ length: MANY }, () => make(++made));
const event = (nth: number) => ({ type: 'appointment.booked', data: data(nth) });
const appointment = (nth: number) => ({
  ...{ resourceType: 'Appointment', id: `F-${nth}`, status: 'booked', start },
  contained: [
    {
      resourceType: 'Patient',
      id: 'p',
      identifier: [{ system: 'urn:p', value: `P-${nth}` }],
      telecom: [{ system: 'phone', value: phone(nth) }],
    },
    { resourceType: 'Location', id: 'l', name: TEXT },
  ],
  participant: [
    { actor: { reference: '#p' }, status: 'accepted' },
    { actor: { reference: '#l' }, status: 'accepted' },
  ],
});

interface Large {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly body: () => unknown;
}

const LARGE: Readonly<Record<string, Large>> = {
  'an array of events': {
    source: 'json',
    path: '/v1/webhooks/json',
    type: 'application/json',
    body: () => many(event),
  },
  'a batch of CloudEvents': {
    ...{ source: 'json', path: '/v1/webhooks/json', type: 'application/cloudevents-batch+json' },
    body: () =>
      many((nth) => ({ specversion: '1.0', id: `e-${nth}`, source: 's', type: 'appointment.booked', data: data(nth) })),
  },
  'events of a vendor': {
    ...{ source: 'vendor', path: '/v1/webhooks/vendor', type: 'application/json' },
    body: () => ({
      all: many((nth) => ({
        what: 'new',
        nr: `V-${nth}`,
        at: start,
        tel: phone(nth),
        where: TEXT + TEXT,
        who: `P-${nth}`,
      })),
    }),
  },
  'a Bundle': {
    ...{ source: 'fhir', path: '/v1/fhir/fhir', type: 'application/fhir+json' },
    body: () => ({ resourceType: 'Bundle', type: 'batch', entry: many((nth) => ({ resource: appointment(nth) })) }),
  },
  'a file': {
    ...{ source: 'csv', path: '/v1/sources/csv/imports', type: 'text/csv' },
    body: () =>
      [
        'id;start;mobil;sted;afdeling;patient-id',
        ...many((nth) => `C-${nth};${start};${phone(nth)};${TEXT};${TEXT};P-${nth}`),
      ].join('\n'),
  },
};

describe.each(Object.entries(LARGE))('%s of 1,000 large elements', (_, { source, path, type, body }) => {
  const send = async (to: string, whole: unknown) => {
    at.read.length = 0;
    at.decided.length = 0;
    const [token, headers] = [tokens.get(source) ?? null, { 'Content-Type': type }];
    let open = true;
    const sent = test.request(to, { token, headers, body: whole }).then((response) => {
      open = false;
      return response;
    });
    let healthy = 0;
    for (; open; await new Promise((resolve) => setImmediate(resolve)))
      if ((await test.app.request('/healthz')).status === 200) healthy++;
    return { status: (await sent).status, healthy };
  };

  it('lets other requests get responses while they are read and decided about, and in a trial', async () => {
    for (const to of [path, `/v1/sources/${source}/test`]) {
      const { status, healthy } = await send(to, body());
      expect([200, 207]).toContain(status);
      expect(at.read.length).toBeGreaterThanOrEqual(MANY);
      expect(new Set(at.read).size, 'turns in which elements were read').toBeGreaterThanOrEqual(LEAST_TURNS);
      expect(new Set(at.decided).size, 'turns in which they were decided about').toBeGreaterThanOrEqual(LEAST_TURNS);
      expect(healthy).toBeGreaterThan(LEAST_TURNS);
    }
  });
});
