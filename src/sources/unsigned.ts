import { Problem } from '../domain/errors.ts';
import type { Proof } from './proof.ts';

/**
 * Refuses a request that says something outside of its body which its credentials don't prove: whoever has captured a
 * signed body could put it under another method, address or header.
 * @param what says it, for the sentence: `the method DELETE`
 * @throws Problem 403
 */
export function requireToken(proof: Proof, what: string): void {
  if (proof.coversAll) return;
  const detail = `The signature covers the body, and not ${what}: send the source's token too (Authorization).`;
  throw new Problem(403, 'not-signed', detail);
}
