import type { Source } from '../domain/authority.ts';
import type { IngestResult } from '../formats/format.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { CurrentTime, DatabaseAccess, Logging, Metering } from '../runtime/deps.ts';
import { ArrivalNotes } from './arrival-notes.ts';
import { type Refusal, RefusalNotes, type RefusedFormat, webhookFormat } from './refusal-notes.ts';
import { UnmappedNotes, valuesIn } from './unmapped-notes.ts';

/** A request that was read, with the results of its elements, in order. */
export interface AcceptedRequest {
  readonly reading: IngestResult;
  readonly results: readonly EventResult[];
  /** Format of the address that it came to. */
  readonly address: 'webhook' | RefusedFormat;
  /** null: read from a FHIR server. */
  readonly requestId: string | null;
}

/**
 * Notes for staff and operators about what sources send: counts, codes that the settings do not know, refusals, and the
 * time of the last message. They are written beside the responses, and `note…` never throws.
 */
export class Notes {
  readonly #deps: Metering & CurrentTime;
  readonly #unmapped: UnmappedNotes;
  readonly #refusals: RefusalNotes;
  readonly #arrivals: ArrivalNotes;

  constructor(deps: DatabaseAccess & Logging & Metering & CurrentTime) {
    this.#deps = deps;
    this.#unmapped = new UnmappedNotes(deps);
    this.#refusals = new RefusalNotes(deps);
    this.#arrivals = new ArrivalNotes(deps);
  }

  /** Notes a request that was accepted, with the elements of it that were refused. */
  noteAccepted(source: Source, { reading, results, address, requestId }: AcceptedRequest): void {
    const now = this.#deps.now();
    this.#deps.metrics.elements.inc({ source: source.id }, results.length);
    this.#unmapped.note(source, valuesIn(reading.elements, results), now);
    this.#arrivals.note(source, now);
    const problems = results.flatMap((result) => (result.result === 'refused' ? [result.problem] : []));
    if (problems.length === 0) return;
    const format = address === 'webhook' ? webhookFormat(reading.format, source) : address;
    const refusals = problems.map((problem): Refusal => ({ problem, format, byAck: format === 'hl7v2' }));
    this.#refusals.note(source, requestId, refusals, now);
  }

  /** Notes a request that was refused as a whole. */
  noteRefused(source: Source, requestId: string | null, refusal: Refusal): void {
    this.#deps.metrics.elements.inc({ source: source.id });
    this.#refusals.note(source, requestId, [refusal], this.#deps.now());
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    await Promise.all([this.#unmapped.idle(), this.#refusals.idle(), this.#arrivals.idle()]);
  }
}
