import { DAY_MS } from '../../domain/duration.ts';
import type { DatabaseAccess, Waiting } from '../../runtime/deps.ts';
import { countAttempts, takeAttemptBack } from '../failures.sql.ts';

/** Wrong passwords of an account from all addresses within `MANY_WRONG_MS`: behind them others are delayed. */
export const MANY_WRONG = 20;
/** The time that `MANY_WRONG` are counted over. */
export const MANY_WRONG_MS = DAY_MS;

const DELAY_MS = 5_000;
/** A waiting try is a request that is open, with its body read. */
const MOST_DELAYED = 100;

/**
 * Counts a try of an account, wherever it comes from. @returns how many there were, this one included
 * @param emailHash what the account is known by; an e-mail that nobody has is counted alike
 */
export async function countOfAccount({ db }: DatabaseAccess, emailHash: Buffer, now: Date): Promise<number> {
  const since = new Date(now.getTime() - MANY_WRONG_MS);
  const [counted] = await countAttempts(db, [{ key: emailHash, times: 1 }], since, now);
  return counted?.count ?? 0;
}

/**
 * Takes a try back that was right, or not made. The others stay: whoever guesses goes on behind the owner's sign-in.
 */
export async function takeBackOfAccount({ db }: DatabaseAccess, emailHash: Buffer): Promise<void> {
  await takeAttemptBack(db, emailHash);
}

const delayed = new Set<() => void>();

/**
 * Resolves after some seconds. Where very many wait, the one that has waited longest goes on at once: nobody is refused
 * for the guesses of others, and what waits holds a bounded part of the memory.
 */
export function delayTry({ timers }: Waiting): Promise<void> {
  if (delayed.size >= MOST_DELAYED) for (const goOn of [...delayed].slice(0, 1)) goOn();
  return new Promise((resolve) => {
    const goOn = () => {
      delayed.delete(goOn);
      cancel();
      resolve();
    };
    const cancel = timers.after(DELAY_MS, goOn);
    delayed.add(goOn);
  });
}
