import { randomUUID } from 'node:crypto';

/** What is queued for one SMS. */
export interface Job {
  readonly id: string;
}

/** An SMS. Without number and text: one that was ready beforehand. */
export interface Sms {
  /** The reference given to the gateway. */
  readonly id: string;
  readonly to?: string;
  readonly text?: string;
}

/** Posts one SMS, and resolves with the gateway's answer. */
export type Send = (sms: Sms) => Promise<void>;

/** What a job queue's worker does for its jobs. */
export interface Work {
  /** Stores what so many jobs need. @returns what is to be queued */
  prepare(count: number): Promise<Job[]>;
  /** Hands over, and resolves when each outcome is recorded wherever the work itself records it. */
  handOver(jobs: readonly Job[]): Promise<void>;
}

/** Something that hands messages over to a gateway, `inFlight` at once. */
export interface Drain {
  /** Makes so many due. */
  fill(count: number): Promise<void>;
  /** Resolves when so many are handed over and that is recorded. */
  drain(count: number): Promise<void>;
}

/** Ends the name of a peer whose worker does what a reminder needs. */
export const WITH_DUTIES = ' with duties';

/** Bodies that are ready: nothing is loaded, checked, rendered or recorded. */
export function createBareWork(send: Send, inFlight: number): Work {
  return {
    prepare: async (count) => Array.from({ length: count }, () => ({ id: randomUUID() })),
    handOver: (jobs) => eachOf(jobs, inFlight, send),
  };
}

/** At most `inFlight` at once. */
export async function eachOf<T>(
  all: readonly T[],
  inFlight: number,
  work: (each: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let each = all[next++]; each !== undefined; each = all[next++]) await work(each);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, all.length) }, worker));
}
