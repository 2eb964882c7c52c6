import type { CurrentTime, DatabaseAccess, Waiting } from '../runtime/deps.ts';
import { LookCursor } from './look/cursor.ts';
import { type DuePlace, type DueReminder, type LookOptions, lookDue } from './look/look.sql.ts';
import { RoundRobin } from './look/round-robin.ts';
import type { ProcessMembership } from './processes.ts';
import type { Routing } from './routing.ts';

/** Reminders of one look, at the most. */
const LOOK = 500;
/** A reminder that has been due for so long is looked at whoever's share it is in. */
const SHARE_GRACE_MS = 3_000;

/** Reminders that were found due together, the oldest first. */
export interface DuePage {
  readonly reminders: readonly DueReminder[];
  /** True: all are in the share of this process, as it was when they were looked for. */
  readonly ofOwnShare: boolean;
}

/**
 * The order in which a drain looks at what is due: the oldest first, and, while there is more than one look takes,
 * every second look round robin over the authorities. With several processes each looks at its own share; what another
 * leaves lying for some seconds is then everybody's.
 */
export class Looks {
  readonly #deps: DatabaseAccess & Waiting & CurrentTime;
  readonly #process: Pick<ProcessMembership, 'share'>;
  readonly #routing: Pick<Routing, 'openOnly'>;
  readonly #cursor = new LookCursor();
  /** The place where a drain begins with others' shares, if a look from their first takes really long. */
  readonly #cursorOfOthers = new LookCursor();
  readonly #roundRobin: RoundRobin;
  #usesRoundRobin = true;
  #roundRobinNext = false;
  #ownDone = false;
  #behindOfOthers: DuePlace | null | 'done' = null;

  /**
   * @param process whose share is looked at, as it is when a look begins
   * @param routing the gateways that something can go through, likewise
   */
  constructor(
    deps: DatabaseAccess & Waiting & CurrentTime,
    process: Pick<ProcessMembership, 'share'>,
    routing: Pick<Routing, 'openOnly'>,
  ) {
    this.#deps = deps;
    this.#process = process;
    this.#routing = routing;
    this.#roundRobin = new RoundRobin(deps.db);
  }

  /** Begins a drain. @param roundRobin false: only the oldest first */
  restart({ roundRobin }: { readonly roundRobin: boolean }): void {
    this.#cursor.restart();
    this.#cursorOfOthers.restart();
    this.#usesRoundRobin = roundRobin;
    this.#roundRobinNext = false;
    this.#ownDone = false;
    this.#behindOfOthers = null;
  }

  /** Looks at what is due next: this process's own share first. @returns null when this drain has seen everything */
  async next(): Promise<DuePage | null> {
    while (!this.#ownDone) {
      const reminders = await this.#lookAtOwn();
      this.#ownDone = !this.#cursor.more;
      if (reminders.length > 0) return { reminders, ofOwnShare: true };
    }
    const reminders = await this.#lookAtOthers();
    return reminders.length > 0 ? { reminders, ofOwnShare: false } : null;
  }

  #lookAtOwn(): Promise<DueReminder[]> {
    const roundRobin = this.#usesRoundRobin && this.#roundRobinNext && this.#cursor.more;
    this.#roundRobinNext = !roundRobin;
    return roundRobin ? this.#lookRoundRobin() : this.#lookOldest();
  }

  #lookOldest(): Promise<DueReminder[]> {
    const began = this.#deps.timers.monotonic();
    const behind = this.#cursor.from(began);
    const options = { share: this.#process.share(), now: this.#deps.now() };
    return this.#lookBehind(behind, options, this.#cursor, began);
  }

  async #lookRoundRobin(): Promise<DueReminder[]> {
    const { db, timers, now } = this.#deps;
    const stretch = await this.#roundRobin.next(timers.monotonic());
    if (stretch.authorities.length === 0) return this.#lookOldest();
    let found: DueReminder[] = [];
    try {
      const options = { now: now(), share: this.#process.share(), open: this.#routing.openOnly };
      found = await lookDue(db, { ...options, limit: LOOK, which: stretch });
      return found;
    } finally {
      this.#roundRobin.looked(stretch, found, LOOK);
    }
  }

  /** Looks at what a process that is slow, or gone, leaves lying; to be called once the own share is done. */
  async #lookAtOthers(): Promise<DueReminder[]> {
    if (this.#process.share() === null || this.#behindOfOthers === 'done') return [];
    const now = new Date(this.#deps.now().getTime() - SHARE_GRACE_MS);
    const began = this.#deps.timers.monotonic();
    const behind = this.#behindOfOthers ?? this.#cursorOfOthers.from(began);
    const found = await this.#lookBehind(behind, { share: null, now }, this.#cursorOfOthers, began);
    const end = found.at(-1);
    this.#behindOfOthers = end && found.length === LOOK ? { next_at: end.next_at, id: end.id } : 'done';
    return found;
  }

  /** Looks at the oldest behind a place, and tells the cursor what was found and how long it took. */
  async #lookBehind(
    behind: DuePlace | null,
    options: Pick<LookOptions, 'share' | 'now'>,
    cursor: LookCursor,
    began: number,
  ): Promise<DueReminder[]> {
    const { db, timers } = this.#deps;
    try {
      const open = this.#routing.openOnly;
      const found = await lookDue(db, { ...options, open, limit: LOOK, which: { behind } });
      cursor.looked(behind, found, LOOK, began, timers.monotonic());
      return found;
    } catch (error) {
      cursor.failed(behind, began, timers.monotonic());
      throw error;
    }
  }
}
