import type { Source } from '../../domain/authority.ts';
import type { EventResult } from '../../intake/envelope.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging, Metering } from '../../runtime/deps.ts';
import type { OutgoingAccess } from '../../runtime/outgoing/http.ts';
import { ChangeSearch, type PollSize } from './changes.ts';
import { type ReadBack, type ReadBackDeps, type ReadBackRequest, readBack } from './read-back.ts';
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
  /** The polls of these servers that are under way. */
  readonly polls = new SharedPolls();
  readonly #deps: ReadBackDeps;
  readonly #sizes = new Map<string, PollSize>();
  readonly #timeMs: number;

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

  /** Begins to ask the source's server what has changed since its last poll. @param base its `fhirBaseUrl` */
  searchChanges(source: Source, base: string, time: TimeLimit): Promise<ChangeSearch> {
    const size = this.#sizes.get(source.id) ?? { shape: 0 };
    this.#sizes.set(source.id, size);
    return ChangeSearch.begin(this.#deps, source, base, size, time());
  }
}

type PollResults = Promise<readonly EventResult[]>;

/** The polls that are under way: one at a time of each source. */
class SharedPolls {
  readonly #polls = new Map<string, { readonly running: PollResults; next: PollResults | null }>();

  /**
   * Polls a source. A request that comes while a poll runs may tell of a change that it does not see: all such requests
   * share the one after it.
   */
  share(sourceId: string, poll: () => PollResults): PollResults {
    const state = this.#polls.get(sourceId);
    const start = () => this.#start(sourceId, poll);
    if (!state) return start();
    state.next ??= state.running.then(start, start);
    return state.next;
  }

  #start(sourceId: string, poll: () => PollResults): PollResults {
    const running = poll().finally(() => {
      if (this.#polls.get(sourceId)?.running === running) this.#polls.delete(sourceId);
    });
    this.#polls.set(sourceId, { running, next: null });
    return running;
  }
}
