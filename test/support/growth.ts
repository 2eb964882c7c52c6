import { expect } from 'vitest';

/** The large input as a multiple of the small one: doubled three times. */
export const TIMES = 8;
/**
 * The time of twice the input as a multiple of the time before, at most, on the average of the three doublings: about
 * twice. Work that grows as n log n takes 2.2 times as long, as n√n 2.8 times, with the square four times.
 */
const MOST_FOR_TWICE = 2.5;
/** The same for readers that sort what they read, or keep it until the end: garbage collections copy that once more. */
export const MOST_WHERE_KEPT = 3;
const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 25;
/** Processor time that one measurement takes at first, in ms, and the least that is told apart from none. */
const MEASURED_MS = 4;
const MEASURABLE_MS = 0.25;
/**
 * A byte that takes less counts as taking so much: at that pace the time is that of memory, which takes three times as
 * long a byte where a text no longer fits the processor's cache, or has pages of its own.
 */
const MEMORY_NS = 2;

interface Sized<Input> {
  readonly input: Input;
  /** In bytes, or whatever takes no less memory. */
  readonly size: number;
}

/**
 * Expects that processor time grows with the input and no faster: twice the input takes about twice as long. Small and
 * large inputs are measured in turns, the small ones so often that both take as long, so that garbage collection, and
 * other work on the machine, burden both alike; the least of several rounds counts. Files that use it need a process of
 * their own (vitest.config.ts).
 */
export function expectLinear<Input>(
  small: Sized<Input>,
  large: Sized<Input>,
  work: (input: Input) => unknown,
  mostForTwice = MOST_FOR_TWICE,
): void {
  // So many times as long a byte of the large input may take.
  const limit = (mostForTwice / 2) ** Math.log2(TIMES);
  expect(large.size / small.size).toBeGreaterThan(TIMES / 2);
  const ofSmall = () => work(small.input);
  const ofLarge = () => work(large.input);
  const repetitions = repetitionsFor(ofSmall);
  const ofMemory = (TIMES * repetitions * small.size * MEMORY_NS) / 1e6;
  const leastSmall = Math.max(ofMemory, MEASURABLE_MS);
  const sizes = (TIMES * small.size) / large.size;
  const least = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
  let growth = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= MOST_ROUNDS && (round <= LEAST_ROUNDS || growth > limit); round++) {
    least.small = Math.min(least.small, processorMs(TIMES * repetitions, ofSmall));
    least.large = Math.min(least.large, processorMs(repetitions, ofLarge));
    // Work that ends at once takes no time that a clock shows, at either size.
    growth = least.large < MEASURABLE_MS ? 0 : (sizes * least.large) / Math.max(least.small, leastSmall);
  }
  expect(growth, 'time for each byte of a large input, compared with a small one').toBeLessThanOrEqual(limit);
}

/** As often as it takes to be measured; runs it often enough for the compiler to have seen it. */
function repetitionsFor(ofSmall: () => unknown): number {
  for (let repetitions = 1; ; repetitions *= 2) {
    if (repetitions >= 1_024 || processorMs(TIMES * repetitions, ofSmall) >= MEASURED_MS) return repetitions;
  }
}

function processorMs(repetitions: number, work: () => unknown): number {
  const before = process.cpuUsage();
  for (let n = 0; n < repetitions; n++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
