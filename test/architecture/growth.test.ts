import { expect, it } from 'vitest';
import { expectLinear, TIMES } from '../support/growth.ts';

const LARGE = 40_000;
let sum = 0;

/** Takes so many steps. What comes of them is kept, so that the compiler leaves none out. */
function takeSteps(count: number): void {
  for (let step = 0; step < count; step++) sum = (sum * 31 + step) | 0;
}

/** Measures work that takes so many steps for an input of a size. */
function measure(stepsOf: (size: number) => number): void {
  const sized = (size: number) => ({ input: stepsOf(size), size });
  expectLinear(sized(LARGE / TIMES), sized(LARGE), takeSteps);
}

it('work that grows with its input, or a little faster as sorting does, is taken for linear', () => {
  measure((size) => size);
  measure((size) => size * Math.log2(size));
});

it.each([
  ['n√n', (size: number) => size * Math.sqrt(size)],
  ['the square', (size: number) => (size * size) / 100],
] as const)('work that grows as %s is noticed', (_, stepsOf) => {
  expect(() => measure(stepsOf)).toThrow('time for each byte');
});

it('work that takes no time at any size is taken for linear', () => {
  measure(() => 0);
});
