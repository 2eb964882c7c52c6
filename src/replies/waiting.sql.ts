import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

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

/** More parts than one SMS has are of several. */
const MOST_PARTS = 300;

/** The parts of longer SMS of a number at a gateway that wait for the others. The caller has locked the number. */
export async function findParts(
  db: Kysely<Database>,
  { gateway, phoneHash }: { readonly gateway: string; readonly phoneHash: Buffer },
): Promise<WaitingCallback[]> {
  const { rows } = await sql<Row>`
    select id, gateway, raw_ciphertext, received_at from callback
    where phone_hash = ${phoneHash} and gateway = ${gateway} and kind = 'inbound' and note = 'part'
      and applied_at is null and raw_ciphertext is not null
    order by received_at, id limit ${MOST_PARTS}`.execute(db);
  return rows.map(fromRow);
}

/** Numbers of which a part waits since before `before`. */
export async function findNumbersInParts(
  db: Kysely<Database>,
  gateways: readonly string[],
  before: Date,
  limit: number,
): Promise<{ gateway: string; phoneHash: Buffer }[]> {
  const { rows } = await sql<{ gateway: string; phone_hash: Buffer }>`
    select distinct gateway, phone_hash from (
      select gateway, phone_hash from callback
      where applied_at is null and kind = 'inbound' and note = 'part' and received_at < ${before}
        and phone_hash is not null and raw_ciphertext is not null and gateway = any(${gateways}::text[])
      order by received_at limit ${limit}) waiting`.execute(db);
  return rows.map((row) => ({ gateway: row.gateway, phoneHash: row.phone_hash }));
}

/** Callbacks that were fetched and stored before `before`, and left by a process that died before it applied them. */
export async function findFetched(
  db: Kysely<Database>,
  gateways: readonly string[],
  before: Date,
  limit: number,
): Promise<WaitingCallback[]> {
  const { rows } = await sql<Row>`
    select id, gateway, raw_ciphertext, received_at from callback
    where applied_at is null and kind = 'inbound' and note is null and received_at < ${before}
      and raw_ciphertext is not null and gateway = any(${gateways}::text[])
    order by received_at limit ${limit}`.execute(db);
  return rows.map(fromRow);
}

/**
 * Marks callbacks as applied.
 * @param outcome.note why nothing came of them; null where something did
 * @param outcome.forget their content is kept elsewhere, a message a row
 */
export async function markInboundApplied(
  db: Kysely<Database>,
  ids: readonly string[],
  outcome: { readonly note: string | null; readonly forget: boolean },
  now: Date,
): Promise<void> {
  await sql`
    update callback set applied_at = ${now}, note = ${outcome.note},
      raw_ciphertext = case when ${outcome.forget} then null else raw_ciphertext end
    where id = any(array(select id from callback where id = any(${ids}::uuid[]) order by id for update))`.execute(db);
}
