import { addDays } from '../../domain/calendar.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { type GatewayPrice, MICRO, priceOn, readPrices } from '../gateways/gateways.sql.ts';
import { type Period, type RouteSegments, readRoutes } from './statistics.sql.ts';

/** Cost of the segments of one gateway to one country in a period, in one currency. */
export interface Cost {
  readonly gateway: string;
  /** ISO 3166-1 alpha-2; `none`: handed over before countries were counted. */
  readonly country: string;
  readonly segments: number;
  /** ISO 4217; null: no price is in force. */
  readonly currency: string | null;
  /** To two decimals. */
  readonly amount: number | null;
  /** The days within which this row alone counts the gateway and country; null: its currency holds in several times. */
  readonly span: { readonly from: string; readonly to: string } | null;
}

/**
 * Sums up what was handed over in each of several periods costs, at the price of the day that each reminder was due.
 * @returns null where no price of any gateway was ever entered
 */
export async function readCosts(
  { db }: DatabaseAccess,
  authorityId: string,
  periods: readonly Period[],
): Promise<readonly Cost[][] | null> {
  const prices = await readPrices(db, null);
  if (prices.length === 0) return null;
  const parts = periods.flatMap((period) => partsBetween(prices, period).map((part) => ({ ...part, period })));
  const routes = await readRoutes(db, authorityId, parts);
  const priced = routes.map((route) => ({ ...route, part: parts[route.period] as (typeof parts)[number] }));
  return periods.map((period) =>
    costsOf(
      priced.filter(({ part }) => part.period === period),
      prices,
    ),
  );
}

/** Segments of a route in a part of a period, in the order of the parts. */
type PricedPart = RouteSegments & { readonly part: Period };

function costsOf(routes: readonly PricedPart[], prices: readonly GatewayPrice[]): Cost[] {
  const sums = new Map<string, { cost: Omit<Cost, 'amount' | 'span'>; span: Cost['span']; micro: bigint }>();
  const lastOf = new Map<string, string>();
  for (const { gateway, country, segments, part } of routes) {
    const price = priceOn(prices, gateway, country, part.from);
    const currency = price?.currency ?? null;
    const key = `${gateway} ${country}`;
    const id = `${key} ${currency}`;
    const known = sums.get(id);
    const isOneTime = known === undefined || (known.span !== null && lastOf.get(key) === id);
    lastOf.set(key, id);
    sums.set(id, {
      cost: { gateway, country, currency, segments: (known?.cost.segments ?? 0) + segments },
      span: isOneTime ? { from: known?.span?.from ?? part.from, to: part.to } : null,
      micro: (known?.micro ?? 0n) + BigInt(segments) * BigInt(Math.round((price?.perSegment ?? 0) * MICRO)),
    });
  }
  return [...sums.values()].map(({ cost, span, micro }) => ({
    ...cost,
    span,
    amount: cost.currency === null ? null : Number((micro + 5_000n) / 10_000n) / 100,
  }));
}

/** The period cut at each day that a price changes within it. */
function partsBetween(prices: readonly GatewayPrice[], { from, to }: Period): { from: string; to: string }[] {
  const cuts = prices.map((price) => price.from).filter((day) => day > from && day <= to);
  const begins = [from, ...[...new Set(cuts)].sort()];
  return begins.map((begin, nth) => {
    const next = begins[nth + 1];
    return { from: begin, to: next === undefined ? to : addDays(next, -1) };
  });
}
