import type { Deps } from '../runtime/deps.ts';
import { giveBackBatch } from './claim.sql.ts';

/** What a failure left claimed. `notCalled`: their start may have been committed; no call was made for them. */
interface Leftover {
  readonly batchId: string;
  readonly notCalled: readonly string[];
}

/** Gives back what failures left claimed: else it would wait for the end of its lease, and count as suspect. */
export class Leftovers {
  readonly #deps: Pick<Deps, 'db' | 'now'>;
  readonly #left = new Set<Leftover>();

  constructor(deps: Pick<Deps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  /** At once, or with the next `giveBack` if the database is away. */
  async add(leftover: Leftover): Promise<void> {
    this.#left.add(leftover);
    await this.giveBack().catch(() => undefined);
  }

  /** @throws where the database is away; what is left then waits for the next time */
  async giveBack(): Promise<void> {
    for (const leftover of this.#left) {
      await giveBackBatch(this.#deps.db, leftover.batchId, leftover.notCalled, this.#deps.now());
      this.#left.delete(leftover);
    }
  }
}
