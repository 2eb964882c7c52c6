import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Guesses } from '../../../src/accounts/guesses.ts';
import { createApp } from '../../../src/app.ts';
import { createGateways } from '../../../src/gateways/index.ts';
import { FailedAttempts } from '../../../src/http/guards/failed-attempts.ts';
import { parseNetwork } from '../../../src/runtime/networks.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';

const PROXY = '10.9.9.9';
const KANNEL_TOKEN = 'kannel-callback-token-0123456789';
const SECRET = 'a-secret-of-the-sender-0123456789';
const BOOKING = { type: 'appointment.booked', data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00' } };

let test: TestApp;
let token: string;
let client = '';
let clients = 0;
let nth = 0;

beforeAll(async () => {
  const settings: Readonly<Record<string, string>> = {
    KANNEL_SENDSMS_URL: 'http://kannel:13013/cgi-bin/sendsms',
    ...{ KANNEL_USERNAME: 'easysms', KANNEL_PASSWORD: 'secret', KANNEL_CALLBACK_TOKEN: KANNEL_TOKEN },
  };
  const kannel = createGateways(['kannel'], (name) => settings[name] ?? null, {
    publicUrl: 'https://sms.example.org',
    now: () => new Date('2026-11-24T11:00:00Z'),
  });
  if (!('gateways' in kannel)) throw new Error('kannel was expected');
  test = await openTestApp(undefined, {
    gateways: kannel.gateways,
    trustedProxies: [parseNetwork(PROXY)].filter((network) => network !== null),
  });
  await test.makeAuthority('rh');
  const secrets = await test.makeSource('rh', 'rh-epj');
  token = secrets.token;
  await test.makeSource('rh', 'rh-signs', {
    auth: { hmac: { header: 'X-Sender-Signature', secret: SECRET } },
  });
  await test.makeSource('rh', 'rh-sums', {
    auth: { hmac: { header: 'X-Checksum', prefix: 'sha256=', secret: SECRET } },
  });
});
afterAll(() => test.close());
beforeEach(() => {
  client = `203.0.113.${++clients}`;
});

const send = async (path: string, headers: Record<string, string>, body?: string, from = client): Promise<Response> =>
  test.app.request(
    path,
    {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { method: 'POST', body }),
    },
    { incoming: { socket: { remoteAddress: from } } },
  );
const booking = () => JSON.stringify({ ...BOOKING, data: { ...BOOKING.data, id: `A-${++nth}` } });
const post = (source: string, headers: Record<string, string>, from?: string) =>
  send(`/v1/webhooks/${source}`, headers, booking(), from);
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

/** How often it was tried until the answer was 429, which must come within 150 tries. */
async function triesUntil429(attempt: () => Promise<Response>): Promise<number> {
  for (let tries = 1; tries <= 150; tries++) {
    const response = await attempt();
    if (response.status === 429) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      return tries;
    }
    expect(response.status).toBe(401);
  }
  throw new Error('150 tries were answered 401');
}

describe('guesses get 429 within 150 tries of a minute, and the right credential is let in all the same', () => {
  it('with bearer tokens of the administration, by client', async () => {
    const ask = (credential: string, from = client) => send('/v1/authorities', bearer(credential), undefined, from);
    await triesUntil429(() => ask(`guess-${++nth}`));
    expect((await ask(test.adminToken)).status).toBe(200);
    expect((await ask('guess', '198.51.100.1')).status).toBe(401);
  });

  it('with tokens of a source, by client', async () => {
    await triesUntil429(() => post(`unknown-${++nth}`, bearer('guess')));
    expect((await post('rh-epj', bearer('guess'))).status).toBe(429);
    expect((await post('rh-epj', bearer(token))).status).toBe(202);
    expect((await post('rh-epj', bearer('guess'), '198.51.100.2')).status).toBe(401);
  });

  it.each([
    ['hex', () => `sha256=${createHmac('sha256', 'guess').update(`${++nth}`).digest('hex')}`],
    ['base64', () => createHmac('sha1', 'guess').update(`${++nth}`).digest('base64')],
  ])(
    'with signatures of a source in %s, in whatever header it has for them, or one that is not there',
    async (_, guess) => {
      for (const source of ['rh-sums', 'nobody-sums']) {
        await triesUntil429(() => post(source, { 'x-checksum': guess() }));
        client = `203.0.113.${++clients}`;
      }
      const body = booking();
      const right = { 'x-checksum': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` };
      expect((await send('/v1/webhooks/rh-sums', right, body)).status).toBe(202);
    },
  );

  it('but a request without credentials is asked for them each time, whatever ids proxies give it', async () => {
    const ids = () => ({ 'x-request-id': createHmac('md5', 'id').update(`${++nth}`).digest('hex'), 'x-tenant': 'rh' });
    for (let tries = 0; tries < 160; tries++) expect((await post('rh-sums', ids())).status).toBe(401);
  });

  it('with tokens of a source, by source, whether there is one or not', async () => {
    for (const source of ['rh-epj', 'nobody'])
      await triesUntil429(() => post(source, bearer('guess'), `198.51.${++nth % 250}.7`));
    expect((await post('rh-epj', bearer(token), '198.51.100.4')).status).toBe(202);
  });

  it('with signatures', async () => {
    const sign = (key: string, body: string) => ({
      'x-sender-signature': createHmac('sha256', key).update(body).digest('hex'),
    });
    await triesUntil429(() => post('rh-signs', sign('guess', 'another body')));
    const body = booking();
    expect((await send('/v1/webhooks/rh-signs', sign(SECRET, body), body)).status).toBe(202);
  });

  it('with callbacks of a gateway, in FHIR and in HL7 v2', async () => {
    const receipt = (query: string) => send(`/v1/callbacks/kannel/receipts?${query}&reference=x&d=1`, {});
    await triesUntil429(() => receipt(`token=guess-${++nth}`));
    expect((await receipt(`token=${KANNEL_TOKEN}`)).status).toBe(200);
    client = '198.51.100.6';
    await triesUntil429(() => send('/v1/fhir/rh-fhir', bearer('guess'), '{}'));
    client = '198.51.100.7';
    await triesUntil429(() => send('/v1/hl7v2/rh-hl7', bearer('guess'), 'MSH|'));
  });

  it('by the client behind a proxy that is trusted, and by the /64 of IPv6', async () => {
    const ask = (forwarded: string) =>
      send('/v1/authorities', { ...bearer('guess'), 'x-forwarded-for': forwarded }, undefined, PROXY);
    await triesUntil429(() => ask(`made.up, 2001:db8::${++nth}`));
    expect((await ask('1.2.3.4, 2001:db8:0:1::1')).status).toBe(401);
  });
});

it('guesses get 429 within 150 tries over all processes together, wherever each of them goes', async () => {
  const processes = Array.from({ length: 3 }, () => createApp(test.deps));
  const ask = (nth: number, headers: Record<string, string>) =>
    (processes[nth % processes.length] as (typeof processes)[number]).request(
      '/v1/authorities',
      { headers },
      { incoming: { socket: { remoteAddress: client } } },
    );
  let tries = 0;
  const refusedAt = await triesUntil429(async () => ask(++tries, bearer(`guess-${tries}`)));
  expect(refusedAt).toBe(150);
  for (let nth = 0; nth < processes.length; nth++) {
    expect((await ask(nth, bearer('guess'))).status).toBe(429);
    expect((await ask(nth, bearer(test.adminToken))).status).toBe(200);
  }
});

it('guesses that come at once over all processes are no way around the limit', async () => {
  const processes = Array.from({ length: 3 }, () => createApp(test.deps));
  const responses = await Promise.all(
    Array.from({ length: 210 }, (_, nth) =>
      (processes[nth % 3] as (typeof processes)[number]).request(
        '/v1/authorities',
        { headers: bearer(`guess-${nth}`) },
        { incoming: { socket: { remoteAddress: client } } },
      ),
    ),
  );
  expect(responses.filter(({ status }) => status === 401)).toHaveLength(149);
  expect(responses.filter(({ status }) => status === 429)).toHaveLength(61);
});

it('while the database is away each process has its limit by itself', async () => {
  const gone = await openTestApp();
  await gone.close();
  const attempts = new FailedAttempts(new Guesses(gone.deps), 3);
  for (let tries = 0; tries < 3; tries++) expect((await attempts.count(['a'])).waitSeconds).toBe(0);
  expect((await attempts.count(['a'])).waitSeconds).toBeGreaterThan(0);
});

it('five wrong tries never lock a right token out', async () => {
  for (let tries = 0; tries < 5; tries++)
    expect((await post('rh-epj', bearer('wrong'), '192.0.2.1')).status).not.toBe(202);
  expect((await post('rh-epj', bearer(token), '192.0.2.1')).status).toBe(202);
});

it('a request without credentials is no guess: many systems send theirs only after a 401', async () => {
  for (let tries = 0; tries < 150; tries++) expect((await post('rh-quiet', {})).status).toBe(401);
});

it('the log tells of it once a minute, without an address', async () => {
  const before = test.logged.length;
  await triesUntil429(() => send('/v1/authorities', bearer('guess')));
  for (let more = 0; more < 5; more++) await send('/v1/authorities', bearer('guess'));
  const warned = test.logged.slice(before).filter((line) => line.includes('wrong credentials'));
  expect(warned).toHaveLength(1);
  expect(warned[0]).not.toContain(client);
});
