import type { UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import { errorName, type Problem } from '../domain/errors.ts';
import { MANY_PATIENTS } from '../domain/patient-key.ts';
import { looksLikeCpr } from '../domain/text/cpr.ts';
import type { IngestResult } from '../formats/format.ts';
import { errorOf } from '../formats/hl7v2/faults.ts';
import { storablePointer } from '../formats/pointers/known-names.ts';
import { unmappedIn } from '../formats/source-maps.ts';
import type { EventResult } from '../intake/envelope.ts';
import { BackgroundWriter } from '../runtime/background-writer.ts';
import type { CurrentTime, DatabaseAccess, Logging, Metering } from '../runtime/deps.ts';
import { insertRefusals, MOST_REFUSALS, type RefusalRow } from '../store/refusals.ts';
import { type ActiveSource, noteActivity } from '../store/sources.ts';
import { MOST_UNMAPPED, noteUnmapped, type UnmappedRow } from '../store/unmapped.ts';

/** Formats of refused messages, as the list of refusals names them. */
export const REFUSED_FORMATS = ['json', 'cloudevents', 'mapping', 'cal-com', 'fhir', 'hl7v2', 'csv'] as const;
/** A member of `REFUSED_FORMATS`. */
export type RefusedFormat = (typeof REFUSED_FORMATS)[number];

/** Format of a message to the webhook. @param id of its reader; undefined: none could read it */
export function webhookFormat(id: string | undefined, { mapping }: Pick<Source, 'mapping'>): RefusedFormat {
  if (id === 'cloudevents') return 'cloudevents';
  if (mapping !== null && id !== 'easysms') return mapping === 'cal.com' ? 'cal-com' : 'mapping';
  return 'json';
}

/** A request that was read, with the results of its elements, in order. */
interface AcceptedRequest {
  readonly reading: IngestResult;
  readonly results: readonly EventResult[];
  /** Format of the address that it came to. */
  readonly address: 'webhook' | RefusedFormat;
  /** null: read from a FHIR server. */
  readonly requestId: string | null;
}

/** A refusal of a part of a request, or of the whole. */
interface Refusal {
  readonly problem: Problem;
  readonly format: RefusedFormat;
  /** True when the sender got the refusal as an ACK, which has a code of its own in place of the status. */
  readonly byAck: boolean;
}

/** Times between two notes of when a source sent its last message. */
const ACTIVITY_EVERY_MS = 5 * MINUTE_MS;
const MOST_REFUSALS_WAITING = 2_000;

/**
 * Notes for staff and operators about what sources send: counts, codes that the settings do not know, the last hundred
 * refusals of each source, and the time of the last message, every five minutes. They are written beside the responses,
 * since no list for people is worth a booking system's wait: `note…` returns at once and never throws.
 */
export class Notes {
  readonly #deps: DatabaseAccess & Logging & Metering & CurrentTime;
  readonly #unmapped: UnmappedNotes;
  readonly #refusals: RefusalRow[] = [];
  readonly #refusalWriter: BackgroundWriter;
  /** The time at which each source's last message was noted. */
  readonly #activeAt = new Map<string, number>();
  readonly #active = new Map<string, ActiveSource>();
  readonly #activityWriter: BackgroundWriter;

  constructor(deps: DatabaseAccess & Logging & Metering & CurrentTime) {
    this.#deps = deps;
    this.#unmapped = new UnmappedNotes(deps);
    this.#refusalWriter = new BackgroundWriter(
      () => (this.#refusals.length === 0 ? null : insertRefusals(deps.db, this.#refusals.splice(0))),
      (error) => {
        this.#refusals.length = 0;
        deps.log.warn(
          { error: errorName(error) },
          "refusals of booking systems' messages could not be stored for staff",
        );
      },
    );
    this.#activityWriter = new BackgroundWriter(
      () => (this.#active.size === 0 ? null : noteActivity(deps.db, taken(this.#active), deps.now())),
      (error) => {
        this.#activeAt.clear();
        deps.log.warn({ error: errorName(error) }, "the times of sources' last messages could not be stored");
      },
    );
  }

  /** Notes a request that was accepted, with the elements of it that were refused. */
  noteAccepted(source: Source, { reading, results, address, requestId }: AcceptedRequest): void {
    const now = this.#deps.now();
    this.#deps.metrics.elements.inc({ source: source.id }, results.length);
    this.#unmapped.note(source, valuesIn(reading, results), now);
    this.#noteActivity(source, now);
    const problems = results.flatMap((result) => (result.result === 'refused' ? [result.problem] : []));
    if (problems.length === 0) return;
    const format = address === 'webhook' ? webhookFormat(reading.format, source) : address;
    const refusals = problems.map((problem): Refusal => ({ problem, format, byAck: format === 'hl7v2' }));
    this.#noteRefusals(source, requestId, refusals);
  }

  /** Notes a request that was refused as a whole. @param requestId null: read from a FHIR server */
  noteRefused(source: Source, requestId: string | null, refusal: Refusal): void {
    this.#deps.metrics.elements.inc({ source: source.id });
    this.#noteRefusals(source, requestId, [refusal]);
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    await Promise.all([this.#unmapped.idle(), this.#refusalWriter.idle(), this.#activityWriter.idle()]);
  }

  #noteActivity({ id: sourceId, authorityId }: Source, now: Date): void {
    const before = this.#activeAt.get(sourceId);
    if (before !== undefined && now.getTime() - before < ACTIVITY_EVERY_MS) return;
    this.#activeAt.set(sourceId, now.getTime());
    this.#active.set(sourceId, { authorityId, sourceId });
    this.#activityWriter.start();
  }

  #noteRefusals(source: Source, requestId: string | null, refusals: readonly Refusal[]): void {
    const common = { authorityId: source.authorityId, sourceId: source.id, at: this.#deps.now(), requestId };
    const rows = refusals.map((refusal) => ({ ...common, ...factsOf(refusal, source) }));
    const [first] = rows;
    if (!first) return;
    for (const { status } of rows) this.#deps.metrics.refusals.inc({ source: source.id, status });
    const { status, code, pointer, format } = first;
    this.#deps.log.info(
      { source: source.id, status, code, pointer, format, requestId, refused: rows.length },
      "a booking system's message, or part of it, was refused",
    );
    this.#refusals.push(...rows.slice(-MOST_REFUSALS));
    this.#refusals.splice(0, this.#refusals.length - MOST_REFUSALS_WAITING);
    this.#refusalWriter.start();
  }
}

/** Takes what waits in a map, which is empty afterwards. */
function taken<T>(waiting: Map<string, T>): T[] {
  const all = [...waiting.values()];
  waiting.clear();
  return all;
}

const LONGEST_POINTER = 200;

function factsOf(
  { problem, format, byAck }: Refusal,
  source: Pick<Source, 'mapping'>,
): Pick<RefusalRow, 'status' | 'code' | 'pointer' | 'format'> {
  const [{ code, pointer } = { code: problem.code, pointer: '' }] = problem.faults;
  if (byAck) {
    const { ackCode, location } = errorOf(problem);
    return { status: ackCode, code, pointer: harmless(location, source), format };
  }
  // The rules point into our own form of the event: in FHIR that is the element of the Appointment.
  const inFhir = format === 'fhir' ? pointer.replace(/^(?:\/\d+)?\/data\/(\w+)$/, 'Appointment.$1') : pointer;
  return { status: String(problem.status), code, pointer: harmless(inFhir, source), format };
}

function harmless(pointer: string, { mapping }: Pick<Source, 'mapping'>): string {
  const known = storablePointer(pointer, mapping);
  return known.length > LONGEST_POINTER ? '' : known;
}

const MOST_SOURCES = 1_000;
const MOST_VALUES_WAITING = 2_000;
const LONGEST_VALUE = 100;
const REFERENCE_END = 16;

/** A value to note, as `UnmappedRow` has it. */
type NotedValue = UnmappedValue & Partial<Pick<UnmappedRow, 'reference' | 'unlessAtHome'>>;

/** Memory of a value that was noted. */
interface NotedBefore {
  at: number;
  /** The ends of the first references that it came with, up to the number that tells one's own values from others. */
  readonly with: Set<string>;
}

/** The values of a request that the source's settings do not know. */
function valuesIn({ elements }: IngestResult, results: readonly EventResult[]): NotedValue[] {
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
 * Keeps for staff what booking systems send and the settings don't know. What gets lost comes again with the next
 * message.
 */
export class UnmappedNotes {
  /** The values that were noted, by source. */
  readonly #noted = new Map<string, Map<string, NotedBefore>>();
  readonly #waiting = new Map<string, UnmappedRow>();
  readonly #writer: BackgroundWriter;
  #now = new Date(0);

  constructor({ db, log }: DatabaseAccess & Logging) {
    this.#writer = new BackgroundWriter(
      () => (this.#waiting.size === 0 ? null : noteUnmapped(db, taken(this.#waiting), this.#now)),
      (error) => {
        this.#noted.clear();
        log.warn({ error: errorName(error) }, 'unmapped codes of booking systems could not be stored');
      },
    );
  }

  /**
   * Returns at once and never throws. A value that was noted within the hour is left out, unless it comes with another
   * appointment and was seen on few; so is the 201st of a source.
   */
  note(source: Pick<Source, 'id' | 'authorityId'>, values: readonly NotedValue[], now: Date): void {
    for (const { field, value, reference = null, unlessAtHome = false } of values) {
      if (value === '' || value.length > LONGEST_VALUE || looksLikeCpr(value)) continue;
      const isNews = this.#isNews(source.id, `${field} ${value}`, reference, now.getTime());
      if (!isNews || this.#waiting.size >= MOST_VALUES_WAITING) continue;
      const row = { authorityId: source.authorityId, sourceId: source.id, field, value, reference, unlessAtHome };
      this.#waiting.set(JSON.stringify([source.id, field, value, reference]), row);
    }
    this.#now = now;
    if (this.#waiting.size > 0) this.#writer.start();
  }

  /** Resolves when everything noted so far is written, or given up. */
  idle(): Promise<void> {
    return this.#writer.idle();
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

  #ofSource(sourceId: string): Map<string, NotedBefore> {
    const known = this.#noted.get(sourceId);
    if (known) return known;
    if (this.#noted.size >= MOST_SOURCES) this.#noted.clear();
    const noted = new Map<string, NotedBefore>();
    this.#noted.set(sourceId, noted);
    return noted;
  }
}
