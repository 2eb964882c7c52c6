import { describe, expect, it } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import {
  appointment,
  bundle,
  type FhirClient,
  message,
  notification,
  openFhirSource,
  patient,
} from '../../support/fhir.ts';
import { faultsOfFhir } from '../../support/fhir-schema.ts';

let test: TestApp;
let fhir: FhirClient;
openFhirSource((opened) => {
  ({ test, fhir } = opened);
});

const bad = { resource: appointment('bad', { status: 'maybe' }) };
const cases: [name: string, status: number, body: unknown, path?: string][] = [
  ['a resource', 200, appointment('a')],
  ['a resource without a number', 200, appointment('b', { contained: [patient('p', null)] })],
  ['a resource under another id', 200, appointment('c'), '/Appointment/d'],
  ['nothing', 200, ''],
  ['a resource that is refused', 422, appointment('e', { start: '2026-12-08', status: 'maybe' })],
  ['a transaction', 200, bundle('transaction', [{ resource: appointment('f') }, bad, { resource: patient('q') }, {}])],
  ['a batch', 422, bundle('batch', [bad])],
  ['a Bundle without entries', 200, bundle('collection', [])],
  ['a message', 200, message([{ resource: appointment('g') }])],
  ['a message that is refused', 422, message([bad])],
  [
    'a message without an event, a sender or an id',
    200,
    message([], { id: undefined, eventCoding: undefined, source: undefined }),
  ],
  [
    'a message whose id is none',
    200,
    message([], { id: 'not an id', eventCoding: undefined, eventUri: 'https://example.org/event' }),
  ],
  ['a message without a header', 200, bundle('message', [{ resource: appointment('h') }])],
  ['an answer', 200, message([], { response: { identifier: 'x', code: 'ok' } })],
  ['a handshake', 200, notification('handshake', [])],
  ['an event by its id only', 200, notification('event-notification', [[1, 'Appointment/x']])],
];

describe('HL7’s schema of FHIR R4 has nothing against the response to', () => {
  it.each(cases)('%s', async (_name, status, body, path = '') => {
    const answer = path === '' ? await fhir.post<unknown>(status, body) : await fhir.put<unknown>(status, path, body);
    expect(faultsOfFhir(answer)).toEqual([]);
  });

  it('a look at the CapabilityStatement, which anybody may take', async () => {
    const response = await fhir.send('/metadata', { token: null });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/fhir+json; charset=utf-8',
    ]);
    const statement = (await response.json()) as object;
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    // The schema is that of 4.0.0: the correction after it changed the number alone.
    expect(faultsOfFhir({ ...statement, fhirVersion: '4.0.0' })).toEqual([]);
    expect((await test.request('/v1/fhir/nobody/metadata', { token: null })).status).toBe(200);
  });

  it('and would have something against others', () => {
    expect(
      faultsOfFhir({ resourceType: 'OperationOutcome', issue: [{ severity: 'mild', code: 'informational' }] }),
    ).not.toEqual([]);
    expect(
      faultsOfFhir({ resourceType: 'Bundle', type: 'message', entry: [{ resource: { resourceType: 'Nothing' } }] }),
    ).not.toEqual([]);
  });
});
