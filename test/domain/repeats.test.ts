import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { hasSeen, NOTHING_SEEN, withSeen } from '../../src/domain/repeats.ts';

const many = (count: number) => Array.from({ length: count }, () => randomBytes(32));

it('the last fifty events are known again, each takes sixteen bytes, and the oldest go first', () => {
  const hashes = many(60);
  const seen = hashes.reduce(withSeen, NOTHING_SEEN);
  expect(seen.length).toBe(50 * 16);
  expect(hashes.map((hash) => hasSeen(seen, hash))).toEqual(hashes.map((_, position) => position >= 10));
});

it('an event that comes again takes no place of another one, and is the latest', () => {
  const [first, ...others] = many(50) as [Buffer, ...Buffer[]];
  const seen = [first, ...others, first].reduce(withSeen, NOTHING_SEEN);
  expect(seen.length).toBe(50 * 16);
  expect(many(49).reduce(withSeen, seen).subarray(0, 16)).toEqual(first.subarray(0, 16));
});

it('two hashes side by side are no third one', () => {
  const [one, other] = many(2) as [Buffer, Buffer];
  const seen = withSeen(withSeen(NOTHING_SEEN, one), other);
  expect(hasSeen(seen, seen.subarray(8, 24))).toBe(false);
  expect(hasSeen(NOTHING_SEEN, one)).toBe(false);
});
