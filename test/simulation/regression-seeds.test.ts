import { expect, it } from 'vitest';
import { createEmbedded } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { ACQUITTED_SEEDS, REGRESSION_SEEDS } from './regression-seeds.ts';
import { openSimulation } from './simulation.ts';

const simulation = useOpened(async () => openSimulation(await createEmbedded()));

it('a few days hold what was promised, and the same seed goes the same way again, also behind others', async () => {
  const first = await simulation.simulate(1, 3);
  expect(first.violations).toEqual([]);
  expect(first.counts.accepted).toBeGreaterThan(0);
  await simulation.simulate(2, 1);
  expect((await simulation.simulate(1, 3)).digest).toBe(first.digest);
});

it('a few days through two gateways hold what was promised, whatever fails', async () => {
  const { violations, counts } = await simulation.simulate(6, 2, { gateways: 2 });
  expect(violations).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(0);
});

it('a few days through two gateways that take many in one call hold what was promised', async () => {
  const { violations, counts } = await simulation.simulate(4, 2, { gateways: 2, many: true });
  expect(violations).toEqual([]);
  expect(counts.calledTogether).toBeGreaterThan(0);
});

it.each(REGRESSION_SEEDS)('seed $seed holds with $gateways gateways, which notices $notices', async (known) => {
  const { seed, days, notices, ...how } = known;
  const { violations, counts } = await simulation.simulate(seed, days, how);
  expect(violations).toEqual([]);
  // A judge that does not find the replies holds nothing against a call.
  if (notices.includes('nothing-holds-a-cancellation')) expect(counts.cancellations).toBeGreaterThan(0);
});

it.each(ACQUITTED_SEEDS)('seed $seed holds over $days days', async ({ seed, days, gateways }) => {
  expect((await simulation.simulate(seed, days, { gateways })).violations).toEqual([]);
});
