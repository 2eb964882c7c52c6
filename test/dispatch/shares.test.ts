import type { KyselyPlugin } from 'kysely';
import { expect, it } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import { beat } from '../../src/dispatch/processes.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import { describeSending } from '../support/scenario.ts';
import { drainAndSettle, later, MONDAY, SECOND, startSending } from '../support/sending.ts';

const REMINDERS = 40;
const GRACE = 3 * SECOND;

describeSending('processes that share what is due', (sending, database, kind) => {
  const another = (heartbeatAt: Date, clockAheadMs: number | null = null) =>
    beat(
      database.db,
      { id: newId(MONDAY), name: 'another', version: '1.2.3', startedAt: MONDAY, clockAheadMs },
      heartbeatAt,
    );
  const dueNow = async () => {
    for (let n = 0; n < REMINDERS; n++) await sending.due('rh', `+45201234${10 + n}`);
  };

  it('take their own share first; what another leaves lying is taken over after three seconds', async () => {
    await another(MONDAY);
    // Joins: nothing is due that another could have died over.
    await sending.drain();
    await dueNow();
    const own = await sending.drain();
    expect(own.started).toBeGreaterThan(0);
    expect(own.started).toBeLessThan(REMINDERS);
    const sharedBy = new Set((await sending.db.selectFrom('message').select('reminder_id').execute()).map(lastByte));
    expect(new Set([...sharedBy].map((byte) => byte % 2)).size).toBe(1);

    sending.clock.now = later(GRACE - 1);
    expect((await sending.drain()).started).toBe(0);
    sending.clock.now = later(GRACE);
    expect((await sending.drain()).started).toBe(REMINDERS - own.started);
    expect(new Set(sending.gateway.sent.map(({ reference }) => reference)).size).toBe(REMINDERS);
  });

  it.each([30_001, -30_001])('leave nothing to one that hands nothing over, its clock being %i ms off', async (off) => {
    await another(MONDAY, off);
    await sending.drain();
    await dueNow();
    expect((await sending.drain()).started).toBe(REMINDERS);
  });

  it('leave none out: the shares of all of them are everything', async () => {
    const others = [1, 2].map(() => startSending(database, { keyring: sending.rows.keyring }));
    const all = [sending, ...others];
    for (const each of all) await each.dispatcher.drain();
    // Each knows the others from here on.
    for (const each of all) each.clock.now = later(SECOND);
    await dueNow();
    for (const each of all) await each.drain();
    const references = all.flatMap(({ gateway }) => gateway.sent.map(({ reference }) => reference));
    expect(references).toHaveLength(REMINDERS);
    expect(new Set(references).size).toBe(REMINDERS);
  });

  // An embedded database has one process, and one connection.
  if (kind === 'postgres')
    it('learn of one that has joined from the first reminders that it has taken, not only with the next heartbeat', async () => {
      const ms = { now: 0 };
      const other = startSending(database, { keyring: sending.rows.keyring });
      let lost = 0;
      let takes: Promise<unknown> | null = null;
      const watching: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          // The other one joins and takes its share between this one's look and its start.
          if (result.rows.some((row) => 'appointment_revision' in row)) takes ??= drainAndSettle(other);
          await takes;
          lost += result.rows.filter((row) => (row as { verdict?: unknown }).verdict === 'lost').length;
          return result;
        },
      };
      const few = startSending(
        { db: database.db.withPlugin(watching) },
        { concurrency: 4, keyring: sending.rows.keyring, timers: { ...systemTimers, monotonic: () => ms.now } },
      );
      await few.dispatcher.drain();
      await other.dispatcher.drain();
      ms.now = SECOND;
      await dueNow();
      await few.drain();
      expect(other.gateway.sent.length).toBeGreaterThan(REMINDERS / 5);
      expect(few.gateway.sent.length + other.gateway.sent.length).toBe(REMINDERS);
      expect(lost).toBeLessThanOrEqual(4);
    });

  it('do not share with one whose heartbeat is twelve seconds old', async () => {
    await another(later(-12 * SECOND));
    await sending.drain();
    await dueNow();
    expect(await sending.drain()).toMatchObject({ started: REMINDERS });
  });
});

function lastByte({ reminder_id }: { reminder_id: string | null }): number {
  return Number.parseInt(reminder_id?.slice(-2) ?? '', 16);
}
