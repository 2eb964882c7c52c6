/** A life that showed something once, and is lived through again with every change. */
export interface KeptSeed {
  readonly seed: number;
  readonly days: number;
  /** What was wrong when it failed: here breaks by hand, as docs/simulation.md lists them. */
  readonly showed: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [
  { seed: 1, days: 5, showed: 'the start does not note its group' },
  { seed: 2, days: 5, showed: 'the start looks at no opt-out' },
  { seed: 3, days: 5, showed: 'the start looks neither at the revision nor at the slot' },
  { seed: 4, days: 5, showed: 'uncertain messages are not looked up' },
  { seed: 5, days: 5, showed: 'an outcome counts for a later try than its own' },
];
