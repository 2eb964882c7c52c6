import { expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { beat } from '../src/dispatch/processes.sql.ts';
import { newId } from '../src/domain/ids.ts';
import { ReceiptAcceptor } from '../src/receipts/accept.ts';
import { OutgoingHttp } from '../src/runtime/outgoing/http.ts';
import { SendingState } from '../src/sending-state.ts';
import { Worker } from '../src/worker.ts';
import { openTestDatabase } from './support/database.ts';
import { UNCERTAIN } from './support/gateway.ts';
import { useOpened } from './support/scenario.ts';
import { HOUR, later, MINUTE, PHONE, SECOND, type Sending, startSending } from './support/sending.ts';
import { insert, update } from './support/stored-rows.ts';

const DAY = 24 * HOUR;

const database = useOpened(openTestDatabase, { each: true });

/** What runs by the clock in a process whose clock can be set, with a reminder that is due then, or tomorrow. */
async function startWork(inMs = DAY) {
  const set = { ms: 0 };
  const sending = startSending(database);
  const work = startWorker(sending, set);
  await sending.rows.authority('rh', { sendingWindow: null });
  const now = systemClock.now();
  const { reminder } = await sending.due('rh', PHONE, {
    at: later(inMs, now),
    appointment: { start_at: later(3 * DAY, now) },
    reminder: { expires_at: later(2 * DAY, now) },
  });
  return { set, sending, reminder, ...work };
}

/** @param set by how much its clock is ahead */
function startWorker(sending: Sending, set: { ms: number }) {
  const clock = { now: () => later(set.ms, systemClock.now()), monotonic: systemClock.monotonic };
  const state = new SendingState('on', clock);
  const deps = { ...sending.deps, now: clock.now, sending: state, outgoing: new OutgoingHttp([]) };
  const config = { publicUrl: '', dispatchCron: '', auditRetentionDays: 730 };
  const work = new Worker(deps, new ReceiptAcceptor(deps), state, config, clock).wakeups();
  const job = (name: string) => async () => work.jobs.find((each) => each.name === name)?.run();
  return {
    ...{ tick: work.onTick, purge: job('purge'), answer: job('answers'), sweep: job('sweep') },
    lookUp: job('look_up'),
    names: work.jobs.map(({ name }) => name),
  };
}

it('counts the failures of each job from zero, so that an alert sees the first one', async () => {
  const sending = startSending(database);
  const { names } = startWorker(sending, { ms: 0 });
  const shown = await sending.deps.metrics.registry.metrics();
  const missing = ['dispatch', ...names].filter((name) => !shown.includes(`easysms_failures_total{place="${name}"} 0`));
  expect([names.length > 5, missing]).toEqual([true, []]);
});

it('hands over nothing of tomorrow when the clock is set a day ahead, even before the next comparison', async () => {
  const { set, sending, reminder, tick } = await startWork();
  await tick();
  set.ms = DAY + HOUR;
  await tick();
  expect(sending.gateway.sent).toEqual([]);
  expect((await sending.reminder(reminder)).status).toBe('planned');
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
  expect((await sending.reminder(reminder)).id).toBe(reminder);
});

/** As a process leaves it that died with one hand-over under way, and that counts as gone by now. */
async function startAndDie({ rows }: Pick<Sending, 'rows'>, reminder: string): Promise<void> {
  const { db } = database;
  const died = later(-MINUTE, systemClock.now());
  const dead = { id: newId(died), name: 'dead', version: '1.2.3', clockAheadMs: null, startedAt: died };
  await beat(db, dead, died);
  await update(db, 'reminder', { id: reminder }, { status: 'handed_over', next_at: null });
  const message = await rows.message('rh', reminder, PHONE, { gateway: 'scripted', status: 'handing_over' });
  const group = { id: newId(died), process_id: dead.id, message_ids: [message], started_at: died };
  await insert(db, 'hand_over_group', group);
}

it('hands over what falls due while a call stays open', async () => {
  const { sending, tick } = await startWork(-SECOND);
  const { gateway } = sending;
  gateway.hold();
  const first = tick();
  await gateway.open(1);
  const now = systemClock.now();
  const another = {
    at: now,
    appointment: { start_at: later(3 * DAY, now) },
    reminder: { expires_at: later(DAY, now) },
  };
  await sending.due('rh', '+4520123457', another);
  // The scheduler begins no second run while one is active.
  await first;
  await tick();
  await gateway.open(2);
  gateway.release();
  await sending.settled();
});

it('does not take a process for gone whose clock is as far behind as its own is ahead', async () => {
  const { set, sending, reminder, tick } = await startWork(-MINUTE);
  set.ms = -29 * SECOND;
  sending.gateway.hold();
  await tick();
  await sending.gateway.open(1);
  const other = startWorker(startSending(database), { ms: 29 * SECOND });
  await other.tick();
  await other.sweep();
  expect((await sending.reminder(reminder)).status).toBe('handing_over');
  sending.gateway.release();
  await sending.settled();
});

it('settles at its first tick what a process left that died, without waiting for a sweep', async () => {
  const { sending, reminder, tick } = await startWork(-SECOND);
  await startAndDie(sending, reminder);
  await tick();
  expect((await sending.reminder(reminder)).status).toBe('uncertain');
  expect(await database.db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);
});

it('prepares alone at its first tick what is due where a process has died', async () => {
  const { sending, reminder, tick } = await startWork(-SECOND);
  const { reminder: next } = await sending.due('rh', PHONE, {
    at: later(-SECOND, systemClock.now()),
    reminder: { expires_at: later(DAY, systemClock.now()) },
    appointment: { start_at: later(3 * DAY, systemClock.now()) },
  });
  await startAndDie(sending, reminder);
  const { cipher } = sending.rows.keyring;
  const { decrypt } = cipher;
  const tries: Promise<number>[] = [];
  cipher.decrypt = (...of) => {
    tries.push(sending.reminder(next).then((row) => row.tries));
    return decrypt.apply(cipher, of);
  };
  await tick();
  await sending.settled();
  expect((await Promise.all(tries))[0]).toBe(1);
  expect(sending.gateway.sent).toHaveLength(1);
});

it('leaves to the sweep, at its first tick, what a process left that died if its own clock is wrong', async () => {
  const { set, reminder, tick, sending } = await startWork(-SECOND);
  await startAndDie(sending, reminder);
  set.ms = HOUR;
  await tick();
  expect((await sending.reminder(reminder)).status).toBe('handing_over');
});

it('asks a gateway by the clock what became of a message without a clear outcome', async () => {
  const { sending, reminder, tick, lookUp } = await startWork(-SECOND);
  sending.gateway.script(UNCERTAIN);
  const asked: string[] = [];
  Object.assign(sending.gateway, {
    async lookUp({ reference }: { reference: string }) {
      asked.push(reference);
      return {
        reference,
        gatewayMessageId: 'g-1',
        state: 'delivered',
        cause: null,
        code: '0',
        at: null,
        segments: null,
      };
    },
  });
  await tick();
  await sending.settled();
  await database.db
    .updateTable('uncertain_message')
    .set({ since: later(-MINUTE, systemClock.now()) })
    .execute();
  await lookUp();
  expect(asked).toEqual(sending.gateway.sent.map(({ reference }) => reference));
  expect(asked).toHaveLength(1);
  expect((await sending.reminder(reminder)).status).toBe('delivered');
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
