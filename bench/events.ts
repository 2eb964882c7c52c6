import { createServer } from 'node:net';
import { Agent } from 'undici';
import { systemClock, systemTimers } from '../src/clock.ts';
import { openMigratedDatabase } from '../src/database/connect.ts';
import { Cipher } from '../src/domain/keyring.ts';
import { Deliverer } from '../src/events/deliverer.ts';
import { MOST_CALLS } from '../src/events/health.ts';
import { createLogger } from '../src/log.ts';
import { createMetrics } from '../src/runtime/metrics.ts';
import { parseAllowedAddress } from '../src/runtime/outgoing/allowed-addresses.ts';
import { OutgoingHttp } from '../src/runtime/outgoing/http.ts';
import { openInstallation } from '../src/store/installation.ts';
import { type Built, startBuilt } from './built.ts';
import { type Cost, costLine } from './costs.ts';
import { DatabaseTime, perThing } from './database-time.ts';
import { JSON_EVENT, post } from './posts.ts';
import { processorTime, ServerTime } from './processor-time.ts';
import { type Round, report, say } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { configFor, dropDatabase, putSource, withClient } from './service.ts';
import { startSupplier } from './supplier.ts';

/** Sources whose endpoints take calls and never answer. */
const HANGING = 16;
const PENDING = 5_000;
const POSTS = 4_000;

/** Events a second to an endpoint that responds at once, against bare posts of the same text over as many connections. */
export async function benchEvents(serverUrl: string, rounds: number, events: number): Promise<void> {
  const receiver = await startSupplier(0);
  const { host } = new URL(receiver.origin);
  const { databaseUrl, env } = await openStock(serverUrl);
  const service = await startBuilt({ ...env, EASYSMS_ALLOWED_ADDRESSES: host, EASYSMS_ROLE: 'api' });
  await putSource(service.url, 'bench', { events: { url: `http://${host}/events` } });
  await service.stop();
  const sending = await openDeliverer(databaseUrl, host);
  const time = await DatabaseTime.open(databaseUrl);
  const results: Round[] = [];
  const server = await ServerTime.open(serverUrl);
  const used = () => ({ node: processorTime(process.pid), store: server.used([time.pid]) });
  const costs: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    await addEvents(databaseUrl, ['bench'], events);
    await time.reset();
    const before = used();
    const rate = events / (await secondsOf(() => sending.deliver()));
    const after = used();
    const { calls, planMs, pages, wal } = await time.spent();
    const sums = { node: after.node - before.node, store: after.store - before.store, pages, wal };
    costs.push({ rate, ...perThing({ ...sums, statements: calls, planning: 1000 * planMs }, events) });
    results.push({ ours: rate, limit: events / (await secondsOf(() => postBare(`http://${host}/events`, events))) });
  }
  await time.close();
  report(`events to an endpoint that responds at once / bare posts over ${MOST_CALLS} connections`, results, 0.1);
  const slowest = Math.min(...results.map(({ ours }) => ours));
  say(
    `     ${Math.round(slowest)} events a second in the slowest round [aim 1000: ${slowest >= 1_000 ? 'reached' : 'missed'}]`,
  );
  say(`     an event: ${costLine(costs)}`);
  await sending.close();
  await receiver.stop();
  await dropDatabase(serverUrl, databaseUrl);
}

async function openDeliverer(databaseUrl: string, host: string) {
  const config = configFor(databaseUrl);
  const database = await openMigratedDatabase({ databaseUrl });
  const { db } = database;
  const { keyring } = await openInstallation(
    db,
    new Cipher(config.encryptionKeys),
    config.publicUrl,
    systemClock.now(),
  );
  const outgoing = new OutgoingHttp(
    [host].flatMap((entry) => parseAllowedAddress(entry) ?? []),
    MOST_CALLS,
  );
  const running = { log: createLogger('fatal'), metrics: createMetrics(), timers: systemTimers, random: Math.random };
  const deps = { db, keyring, outgoing, now: systemClock.now, publicUrl: config.publicUrl, ...running };
  const deliverer = new Deliverer({ ...deps, sending: { heldReason: () => null } });
  return {
    async deliver() {
      await deliverer.deliver();
      await deliverer.idle();
    },
    async close() {
      await deliverer.stop();
      await outgoing.close();
      await database.close();
    },
  };
}

/** Events about as many appointments, numbered, as if they had just been recorded. */
async function addEvents(databaseUrl: string, sources: readonly string[], count: number): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(
      `with begun as (
        insert into event_sequence as s (source_id, last) select unnest($1::text[]), $2::bigint
        on conflict (source_id) do update set last = s.last + $2::bigint returning source_id, last - $2::bigint as first)
      insert into event (source_id, sequence, id, authority_id, appointment_id, reference, type, at, numbered_at)
      select source_id, first + n, gen_random_uuid(), 'bench', gen_random_uuid(), 'E-' || n, 'citizen.confirmed', $3, $3
      from begun, generate_series(1, $2::bigint) n`,
      [sources, count, new Date()],
    );
    await client.query('vacuum (analyze) event');
    await client.query('checkpoint');
  });
}

async function postBare(address: string, count: number): Promise<void> {
  const agent = new Agent({ connections: MOST_CALLS, pipelining: 1 });
  const { origin, pathname: path } = new URL(address);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': '01a20d36-6b80-7783-a680-e3aae1fe34b2',
    'webhook-timestamp': '1795770000',
    'webhook-signature': 'v1,oKvtr3kIIT/V+BVNcwKYcEMwlRD+VEu1+NDXwtQF/yU=',
  };
  const data = { source: 'bench', reference: 'E-1' };
  const body = JSON.stringify({
    id: headers['webhook-id'],
    type: 'citizen.confirmed',
    timestamp: '',
    sequence: 1,
    data,
  });
  let left = count;
  const worker = async () => {
    while (left-- > 0) await (await agent.request({ origin, path, method: 'POST', headers, body })).body.dump();
  };
  await Promise.all(Array.from({ length: MOST_CALLS }, worker));
  await agent.close();
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/**
 * Whether endpoints that never answer slow intake and hand-over: each round measures both in turns, by a process whose
 * endpoints hang, and by one that has none.
 */
export async function benchHanging(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const [posts, handOvers]: [Round[], Round[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // In turns that change places: the machine does not stay the same.
    const first = await measure(serverUrl, reminders, round % 2 === 0 ? null : host);
    const second = await measure(serverUrl, reminders, round % 2 === 0 ? host : null);
    const [without, within] = round % 2 === 0 ? [first, second] : [second, first];
    posts.push({ ours: within.posts, limit: without.posts });
    handOvers.push({ ours: within.handOvers, limit: without.handOvers });
  }
  report(`posts while ${HANGING} endpoints hang / without any`, posts, 0.95);
  report(`reminders handed over while ${HANGING} endpoints hang / without any`, handOvers, 0.95);
  silent.close();
}

async function measure(serverUrl: string, reminders: number, host: string | null) {
  const { databaseUrl, env, token } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  const service = await startBuilt({ ...env, ...supplier.env, ...(host && { EASYSMS_ALLOWED_ADDRESSES: host }) });
  if (host !== null) await hang(service, databaseUrl, host);
  const rate = await post(service.url, JSON_EVENT, token, 'post', { appointments: POSTS, connections: 16 });
  await multiply(databaseUrl, { count: reminders, due: new Date(Date.now() + 3_000 + reminders / 10), everyMs: 0 });
  const { firstAt, lastAt } = await supplier.taken(reminders);
  await service.kill();
  await supplier.stop();
  await dropDatabase(serverUrl, databaseUrl);
  if (host !== null) say(`     ${HANGING} × ${PENDING} events waited meanwhile`);
  return { posts: rate, handOvers: (reminders * 1000) / (lastAt - firstAt) };
}

async function hang(service: Built, databaseUrl: string, host: string): Promise<void> {
  const sources = Array.from({ length: HANGING }, (_, nth) => `hanging-${nth}`);
  for (const source of sources) await putSource(service.url, source, { events: { url: `http://${host}/${source}` } });
  await addEvents(databaseUrl, sources, PENDING);
}
