import type { Source } from '../domain/authority.ts';
import { MINUTE_MS } from '../domain/duration.ts';
import { errorName } from '../domain/errors.ts';
import type { DatabaseAccess, Logging } from '../runtime/deps.ts';
import { type ActiveSource, noteActivity } from '../store/sources.ts';

const EVERY_MS = 5 * MINUTE_MS;

/**
 * Keeps for staff when each source sent its last message, every five minutes. Beside the responses, like the other
 * lists for staff: it is worth no booking system's wait.
 */
export class ArrivalNotes {
  readonly #deps: DatabaseAccess & Logging;
  /** The time at which each source was noted last. */
  readonly #noted = new Map<string, number>();
  readonly #waiting = new Map<string, ActiveSource>();
  #writing: Promise<void> | undefined;

  constructor(deps: DatabaseAccess & Logging) {
    this.#deps = deps;
  }

  /** Returns at once and never throws. */
  note({ id: sourceId, authorityId }: Pick<Source, 'id' | 'authorityId'>, now: Date): void {
    const before = this.#noted.get(sourceId);
    if (before !== undefined && now.getTime() - before < EVERY_MS) return;
    this.#noted.set(sourceId, now.getTime());
    this.#waiting.set(sourceId, { authorityId, sourceId });
    this.#writing ??= this.#write(now);
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(now: Date): Promise<void> {
    try {
      // Lets the statements that responses wait for be sent first.
      await Promise.resolve();
      while (this.#waiting.size > 0) {
        const sources = [...this.#waiting.values()];
        this.#waiting.clear();
        await noteActivity(this.#deps.db, sources, now);
      }
    } catch (error) {
      this.#noted.clear();
      this.#deps.log.warn({ error: errorName(error) }, "the times of sources' last messages could not be stored");
    } finally {
      this.#writing = undefined;
    }
  }
}
