/** The only place that asks what time it is. Everything else is given the instant. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back, for measuring spans. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** The waits of the process, by the machine's monotonic clock. */
export const systemTimers = {
  monotonic: systemClock.monotonic,
  after(ms: number, work: () => void): () => void {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
