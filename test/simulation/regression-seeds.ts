import { MUTANTS } from './mutants/index.ts';

/** A seed that notices faults, and runs again with every change. */
export interface RegressionSeed {
  readonly seed: number;
  readonly days: number;
  readonly gateways: 1 | 2;
  readonly vendors: boolean;
  readonly many: boolean;
  readonly staff: boolean;
  /** Names of the mutants that it was the first to notice. */
  readonly notices: readonly string[];
}

/** The seeds that `npm run test:slow` runs: all that are known to notice a mutant. */
export const REGRESSION_SEEDS: readonly RegressionSeed[] = regressionSeeds();

/** Seeds of a month in which a judge saw a fault that was none, whatever the product did. */
export const ACQUITTED_SEEDS: readonly Pick<RegressionSeed, 'seed' | 'days' | 'gateways'>[] = [
  // A receipt comes in two seconds before the end.
  { seed: 58, days: 30, gateways: 1 },
  // Two purges in a row fail with their connections.
  { seed: 88, days: 30, gateways: 1 },
  // A cancellation comes in two seconds before the end.
  { seed: 431, days: 30, gateways: 1 },
  // A gateway is out, and ticks that came to nothing are left out for longer than a reminder is waited for.
  { seed: 245, days: 30, gateways: 1 },
  // A booking came behind its own update, and is stale: the appointment is cancelled still.
  { seed: 917, days: 30, gateways: 1 },
  // The booking system replaced a wrong number whose reply has an id that looks like a number.
  { seed: 921, days: 30, gateways: 1 },
];

function regressionSeeds(): RegressionSeed[] {
  const seeds = new Map<string, RegressionSeed>();
  for (const { name, detectedBy, gateways = 1, vendors = false, many = false, staff = false } of MUTANTS) {
    if (!detectedBy) continue;
    const key = JSON.stringify([detectedBy.seed, detectedBy.days, gateways, vendors, many, staff]);
    const notices = [...(seeds.get(key)?.notices ?? []), name];
    seeds.set(key, { ...detectedBy, gateways, vendors, many, staff, notices });
  }
  return [...seeds.values()];
}
