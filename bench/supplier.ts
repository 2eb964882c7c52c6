import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { answer, forked, gone } from './contenders.ts';
import type { Taken } from './supplier-process.ts';

/** A gateway that keeps a book of what it was given, in a process of its own. */
export interface Supplier {
  readonly origin: string;
  /** Settings of a process that hands over to it, one SMS a call. */
  readonly env: Readonly<Record<string, string>>;
  /** The same for one that takes many SMS a call. */
  readonly envOfMany: Readonly<Record<string, string>>;
  /** Waits until it was given so many SMS since it last forgot. @throws Error after `withinMs` */
  taken(count: number, withinMs?: number): Promise<Taken>;
  /** Each SMS that it was given: its reference, when, and the address for its receipt, with Kannel's codes in it. */
  book(): Promise<readonly (readonly [reference: string, at: number, receipt: string])[]>;
  forget(): Promise<void>;
  stop(): Promise<void>;
}

const TOKEN = 'bench-callback-token-0123456789';

/** @param delayMs from a call to its response */
export async function startSupplier(delayMs: number): Promise<Supplier> {
  const child = forked('supplier-process.ts', [String(delayMs)]);
  const origin = `http://127.0.0.1:${await answer<number>(child)}`;
  const ask = <T>(message: object | string): Promise<T> => {
    const told = answer<T>(child);
    child.send(message);
    return told;
  };
  return {
    origin,
    env: {
      EASYSMS_GATEWAYS: 'kannel',
      EASYSMS_SENDING: 'on',
      KANNEL_SENDSMS_URL: `${origin}/send`,
      KANNEL_USERNAME: 'bench',
      KANNEL_PASSWORD: 'bench',
      KANNEL_CALLBACK_TOKEN: TOKEN,
    },
    envOfMany: {
      EASYSMS_GATEWAYS: 'inmobile',
      EASYSMS_SENDING: 'on',
      INMOBILE_BASE_URL: `${origin}/v4`,
      INMOBILE_API_KEY: 'bench',
      INMOBILE_CALLBACK_TOKEN: TOKEN,
    },
    async taken(count, withinMs = 600_000) {
      const late = new AbortController();
      const timeout = sleep(withinMs, null, { signal: late.signal, ref: false }).then(() => {
        throw new Error(`the gateway was not given ${count} SMS within ${withinMs / 1000} s`);
      });
      timeout.catch(() => {});
      const taken = await Promise.race([ask<Taken>({ taken: count }), timeout]);
      late.abort();
      return taken;
    },
    book: () => ask('book'),
    forget: async () => void (await ask('forget')),
    stop: () => gone(child, () => child.disconnect()),
  };
}

const CONNECTIONS = 64;

/** The address that Kannel asks for once an SMS is delivered. */
function delivered(address: string): string {
  const values: Readonly<Record<string, string>> = { '%': '%', d: '1', A: '', F: '' };
  const { pathname, search } = new URL(address.replaceAll(/%(.)/g, (_, code: string) => values[code] ?? ''));
  return pathname + search;
}

/** Tells a service that SMS were delivered. @param addresses for their receipts, with Kannel's codes in them */
export async function getReceipts(url: string, addresses: readonly string[]): Promise<void> {
  const paths = addresses.map(delivered);
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  let next = 0;
  const worker = async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const { statusCode, body } = await pool.request({ path, method: 'GET' });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`a receipt was answered ${statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
}
