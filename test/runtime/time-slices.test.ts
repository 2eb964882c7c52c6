import { expect, it } from 'vitest';
import { inTimeSlices, TimeSlices } from '../../src/runtime/time-slices.ts';

/** Counts the turns that other work has had. */
function countTurns(): { readonly count: () => number; readonly stop: () => void } {
  let [count, running] = [0, true];
  const turn = (): void => {
    count++;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    count: () => count,
    stop: () => {
      running = false;
    },
  };
}

it('work that takes long gives a turn to everything else every five milliseconds, and is told when it goes on', async () => {
  let now = 0;
  const resumed: number[] = [];
  const slices = new TimeSlices(
    () => resumed.push(now),
    () => now,
  );
  const others = countTurns();
  const before = others.count();
  for (let part = 1; part <= 20; part++) {
    now += 2;
    await slices.pass();
  }
  others.stop();
  // Twenty parts of 2 ms: a turn for others after every third.
  expect(resumed).toEqual([6, 12, 18, 24, 30, 36]);
  expect(others.count() - before).toBeGreaterThanOrEqual(6);
});

it('short work is done without a pause', async () => {
  const resumed: string[] = [];
  const slices = new TimeSlices(
    () => resumed.push('again'),
    () => 4,
  );
  for (let part = 0; part < 100; part++) expect(slices.pass()).toBeUndefined();
  expect(resumed).toEqual([]);
});

it('work in steps ends with its result, and a failure is the caller’s', async () => {
  function* steps(fails: boolean): Generator<undefined, string> {
    yield;
    if (fails) throw new Error('broken');
    yield;
    return 'done';
  }
  expect(await inTimeSlices(steps(false))).toBe('done');
  await expect(inTimeSlices(steps(true))).rejects.toThrow('broken');
});
