import type { Kysely } from 'kysely';
import type { Database } from '../database/tables.ts';
import { listAuthorityIds } from '../store/authorities.ts';
import type { ClaimedReminder, Turn } from './claim.sql.ts';

/** Authorities that one claim looks at: three pages or so for each that has nothing due. */
const LOOKED_AT = 500;
/** Reminders of one authority in one turn. */
const LEAST = 10;
const RENEWED_MS = 60_000;

/** The part of a round that one claim goes through. */
export interface Stretch {
  readonly turns: readonly Turn[];
  /** Reminders of one authority, at the most. */
  readonly each: number;
  readonly round: Turn[];
}

/**
 * All authorities in turn, so that a small one need not wait until a large one has everything handed over. Each turn
 * begins behind the authority's last reminder that was claimed in a turn; once a minute the list is made anew and each
 * begins with its first again.
 */
export class FairRounds {
  readonly #db: Kysely<Database>;
  /** Whose turn comes next first. Those that a claim is looking at are not in it. */
  #round: Turn[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #lastServed = '';
  #each = LEAST;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** @returns none for as long as another claim looks at all there are */
  async next(nowMs: number): Promise<Stretch> {
    if (nowMs - this.#listedAt >= RENEWED_MS) {
      await this.#list(nowMs);
    }
    return { turns: this.#round.splice(0, LOOKED_AT), each: this.#each, round: this.#round };
  }

  async #list(nowMs: number): Promise<void> {
    const before = this.#listedAt;
    // At once, so that the other lane does not list them too.
    this.#listedAt = nowMs;
    try {
      const ids = await listAuthorityIds(this.#db);
      this.#round = ids.sort(from(this.#lastServed)).map((authority) => ({ authority, behind: null }));
    } catch (error) {
      this.#listedAt = before;
      throw error;
    }
  }

  /** @param claim what came of it, in the order in which it is claimed; empty where it failed */
  claimed({ turns, each, round }: Stretch, claim: readonly ClaimedReminder[], limit: number): void {
    const lastOf = new Map(claim.map(({ authority_id, next_at, id }) => [authority_id, { next_at, id }]));
    const full = claim.length >= limit;
    const reached = full ? turns.findLastIndex(({ authority }) => lastOf.has(authority)) + 1 : turns.length;
    const moved = turns
      .slice(0, reached)
      .map(({ authority, behind }) => ({ authority, behind: lastOf.get(authority) ?? behind }));
    round.unshift(...turns.slice(reached));
    round.push(...moved);
    this.#lastServed = moved.at(-1)?.authority ?? this.#lastServed;
    // As much each as makes a claim full, however many authorities wait.
    const share = full ? each / 2 : limit / Math.max(1, lastOf.size);
    this.#each = Math.min(limit, Math.max(LEAST, Math.floor(share)));
  }
}

/** By id, beginning behind `last`. */
function from(last: string): (a: string, b: string) => number {
  return (a, b) => Number(a <= last) - Number(b <= last) || (a < b ? -1 : 1);
}
