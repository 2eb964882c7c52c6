import {
  type CallLimit,
  type CurrentTime,
  type DatabaseAccess,
  type Logging,
  pause,
  type Waiting,
} from '../runtime/deps.ts';
import { countTry, type DueReminder, lookDue, lookTried, takeBackTries } from './look.sql.ts';

/**
 * A reminder that kills the process does so at once; one that only waits for its gateway must not delay the next.
 */
const ALONE_MS = 10;
/** Reminders that were tried alone before, in one drain. */
const TRIED = 25;

/** Hands one reminder over. @returns its calls, which never fail */
export type HandOverOne = (due: DueReminder) => Promise<readonly Promise<void>[]>;

/**
 * Hands reminders over one by one, each with a try that is counted and committed before anything of it is read or
 * prepared. After an unclean end of a process the first that are due go this way, and so does what was tried before and
 * had no end. The third such try quarantines a reminder.
 */
export class AloneHandOver {
  readonly #deps: DatabaseAccess & Logging & CurrentTime & Waiting & CallLimit;
  readonly #mayStart: () => boolean;
  readonly #handOver: HandOverOne;
  /** How many of the first that are due are still to be prepared alone. */
  #left = 0;
  /** Tries that failed without the process's death, such as while the database is away: they don't count. */
  readonly #failed = new Set<string>();

  constructor(
    deps: DatabaseAccess & Logging & CurrentTime & Waiting & CallLimit,
    mayStart: () => boolean,
    handOver: HandOverOne,
  ) {
    this.#deps = deps;
    this.#mayStart = mayStart;
    this.#handOver = handOver;
  }

  /** From now on the first `concurrency` that are due go alone: as many as a process prepares together. */
  begin(): void {
    this.#left = this.#deps.concurrency;
  }

  /** The first that are due, while any are to go alone. @throws where the database is away */
  async drainFirst(): Promise<void> {
    await this.#takeBackFailed();
    while (this.#left > 0 && this.#mayStart()) {
      const options = { now: this.#deps.now(), limit: this.#left, share: null, which: { behind: null } };
      const page = await lookDue(this.#deps.db, options);
      // Where fewer are due, nothing else can be what a process died over.
      this.#left = page.length < this.#left ? 0 : this.#left - page.length;
      for (const due of page) await this.#one(due);
    }
  }

  /** Some of those that were tried alone before. @throws where the database is away */
  async drainTried(): Promise<void> {
    if (!this.#mayStart()) return;
    for (const due of await lookTried(this.#deps.db, this.#deps.now(), TRIED)) await this.#one(due);
  }

  async #one(due: DueReminder): Promise<void> {
    if (!this.#mayStart()) return;
    try {
      const tried = await countTry(this.#deps.db, due, this.#deps.now());
      if (tried === 'quarantined')
        this.#deps.log.error({ reminder: due.id }, 'processes died over this reminder: it is quarantined');
      if (tried !== 'counted') return;
      const calls = await this.#handOver(due);
      await Promise.race([Promise.all(calls), pause(this.#deps.timers, ALONE_MS)]);
    } catch (error) {
      this.#failed.add(due.id);
      throw error;
    }
  }

  async #takeBackFailed(): Promise<void> {
    if (this.#failed.size === 0) return;
    await takeBackTries(this.#deps.db, [...this.#failed], this.#deps.now());
    this.#failed.clear();
  }
}
