/** A counted resource: at most `total` are out at once. Takers are served in order. */
export class Semaphore {
  #free: number;
  readonly #takers: { readonly least: number; readonly most: number; readonly resolve: (count: number) => void }[] = [];

  constructor(total: number) {
    this.#free = total;
  }

  /** Resolves with how many were taken: at least `least`, at most `most`. */
  take(least: number, most: number): Promise<number> {
    return new Promise((resolve) => {
      this.#takers.push({ least, most, resolve });
      this.#serve();
    });
  }

  /** Gives back `count` of those that were taken, for the takers that wait. */
  giveBack(count: number): void {
    this.#free += count;
    this.#serve();
  }

  #serve(): void {
    for (let taker = this.#takers[0]; taker && this.#free >= taker.least; taker = this.#takers[0]) {
      this.#takers.shift();
      const count = Math.min(taker.most, this.#free);
      this.#free -= count;
      taker.resolve(count);
    }
  }
}
