import { MINUTE_MS } from '../../domain/duration.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type Attempts, countAttempts, forgetAttempts, takeAttemptBack } from '../failures.sql.ts';

/** A thing that was tried, and how often it may fail before it is refused for a while. */
export interface Limit {
  /** Key of the count, in clear: an address, an e-mail, both. It is stored as a keyed hash. */
  readonly key: string;
  readonly failures: number;
}

const WINDOW_MS = 15 * MINUTE_MS;

type ThrottleDeps = DatabaseAccess & KeyringAccess;

/** An attempt that may be made. */
export interface Attempt {
  /** It succeeded: what failed before under the first limit is forgotten, and no other limit counts it. */
  succeeded(): Promise<void>;
  /** It was not made after all: no limit counts it. */
  notMade(): Promise<void>;
}

/**
 * Counts an attempt before it is made, so that many at once are no way around a limit; it counts as failed until it
 * has succeeded.
 * @returns the seconds to wait when one of the limits is exceeded
 */
export async function beginAttempt(
  deps: ThrottleDeps,
  limits: readonly Limit[],
  now: Date,
): Promise<Attempt | { readonly waitSeconds: number }> {
  const hashed = limits.map(({ key, failures }) => ({ hash: deps.keyring.digest('sign-in', key), failures }));
  const since = new Date(now.getTime() - WINDOW_MS);
  const counts = await countAttempts(
    deps.db,
    hashed.map(({ hash }) => ({ key: hash, times: 1 })),
    since,
    now,
  );
  const exceeded = hashed.flatMap(({ hash, failures }) => {
    const found = counts.find(({ key }) => key.equals(hash));
    return found && found.count > failures ? [secondsLeft(found, now)] : [];
  });
  if (exceeded.length > 0) return { waitSeconds: Math.max(...exceeded) };
  return {
    succeeded: async () => {
      const [first, ...others] = hashed;
      if (first) await forgetAttempts(deps.db, first.hash);
      for (const { hash } of others) await takeAttemptBack(deps.db, hash);
    },
    notMade: async () => {
      for (const { hash } of hashed) await takeAttemptBack(deps.db, hash);
    },
  };
}

function secondsLeft({ beganAt }: Attempts, now: Date): number {
  return Math.max(1, Math.ceil((beganAt.getTime() + WINDOW_MS - now.getTime()) / 1000));
}
