/**
 * Writes what no response waits for, in rounds: what is noted while one round is written goes with the next. One round
 * that fails ends them, so that a database that is away is not asked again and again.
 */
export class BackgroundWriter {
  readonly #nextRound: () => Promise<unknown> | null;
  readonly #giveUp: (error: unknown) => void;
  #running: Promise<void> | undefined;

  /**
   * @param nextRound takes what waits and writes it; null: nothing waits
   * @param giveUp called with the error of a round; forgets what waits
   */
  constructor(nextRound: () => Promise<unknown> | null, giveUp: (error: unknown) => void) {
    this.#nextRound = nextRound;
    this.#giveUp = giveUp;
  }

  /** Begins to write, unless that goes on already. Returns at once and never throws. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when everything noted so far is written, or given up. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    try {
      // Lets the statements that responses wait for be sent first.
      await Promise.resolve();
      for (let round = this.#nextRound(); round; round = this.#nextRound()) await round;
    } catch (error) {
      this.#giveUp(error);
    } finally {
      this.#running = undefined;
    }
  }
}
