import { describe, expect, it } from 'vitest';
import { BarChart } from '../../../src/pages/statistics/bar-chart.tsx';
import { STATISTICS_WORDS } from '../../../src/pages/statistics/words.ts';
import { COUNTED, type Counts } from '../../../src/staff/statistics/statistics.ts';
import { contrast, valuesOf } from '../../support/palette.ts';

const SERIES = ['delivered', 'accepted', 'failed', 'planned', 'unsent'] as const;

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
