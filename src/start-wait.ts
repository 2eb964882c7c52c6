import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { isConnectionFailure } from './database/transaction.ts';
import { errorName, nodeErrorCode, StartError } from './domain/errors.ts';

const BETWEEN_TRIES_MS = 1_000;
const TOLD_EVERY_MS = 30_000;

/** How long a start waits, and by which clock. */
interface StartWait {
  readonly seconds: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Logger;
  /** Does what is to be done while the database is away, once. */
  readonly meanwhile: () => Promise<unknown>;
}

/**
 * Opens the database, again and again while it is away and that may pass: the server may start beside this process, or
 * change over just now.
 * @throws unknown whatever `open` threw last: once the time is over, or at once where it does not pass
 */
export async function waitForDatabase<T>(open: () => Promise<T>, wait: StartWait): Promise<T> {
  const { seconds, clock, log } = wait;
  const began = clock.monotonic();
  let told: number | undefined;
  for (;;) {
    try {
      const opened = await open();
      if (told !== undefined) log.info('the database is there: the start goes on');
      return opened;
    } catch (error) {
      const waitedMs = clock.monotonic() - began;
      if (!mayPass(error) || waitedMs >= seconds * 1000) throw error;
      if (told === undefined) await wait.meanwhile();
      if (told === undefined || waitedMs - told >= TOLD_EVERY_MS) {
        told = waitedMs;
        const left = Math.ceil(seconds - waitedMs / 1000);
        log.warn(
          { error: errorName(error), code: nodeErrorCode(error), secondsLeft: left },
          'the database is away: the start waits for it',
        );
      }
      await sleep(Math.min(BETWEEN_TRIES_MS, Math.max(1, seconds * 1000 - waitedMs)));
    }
  }
}

function mayPass(error: unknown): boolean {
  return isConnectionFailure(error) || (error instanceof StartError && isConnectionFailure(error.cause));
}
