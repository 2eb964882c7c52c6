import { Pool } from 'undici';
import { systemClock, systemTimers } from '../src/clock.ts';
import { type OpenDatabase, openMigratedDatabase } from '../src/database/connect.ts';
import { Dispatcher } from '../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../src/dispatch/gateway-caller.ts';
import { Cipher } from '../src/domain/keyring.ts';
import { kannel } from '../src/gateways/kannel.ts';
import { createLogger } from '../src/log.ts';
import { createMetrics } from '../src/runtime/metrics.ts';
import { openInstallation } from '../src/store/installation.ts';
import { loadShippedTemplates } from '../src/templates/index.ts';
import { createDrainingPeer } from './drain-peers.ts';
import { JSON_EVENT, post } from './posts.ts';
import { configFor, startBenchService } from './service.ts';

/** Something that hands messages over to a gateway, `inFlight` at once. */
export interface Drain {
  /** Makes so many due. */
  fill(count: number): Promise<void>;
  /** Resolves when so many are handed over and that is recorded. */
  drain(count: number): Promise<void>;
  /** To the database, so far; of ours only. */
  statements?(): number;
}

/** Posts one SMS that is ready, and resolves with its answer. */
export type Send = (job: { readonly id: string }) => Promise<void>;

/** @param kind `dispatcher`, `bare` or a peer; @param store its database, or Redis for a peer that has none */
export async function createDrain(kind: string, store: string, gateway: string, inFlight: number): Promise<Drain> {
  if (kind === 'dispatcher') return createOurs(store, gateway, inFlight);
  const send = createSend(gateway, inFlight);
  return kind === 'bare' ? createBare(send, inFlight) : createDrainingPeer(kind, store, send, inFlight);
}

/**
 * What undici can do at all, with everything about the SMS known beforehand: as many headers and octets as our adapter
 * for Kannel sends.
 */
function createSend(gateway: string, inFlight: number): Send {
  const url = new URL(gateway);
  const pool = new Pool(url.origin, { connections: inFlight, pipelining: 1 });
  const path = url.pathname + url.search;
  const body =
    'Husk din aftale hos Bench tirsdag d. 1. december kl. 9.00. Sted: Opgang 4. Svar STOP for ikke at få flere.';
  const headers = {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-Kannel-Username': 'bench',
    'X-Kannel-Password': 'bench',
    'X-Kannel-From': 'Bench',
    'X-Kannel-To': '+4520100000',
    'X-Kannel-Coding': '0',
    'X-Kannel-DLR-Mask': '31',
    'X-Kannel-Validity': '1440',
  };
  return async ({ id }) => {
    const receipts = `http://127.0.0.1:3000/v1/callbacks/kannel/receipts?token=bench&reference=${id}&d=%d&answer=%A&smscId=%F`;
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { ...headers, 'X-Kannel-DLR-Url': receipts },
      body,
    });
    if (!(await answer.body.text()).startsWith('0:')) throw new Error(`the gateway answered ${answer.statusCode}`);
  };
}

function createBare(send: Send, inFlight: number): Drain {
  return {
    fill: async () => {},
    async drain(count) {
      let left = count;
      const worker = async () => {
        while (left-- > 0) await send({ id: '01931b1c-0000-7000-8000-000000000000' });
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
    },
  };
}

/** Books far ahead over HTTP, then hands over through the adapter for Kannel as if the day had come. */
async function createOurs(databaseUrl: string, gatewayUrl: string, inFlight: number): Promise<Drain> {
  const config = { ...configFor(databaseUrl), role: 'api' as const };
  const service = await startBenchService(config);
  const database = await openMigratedDatabase({ databaseUrl });
  let statements = 0;
  const db = database.db.withPlugin({
    transformQuery({ node }) {
      statements++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  let ahead = 0;
  const now = () => new Date(systemClock.now().getTime() + ahead);
  const { keyring } = await openInstallation(database.db, new Cipher(config.encryptionKeys), config.publicUrl, now());
  const settings = { KANNEL_USERNAME: 'bench', KANNEL_PASSWORD: 'bench', KANNEL_CALLBACK_TOKEN: 'bench' };
  const gateway = kannel.create({ ...settings, KANNEL_SENDSMS_URL: gatewayUrl }, { publicUrl: config.publicUrl, now });
  if ('missing' in gateway) throw new Error(gateway.missing.join('\n'));
  const sending = { heldReason: () => null };
  const base = {
    db,
    keyring,
    templates: loadShippedTemplates(),
    log: createLogger('fatal'),
    metrics: createMetrics(),
    now,
  };
  const rest = {
    timers: systemTimers,
    random: Math.random,
    gateways: [gateway] as const,
    concurrency: inFlight,
    sending,
    worker: 'bench',
  };
  const deps = { ...base, ...rest };
  let filled = 0;
  return {
    statements: () => statements,
    async fill(count) {
      const load = { appointments: count, connections: 2, together: 500 };
      await post(service.url, JSON_EVENT, service.token, `f${filled++}`, load);
    },
    async drain(count) {
      // The first of each appointment's two is due, on time; the second is not.
      ahead = (await firstDue(database.db)) + 1_000 - systemClock.now().getTime();
      const dispatcher = new Dispatcher(deps, new GatewayCaller(gateway, deps));
      const { started } = await dispatcher.drain();
      await dispatcher.stop();
      ahead = 0;
      if (started !== count) throw new Error(`${started} of ${count} were handed over`);
    },
  };
}

async function firstDue(db: OpenDatabase['db']): Promise<number> {
  const { at } = await db
    .selectFrom('reminder')
    .select(({ fn }) => fn.min('next_at').as('at'))
    .where('status', '=', 'planned')
    .executeTakeFirstOrThrow();
  return at?.getTime() ?? Number.NaN;
}
