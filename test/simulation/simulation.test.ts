import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { openSimulation, type Simulation } from './simulation.ts';

let simulation: Simulation;

beforeAll(async () => {
  simulation = await openSimulation(await createEmbedded());
});
afterAll(() => simulation.close());

// `npm run simulate` simulates whole months of as many seeds as are asked for.
it.each([1, 2])('a few days of two authorities hold what was promised, whatever fails (seed %i)', async (seed) => {
  const { violations, counts } = await simulation.simulate(seed, 3);
  expect(violations).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(0);
});

it('a seed that runs again goes the same way', async () => {
  const first = await simulation.simulate(3, 2);
  const second = await simulation.simulate(3, 2);
  expect(second.digest).toBe(first.digest);
});
