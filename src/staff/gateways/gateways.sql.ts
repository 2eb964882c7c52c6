import { sql } from 'kysely';
import { LOCK_KEYS, ONLY_LOCK } from '../../database/lock-keys.ts';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import { GATEWAY_TEST } from '../../domain/gateway-state.ts';

/** The most that is counted: a more exact number would not be worth its cost. */
const MOST = 10_000;

/**
 * How many reminders are due and wait for each gateway: by the first of their authority's that is configured.
 * @param configured ids in order of preference
 */
export async function countWaiting(db: Db, configured: readonly string[], now: Date): Promise<Map<string, number>> {
  const own = sql`coalesce(a.settings -> 'gateways', '[]'::jsonb)`;
  const { rows } = await sql<{ gateway: string | null; count: string }>`
    select case when jsonb_array_length(${own}) = 0 then ${configured[0]}::text else (
        select e.id from jsonb_array_elements_text(${own}) with ordinality e(id, nth)
        where e.id = any(${configured}::text[]) order by e.nth limit 1) end as gateway, count(*) as count
    from (select authority_id from reminder where next_at <= ${now} order by next_at limit ${MOST}) r
    join authority a on a.id = r.authority_id
    group by 1`.execute(db);
  return new Map(rows.flatMap(({ gateway, count }) => (gateway === null ? [] : [[gateway, Number(count)]])));
}

/** How many messages of each gateway have an outcome that nobody knows yet. */
export async function countUncertain(db: Db): Promise<Map<string, number>> {
  const { rows } = await sql<{ gateway: string; count: string }>`
    select gateway, count(*) as count from (select gateway from uncertain_message limit ${MOST}) u group by gateway
    `.execute(db);
  return new Map(rows.map(({ gateway, count }) => [gateway, Number(count)]));
}

/** The SMS of a test with its progress. */
export interface TestRow {
  readonly status: string;
  readonly reason: string | null;
  readonly code: string | null;
  readonly acceptedAt: Date | null;
  /** The first receipt that says more than that it was accepted; null: none yet. */
  readonly receiptAt: Date | null;
  /** The first reply of the number at the gateway since then. */
  readonly repliedAt: Date | null;
  readonly meaning: string | null;
}

/** Makes others that count tests wait until the transaction ends: two of them would each find room for the last one. */
export async function lockTests(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_KEYS.gatewayTests}::int, ${ONLY_LOCK}::int)`.execute(trx);
}

/**
 * When the earliest of the last `most` tests since then was made; null: there were fewer.
 * @param limit.phoneHash null: of any number
 */
export async function firstOfMost(
  db: Db,
  limit: { readonly phoneHash: Buffer | null; readonly most: number; readonly since: Date },
): Promise<Date | null> {
  const { phoneHash, most, since } = limit;
  const ofNumber = phoneHash === null ? sql`` : sql`and phone_hash = ${phoneHash}`;
  const { rows } = await sql<{ created_at: Date }>`
    select created_at from message
    where reminder_id is null and authority_id is null and template = ${GATEWAY_TEST} and created_at > ${since}
      ${ofNumber}
    order by created_at desc offset ${most - 1} limit 1`.execute(db);
  return rows[0]?.created_at ?? null;
}

/** Finds what became of an SMS that tried a gateway. @returns undefined for an id that is no such SMS of the gateway */
export async function findTest(db: Db, gateway: string, id: string): Promise<TestRow | undefined> {
  const { rows } = await sql<TestRow>`
    select m.status, m.reason, m.code, m.accepted_at as "acceptedAt", i.received_at as "repliedAt", i.meaning,
      (select min(r.received_at) from receipt r
        where r.message_id = m.id and r.state in ('delivered', 'undelivered')) as "receiptAt"
    from message m left join lateral (
      select received_at, meaning from inbound_message
      where phone_hash = m.phone_hash and gateway = m.gateway and received_at >= m.created_at
      order by received_at limit 1) i on true
    where m.id = ${id} and m.gateway = ${gateway} and m.template = ${GATEWAY_TEST}`.execute(db);
  return rows[0];
}

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
