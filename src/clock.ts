/** Clock of the process. Only this file reads the time; all other code receives it. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back, for measuring durations. */
  monotonic(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** Timers of the process, by the machine's monotonic clock. */
export const systemTimers = {
  monotonic: systemClock.monotonic,
  after(ms: number, work: () => void): () => void {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
