import { describe, expect, it } from 'vitest';
import { STYLE } from '../../../../src/pages/kit/styles/style.ts';
import { WORK_STYLE } from '../../../../src/pages/kit/styles/work-style.ts';
import { contrast, valuesOf } from '../../../support/palette.ts';

/** Sizes of type in rem, with what has them (docs/design.md). */
const SCALE = [
  ['2.25', 'large numbers'],
  ['1.75', 'the title of a page'],
  ['1.5', 'that title on a phone'],
  ['1.25', 'headings and figures'],
  ['1.125', 'headings of cards, words of citizens'],
  ['1', 'text'],
  ['.875', 'tables, hints, what is beside the matter'],
  ['.8125', 'marks'],
] as const;

const ON = ['card', 'page'] as const;

describe.each([
  ['light, and on paper', 0],
  ['dark', 1],
] as const)('the palette, %s', (_, scheme) => {
  const value = (name: string) => valuesOf(name)[scheme];

  it.each([
    ['ink', ON],
    ['soft', ON],
    ['accent', ON],
    ['faint', ['card']],
    ['warn', [...ON, 'warn-page']],
    ['good', ['good-page']],
    ['on-accent', ['accent', 'pressed']],
    ['accent', ['hover']],
  ] as const)('has a contrast of 7:1 for text in %s', (text, grounds) => {
    const least = text === 'faint' ? 4.5 : 7;
    const weak = grounds.filter((ground) => contrast(value(text), value(ground)) < least);
    expect(weak).toEqual([]);
  });

  it('has a contrast of 3:1 for the edges of fields and for lines that mean something', () => {
    const weak = ['field-line', 'good-line', 'accent'].filter((line) => contrast(value(line), value('card')) < 3);
    expect(weak).toEqual([]);
  });
});

it('the style sheet has no size of type beside the scale', () => {
  const sizes = [...`${STYLE}${WORK_STYLE}`.matchAll(/font-size: ([^;}]+)/g)].map(([, size = '']) => size.trim());
  const known = SCALE.map(([rem]) => `${rem}rem`);
  expect([...new Set(sizes)].filter((size) => !known.includes(size))).toEqual([]);
});
