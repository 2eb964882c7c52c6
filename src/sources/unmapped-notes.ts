import type { UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { looksLikeCpr } from '../domain/text/cpr.ts';
import type { IngestElement } from '../formats/format.ts';
import { unmappedIn } from '../formats/unmapped.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { DatabaseAccess, Logging } from '../runtime/deps.ts';
import { MOST_OF_A_SOURCE, noteUnmapped, type UnmappedRow } from '../store/unmapped.ts';

const HOUR_MS = 3_600_000;
const MOST_SOURCES = 1_000;
const MOST_WAITING = 2_000;
const LONGEST = 100;

/** A value to note. */
interface NotedValue extends UnmappedValue {
  /** Reference of an appointment, or of a group: the value is left out unless that is a visit. */
  readonly unlessAtHome?: string;
}

/** The values of a request that the source's settings do not know. @param answers those to its elements, in order */
export function valuesIn(elements: readonly IngestElement[], answers: readonly EventResult[]): NotedValue[] {
  return elements.flatMap((element, position) => {
    const reference = answers[position]?.reference ?? null;
    return unmappedIn(element).map(({ untyped, ...value }) =>
      untyped && reference !== null ? { ...value, unlessAtHome: reference } : value,
    );
  });
}

/**
 * Keeps for staff what booking systems send and the settings don't know. Beside the answers: a list for people is worth
 * no booking system's wait, and what gets lost comes again with the next message.
 */
export class UnmappedNotes {
  readonly #deps: DatabaseAccess & Logging;
  /** By source, when each value was noted last. */
  readonly #noted = new Map<string, Map<string, number>>();
  readonly #waiting = new Map<string, UnmappedRow>();
  #writing: Promise<void> | undefined;

  constructor(deps: DatabaseAccess & Logging) {
    this.#deps = deps;
  }

  /**
   * Returns at once and never throws. A value that was noted within the hour is left out, like the 201st of a source.
   */
  note(source: Pick<Source, 'id' | 'authorityId'>, values: readonly NotedValue[], now: Date): void {
    for (const { field, value, unlessAtHome } of values) {
      if (value === '' || value.length > LONGEST || looksLikeCpr(value)) continue;
      if (!this.#isNews(source.id, `${field} ${value}`, now.getTime()) || this.#waiting.size >= MOST_WAITING) continue;
      const row = { authorityId: source.authorityId, sourceId: source.id, field, value, unlessAtHome };
      this.#waiting.set(JSON.stringify([source.id, field, value]), row);
    }
    if (this.#waiting.size > 0) this.#writing ??= this.#write(now);
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #isNews(sourceId: string, key: string, now: number): boolean {
    let noted = this.#noted.get(sourceId);
    if (!noted) {
      if (this.#noted.size >= MOST_SOURCES) this.#noted.clear();
      noted = new Map();
      this.#noted.set(sourceId, noted);
    }
    const before = noted.get(key);
    if (before !== undefined && now - before < HOUR_MS) return false;
    if (noted.size >= MOST_OF_A_SOURCE) for (const [old, at] of noted) if (now - at >= HOUR_MS) noted.delete(old);
    if (noted.size >= MOST_OF_A_SOURCE) return false;
    noted.set(key, now);
    return true;
  }

  async #write(now: Date): Promise<void> {
    try {
      // The statements that answers wait for go first.
      await Promise.resolve();
      while (this.#waiting.size > 0) {
        const rows = [...this.#waiting.values()];
        this.#waiting.clear();
        await noteUnmapped(this.#deps.db, rows, now);
      }
    } catch (error) {
      this.#noted.clear();
      this.#deps.log.warn(
        { error: error instanceof Error ? error.name : 'unknown' },
        'codes that nobody has mapped could not be noted',
      );
    } finally {
      this.#writing = undefined;
    }
  }
}
