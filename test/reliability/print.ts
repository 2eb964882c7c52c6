import { INVARIANTS, type Outcome, type Verdict } from './verdict.ts';

/** An outcome for whoever watches. */
export function lines(outcome: Outcome): string[] {
  const told = [outcome.part, ...Object.entries(outcome.counts).map(([name, count]) => `${name} ${count}`)].join(', ');
  const { verdict } = outcome;
  return [
    told,
    ...(verdict
      ? [
          `  ${counted(verdict)}`,
          `  violations: ${broken(verdict)}`,
          ...verdict.examples.map((example) => `  ! ${example}`),
        ]
      : []),
    ...outcome.failures.map((failure) => `  ! expected: ${failure}`),
  ];
}

function counted(verdict: Verdict): string {
  const { lateness, uncertain, uncertainNotTaken, quarantined, expired, stuck, repeated, deadlocks } = verdict;
  const late = lateness
    ? `late p50 ${lateness.p50.toFixed(1)} s, p99 ${lateness.p99.toFixed(1)} s, max ${lateness.max.toFixed(1)} s`
    : 'lateness not measured';
  return (
    `reminders ${verdict.reminders}, taken ${verdict.taken}, repeated by policy ${repeated}, ` +
    `uncertain ${uncertain} (not taken ${uncertainNotTaken}), quarantined ${quarantined}, expired ${expired}, stuck ${stuck}, deadlocks ${deadlocks}; ${late}`
  );
}

function broken({ violations }: Verdict): string {
  return INVARIANTS.map((name) => `${name} ${violations[name]}`).join(', ');
}
