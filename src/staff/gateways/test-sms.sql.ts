import { sql } from 'kysely';
import { LOCK_KEYS, ONLY_LOCK } from '../../database/lock-keys.ts';
import type { Db } from '../../database/tables.ts';
import { GATEWAY_TEST } from '../../domain/gateway-state.ts';

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

interface TestLimit {
  /** null: of any number. */
  readonly phoneHash: Buffer | null;
  readonly most: number;
  readonly since: Date;
}

/** When the earliest of the last `most` tests since then was made; null: there were fewer. */
export async function firstOfMost(db: Db, { phoneHash, most, since }: TestLimit): Promise<Date | null> {
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
