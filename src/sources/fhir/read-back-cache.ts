import type { Source } from '../../domain/authority.ts';
import { MINUTE_MS } from '../../domain/duration.ts';

/** Long enough for a sender's next try. */
const KEPT_MS = 10 * MINUTE_MS;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_TRIES = 10;

/** Resource that was read back; null for `resource`: it was gone. */
export interface CachedResource {
  readonly resource: unknown;
  readonly bytes: number;
  /** When it was first read, in milliseconds: however often it is kept again. */
  readonly at: number;
}

/**
 * Resources that a request had read back before its time was up, so that its repeat continues instead of failing in the
 * same way. Kept by source and version of its settings, in memory only; the oldest are dropped first.
 */
export class KeptReadBacks {
  readonly #kept = new Map<string, CachedResource>();
  readonly #tries = new Map<string, number>();
  #bytes = 0;

  /** Takes a resource out; undefined: there is none. @param now milliseconds */
  take(source: Source, reference: string, now: number): CachedResource | undefined {
    const key = keyOf(source, reference);
    const kept = this.#kept.get(key);
    this.#drop(key);
    return kept && now - kept.at < KEPT_MS ? kept : undefined;
  }

  /** Keeps a resource, and drops the oldest where all of them become too large. @param now milliseconds */
  keep(source: Source, reference: string, kept: CachedResource, now: number): void {
    const key = keyOf(source, reference);
    this.#drop(key);
    this.#kept.set(key, kept);
    this.#bytes += kept.bytes;
    for (const [oldest, { at }] of this.#kept) {
      if (this.#bytes <= MOST_BYTES && now - at < KEPT_MS) break;
      this.#drop(oldest);
    }
  }

  /** Drops these, since newer versions were received. */
  forget(source: Source, references: readonly string[]): void {
    for (const reference of references) this.#drop(keyOf(source, reference));
  }

  /**
   * Counts a request that ran out of time.
   * @returns true when its source did so often in a row that its requests go on without what is missing
   */
  isHopeless(source: Source): boolean {
    const tries = (this.#tries.get(source.id) ?? 0) + 1;
    this.#tries.set(source.id, tries);
    return tries > MOST_TRIES;
  }

  /** Forgets the requests of a source that ran out of time, since one was completed. */
  succeeded(source: Source): void {
    this.#tries.delete(source.id);
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

function keyOf({ id, version }: Source, reference: string): string {
  return `${id} ${version} ${reference}`;
}
