import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds for which a request keeps the event loop to itself. */
const TURN_MS = 5;

/** The turns of one piece of work that takes long: between two of them everything else goes on that waits. */
export class Turns {
  readonly #resumed: () => void;
  readonly #clock: () => number;
  #since: number;

  /**
   * @param resumed called when the work goes on after others
   * @param clock in milliseconds, given by tests
   */
  constructor(resumed: () => void = () => {}, clock = () => performance.now()) {
    this.#resumed = resumed;
    this.#clock = clock;
    this.#since = clock();
  }

  /** To be awaited between parts of the work, each of which is short. @returns undefined while the turn goes on */
  pass(): Promise<void> | undefined {
    return this.#clock() - this.#since < TURN_MS ? undefined : this.#next();
  }

  async #next(): Promise<void> {
    await nextTurn();
    this.#since = this.#clock();
    this.#resumed();
  }
}

/** Runs work in steps, and lets others have their turn between them. @throws what the work throws */
export async function inTurns<T>(steps: Generator<undefined, T>, turns = new Turns()): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await turns.pass();
  }
}
