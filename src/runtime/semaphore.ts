interface Taker {
  readonly least: number;
  readonly most: number;
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A counted resource: at most `total` are out at once. Takers are served in order. */
export class Semaphore {
  #free: number;
  readonly #takers: Taker[] = [];

  constructor(total: number) {
    this.#free = total;
  }

  /** Resolves with how many were taken: at least `least`, at most `most`. @throws what `refuseWaiting` was given */
  take(least: number, most: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#takers.push({ least, most, resolve, reject });
      this.#serve();
    });
  }

  /** Gives back `count` of those that were taken, for the takers that wait. */
  giveBack(count: number): void {
    this.#free += count;
    this.#serve();
  }

  /** Has all that wait now fail with this error. */
  refuseWaiting(error: unknown): void {
    for (const { reject } of this.#takers.splice(0)) reject(error);
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

/**
 * Does the work of each item, of at most `atOnce` at a time, taken up in their order. Once the work of one fails, no
 * further one is taken up.
 * @throws what the first one threw, when all that were taken up have ended
 */
export async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const takeUp = async (): Promise<void> => {
    for (const item of rest) {
      await work(item).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeUp));
  if (failures.length > 0) throw failures[0];
}
