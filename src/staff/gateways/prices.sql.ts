import { sql } from 'kysely';
import { LOCK_KEYS } from '../../database/lock-keys.ts';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';

/** Prices are stored in whole numbers. */
export const MICRO = 1_000_000;

/** Price of a segment to a country from a day on. */
export interface Price {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** At most six decimals. */
  readonly perSegment: number;
  /** ISO 4217. */
  readonly currency: string;
  /** `YYYY-MM-DD`, included. */
  readonly from: string;
}

/** A price with its gateway. */
export type GatewayPrice = Price & { readonly gateway: string };

/** The prices of all gateways, or of one, by country and day. */
export async function readPrices(db: Db, gateway: string | null): Promise<GatewayPrice[]> {
  const { rows } = await sql<Omit<GatewayPrice, 'perSegment'> & { readonly micro: string }>`
    select gateway, country, per_segment_micro as micro, currency, valid_from::text as "from"
    from gateway_price where ${gateway}::text is null or gateway = ${gateway}
    order by gateway, country, valid_from`.execute(db);
  return rows.map(({ micro, ...price }) => ({ ...price, perSegment: Number(micro) / MICRO }));
}

/** The newest price of a day or before; they are in the order of days. undefined where none holds by then. */
export function priceOn(
  prices: readonly GatewayPrice[],
  gateway: string,
  country: string,
  day: string,
): GatewayPrice | undefined {
  return prices.findLast((price) => price.gateway === gateway && price.country === country && price.from <= day);
}

const COLUMNS = { country: 'text', per_segment_micro: 'bigint', currency: 'text', valid_from: 'date' } as const;

/**
 * Keeps everybody else from changing a gateway's prices until the transaction ends: two who replace them at once would
 * each insert beside what the other deletes.
 */
export async function lockPrices(trx: Db, gateway: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_KEYS.prices}::int, hashtext(${gateway}))`.execute(trx);
}

/** Puts these in place of a gateway's prices; run in a transaction that has locked them. */
export async function replacePrices(trx: Db, gateway: string, prices: readonly Price[]): Promise<void> {
  await trx.deleteFrom('gateway_price').where('gateway', '=', gateway).execute();
  if (prices.length === 0) return;
  const rows = prices.map(({ country, perSegment, currency, from }) => ({
    country,
    per_segment_micro: Math.round(perSegment * MICRO),
    currency,
    valid_from: from,
  }));
  await sql`
    insert into gateway_price (gateway, country, valid_from, currency, per_segment_micro)
    select ${gateway}, country, valid_from, currency, per_segment_micro
    from ${unnest(rows, COLUMNS)}`.execute(trx);
}
