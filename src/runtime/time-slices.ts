import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds for which a request keeps the event loop to itself. */
const SLICE_MS = 5;

/** The time slices of one piece of work that takes long: between two of them everything else that waits goes on. */
export class TimeSlices {
  readonly #resumed: () => void;
  readonly #clock: () => number;
  #since: number;

  /** @param resumed called when the work goes on after others @param clock in milliseconds, given by tests */
  constructor(resumed: () => void = () => {}, clock = () => performance.now()) {
    this.#resumed = resumed;
    this.#clock = clock;
    this.#since = clock();
  }

  /** Ends the slice when its time is over; to be awaited between short parts of the work. @returns undefined before */
  pass(): Promise<void> | undefined {
    return this.#clock() - this.#since < SLICE_MS ? undefined : this.#next();
  }

  async #next(): Promise<void> {
    await nextTurn();
    this.#since = this.#clock();
    this.#resumed();
  }
}

/** Runs work in steps, and lets other work go on between time slices. @throws what the work throws */
export async function inTimeSlices<T>(steps: Generator<undefined, T>, slices = new TimeSlices()): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    const pause = slices.pass();
    // Even a wait for nothing lets other work in, and takes longer than most steps.
    if (pause) await pause;
  }
}
