import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import {
  appointment,
  appointmentOf,
  bundle,
  type FhirClient,
  fhirClient,
  message,
  type Outcome,
  openFhirSource,
  patient,
  type ResponseBundle,
  statesOf,
} from '../../support/fhir.ts';

let test: TestApp;
let fhir: FhirClient;
openFhirSource((opened) => {
  ({ test, fhir } = opened);
});

const PAIR = ['p', 'q'].map((id) => ({ actor: { reference: `#${id}` }, status: 'accepted' }));
const PATIENTS = [patient('p', '20123456'), patient('q', '20123457')];
const codesOf = ({ issue }: Outcome) => issue.map(({ details }) => details.coding[0].code);
const textOf = (outcome: Outcome) =>
  outcome.issue.map(({ details, diagnostics }) => `${details.text} ${diagnostics ?? ''}`).join('\n');

describe('a single resource', () => {
  it('is stored and planned, and gets an OperationOutcome that says so', async () => {
    const outcome = await fhir.post(200, appointment('one'));
    expect(outcome).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'information', code: 'informational' }],
    });
    expect(codesOf(outcome)).toEqual(['accepted']);
    const text = textOf(outcome);
    expect(text).toMatch(/Appointment one\. Reminders planned: 2\. Start: 2026-1\d-\d\dT\d\d:00:00\+01:00\./);
    const found = await fhir.stored('one');
    expect(found).toMatchObject({ status: 'booked', start: '2026-12-08T08:00:00.000Z', phone: '+4520123456' });
  });

  it('may come by POST to its type, and with a slash behind the address', async () => {
    await fhir.post(201, appointment('by-type'), '/Appointment');
    await fhir.post(200, appointment('by-slash'), '/');
    expect(await fhir.stored('by-type')).toBeDefined();
    expect(await fhir.stored('by-slash')).toBeDefined();
  });

  it('says why no reminder is planned', async () => {
    const outcome = await fhir.post(200, appointment('no-phone', { contained: [patient('p', null)] }));
    expect(textOf(outcome)).toContain('Reminders planned: 0. Not planned because of: no_phone.');
  });

  it('is taken without an end that lies before its start, and warned about it', async () => {
    await fhir.post(200, appointment('backwards', { meta: { versionId: '1' } }));
    const moved = { start: '2026-12-09T09:00:00Z', end: '2026-12-08T08:30:00Z' };
    const outcome = await fhir.post(200, appointment('backwards', { meta: { versionId: '2' }, ...moved }));
    expect(codesOf(outcome)).toEqual(['accepted', 'end_left_out']);
    expect(outcome.issue[1]).toMatchObject({ severity: 'warning', expression: ['Appointment.end'] });
    expect(await fhir.stored('backwards')).toMatchObject({ start: '2026-12-09T09:00:00.000Z' });
  });

  it('is warned about, once for all its patients, where only its start comes and the end that came earlier is behind it', async () => {
    const two = { contained: [patient('p', '20123456'), patient('q', '20123457')] };
    const participant = ['p', 'q'].map((id) => ({ actor: { reference: `#${id}` }, status: 'accepted' }));
    const visit = (versionId: string, times: object) =>
      appointment('outrun', { ...two, participant, meta: { versionId }, end: undefined, ...times });
    expect(codesOf(await fhir.post(200, visit('1', { end: '2026-12-08T08:30:00Z' })))).toEqual(['accepted']);
    const outcome = await fhir.post(200, visit('2', { start: '2026-12-09T09:00:00Z' }));
    expect(codesOf(outcome)).toEqual(['accepted', 'end_left_out']);
    expect(outcome.issue[1]).toMatchObject({ severity: 'warning', expression: ['Appointment.start'] });
  });

  it('is a duplicate when it comes again, and stale when a newer version is known', async () => {
    const version = (versionId: string, start?: string) =>
      appointment('versions', { meta: { versionId }, ...(start && { start }) });
    expect(codesOf(await fhir.post(200, version('2')))).toEqual(['accepted']);
    expect(codesOf(await fhir.post(200, version('2')))).toEqual(['duplicate']);
    expect(codesOf(await fhir.post(200, version('1', '2026-12-09T09:00:00Z')))).toEqual(['stale']);
    expect(await fhir.stored('versions')).toMatchObject({ version: 2, start: '2026-12-08T08:00:00.000Z' });
  });

  it('of an older meta.lastUpdated is stale where there are no numbers', async () => {
    const at = (lastUpdated: string, start: string) =>
      appointment('stamps', { meta: { lastUpdated, versionId: 'abc' }, start });
    await fhir.post(200, at('2026-11-24T09:00:00Z', '2026-12-08T09:00:00Z'));
    expect(codesOf(await fhir.post(200, at('2026-11-24T08:59:59Z', '2026-12-09T09:00:00Z')))).toEqual(['stale']);
  });

  it('that is cancelled without a start keeps the one that it had', async () => {
    await fhir.post(200, appointment('called-off', { meta: { versionId: '1' } }));
    const { start } = (await fhir.stored('called-off')) ?? {};
    await fhir.post(
      200,
      appointment('called-off', { meta: { versionId: '2' }, status: 'cancelled', start: undefined }),
    );
    expect(await fhir.stored('called-off')).toMatchObject({ status: 'cancelled', start });
    expect(start).toBe('2026-12-08T08:00:00.000Z');
  });

  it('that is about no appointment is ignored', async () => {
    for (const body of [{ resourceType: 'Encounter', id: 'e', status: 'planned' }, { resourceType: 'Slot' }]) {
      expect(codesOf(await fhir.post(200, body))).toEqual(['ignored']);
    }
  });

  it('under an Idempotency-Key is a duplicate with the same body and refused with another', async () => {
    const key = { 'Idempotency-Key': 'k-1' };
    await fhir.post(200, appointment('keyed'), '', key);
    expect(codesOf(await fhir.post(200, appointment('keyed'), '', key))).toEqual(['duplicate']);
    expect(codesOf(await fhir.post(422, appointment('other'), '', key))).toEqual(['idempotency-key-reused']);
  });
});

describe('HAPI', () => {
  const headers = {
    'User-Agent': 'HAPI-FHIR/8.8.0 (FHIR Client; FHIR 4.0.1/R4; apache)',
    'Accept-Encoding': 'gzip',
    'If-Match': '"1"',
  };

  it('puts what was created or changed, and deletes: each is a success with an OperationOutcome', async () => {
    await fhir.put(200, '/Appointment/123', appointment('123', { meta: { versionId: '1' } }), headers);
    expect(await fhir.stored('123')).toMatchObject({ version: 1, status: 'booked' });
    await fhir.put(
      200,
      '/Appointment/123',
      appointment('123', { meta: { versionId: '2' }, status: 'cancelled' }),
      headers,
    );
    expect(await fhir.stored('123')).toMatchObject({ version: 2, status: 'cancelled' });
    const gone = await fhir.send('/Appointment/123', { method: 'DELETE', headers });
    expect([gone.status, ((await gone.json()) as Outcome).resourceType]).toEqual([200, 'OperationOutcome']);
    expect(await fhir.stored('123')).toMatchObject({ status: 'entered-in-error' });
  });

  it('takes a posted Bundle for delivered since a Bundle comes back in a FHIR type', async () => {
    const entries = [{ resource: appointment('hapi-1'), request: { method: 'PUT', url: 'Appointment/hapi-1' } }];
    const answer = await fhir.post<ResponseBundle>(200, bundle('transaction', entries), '', headers);
    expect(answer).toMatchObject({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status: '200' } }],
    });
  });

  it('pings with an empty form: there is nothing to do without a server to ask', async () => {
    const response = await fhir.send('', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(200);
    expect(codesOf((await response.json()) as Outcome)).toEqual(['ignored', 'unreadable']);
  });

  it('the id of the address counts, and one that differs is told', async () => {
    const outcome = await fhir.put(200, '/Appointment/right', appointment('wrong'));
    expect(codesOf(outcome)).toEqual(['accepted', 'other_id']);
    expect(outcome.issue[1]).toMatchObject({ severity: 'warning' });
    expect(await fhir.stored('right')).toBeDefined();
    expect(await fhir.stored('wrong')).toBeUndefined();
  });

  it('other types are left alone, put or deleted', async () => {
    expect(codesOf(await fhir.put(200, '/Encounter/e1', { resourceType: 'Encounter', id: 'e1' }))).toEqual(['ignored']);
    expect((await fhir.send('/Encounter/e1', { method: 'DELETE' })).status).toBe(200);
  });

  it.each([
    ['a create', { versionId: '1' }, 'entered-in-error'],
    ['a change', { versionId: '2' }, 'entered-in-error'],
    ['one without a version', undefined, 'entered-in-error'],
    ['what the server brought back after it', { versionId: '3' }, 'booked'],
  ])('a delete that overtakes what came before it keeps it out: %s', async (name, meta, status) => {
    const id = `overtaken-${name.replace(/\W/g, '')}`;
    const { meta: _ours, ...resource } = appointment(id) as Record<string, unknown>;
    await fhir.send(`/Appointment/${id}`, { method: 'DELETE' });
    await fhir.post(200, { ...resource, ...(meta && { meta }) });
    expect(await fhir.stored(id)).toMatchObject({ status });
    const pair = { ...resource, id: `${id}-2`, ...(meta && { meta }), participant: PAIR, contained: PATIENTS };
    await fhir.send(`/Appointment/${id}-2`, { method: 'DELETE' });
    await fhir.post(200, pair);
    const booked = await test.db
      .selectFrom('appointment')
      .select('reference')
      .where('status', '=', 'booked')
      .where('reference', 'like', `${id}-2%`)
      .execute();
    expect(booked).toHaveLength(status === 'booked' ? 2 : 0);
  });

  it('a delete of what is not known is stored, without an SMS', async () => {
    await fhir.send('/Appointment/early', { method: 'DELETE' });
    expect(await fhir.stored('early')).toMatchObject({ status: 'entered-in-error', reminders: [] });
  });
});

describe('Medplum', () => {
  const headers = {
    'X-Medplum-Subscription': 'Subscription/1',
    'X-Medplum-Interaction': 'update',
    'x-trace-id': 't-1',
  };

  it('posts what changed', async () => {
    await fhir.post(200, appointment('med'), '', headers);
    expect(await fhir.stored('med')).toMatchObject({ status: 'booked' });
  });

  it('deletes by a header over an empty object', async () => {
    await fhir.post(200, appointment('med-gone'), '', headers);
    const deletion = {
      ...headers,
      'X-Medplum-Interaction': 'delete',
      'X-Medplum-Deleted-Resource': 'Appointment/med-gone',
    };
    expect(codesOf(await fhir.post(200, '{}', '', deletion))).toEqual(['accepted']);
    const stored = await fhir.stored('med-gone');
    expect(stored?.status).toBe('entered-in-error');
    expect(statesOf(stored).every((state) => state.startsWith('cancelled'))).toBe(true);
  });

  it('says nothing with an empty object alone', async () => {
    expect(codesOf(await fhir.post(200, '{}', '', headers))).toEqual(['ignored', 'unreadable']);
  });

  it('signs: one that fits is let in, another is not', async () => {
    const auth = {
      hmac: { header: 'X-Signature', algorithm: 'sha256', encoding: 'hex', secret: 'of-the-subscription-4711' },
    };
    await test.makeSource('rh', 'medplum', { auth });
    const body = JSON.stringify(appointment('signed'));
    const sign = (key: string) => createHmac('sha256', key).update(body).digest('hex');
    const send = (signature: string) =>
      test.request('/v1/fhir/medplum', {
        token: null,
        body,
        headers: { ...headers, 'Content-Type': 'application/fhir+json', 'X-Signature': signature },
      });
    expect((await send(sign('of-the-subscription-4711'))).status).toBe(200);
    expect((await send(sign('another'))).status).toBe(401);
  });
});

describe('a Bundle', () => {
  it('has a response for each entry, in their order, a bad one harming no other', async () => {
    const entries = [
      { resource: appointment('b-1') },
      { resource: appointment('b-2', { status: 'maybe' }) },
      { resource: { resourceType: 'Encounter', id: 'e' } },
      { resource: appointment('b-4', { start: undefined }) },
    ];
    const answer = await fhir.post<ResponseBundle>(200, bundle('collection', entries));
    expect(answer.entry?.map(({ response }) => [response.status, ...codesOf(response.outcome)])).toEqual([
      ['200', 'accepted'],
      ['422', 'invalid_value'],
      ['200', 'ignored'],
      ['422', 'required'],
    ]);
    expect(answer.entry?.[3]?.response.outcome.issue[0]?.expression).toEqual(['Bundle.entry[3].resource.start']);
    expect([await fhir.stored('b-1'), await fhir.stored('b-2')]).toMatchObject([{ status: 'booked' }, undefined]);
  });

  it('of which no appointment can be used is 422, whatever else it brings', async () => {
    const entries = [{ resource: patient('b-p') }, { resource: appointment('b-5', { status: 'maybe' }) }];
    const answer = await fhir.post<ResponseBundle>(422, bundle('batch', entries));
    expect(answer.type).toBe('batch-response');
    expect(answer.entry?.map(({ response }) => response.status)).toEqual(['200', '422']);
    // Sent again it is the same.
    await fhir.post(422, bundle('batch', entries));
  });

  it('without appointments, or without entries, is taken', async () => {
    const none = await fhir.post<ResponseBundle>(200, bundle('transaction', [{ resource: { resourceType: 'Slot' } }]));
    expect(none.entry).toHaveLength(1);
    const answer = await fhir.post<ResponseBundle>(200, { resourceType: 'Bundle', type: 'collection' });
    expect(answer).not.toHaveProperty('entry');
  });

  it('under the same id with the same body is a repeat', async () => {
    const body = bundle('collection', [{ resource: appointment('b-rep') }], { id: 'bundle-1' });
    await fhir.post(200, body);
    const again = await fhir.post<ResponseBundle>(200, body);
    expect(again.entry?.flatMap(({ response }) => codesOf(response.outcome))).toEqual(['duplicate']);
    const other = await fhir.post<ResponseBundle>(200, { ...body, entry: [{ resource: appointment('b-rep2') }] });
    expect(other.entry?.flatMap(({ response }) => codesOf(response.outcome))).toEqual(['accepted']);
  });

  it('of a history leaves the newest version, in whatever order they stand', async () => {
    const version = (versionId: string, start: string) => ({
      resource: appointment('b-hist', { meta: { versionId }, start }),
      request: { method: 'PUT', url: 'Appointment/b-hist' },
    });
    const entries = [
      version('2', '2026-12-09T09:00:00Z'),
      version('3', '2026-12-10T09:00:00Z'),
      version('1', '2026-12-08T09:00:00Z'),
    ];
    const answer = await fhir.post<ResponseBundle>(200, bundle('history', entries));
    expect(answer.entry).toHaveLength(3);
    expect(await fhir.stored('b-hist')).toMatchObject({ version: 3, start: '2026-12-10T09:00:00.000Z' });
  });

  it('over a thousand appointments is refused whole', async () => {
    const one = { resource: { resourceType: 'Appointment', id: 'x', status: 'cancelled' } };
    const body = bundle(
      'collection',
      Array.from({ length: 1001 }, () => one),
    );
    expect(codesOf(await fhir.post(422, body))).toEqual(['too_big']);
  });
});

describe('a message', () => {
  it('gets one that names it and says ok', async () => {
    for (const path of ['/$process-message', '']) {
      const answer = await fhir.post<{ type: string; entry: { fullUrl: string; resource: Record<string, unknown> }[] }>(
        200,
        message([{ resource: appointment(`msg${path.length}`) }]),
        path,
      );
      expect(answer.type).toBe('message');
      const [header, outcome] = answer.entry;
      expect(header?.resource).toMatchObject({
        resourceType: 'MessageHeader',
        eventCoding: { code: 'booking-request' },
        destination: [{ endpoint: 'https://epj.example.org/fhir' }],
        response: { identifier: 'a1b2', code: 'ok', details: { reference: outcome?.fullUrl } },
      });
      expect(outcome?.resource.resourceType).toBe('OperationOutcome');
    }
  });

  it('whose appointment can not be used is a fatal error and 422, and says where', async () => {
    const answer = await fhir.post<{ entry: { resource: Record<string, unknown> }[] }>(
      422,
      message([{ resource: appointment('msg-bad', { start: '2026-12-08' }) }]),
      '/$process-message',
    );
    expect(answer.entry[0]?.resource).toMatchObject({ response: { code: 'fatal-error' } });
    const found = answer.entry[1]?.resource;
    expect(found).toMatchObject({ issue: [{ severity: 'error', expression: ['Bundle.entry[1].resource.start'] }] });
  });

  it.each(['PUT', 'DELETE'] as const)('has no resources at its address: %s is 404', async (method) => {
    const body = { resourceType: 'Appointment', id: 'A-1', status: 'booked' };
    expect((await fhir.send('/$process-message/A-1', { method, body })).status).toBe(404);
  });

  it('that responds to another one gets no message back', async () => {
    const body = message([], { response: { identifier: 'x', code: 'ok' } });
    const answer = await fhir.post<ResponseBundle>(200, body);
    expect(answer.type).toBe('transaction-response');
  });
});

describe('patients', () => {
  it('a number that comes later with the Patient is planned for', async () => {
    await fhir.put(200, '/Appointment/later', appointmentOf('later', 'pat-1'));
    expect(statesOf(await fhir.stored('later'))).toEqual(['suppressed: no_phone', 'suppressed: no_phone']);
    await fhir.put(200, '/Patient/pat-1', patient('pat-1'));
    const stored = await fhir.stored('later');
    expect(stored?.phone).toBe('+4520123456');
    expect(statesOf(stored)).toEqual(['planned', 'planned']);
  });

  it('of other countries are reminded as far as the authority and the source allow', async () => {
    await test.makeAuthority('abroad', { allowedCountries: ['DK', 'SE'] });
    const phoneOf = async (id: string, number: string, settings: Record<string, unknown>) => {
      const made = await test.makeSource('abroad', id, settings);
      const client = fhirClient(test, made.token, id, 'abroad');
      await client.post(200, appointment('x', { contained: [patient('p', number)] }));
      return (await client.stored('x'))?.phone;
    };
    expect(await phoneOf('as-allowed', '+46701234567', {})).toBe('+46701234567');
    expect(await phoneOf('at-home-only', '+46701234567', { allowForeignNumbers: false })).toBeNull();
    expect(await phoneOf('at-home', '20123456', { allowForeignNumbers: false })).toBe('+4520123456');
    expect(await phoneOf('not-allowed', '+4915123456789', {})).toBeNull();
  });

  it('of whom no appointment is known are kept with a number, and nothing new without one', async () => {
    expect(codesOf(await fhir.put(200, '/Patient/unknown', patient('unknown')))).toEqual(['accepted']);
    expect(codesOf(await fhir.put(200, '/Patient/silent', patient('silent', null)))).toEqual(['ignored']);
  });

  it('are told to be unknown where a cancellation ends no appointment of theirs, and not where it ends one', async () => {
    const { contained: _, ...bare } = appointment('x') as Record<string, unknown>;
    const of = (id: string, versionId: string, status: string, patients: object[], participant: object[]) =>
      fhir.post(200, { ...bare, id, status, meta: { versionId }, contained: patients, participant });
    const staff = [{ actor: { reference: 'Practitioner/1' }, status: 'accepted' }];
    const told: Record<string, string[]> = {};
    const cancel = async (id: string, booked: number, cancelled: object[]) => {
      if (booked > 0) await of(id, '1', 'booked', PATIENTS.slice(0, booked), PAIR.slice(0, booked));
      told[id] = codesOf(await of(id, '2', 'cancelled', PATIENTS, cancelled));
    };
    await cancel('ended-by-staff', 2, staff);
    await cancel('one-became-two', 1, PAIR);
    await cancel('two-became-one', 2, PAIR.slice(0, 1));
    await cancel('no-two', 0, PAIR);
    await cancel('no-one', 0, PAIR.slice(0, 1));
    const known = ['accepted'];
    const unknown = ['accepted', 'unknown_reference'];
    expect(told).toEqual({
      ...{ 'ended-by-staff': known, 'one-became-two': known, 'two-became-one': known },
      ...{ 'no-two': unknown, 'no-one': unknown },
    });
  });

  it('of a group appointment have one each, and whoever leaves is cancelled', async () => {
    const group = (versionId: string, ...ids: string[]) =>
      appointment('group', {
        meta: { versionId },
        contained: ids.map((id, order) => patient(id, `2012345${order}`)),
        participant: ids.map((id) => ({ actor: { reference: `#${id}` } })),
      });
    const outcome = await fhir.post(200, group('1', 'anna', 'bent'));
    expect(textOf(outcome)).toContain('Appointment group. Reminders planned: 4.');
    await fhir.post(200, group('2', 'anna', 'carl'));
    const states = await Promise.all(
      ['group~anna', 'group~bent', 'group~carl'].map((reference) => fhir.stored(reference)),
    );
    expect(states.map((stored) => stored?.status)).toEqual(['booked', 'cancelled', 'booked']);
  });

  it('CPR numbers stand in no response and no log', async () => {
    const cpr = '2512489996';
    const identified = { identifier: [{ system: 'urn:oid:1.2.208.176.1.2', value: cpr }] };
    const outcome = await fhir.post(
      200,
      appointment('cpr', { contained: [patient('p', '20123456', identified)], description: cpr }),
    );
    const refused = await fhir.post(422, appointment(cpr));
    const inAddress = await fhir.put(422, `/Appointment/${cpr}`, appointment('x'));
    expect(JSON.stringify([outcome, refused, inAddress, test.logged])).not.toContain(cpr);
  });
});
