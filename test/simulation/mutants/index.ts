import { AGAIN } from './again.ts';
import { OUTGOING_EVENTS } from './events.ts';
import { FAILOVER } from './failover.ts';
import { HAND_OVER } from './hand-over.ts';
import { INTAKE_AND_RECEIPTS } from './intake-and-receipts.ts';
import type { Mutant } from './mutant.ts';

/** All deliberate breaks, as docs/simulation.md lists them. */
export const MUTANTS: readonly Mutant[] = [
  ...HAND_OVER,
  ...FAILOVER,
  ...INTAKE_AND_RECEIPTS,
  ...OUTGOING_EVENTS,
  ...AGAIN,
];
