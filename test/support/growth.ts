import { expect } from 'vitest';

/** How many times as large the large input is. */
export const TIMES = 8;
/** Work that grows with the square of its input takes `TIMES` as long for each byte of a large one. */
const LIMIT = TIMES / 2;
const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 25;
/** Processor time, in ms, that is measured well enough. */
const MEASURABLE_MS = 1;

interface Sized<Input> {
  readonly input: Input;
  /** In whatever unit, such as bytes. */
  readonly size: number;
}

/**
 * Expects that processor time grows with the input and no faster: a large input takes about as long for each byte as a
 * small one, which has an eighth of its size. Both are measured in turns, and the best of several rounds counts, so that
 * the result is the same on any machine, whatever else it does. Files that use it need a process of their own
 * (vitest.config.ts).
 */
export function expectLinear<Input>(small: Sized<Input>, large: Sized<Input>, work: (input: Input) => unknown): void {
  expect(large.size / small.size).toBeGreaterThan(TIMES / 2);
  const repetitions = repetitionsFor(() => work(small.input));
  const best = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
  let growth = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= MOST_ROUNDS && (round <= LEAST_ROUNDS || growth > LIMIT); round++) {
    best.small = Math.min(
      best.small,
      processorMs(repetitions, () => work(small.input)),
    );
    best.large = Math.min(
      best.large,
      processorMs(repetitions, () => work(large.input)),
    );
    // Work that ends at once takes no time that a clock shows, at either size.
    const least = Math.max(best.small, MEASURABLE_MS / TIMES);
    growth = best.large < MEASURABLE_MS ? 0 : best.large / large.size / (least / small.size);
  }
  expect(growth, 'time for each byte of a large input, compared with a small one').toBeLessThanOrEqual(LIMIT);
}

/** As often as it takes to be measured; runs it often enough for the compiler to have seen it. */
function repetitionsFor(work: () => unknown): number {
  for (let repetitions = 1; ; repetitions *= 2) {
    if (processorMs(repetitions, work) >= MEASURABLE_MS || repetitions >= 1_024) return repetitions;
  }
}

function processorMs(repetitions: number, work: () => unknown): number {
  const before = process.cpuUsage();
  for (let n = 0; n < repetitions; n++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
