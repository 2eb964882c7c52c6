import { Pool } from 'undici';
import type { SmsGateway } from '../src/gateways/gateway.ts';
import { createGateways } from '../src/gateways/index.ts';
import { createDrainingPeer } from './drain-peers.ts';
import { createDutifulWork } from './duties.ts';
import { acceptingGateway, openInProcess } from './in-process.ts';
import { JSON_EVENT, post } from './posts.ts';
import { configFor, startBenchService } from './service.ts';
import { createBareWork, type Drain, type Send, WITH_DUTIES } from './work.ts';

/** Stores of a drain: its queue, and the database for what a peer's duties read and write. */
export interface Stores {
  /** A database, or Redis for a peer that has none. */
  readonly queue: string;
  readonly database: string;
}

/** The dispatcher with a second gateway behind the first, which is never needed. */
export const FAILOVER = 'dispatcher with failover';

/** @param kind `dispatcher`, `FAILOVER`, `bare` or a peer, with or without duties */
export async function createDrain(kind: string, stores: Stores, gateway: string, inFlight: number): Promise<Drain> {
  if (kind === 'dispatcher') return createOurs(stores.database, gateway, inFlight);
  if (kind === FAILOVER) return createOurs(stores.database, gateway, inFlight, [acceptingGateway()]);
  const send = createSend(gateway, inFlight);
  if (kind === 'bare') return createBare(send, inFlight);
  const lanes = kind.startsWith('pg-boss loop') || kind === `pg-boss work${WITH_DUTIES}` ? 2 : 1;
  const each = inFlight / lanes;
  const work = kind.endsWith(WITH_DUTIES)
    ? await createDutifulWork(stores.database, send, each)
    : createBareWork(send, each);
  return createDrainingPeer(kind.replace(WITH_DUTIES, ''), stores.queue, work, inFlight, lanes);
}

const TEXT =
  'Husk din aftale hos Bench tirsdag d. 1. december kl. 9.00. Sted: Opgang 4. Svar STOP for ikke at få flere.';

/** What undici can do at all: as many headers and octets as our adapter for Kannel sends. */
function createSend(gateway: string, inFlight: number): Send {
  const url = new URL(gateway);
  const pool = new Pool(url.origin, { connections: inFlight, pipelining: 1 });
  const path = url.pathname + url.search;
  const headers = {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-Kannel-Username': 'bench',
    'X-Kannel-Password': 'bench',
    'X-Kannel-From': 'Bench',
    'X-Kannel-Coding': '0',
    'X-Kannel-DLR-Mask': '31',
    'X-Kannel-Validity': '1440',
  };
  return async ({ id, to = '+4520100000', text = TEXT }) => {
    const receipts = `http://127.0.0.1:3000/v1/callbacks/kannel/receipts?token=bench&reference=${id}&d=%d&answer=%A&smscId=%F`;
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { ...headers, 'X-Kannel-To': to, 'X-Kannel-DLR-Url': receipts },
      body: text,
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
async function createOurs(
  databaseUrl: string,
  gatewayUrl: string,
  inFlight: number,
  others: readonly SmsGateway[] = [],
): Promise<Drain> {
  const config = { ...configFor(databaseUrl), role: 'api' as const };
  const service = await startBenchService(config);
  const settings: Readonly<Record<string, string>> = {
    KANNEL_SENDSMS_URL: gatewayUrl,
    KANNEL_USERNAME: 'bench',
    KANNEL_PASSWORD: 'bench',
    KANNEL_CALLBACK_TOKEN: 'bench-callback-token-0123456789',
  };
  const dispatcher = await openInProcess(
    databaseUrl,
    config,
    inFlight,
    (now) => {
      const { publicUrl } = config;
      const made = createGateways(['kannel'], (name) => settings[name] ?? null, { publicUrl, now });
      if ('missing' in made) throw new Error(made.missing.join('\n'));
      return made.gateways[0];
    },
    others,
  );
  let filled = 0;
  return {
    async fill(count) {
      const load = { appointments: count, connections: 2, together: 500 };
      await post(service.url, JSON_EVENT, service.token, `f${filled++}`, load);
    },
    async drain(count) {
      // The first of each appointment's two is due, on time; the second is not.
      const started = await dispatcher.drain(new Date((await dispatcher.firstDue()).getTime() + 1_000));
      if (started !== count) throw new Error(`${started} of ${count} were handed over`);
    },
  };
}
