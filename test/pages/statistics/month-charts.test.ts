import { expect, it } from 'vitest';
import { MonthCharts } from '../../../src/pages/statistics/month-charts.tsx';
import type { MonthOfStatistics } from '../../../src/staff/statistics/months.ts';
import { readPage } from '../../support/read-page.ts';

const cost = (amount: number, currency = 'DKK') => ({
  ...{ gateway: 'simulator', country: 'DK', segments: 1, span: null },
  amount,
  currency,
});
const month = (nth: number, share: number | null, costs: MonthOfStatistics['costs']): MonthOfStatistics => ({
  ...{ from: `2026-0${nth}-01`, to: `2026-0${nth}-28`, share, costs },
});

function chartsOf(months: readonly MonthOfStatistics[]) {
  const page = readPage(`<!doctype html><html>${String(MonthCharts({ months, language: 'da' }))}</html>`);
  return page.all('figure').map((figure) => ({
    title: figure.texts('h2')[0],
    points: figure.all('circle').length,
    lines: figure.all('path')[0]?.attributes.d?.split('M').length,
    cells: figure
      .all('tr')
      .slice(1)
      .map((row) => [...row.texts('th'), ...row.texts('td')]),
    ticks: figure.texts('text').filter((text) => text.includes('kr.')),
  }));
}

it('the share and the cost of each month are drawn, in one precision, and stand in a table behind each line', () => {
  const months = [
    month(1, null, []),
    month(2, 0.9, [cost(1_234.5)]),
    month(3, null, []),
    month(4, 0.975, [cost(7), cost(0.25)]),
  ];
  const [share, costs, ...others] = chartsOf(months);
  expect(others).toEqual([]);
  const kroner = (text: string) => `${text}\u00a0kr.`;
  expect(share).toMatchObject({
    ...{ title: 'Andel modtaget, måned for måned', points: 2, lines: 3 },
    cells: [
      ['februar\u00a02026', '90\u00a0%'],
      ['marts\u00a02026', '–'],
      ['april\u00a02026', '97,5\u00a0%'],
    ],
  });
  expect(costs).toMatchObject({
    ...{ title: 'Udgift, måned for måned', points: 3, lines: 2 },
    cells: [
      ['februar\u00a02026', kroner('1.234,50')],
      ['marts\u00a02026', kroner('0,00')],
      ['april\u00a02026', kroner('7,25')],
    ],
  });
  expect(costs?.ticks.length).toBeGreaterThan(1);
  expect(costs?.ticks.filter((text) => !/,\d\d\u00a0kr\.$/.test(text))).toEqual([]);
});

it('one month makes no line, and amounts of two currencies have no sum', () => {
  expect(chartsOf([month(1, null, null), month(2, 0.9, [cost(1)])])).toEqual([]);
  const titles = chartsOf([month(1, 0.8, [cost(1)]), month(2, 0.9, [cost(1, 'SEK')])]).map(({ title }) => title);
  expect(titles).toEqual(['Andel modtaget, måned for måned']);
});
