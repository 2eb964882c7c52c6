import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
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

/** Finds what became of an SMS that tried a gateway. @returns undefined for an id that is no such SMS of the gateway */
export async function findTest(db: Kysely<Database>, gateway: string, id: string): Promise<TestRow | undefined> {
  const { rows } = await sql<{
    status: string;
    reason: string | null;
    code: string | null;
    accepted_at: Date | null;
    receipt_at: Date | null;
    replied_at: Date | null;
    meaning: string | null;
  }>`
    select m.status, m.reason, m.code, m.accepted_at, i.received_at as replied_at, i.meaning,
      (select min(r.received_at) from receipt r
        where r.message_id = m.id and r.state in ('delivered', 'undelivered')) as receipt_at
    from message m left join lateral (
      select received_at, meaning from inbound_message
      where phone_hash = m.phone_hash and gateway = m.gateway and received_at >= m.created_at
      order by received_at limit 1) i on true
    where m.id = ${id} and m.gateway = ${gateway} and m.template = ${GATEWAY_TEST}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const { status, reason, code, meaning } = row;
  const at = { acceptedAt: row.accepted_at, receiptAt: row.receipt_at, repliedAt: row.replied_at };
  return { status, reason, code, meaning, ...at };
}
