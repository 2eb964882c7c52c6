/** A seed that found a fault once, and runs again with every change. */
export interface RegressionSeed {
  readonly seed: number;
  readonly days: number;
  /** The fault: here deliberate ones, as docs/simulation.md lists them. */
  readonly found: string;
}

/** The seeds that `npm run test:slow` runs. */
export const REGRESSION_SEEDS: readonly RegressionSeed[] = [
  { seed: 1, days: 5, found: 'the start does not note its group' },
  { seed: 2, days: 5, found: 'the start looks at no opt-out' },
  { seed: 3, days: 5, found: 'the start looks neither at the revision nor at the slot' },
  { seed: 4, days: 5, found: 'uncertain messages are not looked up' },
  { seed: 5, days: 5, found: 'an outcome counts for a later try than its own' },
];
