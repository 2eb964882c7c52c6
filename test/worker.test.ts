import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { claimDue } from '../src/dispatch/claim.sql.ts';
import { newId } from '../src/domain/ids.ts';
import { ReceiptAcceptor } from '../src/receipts/accept.ts';
import { SendingState, Worker } from '../src/worker.ts';
import { openTestDatabase, type TestDatabase } from './support/database.ts';
import { due, HOUR, later, PHONE, reminderNow, SECOND, settled, startSending } from './support/sending.ts';

const DAY = 24 * HOUR;

let database: TestDatabase;

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

/** What runs by the clock in a process whose clock can be set, with a reminder that is due then, or tomorrow. */
async function startWork(inMs = DAY) {
  const set = { ms: 0 };
  const clock = { now: () => later(set.ms, systemClock.now()), monotonic: systemClock.monotonic };
  const state = new SendingState('on', clock);
  const sending = startSending(database);
  const deps = { ...sending.deps, now: clock.now, sending: state };
  const work = new Worker(deps, new ReceiptAcceptor(deps), state, { publicUrl: '', dispatchCron: '' }, clock).wakeups();
  await sending.rows.authority('rh', { sendingWindow: null });
  const now = systemClock.now();
  const { reminder } = await due(sending, 'rh', PHONE, {
    at: later(inMs, now),
    appointment: { start_at: later(3 * DAY, now) },
    reminder: { expires_at: later(2 * DAY, now) },
  });
  const job = (name: string) => async () => work.jobs.find((each) => each.name === name)?.run();
  return { set, sending, reminder, tick: work.onTick, purge: job('purge'), answer: job('answers') };
}

it('hands over nothing of tomorrow when the clock is set a day ahead, even before the next comparison', async () => {
  const { set, sending, reminder, tick } = await startWork();
  await tick();
  set.ms = DAY + HOUR;
  await tick();
  expect(sending.gateway.sent).toEqual([]);
  expect((await reminderNow(sending, reminder)).status).toBe('planned');
});

it('goes on once the clock is right again', async () => {
  const { set, sending, tick } = await startWork();
  set.ms = DAY + HOUR;
  await tick();
  set.ms = 0;
  await database.db.updateTable('reminder').set({ next_at: systemClock.now() }).execute();
  await tick();
  expect(sending.gateway.sent).toHaveLength(1);
});

it('erases nothing by a clock that was set years ahead', async () => {
  const { set, sending, reminder, tick, purge } = await startWork();
  await tick();
  set.ms = 3_000 * DAY;
  await purge();
  expect((await reminderNow(sending, reminder)).id).toBe(reminder);
});

/** As a process leaves it that claimed the reminder, and whose lease has lapsed. */
async function claimAndDie(): Promise<void> {
  const now = systemClock.now();
  const asked = {
    batchId: newId(now),
    worker: 'dead',
    now,
    leaseUntil: later(-SECOND, now),
    limit: 1,
    atOnce: 1,
    which: { behind: null },
  };
  expect(await claimDue(database.db, asked)).toHaveLength(1);
}

it('hands over at its first tick what a process left that died, without waiting for a sweep', async () => {
  const { sending, tick } = await startWork(-SECOND);
  await claimAndDie();
  await tick();
  await settled(sending);
  expect(sending.gateway.sent).toHaveLength(1);
});

it('leaves to the sweep, at its first tick, what a process left that died if its own clock is wrong', async () => {
  const { set, reminder, tick, sending } = await startWork(-SECOND);
  await claimAndDie();
  set.ms = HOUR;
  await tick();
  expect((await reminderNow(sending, reminder)).status).toBe('claimed');
});

it('ends no answer to a citizen as too late by a clock a day ahead, even before the first comparison', async () => {
  const { set, sending, answer } = await startWork();
  const now = systemClock.now();
  const columns = { status: 'planned', next_at: now, valid_until: later(HOUR, now), gateway: 'scripted' } as const;
  const id = await sending.rows.message('rh', null, PHONE, { ...columns, template: 'opt-out-confirmed' });
  set.ms = DAY;
  await answer();
  const message = await database.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(message.status).toBe('planned');
});
