import type { DuePlace, DueReminder } from './look.sql.ts';

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
