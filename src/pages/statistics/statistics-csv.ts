import { csvLine } from '../../formats/csv/text.ts';
import type { Cost } from '../../staff/statistics/costs.ts';
import { countryName } from '../kit/country-name.ts';
import type { PageLanguage } from '../kit/language.ts';
import { byMostSegments, segmentsIn, sumOf } from './cost-sums.ts';
import type { NamedRow, ShownStatistics } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

/** Excel takes a file for UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The whole of the figures for a spreadsheet, in the language of the page; no cell is ever a formula. What it cost, if
 * anything, is a block of its own below: its rows are not those of the figures.
 */
export function statisticsCsv(
  { language, statistics: { by, total }, columns, all }: ShownStatistics,
  costs: readonly Cost[],
): string {
  const words = STATISTICS_WORDS[language];
  const delimiter = language === 'da' ? ';' : ',';
  const first = ({ key, name }: NamedRow) => (by === 'day' || by === 'week' ? key : name);
  const lines = [
    [words.by[by], ...columns.map((column) => words.columns[column])],
    ...all.map((row) => [first(row), ...columns.map((column) => String(row.counts[column]))]),
    [words.total, ...columns.map((column) => String(total[column]))],
    ...(costs.length === 0 ? [] : costLines(costs, language)),
  ];
  return BYTE_ORDER_MARK + lines.map((cells) => `${csvLine(cells, delimiter)}\r\n`).join('');
}

/** Beginning with an empty line, by which a spreadsheet tells two tables apart. */
function costLines(costs: readonly Cost[], language: PageLanguage): string[][] {
  const words = STATISTICS_WORDS[language].costs;
  const line = (name: string, place: string, segments: number, amount: number | null, currency: string | null) => [
    name,
    place,
    String(segments),
    amountText(amount, language),
    currency ?? '',
  ];
  const totals = [...new Set(costs.map(({ currency }) => currency))].map((currency) => {
    const own = costs.filter((cost) => cost.currency === currency);
    const name = currency === null ? words.totalWithoutPrice : words.total;
    return line(name, '', segmentsIn(own), currency === null ? null : sumOf(own), currency);
  });
  return [
    [],
    [words.caption],
    [words.gateway, words.country, words.segments, words.amount, words.currency],
    ...byMostSegments(costs).map(({ gateway, country, segments, amount, currency }) =>
      line(gateway, countryName(language, country), segments, amount, currency),
    ),
    ...totals.toSorted(([, , , , a = ''], [, , , , b = '']) => Number(a === '') - Number(b === '')),
  ];
}

/** A number as spreadsheets of the language write it, without the sign of its currency. */
function amountText(amount: number | null, language: PageLanguage): string {
  if (amount === null) return '';
  return language === 'da' ? amount.toFixed(2).replace('.', ',') : amount.toFixed(2);
}
