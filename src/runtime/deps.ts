import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../database/tables.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { SmsGateway } from '../gateways/gateway.ts';
import type { ShippedTemplates } from '../templates/index.ts';
import type { Metrics } from './metrics.ts';

/** What the verbs are made with. Each takes the slice that it needs. */
export interface Deps {
  readonly db: Kysely<Database>;
  readonly keyring: Keyring;
  readonly templates: ShippedTemplates;
  /** In order of preference; the first hands over, all may call back. */
  readonly gateways: readonly [SmsGateway, ...SmsGateway[]];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly timers: Timers;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** Names this process in batches and logs. */
  readonly worker: string;
  /** EASYSMS_CONCURRENCY. */
  readonly concurrency: number;
  readonly sending: Sending;
}

/** Waiting: nothing in here uses a timer of its own, so that a month can be lived through in seconds. */
export interface Timers {
  /** Runs `work` once, in `ms`. @returns calls it off */
  after(ms: number, work: () => void): () => void;
  /** Milliseconds that never go back, for measuring spans. */
  monotonic(): number;
}

/** Resolves in `ms`. */
export function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}

/** Whether this process may hand over, and why not. */
export interface Sending {
  /**
   * null: it may. `sending_off`: EASYSMS_SENDING=off, a database under another PUBLIC_URL that nobody has adopted, or a
   * restored one.
   */
  heldReason(): 'sending_off' | null;
  /** True while the process's clock and the database's are too far apart for anything to be due. */
  readonly clocksApart?: boolean;
}
