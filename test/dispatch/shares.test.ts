import { afterEach, beforeEach, expect, it } from 'vitest';
import { beat } from '../../src/dispatch/processes.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { drainAndSettle, due, later, MONDAY, SECOND, type Sending, startSending } from '../support/sending.ts';

const REMINDERS = 40;
const GRACE = 3 * SECOND;

describeDatabases('processes that share what is due', (open) => {
  let database: TestDatabase;
  let sending: Sending;
  beforeEach(async () => {
    database = await open();
    sending = startSending(database);
    await sending.rows.authority('rh');
  });
  afterEach(() => database.close());

  const another = (heartbeatAt: Date) =>
    beat(database.db, { id: newId(MONDAY), name: 'another', startedAt: MONDAY }, heartbeatAt);
  const dueNow = async () => {
    for (let n = 0; n < REMINDERS; n++) await due(sending, 'rh', `+45201234${10 + n}`);
  };

  it('take their own share first; what another leaves lying is taken over after three seconds', async () => {
    await another(MONDAY);
    // Joins: nothing is due that another could have died over.
    await drainAndSettle(sending);
    await dueNow();
    const own = await drainAndSettle(sending);
    expect(own.started).toBeGreaterThan(0);
    expect(own.started).toBeLessThan(REMINDERS);
    const sharedBy = new Set((await sending.db.selectFrom('message').select('reminder_id').execute()).map(lastByte));
    expect(new Set([...sharedBy].map((byte) => byte % 2)).size).toBe(1);

    sending.clock.now = later(GRACE - 1);
    expect((await drainAndSettle(sending)).started).toBe(0);
    sending.clock.now = later(GRACE);
    expect((await drainAndSettle(sending)).started).toBe(REMINDERS - own.started);
    expect(new Set(sending.gateway.sent.map(({ reference }) => reference)).size).toBe(REMINDERS);
  });

  it('leave none out: the shares of all of them are everything', async () => {
    const others = [1, 2].map(() => startSending(database, { keyring: sending.rows.keyring }));
    const all = [sending, ...others];
    for (const each of all) await each.dispatcher.drain();
    // Each knows the others from here on.
    for (const each of all) each.clock.now = later(SECOND);
    await dueNow();
    for (const each of all) await drainAndSettle(each);
    const references = all.flatMap(({ gateway }) => gateway.sent.map(({ reference }) => reference));
    expect(references).toHaveLength(REMINDERS);
    expect(new Set(references).size).toBe(REMINDERS);
  });

  it('do not share with one whose heartbeat is twelve seconds old', async () => {
    await another(later(-12 * SECOND));
    await drainAndSettle(sending);
    await dueNow();
    expect(await drainAndSettle(sending)).toMatchObject({ started: REMINDERS });
  });
});

function lastByte({ reminder_id }: { reminder_id: string | null }): number {
  return Number.parseInt(reminder_id?.slice(-2) ?? '', 16);
}
