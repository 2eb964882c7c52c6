import type { UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import type { IngestContext, IngestElement, IngestResult, SenderKey } from '../formats/format.ts';
import { createAcceptor, SourceChanged } from '../intake/accept.ts';
import type { EventAnswer } from '../intake/apply-events.ts';
import type { AcceptRequest, RequestKey } from '../intake/request.ts';
import type { Deps } from '../runtime/deps.ts';
import { type Credentials, SourceAuthenticator } from './authenticate.ts';
import { UnmappedNotes } from './unmapped-notes.ts';

const MAX_KEY = 255;
const TRIES = 3;

/** A request of a booking system, in whatever format. */
export interface ReceiveRequest {
  readonly sourceId: string;
  /** `connection`: whoever called has proved by other means that it speaks for this source. */
  readonly credentials: Credentials | 'connection';
  /** The sender's own key for the request: the same with another body is refused. */
  readonly idempotencyKey?: string | undefined;
  /**
   * What tells requests with one body apart: the format, and whatever of method, path and headers says what it is
   * about.
   */
  readonly address?: readonly [format: string, ...parts: (string | undefined)[]];
  readonly body: Uint8Array;
  /** Called after authentication, and again when the source changed meanwhile. */
  readonly read: (context: IngestContext) => IngestResult | Promise<IngestResult>;
}

/** What was taken in, and from whom. */
export interface Received {
  readonly source: Source;
  readonly result: IngestResult;
  /** One for each element of the result, in order. */
  readonly answers: readonly EventAnswer[];
}

/** What the ways in take: the real one, or one that only tries out. */
export interface Receives {
  /**
   * Authenticates, reads and takes in. Resolves after the commit.
   * @throws Problem 401, 422 for a key that came with another request, 503, and what `read` throws
   */
  receive(request: ReceiveRequest): Promise<Received>;
  /** True for one that only tries out: whoever keeps something beside the appointments leaves it. */
  readonly isDryRun?: boolean;
}

type ReceiveDeps = Pick<Deps, 'db' | 'keyring' | 'now' | 'metrics' | 'log'>;

/** Takes in what booking systems send. One for the whole process, so that all that arrives at once shares commits. */
export class Receiver implements Receives {
  /** What nobody has mapped yet, on its way to the list for staff. */
  readonly unmapped: UnmappedNotes;
  readonly isDryRun: boolean;
  readonly #deps: ReceiveDeps;
  readonly #authenticator: SourceAuthenticator;
  readonly #accept: (request: AcceptRequest) => Promise<readonly EventAnswer[]>;

  /** @param dryRun takes the place of acceptance: nothing may be kept of what comes then */
  constructor(deps: ReceiveDeps, dryRun?: (request: AcceptRequest) => Promise<readonly EventAnswer[]>) {
    this.#deps = deps;
    this.unmapped = new UnmappedNotes(deps);
    this.isDryRun = dryRun !== undefined;
    this.#authenticator = new SourceAuthenticator(deps);
    this.#accept = dryRun ?? createAcceptor(deps);
  }

  async receive(request: ReceiveRequest): Promise<Received> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { source, result, idempotency } = await this.read(request);
        const { elements, array } = result;
        const elementKeys = result.elementKeys?.map((key) => key && this.#hashed(key));
        const answers = await this.#accept({
          source,
          elements,
          array,
          idempotency,
          ...(elementKeys && { elementKeys }),
        });
        if (!this.isDryRun) this.unmapped.note(source, elements.flatMap(unmappedIn), this.#deps.now());
        return { source, result, answers };
      } catch (error) {
        if (!(error instanceof SourceChanged)) throw error;
        if (attempt === TRIES) {
          const detail = 'The settings of this source are being changed: send it again.';
          throw new Problem(503, 'busy', detail, { retryAfterSeconds: 1, cause: error });
        }
        this.#authenticator.forget(request.sourceId);
      }
    }
  }

  /** The part before anything is stored. @throws Problem 401, and what `read` throws */
  async read(
    request: ReceiveRequest,
  ): Promise<{ source: Source; result: IngestResult; idempotency: AcceptRequest['idempotency'] }> {
    const { sourceId, credentials } = request;
    const now = this.#deps.now();
    const source =
      credentials === 'connection'
        ? await this.#authenticator.find(sourceId, now)
        : await this.#authenticator.authenticate(sourceId, credentials, now);
    const hashPatient = (patientId: string) => this.#deps.keyring.patientKey(source.id, patientId);
    const result = await request.read({ source, now, hashPatient });
    return { source, result, idempotency: this.#idempotencyOf(result, request) };
  }

  #idempotencyOf(
    result: IngestResult,
    { idempotencyKey, address, body }: ReceiveRequest,
  ): AcceptRequest['idempotency'] {
    const { keyring } = this.#deps;
    if (!idempotencyKey && result.key) return this.#hashed(result.key);
    if (!idempotencyKey && result.messageId === undefined) return null;
    const bodyHash = keyring.digest(`body ${JSON.stringify(address ?? [])}`, body);
    if (idempotencyKey) {
      if (idempotencyKey.length > MAX_KEY) {
        const faults = [{ pointer: 'Idempotency-Key', code: 'too_big', detail: `At most ${MAX_KEY} characters.` }];
        throw new Problem(422, 'invalid', 'The key of this request is too long.', { faults });
      }
      return { key: idempotencyKey, bodyHash };
    }
    // Ids of messages are given twice by real systems: with another body it is another message, not a fault.
    return { key: `message:${bodyHash.toString('base64url')}`, bodyHash };
  }

  #hashed({ key, content }: SenderKey): RequestKey {
    return { key, bodyHash: this.#deps.keyring.digest('event', content) };
  }
}

/** What of an element the source's settings do not know. */
export function unmappedIn(element: IngestElement): readonly UnmappedValue[] {
  if (element.kind === 'appointment') return element.event.unmapped ?? [];
  return element.kind === 'group' ? element.group.members.flatMap((member) => member.unmapped ?? []) : [];
}
