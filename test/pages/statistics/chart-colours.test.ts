import { describe, expect, it } from 'vitest';
import { STYLE } from '../../../src/pages/kit/styles/style.ts';
import { BarChart } from '../../../src/pages/statistics/bar-chart.tsx';
import { ColumnChart } from '../../../src/pages/statistics/column-chart.tsx';
import { Patterns, SERIES } from '../../../src/pages/statistics/series.tsx';
import { STATISTICS_WORDS } from '../../../src/pages/statistics/words.ts';
import { COUNTED, type Counts } from '../../../src/staff/statistics/statistics.ts';
import { contrast, valuesOf } from '../../support/palette.ts';

/** The colour of a series: the variable that its rule names. */
function colourOf(id: string, scheme: 0 | 1): string {
  const [, variable = ''] = new RegExp(`\\.of-${id}\\b[^{}]*\\{ color: var\\(--([\\w-]+)\\)`).exec(STYLE) ?? [];
  return valuesOf(variable)[scheme];
}

/** How a series is filled: whole, not at all, or by what its pattern draws. */
function patternOf(id: string): string {
  if (id === 'delivered') return 'whole';
  const [, drawn = 'nothing'] =
    new RegExp(`<pattern id="${id}" class="of-${id}"(.*?)</pattern>`).exec(String(Patterns())) ?? [];
  return drawn;
}

describe.each([
  ['light, and on paper', 0],
  ['dark', 1],
] as const)('the fills of the charts of the statistics, %s', (_, scheme) => {
  it('differ by their pattern, or by 3:1: any two may be neighbours', () => {
    const alike = SERIES.flatMap(({ id }, at) =>
      SERIES.slice(at + 1)
        .filter((other) => patternOf(id) === patternOf(other.id))
        .filter((other) => contrast(colourOf(id, scheme), colourOf(other.id, scheme)) < 3)
        .map((other) => `${id}, ${other.id}`),
    );
    expect(alike).toEqual([]);
  });

  it('stand out from the card that they are drawn on', () => {
    const card = valuesOf('card')[scheme];
    expect(SERIES.filter(({ id }) => contrast(colourOf(id, scheme), card) < 3)).toEqual([]);
  });
});

describe('the parts of a bar', () => {
  const none = Object.fromEntries([...COUNTED, 'segments', 'optOuts'].map((name) => [name, 0])) as Counts;
  const small = { ...none, accepted: 1, undelivered: 1, planned: 1, expired: 1 };
  const props = { most: 100_004, words: STATISTICS_WORDS.da, locale: 'da-DK' };
  const rowsOf = (counts: Counts) => [{ key: '2026-11-23', name: 'Uge 48', counts }];

  it.each<[string, (counts: Counts) => unknown, string, string, number]>([
    ['that lies', (counts) => BarChart({ ...props, rows: rowsOf(counts) }), 'x', 'width', 100],
    [
      'that stands',
      (counts) => ColumnChart({ ...props, language: 'da', step: 7, rows: rowsOf(counts) }),
      'y',
      'height',
      176,
    ],
  ])('%s are parted by a gap, and each is seen, however small beside the others', (_, chart, place, size, most) => {
    for (const counts of [
      { ...small, delivered: 100_000 },
      { ...small, expired: 100_000, delivered: 1 },
    ]) {
      const rect = new RegExp(`<rect(?=[^>]*? ${place}="([\\d.]+)%?")(?=[^>]*? ${size}="([\\d.]+)%?")[^>]*>`, 'g');
      const html = String(chart(counts)).replace(
        /<(figcaption|svg class="unseen").*?<\/\1|<pattern.*?<\/pattern>/gs,
        '',
      );
      const parts = [...html.matchAll(rect)]
        .map(([, from, length]) => ({ from: Number(from), to: Number(from) + Number(length) }))
        .toSorted((a, b) => a.from - b.from);
      expect(parts).toHaveLength(5);
      expect(parts.filter(({ from, to }) => to - from < most / 150 || to > most)).toEqual([]);
      expect(parts.slice(1).filter(({ from }, at) => from - (parts[at]?.to ?? 0) < most / 500)).toEqual([]);
    }
  });
});
