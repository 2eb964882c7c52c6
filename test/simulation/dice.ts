import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** A seeded generator of random numbers (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) | 0;
  }

  /** The next number in [0, 1). */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }

  /** A generator of its own for one part of the world, so that what it draws changes nothing elsewhere. */
  fork(): Dice {
    return new Dice(this.between(1, 2 ** 31));
  }
}

/**
 * Replaces the randomness of node:crypto, which ids and nonces are made of, by that of a seed.
 * @returns a function that puts the real source back
 */
export function seedRandomness(dice: Dice): () => void {
  const { randomBytes, randomUUID } = crypto;
  const bytes = (size: number): Buffer => {
    const some = Buffer.alloc(size);
    for (let at = 0; at < size; at++) some[at] = dice.between(0, 255);
    return some;
  };
  const uuid = () =>
    bytes(16)
      .toString('hex')
      .replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-');
  const load = (source: object) => {
    Object.assign(crypto, source);
    syncBuiltinESMExports();
  };
  load({ randomBytes: bytes, randomUUID: uuid });
  return () => load({ randomBytes, randomUUID });
}

/**
 * Stops the monotonic clock: work takes no time in the simulated world. It would otherwise give way to others after
 * milliseconds of the machine, and the course of a seed would depend on how busy that is.
 * @returns a function that puts the real clock back
 */
export function stopMachineClock(): () => void {
  const { now } = performance;
  performance.now = () => 0;
  return () => {
    performance.now = now;
  };
}
