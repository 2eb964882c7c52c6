import type { UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { HOUR_MS } from '../domain/duration.ts';
import { errorName } from '../domain/errors.ts';
import { MANY_PATIENTS } from '../domain/patient-key.ts';
import { looksLikeCpr } from '../domain/text/cpr.ts';
import type { IngestElement } from '../formats/format.ts';
import { unmappedIn } from '../formats/unmapped.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { DatabaseAccess, Logging } from '../runtime/deps.ts';
import { MOST_UNMAPPED, noteUnmapped, type UnmappedRow } from '../store/unmapped.ts';

const MOST_SOURCES = 1_000;
const MOST_WAITING = 2_000;
const LONGEST = 100;
const REFERENCE_END = 16;

/** A value to note, as `UnmappedRow` has it. */
type NotedValue = UnmappedValue & Partial<Pick<UnmappedRow, 'reference' | 'unlessAtHome'>>;

/** Memory of a value that was noted. */
interface Noted {
  at: number;
  /** The ends of the first references that it came with, up to the number that tells one's own values from others. */
  readonly with: Set<string>;
}

/** The values of a request that the source's settings do not know. @param results those of its elements, in order */
export function valuesIn(elements: readonly IngestElement[], results: readonly EventResult[]): NotedValue[] {
  return elements.flatMap((element, position) => {
    const reference = results[position]?.reference ?? null;
    return unmappedIn(element).map(({ untyped, ...value }) => ({
      ...value,
      reference,
      unlessAtHome: untyped === true && reference !== null,
    }));
  });
}

/**
 * Keeps for staff what booking systems send and the settings don't know. Beside the responses: a list for people is
 * worth no booking system's wait, and what gets lost comes again with the next message.
 */
export class UnmappedNotes {
  readonly #deps: DatabaseAccess & Logging;
  /** The values that were noted, by source. */
  readonly #noted = new Map<string, Map<string, Noted>>();
  readonly #waiting = new Map<string, UnmappedRow>();
  #writing: Promise<void> | undefined;

  constructor(deps: DatabaseAccess & Logging) {
    this.#deps = deps;
  }

  /**
   * Returns at once and never throws. A value that was noted within the hour is left out, unless it comes with another
   * appointment and was seen on few; so is the 201st of a source.
   */
  note(source: Pick<Source, 'id' | 'authorityId'>, values: readonly NotedValue[], now: Date): void {
    for (const { field, value, reference = null, unlessAtHome = false } of values) {
      if (value === '' || value.length > LONGEST || looksLikeCpr(value)) continue;
      const isNews = this.#isNews(source.id, `${field} ${value}`, reference, now.getTime());
      if (!isNews || this.#waiting.size >= MOST_WAITING) continue;
      const row = { authorityId: source.authorityId, sourceId: source.id, field, value, reference, unlessAtHome };
      this.#waiting.set(JSON.stringify([source.id, field, value, reference]), row);
    }
    if (this.#waiting.size > 0) this.#writing ??= this.#write(now);
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #isNews(sourceId: string, key: string, reference: string | null, now: number): boolean {
    const noted = this.#ofSource(sourceId);
    const known = noted.get(key);
    if (known && now - known.at < HOUR_MS) {
      const end = reference?.slice(-REFERENCE_END);
      if (end === undefined || known.with.size >= MANY_PATIENTS || known.with.has(end)) return false;
      known.with.add(end);
      return true;
    }
    if (noted.size >= MOST_UNMAPPED) for (const [old, { at }] of noted) if (now - at >= HOUR_MS) noted.delete(old);
    if (noted.size >= MOST_UNMAPPED) return false;
    noted.set(key, { at: now, with: new Set(reference === null ? [] : [reference.slice(-REFERENCE_END)]) });
    return true;
  }

  #ofSource(sourceId: string): Map<string, Noted> {
    const known = this.#noted.get(sourceId);
    if (known) return known;
    if (this.#noted.size >= MOST_SOURCES) this.#noted.clear();
    const noted = new Map<string, Noted>();
    this.#noted.set(sourceId, noted);
    return noted;
  }

  async #write(now: Date): Promise<void> {
    try {
      // Lets the statements that responses wait for be sent first.
      await Promise.resolve();
      while (this.#waiting.size > 0) {
        const rows = [...this.#waiting.values()];
        this.#waiting.clear();
        await noteUnmapped(this.#deps.db, rows, now);
      }
    } catch (error) {
      this.#noted.clear();
      this.#deps.log.warn({ error: errorName(error) }, 'unmapped codes of booking systems could not be stored');
    } finally {
      this.#writing = undefined;
    }
  }
}
