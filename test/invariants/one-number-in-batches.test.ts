import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { liftWithin, recordOptOut, replanOnceMore } from '../../src/opt-outs/opt-outs.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { lookUpCitizen } from '../../src/staff/citizens/look-up-citizen.ts';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { undoSettle } from '../../src/staff/replies/undo-settle.ts';
import { lockLiveOptOuts } from '../../src/store/opt-outs.ts';
import { holdByNumber } from '../../src/store/replies.ts';
import { describeDatabases } from '../support/database.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useOpened } from '../support/scenario.ts';
import { countingRows } from '../support/statements.ts';
import { StoredRows } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const LATER = new Date('2026-11-24T11:00:10Z');
const PHONE = '+4520123456';
const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
/** More than two batches of whatever is done. */
const MANY = 1_203;
/** An appointment of a batch of 500 has one reminder that is planned and one that was sent. */
const MOST_WRITTEN = 1_000;
const MOST_READ = 1_000;

describeDatabases(`with ${MANY} appointments of one number no statement touches more than a batch`, (open) => {
  let db: Kysely<Database>;
  let rows: StoredRows;
  let mostRead: number;
  const database = useOpened(open, { each: true });
  beforeEach(async () => {
    mostRead = 0;
    db = database.db.withPlugin(
      countingRows((count) => {
        mostRead = Math.max(mostRead, count);
      }),
    );
    rows = new StoredRows(database.db, NOW);
    await rows.authority('rh');
    await rows.crowd('rh', PHONE, MANY);
    for (const table of ['appointment', 'reminder', 'message']) await countWrites(database.db, table);
  });
  afterEach(async () => {
    await sql`drop function count_writes cascade; drop table written`.execute(database.db);
  });

  const gateways = [new ScriptedGateway()] as const;
  const deps = () => ({ db, keyring: rows.keyring, gateways, sending: { heldReason: () => null } });
  const phoneHash = () => rows.keyring.phoneHash(PHONE);
  /** How many reminders are in each state. */
  const states = async () => {
    const { rows: found } = await sql<{ state: string; count: string }>`
      select concat_ws(' ', status, reason, held_reason) as state, count(*) from reminder group by 1
      order by 1`.execute(database.db);
    return Object.fromEntries(found.map(({ state, count }) => [state, Number(count)]));
  };
  const expectBatches = async () => {
    const { rows: written } = await sql<{ most: number; statements: string }>`
      select max(count) as most, count(*) as statements from written`.execute(database.db);
    expect(written[0]?.most).toBeLessThanOrEqual(MOST_WRITTEN);
    expect(Number(written[0]?.statements)).toBeGreaterThan(2);
    expect(mostRead).toBeLessThanOrEqual(MOST_READ);
  };

  it('by a STOP, which ends all that is planned, and by a START, which plans all of it again', async () => {
    await recordOptOut(deps(), { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, NOW);
    expect(await states()).toEqual({ handed_over: MANY, 'suppressed opted_out': MANY });
    const lifted = await inTransaction(db, async (trx) => {
      const live = await lockLiveOptOuts(trx, phoneHash(), null);
      await liftWithin(deps(), trx, live, 'citizen', 'start', LATER);
      return live;
    });
    expect(await states()).toEqual({ handed_over: MANY, planned: MANY });
    await replanOnceMore(deps(), lifted, LATER);
    await expectBatches();
  });

  it('by a STOP and a START that hold for the whole installation, of several authorities', async () => {
    for (const id of ['a', 'z']) await rows.crowd(await rows.authority(id), PHONE, 2);
    await recordOptOut(deps(), { authorityId: null, phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, NOW);
    expect(await states()).toEqual({ handed_over: MANY + 4, 'suppressed opted_out': MANY + 4 });
    await inTransaction(db, async (trx) =>
      liftWithin(deps(), trx, await lockLiveOptOuts(trx, phoneHash(), null), 'citizen', 'start', LATER),
    );
    expect(await states()).toEqual({ handed_over: MANY + 4, planned: MANY + 4 });
    await expectBatches();
  });

  it('by a reply that holds it, by staff who settle the reply, and by taking that back', async () => {
    const reply = await rows.reply(['rh'], PHONE);
    await holdByNumber(db, ['rh'], phoneHash(), NOW);
    expect(await states()).toEqual({ handed_over: MANY, 'planned reply_needs_a_person': MANY });
    await settleReply(deps(), STAFF, { authorityId: 'rh', id: reply, action: 'wrong_number' }, NOW);
    expect(await states()).toEqual({ handed_over: MANY, 'suppressed invalid_number': MANY });
    await undoSettle(deps(), STAFF, { authorityId: 'rh', id: reply }, LATER);
    expect(await states()).toEqual({ handed_over: MANY, 'planned reply_needs_a_person': MANY });
    await settleReply(deps(), STAFF, { authorityId: 'rh', id: reply, action: 'ignore' }, LATER);
    expect(await states()).toEqual({ handed_over: MANY, planned: MANY });
    await expectBatches();
  });

  it('by an erasure, which leaves nothing of it', async () => {
    const request = { authorityId: 'rh', phone: PHONE, actor: STAFF.name };
    const found = await eraseCitizen(deps(), request, NOW);
    expect(found).toMatchObject({ appointments: MANY, reminders: MANY, messages: MANY });
    expect(await states()).toEqual({ handed_over: MANY, 'suppressed erased': MANY });
    for (const table of ['appointment', 'message'] as const) {
      const left = await database.db.selectFrom(table).select('id').where('phone_hash', 'is not', null).execute();
      expect(left).toEqual([]);
    }
    await expectBatches();
  });

  it('by a look-up, whose pages show each appointment and message once', async () => {
    const seen: string[] = [];
    let pages = 0;
    for (let from: Parameters<typeof lookUpCitizen>[2]['from'] | null; from !== null; pages++) {
      const record = await lookUpCitizen(deps(), STAFF, { authorityId: 'rh', phone: PHONE, from }, NOW);
      expect(record.appointments.length).toBeLessThanOrEqual(100);
      seen.push(...record.appointments.map(({ reference }) => reference), ...record.messages.map(({ id }) => id));
      from = record.next;
    }
    expect([seen.length, new Set(seen).size, pages]).toEqual([2 * MANY, 2 * MANY, Math.ceil(MANY / 100)]);
    expect(mostRead).toBeLessThanOrEqual(MOST_READ);
  });
});

/** Notes how many rows of the table each statement changes. */
async function countWrites(db: Kysely<Database>, table: string): Promise<void> {
  await sql`create table if not exists written (count int)`.execute(db);
  await sql`
    create or replace function count_writes() returns trigger language plpgsql as $$
    begin insert into written select count(*) from changed; return null; end $$`.execute(db);
  await sql`
    create trigger count_writes after update on ${sql.table(table)} referencing new table as changed
    for each statement execute function count_writes()`.execute(db);
}
