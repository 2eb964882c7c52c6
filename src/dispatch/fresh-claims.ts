import type { Deps } from '../runtime/deps.ts';
import { type ClaimedReminder, type ClaimOptions, claimDue } from './claim.sql.ts';
import { ClaimMark } from './cursor.ts';
import { FairRounds } from './round-robin.ts';

type Asked = Omit<ClaimOptions, 'which'>;

/**
 * What is claimed in which order: the oldest first, and, while there is more than one claim takes, every second claim
 * goes through the authorities in turn.
 */
export class FreshClaims {
  readonly #deps: Pick<Deps, 'db' | 'timers'>;
  readonly #mark = new ClaimMark();
  readonly #rounds: FairRounds;
  #fairNext = false;

  constructor(deps: Pick<Deps, 'db' | 'timers'>) {
    this.#deps = deps;
    this.#rounds = new FairRounds(deps.db);
  }

  /** Whether another claim may find something. */
  get more(): boolean {
    return this.#mark.more;
  }

  /** Before the first claim of several. */
  restart(): void {
    this.#mark.restart();
    this.#fairNext = false;
  }

  async claim(asked: Asked): Promise<ClaimedReminder[]> {
    const fair = this.#fairNext && this.#mark.more && asked.limit > 1;
    this.#fairNext = !fair;
    return fair ? this.#claimInTurn(asked) : this.#claimOldest(asked);
  }

  async #claimOldest(asked: Asked): Promise<ClaimedReminder[]> {
    const { monotonic } = this.#deps.timers;
    const began = monotonic();
    const behind = this.#mark.from(began);
    try {
      const claim = await claimDue(this.#deps.db, { ...asked, which: { behind } });
      this.#mark.claimed(behind, claim, asked.limit, began, monotonic());
      return claim;
    } catch (error) {
      this.#mark.failed(behind, began, monotonic());
      throw error;
    }
  }

  async #claimInTurn(asked: Asked): Promise<ClaimedReminder[]> {
    const stretch = await this.#rounds.next(this.#deps.timers.monotonic());
    if (stretch.turns.length === 0) return this.#claimOldest(asked);
    let claim: ClaimedReminder[] = [];
    try {
      claim = await claimDue(this.#deps.db, { ...asked, which: stretch });
      return claim;
    } finally {
      this.#rounds.claimed(stretch, claim, asked.limit);
    }
  }
}
