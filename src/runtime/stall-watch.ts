import { Counter, type Registry } from 'prom-client';

const EVERY_MS = 50;
const SHORTEST_MS = 100;
/** Work outside of requests: hand-over, jobs, the garbage collector. */
const BACKGROUND = 'background';

/** The times that a watch compares, given so that tests decide them. */
export interface StallClock {
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Milliseconds of processor time that the process has used. */
  readonly processor: () => number;
}

const MACHINE: StallClock = {
  monotonic: () => performance.now(),
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/**
 * Measures how long one piece of work kept the process from everything else: how late a timer comes, as far as the
 * process itself was busy meanwhile. A stall is counted for the route whose request was worked on last before it.
 */
export class StallWatch {
  readonly #stalled: Counter;
  readonly #clock: StallClock;
  #timer: NodeJS.Timeout | undefined;
  #route = BACKGROUND;
  #at = { monotonic: 0, processor: 0 };

  constructor(registry: Registry, clock = MACHINE) {
    this.#clock = clock;
    this.#stalled = new Counter({
      name: 'easysms_event_loop_stalled_seconds_total',
      help: 'Time in which the process could do nothing else, in pieces of over 0.1 s, by the route that was worked on',
      labelNames: ['route'],
      registers: [registry],
    });
    this.#stalled.inc({ route: BACKGROUND }, 0);
  }

  /** Notes the route of the request that is worked on from now on. @param route its pattern, never a path */
  enter(route: string): void {
    this.#route = route;
  }

  /** Looks every 50 ms, and keeps no process running. */
  start(): void {
    this.look();
    this.#timer ??= setInterval(() => this.look(), EVERY_MS).unref();
  }

  /** Ends what `start` began. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Counts what has gone on since the last look, if it took too long. */
  look(): void {
    const before = this.#at;
    this.#at = { monotonic: this.#clock.monotonic(), processor: this.#clock.processor() };
    const late = this.#at.monotonic - before.monotonic - EVERY_MS;
    const stalled = Math.min(late, this.#at.processor - before.processor);
    if (before.monotonic > 0 && stalled > SHORTEST_MS) this.#stalled.inc({ route: this.#route }, stalled / 1000);
    this.#route = BACKGROUND;
  }
}
