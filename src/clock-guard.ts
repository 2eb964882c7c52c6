import type { Clock } from './clock.ts';
import { databaseClock } from './database/server-clock.ts';
import type { DatabaseAccess, Logging, Metering } from './runtime/deps.ts';
import type { SendingState } from './sending-state.ts';

/** Comparisons of which the middle one counts: a probe that a busy machine delays says little. */
const PROBES = 3;
/** How often a process without a worker compares; the sweep of one that has a worker does. */
const EVERY_MS = 10_000;

/** Compares the process's clock with the database's, which decides whether anything may be decided by it. */
export class ClockGuard {
  readonly #deps: DatabaseAccess & Logging & Metering;
  readonly #state: SendingState;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: DatabaseAccess & Logging & Metering, state: SendingState, clock: Clock) {
    this.#deps = deps;
    this.#state = state;
    this.#clock = clock;
  }

  /** A guard that has compared once, so that nothing is decided before. @throws as `compare` does */
  static async begin(...given: ConstructorParameters<typeof ClockGuard>): Promise<ClockGuard> {
    const guard = new ClockGuard(...given);
    await guard.compare();
    return guard;
  }

  /** Compares now. @throws what a database throws that is away: then nothing is known of the clock */
  async compare(): Promise<void> {
    const probes: number[] = [];
    for (let nth = 0; nth < PROBES; nth++) probes.push(await this.#probe());
    const middle = probes.sort((a, b) => a - b)[Math.floor(PROBES / 2)] as number;
    const seconds = (middle + this.#clock.now().getTime() - this.#clock.monotonic()) / 1000;
    this.#state.clockDifference = seconds;
    const { metrics, log } = this.#deps;
    metrics.clockDifference.set(seconds);
    if (!this.#state.clocksApart) return;
    const text = 'the clocks of process and database differ by more than 30 s: nothing is handed over, or taken in';
    log.error({ seconds: Math.round(seconds) }, text);
  }

  /** Compares unless that was done already. */
  async ensureCompared(): Promise<void> {
    if (this.#state.clockDifference === null) await this.compare();
  }

  /** Compares again and again, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => void this.compare().catch(() => undefined), EVERY_MS).unref();
  }

  /** Ends what `start` began. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** The time by which requests are decided: the database's as far as known, while the own clock is off. */
  readonly now = (): Date => {
    const own = this.#clock.now();
    return this.#state.clocksApart ? new Date(own.getTime() - this.#state.aheadMs) : own;
  };

  /**
   * Compares with the clock that never goes back, since the other one may be set between two probes.
   * @returns milliseconds that it is ahead of the database's
   */
  async #probe(): Promise<number> {
    const before = this.#clock.monotonic();
    const theirs = await databaseClock(this.#deps.db);
    // The middle of the round trip counts, so that a slow database does not look like a clock that is behind.
    return (before + this.#clock.monotonic()) / 2 - theirs.getTime();
  }
}
