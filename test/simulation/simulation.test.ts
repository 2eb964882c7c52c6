import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { openWorlds, type Worlds } from './worlds.ts';

let worlds: Worlds;

beforeAll(async () => {
  worlds = await openWorlds(await createEmbedded());
});
afterAll(() => worlds.close());

// `npm run simulate` lives through whole months of as many seeds as are asked for.
it.each([1, 2])('a few days of two authorities hold what was promised, whatever fails (seed %i)', async (seed) => {
  const { violations, counts } = await worlds.live(seed, 3);
  expect(violations).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(0);
});

it('a seed that is lived through again goes the same way', async () => {
  const first = await worlds.live(3, 2);
  const second = await worlds.live(3, 2);
  expect(second.digest).toBe(first.digest);
});
