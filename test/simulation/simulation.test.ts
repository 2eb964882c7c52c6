import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { openSimulation, type Simulation } from './simulation.ts';

let simulation: Simulation;

beforeAll(async () => {
  simulation = await openSimulation(await createEmbedded());
});
afterAll(() => simulation.close());

const DAYS = 3;
const simulated = new Map<number, ReturnType<Simulation['simulate']>>();
function simulateOnce(seed: number) {
  const result = simulated.get(seed) ?? simulation.simulate(seed, DAYS);
  simulated.set(seed, result);
  return result;
}

// `npm run simulate` simulates whole months of as many seeds as are asked for.
it.each([1, 2])('a few days of two authorities hold what was promised, whatever fails (seed %i)', async (seed) => {
  const { violations, counts } = await simulateOnce(seed);
  expect(violations).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(0);
});

it('a seed that runs again goes the same way, also behind others', async () => {
  const first = await simulateOnce(1);
  const second = await simulation.simulate(1, DAYS);
  expect(second.digest).toBe(first.digest);
});
