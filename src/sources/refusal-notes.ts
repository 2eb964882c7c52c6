import type { Source } from '../domain/authority.ts';
import { errorName, type Problem } from '../domain/errors.ts';
import { errorOf } from '../formats/hl7v2/refusal.ts';
import { storablePointer } from '../formats/pointers/known-names.ts';
import type { DatabaseAccess, Logging, Metering } from '../runtime/deps.ts';
import { insertRefusals, MOST_REFUSALS, type RefusalRow } from '../store/refusals.ts';

/** Formats of refused messages, as the list of refusals names them. */
export const REFUSED_FORMATS = ['json', 'cloudevents', 'mapping', 'cal-com', 'fhir', 'hl7v2', 'csv'] as const;
/** A member of `REFUSED_FORMATS`. */
export type RefusedFormat = (typeof REFUSED_FORMATS)[number];

/** A refusal of a part of a request, or of the whole. */
export interface Refusal {
  readonly problem: Problem;
  readonly format: RefusedFormat;
  /** True when the sender got the refusal as an ACK, which has a code of its own in place of the status. */
  readonly byAck: boolean;
}

const MOST_WAITING = 2_000;
const LONGEST_POINTER = 200;

/**
 * Tells operators of refusals: counts and logs them, and keeps the last hundred of each source for staff. The list is
 * written beside the responses, since it is worth no booking system's wait.
 */
export class RefusalNotes {
  readonly #deps: DatabaseAccess & Logging & Metering;
  readonly #waiting: RefusalRow[] = [];
  #writing: Promise<void> | undefined;

  constructor(deps: DatabaseAccess & Logging & Metering) {
    this.#deps = deps;
  }

  /** Returns at once and never throws. @param requestId null: read from a FHIR server */
  note(
    source: Pick<Source, 'id' | 'authorityId' | 'mapping'>,
    requestId: string | null,
    refusals: readonly Refusal[],
    now: Date,
  ): void {
    const rows = refusals.map((refusal) => ({
      authorityId: source.authorityId,
      sourceId: source.id,
      at: now,
      requestId,
      ...factsOf(refusal, source),
    }));
    const [first] = rows;
    if (!first) return;
    for (const { status } of rows) this.#deps.metrics.refusals.inc({ source: source.id, status });
    const { status, code, pointer, format } = first;
    this.#deps.log.info(
      { source: source.id, status, code, pointer, format, requestId, refused: rows.length },
      "a booking system's message, or part of it, was refused",
    );
    this.#waiting.push(...rows.slice(-MOST_REFUSALS));
    this.#waiting.splice(0, this.#waiting.length - MOST_WAITING);
    this.#writing ??= this.#write();
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      // Lets the statements that responses wait for be sent first.
      await Promise.resolve();
      while (this.#waiting.length > 0) await insertRefusals(this.#deps.db, this.#waiting.splice(0));
    } catch (error) {
      this.#waiting.length = 0;
      this.#deps.log.warn(
        { error: errorName(error) },
        "refusals of booking systems' messages could not be stored for staff",
      );
    } finally {
      this.#writing = undefined;
    }
  }
}

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

/** Format of a message to the webhook. @param id of its reader; undefined: none could read it */
export function webhookFormat(id: string | undefined, { mapping }: Pick<Source, 'mapping'>): RefusedFormat {
  if (id === 'cloudevents') return 'cloudevents';
  if (mapping !== null && id !== 'easysms') return mapping === 'cal.com' ? 'cal-com' : 'mapping';
  return 'json';
}
