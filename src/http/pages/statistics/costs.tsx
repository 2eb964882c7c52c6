import type { Cost } from '../../../staff/statistics/costs.ts';
import type { Period } from '../../../staff/statistics/statistics.ts';
import { DataTable } from '../elements.tsx';
import { LOCALES, type PageLanguage } from '../language.ts';
import { hrefOf } from '../navigation.ts';
import { countryName } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

interface CostsProps {
  readonly costs: readonly Cost[];
  readonly period: Period;
  readonly authority: { readonly id: string };
  readonly language: PageLanguage;
}

/**
 * The cost of what was handed over in the period, by gateway and country, at the prices that were entered. Segments
 * lead to the reminders that have them; an amount is no list, but those segments at their prices.
 */
export function CostsTable({ costs, period, authority, language }: CostsProps) {
  const words = STATISTICS_WORDS[language].costs;
  const locale = LOCALES[language];
  const currencies = [...new Set(costs.flatMap(({ currency }) => currency ?? []))];
  const sums = currencies.map((currency) =>
    money(locale, sumOf(costs.filter((cost) => cost.currency === currency)), currency),
  );
  const segments = costs.reduce((sum, cost) => sum + cost.segments, 0);
  const { from, to } = period;
  const behind = (count: number, query: Readonly<Record<string, string>> = {}) => (
    <a href={hrefOf('/admin/messages', authority, { status: 'sent', from, to, ...query })}>
      {count.toLocaleString(locale)}
    </a>
  );
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
        rows={costs.map(({ gateway, country, segments: count, currency, amount }) => [
          gateway,
          countryName(language, country),
          behind(count, { gateway, country }),
          currency === null || amount === null ? words.noPrice : money(locale, amount, currency),
        ])}
        total={[words.total, '', behind(segments), sums.join(' + ') || '–']}
      />
      <p class="means">{words.remindersOnly}</p>
    </>
  );
}

function sumOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { amount }) => sum + Math.round((amount ?? 0) * 100), 0) / 100;
}

function money(locale: string, amount: number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
}
