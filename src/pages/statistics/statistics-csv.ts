import { csvLine } from '../../formats/csv/text.ts';
import type { Cost } from '../../staff/statistics/costs.ts';
import { type Counts, CSV_COLUMNS, csvFigures } from '../../staff/statistics/statistics.ts';
import { countryName } from '../kit/country-name.ts';
import type { PageLanguage } from '../kit/language.ts';
import { byMostSegments, segmentsIn, sumOf } from './cost-sums.ts';
import type { NamedRow, ShownStatistics } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

/** Excel takes a file for UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The whole of the figures for a spreadsheet, in the language of the page, always in the same columns; no cell is ever
 * a formula. What it cost, if anything, is a block of its own below: its rows are not those of the figures.
 */
export function statisticsCsv(
  { language, statistics: { by, total }, all }: ShownStatistics,
  costs: readonly Cost[],
): string {
  const words = STATISTICS_WORDS[language];
  const delimiter = language === 'da' ? ';' : ',';
  const first = ({ key, name }: NamedRow) => (by === 'day' || by === 'week' ? key : name);
  const labels = { ...words.columns, share: words.share, opt_outs: words.columns.optOuts };
  const figures = (counts: Counts) => csvFigures(counts).map((figure) => decimalsIn(language, figure));
  const lines = [
    [words.by[by], ...CSV_COLUMNS.map((column) => labels[column])],
    ...all.map((row) => [first(row), ...figures(row.counts)]),
    [words.total, ...figures(total)],
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

/** An amount without the sign of its currency. */
function amountText(amount: number | null, language: PageLanguage): string {
  return amount === null ? '' : decimalsIn(language, amount.toFixed(2));
}

/** A number as spreadsheets of the language write it. */
function decimalsIn(language: PageLanguage, number: string): string {
  return language === 'da' ? number.replace('.', ',') : number;
}
