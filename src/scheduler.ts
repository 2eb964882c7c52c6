import { createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import { type Clock, systemClock } from './clock.ts';

/** Job that runs on a schedule. */
export interface Job {
  readonly name: string;
  /** Six fields. Daily jobs in local time must avoid 02:00 to 03:00, which clock changes skip or double. */
  readonly cron: string;
  readonly timeZone: string;
  /** Does everything that is due; a missed run is not made up for. */
  readonly run: () => Promise<void>;
}

/** Schedule of a process. */
export interface SchedulerOptions {
  /** Evaluated in UTC; the first tick comes at once. */
  readonly tickCron: string;
  readonly onTick: () => Promise<void>;
  readonly jobs: readonly Job[];
  readonly log: Logger;
  readonly clock: Clock;
  /** Called for every failed run. */
  readonly onFailure?: (job: string) => void;
}

/** Ages by the monotonic clock. */
interface RunAge {
  readonly job: string;
  /** Milliseconds since the last run began; before the first one since the start. */
  readonly begunMs: number;
  /** Milliseconds since a run last succeeded; before the first one since the start. */
  readonly endedMs: number;
}

/** Running scheduler. */
export interface Scheduler {
  /**
   * Milliseconds since the last dispatch tick, whether or not an earlier run was still active; before the first one
   * since the start.
   */
  lastTickAgeMs(): number;
  /** Ages of the tick, named `dispatch`, and of each job. */
  ages(): readonly RunAge[];
  /** Starts no run after this call; resolves when active runs have ended. */
  stop(): Promise<void>;
}

const WATCHDOG_INTERVAL_MS = 1_000;
/** Deviation of the wall clock from the monotonic clock, between two checks, that counts as a change of the clock. */
const JUMP_MS = 1_500;
/** Delay of a run that counts as a dead task; a busy process is late too. */
const GRACE_MS = 5_000;
const LOG_FAILURES_EVERY_MS = 60_000;
/** Timers run by the monotonic clock, so they are renewed before the wall clock can drift far from it. */
const MAX_TIMER_MS = 60_000;

/**
 * Starts the jobs. Cron only wakes them: the database holds what is due. node-cron only computes the next time, since
 * its own tasks stop after the clock was set back, and repeat every missed run after it was set ahead. A watchdog wakes
 * all jobs when the wall clock jumped or an expected run did not come.
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
    if (Math.abs(jumpedMs) > JUMP_MS) log.warn({ seconds: Math.round(jumpedMs / 1000) }, 'the wall clock was changed');
    for (const wakeup of wakeups) {
      if (Math.abs(jumpedMs) > JUMP_MS) wakeup.wake();
      else if (wakeup.isOverdue()) {
        log.warn({ job: wakeup.name }, 'a scheduled run did not start and is started now');
        wakeup.wake();
      }
    }
  };
  const watchdog = setInterval(watch, WATCHDOG_INTERVAL_MS);
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

/** A job with its timer; at most one run is active. */
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

  /** Runs the job at once, for any missed run, and computes its next time. */
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
    // Without a next time something is wrong, and the watchdog acts as for a run that did not come.
    this.#nextMs = this.#options.clock.monotonic() + (next ? untilMs(next) : 0);
    clearTimeout(this.#timer);
    if (next) this.#waitFor(next);
  }

  #waitFor(next: Date): void {
    const onTimer = (): void => (untilMs(next) > 0 ? this.#waitFor(next) : this.wake());
    this.#timer = setTimeout(onTimer, Math.min(untilMs(next), MAX_TIMER_MS));
  }

  async #run(): Promise<void> {
    try {
      await this.#job.run();
      this.#endedMs = this.#options.clock.monotonic();
      if (this.#failures > 0)
        this.#options.log.info({ job: this.name, failures: this.#failures }, 'the job succeeds again');
      this.#failures = 0;
      this.#loggedMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.#failures++;
      this.#options.onFailure?.(this.name);
      const now = this.#options.clock.monotonic();
      // A tick that fails every second, as during an outage of the database, is logged once a minute.
      if (now - this.#loggedMs < LOG_FAILURES_EVERY_MS) return;
      this.#loggedMs = now;
      this.#options.log.error({ job: this.name, error, failures: this.#failures }, 'the job failed');
    }
  }
}

/** node-cron uses the machine's clock. */
function untilMs(moment: Date): number {
  return Math.max(0, moment.getTime() - systemClock.now().getTime());
}
