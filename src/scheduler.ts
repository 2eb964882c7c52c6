import { createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';

export interface Job {
  readonly name: string;
  /** Six fields. A daily job in local time stays out of the hours from 02:00 to 03:00, which the clock changes skip or double. */
  readonly cron: string;
  readonly timeZone: string;
  /** Does everything that is due by now: a run that was missed is not made up. */
  readonly run: () => Promise<void>;
}

export interface SchedulerOptions {
  /** Evaluated in UTC. */
  readonly tickCron: string;
  readonly onTick: () => Promise<void>;
  readonly jobs: readonly Job[];
  readonly log: Logger;
  readonly clock: Clock;
  /** Told of every run that failed. */
  readonly onFailure?: (job: string) => void;
}

export interface Scheduler {
  /** Since the dispatch tick last came, whether or not an earlier run was still at work; since the start before the first. */
  lastTickAgeMs(): number;
  /** No run begins after this call; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const WATCH_MS = 1_000;
/** How far the wall clock may go off the monotonic one between two looks before it counts as set. */
const JUMP_MS = 1_500;
/** How late a run may be before its task counts as dead: a busy process is late, too. */
const GRACE_MS = 5_000;
const LOG_FAILURES_EVERY_MS = 60_000;

/**
 * Cron is a wake-up only: what is due stands in the database. A watchdog on timers of the monotonic clock makes every task anew when the wall clock
 * jumped or an expected run failed to come, since node-cron falls silent after the clock was set back, until it has caught up.
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
    if (Math.abs(jumpedMs) > JUMP_MS) log.warn({ seconds: Math.round(jumpedMs / 1000) }, 'the clock of this machine was set');
    for (const wakeup of wakeups) {
      if (Math.abs(jumpedMs) > JUMP_MS) wakeup.restart();
      else if (wakeup.isOverdue()) {
        log.warn({ job: wakeup.name }, 'a run that was expected did not come');
        wakeup.restart();
      }
    }
  };
  const watchdog = setInterval(watch, WATCH_MS);
  return {
    lastTickAgeMs: () => tick.ageMs(),
    stop: async () => {
      clearInterval(watchdog);
      await Promise.all(wakeups.map((wakeup) => wakeup.stop()));
    },
  };
}

/** One cron task that can be made anew, with at most one run at a time. */
class Wakeup {
  readonly #job: Job;
  readonly #options: SchedulerOptions;
  #task: ScheduledTask;
  #running: Promise<void> | null = null;
  #stopped = false;
  /** By the monotonic clock. */
  #lastMs: number;
  #nextMs: number;
  #failures = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;

  constructor(job: Job, options: SchedulerOptions) {
    this.#job = job;
    this.#options = options;
    this.#lastMs = options.clock.monotonic();
    this.#task = this.#create();
    this.#nextMs = this.#expected();
  }

  get name(): string {
    return this.#job.name;
  }

  ageMs(): number {
    return this.#options.clock.monotonic() - this.#lastMs;
  }

  isOverdue(): boolean {
    return this.#options.clock.monotonic() > this.#nextMs + GRACE_MS;
  }

  /** Makes the task anew and runs the job at once, for whatever was missed. */
  restart(): void {
    void this.#task.destroy();
    this.#task = this.#create();
    this.#fire();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#task.destroy();
    await this.#running;
  }

  #create(): ScheduledTask {
    const task = createTask(this.#job.cron, () => this.#fire(), {
      name: this.#job.name,
      timezone: this.#job.timeZone,
      // The watchdog sees to what was missed, and says so once.
      suppressMissedWarning: true,
    });
    void task.start();
    return task;
  }

  #fire(): void {
    if (this.#stopped) return;
    this.#lastMs = this.#options.clock.monotonic();
    this.#nextMs = this.#expected();
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  #expected(): number {
    const { clock } = this.#options;
    const next = this.#task.getNextRun()?.getTime() ?? Number.POSITIVE_INFINITY;
    return clock.monotonic() + Math.max(0, next - clock.now().getTime());
  }

  async #run(): Promise<void> {
    try {
      await this.#job.run();
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
