import { appointment, bundle, PATIENT, referring } from './reading.ts';

const related = {
  resourceType: 'RelatedPerson',
  id: 'm',
  patient: { reference: 'Patient/p1' },
  relationship: [{ coding: [{ code: 'MTH' }] }],
  telecom: [{ system: 'phone', value: '20000001' }],
};
const many = <Value>(count: number, make: (n: number) => Value): Value[] =>
  Array.from({ length: count }, (_, n) => make(n));
const inBundle = (resource: unknown) => ({ resource });
const numbers = many(400, (n) => ({ system: 'phone', value: `${20_000_000 + n}` }));
const period = { end: '2030-01-01T00:00:00+01:00' };
const refer = (count: number, reference: (n: number) => string) =>
  many(count, (n) => ({ actor: { reference: reference(n) } }));
/** Number of appointments of one patient, and of their references. */
const sharing = (count: number, resource: object, more: object = {}) =>
  bundle('batch', inBundle(resource), ...many(count, (n) => inBundle(referring({ id: `A-${n}`, ...more }))));
const appointmentsOfGroup = (members: number, count: number) =>
  bundle(
    'batch',
    inBundle(groupOf(members, (n) => `Patient/${n}`)),
    ...many(count, (n) => inBundle(referring({ id: `A-${n}`, participant: refer(1, () => 'Group/g') }))),
  );
const groupOf = (members: number, reference: (n: number) => string) => ({
  resourceType: 'Group',
  id: 'g',
  member: many(members, (n) => ({ entity: { reference: reference(n) } })),
});
const LOCATION = { resourceType: 'Location', id: 'l', name: 'Opgang 4' };
const cancelled = { resourceType: 'Appointment', id: 'A', status: 'cancelled' };
const server = (n: number) => `https://h${n}.example/fhir`;

/** Messages that take long to read: of full size for `k` 1, and of a fraction of it. */
export const LARGE_MESSAGES = Object.entries<(k: number) => unknown>({
  'of contained patients': (k) =>
    appointment({
      contained: many(700 * k, (n) => ({ ...PATIENT, id: `c${n}` })),
      participant: refer(700 * k, (n) => `#c${n}`),
    }),
  'of patients and relatives': (k) =>
    bundle(
      'batch',
      inBundle(
        referring({
          participant: [...refer(400 * k, (n) => `Patient/${n}`), ...refer(400 * k, (n) => `RelatedPerson/${n}`)],
        }),
      ),
      ...many(400 * k, (n) => inBundle({ ...related, id: `${n}`, patient: { reference: `Patient/${n}` } })),
    ),
  'of one relative of many patients': (k) =>
    appointment({
      contained: [{ ...related, id: 'r' }],
      participant: [...refer(1000 * k, (n) => `Patient/${n}`), ...refer(14_000 * k, () => '#r')],
    }),
  'of appointments of one patient with many numbers': (k) =>
    sharing(400 * k, {
      ...PATIENT,
      telecom: numbers.slice(0, 400 * k),
      contact: many(5, () => ({ ...related, telecom: numbers.slice(0, 400 * k) })),
    }),
  'of appointments of one child with many numbers that end': (k) =>
    sharing(999 * k, {
      ...PATIENT,
      birthDate: '2020-01-01',
      contact: many(10, () => ({ ...related, period, telecom: many(30, (n) => ({ ...numbers[n], period })) })),
    }),
  'of appointments of one patient with numbers without end': (k) =>
    sharing(999 * k, { ...PATIENT, telecom: many(5000 * k, (n) => numbers[n % 400]) }),
  'of appointments of one patient with contacts without end': (k) =>
    sharing(999 * k, { ...PATIENT, contact: many(3000 * k, () => related) }),
  'of appointments of one patient with codes without end': (k) =>
    sharing(999 * k, {
      ...PATIENT,
      communication: many(8000 * k, () => ({ language: {} })),
      meta: { security: many(8000 * k, () => ({ code: 'N' })) },
      identifier: many(8000 * k, (n) => ({ system: 's', value: `${n}` })),
    }),
  'of appointments at one place with many identifiers': (k) =>
    sharing(
      999 * k,
      { ...LOCATION, identifier: many(10_000 * k, (n) => ({ system: 'x', value: `${n}` })) },
      { participant: refer(30, () => 'Location/l') },
    ),
  'of versions of one appointment': (k) =>
    bundle('history', ...many(1000 * k, (n) => inBundle({ ...cancelled, meta: { versionId: `${n}` } }))),
  'of patients with one id at many servers': (k) =>
    bundle(
      'batch',
      ...many(4500 * k, (n) => ({
        fullUrl: `${server(n)}/Patient/1`,
        resource: { resourceType: 'Patient', id: '1' },
      })),
      inBundle(referring({ participant: refer(10_000 * k, (n) => `${server(n % 4500)}/Patient/1`) })),
    ),
  'of locations': (k) =>
    appointment({
      participant: [
        ...refer(300 * k, (n) => `Patient/${n}`),
        ...many(1000 * k, (n) => ({ actor: { reference: `Location/${n}`, display: 'Opgang 4'.repeat(5) } })),
      ],
    }),
  'of one Group many times over': (k) =>
    appointment({
      contained: [groupOf(4500 * k, (n) => `Patient/${n % 900}`)],
      participant: refer(4500 * k, () => '#g'),
    }),
  'of many Groups with the same members': (k) =>
    appointment({
      contained: many(15, (n) => ({ ...groupOf(900 * k, (m) => `Patient/${m}`), id: `g${n}` })),
      participant: refer(4500 * k, (n) => `#g${n % 15}`),
    }),
  'of appointments of one large Group': (k) => appointmentsOfGroup(15_000 * k, 999 * k),
  'of appointments of one Group': (k) => appointmentsOfGroup(1000 * k, 999 * k),
  'of parameters': (k) =>
    bundle(
      'history',
      inBundle({
        resourceType: 'Parameters',
        parameter: [
          { name: 'type', valueCode: 'event-notification' },
          ...many(3000 * k, (n) => ({
            name: 'notification-event',
            part: [{ name: 'focus', valueReference: { reference: `Appointment/${n}` } }],
          })),
        ],
      }),
    ),
  'of one long text': (k) =>
    appointment({
      id: undefined,
      identifier: [{ system: 's'.repeat(100_000 * k), value: '/'.repeat(100_000 * k) }],
      participant: [{ actor: { reference: `https://${'a/B/'.repeat(50_000 * k)}` } }],
    }),
  'of empty entries': (k) => bundle('batch', ...many(5000 * k, () => ({}))),
});
