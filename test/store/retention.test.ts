import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { MOMENT } from '../../src/store/appointments.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';

const database = useOpened(() => openTestDatabase('postgres'), { each: true });

it('the moment of an appointment is the expression of its index, which else is not read', async () => {
  const plan = await database.db.transaction().execute(async (trx) => {
    await sql`set local enable_seqscan = off`.execute(trx);
    await sql`set local enable_bitmapscan = off`.execute(trx);
    return sql<{ 'QUERY PLAN': string }>`
      explain select 1 from appointment where authority_id = 'rh' and ${MOMENT} < '2026-12-01T00:00:00Z'::timestamptz
        at time zone 'UTC'`.execute(trx);
  });
  const lines = plan.rows.map((row) => row['QUERY PLAN']);
  expect(lines.join('\n')).toMatch(/using appointment_past[\s\S]*Index Cond: .*least/i);
});
