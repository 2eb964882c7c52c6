import type { Cost } from '../../../staff/statistics/costs.ts';
import type { Period } from '../../../staff/statistics/statistics.ts';
import { DataTable } from '../elements.tsx';
import { LOCALES, type PageLanguage } from '../language.ts';
import { hrefOf } from '../navigation.ts';
import { countryName } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

/** Rows on a page, beside an else full one: suppliers, countries and currencies may be hundreds. */
const MOST_ROWS = 20;

interface CostsProps {
  readonly costs: readonly Cost[];
  readonly period: Period;
  readonly authority: { readonly id: string };
  readonly language: PageLanguage;
}

/**
 * The cost of what was handed over in the period, by gateway and country, at the prices that were entered. Segments
 * lead to the reminders that have them; an amount is no list, but those segments at their prices. The rows with the
 * most segments are shown, and the others are one.
 */
export function CostsTable({ costs, period, authority, language }: CostsProps) {
  const words = STATISTICS_WORDS[language].costs;
  const locale = LOCALES[language];
  const sorted = costs.toSorted((a, b) => b.segments - a.segments);
  const others = sorted.slice(MOST_ROWS);
  const text = (count: number) => count.toLocaleString(locale);
  const behind = (count: number, query: Readonly<Record<string, string>>) => (
    <a href={hrefOf('/admin/messages', authority, { status: 'sent', ...query })}>{text(count)}</a>
  );
  const cells = sorted
    .slice(0, MOST_ROWS)
    .map(({ gateway, country, segments, currency, amount, span }) => [
      gateway,
      countryName(language, country),
      span === null ? text(segments) : behind(segments, { ...span, gateway, country }),
      currency === null || amount === null ? words.noPrice : money(locale, amount, currency),
    ]);
  const rest = [words.others(others.length), '', text(segmentsOf(others)), moneyOf(locale, others)];
  return (
    <>
      <DataTable
        caption={words.caption}
        columns={[
          { label: words.gateway },
          { label: words.country },
          { label: words.segments, number: true },
          { label: words.amount, number: true },
        ]}
        rows={others.length > 0 ? [...cells, rest] : cells}
        total={[words.total, '', behind(segmentsOf(costs), { ...period }), moneyOf(locale, costs)]}
      />
      <p class="means">{words.remindersOnly}</p>
    </>
  );
}

function segmentsOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { segments }) => sum + segments, 0);
}

/** The sum in each currency. */
function moneyOf(locale: string, costs: readonly Cost[]): string {
  const currencies = [...new Set(costs.flatMap(({ currency }) => currency ?? []))];
  const sums = currencies.map((currency) =>
    money(locale, sumOf(costs.filter((cost) => cost.currency === currency)), currency),
  );
  return sums.join(' + ') || '–';
}

function sumOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { amount }) => sum + Math.round((amount ?? 0) * 100), 0) / 100;
}

function money(locale: string, amount: number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
}
