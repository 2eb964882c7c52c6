/** A piece of work and what it must not share a group with. */
interface WaitingItem<T, R> {
  readonly item: T;
  readonly keys: readonly string[];
  readonly weight: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: work that arrives alone runs at once; while a group runs, arrivals gather and go together as the next
 * one. Each caller gets its result after its group's commit. When a group fails its members run one by one, so that one
 * bad row harms no other.
 */
export class GroupCommit<T, R> {
  readonly #run: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #keysOf: (item: T) => readonly string[];
  readonly #weightOf: (item: T) => number;
  readonly #maxWeight: number;
  readonly #failsForAll: (error: unknown) => boolean;
  readonly #failsForWaiting: (error: unknown) => boolean;
  readonly #waiting: WaitingItem<T, R>[] = [];
  #running = false;

  /**
   * @param options.run one commit; returns results in the order of its items
   * @param options.keysOf two items that share a key never share a group
   * @param options.weightOf how many rows an item stands for; a group holds at most `maxWeight` of them, or one item
   * @param options.failsForAll true for a failure that no member would escape alone, such as a database that is away
   * @param options.failsForWaiting true for one of these that took so long that who waited for it must not wait again
   */
  constructor(options: {
    run: (items: readonly T[]) => Promise<readonly R[]>;
    keysOf: (item: T) => readonly string[];
    weightOf: (item: T) => number;
    maxWeight: number;
    failsForAll: (error: unknown) => boolean;
    failsForWaiting: (error: unknown) => boolean;
  }) {
    this.#run = options.run;
    this.#keysOf = options.keysOf;
    this.#weightOf = options.weightOf;
    this.#maxWeight = options.maxWeight;
    this.#failsForAll = options.failsForAll;
    this.#failsForWaiting = options.failsForWaiting;
  }

  /** Resolves after the commit; rejects with what its own commit failed with. */
  submit(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, keys: this.#keysOf(item), weight: this.#weightOf(item), resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#runGroup(this.#takeGroup());
    this.#running = false;
  }

  #takeGroup(): WaitingItem<T, R>[] {
    const group: WaitingItem<T, R>[] = [];
    const taken = new Set<string>();
    const later: WaitingItem<T, R>[] = [];
    let weight = 0;
    for (const waiting of this.#waiting) {
      const clashes = waiting.keys.some((key) => taken.has(key));
      const fits = group.length === 0 || weight + waiting.weight <= this.#maxWeight;
      // Keys count also of an item that is left for later: what came after it must not overtake it.
      for (const key of waiting.keys) taken.add(key);
      if (clashes || !fits) later.push(waiting);
      else {
        group.push(waiting);
        weight += waiting.weight;
      }
    }
    this.#waiting.splice(0, this.#waiting.length, ...later);
    return group;
  }

  async #runGroup(group: readonly WaitingItem<T, R>[]): Promise<void> {
    try {
      const results = await this.#run(group.map((waiting) => waiting.item));
      group.forEach((waiting, index) => {
        waiting.resolve(results[index] as R);
      });
    } catch (error) {
      if (group.length > 1 && !this.#failsForAll(error)) await this.#runSingly(group);
      else this.#failTogether(group, error);
    }
  }

  async #runSingly(group: readonly WaitingItem<T, R>[]): Promise<void> {
    for (const [index, waiting] of group.entries()) {
      try {
        const [result] = await this.#run([waiting.item]);
        waiting.resolve(result as R);
      } catch (error) {
        if (!this.#failsForAll(error)) {
          waiting.reject(error);
          continue;
        }
        // The rest would only wait for the same failure, each.
        this.#failTogether(group.slice(index), error);
        return;
      }
    }
  }

  #failTogether(group: readonly WaitingItem<T, R>[], error: unknown): void {
    const late = this.#failsForWaiting(error) ? this.#waiting.splice(0) : [];
    for (const waiting of [...group, ...late]) waiting.reject(error);
  }
}
