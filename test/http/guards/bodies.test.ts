import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { type HttpServer, listenForHttp } from '../../../src/http-server.ts';
import { BodyMemory } from '../../../src/runtime/body-memory.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { parseNetwork } from '../../../src/runtime/networks.ts';
import { eventually } from '../../support/eventually.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { useApp } from '../../support/scenario.ts';

const MIB = 1024 * 1024;
const TEN_MIB = 10 * MIB;
const SIGNED = (seconds: number) => ({
  'webhook-id': 'msg-1',
  'webhook-timestamp': String(seconds),
  'webhook-signature': 'v1,bm8gc2lnbmF0dXJl',
});

/** Says of a callback by its header alone whether it may come from the supplier. */
class HeadedGateway extends ScriptedGateway {
  verifyHead({ headers }: { readonly headers: Readonly<Record<string, string>> }): false | undefined {
    return headers['x-signature'] === undefined ? false : undefined;
  }
}

/** Sees the token in its header alone. */
class TokenGateway extends ScriptedGateway {
  verifyHead(): boolean {
    return false;
  }
}

let server: HttpServer;
let memory: BodyMemory;
const sockets: Socket[] = [];

const test = useApp({
  deps: () => ({
    gateways: [new HeadedGateway(), new TokenGateway({}, 'token')],
  }),
  authorities: { rh: { sources: { epj: {}, hmac: { auth: { hmac: { header: 'X-Own-Proof' } } } } } },
});
beforeAll(async () => {
  // Eight MiB: a signed sender has one of them, all signed ones together four.
  const trustedProxies = [parseNetwork('127.0.0.0/8')].filter((network) => network !== null);
  memory = new BodyMemory(8, test.deps);
  const app = createApp({ ...test.deps, trustedProxies, bodies: memory });
  server = await listenForHttp(app.fetch, '127.0.0.1', 0);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

interface Conversation {
  readonly socket: Socket;
  /** Bytes that the server has sent so far. */
  said(): string;
}

/** Sends the head of a request, and no byte of its body. */
function open(path: string, headers: Record<string, string>, method = 'POST'): Conversation {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  let said = '';
  socket.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  socket.on('error', () => {});
  const lines = Object.entries({ Host: 'sms.example.org', ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return { socket, said: () => said };
}

async function statusOf(conversation: Conversation): Promise<number> {
  await eventually(() => expect(conversation.said()).toContain('\r\n\r\n'));
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(conversation.said())?.[1]);
}

const bytesHeld = async (): Promise<number> => {
  const [value] = (await test.deps.metrics.bodyBytes.get()).values;
  return value?.value ?? 0;
};
const json = (bytes: number, headers: Record<string, string> = {}) => ({
  'Content-Type': 'application/json',
  'Content-Length': String(bytes),
  ...headers,
});
/** A signed request of a client behind the proxy. */
const signedFrom = (client: string) => ({ ...SIGNED(seconds()), 'X-Forwarded-For': client });
const seconds = () => test.clock.now.getTime() / 1000;

describe('a request that no body could prove is refused before a byte of its body has come', () => {
  it.each<[string, number, string, Record<string, string>, string?]>([
    ['without credentials', 401, '/v1/webhooks/epj', {}],
    ['with a wrong token', 401, '/v1/webhooks/epj', { Authorization: 'Bearer wrong' }],
    ['at a source that is not there', 401, '/v1/webhooks/nobody', { Authorization: 'Bearer wrong' }],
    ['with a signature of last week', 401, '/v1/webhooks/epj', SIGNED(1_700_000_000)],
    ['without the signature of its source', 401, '/v1/webhooks/hmac', { 'X-Other': 'abc' }],
    ['with what is no signature in the header of its source', 401, '/v1/webhooks/hmac', { 'X-Own-Proof': 'abc' }],
    ['in FHIR', 401, '/v1/fhir/epj', {}],
    ['in FHIR, to one resource', 401, '/v1/fhir/epj/Appointment/A-1', {}, 'PUT'],
    ['in HL7 v2', 401, '/v1/hl7v2/epj', {}],
    ['as a file', 401, '/v1/sources/epj/imports', {}],
    ['as a trial', 401, '/v1/sources/epj/test', {}],
    ['to the administration', 401, '/v1/authorities/rh/opt-outs', { 'Content-Length': String(MIB) }],
    ['of a gateway', 401, '/v1/callbacks/scripted/inbound', {}],
    ['of a gateway that is not there', 401, '/v1/callbacks/nobody/receipts', {}],
  ])('%s', async (_name, status, path, headers, method) => {
    const conversation = open(path, json(TEN_MIB, headers), method);
    expect(await statusOf(conversation)).toBe(status);
    // Bytes that the client goes on sending are not taken for long: the connection ends.
    if (!conversation.socket.closed) await once(conversation.socket, 'close');
    expect(await bytesHeld()).toBe(0);
  });

  it('and one with a right token and a body over 1 MiB is told so', async () => {
    const right = { Authorization: `Bearer ${test.token}` };
    expect(await statusOf(open('/v1/webhooks/epj', json(TEN_MIB, right)))).toBe(413);
  });

  it('while a body that may prove its sender is waited for, alike for whom there is and whom there is not', async () => {
    const bytes = 1_000;
    const gateways = ['scripted', 'token', 'nobody'].map((id) => `/v1/callbacks/${id}/receipts`);
    for (const [path, headers] of [
      ...['epj', 'hmac', 'nobody'].map((id) => [`/v1/webhooks/${id}`, SIGNED(seconds())] as const),
      ...['epj', 'hmac', 'nobody'].map((id) => [`/v1/webhooks/${id}`, { 'X-Hub-Signature-256': 'sha256=00' }] as const),
      ...['epj', 'hmac', 'nobody'].map((id) => [`/v1/webhooks/${id}`, { 'X-Own-Proof': '0a'.repeat(32) }] as const),
      ...gateways.map((path) => [path, { 'X-Signature': '00' }] as const),
    ]) {
      const waiting = open(path, json(bytes, headers));
      await eventually(async () => expect(await bytesHeld()).toBe(bytes));
      expect(waiting.said()).toBe('');
      waiting.socket.write('x'.repeat(bytes));
      expect(await statusOf(waiting)).toBe(401);
      await eventually(async () => expect(await bytesHeld()).toBe(0));
    }
  });
});

describe('bodies that are received at once', () => {
  it('have a bound together, over which 503 asks to come again, and the room is given back', async () => {
    const right = { Authorization: `Bearer ${test.token}` };
    const waiting = Array.from({ length: 8 }, () => open('/v1/webhooks/epj', json(MIB, right)));
    await eventually(async () => expect(await bytesHeld()).toBe(8 * MIB));
    const refused = open('/v1/webhooks/epj', json(10, right));
    expect(await statusOf(refused)).toBe(503);
    expect(refused.said()).toMatch(/^retry-after: 1\r$/im);
    for (const { socket } of waiting) socket.destroy();
    await eventually(async () => expect(await bytesHeld()).toBe(0));
    const body = JSON.stringify({
      type: 'appointment.booked',
      data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00' },
    });
    const next = open('/v1/webhooks/epj', json(body.length, right));
    next.socket.write(body);
    expect(await statusOf(next)).toBe(202);
    expect((await test.deps.metrics.bodiesRefused.get()).values[0]?.value).toBeGreaterThan(0);
  });

  it('leave room for proven senders, and for one source beside a flood at another, where nothing is proven', async () => {
    const flood = open('/v1/webhooks/epj', json(MIB, SIGNED(seconds())));
    await eventually(async () => expect(await bytesHeld()).toBe(MIB));
    expect(await statusOf(open('/v1/webhooks/epj', json(10, signedFrom('203.0.113.7'))))).toBe(503);
    const other = open('/v1/webhooks/hmac', json(10, signedFrom('203.0.113.8')));
    await eventually(async () => expect(await bytesHeld()).toBe(MIB + 10));
    const proven = open('/v1/webhooks/epj', json(20, { Authorization: `Bearer ${test.token}` }));
    await eventually(async () => expect(await bytesHeld()).toBe(MIB + 30));
    for (const { socket } of [flood, other, proven]) socket.destroy();
    await eventually(async () => expect(await bytesHeld()).toBe(0));
  });

  it('leave room for others where one client signs for names that it invents', async () => {
    const quarter = json(MIB / 4, signedFrom('203.0.113.7'));
    const flood = ['a', 'b', 'c', 'd'].map((id) => open(`/v1/webhooks/${id}`, quarter));
    await eventually(async () => expect(await bytesHeld()).toBe(MIB));
    for (const path of ['/v1/webhooks/e', '/v1/webhooks/hmac', '/v1/callbacks/scripted/receipts'])
      expect(await statusOf(open(path, json(1, { ...signedFrom('203.0.113.7'), 'X-Signature': '00' })))).toBe(503);
    const others = ['/v1/webhooks/hmac', '/v1/callbacks/scripted/receipts'].map((path) =>
      open(path, json(10, { ...signedFrom('203.0.113.8'), 'X-Signature': '00' })),
    );
    await eventually(async () => expect(await bytesHeld()).toBe(MIB + 20));
    for (const { socket } of [...flood, ...others]) socket.destroy();
    await eventually(async () => expect(await bytesHeld()).toBe(0));
  });

  it('are counted as they come where no length was said, up to 1 MiB', async () => {
    const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
    const headers = { 'Transfer-Encoding': 'chunked', Authorization: `Bearer ${test.token}` };
    const slow = open('/v1/webhooks/epj', { ...headers, 'Content-Type': 'application/json' });
    slow.socket.write(chunk(1_000));
    await eventually(async () => expect(await bytesHeld()).toBe(1_000));
    slow.socket.write(`${chunk(500)}0\r\n\r\n`);
    expect(await statusOf(slow)).toBe(400);
    await eventually(async () => expect(await bytesHeld()).toBe(0));
    const large = open('/v1/webhooks/epj', { ...headers, 'Content-Type': 'application/json' });
    large.socket.write(chunk(MIB) + chunk(1));
    expect(await statusOf(large)).toBe(413);
    await eventually(async () => expect(await bytesHeld()).toBe(0));
  });

  it('leave room for booking systems while keys of the administration are looked up, right ones or wrong ones', async () => {
    const key = await test.createKey('rh', 'administrator');
    const keyed = (key: string) => json(MIB, { Authorization: `Bearer ${key}`, 'X-Forwarded-For': '203.0.113.9' });
    const wrong = keyed(`esk_01234567_${'x'.repeat(43)}`);
    await test.db.transaction().execute(async (trx) => {
      await sql`lock table api_key in access exclusive mode`.execute(trx);
      const flood = [1, 2, 3].map(() => open('/v1/authorities/rh/plan', wrong));
      const refused = await Promise.race(flood.map(statusOf));
      expect([refused, await bytesHeld()]).toEqual([503, MIB]);
      for (const { socket } of flood) socket.destroy();
    });
    await eventually(async () => expect(await bytesHeld()).toBe(0));
    const known: Conversation[] = [];
    const stranger = { proven: false, to: 'administration', client: 'client of nobody' };
    for (const held of [1, 2, 3]) {
      known.push(open('/v1/authorities/rh/plan', keyed(key)));
      await eventually(async () => expect(await bytesHeld()).toBe(held * MIB));
      await eventually(() => expect(memory.take(1, stranger)).toBe(true));
      memory.give(1, stranger);
    }
    for (const { socket } of known) socket.destroy();
    await eventually(async () => expect(await bytesHeld()).toBe(0));
  });

  it('of unproven senders to all addresses together take half of the room', () => {
    const memory = new BodyMemory(8, { metrics: createMetrics() });
    const to = (nth: number) => ({ proven: false, to: `source-${nth}`, client: `client ${nth}` });
    expect([1, 2, 3, 4, 5].map((nth) => memory.take(MIB, to(nth)))).toEqual([true, true, true, true, false]);
    const found = [1, 2, 3, 4, 5].map(() => memory.take(MIB, { proven: true, to: '', client: '' }));
    expect(found).toEqual([true, true, true, true, false]);
    memory.give(MIB, to(1));
    expect(memory.take(MIB, to(5))).toBe(true);
  });
});
