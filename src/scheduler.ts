import { createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import { type Clock, systemClock } from './clock.ts';

export interface Job {
  readonly name: string;
  /**
   * Six fields. A daily job in local time stays out of the hours from 02:00 to 03:00, which the clock changes skip or
   * double.
   */
  readonly cron: string;
  readonly timeZone: string;
  /** Does everything that is due by now: a run that was missed is not made up. */
  readonly run: () => Promise<void>;
}

export interface SchedulerOptions {
  /** Evaluated in UTC; the first tick is at once. */
  readonly tickCron: string;
  readonly onTick: () => Promise<void>;
  readonly jobs: readonly Job[];
  readonly log: Logger;
  readonly clock: Clock;
  /** Told of every run that failed. */
  readonly onFailure?: (job: string) => void;
}

/** By the monotonic clock. */
interface RunAge {
  readonly job: string;
  /** Since it was last woken, since the start before the first time. */
  readonly begunMs: number;
  /** Since a run of it last ended without an error, since the start before the first time. */
  readonly endedMs: number;
}

export interface Scheduler {
  /**
   * Since the dispatch tick last came, whether or not an earlier run was still at work; since the start before the
   * first.
   */
  lastTickAgeMs(): number;
  /** Of the tick, named `dispatch`, and of each job. */
  ages(): readonly RunAge[];
  /** No run begins after this call; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const WATCH_MS = 1_000;
/** How far the wall clock may go off the monotonic one between two looks before it counts as set. */
const JUMP_MS = 1_500;
/** How late a run may be before its task counts as dead: a busy process is late, too. */
const GRACE_MS = 5_000;
const LOG_FAILURES_EVERY_MS = 60_000;
/** A timer goes by the monotonic clock, and is set anew before the wall clock can have drifted far off it. */
const LONGEST_TIMER_MS = 60_000;

/**
 * Cron is a wake-up only: what is due stands in the database. node-cron says when the next run is, and no more: its own
 * tasks fall silent after the clock was set back, and go through every run that was missed, one by one, after it was
 * set ahead. A watchdog wakes everything when the wall clock jumped or an expected run failed to come.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { clock, log } = options;
  const tick = new Wakeup({ name: 'dispatch', cron: options.tickCron, timeZone: 'UTC', run: options.onTick }, options);
  const wakeups = [tick, ...options.jobs.map((job) => new Wakeup(job, options))];
  let wall = clock.now().getTime();
  let monotonic = clock.monotonic();
  const watch = (): void => {
    const [nextWall, nextMonotonic] = [clock.now().getTime(), clock.monotonic()];
    const jumpedMs = nextWall - wall - (nextMonotonic - monotonic);
    [wall, monotonic] = [nextWall, nextMonotonic];
    if (Math.abs(jumpedMs) > JUMP_MS)
      log.warn({ seconds: Math.round(jumpedMs / 1000) }, 'the clock of this machine was set');
    for (const wakeup of wakeups) {
      if (Math.abs(jumpedMs) > JUMP_MS) wakeup.wake();
      else if (wakeup.isOverdue()) {
        log.warn({ job: wakeup.name }, 'a run that was expected did not come');
        wakeup.wake();
      }
    }
  };
  const watchdog = setInterval(watch, WATCH_MS);
  tick.wake();
  return {
    lastTickAgeMs: () => tick.ageMs(),
    ages: () => wakeups.map((wakeup) => wakeup.age()),
    stop: async () => {
      clearInterval(watchdog);
      await Promise.all(wakeups.map((wakeup) => wakeup.stop()));
    },
  };
}

/** One job and its timer, with at most one run at a time. */
class Wakeup {
  readonly #job: Job;
  readonly #options: SchedulerOptions;
  /** Never started. */
  readonly #cron: ScheduledTask;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #stopped = false;
  /** By the monotonic clock. */
  #lastMs: number;
  #endedMs: number;
  #nextMs = 0;
  #failures = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;

  constructor(job: Job, options: SchedulerOptions) {
    this.#job = job;
    this.#options = options;
    this.#lastMs = options.clock.monotonic();
    this.#endedMs = this.#lastMs;
    this.#cron = createTask(job.cron, () => {}, { name: job.name, timezone: job.timeZone });
    this.#expectNext();
  }

  get name(): string {
    return this.#job.name;
  }

  ageMs(): number {
    return this.#options.clock.monotonic() - this.#lastMs;
  }

  age(): RunAge {
    return { job: this.name, begunMs: this.ageMs(), endedMs: this.#options.clock.monotonic() - this.#endedMs };
  }

  isOverdue(): boolean {
    return this.#options.clock.monotonic() > this.#nextMs + GRACE_MS;
  }

  /** Runs the job at once, for whatever was missed, and reckons anew when it is next. */
  wake(): void {
    if (this.#stopped) return;
    this.#lastMs = this.#options.clock.monotonic();
    this.#expectNext();
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#cron.destroy();
    await this.#running;
  }

  #expectNext(): void {
    const next = this.#cron.getNextRuns(1)[0];
    // Where none is named something is wrong, and the watchdog comes to it as to a run that did not come.
    this.#nextMs = this.#options.clock.monotonic() + (next ? untilMs(next) : 0);
    clearTimeout(this.#timer);
    if (next) this.#waitFor(next);
  }

  #waitFor(next: Date): void {
    const look = (): void => (untilMs(next) > 0 ? this.#waitFor(next) : this.wake());
    this.#timer = setTimeout(look, Math.min(untilMs(next), LONGEST_TIMER_MS));
  }

  async #run(): Promise<void> {
    try {
      await this.#job.run();
      this.#endedMs = this.#options.clock.monotonic();
      if (this.#failures > 0) this.#options.log.info({ job: this.name, failures: this.#failures }, 'works again');
      this.#failures = 0;
      this.#loggedMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.#failures++;
      this.#options.onFailure?.(this.name);
      const now = this.#options.clock.monotonic();
      // A tick that fails every second, while the database is away, is told once a minute.
      if (now - this.#loggedMs < LOG_FAILURES_EVERY_MS) return;
      this.#loggedMs = now;
      this.#options.log.error({ job: this.name, error, failures: this.#failures }, 'a run failed');
    }
  }
}

/** By the machine's clock, since node-cron goes by that. */
function untilMs(moment: Date): number {
  return Math.max(0, moment.getTime() - systemClock.now().getTime());
}
