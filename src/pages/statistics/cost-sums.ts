import type { Cost } from '../../staff/statistics/costs.ts';

/** Sorts costs by their segments, the most first; those with as many always in one order. */
export function byMostSegments(costs: readonly Cost[]): Cost[] {
  return costs.toSorted((a, b) => b.segments - a.segments || (idOf(a) < idOf(b) ? -1 : 1));
}

function idOf({ gateway, country, currency }: Cost): string {
  return `${gateway} ${country} ${currency}`;
}

/** Sums up the segments of costs. */
export function segmentsIn(costs: readonly Cost[]): number {
  return costs.reduce((sum, { segments }) => sum + segments, 0);
}

/** Sums up the amounts of costs in one currency, to two decimals. */
export function sumOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { amount }) => sum + Math.round((amount ?? 0) * 100), 0) / 100;
}
