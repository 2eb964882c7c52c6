import type { Semaphore } from '../runtime/semaphore.ts';

/** Open calls of all drains of a process, which share one limit. */
export interface SharedLimits {
  readonly calls: OpenCalls;
  /** Statements at once, so that dispatch and intake find connections. */
  readonly statements: Semaphore;
  /** Aborted when the process stops: nothing is begun any more. */
  readonly stopping: AbortSignal;
}

/** The calls of a process to endpoints: so many at once, and given up together at its end. */
export class OpenCalls {
  readonly #most: number;
  readonly #open = new Set<AbortController>();
  /** True once all were given up: what comes of them says nothing. */
  cut = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** True while another call may begin. */
  get hasRoom(): boolean {
    return this.#open.size < this.#most;
  }

  /** Begins a call, whoever makes it: the caller passes the signal on, and gives the call back to `end`. */
  begin(): AbortController {
    const call = new AbortController();
    this.#open.add(call);
    return call;
  }

  /** Ends a call, whose place another one may take. */
  end(call: AbortController): void {
    this.#open.delete(call);
  }

  /** Aborts all calls that are open. */
  cutAll(): void {
    this.cut = true;
    for (const call of this.#open) call.abort();
  }
}
