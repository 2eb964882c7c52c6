import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from './script.ts';
import { LEAD_MS, type World } from './world.ts';

interface IntakeOptions {
  readonly authority: string;
  /** Posts that may wait for their answers at once. */
  readonly connections: number;
  /** Between two posts of a connection. */
  readonly everyMs: number;
  /** When the reminder of an appointment is due, from its post on. */
  readonly dueAfterMs: number;
}

/**
 * Appointments that come in one by one, over several connections, until it is stopped; each is repeated until it is
 * acknowledged.
 */
export class Intake {
  readonly attempts: Attempt[] = [];
  #stopping = false;
  readonly #running: Promise<unknown>;

  constructor(world: World, options: IntakeOptions) {
    world.script.listen = (attempt) => void this.attempts.push(attempt);
    this.#running = Promise.all(Array.from({ length: options.connections }, () => this.#post(world, options)));
    // Whoever stops it hears of it.
    this.#running.catch(() => {});
  }

  async #post(world: World, { authority, everyMs, dueAfterMs }: IntakeOptions): Promise<void> {
    while (!this.#stopping) {
      await world.script.book(authority, 1, () => new Date(world.now() + dueAfterMs + LEAD_MS));
      await sleep(everyMs);
    }
  }

  /** Resolves when everything that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** When the first post after that moment was acknowledged; null: none yet. */
  firstAfter(moment: number): number | null {
    return this.#acknowledged().find((at) => at > moment) ?? null;
  }

  /** How many posts were acknowledged since that moment. */
  countAfter(moment: number): number {
    return this.#acknowledged().filter((at) => at > moment).length;
  }

  /** The longest time without an acknowledgement since that moment, in seconds. */
  longestGap(since: number): number {
    return longestGap(this.#acknowledged().filter((at) => at >= since));
  }

  /** Attempts that were not acknowledged, by what they were answered. */
  refusals(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { why } of this.attempts) if (why !== null) counts[why] = (counts[why] ?? 0) + 1;
    return counts;
  }

  #acknowledged(): number[] {
    return this.attempts.flatMap(({ why, at }) => (why === null ? [at] : []));
  }
}

/** @param moments in milliseconds, in order */
export function longestGap(moments: readonly number[]): number {
  let longest = 0;
  for (let n = 1; n < moments.length; n++) longest = Math.max(longest, (moments[n] ?? 0) - (moments[n - 1] ?? 0));
  return longest / 1000;
}
