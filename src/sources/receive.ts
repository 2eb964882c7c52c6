import type { Source } from '../domain/authority.ts';
import { withOffset } from '../domain/calendar.ts';
import { Problem } from '../domain/errors.ts';
import { type DryRunResult, dryRun } from '../dry-run/dry-run.ts';
import {
  faultInRequest,
  type IngestContext,
  type IngestElement,
  type IngestResult,
  type SenderKey,
} from '../formats/format.ts';
import { warningsIn } from '../formats/warnings.ts';
import { createAcceptor, isKeyTaken, SourceChanged, takeKey } from '../intake/accept.ts';
import { CountedDepartments } from '../intake/departments.ts';
import type { AcceptRequest, EventResult, RequestKey } from '../intake/envelope.ts';
import { releaseMapped } from '../intake/release-mapped.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  type GatewayAccess,
  type KeyringAccess,
  type Logging,
  type Metering,
  requireRightClock,
  type SendingPermission,
  type TemplateAccess,
} from '../runtime/deps.ts';
import { type Authenticated, SourceAuthenticator } from './authenticate.ts';
import { type Credentials, type Proof, provenKey } from './credentials.ts';
import { Notes, type RefusedFormat } from './notes.ts';

/** Characters of a request's idempotency key at the most. */
export const MAX_IDEMPOTENCY_KEY = 255;
const TRIES = 3;

/** The parts that requests of booking systems have in common, whatever their format. */
export interface SourceRequest {
  readonly sourceId: string;
  /** `connection`: the caller has proved by other means that it speaks for this source. */
  readonly credentials: Credentials | 'connection';
  readonly body: Uint8Array;
  /** The sender's own key of the request: the same key with another body is refused. */
  readonly idempotencyKey?: string | undefined;
  /** The request is accepted in a transaction that is rolled back: nothing is stored, sent or counted. */
  readonly dryRun?: boolean;
  /** Called when work on it goes on after other work had its turn. */
  readonly resumed?: (() => void) | undefined;
  /** Id of the request in the log; absent for what was read from a FHIR server. */
  readonly requestId?: string;
}

/** Tells requests with one body apart: the format, and the parts of method, path and headers that say their subject. */
export type RequestAddress = readonly [format: 'webhook' | 'fhir' | 'hl7v2' | 'csv', ...parts: (string | undefined)[]];

/** The source that sends, with what a format needs to read its request, and what its credentials prove. */
export interface SenderContext extends IngestContext, Authenticated {}

/** The result of accepting a request. */
export interface AcceptedResults {
  /** The results, one for each element, in order. */
  readonly results: readonly EventResult[];
  /** null: the request was accepted for good. */
  readonly dryRun: DryRunResult | null;
}

/** An error that ended a request; only a `Problem` is noted. */
interface FailedRequest {
  readonly error: unknown;
  /** Format for the list of refusals. */
  readonly format: RefusedFormat;
  /** True when the sender gets an ACK that refuses it. */
  readonly byAck?: boolean;
}

type ReceiveDeps = DatabaseAccess &
  GatewayAccess &
  KeyringAccess &
  CurrentTime &
  Metering &
  Logging &
  TemplateAccess &
  SendingPermission;

/**
 * The parts that all formats have in common when they take in what a booking system sends: each calls `authenticate`,
 * reads, and calls `accept`, within one `retryIfSourceChanged`. One for the whole process, so that requests which
 * arrive together share commits.
 */
export class Receiver {
  readonly authenticator: SourceAuthenticator;
  readonly #notes: Notes;
  /** Departments on their way to being counted by name. */
  readonly departments: CountedDepartments;
  readonly #deps: ReceiveDeps;
  readonly #accept: (request: AcceptRequest) => Promise<readonly EventResult[]>;

  constructor(deps: ReceiveDeps) {
    this.#deps = deps;
    this.#notes = new Notes(deps);
    this.departments = new CountedDepartments(deps);
    this.authenticator = new SourceAuthenticator(deps);
    this.#accept = createAcceptor({ ...deps, departments: this.departments });
  }

  /**
   * Does the whole of a request, and does it again when the source changed between authentication and commit.
   * @throws Problem 503 when the source keeps changing, and whatever `once` throws
   */
  async retryIfSourceChanged<T>(sourceId: string, once: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof SourceChanged)) throw error;
        if (attempt === TRIES) {
          const detail = 'The settings of this source are being changed: send it again.';
          throw new Problem(503, 'busy', detail, { retryAfterSeconds: 1, cause: error });
        }
        this.authenticator.forget(sourceId);
      }
    }
  }

  /** Notes for staff that a `Problem` refused a whole request; nothing for a dry run, and for one that we failed. */
  noteRefusal(
    source: Source,
    { dryRun, requestId }: SourceRequest,
    { error, format, byAck = false }: FailedRequest,
  ): void {
    if (dryRun || !(error instanceof Problem) || error.status >= 500) return;
    this.#notes.noteRefused(source, requestId ?? null, { problem: error, format, byAck });
  }

  /** Gives appointments that wait for the meaning of a word what a source's settings say by now. */
  async releaseMapped(sourceId: string): Promise<void> {
    await releaseMapped({ ...this.#deps, departments: this.departments }, sourceId);
  }

  /** Resolves when the lists for staff, and what statistics count by, are written, as far as they can be. */
  async idle(): Promise<void> {
    await Promise.all([this.#notes.idle(), this.departments.idle()]);
  }

  /** The source that sends, with what a format needs to read its request. @throws Problem 401 */
  async authenticate(request: SourceRequest): Promise<SenderContext> {
    const now = this.#deps.now();
    const { source, proof } = await this.authenticator.authenticate(request, request.credentials, now);
    const { keyring } = this.#deps;
    return { source, proof, now, hashPatient: (id, form) => keyring.patientKey(source.id, id, form) };
  }

  /**
   * Accepts what was read. Resolves after the commit.
   * @throws Problem 422 for a key that came with another request, 503; SourceChanged
   */
  async accept(
    { source, proof }: Authenticated,
    reading: IngestResult,
    request: SourceRequest,
    address?: RequestAddress,
  ): Promise<AcceptedResults> {
    if (!request.dryRun) requireRightClock(this.#deps);
    const { elements, array } = reading;
    const elementKeys = reading.elementKeys?.map((key) => key && this.#hashed(key));
    const { keys, keyed } = this.#keysOf(proof, reading, request, address);
    const asked = { source, elements, array, keyed, keys, ...(elementKeys && { elementKeys }) };
    if (request.dryRun) {
      const result = await dryRun(this.#deps, asked, this.#deps.now());
      return { results: inSendersTerms(reading, result.results, source), dryRun: result };
    }
    const results = inSendersTerms(reading, await this.#accept(asked), source);
    const { requestId = null } = request;
    this.#notes.noteAccepted(source, { reading, results, address: address?.[0] ?? 'fhir', requestId });
    return { results, dryRun: null };
  }

  /** True when a request with the key that the signature proves was taken in before. */
  async isRepeat({ source, proof: { signedId, bodyKey } }: Authenticated): Promise<boolean> {
    const key = signedId ?? bodyKey;
    return key !== null && (await isKeyTaken(this.#deps, source.id, key));
  }

  /** Keeps the key that the signature proves, of a request whose elements were all ignored and so keep no key. */
  async remember(
    { source, proof }: Authenticated,
    results: readonly EventResult[],
    { body }: SourceRequest,
    address: RequestAddress,
  ): Promise<void> {
    const key = proof.signedId ?? proof.bodyKey;
    if (key === null) return;
    await takeKey(this.#deps, source, { key, bodyHash: this.#hashOf(body, address) }, results);
  }

  /**
   * The keys of the whole request: the one that was signed, if one was, then what the sender calls it otherwise; and
   * whether its sender gave it one, which the hash of a signed body is not.
   */
  #keysOf(
    proof: Proof,
    reading: IngestResult,
    request: SourceRequest,
    address: RequestAddress | undefined,
  ): { readonly keys: readonly RequestKey[]; readonly keyed: boolean } {
    const { idempotencyKey, body } = request;
    let hash: Buffer | undefined;
    const bodyHash = () => (hash ??= this.#hashOf(body, address ?? []));
    const signed = request.dryRun ? null : (proof.signedId ?? proof.bodyKey);
    const own = this.#ownKey(provenKey(proof, idempotencyKey), reading, bodyHash);
    const keyed = own !== null;
    if (signed === null) return { keys: own ? [own] : [], keyed };
    const first = { key: checkedKey(signed), bodyHash: bodyHash() };
    return { keys: own && own.key !== first.key ? [first, own] : [first], keyed };
  }

  #ownKey(idempotencyKey: string | undefined, reading: IngestResult, bodyHash: () => Buffer): RequestKey | null {
    if (idempotencyKey) return { key: checkedKey(idempotencyKey), bodyHash: bodyHash() };
    if (reading.key) return this.#hashed(reading.key);
    if (reading.messageId === undefined) return null;
    const hash = bodyHash();
    // Real systems give the id of a message twice: with another body it is another message, and no fault.
    return { key: `message:${hash.toString('base64url')}`, bodyHash: hash };
  }

  #hashOf(body: Uint8Array, address: RequestAddress | readonly []): Buffer {
    return this.#deps.keyring.digest(`body ${JSON.stringify(address)}`, body);
  }

  #hashed({ key, content }: SenderKey): RequestKey {
    return { key, bodyHash: this.#deps.keyring.digest('event', content) };
  }
}

/** @throws Problem 422 for a key that is too long */
function checkedKey(key: string): string {
  if (key.length <= MAX_IDEMPOTENCY_KEY) return key;
  const faults = [
    { pointer: 'Idempotency-Key', code: 'too_big', detail: `At most ${MAX_IDEMPOTENCY_KEY} characters.` },
  ];
  throw new Problem(422, 'invalid', 'The key of this request is too long.', { faults });
}

/**
 * The results as the sender reads them: with warnings, with the start as it was understood, and with faults at their
 * place in the sender's own body.
 */
function inSendersTerms(
  reading: IngestResult,
  results: readonly EventResult[],
  { timeZone }: Source,
): readonly EventResult[] {
  return results.map((result, position) =>
    result.result === 'refused'
      ? { ...result, problem: located(result.problem, reading, position) }
      : ofElement(result, reading.elements[position], timeZone),
  );
}

type TakenResult = Exclude<EventResult, { readonly result: 'refused' }>;

function ofElement(taken: TakenResult, element: IngestElement | undefined, zone: string): TakenResult {
  const event = element?.kind === 'appointment' ? element.event : undefined;
  // An event of a type that is ignored stays so for its sender, also where its appointment waits because of it.
  const result = taken.result === 'accepted' && event?.ofIgnoredType ? 'ignored' : taken.result;
  // A repeat was warned about when it came first, but for what is said each time.
  const isNews = result === 'accepted' || result === 'ignored';
  const more = [...(isNews ? warningsIn(element) : []), ...(event?.warningsEachTime ?? [])];
  const events = event ? [event] : element?.kind === 'group' ? element.group.members : [];
  // The start as it was understood: a wrong zone shows at once.
  const start = result === 'accepted' ? events.find((each) => each.start)?.start : undefined;
  return {
    ...taken,
    result,
    ...(more.length > 0 && { warnings: [...(taken.warnings ?? []), ...more] }),
    ...(start && { start: withOffset(start, zone) }),
  };
}

/** A fault found only by comparison with what is stored points into our event, which the sender may not know. */
function located(problem: Problem, { elements, array, pointerTables }: IngestResult, position: number): Problem {
  const pointers = pointerTables?.[position];
  if (!pointers || elements[position]?.kind === 'refused') return problem;
  const { status, code, message, faults } = problem;
  const ours = array ? `/${position}`.length : 0;
  const moved = faults.map((fault) => faultInRequest(pointers, { ...fault, pointer: fault.pointer.slice(ours) }));
  return new Problem(status, code, message, { faults: moved });
}
