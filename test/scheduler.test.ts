import { readFileSync } from 'node:fs';
import { createTask } from 'node-cron';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { type Job, type Scheduler, type SchedulerOptions, startScheduler } from '../src/scheduler.ts';

const HOUR = 3_600_000;
const AUTUMN = '2026-10-25';
const SPRING = '2027-03-28';

describe('the scheduler', () => {
  let scheduler: Scheduler | undefined;
  let logged: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    logged = [];
  });
  afterEach(async () => {
    const stopped = scheduler?.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await stopped;
    vi.useRealTimers();
  });

  const start = (instant: string, given: Partial<SchedulerOptions>): void => {
    vi.setSystemTime(new Date(instant));
    const log = pino({ level: 'debug' }, { write: (line) => void logged.push(line) });
    scheduler = startScheduler({
      tickCron: '0 0 0 1 1 *',
      onTick: async () => {},
      jobs: [],
      log,
      clock: systemClock,
      ...given,
    });
  };
  const ticksFrom = (instant: string, tickCron: string): string[] => {
    const ticks: string[] = [];
    start(instant, { tickCron, onTick: async () => void ticks.push(new Date().toISOString().slice(11, 19)) });
    return ticks;
  };
  const every10Minutes = (fromHour: number): string[] =>
    Array.from(
      { length: 24 },
      (_, n) =>
        `${String((fromHour + Math.floor((n + 1) / 6)) % 24).padStart(2, '0')}:${((n + 1) % 6) * 10 || '00'}:00`,
    );

  describe.each([
    ['ends', AUTUMN],
    ['begins', SPRING],
  ])('in the night in which summer time %s', (_name, day) => {
    it('ticks at every moment of its cron', async () => {
      const ticks = ticksFrom(`${day}T00:00:00Z`, '0 */10 * * * *');
      await vi.advanceTimersByTimeAsync(4 * HOUR);
      expect(ticks).toEqual(['00:00:00', ...every10Minutes(0)]);
    });

    it('runs a daily job in local time once', async () => {
      const runs: string[] = [];
      const job: Job = {
        name: 'daily',
        cron: '0 0 8 * * *',
        timeZone: 'Europe/Copenhagen',
        run: async () => void runs.push(new Date().toISOString()),
      };
      start(`${day}T00:00:00Z`, { jobs: [job] });
      await vi.advanceTimersByTimeAsync(24 * HOUR);
      expect(runs).toEqual([`${day}T0${day === AUTUMN ? 7 : 6}:00:00.000Z`]);
    });

    it('sets no more timers than it needs', async () => {
      start(`${day}T00:00:00Z`, { tickCron: '0 */10 * * * *' });
      const set = vi.spyOn(globalThis, 'setTimeout');
      await vi.advanceTimersByTimeAsync(4 * HOUR);
      // An idle node-cron looks about once a minute; in the busy loop of local time it looks 900 times a second.
      expect(set.mock.calls.length).toBeLessThan(1_000);
      set.mockRestore();
    });
  });

  it.each([
    ['back', -2 * HOUR],
    ['forward', 2 * HOUR],
  ])('goes on when the clock of the machine is set %s by two hours', async (_name, byMs) => {
    const ticks = ticksFrom('2026-11-24T12:00:00Z', '* * * * * *');
    await vi.advanceTimersByTimeAsync(10_000);
    vi.setSystemTime(Date.now() + byMs);
    ticks.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ticks.length).toBeGreaterThanOrEqual(8);
    expect(ticks.length).toBeLessThanOrEqual(12);
    expect(logged.join('')).toContain('the wall clock was changed');
  });

  it('goes on at once when the clock was set a month ahead just before a tick', async () => {
    const ticks = ticksFrom('2026-11-24T12:00:00.500Z', '* * * * * *');
    await vi.advanceTimersByTimeAsync(10_100);
    vi.setSystemTime(Date.now() + 30 * 24 * HOUR);
    ticks.length = 0;
    // What was missed, a run a second for a month, is not to be gone through one by one.
    const { getTime } = Date.prototype;
    let reckoned = 0;
    const counted = vi.spyOn(Date.prototype, 'getTime').mockImplementation(function (this: Date) {
      if (++reckoned > 10_000) throw new Error('every run that was missed is gone through');
      return getTime.call(this);
    });
    await vi.advanceTimersByTimeAsync(10_000).finally(() => counted.mockRestore());
    expect(reckoned).toBeLessThan(10_000);
    expect(ticks.length).toBeGreaterThanOrEqual(8);
    expect(ticks.length).toBeLessThanOrEqual(12);
  });

  it('revives a task that died', async () => {
    const ticks = ticksFrom('2026-11-24T12:00:00Z', '* * * * * *');
    await vi.advanceTimersByTimeAsync(2_000);
    const lost = vi.spyOn(globalThis, 'setTimeout').mockReturnValue(undefined as never);
    await vi.advanceTimersByTimeAsync(1_000);
    lost.mockRestore();
    ticks.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(logged.join('')).toContain('a scheduled run did not start and is started now');
  });

  it('runs everything by its watchdog where cron runs nothing and names no next run', async () => {
    const task: object = Object.getPrototypeOf(createTask('* * * * * *', () => {}));
    const own = Object.getOwnPropertyDescriptors(task);
    Object.assign(task, { start: () => {}, getNextRun: () => null, getNextRuns: () => [] });
    try {
      const runs: string[] = [];
      const job: Job = {
        name: 'sweep',
        cron: '*/10 * * * * *',
        timeZone: 'UTC',
        run: async () => void runs.push('sweep'),
      };
      start('2026-11-24T12:00:00Z', {
        tickCron: '* * * * * *',
        onTick: async () => void runs.push('tick'),
        jobs: [job],
      });
      await vi.advanceTimersByTimeAsync(30_000);
      expect(runs.filter((run) => run === 'tick').length).toBeGreaterThanOrEqual(4);
      expect(runs.filter((run) => run === 'sweep').length).toBeGreaterThanOrEqual(4);
    } finally {
      Object.defineProperties(task, own);
    }
  });

  it('reports the age of the last tick', async () => {
    ticksFrom('2026-11-24T12:00:00Z', '0 * * * * *');
    await vi.advanceTimersByTimeAsync(90_000);
    expect(scheduler?.lastTickAgeMs()).toBeCloseTo(30_000, -3);
  });

  it('ticks at once as it starts, and runs its jobs at their times only', async () => {
    const runs: string[] = [];
    const job = { name: 'sweep', cron: '*/10 * * * * *', timeZone: 'UTC', run: async () => void runs.push('sweep') };
    start('2026-11-24T12:00:00.300Z', { onTick: async () => void runs.push('tick'), jobs: [job] });
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toEqual(['tick']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runs).toEqual(['tick', 'sweep']);
  });

  it('never runs a job twice at once, and still counts as ticking', async () => {
    let [running, most, ended] = [0, 0, 0];
    const onTick = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      running--;
      ended++;
    };
    start('2026-11-24T12:00:00Z', { tickCron: '* * * * * *', onTick });
    await vi.advanceTimersByTimeAsync(20_000);
    expect([most, ended]).toEqual([1, 5]);
    expect(scheduler?.lastTickAgeMs()).toBeLessThan(1_500);
  });

  it('waits for what is under way when it stops, and begins nothing more', async () => {
    let [begun, ended] = [0, 0];
    const onTick = async (): Promise<void> => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      ended++;
    };
    start('2026-11-24T12:00:00Z', { tickCron: '* * * * * *', onTick });
    await vi.advanceTimersByTimeAsync(1_100);
    const stopped = scheduler?.stop().then(() => ended);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await stopped).toBe(1);
    expect(begun).toBe(1);
  });

  it('logs a failing job at once, then once a minute, and when it succeeds again', async () => {
    let broken = true;
    const failures: string[] = [];
    const onTick = async (): Promise<void> => {
      if (broken) throw new Error('the database is away');
    };
    start('2026-11-24T12:00:00Z', { tickCron: '* * * * * *', onTick, onFailure: (job) => void failures.push(job) });
    await vi.advanceTimersByTimeAsync(90_500);
    expect(failures).toHaveLength(91);
    expect(logged.filter((line) => line.includes('the job failed'))).toHaveLength(2);
    broken = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(logged.filter((line) => line.includes('the job succeeds again'))).toHaveLength(1);
  });
});

it.each(['main', 'migrate', 'demo/demo', 'demo/dev'])('%s.ts runs in UTC from its first import on', (name) => {
  const firstImport = /^import .*$/m.exec(readFileSync(new URL(`../src/${name}.ts`, import.meta.url), 'utf8'));
  expect(firstImport?.[0]).toMatch(/^import '\.\.?\/utc\.ts';$/);
});
