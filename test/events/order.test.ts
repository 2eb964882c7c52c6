import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { settle } from '../../src/dispatch/settle.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import { numberEvents, tryNumberingLock } from '../../src/events/events.sql.ts';
import { readFeed } from '../../src/events/feed.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { applyReceipts } from '../../src/receipts/receipts.sql.ts';
import { recordEvents } from '../../src/store/events.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { useSending } from '../support/scenario.ts';
import { MONDAY, PHONE } from '../support/sending.ts';

const { sending, database } = useSending(() => openTestDatabase('postgres'), { authority: 'a' });

const number = (): Promise<number> => numberRecordedEvents(sending.deps, MONDAY);
const record = (db: TestDatabase['db'], appointmentId: string, reason: string) =>
  recordEvents(db, [{ type: 'citizen.replied', appointmentId, inboundId: null, reason }], MONDAY);

/** A receiver that goes on behind what it has seen. */
class Receiver {
  readonly seen: { sequence: number; appointment: string; what: string }[] = [];
  #after: string | null = null;

  async read(limit = 100): Promise<string[]> {
    const { items, nextCursor } = await readFeed(
      sending.deps,
      { id: 'a', authorityId: 'a' },
      { after: this.#after, limit },
    );
    this.#after = nextCursor;
    const read = items.map(({ sequence, appointmentId: appointment, type, reason }) => ({
      sequence,
      appointment,
      what: reason ?? type,
    }));
    this.seen.push(...read);
    return read.map(({ what }) => what);
  }
}

it('an event that commits late comes behind those that a receiver has seen, whatever its ordinal', async () => {
  const [one, two] = [await sending.rows.appointment('a', PHONE), await sending.rows.appointment('a', PHONE)];
  const receiver = new Receiver();
  const late = await inOpenTransaction(database.db, (trx) => record(trx, one, 'late'));
  await record(database.db, two, 'early');
  await number();
  expect(await receiver.read()).toEqual(['early']);
  await late.commit();
  await number();
  expect(await receiver.read()).toEqual(['late']);
  expect(receiver.seen.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

it('what was taken back is not told, and leaves no gap', async () => {
  const one = await sending.rows.appointment('a', PHONE);
  const undone = await inOpenTransaction(database.db, (trx) => record(trx, one, 'never'));
  await undone.rollback();
  await record(database.db, one, 'happened');
  await number();
  const receiver = new Receiver();
  expect([await receiver.read(), receiver.seen[0]?.sequence]).toEqual([['happened'], 1]);
});

it('a receipt that waits for the outcome of its call is told after it', async () => {
  const { reminder } = await sending.due('a');
  sending.gateway.hold();
  const drained = sending.dispatcher.drain();
  await sending.gateway.open(1);
  const message = await database.db.selectFrom('message').selectAll().executeTakeFirstOrThrow();
  const outcome = { status: 'accepted', reason: null, code: null, gateway_message_id: null, gateway_segments: null };
  const row = { message_id: message.id, attempts: 1, reminder_id: reminder, ...outcome, reminder_status: null };
  const settled = await inOpenTransaction(database.db, (trx) =>
    settle(trx, [{ ...row, status: 'accepted', reminder_reason: null, next_at: null }], [], MONDAY),
  );
  const rest = { callbackId: null, cause: null, code: null, at: null, gatewayMessageId: null, segments: null };
  const receipt = { id: newId(MONDAY), messageId: message.id, state: 'delivered' as const, ...rest };
  const applied = database.db.transaction().execute((trx) => applyReceipts(trx, [receipt], MONDAY));
  await waitingForLock(database.db);
  expect(await number()).toBe(0);
  await settled.commit();
  await applied;
  sending.gateway.release();
  await drained;
  await number();
  const receiver = new Receiver();
  expect(await receiver.read()).toEqual(['reminder.handed_over', 'reminder.delivered']);
});

it('one process numbers at a time, and the end of another in the middle of it changes nothing', async () => {
  const one = await sending.rows.appointment('a', PHONE);
  await record(database.db, one, '1');
  const other = await openDatabase({ databaseUrl: database.url });
  const busy = await inOpenTransaction(other.db, async (trx) => {
    expect(await tryNumberingLock(trx)).toBe(true);
    await numberEvents(trx, 10, MONDAY);
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    return rows[0]?.pid;
  });
  expect(await number()).toBe(0);
  // Its commit never comes.
  await sql`select pg_terminate_backend(${busy.result}::integer)`.execute(database.db);
  await busy.commit().catch(() => undefined);
  await other.close();
  await record(database.db, one, '2');
  while ((await number()) === 0);
  const receiver = new Receiver();
  expect([await receiver.read(), receiver.seen.map(({ sequence }) => sequence)]).toEqual([
    ['1', '2'],
    [1, 2],
  ]);
});

it('a receiver sees every change once, those of an appointment in their order, while many commit at once', async () => {
  const appointments: string[] = [];
  for (let n = 0; n < 3; n++) appointments.push(await sending.rows.appointment('a', PHONE));
  const last = new Map<string, number>();
  const write = async (turn: number): Promise<void> => {
    const chosen = appointments[turn % appointments.length] ?? '';
    await database.db.transaction().execute(async (trx) => {
      // Another transaction with a lower ordinal commits later.
      if (turn % 4 === 0) await record(trx, appointments[(turn + 1) % 3] ?? '', `free ${turn}`);
      await sql`select 1 from appointment where id = ${chosen} for update`.execute(trx);
      const nth = (last.get(chosen) ?? 0) + 1;
      last.set(chosen, nth);
      await record(trx, chosen, String(nth));
      await sql`select pg_sleep(0.001 * ${turn % 3}::int)`.execute(trx);
    });
  };
  const receiver = new Receiver();
  let writing = true;
  const turns = Array.from({ length: 120 }, (_, turn) => turn);
  const writers = Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) await write(turn);
    }),
  ).finally(() => {
    writing = false;
  });
  const other = await openDatabase({ databaseUrl: database.url });
  const numberers = [sending.deps, { ...sending.deps, db: other.db }].map(async (deps) => {
    while (writing) await numberRecordedEvents(deps, MONDAY);
  });
  const reader = (async () => {
    while (writing) await receiver.read(7);
  })();
  await Promise.all([writers, ...numberers, reader]);
  await number();
  while ((await receiver.read(7)).length > 0);
  await other.close();

  expect(receiver.seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
  for (const appointment of appointments) {
    const own = receiver.seen.filter((each) => each.appointment === appointment && !each.what.startsWith('free'));
    expect(own.map(({ what }) => Number(what))).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  }
  const free = receiver.seen.filter(({ what }) => what.startsWith('free')).map(({ what }) => what);
  expect(new Set(free).size).toBe(30);
});
