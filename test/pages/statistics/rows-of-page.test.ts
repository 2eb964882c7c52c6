import { expect, it } from 'vitest';
import { AUTHORITY_DEFAULTS, type Authority } from '../../../src/domain/authority.ts';
import { addDays } from '../../../src/domain/calendar.ts';
import { PAGE_LANGUAGES } from '../../../src/pages/kit/language.ts';
import { htmlOf } from '../../../src/pages/kit/responses/fitting-page.ts';
import { BarChart } from '../../../src/pages/statistics/bar-chart.tsx';
import { ColumnChart } from '../../../src/pages/statistics/column-chart.tsx';
import { isByDay, type ShownStatistics, shownOf } from '../../../src/pages/statistics/shown.ts';
import { StatisticsTable } from '../../../src/pages/statistics/statistics-table.tsx';
import { STATISTICS_WORDS } from '../../../src/pages/statistics/words.ts';
import { COUNTED, type Counts, STATISTICS_BY, type Statistics } from '../../../src/staff/statistics/statistics.ts';

/** The bytes of rows for which the rest of the page leaves room (`page-sizes.test.ts`). */
const MOST_BYTES = 48_500;
const [FROM, DAYS] = ['2026-10-26', 30];
const AUTHORITY = {
  ...AUTHORITY_DEFAULTS,
  ...{ id: 'rh', name: 'Region Hovedstaden', sender: 'Sundhed', paused: null, version: 1 },
} as unknown as Authority;
const ALL = [...COUNTED, 'segments', 'optOuts'] as const;

/** Counts with this figure in some of the states, and 0 in the others. */
const countsOf = (figure: number, states: readonly (keyof Counts)[] = ALL): Counts =>
  Object.fromEntries(ALL.map((name) => [name, states.includes(name) ? figure : 0])) as unknown as Counts;

function statisticsOf(by: Statistics['by'], rows: readonly (Counts & { readonly key: string })[]): Statistics {
  const total = Object.fromEntries(
    ALL.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
  ) as unknown as Counts;
  return { by, from: FROM, to: addDays(FROM, DAYS - 1), rows, total, costs: [] };
}

/** The bytes that the rows of the chart and of the table have together. */
async function bytesOfRows({ rows, most, language, ...shown }: ShownStatistics): Promise<number> {
  const props = { rows, most, words: STATISTICS_WORDS[language], locale: 'da-DK' };
  const { by } = shown.statistics;
  const chart = await htmlOf(
    isByDay(by) ? ColumnChart({ ...props, language, step: by === 'week' ? 7 : 1 }) : BarChart(props),
  );
  const table = await htmlOf(StatisticsTable({ shown: { rows, most, language, ...shown } }));
  const [bars, body] = [
    /<(?:div class="bars"|svg class="columns").*(?=<figcaption>)/s.exec(chart),
    /<tbody>.*<\/tbody>/s.exec(table),
  ];
  if (!bars || !body) throw new Error('the page has no chart, or no table');
  return Buffer.byteLength(`${bars[0]}${body[0]}`);
}

it.each(PAGE_LANGUAGES)(
  'the thirty days of the first view stand on one page, though states vary by day: %s',
  (language) => {
    // Every state occurs in the period, six of them on each day.
    const rows = Array.from({ length: DAYS }, (_, nth) => {
      const states = ALL.filter((_, at) => at < 4 || (nth + at) % 4 === 0);
      return { key: addDays(FROM, nth), ...countsOf(1_234, states) };
    });
    const { columns, pages } = shownOf(statisticsOf('day', rows), AUTHORITY, language, { optOuts: true, page: 1 });
    expect([columns.length, pages]).toEqual([12, 1]);
  },
);

it.each(STATISTICS_BY)('rows by %s take no more room than a page has for them, whatever stands in them', async (by) => {
  const keys = Array.from({ length: 120 }, (_, nth) =>
    by === 'day' || by === 'week'
      ? addDays(FROM, by === 'day' ? nth : 7 * nth)
      : `${nth} <Ø&'"!()~>`.repeat(5).slice(0, 60),
  );
  const statistics = statisticsOf(
    by,
    keys.map((key) => ({ key, ...countsOf(999_999) })),
  );
  for (const language of PAGE_LANGUAGES) {
    const { pages } = shownOf(statistics, AUTHORITY, language, { optOuts: true, page: 1 });
    expect(pages).toBeGreaterThan(3);
    const keysShown: string[] = [];
    for (let page = 1; page <= pages; page++) {
      const shown = shownOf(statistics, AUTHORITY, language, { optOuts: true, page });
      expect(await bytesOfRows(shown)).toBeLessThanOrEqual(MOST_BYTES);
      keysShown.push(...shown.rows.map(({ key }) => key));
    }
    // Each row stands on exactly one page.
    expect(keysShown.toSorted()).toEqual(keys.toSorted());
  }
});
