import type { ClaimedReminder, Place } from './claim.sql.ts';

/** A look from the first that takes longer is not worth having at every tick. */
const SLOW_MS = 500;
/** While there is a backlog, looks from the first take at most so small a part of the time. */
const PART = 60;
const SHORTEST_MS = 250;
const LONGEST_MS = 60_000;

/**
 * How far this process has claimed, the oldest first. Before that lie the dead rows of what was handed over, which
 * every claim from the first reads again for as long as somebody's old snapshot keeps them, a backup's say. So while
 * there is more than one claim takes, the next one begins behind the last one claimed. What comes to be due before the
 * mark meanwhile waits for the next look from the first, a minute at the longest: what was given back, skipped since
 * somebody had it locked, stored by a commit that took its time, freed by the sweep or the end of a pause, or is due
 * again by a clock that was set back.
 */
export class ClaimMark {
  #last: Place | null = null;
  #full = false;
  #more = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** Whether the last claim left something, as far as it tells. */
  get more(): boolean {
    return this.#more;
  }

  /** A new tick: it begins with the first that is due, unless that takes really long. */
  restart(): void {
    this.#full = false;
    this.#more = false;
  }

  /** What the next claim begins behind; null: with the first that is due. @param nowMs by the monotonic clock */
  from(nowMs: number): Place | null {
    const pauseMs = Math.min(this.#tookMs * PART, LONGEST_MS);
    if (this.#full) return nowMs < this.#lookedAt + Math.max(pauseMs, SHORTEST_MS) ? this.#last : null;
    return this.#tookMs > SLOW_MS && nowMs < this.#lookedAt + pauseMs ? this.#last : null;
  }

  /** @param began by the monotonic clock, like `nowMs` */
  claimed(from: Place | null, claim: readonly ClaimedReminder[], limit: number, began: number, nowMs: number): void {
    this.#looked(from, began, nowMs);
    // One that is claimed alone tries the gateway out.
    this.#full = claim.length >= limit && limit > 1;
    const end = claim.at(-1);
    const last = end ? { next_at: end.next_at, id: end.id } : this.#last;
    if (this.#full || (last && this.#last && isBehind(last, this.#last)) || !this.#last) this.#last = last;
    // Nothing more behind the mark: something may lie before it.
    this.#more = this.#full || (from !== null && this.from(nowMs) === null);
  }

  /**
   * The claim came to nothing: a look from the first that was given up, since it took too long, is not tried again at
   * once.
   */
  failed(from: Place | null, began: number, nowMs: number): void {
    this.#looked(from, began, nowMs);
  }

  #looked(from: Place | null, began: number, nowMs: number): void {
    if (from !== null) return;
    this.#lookedAt = nowMs;
    this.#tookMs = nowMs - began;
  }
}

function isBehind(a: Place, b: Place): boolean {
  return a.next_at.getTime() === b.next_at.getTime() ? a.id > b.id : a.next_at > b.next_at;
}
