import { expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { openSimulation } from './simulation.ts';

const simulation = useOpened(async () => openSimulation(await createEmbedded()));

// More seeds stand in regression-seeds.test.ts, and `npm run simulate` simulates whole months of as many as are asked for.
it('a few days of two authorities hold what was promised, whatever fails', async () => {
  const { violations, counts } = await simulation.simulate(2, 3);
  expect(violations).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(0);
});
