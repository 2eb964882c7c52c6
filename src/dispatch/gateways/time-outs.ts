import { setMaxListeners } from 'node:events';
import type { Waiting } from '../../runtime/deps.ts';

const CALL_MS = 10_000;
const CALL_WHEN_STOPPING_MS = 8_000;
/** Calls that begin within this time share a time-out: an abort signal for each is what costs most of a call. */
const TOGETHER_MS = 1;

/** The time-out of calls that began together. */
export interface Deadline {
  /** The beginning of the first of them, by the monotonic clock. */
  readonly beganMs: number;
  readonly calls: AbortController;
  readonly callOff: () => void;
  /** How many of them are open. */
  count: number;
}

/** The time-outs of the calls of one gateway: ten seconds each, and fewer once the process stops. */
export class TimeOuts {
  readonly #timers: Waiting['timers'];
  readonly #open = new Set<Deadline>();
  #latest: Deadline | null = null;
  #callOffCut: () => void = () => {};

  constructor({ timers }: Waiting) {
    this.#timers = timers;
  }

  /** Begins a call. @returns its time-out, which `end` must be given when the call has ended */
  begin(): Deadline {
    const deadline = this.#current();
    deadline.count++;
    return deadline;
  }

  /** Ends a call. */
  end(deadline: Deadline): void {
    if (--deadline.count > 0) return;
    if (this.#latest === deadline) this.#latest = null;
    deadline.callOff();
    this.#open.delete(deadline);
    // Without open calls the timer that aborts them would only delay the end of the process.
    if (this.#open.size === 0) this.#callOffCut();
  }

  /** Ends a call in flight after 8 s at the latest. */
  hurry(): void {
    if (this.#open.size === 0) return;
    this.#callOffCut = this.#timers.after(CALL_WHEN_STOPPING_MS, () => {
      for (const { calls } of this.#open) calls.abort();
    });
  }

  #current(): Deadline {
    const now = this.#timers.monotonic();
    if (this.#latest && now - this.#latest.beganMs < TOGETHER_MS) return this.#latest;
    const calls = new AbortController();
    setMaxListeners(0, calls.signal);
    const callOff = this.#timers.after(CALL_MS, () => calls.abort());
    this.#latest = { beganMs: now, calls, callOff, count: 0 };
    this.#open.add(this.#latest);
    return this.#latest;
  }
}
