/** The fears of a patient and a clinic that a run is judged by. */
export const FEARS = {
  I1: 'a second SMS for the same appointment, rule and time',
  I2: 'an SMS after an acknowledged cancellation',
  I3: 'an SMS with the old time after an acknowledged move',
  I4: 'an SMS to a number that was replaced or is somebody else’s',
  I5: 'an SMS outside the sending window',
  I6: 'an SMS after STOP was stored',
  I7: 'an SMS after its deadline',
  I8: 'a reminder lost, stuck, or ended without a reason',
  I9: 'an acknowledged appointment lost',
  I10: 'a final state of delivery that went back',
  I11: 'a number in a log or a metric',
  I12: 'an SMS in another authority’s name',
} as const;

export type Invariant = keyof typeof FEARS;
export const INVARIANTS = Object.keys(FEARS) as Invariant[];

/** Seconds from due to taken. */
export interface Lateness {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Verdict {
  readonly appointments: number;
  readonly reminders: number;
  /** SMS in the gateway's book. */
  readonly taken: number;
  /** Second SMS that the policy `resend` allows: the first one's outcome was not known, and no receipt came. */
  readonly repeated: number;
  readonly uncertain: number;
  /** Uncertain, and not in the gateway's book. */
  readonly uncertainNotTaken: number;
  /** Ended as internal_error: it could not be prepared, or processes died over it. */
  readonly quarantined: number;
  readonly expired: number;
  readonly stuck: number;
  readonly deadlocks: number;
  /** null where the clock was moved on, or nothing was taken. */
  readonly lateness: Lateness | null;
  readonly violations: Readonly<Record<Invariant, number>>;
  /** Some of the violations, in words. */
  readonly examples: readonly string[];
}

/** One part of an experiment, for one kind of gateway or fault, with what it is held against. */
export interface Outcome {
  readonly part: string;
  readonly verdict: Verdict | null;
  /** What the experiment counted besides. */
  readonly counts: Readonly<Record<string, number | string>>;
  /** Expectations of the experiment itself that were not met. */
  readonly failures: readonly string[];
}

export function violationsOf({ verdict }: Outcome): number {
  return verdict ? Object.values(verdict.violations).reduce((sum, count) => sum + count, 0) : 0;
}

export function failed(outcome: Outcome): boolean {
  return outcome.failures.length > 0 || violationsOf(outcome) > 0;
}

/** Notes what does not hold; hand `failures` to the outcome. */
export class Expectations {
  readonly failures: string[] = [];

  readonly expect = (holds: boolean, what: string): void => {
    if (!holds) this.failures.push(what);
  };
}
