import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import { openTestDatabase } from '../support/database.ts';
import { PHONE, postEvent, startSending } from '../support/sending.ts';

/** Guards against hanging only. */
const LONGEST_LOOK_MS = 60_000;

/** The sessions of this database that do something, are in a transaction or hold locks, but for this one. */
async function heldIn(db: Kysely<Database>): Promise<unknown[]> {
  const { rows } = await sql`
    select a.state, a.query, l.locktype, l.mode from pg_stat_activity a left join pg_locks l using (pid)
    where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
      and (a.state <> 'idle' or a.xact_start is not null or a.backend_xid is not null or l.pid is not null)`.execute(
    db,
  );
  return rows;
}

it('no transaction and no lock of ours is held while a gateway is called', async () => {
  const database = await openTestDatabase('postgres');
  const other = await openDatabase({ databaseUrl: database.url });
  try {
    const sending = startSending(database);
    await sending.rows.authority('rh');
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    sending.gateway.hold();
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);

    // A look of the same drain may be under way, and ends by itself; what the call held would stay while the gateway does.
    const last = performance.now() + LONGEST_LOOK_MS;
    let held = await heldIn(other.db);
    while (held.length > 0 && performance.now() < last) held = await heldIn(other.db);
    expect(held).toEqual([]);
    for (const table of ['reminder', 'appointment', 'authority', 'source', 'message', 'hand_over_group', 'process']) {
      await sql`select 1 from ${sql.table(table)} for update nowait`.execute(other.db);
    }
    const { alreadyHandedOver } = await postEvent(
      sending.deps,
      'rh',
      { reference: 'A-1', status: 'cancelled' },
      other.db,
    );
    expect(alreadyHandedOver).toEqual([reminder]);

    sending.gateway.release();
    await draining;
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
  } finally {
    await other.close();
    await database.close();
  }
});
