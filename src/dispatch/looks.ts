import type { CurrentTime, DatabaseAccess, Waiting } from '../runtime/deps.ts';
import { LookCursor } from './cursor.ts';
import { type DueReminder, lookDue, type Place, type Share } from './look.sql.ts';
import { RoundRobin } from './round-robin.ts';

/** Reminders of one look, at the most. */
export const LOOK = 500;
/** A reminder that has been due for so long is looked at whoever's share it is in. */
const SHARE_GRACE_MS = 3_000;

/**
 * The order in which a drain looks at what is due: the oldest first, and, while there is more than one look takes,
 * every second look round robin over the authorities. With several processes each looks at its own share; what another
 * leaves lying for some seconds is then everybody's.
 */
export class Looks {
  readonly #deps: DatabaseAccess & Waiting & CurrentTime;
  readonly #share: () => Share | null;
  readonly #open: () => readonly string[] | null;
  readonly #cursor = new LookCursor();
  /** Behind it the first look of a drain at others' shares begins where one from the first takes really long. */
  readonly #cursorOfOthers = new LookCursor();
  readonly #roundRobin: RoundRobin;
  #usesRoundRobin = true;
  #roundRobinNext = false;
  #ownDone = false;
  #pageIsOwn = false;
  #behindOfOthers: Place | null | 'done' = null;

  /**
   * @param share the part of this process at this moment; null: everything
   * @param open the gateways that something can go through at this moment; null: all
   */
  constructor(
    deps: DatabaseAccess & Waiting & CurrentTime,
    share: () => Share | null,
    open: () => readonly string[] | null = () => null,
  ) {
    this.#deps = deps;
    this.#share = share;
    this.#open = open;
    this.#roundRobin = new RoundRobin(deps.db);
  }

  /** Begins a drain. @param roundRobin false: only the oldest first */
  restart({ roundRobin }: { readonly roundRobin: boolean } = { roundRobin: true }): void {
    this.#cursor.restart();
    this.#cursorOfOthers.restart();
    this.#usesRoundRobin = roundRobin;
    this.#roundRobinNext = false;
    this.#ownDone = false;
    this.#behindOfOthers = null;
  }

  /** Takes off the last page what is in another's share by now: processes may have joined since it was looked for. */
  dropOfOthers(page: DueReminder[]): void {
    const share = this.#share();
    if (share === null || !this.#pageIsOwn) return;
    const own = page.filter(({ id }) => Number.parseInt(id.slice(-2), 16) % share.of === share.nth);
    if (own.length < page.length) page.splice(0, page.length, ...own);
  }

  /** @returns the next that is due; null when this drain has seen everything */
  async next(): Promise<DueReminder[] | null> {
    while (!this.#ownDone) {
      const found = await this.#ofOwnShare();
      this.#ownDone = !this.#cursor.more;
      this.#pageIsOwn = true;
      if (found.length > 0) return found;
    }
    this.#pageIsOwn = false;
    return this.#ofOthers();
  }

  async #ofOwnShare(): Promise<DueReminder[]> {
    const roundRobin = this.#usesRoundRobin && this.#roundRobinNext && this.#cursor.more;
    this.#roundRobinNext = !roundRobin;
    return roundRobin ? this.#lookRoundRobin() : this.#lookOldest();
  }

  async #lookOldest(): Promise<DueReminder[]> {
    const { db, timers, now } = this.#deps;
    const began = timers.monotonic();
    const behind = this.#cursor.from(began);
    return this.#timed(this.#cursor, behind, began, () =>
      lookDue(db, { now: now(), limit: LOOK, share: this.#share(), open: this.#open(), which: { behind } }),
    );
  }

  async #timed(
    cursor: LookCursor,
    behind: Place | null,
    began: number,
    look: () => Promise<DueReminder[]>,
  ): Promise<DueReminder[]> {
    const { timers } = this.#deps;
    try {
      const found = await look();
      cursor.looked(behind, found, LOOK, began, timers.monotonic());
      return found;
    } catch (error) {
      cursor.failed(behind, began, timers.monotonic());
      throw error;
    }
  }

  async #lookRoundRobin(): Promise<DueReminder[]> {
    const { db, timers, now } = this.#deps;
    const stretch = await this.#roundRobin.next(timers.monotonic());
    if (stretch.turns.length === 0) return this.#lookOldest();
    let found: DueReminder[] = [];
    try {
      const options = { now: now(), limit: LOOK, share: this.#share(), open: this.#open() };
      found = await lookDue(db, { ...options, which: stretch });
      return found;
    } finally {
      this.#roundRobin.looked(stretch, found, LOOK);
    }
  }

  /** Once the own share is done: what a process that is slow, or gone, leaves lying. */
  async #ofOthers(): Promise<DueReminder[] | null> {
    if (this.#share() === null || this.#behindOfOthers === 'done') return null;
    const { db, timers } = this.#deps;
    const now = new Date(this.#deps.now().getTime() - SHARE_GRACE_MS);
    const began = timers.monotonic();
    const behind = this.#behindOfOthers ?? this.#cursorOfOthers.from(began);
    const found = await this.#timed(this.#cursorOfOthers, behind, began, () =>
      lookDue(db, { now, limit: LOOK, share: null, open: this.#open(), which: { behind } }),
    );
    const end = found.at(-1);
    this.#behindOfOthers = end && found.length === LOOK ? { next_at: end.next_at, id: end.id } : 'done';
    return found.length > 0 ? found : null;
  }
}
