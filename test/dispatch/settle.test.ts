import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { claimDue } from '../../src/dispatch/claim.sql.ts';
import { settle } from '../../src/dispatch/settle.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { countByStatus, due, later, MINUTE, MONDAY, multiply, startSending } from '../support/sending.ts';

const CLAIMED = 6_000;
const SETTLED = 20;

/** Of reminders, by this session. */
async function rowsRead(trx: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (seq_tup_read + idx_tup_fetch)::int as count from pg_stat_xact_user_tables where relname = 'reminder'`.execute(
    trx,
  );
  return rows[0]?.count ?? Number.NaN;
}

describe('recording outcomes', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase('postgres');
  });
  afterEach(() => database.close());

  it('reads no others, however many are claimed since the statistics of the planner were made', async () => {
    const { db } = database;
    const sending = startSending(database);
    await sending.rows.authority('rh', { maxPerNumberPerDay: CLAIMED });
    const one = await due(sending, 'rh');
    await multiply(sending, one, CLAIMED - 1);
    await sql`analyze reminder`.execute(db);
    const batchId = newId(MONDAY);
    const asked = {
      batchId,
      worker: 'test',
      now: MONDAY,
      leaseUntil: later(MINUTE),
      limit: CLAIMED,
      atOnce: CLAIMED,
      which: { behind: null },
    } as const;
    const claimed = await claimDue(db, asked);
    expect(claimed).toHaveLength(CLAIMED);
    const ids = claimed.slice(0, SETTLED).map(({ id }) => id);
    await sql`update reminder set started_at = ${MONDAY} where id = any(${ids}::uuid[])`.execute(db);

    const outcome = { batch_id: batchId, attempts: 1, status: 'accepted', message_status: 'accepted' } as const;
    const nothing = {
      reason: null,
      next_at: null,
      message_reason: null,
      code: null,
      gateway_message_id: null,
      gateway_segments: null,
    };
    const read = await db.transaction().execute(async (trx) => {
      const before = await rowsRead(trx);
      const rows = ids.map((id) => ({ reminder_id: id, message_id: newId(MONDAY), ...outcome, ...nothing }));
      await settle(trx, rows, MONDAY);
      return (await rowsRead(trx)) - before;
    });
    expect(await countByStatus(sending)).toEqual({ claimed: CLAIMED - SETTLED, accepted: SETTLED });
    expect(read).toBeLessThan(10 * SETTLED);
  });
});
