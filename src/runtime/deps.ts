import type { Logger } from 'pino';
import type { Db } from '../database/tables.ts';
import { Problem } from '../domain/errors.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { SmsGateway } from '../gateways/gateway.ts';
import type { ShippedTemplates } from '../templates/index.ts';
import type { Metrics } from './metrics.ts';

/** The database, or a transaction of it. */
export interface DatabaseAccess {
  readonly db: Db;
}

/** The keys of the installation: encryption, look-up hashes of phone numbers, pseudonyms of patients. */
export interface KeyringAccess {
  readonly keyring: Keyring;
}

/** The texts that are delivered with the program. */
export interface TemplateAccess {
  readonly templates: ShippedTemplates;
}

/** The gateways in order of preference: the first in use hands reminders over, all of them may post callbacks. */
export interface GatewayAccess {
  readonly gateways: readonly [SmsGateway, ...SmsGateway[]];
}

/** The process's log. */
export interface Logging {
  readonly log: Logger;
}

/** The process's Prometheus metrics. */
export interface Metering {
  readonly metrics: Metrics;
}

/** The current instant, given from outside so that tests and the simulation decide it. */
export interface CurrentTime {
  readonly now: () => Date;
}

/** Timers, given from outside so that the simulation can run a month in seconds. */
export interface Waiting {
  readonly timers: Timers;
}

/** Random numbers in [0, 1), for the jitter of retries. */
export interface Randomness {
  readonly random: () => number;
}

/** Identity of this process among those that share the database. */
export interface ProcessIdentity {
  /** `<host>:<pid>`, in rows and logs. */
  readonly worker: string;
  /** The version of the program that it runs. */
  readonly version: string;
}

/** The limits of calls to gateways. */
export interface CallLimit {
  /** EASYSMS_CONCURRENCY: calls to one gateway in flight. */
  readonly concurrency: number;
  /** EASYSMS_MAX_PER_CALL: SMS of one call, where the gateway takes as many. */
  readonly maxPerCall: number;
  /** EASYSMS_GATEWAY_PROBE_S in milliseconds: the pause before a gateway that is out is tried. */
  readonly gatewayProbeMs: number;
}

/** Permission of this process to hand over. */
export interface SendingPermission {
  readonly sending: Sending;
}

/** Everything that the composition root gives to the modules; a module names the interfaces above that it uses. */
export interface Deps
  extends DatabaseAccess,
    KeyringAccess,
    TemplateAccess,
    GatewayAccess,
    Logging,
    Metering,
    CurrentTime,
    Waiting,
    Randomness,
    ProcessIdentity,
    CallLimit,
    SendingPermission {}

/** One-shot timers and a monotonic clock. */
export interface Timers {
  /** Runs `work` once, after `ms` milliseconds. @returns a function that cancels it */
  after(ms: number, work: () => void): () => void;
  /** Milliseconds of a clock that never goes back, for measuring durations. */
  monotonic(): number;
}

/** Resolves after `ms` milliseconds. */
export function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}

/** How far the clocks of process and database may be apart: beyond it nobody can tell what is due. */
export const CLOCKS_APART_MS = 30_000;

/**
 * Why a process hands nothing over, whatever is due: EASYSMS_SENDING=off, or a database that was restored from a
 * backup, or is bound to another PUBLIC_URL, and that nobody has released yet.
 */
export const SENDING_HELD = ['sending_off', 'restored', 'other_public_url'] as const;
/** A member of `SENDING_HELD`. */
export type SendingHeld = (typeof SENDING_HELD)[number];

/** Permission of this process to hand over, and the reason when it has none. */
export interface Sending {
  /** null: it may hand over. */
  heldReason(): SendingHeld | null;
  /** True while the clocks of process and database are too far apart to decide what is due. */
  readonly clocksApart?: boolean;
  /** Milliseconds that the process's clock is ahead of the database's, as last compared; absent before that. */
  readonly aheadMs?: number;
}

/**
 * Refuses what would be decided by a clock that is wrong: another process, or this one once its clock is set, takes it.
 * @throws Problem 503 while the clocks of process and database are too far apart
 */
export function requireRightClock({ sending }: SendingPermission): void {
  if (!sending.clocksApart) return;
  const detail = 'The clock of this process is wrong, so that it decides nothing: send the same again.';
  const faults = [{ pointer: '', code: 'clock_off', detail }];
  throw new Problem(503, 'clock-off', detail, { retryAfterSeconds: 30, faults });
}

/** True while this process may hand nothing over: sending is off, or the clocks are too far apart. */
export function isSendingHeld({ sending }: SendingPermission): boolean {
  return sending.heldReason() !== null || (sending.clocksApart ?? false);
}

/** True while this process may start something: it is not stopping, and sending is not held. */
export function maySend(deps: SendingPermission, stopping: AbortSignal): boolean {
  return !stopping.aborted && !isSendingHeld(deps);
}

/** The database's clock as this process knows it: what several processes compare is written and read by it. */
export function databaseNow({ now, sending }: CurrentTime & SendingPermission): Date {
  return new Date(now().getTime() - (sending.aheadMs ?? 0));
}
