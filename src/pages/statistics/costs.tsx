import type { Cost } from '../../staff/statistics/costs.ts';
import { countryName } from '../kit/country-name.ts';
import { DataTable } from '../kit/elements.tsx';
import { LOCALES } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { byMostSegments, segmentsIn, sumOf } from './cost-sums.ts';
import type { ShownStatistics } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

/** Rows on a page, beside an else full one: suppliers, countries and currencies may be hundreds. */
const MOST_ROWS = 20;

interface CostsProps {
  readonly costs: readonly Cost[];
  readonly shown: ShownStatistics;
  /** The page of the rows, from 1; one that there isn't stands for the nearest. */
  readonly page: number;
}

/**
 * The cost of what was handed over in the period, by gateway and country, at the prices that were entered. Segments
 * lead to the reminders that have them; an amount is no list, but those segments at their prices. The rows with the
 * most segments come first, page by page, and those of the other pages are summed up as one.
 */
export function CostsTable({ costs, shown, page }: CostsProps) {
  const { authority, language, statistics } = shown;
  const period = { from: statistics.from, to: statistics.to };
  const words = STATISTICS_WORDS[language].costs;
  const locale = LOCALES[language];
  const sorted = byMostSegments(costs);
  const pages = Math.max(1, Math.ceil(sorted.length / MOST_ROWS));
  const current = Math.min(Math.max(1, page), pages);
  const first = (current - 1) * MOST_ROWS;
  const others = [...sorted.slice(0, first), ...sorted.slice(first + MOST_ROWS)];
  const text = (count: number) => count.toLocaleString(locale);
  const behind = (count: number, query: Readonly<Record<string, string>>) => (
    <a href={hrefOf('/admin/messages', authority, { status: 'sent', ...query })}>{text(count)}</a>
  );
  const cells = sorted
    .slice(first, first + MOST_ROWS)
    .map(({ gateway, country, segments, currency, amount, span }) => [
      gateway,
      countryName(language, country),
      span === null ? text(segments) : behind(segments, { ...span, gateway, country }),
      currency === null || amount === null ? words.noPrice : money(locale, amount, currency),
    ]);
  const rest = [words.others(others.length), '', text(segmentsIn(others)), moneyOf(locale, others)];
  return (
    <section id="costs" tabindex={-1}>
      <DataTable
        caption={words.caption}
        columns={[
          { label: words.gateway },
          { label: words.country },
          { label: words.segments, number: true },
          { label: words.amount, number: true },
        ]}
        rows={others.length > 0 ? [...cells, rest] : cells}
        total={[words.total, '', behind(segmentsIn(costs), { ...period }), moneyOf(locale, costs)]}
      />
      {pages > 1 && <p class="means">{words.pageOf(current, pages)}</p>}
      <CostsPages shown={shown} current={current} pages={pages} />
      <p class="means">{words.remindersOnly}</p>
    </section>
  );
}

/** The way to the rows before and behind those of this page, which leaves the figures above as they are. */
function CostsPages({ shown, current, pages }: { shown: ShownStatistics; current: number; pages: number }) {
  const { previous, next, costs } = STATISTICS_WORDS[shown.language];
  const { from, to, by } = shown.statistics;
  const at = (nth: number) => {
    const query = { from, to, by, page: String(shown.page), costs: String(nth) };
    return hrefOf('/admin/statistics', shown.authority, query);
  };
  const labelled = (label: string) => (
    <>
      {label}
      <span class="unseen"> ({costs.caption})</span>
    </>
  );
  return (
    <ListLinks
      buttons
      to="costs"
      back={[labelled(previous), current > 1 && at(current - 1)]}
      onward={[labelled(next), current < pages && at(current + 1)]}
    />
  );
}

/** The sum in each currency. */
function moneyOf(locale: string, costs: readonly Cost[]): string {
  const currencies = [...new Set(costs.flatMap(({ currency }) => currency ?? []))];
  const sums = currencies.map((currency) =>
    money(locale, sumOf(costs.filter((cost) => cost.currency === currency)), currency),
  );
  return sums.join(' + ') || '–';
}

/** An amount with the sign of its currency, in one precision wherever it stands on the page. */
export function money(locale: string, amount: number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
}
