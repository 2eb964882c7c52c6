import { timingSafeEqual } from 'node:crypto';

/** Compares what somebody gives with what it must be, in a time that tells nothing of the latter but its length. */
export function equalInConstantTime(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
