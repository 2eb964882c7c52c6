import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { KEPT_SEEDS } from './kept-seeds.ts';
import { openWorlds, type Worlds } from './worlds.ts';

let worlds: Worlds;

beforeAll(async () => {
  worlds = await openWorlds(await createEmbedded());
});
afterAll(() => worlds.close());

it('a few days through two gateways hold what was promised, whatever fails', async () => {
  const { violations, counts } = await worlds.live(6, 2, { gateways: 2 });
  expect(violations).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(0);
});

it.each(KEPT_SEEDS)('seed $seed holds, which showed once that $showed', async ({ seed, days }) => {
  expect((await worlds.live(seed, days)).violations).toEqual([]);
});
