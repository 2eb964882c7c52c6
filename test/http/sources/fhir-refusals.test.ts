import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type AppDeps, createApp } from '../../../src/app.ts';
import type { Database } from '../../../src/database/tables.ts';
import { Receiver } from '../../../src/sources/receive.ts';
import type { TestApp, TestRequest } from '../../support/app.ts';
import { appointment, type FhirClient, type Outcome, openFhirSource } from '../../support/fhir.ts';
import { faultsOfFhir } from '../../support/fhir-schema.ts';

let test: TestApp;
let token: string;
let fhir: FhirClient;
openFhirSource((opened) => {
  ({ test, token, fhir } = opened);
});

async function outcomeOf(response: Response, status: number): Promise<Outcome> {
  const body = (await response.json()) as Outcome;
  expect([response.status, response.headers.get('content-type')]).toEqual([
    status,
    'application/fhir+json; charset=utf-8',
  ]);
  expect(faultsOfFhir(body)).toEqual([]);
  expect(body.issue[0]?.severity).toBe('error');
  return body;
}

const refused = async (status: number, path: string, request: TestRequest): Promise<Outcome['issue'][number]> => {
  const [issue, ...others] = (await outcomeOf(await fhir.send(path, request), status)).issue;
  if (!issue || others.length > 0) throw new Error(`${others.length + 1} issues`);
  return issue;
};

describe('a refusal is an OperationOutcome', () => {
  it('400 for what is no JSON, in UTF-8', async () => {
    for (const body of ['{"resourceType":', 'Appointment', '<Appointment/>']) {
      expect(await refused(400, '', { method: 'POST', body })).toMatchObject({ code: 'structure' });
    }
    const latin1 = new Request('http://localhost/v1/fhir/epj', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/fhir+json' },
      body: Uint8Array.from(Buffer.from(JSON.stringify(appointment('æ')), 'latin1')),
    });
    await outcomeOf(await test.app.fetch(latin1), 400);
  });

  it('401 that asks for credentials, alike for a source that is not there, and before anything is read', async () => {
    const responses = [
      await fhir.send('', { method: 'POST', body: appointment('x'), token: null }),
      await fhir.send('', { method: 'POST', body: 'nonsense', token: 'wrong' }),
      await fhir.send('/Appointment/not an id', { method: 'PUT', body: {}, token: 'wrong' }),
      await test.request('/v1/fhir/nobody', { token, body: appointment('x') }),
    ];
    const bodies = await Promise.all(responses.map((response) => outcomeOf(response, 401)));
    const [none, ...wrong] = bodies.map(({ issue }) => issue[0]?.details.text);
    expect(none).toMatch(/^No credentials were sent/);
    expect(new Set(wrong).size).toBe(1);
    for (const response of responses) expect(response.headers.get('www-authenticate')).toMatch(/Bearer .*Basic /);
    expect(bodies[0]?.issue[0]?.code).toBe('login');
  });

  it('404 for an address that is none', async () => {
    await outcomeOf(await test.request('/v1/fhir/epj/Appointment/a/b'), 404);
    for (const path of ['/$validate', '/_search', '/appointment'])
      expect((await fhir.send(path, { method: 'POST' })).status).toBe(404);
  });

  it('405 with Allow for another method, patches among them', async () => {
    const cases = [
      ['PATCH', '/Appointment/a', 'DELETE, PUT'],
      ['GET', '/Appointment/a', 'DELETE, PUT'],
      ['GET', '', 'POST'],
      ['PUT', '/Appointment', 'POST'],
    ] as const;
    for (const [method, path, allow] of cases) {
      const response = await fhir.send(path, { method });
      expect([method, path, response.headers.get('allow')]).toEqual([method, path, allow]);
      expect((await outcomeOf(response, 405)).issue[0]?.code).toBe('not-supported');
    }
  });

  it('413 over 1 MiB', async () => {
    const body = JSON.stringify(appointment('big', { comment: 'x'.repeat(1024 * 1024) }));
    const response = await fhir.send('', { method: 'POST', body, headers: { 'Content-Length': String(body.length) } });
    expect((await outcomeOf(response, 413)).issue[0]?.code).toBe('too-long');
  });

  it('415 that says what to send instead', async () => {
    const cda = '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>';
    const cases = [
      ['application/fhir+xml; charset=UTF-8', '<Appointment/>', /XML is not read here.*application\/fhir\+json/],
      ['application/xml+fhir', '<Appointment/>', /XML is not read/],
      ['text/xml', cda, /CDA documents/],
      ['application/hl7-cda+xml', cda, /CDA documents/],
      ['application/json-patch+json', '[]', /Patches are not taken.*PUT/],
      ['application/merge-patch+json', '{}', /Patches are not taken/],
      ['application/hl7-v2', 'MSH|', /\/v1\/hl7v2\/\{source\}/],
      ['application/fhir+ndjson', '{"a":1}', /not read here.*application\/fhir\+json/],
      ['text/turtle', 'a', /not read here/],
      ['application/x-www-form-urlencoded', 'a=b', /Send FHIR as JSON/],
      ['', '{"a":1}', /Send FHIR as JSON/],
    ] as const;
    for (const [type, body, sentence] of cases) {
      const issue = await refused(415, '', { method: 'POST', body, headers: { 'Content-Type': type } });
      expect([type, issue.code, issue.details.text]).toEqual([type, 'not-supported', expect.stringMatching(sentence)]);
    }
    await refused(415, '', {
      method: 'POST',
      body: appointment('x'),
      headers: { 'Content-Type': 'application/fhir+json; charset=utf-16' },
    });
    await refused(415, '', { method: 'POST', body: appointment('x'), headers: { 'Content-Encoding': 'gzip' } });
  });

  it('takes each type that JSON comes under', async () => {
    const types = [
      'application/fhir+json',
      'application/json',
      'application/json+fhir',
      'Application/FHIR+JSON; fhirVersion=4.0; charset="utf-8"',
    ];
    for (const [order, type] of types.entries()) {
      await fhir.post(200, appointment(`type-${order}`), '', { 'Content-Type': type });
    }
  });

  it('422 that says where, for every fault', async () => {
    const response = await fhir.send('', {
      method: 'POST',
      body: appointment(null, { status: undefined, start: '2026-12-08' }),
    });
    const { issue } = await outcomeOf(response, 422);
    expect(issue.map(({ code, expression }) => [code, expression?.[0]])).toEqual([
      ['required', 'Appointment.id'],
      ['required', 'Appointment.status'],
      ['value', 'Appointment.start'],
    ]);
  });

  it('422 for what the rules refuse too, in the terms of FHIR', async () => {
    const pending = appointment('becomes', { status: 'pending', start: undefined });
    await fhir.post(200, pending);
    const issue = await refused(422, '', { method: 'POST', body: { ...pending, status: 'booked' } });
    expect(issue).toMatchObject({ code: 'required', expression: ['Appointment.start'] });
  });

  it('422 for an id that is none, in the address of a put and of a delete', async () => {
    for (const id of ['a_b', 'a%20b', 'x'.repeat(65), '%2e%2e%2fadmin']) {
      for (const method of ['PUT', 'DELETE']) {
        const body = method === 'PUT' ? { body: appointment('a') } : {};
        const found = await refused(422, `/Appointment/${id}`, { method, ...body });
        expect(found).toMatchObject({ expression: ['Appointment.id'] });
      }
    }
  });

  it('422 for a resource of another type than its address', async () => {
    await refused(422, '/Appointment/a', { method: 'PUT', body: { resourceType: 'Patient', id: 'a' } });
    await refused(422, '/Appointment', { method: 'POST', body: { resourceType: 'Patient', id: 'a' } });
  });

  it('422 for what is no resource', async () => {
    for (const body of ['[]', '7', '"x"', 'null', '{"id":"a"}', `${'['.repeat(40)}${']'.repeat(40)}`]) {
      await refused(422, '', { method: 'POST', body });
    }
  });

  it('503 with Retry-After when the database is out of reach', async () => {
    const response = await sendTo(withoutDatabase());
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await outcomeOf(response, 503)).issue[0]?.code).toBe('transient');
  });

  it('500 tells nothing of what failed', async () => {
    const receiver = { retry: () => Promise.reject(new TypeError('+4520123456')) } as unknown as Receiver;
    const response = await sendTo({ ...test.deps, receiver });
    const outcome = await outcomeOf(response, 500);
    expect(outcome.issue[0]?.code).toBe('exception');
    expect(JSON.stringify(outcome)).not.toContain('20123456');
  });

  it('leads to the log by the id of the request, and never repeats what was sent', async () => {
    const body = appointment('x', { status: '+45 20 99 88 77', start: '2099-99-99 20998877' });
    const response = await fhir.send('', { method: 'POST', body });
    const text = JSON.stringify(await outcomeOf(response, 422));
    expect(text).toContain(response.headers.get('x-request-id') ?? 'none');
    expect(text.replaceAll(/Request [0-9a-f-]+/g, '')).not.toMatch(/20 ?99 ?88 ?77/);
  });
});

function sendTo(deps: AppDeps): Response | Promise<Response> {
  return createApp(deps).request('/v1/fhir/epj', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(appointment('x')),
  });
}

/** A database that nobody answers for. */
function withoutDatabase(): AppDeps {
  const fail = () => {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
  };
  const deps = { ...test.deps, db: { selectFrom: fail } as unknown as Kysely<Database> };
  return { ...deps, receiver: new Receiver(deps) };
}
