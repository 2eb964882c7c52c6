import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { KEPT_SEEDS } from './kept-seeds.ts';
import { openWorlds, type Worlds } from './worlds.ts';

let worlds: Worlds;

beforeAll(async () => {
  worlds = await openWorlds(await createEmbedded());
});
afterAll(() => worlds.close());

it.each(KEPT_SEEDS)('seed $seed holds, which showed once that $showed', async ({ seed, days }) => {
  expect((await worlds.live(seed, days)).violations).toEqual([]);
});
