import { describe, expect, it } from 'vitest';
import { STYLE } from '../../../src/pages/kit/styles/style.ts';
import { BarChart } from '../../../src/pages/statistics/bar-chart.tsx';
import { STATISTICS_WORDS } from '../../../src/pages/statistics/words.ts';
import { COUNTED, type Counts } from '../../../src/staff/statistics/statistics.ts';

const SERIES = ['delivered', 'accepted', 'failed', 'planned', 'unsent'] as const;

/** The values of a variable of the style sheet: in the light scheme, on paper too, and in the dark one. */
function valuesOf(variable: string): readonly [light: string, dark: string] {
  const values = [...STYLE.matchAll(new RegExp(`--${variable}: (#[0-9a-f]+);`, 'g'))].map(([, value = '']) => value);
  const [light = '', dark = ''] = values;
  expect([variable, values]).toEqual([variable, [light, dark]]);
  expect([light, dark].join()).toMatch(/^#(?:[0-9a-f]{3}){1,2},#(?:[0-9a-f]{3}){1,2}$/);
  return [light, dark];
}

/** Relative luminance, as WCAG 2.2 has it. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ['light, and on paper', 0],
  ['dark', 1],
] as const)('the colours of the chart of the statistics, %s', (_, scheme) => {
  const colours = SERIES.map((series) => [series, valuesOf(series)[scheme]] as const);

  it('are told apart without their hue: any two may be neighbours', () => {
    const alike = colours.flatMap(([one, colour], at) =>
      colours.slice(at + 1).flatMap(([other, its]) => (contrast(colour, its) < 1.5 ? [`${one}, ${other}`] : [])),
    );
    expect(alike).toEqual([]);
  });

  it('stand out from the card that they are drawn on', () => {
    const card = valuesOf('card')[scheme];
    expect(colours.filter(([, colour]) => contrast(colour, card) < 3)).toEqual([]);
  });
});

describe('the parts of a bar', () => {
  it('are parted by a gap, and each is seen, however small beside the others', () => {
    const none = Object.fromEntries([...COUNTED, 'segments', 'optOuts'].map((name) => [name, 0])) as Counts;
    const small = { ...none, accepted: 1, undelivered: 1, planned: 1, expired: 1 };
    const chart = (counts: Counts) =>
      String(
        BarChart({
          ...{ rows: [{ name: 'Uge 48', counts }], most: 100_004 },
          ...{ words: STATISTICS_WORDS.da, locale: 'da-DK' },
        }),
      );
    for (const counts of [
      { ...small, delivered: 100_000 },
      { ...small, expired: 100_000, delivered: 1 },
    ]) {
      const parts = [...chart(counts).matchAll(/<rect class="bar-\w+" x="(\d+)" width="(\d+)"/g)].map(
        ([, x, width]) => ({ from: Number(x), to: Number(x) + Number(width) }),
      );
      expect(parts).toHaveLength(5);
      expect(parts.filter(({ from, to }) => to - from < 3 || to > 1_000)).toEqual([]);
      expect(parts.slice(1).filter(({ from }, at) => from - (parts[at]?.to ?? 0) < 3)).toEqual([]);
    }
  });
});
