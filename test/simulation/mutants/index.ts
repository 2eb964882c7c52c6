import { AROUND } from './around.ts';
import { FAILOVER } from './failover.ts';
import { HAND_OVER } from './hand-over.ts';
import type { Mutant } from './mutant.ts';
import { TELLING } from './telling.ts';

/** All deliberate breaks, as docs/simulation.md lists them. */
export const MUTANTS: readonly Mutant[] = [...HAND_OVER, ...FAILOVER, ...AROUND, ...TELLING];
