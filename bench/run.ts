import '../src/utc.ts';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';
import { Pool } from 'undici';
import { z } from 'zod';
import { systemClock } from '../src/clock.ts';
import { type Config, readConfig } from '../src/config.ts';
import { Cipher } from '../src/domain/keyring.ts';
import type { SmsGateway } from '../src/gateways/gateway.ts';
import { SupplierHttp } from '../src/gateways/http.ts';
import { createGateways } from '../src/gateways/index.ts';
import { createLogger } from '../src/log.ts';
import { GatewayCaller } from '../src/pipeline/call-gateway.ts';
import { createMetrics } from '../src/pipeline/metrics.ts';
import { Dispatcher } from '../src/pipeline/send-due-reminders.ts';
import { startService } from '../src/service.ts';
import { openMigratedDatabase } from '../src/store/connect.ts';
import { openInstallation } from '../src/store/installation.ts';
import { loadShippedTemplates } from '../src/templates/index.ts';
import { startPostgres } from '../test/support/postgres-server.ts';

/**
 * The two ways through the service against what this machine can do at all, in one run, in turns. Rates on a busy machine say little;
 * the ratios hold. `npm run bench`
 */
const ROUNDS = 3;
const CONNECTIONS = 64;
const POSTS = 4_000;
const REMINDERS = 3_000;
const IN_FLIGHT = 200;
const POSTS_A_CALL = 500;
const TOKEN = 'bench-administrator-token-0123456789';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const postgres = await startPostgres();
  try {
    say(`${ROUNDS} rounds, median (least–most)`);
    report('posts of one appointment, 64 connections: service / the same route without a database', await benchIngest(postgres.url));
    report('reminders handed over, gateway at once: dispatcher / bare HTTP calls', await benchDispatch(postgres.url));
  } finally {
    await postgres.stop();
  }
}

function report(what: string, rounds: { ours: number; limit: number }[]): void {
  const ratios = rounds.map(({ ours, limit }) => ours / limit).sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)] ?? 0;
  const [least, most] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
  const rates = rounds.map(({ ours, limit }) => `${Math.round(ours)} / ${Math.round(limit)}`).join(', ');
  say(`${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})  ${what}; per second: ${rates}`);
}

async function freshDatabase(serverUrl: string): Promise<string> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}

function configFor(databaseUrl: string): Config {
  return readConfig({
    DATABASE_URL: databaseUrl,
    PORT: '0',
    EASYSMS_ADMIN_TOKEN: TOKEN,
    EASYSMS_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    EASYSMS_GATEWAYS: 'simulator',
    EASYSMS_SENDING: 'off',
  });
}

async function benchIngest(serverUrl: string): Promise<{ ours: number; limit: number }[]> {
  const config = configFor(await freshDatabase(serverUrl));
  const made = createGateways(config.gateways, {}, { publicUrl: config.publicUrl, now: systemClock.now });
  if ('missing' in made) throw new Error(made.missing.join('\n'));
  const service = await startService({ config, gateways: made.gateways, log: createLogger('fatal') });
  const ceiling = await startCeiling();
  try {
    const token = await makeSource(service.url);
    const rounds: { ours: number; limit: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const limit = await post(ceiling.url, '/v1/webhooks/bench', token, `c${round}`);
      rounds.push({ ours: await post(service.url, '/v1/webhooks/bench', token, `o${round}`), limit });
    }
    return rounds;
  } finally {
    await ceiling.close();
    await service.stop();
  }
}

async function makeSource(url: string): Promise<string> {
  const put = async (path: string, body: unknown) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const answer = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { secrets: { token: string } };
  };
  await put('/v1/authorities/bench', { name: 'Bench', sender: 'Bench', sendingWindow: null, maxPerNumberPerDay: 100 });
  return (await put('/v1/authorities/bench/sources/bench', { name: 'Bench' })).secrets.token;
}

/** The route as it would be if nothing were stored: the same framework, a bearer token, the schema checked. */
async function startCeiling(): Promise<{ url: string; close: () => Promise<void> }> {
  const patient = z.object({ phone: z.string() });
  const event = z.object({ type: z.string(), data: z.object({ id: z.string(), start: z.string(), patient }) });
  const app = new Hono().post('/v1/webhooks/bench', async (c) => {
    if (!c.req.header('authorization')?.startsWith('Bearer ')) return c.body(null, 401);
    const { data } = event.parse(JSON.parse(new TextDecoder().decode(await c.req.arrayBuffer())));
    return c.json({ result: 'accepted', reference: data.id, reminders: 2, alreadyHandedOver: [] }, 202);
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
}

/** @returns posts a second, each of an appointment of its own */
async function post(url: string, path: string, token: string, prefix: string): Promise<number> {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const start = new Date(systemClock.now().getTime() + 30 * 86_400_000).toISOString();
  let next = 0;
  const began = performance.now();
  const worker = async () => {
    while (next < POSTS) {
      const id = `${prefix}-${next++}`;
      const phone = String(20_100_000 + (next % 800_000));
      const body = JSON.stringify({ type: 'appointment.booked', data: { id, start, patient: { phone }, location: { text: 'Opgang 4' } } });
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const answer = await pool.request({ method: 'POST', path, headers, body });
      if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}: ${await answer.body.text()}`);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  return POSTS / seconds;
}

async function benchDispatch(serverUrl: string): Promise<{ ours: number; limit: number }[]> {
  const sink = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(202).end('0: Accepted for delivery'));
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(sink.address() as AddressInfo).port}/send`);
  const rounds: { ours: number; limit: number }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ limit: await bareCalls(url), ours: await dispatch(await freshDatabase(serverUrl), url) });
  await new Promise((resolve) => sink.close(resolve));
  return rounds;
}

async function bareCalls(url: URL): Promise<number> {
  const http = new SupplierHttp(url);
  let left = REMINDERS;
  const began = performance.now();
  const worker = async () => {
    while (left-- > 0)
      await http.post({ 'Content-Type': 'text/plain' }, 'Husk din aftale tirsdag d. 1. december kl. 9.00.', new AbortController().signal);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const rate = REMINDERS / ((performance.now() - began) / 1000);
  await http.close();
  return rate;
}

/** Books far ahead over HTTP, then hands over as if the day had come. */
async function dispatch(databaseUrl: string, url: URL): Promise<number> {
  const config = configFor(databaseUrl);
  const made = createGateways(config.gateways, {}, { publicUrl: config.publicUrl, now: systemClock.now });
  if ('missing' in made) throw new Error(made.missing.join('\n'));
  const service = await startService({ config, gateways: made.gateways, log: createLogger('fatal') });
  const token = await makeSource(service.url);
  for (let batch = 0; batch < REMINDERS; batch += POSTS_A_CALL) await bookMany(service.url, token, batch);
  await service.stop();

  const database = await openMigratedDatabase({ databaseUrl });
  const day = new Date(systemClock.now().getTime() + 30 * 86_400_000 - 2 * 3_600_000);
  const now = () => day;
  const { keyring } = await openInstallation(database.db, new Cipher(config.encryptionKeys), config.publicUrl, now());
  const http = new SupplierHttp(url);
  const gateway: SmsGateway = {
    id: 'bench',
    capabilities: { reference: 'echoed', maxPerSecond: null, maxSegments: 10, ownOptOutList: false },
    async send(sms, { signal }) {
      const answer = await http.post({ 'Content-Type': 'text/plain' }, sms.text, signal);
      if ('status' in answer) return { kind: 'accepted', gatewayMessageId: null, segments: null };
      return { kind: 'uncertain', code: answer.code, detail: 'no answer' };
    },
    verify: () => false,
    readReceipts: () => [],
    readInbound: () => [],
    acknowledge: () => ({ status: 200, body: '' }),
    close: () => http.close(),
  };
  const log = createLogger('fatal');
  const sending = { heldReason: () => null };
  const base = { db: database.db, keyring, templates: loadShippedTemplates(), log, metrics: createMetrics(), now, worker: 'bench' };
  const deps = { ...base, gateways: [gateway] as const, concurrency: IN_FLIGHT, sending };
  const dispatcher = new Dispatcher(deps, new GatewayCaller(gateway, deps));
  const began = performance.now();
  const { started } = await dispatcher.drain();
  await dispatcher.stop();
  const rate = started / ((performance.now() - began) / 1000);
  if (started < REMINDERS) throw new Error(`only ${started} of ${REMINDERS} were handed over`);
  await gateway.close();
  await database.close();
  return rate;
}

async function bookMany(url: string, token: string, from: number): Promise<void> {
  const start = new Date(systemClock.now().getTime() + 30 * 86_400_000).toISOString();
  const events = Array.from({ length: POSTS_A_CALL }, (_, index) => {
    const patient = { phone: String(20_100_000 + from + index) };
    return { type: 'appointment.booked', data: { id: `D-${from + index}`, start, patient } };
  });
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/v1/webhooks/bench`, { method: 'POST', headers, body: JSON.stringify(events) });
  if (answer.status !== 207) throw new Error(`answered ${answer.status}`);
}

await main();
