import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';

/** A callback with an inbound message that is stored and not applied. */
export interface WaitingCallback {
  readonly id: string;
  readonly gateway: string;
  readonly rawCiphertext: Buffer;
  readonly receivedAt: Date;
}

interface Row {
  readonly id: string;
  readonly gateway: string;
  readonly raw_ciphertext: Buffer;
  readonly received_at: Date;
}

function fromRow(row: Row): WaitingCallback {
  return { id: row.id, gateway: row.gateway, rawCiphertext: row.raw_ciphertext, receivedAt: row.received_at };
}

/** Parts of a number that wait at one gateway. One SMS has 255 at most: more are of several. */
export const MOST_PARTS = 300;

/**
 * The parts of longer SMS of a number at a gateway that wait for the others, the oldest first: the `MOST_PARTS` that
 * may wait, and the one that has come beside them. The caller has locked the number.
 */
export async function findParts(
  db: Db,
  { gateway, phoneHash }: { readonly gateway: string; readonly phoneHash: Buffer },
): Promise<WaitingCallback[]> {
  const { rows } = await sql<Row>`
    select id, gateway, raw_ciphertext, received_at from callback
    where phone_hash = ${phoneHash} and gateway = ${gateway} and kind = 'inbound' and note = 'part'
      and applied_at is null and raw_ciphertext is not null
    order by received_at, id limit ${MOST_PARTS + 1}`.execute(db);
  return rows.map(fromRow);
}

/** The position of a callback among those that wait, the oldest first. */
export type WaitingPlace = Pick<WaitingCallback, 'id' | 'receivedAt'>;

/** Choice of callbacks that wait: stored before `before`, and behind the place `after`; null: from the first. */
export interface WaitingRange {
  readonly before: Date;
  readonly after: WaitingPlace | null;
}

/** Parts of longer SMS that wait for the others, the oldest first. */
export async function findLoneParts(
  db: Db,
  gateways: readonly string[],
  range: WaitingRange,
  limit: number,
): Promise<(WaitingPlace & { readonly gateway: string; readonly phoneHash: Buffer })[]> {
  const { rows } = await sql<WaitingPlace & { gateway: string; phoneHash: Buffer }>`
    select id, gateway, phone_hash as "phoneHash", received_at as "receivedAt" from callback
    where note = 'part' and phone_hash is not null and ${isWaiting(gateways, range)}
    order by received_at, id limit ${limit}`.execute(db);
  return rows;
}

/** Callbacks that were fetched and stored, and that a process which has ended abandoned, the oldest first. */
export async function findFetched(
  db: Db,
  gateways: readonly string[],
  range: WaitingRange,
  limit: number,
): Promise<WaitingCallback[]> {
  const { rows } = await sql<Row>`
    select id, gateway, raw_ciphertext, received_at from callback
    where note is null and ${isWaiting(gateways, range)}
    order by received_at, id limit ${limit}`.execute(db);
  return rows.map(fromRow);
}

function isWaiting(gateways: readonly string[], { before, after }: WaitingRange) {
  const behind = after ? sql`and (received_at, id) > (${after.receivedAt}, ${after.id}::uuid)` : sql``;
  return sql`applied_at is null and kind = 'inbound' and received_at < ${before}
    and raw_ciphertext is not null and gateway = any(${gateways}::text[]) ${behind}`;
}

/**
 * Marks callbacks as applied.
 * @param outcome.note why nothing came of them; null where something did
 * @param outcome.forget their content is kept elsewhere, a message a row
 */
export async function markInboundApplied(
  db: Db,
  ids: readonly string[],
  outcome: { readonly note: string | null; readonly forget: boolean },
  now: Date,
): Promise<void> {
  await sql`
    update callback set applied_at = ${now}, note = ${outcome.note},
      raw_ciphertext = case when ${outcome.forget} then null else raw_ciphertext end
    where id = any(array(select id from callback where id = any(${ids}::uuid[]) order by id for update))`.execute(db);
}
