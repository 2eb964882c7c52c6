import type { Cost } from '../../../staff/statistics/costs.ts';
import { DataTable } from '../elements.tsx';
import { LOCALES, type PageLanguage } from '../language.ts';
import { STATISTICS_WORDS } from './words.ts';

/** The cost of what was handed over in the period, by gateway and country, at the prices that were entered. */
export function CostsTable({ costs, language }: { readonly costs: readonly Cost[]; readonly language: PageLanguage }) {
  const words = STATISTICS_WORDS[language].costs;
  const locale = LOCALES[language];
  const countries = new Intl.DisplayNames([locale], { type: 'region' });
  const countryOf = (code: string) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : words.noCountry);
  const currencies = [...new Set(costs.flatMap(({ currency }) => currency ?? []))];
  const sums = currencies.map((currency) =>
    money(locale, sumOf(costs.filter((cost) => cost.currency === currency)), currency),
  );
  const segments = costs.reduce((sum, cost) => sum + cost.segments, 0);
  return (
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
        countryOf(country),
        count.toLocaleString(locale),
        currency === null || amount === null ? words.noPrice : money(locale, amount, currency),
      ])}
      total={[words.total, '', segments.toLocaleString(locale), sums.join(' + ') || '–']}
    />
  );
}

function sumOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { amount }) => sum + Math.round((amount ?? 0) * 100), 0) / 100;
}

function money(locale: string, amount: number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
}
