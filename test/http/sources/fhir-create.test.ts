import { describe, expect, it } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { appointment, bundle, type FhirClient, type Outcome, openFhirSource, patient } from '../../support/fhir.ts';
import { faultsOfFhir } from '../../support/fhir-schema.ts';

let test: TestApp;
let fhir: FhirClient;
openFhirSource((opened) => {
  ({ test, fhir } = opened);
});

type Headers = Readonly<Record<string, string>>;
const create = (body: { readonly resourceType: string }, headers: Headers = {}, path = `/${body.resourceType}`) =>
  fhir.send(path, { method: 'POST', body, headers });
const put = (id: string, body: unknown, headers: Headers = {}) =>
  fhir.send(`/Appointment/${id}`, { method: 'PUT', body, headers });
const told = (response: Response) => [response.status, response.headers.get('location')];
const at = (address: string) => `${test.deps.publicUrl}/v1/fhir/epj/${address}`;
const named = (id: string) => ({ identifier: [{ system: 'urn:oid:1.2.3', value: id }] });
const PARTICIPANT = ['p', 'q'].map((id) => ({ actor: { reference: `#${id}` }, status: 'accepted' }));
const PAIR = { contained: [patient('p', '20123456'), patient('q', '20123457')], participant: PARTICIPANT };

describe('a create', () => {
  it('of what is new is 201 with the address of the resource, and 200 where it is known', async () => {
    expect(told(await create(appointment('new')))).toEqual([201, at('Appointment/new')]);
    expect(told(await create(appointment('new')))).toEqual([200, null]);
    expect(told(await create(appointment('new', { start: '2026-12-09T09:00:00+01:00' })))).toEqual([200, null]);
  });

  it('that comes again under its key is 200', async () => {
    const key = { 'Idempotency-Key': 'k-1' };
    expect(told(await create(appointment('keyed'), key))[0]).toBe(201);
    expect(told(await create(appointment('keyed'), key))).toEqual([200, null]);
  });

  it('without an id has the address of its identifier, as far as that is an id of FHIR', async () => {
    expect(told(await create(appointment(null, named('A-77'))))).toEqual([201, at('Appointment/A-77')]);
    expect(told(await create(appointment(null, named('A/78'))))).toEqual([201, null]);
    expect(await fhir.stored('A/78')).toBeDefined();
  });

  it('of several patients has the address of the one resource, also where one of them joins later', async () => {
    expect(told(await create(appointment('pair', PAIR)))).toEqual([201, at('Appointment/pair')]);
    const one = { contained: PAIR.contained, participant: PARTICIPANT.slice(0, 1) };
    expect(told(await create(appointment('joined', { ...one, meta: { versionId: '1' } })))[0]).toBe(201);
    expect(told(await create(appointment('joined', { ...PAIR, meta: { versionId: '2' } })))).toEqual([200, null]);
  });

  it('of what goes on an appointment that is known under another id is 200', async () => {
    expect(told(await create(appointment('moved-from')))[0]).toBe(201);
    const replaces = [{ reference: 'Appointment/moved-from' }];
    expect(told(await create(appointment('moved-to', { replaces })))).toEqual([200, null]);
  });

  it('of a patient is 201 where the patient is kept and was not known', async () => {
    expect(told(await create(patient('kept')))).toEqual([201, at('Patient/kept')]);
    expect(told(await create(patient('kept')))).toEqual([200, null]);
    expect(told(await create(patient('silent', null)))).toEqual([200, null]);
  });

  it('of what is ignored or refused has no address', async () => {
    expect(told(await create({ resourceType: 'Slot' }))).toEqual([200, null]);
    expect(told(await create(appointment('bad', { status: 'maybe' })))).toEqual([422, null]);
  });

  it('is nothing but a POST to the type: at the base, and by PUT, the response is 200', async () => {
    expect(told(await create(appointment('at-base'), {}, ''))).toEqual([200, null]);
    expect(told(await put('by-put', appointment('by-put')))).toEqual([200, null]);
  });
});

describe('Prefer', () => {
  const prefer = (value: string) => ({ Prefer: value });

  it.each([
    ['none', {}],
    ['return=OperationOutcome', prefer('return=OperationOutcome')],
    ['another', prefer('handling=lenient, respond-async')],
    ['nonsense', prefer('return=everything')],
  ])('%s gives the outcome', async (name, headers) => {
    const response = await create(appointment(`o-${name.replaceAll(/\W/g, '')}`), headers);
    expect([response.status, ((await response.json()) as Outcome).resourceType]).toEqual([201, 'OperationOutcome']);
  });

  it.each(['return=representation', 'handling=strict,Return = "representation"; x=1'])(
    '%s gives the resource as it was sent, with its id',
    async (value) => {
      const id = `r-${value.length}`;
      const sent = appointment(id);
      const response = await create(sent, prefer(value));
      expect([response.status, response.headers.get('content-type')]).toEqual([
        201,
        'application/fhir+json; charset=utf-8',
      ]);
      expect(await response.json()).toEqual(sent);
      const put200 = await put(id, { ...sent, id: undefined }, prefer(value));
      expect([put200.status, await put200.json()]).toEqual([200, sent]);
      const unnamed = appointment(null, named(`${id}-n`));
      const given = await (await create(unnamed, prefer(value))).json();
      expect(given).toEqual({ ...unnamed, id: `${id}-n` });
      expect(faultsOfFhir(given)).toEqual([]);
    },
  );

  it('return=minimal gives nothing but the status and the address', async () => {
    const response = await create(appointment('m-1'), prefer('return=minimal'));
    expect([...told(response), await response.text(), response.headers.get('content-type')]).toEqual([
      ...[201, at('Appointment/m-1')],
      ...['', null],
    ]);
    const again = await put('m-1', appointment('m-1'), prefer('return=minimal'));
    expect([again.status, await again.text()]).toEqual([200, '']);
  });

  it.each(['return=representation', 'return=minimal'])(
    '%s changes nothing for a refusal, a Bundle and a deletion',
    async (value) => {
      const refused = await create(appointment('bad', { status: 'maybe' }), prefer(value));
      expect([refused.status, ((await refused.json()) as Outcome).resourceType]).toEqual([422, 'OperationOutcome']);
      const entries = bundle('transaction', [{ resource: appointment('in-bundle') }]);
      const whole = await create(entries, prefer(value), '');
      expect([whole.status, ((await whole.json()) as { type: string }).type]).toEqual([200, 'transaction-response']);
      const gone = await fhir.send('/Appointment/x-1', { method: 'DELETE', headers: prefer(value) });
      expect([gone.status, ((await gone.json()) as Outcome).resourceType]).toEqual([200, 'OperationOutcome']);
    },
  );

  it('is shown by a dry run as the address of the format responds to it', async () => {
    const sent = appointment('dry');
    const { token } = await test.makeSource('rh', 'dry');
    const responseTo = async (path: string, headers: Headers) => {
      const response = await test.request(path, {
        token,
        body: sent,
        headers: { 'Content-Type': 'application/fhir+json', ...headers },
      });
      return ((await response.json()) as { response: object }).response;
    };
    expect(await responseTo('/v1/sources/dry/test', prefer('return=representation'))).toMatchObject({ body: sent });
    const found = await responseTo('/v1/sources/dry/test', prefer('return=minimal'));
    expect(found).toEqual({ status: 200, contentType: null, body: '' });
    const result = await responseTo('/v1/sources/dry/test', { 'If-None-Exist': 'identifier=4' });
    expect(result).toMatchObject({ status: 422 });
  });
});

describe('what depends on a condition, and a patch,', () => {
  const QUERY = '?identifier=urn:oid:1.2.3%7C4';
  const SUPPORTED = /PUT .*\/Appointment\/\{id\}/;

  it.each([
    ['create', 'POST', '/Appointment', { 'If-None-Exist': 'identifier=urn:oid:1.2.3|4' }, 422],
    ['create at the base', 'POST', '', { 'If-None-Exist': 'identifier=4' }, 422],
    ['create by PUT', 'PUT', '/Appointment/c-1', { 'If-None-Match': '*' }, 422],
    ['update', 'PUT', `/Appointment${QUERY}`, {}, 405],
    ['update behind a slash', 'PUT', `/Appointment/${QUERY}`, {}, 405],
    ['update of a patient', 'PUT', `/Patient${QUERY}`, {}, 405],
    ['delete', 'DELETE', `/Appointment${QUERY}`, {}, 405],
    ['delete of all types', 'DELETE', QUERY, {}, 405],
    ['patch', 'PATCH', `/Appointment${QUERY}`, {}, 405],
    ['patch by id', 'PATCH', '/Appointment/c-1', {}, 405],
  ] as const)('is refused, and told what is supported: %s', async (_name, method, path, headers, status) => {
    const body = method === 'DELETE' ? {} : { body: appointment('c-1') };
    const response = await fhir.send(path, { method, headers, ...body });
    const outcome = (await response.json()) as Outcome;
    expect([response.status, faultsOfFhir(outcome)]).toEqual([status, []]);
    expect(outcome.issue[0]).toMatchObject({ severity: 'error', code: 'not-supported' });
    expect(outcome.issue[0]?.details.text).toMatch(SUPPORTED);
    expect(await fhir.stored('c-1')).toBeUndefined();
  });

  it('is not what a server says of the version that it sends, or of the form of the response', async () => {
    expect((await put('if-match', appointment('if-match'), { 'If-Match': 'W/"7"' })).status).toBe(200);
    const formatted = await fhir.send('/Appointment/format?_format=json', {
      method: 'PUT',
      body: appointment('format'),
    });
    expect(formatted.status).toBe(200);
  });

  it('is stated as unsupported', async () => {
    const statement = (await (await fhir.send('/metadata', { token: null })).json()) as {
      rest: { resource: object[] }[];
    };
    for (const resource of statement.rest[0]?.resource ?? [])
      expect(resource).toMatchObject({
        ...{ conditionalCreate: false, conditionalUpdate: false, conditionalDelete: 'not-supported' },
      });
  });
});
