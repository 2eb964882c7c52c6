import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { openTestDatabase } from '../support/database.ts';
import { drainAndSettle, due, PHONE, postEvent, reminderNow, startSending } from '../support/sending.ts';

it('no transaction and no lock of ours is held while a gateway is called', async () => {
  const database = await openTestDatabase('postgres');
  const other = await openDatabase({ databaseUrl: database.url });
  try {
    const sending = startSending(database);
    await sending.rows.authority('rh');
    const { reminder } = await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
    sending.gateway.hold();
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);

    const { rows: sessions } = await sql`
      select state, query from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid() and (state <> 'idle' or xact_start is not null or backend_xid is not null)`.execute(
      other.db,
    );
    expect(sessions).toEqual([]);
    const { rows: locks } = await sql`
      select l.locktype, l.mode from pg_locks l join pg_stat_activity a using (pid)
      where a.datname = current_database() and a.backend_type = 'client backend' and pid <> pg_backend_pid()`.execute(
      other.db,
    );
    expect(locks).toEqual([]);
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
    await drainAndSettle(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted' });
  } finally {
    await other.close();
    await database.close();
  }
});
