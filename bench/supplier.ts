import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiled } from '../test/support/compiled.ts';
import { answer, gone } from './contenders.ts';
import type { Taken } from './supplier-process.ts';

/** A gateway that keeps a book of what it was given, in a process of its own. */
export interface Supplier {
  /** Settings of a process that hands over to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits until it was given so many SMS since it last forgot. @throws Error after `withinMs` */
  taken(count: number, withinMs?: number): Promise<Taken>;
  /** Each SMS that it was given: its reference and when. */
  book(): Promise<readonly (readonly [reference: string, at: number])[]>;
  /** The address of each SMS that its receipt is to come to, with Kannel's codes in it. */
  receipts(): Promise<readonly string[]>;
  forget(): Promise<void>;
  stop(): Promise<void>;
}

/** @param delayMs from an SMS to the answer */
export async function startSupplier(delayMs: number): Promise<Supplier> {
  const child = fork(compiled('bench', 'supplier-process.ts'), [String(delayMs)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const { url } = await answer<{ url: string }>(child);
  const ask = <T>(message: object | string): Promise<T> => {
    const told = answer<T>(child);
    child.send(message);
    return told;
  };
  return {
    env: {
      EASYSMS_GATEWAYS: 'kannel',
      EASYSMS_SENDING: 'on',
      KANNEL_SENDSMS_URL: url,
      KANNEL_USERNAME: 'bench',
      KANNEL_PASSWORD: 'bench',
      KANNEL_CALLBACK_TOKEN: 'bench-callback-token-0123456789',
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
    book: async () => (await ask<{ book: [string, number][] }>('book')).book,
    receipts: async () => (await ask<{ receipts: string[] }>('receipts')).receipts,
    forget: async () => void (await ask('forget')),
    stop: () => gone(child, () => child.disconnect()),
  };
}
