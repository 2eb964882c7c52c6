import { newId } from '../domain/ids.ts';
import type { Deps } from '../runtime/deps.ts';
import type { Leftovers } from './abandoned.ts';
import { type ClaimedReminder, claimDue } from './claim.sql.ts';
import { FreshClaims } from './fresh-claims.ts';

export const LEASE_MS = 45_000;
/** Of one claim, at the most and at the least. */
const BATCH = 500;
const LEAST_BATCH = 10;
/**
 * One that would kill the process does so at once; one that only waits for its gateway need not keep the next waiting.
 */
export const SUSPECT_MS = 250;
/**
 * So many suspects are claimed at once, and gone through for so long: then what has become due meanwhile comes first
 * again.
 */
const SUSPECTS = 25;
const SUSPECTS_MS = 500;

/** Those of one claim that came to nothing; those of more, claimed alone: a third such claim parks. */
export type Suspects = 'suspects' | 'suspects again';

/** What this process holds under one lease. */
export interface Claim {
  readonly batchId: string;
  /** The oldest first; whoever looks at one takes it out. */
  readonly reminders: ClaimedReminder[];
  /**
   * So many are looked at together, and then started: if one of those kills the process, the others of the claim are
   * above suspicion.
   */
  readonly atOnce: number;
  /** By the monotonic clock: what is not started by then is to be given back, but for the first. */
  readonly lastMs: number;
  /** As many as were asked for, so that there may be more. */
  readonly full: boolean;
  readonly suspects: boolean;
}

/** Claims what is due: what is fresh, and apart from it the suspects, which a process was looking at that died. */
export class Claims {
  readonly #deps: Pick<Deps, 'db' | 'timers' | 'now' | 'worker'>;
  readonly #leftovers: Pick<Leftovers, 'add'>;
  readonly #atOnce: number;
  readonly #fresh: FreshClaims;
  /**
   * At first as many as may be in hand, as long as nothing tells whether this process will live to hand more over: they
   * would wait for their lease to end.
   */
  #batch: number;

  /** @param atOnce how many of what is fresh are looked at together */
  constructor(deps: Pick<Deps, 'db' | 'timers' | 'now' | 'worker'>, leftovers: Pick<Leftovers, 'add'>, atOnce: number) {
    this.#deps = deps;
    this.#leftovers = leftovers;
    this.#atOnce = atOnce;
    this.#batch = Math.min(BATCH, Math.max(LEAST_BATCH, 2 * atOnce));
    this.#fresh = new FreshClaims(deps);
  }

  /** Whether another claim of what is fresh may find something. */
  get more(): boolean {
    return this.#fresh.more;
  }

  /** Before the first claim of several. */
  restart(): void {
    this.#fresh.restart();
  }

  /** @param probing a single one is to try the gateway out */
  async claim(which: 'fresh' | Suspects, probing: boolean): Promise<Claim> {
    const { db, timers, worker } = this.#deps;
    const now = this.#deps.now();
    const batchId = newId(now);
    const suspects = which !== 'fresh';
    const limit = probing || which === 'suspects again' ? 1 : suspects ? SUSPECTS : this.#batch;
    const atOnce = suspects ? 1 : this.#atOnce;
    const asked = { batchId, worker, now, leaseUntil: new Date(now.getTime() + LEASE_MS), limit, atOnce };
    try {
      const reminders = await (suspects ? claimDue(db, { ...asked, which }) : this.#fresh.claim(asked));
      const lastMs = suspects ? timers.monotonic() + SUSPECTS_MS : Number.POSITIVE_INFINITY;
      return { batchId, reminders, atOnce, lastMs, full: !probing && reminders.length === limit, suspects };
    } catch (error) {
      // It may have been committed all the same.
      await this.#leftovers.add({ batchId, notCalled: [] });
      throw error;
    }
  }

  /** Tells that a claim has been gone through: twice as many the next time. */
  goneThrough(claim: Claim): void {
    if (claim.full) this.#batch = Math.min(BATCH, 2 * this.#batch);
  }
}
