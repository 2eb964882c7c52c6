import { expect, it } from 'vitest';
import { delayTry } from '../../../src/accounts/people/slow-limit.ts';
import { systemTimers } from '../../../src/clock.ts';

it('of very many tries that are delayed, the one that has waited longest goes on, and none is refused', async () => {
  const fired: (() => void)[] = [];
  const cancelled = new Set<number>();
  const timers = {
    monotonic: systemTimers.monotonic,
    after: (_: number, work: () => void) => {
      const nth = fired.push(work) - 1;
      return () => void cancelled.add(nth);
    },
  };
  const wentOn: number[] = [];
  const all = Array.from({ length: 102 }, (_, nth) => delayTry({ timers }).then(() => wentOn.push(nth)));
  await Promise.resolve();
  expect([wentOn, [...cancelled]]).toEqual([
    [0, 1],
    [0, 1],
  ]);
  for (const goOn of fired.slice(2)) goOn();
  await Promise.all(all);
  expect(wentOn).toHaveLength(102);
});
