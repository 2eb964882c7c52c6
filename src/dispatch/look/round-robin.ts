import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { listAuthorityIds } from '../../store/authorities.ts';
import type { AuthorityPlace, DueReminder } from './look.sql.ts';

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
  readonly #db: Kysely<Database>;
  /** The authorities in the order of the next looks, without those that a look goes through now. */
  #round: AuthorityPlace[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #lastServed = '';
  #each = LEAST;

  constructor(db: Kysely<Database>) {
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
}

/** Orders by id, beginning behind `last`. */
function from(last: string): (a: string, b: string) => number {
  return (a, b) => Number(a <= last) - Number(b <= last) || (a < b ? -1 : 1);
}
