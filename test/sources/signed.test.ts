import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startFhirServer } from '../support/fhir-server.ts';
import { useApp } from '../support/scenario.ts';

const KEY = 'a-key-that-the-system-chose';
const JSON_TYPE = 'application/json';
const FHIR_TYPE = 'application/fhir+json';

let source = '';
let token = '';
let webhookSecret = '';
let sources = 0;
let messages = 0;

const app = useApp({ authorities: ['rh'] });
beforeEach(() => makeSource());

async function makeSource(settings: object = {}, hmac: object = {}): Promise<void> {
  source = `epj-${++sources}`;
  const auth = { hmac: { header: 'X-Sender-Signature', secret: KEY, ...hmac } };
  ({ token, webhookSecret } = await app.makeSource('rh', source, { auth, ...settings }));
}

const byHmac = (body: string) => ({ 'x-sender-signature': createHmac('sha256', KEY).update(body).digest('hex') });
function byStandardWebhooks(body: string, id = `msg-${++messages}`): Record<string, string> {
  const at = String(app.clock.now.getTime() / 1000);
  const key = Buffer.from(webhookSecret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
}
const withToken = () => ({ authorization: `Bearer ${token}` });

const event = (id: string, start = '2026-12-01T09:00:00+01:00', type = 'appointment.booked') =>
  JSON.stringify({ type, data: { id, start, patient: { phone: '+4520123456' } } });
const resource = (id: string) =>
  JSON.stringify({
    ...{ resourceType: 'Appointment', id, status: 'booked', start: '2026-12-01T09:00:00+01:00' },
    participant: [{ actor: { display: 'X' }, status: 'accepted' }],
  });

interface Sent {
  readonly status: number;
  readonly result: string | undefined;
  readonly code: string | undefined;
}

async function send(path: string, headers: Record<string, string>, body: string, method = 'POST'): Promise<Sent> {
  const type = path.startsWith('/v1/fhir') ? FHIR_TYPE : JSON_TYPE;
  const response = await app.app.request(path, { method, body, headers: { 'content-type': type, ...headers } });
  const said = (await response.json()) as {
    result?: string;
    type?: string;
    issue?: { details: { coding: { code: string }[] } }[];
  };
  const code = said.issue?.[0]?.details.coding[0]?.code;
  return { status: response.status, result: said.result ?? code, code: said.type?.replace('/problems/', '') ?? code };
}
const post = (headers: Record<string, string>, body: string) => send(`/v1/webhooks/${source}`, headers, body);

async function stored(reference: string): Promise<{ status: string; start: string } | null> {
  const response = await app.request(`/v1/authorities/rh/appointments/${source}/${reference}`);
  return response.status === 404 ? null : ((await response.json()) as { status: string; start: string });
}

describe('the characters of an HL7 v2 message', () => {
  const message = (id: string) =>
    [
      `MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12|${id}|P|2.5.1|||AL|NE||UNICODE UTF-8`,
      `SCH|${id}|${id}|||||x|x|30|min|^^^20261201090000+0100|||||||||||||||Booked`,
      'PID|1||P-1||X||||||||20123456',
      'AIL|1|A|^^^^^^^^Højbro|||20261201090000',
    ].join('\r');
  const placeOf = async (id: string, headers: Record<string, string>) => {
    const type = { 'content-type': 'application/hl7-v2; charset=iso-8859-5' };
    const body = message(id);
    await app.app.request(`/v1/hl7v2/${source}`, { method: 'POST', body, headers: { ...type, ...headers } });
    const { rows } = await sql<{ location_text: string }>`
      select location_text from appointment where source_id = ${source} and reference = ${id}`.execute(app.db);
    return rows[0]?.location_text;
  };

  it('are those that it names itself, where a signature covers it and no token the header', async () => {
    expect(await placeOf('H-1', byHmac(message('H-1')))).toBe('Højbro');
    expect(await placeOf('H-2', { ...byHmac(message('H-2')), ...withToken() })).not.toBe('Højbro');
    expect(await placeOf('H-3', withToken())).not.toBe('Højbro');
  });
});

describe('a signed request that is captured and sent again', () => {
  it('is a repeat by its webhook-id, whatever Idempotency-Key comes with it', async () => {
    const first = event('A-1', '2026-12-01T09:00:00+01:00');
    const moved = event('A-1', '2026-12-02T09:00:00+01:00');
    const headers = byStandardWebhooks(first);
    expect(await post({ ...headers, 'idempotency-key': 'k-1' }, first)).toMatchObject({ result: 'accepted' });
    expect(await post(byStandardWebhooks(moved), moved)).toMatchObject({ result: 'accepted' });
    for (const key of [{}, { 'idempotency-key': 'k-1' }, { 'idempotency-key': 'made-up' }])
      expect(await post({ ...headers, ...key }, first)).toMatchObject({ status: 202, result: 'duplicate' });
    expect(await stored('A-1')).toMatchObject({ start: '2026-12-02T08:00:00.000Z' });
  });

  it('is hashed once, for both keys together', async () => {
    const hash = vi.spyOn(app.deps.keyring, 'digest');
    const body = event('A-1');
    for (const more of [{}, { 'idempotency-key': 'own' }]) {
      hash.mockClear();
      expect(await post({ ...byStandardWebhooks(body), ...more }, body)).toMatchObject({ status: 202 });
      expect(hash.mock.calls.filter(([purpose]) => purpose.startsWith('body'))).toHaveLength(1);
    }
    hash.mockRestore();
  });

  it('is a repeat also of one that was a repeat by its Idempotency-Key, which came with the token', async () => {
    const first = event('A-1');
    const again = byStandardWebhooks(first);
    const key = { 'idempotency-key': 'k', ...withToken() };
    expect(await post({ ...byStandardWebhooks(first), ...key }, first)).toMatchObject({ result: 'accepted' });
    expect(await post({ ...again, ...key }, first)).toMatchObject({ result: 'duplicate' });
    const moved = event('A-1', '2026-12-02T09:00:00+01:00');
    await post(byStandardWebhooks(moved), moved);
    expect(await post(again, first)).toMatchObject({ result: 'duplicate' });
    expect(await stored('A-1')).toMatchObject({ start: '2026-12-02T08:00:00.000Z' });
  });

  it('still is a repeat by its Idempotency-Key under a new webhook-id, where the token came with it', async () => {
    const body = event('A-1');
    const other = event('A-2');
    const key = { 'idempotency-key': 'k', ...withToken() };
    await post({ ...byStandardWebhooks(body), ...key }, body);
    expect(await post({ ...byStandardWebhooks(body), ...key }, body)).toMatchObject({ result: 'duplicate' });
    const answer = await post({ ...byStandardWebhooks(other), ...key }, other);
    expect(answer).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it.each(['idempotency-key', 'webhook-id'])(
    'by an HMAC takes no %s from the request it will belong to',
    async (name) => {
      const [captured, real] = [event('A-1'), event('A-2')];
      const key = { [name]: 'evt-1002' };
      await post(byHmac(captured), captured);
      expect(await post({ ...byHmac(captured), ...key }, captured)).toMatchObject({ status: 202 });
      expect(await post({ ...byHmac(real), ...key }, real)).toMatchObject({ status: 202, result: 'accepted' });
      expect(await stored('A-2')).toMatchObject({ status: 'booked' });
    },
  );

  it('takes no Idempotency-Key, which the signature does not cover, from the request that it will belong to', async () => {
    const first = event('A-1');
    const headers = byStandardWebhooks(first);
    await post(headers, first);
    const kept = async () => (await app.db.selectFrom('idempotency_key').select('key').execute()).length;
    const before = await kept();
    expect(await post({ ...headers, 'idempotency-key': 'future' }, first)).toMatchObject({ result: 'duplicate' });
    expect(await kept()).toBe(before);
    const other = event('A-2');
    const real = { ...byStandardWebhooks(other), 'idempotency-key': 'future' };
    expect(await post(real, other)).toMatchObject({ status: 202, result: 'accepted' });
  });

  it('asks the FHIR server no second time where it is a ping; one that failed may come again', async () => {
    const server = await startFhirServer();
    await makeSource({ fhirBaseUrl: server.url });
    const ping = byStandardWebhooks('');
    const sendPing = (more: Record<string, string> = {}) => send(`/v1/fhir/${source}`, { ...ping, ...more }, '');
    server.answers.set('/Appointment', (_request, response) => void response.writeHead(500).end());
    expect((await sendPing()).status).toBe(503);
    server.answers.set('/Appointment', { resourceType: 'Bundle', type: 'searchset', entry: [] });
    expect((await sendPing()).status).toBe(200);
    const asked = server.asked.length;
    expect(asked).toBeGreaterThan(1);
    expect((await sendPing()).status).toBe(200);
    expect((await sendPing({ 'idempotency-key': 'made-up' })).status).toBe(200);
    expect(server.asked).toHaveLength(asked);
    await server.close();
  });

  it('asks the FHIR server no second time by the body of a ping with a replay memory, unless that is empty', async () => {
    const server = await startFhirServer();
    await makeSource({ fhirBaseUrl: server.url }, { replayMemory: true });
    server.answers.set('/Appointment', { resourceType: 'Bundle', type: 'searchset', entry: [] });
    const asked = async (body: string) => {
      const before = server.asked.length;
      expect((await send(`/v1/fhir/${source}`, byHmac(body), body)).status).toBe(200);
      return server.asked.length > before;
    };
    const notification = (eventNumber: string) => {
      const told = { resourceType: 'SubscriptionStatus', status: 'active', type: 'event-notification' };
      const subscription = { reference: 'Subscription/1' };
      const resource = { ...told, subscription, notificationEvent: [{ eventNumber }] };
      return JSON.stringify({ resourceType: 'Bundle', type: 'subscription-notification', entry: [{ resource }] });
    };
    const [first, next] = [notification('1'), notification('2')];
    expect([await asked(first), await asked(first), await asked(next)]).toEqual([true, false, true]);
    for (const empty of ['', '', '{}', '{}']) expect(await asked(empty)).toBe(true);
    await server.close();
  });

  it('by an HMAC alone moves nothing back, with a replay memory or without', async () => {
    const replay = async () => {
      const first = event('A-1', '2026-12-01T09:00:00+01:00');
      const moved = event('A-1', '2026-12-02T09:00:00+01:00');
      await post(byHmac(first), first);
      await post(byHmac(moved), moved);
      const { result } = await post({ ...byHmac(first), 'idempotency-key': 'made-up' }, first);
      return [result, (await stored('A-1'))?.start];
    };
    expect(await replay()).toEqual(['duplicate', '2026-12-02T08:00:00.000Z']);
    await makeSource({}, { replayMemory: true });
    expect(await replay()).toEqual(['duplicate', '2026-12-02T08:00:00.000Z']);
    const shown = await app.json<{ auth: object }>(200, `/v1/authorities/rh/sources/${source}`);
    expect(shown.auth).toMatchObject({ hmac: { replayMemory: true } });
  });
});

describe.each([
  ['an HMAC', byHmac],
  ['Standard Webhooks', byStandardWebhooks],
] as const)('a request signed by %s that is captured and sent to …/test', (_name, sign) => {
  /** Every row of every table, and every count of the process. */
  async function everything(): Promise<string[]> {
    const { rows: tables } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(app.db);
    const all: string[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t order by 1`.execute(
        app.db,
      );
      all.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    const metrics = await app.deps.metrics.registry.metrics();
    return [
      ...all,
      ...metrics.split('\n').filter((line) => /^easysms_(?:appointments|source_elements|refusals)_total/.test(line)),
    ];
  }

  it('changes nothing, however often, and shows of the appointment a masked number at most', async () => {
    const body = event('A-1');
    await post(sign(body), body);
    const kept = { location: { text: 'Kanalvej 5' }, id: 'A-1', kind: 'home', start: '2026-12-01T09:00:00+01:00' };
    await post(withToken(), JSON.stringify({ type: 'appointment.updated', data: kept }));
    const moved = event('A-1', '2026-12-03T09:00:00+01:00');
    const cancelled = event('A-1', undefined, 'appointment.cancelled');
    const headers = [moved, cancelled, event('A-2')].map((each) => [each, sign(each)] as const);
    await app.deps.receiver.idle();
    const before = await everything();
    for (const [captured, signed] of [...headers, ...headers]) {
      const request = { method: 'POST', body: captured, headers: { 'content-type': JSON_TYPE, ...signed } };
      const response = await app.app.request(`/v1/sources/${source}/test`, request);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('20123456');
    }
    await app.deps.receiver.idle();
    expect(await everything()).toEqual(before);
    // Trying it has used nothing up: the real one is taken.
    const [real] = headers;
    expect(await post(real?.[1] ?? {}, moved)).toMatchObject({ status: 202, result: 'accepted' });
  });

  it('asks no FHIR server to be polled where it is a ping, and takes nothing from the real one', async () => {
    const server = await startFhirServer();
    await makeSource({ fhirBaseUrl: server.url });
    server.answers.set('/Appointment', { resourceType: 'Bundle', type: 'searchset', entry: [] });
    const ping = sign('{}');
    const before = await everything();
    const request = { method: 'POST', body: '{}', headers: { 'content-type': FHIR_TYPE, ...ping } };
    expect((await app.app.request(`/v1/sources/${source}/test`, request)).status).toBe(200);
    expect(server.asked).toHaveLength(0);
    expect(await everything()).toEqual(before);
    expect((await send(`/v1/fhir/${source}`, ping, '{}')).status).toBe(200);
    expect(server.asked.length).toBeGreaterThan(0);
    await server.close();
  });
});

describe.each([
  ['an HMAC', byHmac],
  ['Standard Webhooks', byStandardWebhooks],
] as const)('what a signature by %s does not cover decides nothing', (_name, sign) => {
  const refused = { status: 403, code: 'not-signed' };

  it('neither the method DELETE and the id in the address', async () => {
    await send(`/v1/fhir/${source}`, withToken(), resource('f-1'));
    const address = `/v1/fhir/${source}/Appointment/f-1`;
    for (const body of ['', '{}', resource('f-1')])
      expect(await send(address, sign(body), body, 'DELETE')).toMatchObject(refused);
    expect(await stored('f-1')).toMatchObject({ status: 'booked' });
    expect((await send(address, { ...sign(''), ...withToken() }, '', 'DELETE')).status).toBe(200);
    expect(await stored('f-1')).toMatchObject({ status: 'entered-in-error' });
  });

  it('nor X-Medplum-Deleted-Resource', async () => {
    await send(`/v1/fhir/${source}`, withToken(), resource('f-2'));
    const deleted = { 'x-medplum-deleted-resource': 'Appointment/f-2' };
    for (const body of ['', '{}'])
      expect(await send(`/v1/fhir/${source}`, { ...sign(body), ...deleted }, body)).toMatchObject(refused);
    expect(await stored('f-2')).toMatchObject({ status: 'booked' });
    const both = { ...sign('{}'), ...deleted, ...withToken() };
    expect(await send(`/v1/fhir/${source}`, both, '{}')).toMatchObject({ status: 200, result: 'accepted' });
  });

  it('nor another id in the address than the one that was signed', async () => {
    const body = resource('f-3');
    expect(await send(`/v1/fhir/${source}/Appointment/f-4`, sign(body), body, 'PUT')).toMatchObject(refused);
    expect([await stored('f-3'), await stored('f-4')]).toEqual([null, null]);
    expect((await send(`/v1/fhir/${source}/Appointment/f-3`, sign(body), body, 'PUT')).status).toBe(200);
    expect(await stored('f-3')).toMatchObject({ status: 'booked' });
  });

  it('nor the attributes of a CloudEvent in headers, unless the body says the same', async () => {
    const cancels = {
      ...{ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': 'https://x.example' },
      'ce-type': 'dk.region.appointment.cancelled',
    };
    const data = JSON.stringify({ id: 'C-1', start: '2026-12-01T09:00:00+01:00' });
    expect(await post({ ...sign(data), ...cancels }, data)).toMatchObject(refused);
    const whole = event('C-1');
    expect(await post({ ...sign(whole), ...cancels }, whole)).toMatchObject({ status: 202 });
    expect(await stored('C-1')).toMatchObject({ status: 'booked' });
    expect(await post({ ...withToken(), ...cancels }, data)).toMatchObject({ status: 202 });
    expect(await stored('C-1')).toMatchObject({ status: 'cancelled' });
  });

  it('nor that an import is no trial', async () => {
    const file = 'id;dato;tid;mobil\nI-1;01-12-2026;09.00;20 12 34 56';
    const address = `/v1/sources/${source}/imports`;
    const csv = { 'content-type': 'text/csv' };
    expect(await send(address, { ...sign(file), ...csv }, file)).toMatchObject(refused);
    expect((await send(`${address}?dryRun=true`, { ...sign(file), ...csv }, file)).status).toBe(200);
    expect(await stored('I-1')).toBeNull();
    expect((await send(address, { ...sign(file), ...csv, ...withToken() }, file)).status).toBe(200);
  });
});
