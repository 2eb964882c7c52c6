import type { Db } from '../../database/tables.ts';
import type { CurrentTime, DatabaseAccess, Waiting } from '../../runtime/deps.ts';
import { listAuthorityIds } from '../../store/authorities.ts';
import {
  type AuthorityPlace,
  type DuePlace,
  type DueReminder,
  type LookOptions,
  lookDue,
  type Share,
} from './look.sql.ts';

/** A look from the first that takes longer isn't repeated at every tick. */
const SLOW_MS = 500;
/** Looks from the first take at most so small a part of the time while there is a backlog. */
const PART = 60;
const SHORTEST_MS = 250;
const LONGEST_MS = 60_000;

/**
 * The place up to which this process has looked, the oldest first. Before it lie the dead index entries of what was
 * handed over, which every look from the first reads again for as long as an old snapshot, such as a backup's, keeps
 * them. While there is more than one look takes, the next one begins behind the last reminder of the one before. A
 * reminder that comes to be due before the cursor meanwhile waits for the next look from the first, a minute at the
 * longest: one whose start found it changed, one stored by a commit that took its time, one that recovery or the end of
 * a pause made due, or one that is due again by a clock that was set back.
 */
export class LookCursor {
  #last: DuePlace | null = null;
  #full = false;
  #more = false;
  #fromFirstAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** True when the last look left something, as far as it tells. */
  get more(): boolean {
    return this.#more;
  }

  /** Begins a drain: its first look is from the first that is due, unless that takes really long. */
  restart(): void {
    this.#full = false;
    this.#more = false;
  }

  /** The place behind which the next look begins; null: with the first that is due. @param nowMs monotonic */
  from(nowMs: number): DuePlace | null {
    const pauseMs = Math.min(this.#tookMs * PART, LONGEST_MS);
    if (this.#full) return nowMs < this.#fromFirstAt + Math.max(pauseMs, SHORTEST_MS) ? this.#last : null;
    return this.#tookMs > SLOW_MS && nowMs < this.#fromFirstAt + pauseMs ? this.#last : null;
  }

  /** Notes a look that began at `began` (monotonic) behind `from`. */
  looked(from: DuePlace | null, found: readonly DueReminder[], limit: number, began: number, nowMs: number): void {
    this.#note(from, began, nowMs);
    this.#full = found.length >= limit;
    const end = found.at(-1);
    const last = end ? { next_at: end.next_at, id: end.id } : this.#last;
    if (this.#full || (last && this.#last && isBehind(last, this.#last)) || !this.#last) this.#last = last;
    // Nothing more lies behind the cursor, but something may lie before it.
    this.#more = this.#full || (from !== null && this.from(nowMs) === null);
  }

  /** Notes a look that failed: one from the first that was given up since it took too long isn't repeated at once. */
  failed(from: DuePlace | null, began: number, nowMs: number): void {
    this.#note(from, began, nowMs);
  }

  #note(from: DuePlace | null, began: number, nowMs: number): void {
    if (from !== null) return;
    this.#fromFirstAt = nowMs;
    this.#tookMs = nowMs - began;
  }
}

function isBehind(a: DuePlace, b: DuePlace): boolean {
  return a.next_at.getTime() === b.next_at.getTime() ? a.id > b.id : a.next_at > b.next_at;
}

/** Authorities that one look goes through: three pages or so for each that has nothing due. */
const AUTHORITIES_A_LOOK = 500;
/** Reminders of one authority in one look, at the least. */
const LEAST = 10;
const RENEWED_MS = 60_000;

/** The part of a round that one look goes through. */
export interface Stretch {
  readonly authorities: readonly AuthorityPlace[];
  /** Reminders of one authority, at the most. */
  readonly each: number;
}

/**
 * All authorities round robin, so that a small one need not wait until a large one has everything handed over. A look
 * goes on behind the authority's last reminder that an earlier one found; once a minute the list is made anew and
 * each begins with its first again.
 */
export class RoundRobin {
  readonly #db: Db;
  /** The authorities in the order of the next looks, without those that a look goes through now. */
  #round: AuthorityPlace[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #lastServed = '';
  /** The places that authorities of the last look had before it. */
  #before: ReadonlyMap<string, AuthorityPlace['behind']> = new Map();
  #each = LEAST;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Takes the next authorities of the round. @returns none of them while a look goes through all authorities */
  async next(nowMs: number): Promise<Stretch> {
    if (nowMs - this.#listedAt >= RENEWED_MS) await this.#list(nowMs);
    return { authorities: this.#round.splice(0, AUTHORITIES_A_LOOK), each: this.#each };
  }

  async #list(nowMs: number): Promise<void> {
    const ids = await listAuthorityIds(this.#db);
    this.#round = ids.sort(from(this.#lastServed)).map((authority) => ({ authority, behind: null }));
    this.#listedAt = nowMs;
  }

  /**
   * Moves on behind what a look found.
   * @param found the reminders, in the order of their authorities; empty where it failed
   */
  looked({ authorities, each }: Stretch, found: readonly DueReminder[], limit: number): void {
    const lastOf = new Map<string, AuthorityPlace['behind']>();
    for (const { authority_id, next_at, id } of found) lastOf.set(authority_id, { next_at, id });
    this.#before = new Map(authorities.map(({ authority, behind }) => [authority, behind]));
    const full = found.length >= limit;
    const reached = full ? authorities.findLastIndex(({ authority }) => lastOf.has(authority)) + 1 : authorities.length;
    const moved = authorities
      .slice(0, reached)
      .map(({ authority, behind }) => ({ authority, behind: lastOf.get(authority) ?? behind }));
    this.#round.unshift(...authorities.slice(reached));
    this.#round.push(...moved);
    this.#lastServed = moved.at(-1)?.authority ?? this.#lastServed;
    // The next share of each authority: half as much after a full look, else as much as would have filled this one.
    const share = full ? each / 2 : limit / Math.max(1, lastOf.size);
    this.#each = Math.min(limit, Math.max(LEAST, Math.floor(share)));
  }

  /** Moves authorities back to their places before the last look: some that it found of theirs were left lying. */
  left(authorities: ReadonlySet<string>): void {
    this.#round = this.#round.map((place) => {
      const behind = authorities.has(place.authority) ? this.#before.get(place.authority) : undefined;
      return behind === undefined ? place : { ...place, behind };
    });
  }
}

/** Orders by id, beginning behind `last`. */
function from(last: string): (a: string, b: string) => number {
  return (a, b) => Number(a <= last) - Number(b <= last) || (a < b ? -1 : 1);
}

/** Reminders of one look, at the most, whatever the gateways take. */
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
export class DuePages {
  readonly #deps: DatabaseAccess & Waiting & CurrentTime;
  readonly #share: () => Share | null;
  readonly #open: () => readonly string[] | null;
  readonly #most: () => number;
  readonly #cursor = new LookCursor();
  /** The place where a drain begins with others' shares, if a look from their first takes really long. */
  readonly #cursorOfOthers = new LookCursor();
  readonly #roundRobin: RoundRobin;
  #usesRoundRobin = true;
  #roundRobinNext = false;
  #ownDone = false;
  #behindOfOthers: DuePlace | null | 'done' = null;

  /**
   * @param share of this process, as it is when a look begins
   * @param open the gateways that something can go through, likewise
   * @param most reminders that these take before the next look, likewise
   */
  constructor(
    deps: DatabaseAccess & Waiting & CurrentTime,
    share: () => Share | null,
    open: () => readonly string[] | null,
    most: () => number,
  ) {
    this.#deps = deps;
    this.#share = share;
    this.#open = open;
    this.#most = most;
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

  /** Reminders of the next look, at the most. */
  get #limit(): number {
    return Math.min(LOOK, this.#most());
  }

  /** Has what was left lying looked at again when it is its authority's turn, not only once a minute. */
  left(reminders: readonly Pick<DueReminder, 'authority_id'>[]): void {
    if (reminders.length > 0) this.#roundRobin.left(new Set(reminders.map(({ authority_id }) => authority_id)));
  }

  #lookAtOwn(): Promise<DueReminder[]> {
    const roundRobin = this.#usesRoundRobin && this.#roundRobinNext && this.#cursor.more;
    this.#roundRobinNext = !roundRobin;
    return roundRobin ? this.#lookRoundRobin() : this.#lookOldest();
  }

  #lookOldest(): Promise<DueReminder[]> {
    const began = this.#deps.timers.monotonic();
    const behind = this.#cursor.from(began);
    const options = { share: this.#share(), now: this.#deps.now(), limit: this.#limit };
    return this.#lookBehind(behind, options, this.#cursor, began);
  }

  async #lookRoundRobin(): Promise<DueReminder[]> {
    const { db, timers, now } = this.#deps;
    const stretch = await this.#roundRobin.next(timers.monotonic());
    if (stretch.authorities.length === 0) return this.#lookOldest();
    const limit = this.#limit;
    let found: DueReminder[] = [];
    try {
      const options = { now: now(), share: this.#share(), open: this.#open() };
      found = await lookDue(db, { ...options, limit, which: stretch });
      return found;
    } finally {
      this.#roundRobin.looked(stretch, found, limit);
    }
  }

  /** Looks at what a process that is slow, or gone, leaves lying; to be called once the own share is done. */
  async #lookAtOthers(): Promise<DueReminder[]> {
    if (this.#share() === null || this.#behindOfOthers === 'done') return [];
    const now = new Date(this.#deps.now().getTime() - SHARE_GRACE_MS);
    const began = this.#deps.timers.monotonic();
    const behind = this.#behindOfOthers ?? this.#cursorOfOthers.from(began);
    const limit = this.#limit;
    const found = await this.#lookBehind(behind, { share: null, now, limit }, this.#cursorOfOthers, began);
    const end = found.at(-1);
    this.#behindOfOthers = end && found.length === limit ? { next_at: end.next_at, id: end.id } : 'done';
    return found;
  }

  /** Looks at the oldest behind a place, and tells the cursor what was found and how long it took. */
  async #lookBehind(
    behind: DuePlace | null,
    options: Pick<LookOptions, 'share' | 'now' | 'limit'>,
    cursor: LookCursor,
    began: number,
  ): Promise<DueReminder[]> {
    const { db, timers } = this.#deps;
    try {
      const open = this.#open();
      const found = await lookDue(db, { ...options, open, which: { behind } });
      cursor.looked(behind, found, options.limit, began, timers.monotonic());
      return found;
    } catch (error) {
      cursor.failed(behind, began, timers.monotonic());
      throw error;
    }
  }
}
