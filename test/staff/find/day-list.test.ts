import { sql, type Transaction } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/tables.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { findByDay } from '../../../src/staff/find/find.sql.ts';
import { openNewPostgres } from '../../support/database.ts';
import { useOpened } from '../../support/scenario.ts';
import { StoredRows } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const DAYS = 10;
const A_DAY = 1_000;
/** Rows that a list may read: its own, and a few more for each moment that two may share. */
const MOST_READ = 200;
const DAY = { from: new Date('2026-12-05T00:00:00Z'), to: new Date('2026-12-06T00:00:00Z') };

describe('the list of a day with thousands of appointments', () => {
  const database = useOpened(openNewPostgres);
  beforeAll(async () => {
    const rows = new StoredRows(database.db, NOW);
    await rows.authority('rh');
    await rows.source('rh', 'lab');
    // Each tenth is called off, two in 200 are of a rare department, and one in 250 is of a rare source.
    await sql`
      insert into appointment (id, authority_id, source_id, reference, content_hash, revision, slot, status, start_at, kind, department,
        source_mode, received_at, updated_at)
      select gen_random_uuid(), 'rh', case when nth % 250 = 7 then 'lab' else 'rh' end, 'A-' || n, '', 1, 0,
        case when nth % 10 = 3 then 'cancelled' else 'booked' end,
        timestamptz '2026-12-01 07:00Z' + n % ${DAYS}::int * interval '1 day' + nth % 600 * interval '1 min', 'visit',
        case nth % 200 when 5 then 'Rare 1' when 6 then 'Rare 2' when 13 then 'Rare 1' else 'Department ' || nth % 20 end,
        'live', ${NOW}, ${NOW}
      from generate_series(1, ${DAYS * A_DAY}::int) n cross join lateral (select n / ${DAYS}::int as nth) x`.execute(
      database.db,
    );
    await sql`analyze appointment`.execute(database.db);
  });

  /** @returns how many were found, and how many rows of the table were read for it */
  async function list(departments: readonly string[] | null, source: string | null = null) {
    const filter = { ...DAY, source, after: null, limit: 51 };
    return inTransaction(database.db, async (trx) => {
      const before = await rowsRead(trx);
      const found = await findByDay(trx, { authorityId: 'rh', departments }, filter);
      return { found: found.length, read: (await rowsRead(trx)) - before };
    });
  }

  it.each<[string, readonly string[] | null, string | null, number]>([
    ['of all departments', null, null, 51],
    ['of a department that many have', ['Department 4'], null, 50],
    ['of a rare department', ['Rare 1'], null, 10],
    ['of a rare source', null, 'lab', 4],
    ['of somebody limited to rare departments', ['Rare 1', 'Rare 2', 'Not here'], null, 15],
    ['of a department that has none', ['Not here'], null, 0],
  ])('reads no more than it shows: %s', async (_, departments, source, count) => {
    const { found, read } = await list(departments, source);
    expect(found).toBe(count);
    expect(read).toBeGreaterThanOrEqual(count);
    expect(read).toBeLessThan(MOST_READ);
  });
});

/** Rows of the table that this connection has read and not reported yet, which it does once a second at most. */
async function rowsRead(trx: Transaction<Database>): Promise<number> {
  const { rows } = await sql<{ read: string }>`
    select seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables
    where relname = 'appointment'`.execute(trx);
  return Number(rows[0]?.read ?? 0);
}
