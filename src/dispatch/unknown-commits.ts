import { inTransaction } from '../database/transaction.ts';
import type { CurrentTime, DatabaseAccess } from '../runtime/deps.ts';
import { type NotCalled, undoStart } from './look/processes.sql.ts';

interface UnknownStart {
  readonly groupId: string;
  readonly reminders: readonly NotCalled[];
}

/**
 * Starts whose statement failed for the process and may have been committed all the same. No call was made for them, so
 * they are undone; otherwise they would count as uncertain once the process ends.
 */
export class UnknownCommits {
  readonly #deps: DatabaseAccess & CurrentTime;
  readonly #processId: string;
  readonly #starts = new Set<UnknownStart>();

  constructor(deps: DatabaseAccess & CurrentTime, processId: string) {
    this.#deps = deps;
    this.#processId = processId;
  }

  /** True while a start is to be undone that may have been committed. */
  get anyOpen(): boolean {
    return this.#starts.size > 0;
  }

  /** Undoes the start at once, or with the next `undo` if the database is away. */
  async add(groupId: string, reminders: readonly NotCalled[]): Promise<void> {
    this.#starts.add({ groupId, reminders });
    await this.undo().catch(() => undefined);
  }

  /**
   * Undoes all starts of which nobody knew whether they were committed.
   * @throws where the database is away; what is left then waits for the next time
   */
  async undo(): Promise<void> {
    for (const start of this.#starts) {
      await inTransaction(this.#deps.db, (trx) =>
        undoStart(trx, start.groupId, this.#processId, start.reminders, this.#deps.now()),
      );
      this.#starts.delete(start);
    }
  }
}
