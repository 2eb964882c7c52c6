import type { Source } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { SourceChanged } from '../../intake/accept.ts';
import type { EventResult } from '../../intake/envelope.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging, Metering } from '../../runtime/deps.ts';
import type { OutgoingAccess } from '../../runtime/outgoing/http.ts';
import type { Receiver } from '../receive.ts';
import { type PollSize, pollAppointments } from './poll.ts';
import { type ReadBack, type ReadBackDeps, type ReadBackRequest, readBack, unavailable } from './read-back.ts';
import { KeptReadBacks } from './read-back-cache.ts';
import { FhirServer } from './server.ts';

/**
 * Senders wait five seconds for a response, and what was read must be stored in them, too: up to two seconds for 1,000
 * appointments.
 */
const TIME_MS = 3000;

/** Its signal ends when a request must have its response. */
export type TimeLimit = () => AbortSignal;

interface ServersDeps extends DatabaseAccess, KeyringAccess, Logging, Metering, CurrentTime, OutgoingAccess {}

/**
 * Requests to booking systems' own FHIR servers. One for the whole process, so that pings which come together
 * share a poll.
 */
export class FhirServers {
  readonly #deps: ReadBackDeps;
  readonly #sizes = new Map<string, PollSize>();
  readonly #timeMs: number;
  readonly #polls = new Map<
    string,
    { readonly running: Promise<unknown>; next: Promise<readonly EventResult[]> | null }
  >();

  /** @param timeMs for all that one request asks for */
  constructor(deps: ServersDeps, timeMs = TIME_MS) {
    this.#deps = { ...deps, server: new FhirServer(deps.outgoing), kept: new KeptReadBacks() };
    this.#timeMs = timeMs;
  }

  /**
   * Begins the time in which a request must have its response. The timer is made by the first request to a server: most
   * need none.
   */
  time(): TimeLimit {
    const began = performance.now();
    let signal: AbortSignal | undefined;
    return () => {
      signal ??= AbortSignal.timeout(Math.max(0, Math.round(this.#timeMs - (performance.now() - began))));
      return signal;
    };
  }

  /** Drops what was read back of these resources, since newer versions were received. */
  forget(source: Source, references: readonly string[]): void {
    this.#deps.kept.forget(source, references);
  }

  /** Reads from the source's server what a request refers to and doesn't hold. @throws Problem 503; SourceChanged */
  readBack(source: Source, toReadBack: ReadBackRequest, time: TimeLimit): Promise<ReadBack> {
    return readBack(this.#deps, source, toReadBack, time());
  }

  /**
   * Accepts what has changed at the source's server since the last poll. A request that comes while one runs may tell
   * of a change that it does not see: all such requests share the one after it.
   * @throws Problem 503 when the server, or the time, does not allow it
   */
  async poll(receiver: Receiver, source: Source, time: TimeLimit): Promise<readonly EventResult[]> {
    const state = this.#polls.get(source.id);
    const start = () => this.#start(receiver, source);
    const poll = state ? (state.next ?? state.running.then(start, start)) : start();
    if (state) state.next = poll;
    // Callers may have given up, so that nobody handles a failure.
    poll.catch(() => {});
    const late = lateness(time());
    try {
      return await Promise.race([poll, late.reached]);
    } catch (error) {
      if (error === TIME_IS_UP) throw unavailable(this.#deps, source, { why: 'time is up' });
      if (!(error instanceof SourceChanged)) throw error;
      const detail = 'The settings of this source are being changed: send it again.';
      throw new Problem(503, 'busy', detail, { retryAfterSeconds: 1, cause: error });
    } finally {
      late.forget();
    }
  }

  #start(receiver: Receiver, source: Source): Promise<readonly EventResult[]> {
    const { id } = source;
    const size = this.#sizes.get(id) ?? { shape: 0 };
    this.#sizes.set(id, size);
    const running = pollAppointments({ ...this.#deps, receiver }, source, size, this.time()()).finally(() => {
      if (this.#polls.get(id)?.running === running) this.#polls.delete(id);
    });
    this.#polls.set(id, { running, next: null });
    return running;
  }
}

const TIME_IS_UP = Symbol('time is up');

/** Rejects with `TIME_IS_UP` when the signal ends. */
function lateness(time: AbortSignal): { readonly reached: Promise<never>; readonly forget: () => void } {
  let giveUp = () => {};
  const reached = new Promise<never>((_, reject) => {
    giveUp = () => reject(TIME_IS_UP);
    if (time.aborted) giveUp();
    else time.addEventListener('abort', giveUp, { once: true });
  });
  return { reached, forget: () => time.removeEventListener('abort', giveUp) };
}
