import { timingSafeEqual } from 'node:crypto';

/** Compares what a callback gives with what it must be, in a time that tells nothing of the expected value. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
