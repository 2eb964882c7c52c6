import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Database } from '../../../src/database/tables.ts';
import { WHY_UNSENT } from '../../../src/staff/to-do/unreached.sql.ts';
import { openTestDatabase } from '../../support/database.ts';

it('each list of citizens to phone finds its own reminders in its own order, by the words of the index', async () => {
  const { db, close } = await openTestDatabase();
  await db.transaction().execute(plansByIndex);
  await close();
});

async function plansByIndex(db: Kysely<Database>): Promise<void> {
  // Without rows it costs as much as the one that is meant.
  await sql`drop index reminder_ended`.execute(db);
  await sql`set local enable_seqscan = off`.execute(db);
  await sql`set local enable_bitmapscan = off`.execute(db);
  for (const why of ['no_number', 'other']) {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select r.id from reminder r where r.authority_id = 'rh' and ${WHY_UNSENT} = ${sql.lit(why)}
        and r.status in ('expired', 'suppressed', 'uncertain') and r.expires_at >= now()
      order by r.expires_at, r.appointment_id, r.id limit 1`.execute(db);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (Only )?Scan using reminder_unsent/);
    expect(plan).toMatch(/Index Cond: .*CASE/);
    expect(plan).not.toContain('Sort');
    const { rows: limited } = await sql<{ 'QUERY PLAN': string }>`
      explain select r.id from reminder r where r.authority_id = 'rh' and ${WHY_UNSENT} = ${sql.lit(why)}
        and r.status in ('expired', 'suppressed', 'uncertain') and r.expires_at >= now()
        and coalesce(r.department, '') = any('{Øre,""}'::text[])`.execute(db);
    expect(limited.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: .*COALESCE\(department/);
  }
}
