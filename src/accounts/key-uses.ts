import { HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import { errorName } from '../domain/errors.ts';
import type { CurrentTime, DatabaseAccess, Logging } from '../runtime/deps.ts';
import { type ApiKey, writeKeyUses } from './keys.sql.ts';

/**
 * Writes when API keys were last used, once an hour for each at most: which are still in use is what their
 * administrators want to know. No response waits for it, and it is given up where it can't be written: the next use
 * tries again.
 */
export class KeyUses {
  readonly #deps: DatabaseAccess & CurrentTime & Logging;
  readonly #waiting = new Set<string>();
  #writing: Promise<void> | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: DatabaseAccess & CurrentTime & Logging) {
    this.#deps = deps;
  }

  /** Returns at once and never throws. @param key as it was read for this request */
  note({ id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>): void {
    if (lastUsedAt !== null && lastUsedAt.getTime() > this.#deps.now().getTime() - HOUR_MS) return;
    this.#waiting.add(id);
    this.#writing ??= this.#writeWaiting();
  }

  /** Resolves when everything that was noted is written, or given up. */
  async stop(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    // Uses that are noted in the same turn are written together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const ids = [...this.#waiting];
      this.#waiting.clear();
      const now = this.#deps.now();
      try {
        await writeKeyUses(this.#deps.db, ids, { now, unless: new Date(now.getTime() - HOUR_MS) });
      } catch (error) {
        this.#warn(error, now.getTime());
      }
    }
    this.#writing = undefined;
  }

  /** Once a minute at most: each request tries again. */
  #warn(error: unknown, now: number): void {
    if (now < this.#warnedAt + MINUTE_MS) return;
    this.#warnedAt = now;
    this.#deps.log.warn({ error: errorName(error) }, 'the uses of API keys could not be written');
  }
}
