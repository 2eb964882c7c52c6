import type { Kysely } from 'kysely';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import { readiness } from '../../src/readiness.ts';
import { OutageLog } from '../../src/runtime/outage-log.ts';
import { SendingState } from '../../src/sending-state.ts';
import { listen, type TestDeps } from '../support/app.ts';
import { useApp } from '../support/scenario.ts';

const test = useApp({ authorities: ['rh'] });

interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors: { pointer: string; code: string; detail: string }[];
}

async function problemOf(response: Response, status: number): Promise<ProblemBody> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as ProblemBody;
  expect(body).toMatchObject({
    status,
    type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
    title: expect.any(String),
  });
  expect(body.instance).toBe(`urn:uuid:${response.headers.get('x-request-id')}`);
  return body;
}

const put = (body: unknown, headers: Record<string, string> = {}) =>
  test.request('/v1/authorities/rh', { method: 'PUT', body, headers });

/** An app whose database throws this at whatever is asked. */
function appOver(error: Error, deps: Partial<TestDeps> = {}) {
  const selectFrom = () => {
    throw error;
  };
  return createApp({ ...test.deps, ...deps, db: { selectFrom } as unknown as Kysely<Database> });
}

const asAdministrator = { headers: { Authorization: 'Bearer test-administrator-token-0123456789' } };

describe('a refusal is a problem of RFC 9457', () => {
  it('400 when the body is not JSON', async () => {
    expect((await problemOf(await put('{"name": '), 400)).type).toBe('/problems/malformed-json');
  });

  it('415 for a body of another content type, or without one', async () => {
    await problemOf(await put('name=x', { 'Content-Type': 'application/x-www-form-urlencoded' }), 415);
    await problemOf(await put('{}', { 'Content-Type': 'text/plain' }), 415);
  });

  it('413 over 1 MiB, whether the length is announced or not', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
    await problemOf(await put(body, { 'Content-Length': String(body.length) }), 413);
    const stream = new Blob([body]).stream();
    const headers = { ...asAdministrator.headers, 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
    const request = new Request('http://localhost/v1/authorities/rh', {
      method: 'PUT',
      body: stream,
      headers,
      duplex: 'half',
    } as RequestInit);
    await problemOf(await test.app.fetch(request), 413);
  });

  it('422 names every fault with a JSON pointer', async () => {
    const { errors } = await problemOf(
      await put({ sender: 'Sundhed', language: 'fr', rules: [{ id: 'a', lead: 'tomorrow' }], colour: 1 }),
      422,
    );
    expect(errors.map(({ pointer, code }) => [pointer, code])).toEqual(
      expect.arrayContaining([
        ['/name', 'required'],
        ['/language', 'invalid_value'],
        ['/rules/0/lead', 'not_a_duration'],
        ['/colour', 'unknown'],
      ]),
    );
    expect(errors).toHaveLength(4);
  });

  it('422 says which values are allowed in its sentence, and in no field of its own', async () => {
    const { errors } = await problemOf(await put({ name: 'x', sender: 'Sundhed', language: 'fr' }), 422);
    const detail = 'Invalid option: expected one of "da"|"en"';
    expect(errors).toEqual([{ pointer: '/language', code: 'invalid_value', detail }]);
  });

  it('422 for a body that is JSON but no object', async () => {
    for (const body of ['[]', '"x"', '7', 'null']) await problemOf(await put(body), 422);
  });

  it('never repeats a value or a name that may be a number', async () => {
    const response = await put({ name: 'x', sender: '+45 20 12 34 56', '20123456': 1, language: '20123456' });
    const text = JSON.stringify(await problemOf(response, 422));
    expect(text.replaceAll(/urn:uuid:[0-9a-f-]+/g, '')).not.toMatch(/20 ?12 ?34 ?56/);
  });

  it('422, not 500, for characters that no database can hold', async () => {
    for (const name of ['a\u0000b', 'a\ud800b', 'a\u0007b'])
      await problemOf(await put({ name, sender: 'Sundhed' }), 422);
    await problemOf(await test.request('/v1/authorities/a%00b'), 404);
    await problemOf(await test.request('/v1/authorities/rh/audit?cursor=cmg'), 422);
    await problemOf(await test.request('/v1/authorities?cursor=%00'), 422);
  });

  it('415 for a body that comes compressed', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    const { type } = await problemOf(
      await test.request('/v1/authorities/rh', { method: 'PUT', body: {}, headers }),
      415,
    );
    expect(type).toBe('/problems/unsupported-content-encoding');
  });

  it('404 for an unknown address, 405 with Allow for an unknown method', async () => {
    await problemOf(await test.request('/v1/nothing'), 404);
    const response = await test.request('/v1/authorities/rh', { method: 'PATCH' });
    await problemOf(response, 405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, PUT');
  });

  it('503 with Retry-After when the database is out of reach', async () => {
    const app = appOver(Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' }));
    const response = await app.request('/v1/authorities/rh', asAdministrator);
    const { detail } = await problemOf(response, 503);
    expect(detail).not.toContain('10.0.0.1');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['ECONNREFUSED', 'the database is out of reach'],
    ['53100', 'the database takes no writes'],
    ['25006', 'the database takes no writes'],
  ])('refusals because of %s are logged at the first one, and then with their number', async (code, message) => {
    const logged: Record<string, unknown>[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    const outages = new OutageLog({ log });
    const app = appOver(Object.assign(new Error(`it failed for +4520123456`), { code }), { outages });
    for (let nth = 0; nth < 50; nth++) await problemOf(await app.request('/v1/authorities/rh', asAdministrator), 503);
    expect(logged).toEqual([expect.objectContaining({ msg: message, code, route: '/v1/authorities/:authority' })]);
    outages.sumUp();
    expect(logged.slice(1)).toEqual([expect.objectContaining({ msg: message, code, count: 49 })]);
    outages.sumUp();
    expect(logged).toHaveLength(2);
    await app.request('/v1/authorities/rh', asAdministrator);
    expect(logged).toHaveLength(3);
    expect(JSON.stringify(logged)).not.toContain('20123456');
  });

  it("500 gives the caller no detail, and the log everything but the error's message", async () => {
    const app = appOver(Object.assign(new TypeError('no such number: +4520123456'), { code: 'E_TEST' }));
    const response = await app.request('/v1/authorities/rh', asAdministrator);
    const problem = await problemOf(response, 500);
    expect(JSON.stringify(problem)).not.toContain('20123456');
    const line = test.logged.find((logged) => logged.includes('a request failed')) ?? '';
    expect(line).not.toContain('20123456');
    expect(JSON.parse(line)).toMatchObject({
      requestId: response.headers.get('x-request-id'),
      route: '/v1/authorities/:authority',
      error: 'TypeError',
      code: 'E_TEST',
      frames: expect.arrayContaining([expect.stringContaining('problem.test.ts')]),
    });
  });
});

describe('every response has', () => {
  it('an id that is logged with the route, never with the path', async () => {
    const response = await test.request('/v1/authorities/20123456');
    const id = response.headers.get('x-request-id') ?? 'none';
    const line = test.logged.find((logged) => logged.includes(id)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ method: 'GET', route: '/v1/authorities/:authority', status: 404 });
    expect(test.logged.join()).not.toContain('20123456');
  });

  it('a redirect from an address with a trailing slash', async () => {
    const response = await test.request('/docs/');
    expect([response.status, response.headers.get('location')]).toEqual([301, '/docs']);
  });

  it('a redirect to a path alone, whatever the Host header and the path say', async () => {
    const locations = ['/docs/?a=b', '//evil.dk/', '///evil.dk/x/', '/https://evil.dk/', '/%5Cevil.dk/'].map(
      async (path) => {
        const response = await test.app.request(new Request(`http://evil.dk${path}`, { headers: { Host: 'evil.dk' } }));
        return response.headers.get('location');
      },
    );
    const found = await Promise.all(locations);
    expect(found).toEqual(['/docs?a=b', '/evil.dk', '/evil.dk/x', '/https://evil.dk', '/%5Cevil.dk']);
  });

  it('headers that forbid browsers to use it and caches to store it', async () => {
    const { headers } = await test.request('/v1/authorities/rh');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  });

  it('the same headers over a connection, but for those that its route sets', async () => {
    const { url, stop } = await listen(test);
    try {
      const refused = await fetch(`${url}/v1/authorities/rh`);
      const within = await test.app.request('/v1/authorities/rh');
      const own = ['connection', 'content-length', 'date', 'keep-alive', 'x-request-id'];
      const named = ({ headers }: Response) => [...headers].filter(([name]) => !own.includes(name));
      expect(named(refused)).toEqual(named(within));
      const { instance } = (await refused.json()) as { instance: string };
      expect(instance).toBe(`urn:uuid:${refused.headers.get('x-request-id')}`);
      const style = await fetch(`${url}/docs/swagger-ui.css`);
      expect(style.headers.get('cache-control')).toBe('public, max-age=3600');
      expect(style.headers.get('x-frame-options')).toBe('DENY');
    } finally {
      stop();
    }
  });

  it('a request id of ours, never one that the caller chose', async () => {
    const response = await test.request('/v1/authorities/rh', { headers: { 'X-Request-Id': '4520123456' } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-/);
  });
});

describe('a worker', () => {
  it('serves the health routes and nothing else', async () => {
    const app = createApp({ ...test.deps, role: 'worker' });
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await app.request(path)).status).toBe(200);
    for (const path of ['/v1/authorities', '/docs', '/openapi.json'])
      expect((await app.request(path, asAdministrator)).status).toBe(404);
  });
});

it('every address is found by the router that looks once, and not by the one that looks part by part', async () => {
  // Hono takes the slower one for all where two addresses of one length have a word and a parameter in the same place.
  await test.request('/healthz');
  expect(test.app.router.name).toBe('SmartRouter + RegExpRouter');
});

describe('health', () => {
  it('readiness turns 503 and says why', async () => {
    const stopping = () => Promise.resolve({ ready: false, reasons: ['stopping'] as const });
    const response = await createApp({ ...test.deps, readiness: stopping }).request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', reasons: ['stopping'] });
  });

  it('every reason for which a process is not ready is named in its schema', async () => {
    const { components } = await test.json<{
      components: { schemas: { Readiness: { properties: { reasons: { items: { enum?: string[] } } } } } };
    }>(200, '/openapi.json', { token: null });
    const { reasons } = components.schemas.Readiness.properties;
    const found = reasons.items.enum;
    expect(found).toEqual(expect.arrayContaining(['stopping', 'no_dispatch_tick', 'database_unavailable']));
    const away = await openDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    const state = new SendingState('on', systemClock, test.deps.keyring.cipher);
    state.stopping = true;
    const said = await readiness(away, state, { lastTickAgeMs: () => 120_001 }, 'https://sms.example.org');
    expect(said).toEqual({ ready: false, reasons: ['stopping', 'no_dispatch_tick', 'database_unavailable'] });
    await away.close();
  });

  it('metrics name sources to monitoring with a token and to the administrator, and to nobody else', async () => {
    await test.makeSource('rh', 'rh-secret-name');
    test.deps.metrics.elements.inc({ source: 'rh-secret-name' });
    test.deps.metrics.refusals.inc({ source: 'unknown', status: '401' });
    const token = 'a-token-of-the-monitoring-0123';
    const guarded = createApp({ ...test.deps, metricsToken: token });
    const read = async (app: typeof guarded, bearer: string | null) => {
      const response = await app.request('/metrics', {
        headers: bearer === null ? {} : { Authorization: `Bearer ${bearer}` },
      });
      return { status: response.status, text: await response.text() };
    };
    const open = await read(test.app, null);
    expect(open.status).toBe(200);
    expect(open.text).not.toContain('rh-secret-name');
    expect(open.text).toMatch(/^easysms_source_elements_total\{source="[0-9a-f]{12}"\} \d+$/m);
    expect(open.text).toContain('easysms_refusals_total{source="unknown",status="401"}');
    const found = (await read(test.app, test.adminToken)).text;
    expect(found).toContain('easysms_source_elements_total{source="rh-secret-name"}');
    for (const bearer of [null, 'wrong', await test.createKey('rh', 'administrator')])
      expect((await read(guarded, bearer)).status).toBe(401);
    for (const bearer of [token, test.adminToken])
      expect((await read(guarded, bearer)).text).toContain('easysms_source_elements_total{source="rh-secret-name"}');
  });

  it('metrics are Prometheus text', async () => {
    const response = await test.request('/metrics', { token: null });
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain('# TYPE easysms_failures_total counter');
  });
});
