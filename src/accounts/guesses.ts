import { GroupCommit } from '../database/group-commit.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { countAttempts } from './failures.sql.ts';

/** Wrong credentials within a minute, under one key, that a process allows. */
export const MOST_GUESSES_HERE = 75;
/** Wrong credentials that all processes allow together: the next one, the 150th, is refused. */
export const MOST_GUESSES = 149;

const WINDOW_MS = 60_000;
const MOST_KEYS = 500;

/** The guesses under one key within a minute, by all processes. */
interface Guessed {
  /** This one included. */
  readonly count: number;
  /** When a new count begins. */
  readonly endsInMs: number;
}

/**
 * Counts wrong credentials of all processes together. Guesses that come at once are counted by one statement, so that a
 * flood of them costs the database little.
 */
export class Guesses {
  readonly #deps: DatabaseAccess & KeyringAccess & CurrentTime;
  readonly #counts: GroupCommit<readonly string[], readonly Guessed[]>;

  constructor(deps: DatabaseAccess & KeyringAccess & CurrentTime) {
    this.#deps = deps;
    this.#counts = new GroupCommit({
      run: (guesses) => this.#count(guesses),
      keysOf: () => [],
      weightOf: (keys) => keys.length,
      maxWeight: MOST_KEYS,
      failsForAll: () => true,
      failsForWaiting: () => true,
    });
  }

  /**
   * Counts a guess under each key. Rejects when the database is away.
   * @param keys of a limited number, since each is a row
   * @returns the counts, in the order of the keys
   */
  count(keys: readonly string[]): Promise<readonly Guessed[]> {
    return this.#counts.submit(keys);
  }

  async #count(guesses: readonly (readonly string[])[]): Promise<readonly (readonly Guessed[])[]> {
    const { db, keyring, now } = this.#deps;
    const times = new Map<string, number>();
    for (const key of guesses.flat()) times.set(key, (times.get(key) ?? 0) + 1);
    const hashes = new Map([...times.keys()].map((key) => [keyring.digest('guess', key).toString('hex'), key]));
    const attempts = [...hashes].map(([hash, key]) => ({ key: Buffer.from(hash, 'hex'), times: times.get(key) ?? 0 }));
    const at = now().getTime();
    const counted = new Map<string, Guessed>();
    for (const { key, count, beganAt } of await countAttempts(db, attempts, new Date(at - WINDOW_MS), new Date(at))) {
      const name = hashes.get(key.toString('hex')) ?? '';
      counted.set(name, { count: count - (times.get(name) ?? 0), endsInMs: beganAt.getTime() + WINDOW_MS - at });
    }
    return guesses.map((keys) => keys.map((key) => next(counted, key)));
  }
}

/** Gives each of the guesses that were counted together its own place in the count. */
function next(counted: Map<string, Guessed>, key: string): Guessed {
  const last = counted.get(key) ?? { count: 0, endsInMs: WINDOW_MS };
  const guessed = { ...last, count: last.count + 1 };
  counted.set(key, guessed);
  return guessed;
}
