import { sql, type Transaction } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/database/tables.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { type InboundFilter, listInbound } from '../../../src/staff/replies/replies.sql.ts';
import { openNewPostgres } from '../../support/database.ts';
import { useOpened } from '../../support/scenario.ts';
import { StoredRows } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const REPLIES = 10_000;
const OPEN = 40;
/** Rows that a list may read for each reply: of three tables, and once more for the order of the urgent ones. */
const READ_FOR_EACH = 6;

const database = useOpened(openNewPostgres);
beforeAll(async () => {
  await new StoredRows(database.db, NOW).authority('rh');
  await sql`
    with sent as (
      insert into message (id, authority_id, template, language, gateway, sender, status, encoding, segments,
        valid_until, created_at, updated_at)
      select gen_random_uuid(), 'rh', 'reminder', 'da', 'kannel', 'Rh', 'delivered', 'gsm7', 1, ${NOW}, ${NOW}, ${NOW}
      from generate_series(1, ${REPLIES}::int) n returning id),
    numbered as (select id, row_number() over () as n from sent),
    said as (
      insert into inbound_message (id, gateway, phone_hash, meaning, scope, received_at)
      select id, 'kannel', '\\x01', case when n % 2 = 0 then 'other' else 'stop' end, 'authority', ${NOW}
      from numbered)
    insert into inbound_authority (inbound_id, authority_id, phone_hash, needs_person, holds, settled_at,
      answered_message_id)
    select id, 'rh', '\\x01', n % 2 = 0, false, case when n % 2 = 0 and n > ${2 * OPEN}::int then ${NOW}::timestamptz end, id
    from numbered`.execute(database.db);
  await sql`analyze`.execute(database.db);
});

/** @returns how many replies were listed, and how many rows were read for it */
async function list(filter: Omit<InboundFilter, 'limit'>) {
  return inTransaction(database.db, async (trx) => {
    const before = await rowsRead(trx);
    const found = await listInbound(trx, 'rh', { ...filter, limit: OPEN });
    return { found, read: (await rowsRead(trx)) - before };
  });
}

it('open replies, the urgent ones first, are read without the thousands that are settled, and without other SMS', async () => {
  const { found, read } = await list({ needsPerson: true });
  expect(found).toHaveLength(OPEN);
  expect(read).toBeGreaterThanOrEqual(3 * OPEN);
  expect(read).toBeLessThanOrEqual(READ_FOR_EACH * OPEN);
});

it('the replies of a story are read without others', async () => {
  const { found } = await list({ needsPerson: true });
  const ids = found.slice(0, 10).map(({ id }) => id);
  const { found: again, read } = await list({ ids, departments: ['Department 1'], unowned: true });
  expect(again).toEqual([]);
  expect(read).toBeLessThanOrEqual(READ_FOR_EACH * ids.length);
});

/** Rows that this connection has read and not reported yet. */
async function rowsRead(trx: Transaction<Database>): Promise<number> {
  const { rows } = await sql<{ read: string }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as read from pg_stat_xact_user_tables`.execute(trx);
  return Number(rows[0]?.read ?? 0);
}
