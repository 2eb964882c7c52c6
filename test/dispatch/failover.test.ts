import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import type { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import type { SendResult } from '../../src/gateways/gateway.ts';
import { expirePlanned } from '../../src/operations/sweep.sql.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { setGateway } from '../../src/staff/gateways/gateways.ts';
import { readStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { setGatewayState } from '../../src/store/gateway-states.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { ACCEPTED, AUTH, REJECTED, type Script, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, PHONE, SECOND, type Sending, startSending } from '../support/sending.ts';

const NOT_SENT = { kind: 'retry', retryAfterMs: null, stopQueue: false } as const;
const TEMPORARY: SendResult = { ...NOT_SENT, reason: 'temporary', code: '0x0214' };
const NOBODY: SendResult = { ...NOT_SENT, reason: 'unreachable', code: 'ECONNREFUSED' };
const throttled = (retryAfterMs: number): SendResult => ({
  kind: 'retry',
  reason: 'throttled',
  stopQueue: false,
  code: '429',
  retryAfterMs,
});

/** A reminder's row with the version that PostgreSQL gives it: each write makes another one, even of equal values. */
async function rowOf(db: Kysely<Database>, reminder: string) {
  const { rows } = await sql`select xmin::text, ctid::text, r.* from reminder r where id = ${reminder}`.execute(db);
  return rows[0];
}

let first: ScriptedGateway;
let second: ScriptedGateway;
const gateways = () => {
  first = new ScriptedGateway({}, 'first');
  second = new ScriptedGateway({}, 'second');
  return { gateway: first, others: [second], concurrency: 5 };
};

describeSending('two gateways', { sending: gateways }, (sending, database, kind) => {
  /** So many numbers were given to reminders: each has its own. */
  let numbers = 0;

  const many = async (count: number, authority = 'rh', at = later(-SECOND)) => {
    const reminders: string[] = [];
    for (let n = 0; n < count; n++)
      reminders.push((await sending.due(authority, `+45${20_300_000 + numbers++}`, { at })).reminder);
    return reminders;
  };
  /** Another process over the same database. */
  const another = (db = database.db) =>
    startSending(
      { db },
      { gateway: first, others: [second], concurrency: 5, clock: sending.clock, keyring: sending.rows.keyring },
    );
  /** Drains until nothing more goes. */
  const drainAll = async (each: Sending = sending) => {
    for (let idle = 0; idle < 2; ) idle = (await each.drain()).started === 0 ? idle + 1 : 0;
  };
  /** Staff take a gateway out of use, or bring it back, and the process of these tests has heard of it. */
  const staff = async (out: { note: string } | null, id = 'first') => {
    await setGateway(sending.deps, { id, actor: 'test' }, out, sending.clock.now);
    for (const { health } of [sending.caller, ...sending.otherCallers]) health.forget();
  };
  const numbersOf = (gateway: ScriptedGateway) => gateway.sent.map(({ to }) => to);

  it('hand over through the first while it is in use', async () => {
    await many(12);
    await drainAll();
    expect(first.sent).toHaveLength(12);
    expect(second.sent).toEqual([]);
  });

  it.each<[string, Script, string]>([
    ['the credentials are refused', AUTH, 'auth'],
    ['there is no credit', { ...NOT_SENT, reason: 'credit', stopQueue: true, code: '402' }, 'credit'],
    ['a long pause is asked for', throttled(10 * MINUTE), 'throttled'],
    ['calls in a row find nobody', NOBODY, 'unreachable'],
  ])('go on with the second at once when %s, and what was refused goes there, too', async (_, script, reason) => {
    first.script(script);
    const reminders = await many(30);
    await drainAll();
    sending.clock.now = later(10 * SECOND);
    await drainAll();
    expect(new Set(numbersOf(second)).size).toBe(30);
    expect(second.sent).toHaveLength(30);
    expect(await sending.countByStatus()).toEqual({ accepted: 30 });
    expect(
      await sending.db.selectFrom('gateway_state').select(['gateway', 'reason']).orderBy('gateway').execute(),
    ).toEqual([
      { gateway: 'first', reason },
      { gateway: 'second', reason: null },
    ]);
    const line = sending.logged.map((each) => JSON.parse(each)).find(({ msg }) => msg === 'the gateway is out of use');
    expect(line).toMatchObject({ gateway: 'first', reason });
    expect((await sending.reminder(reminders[0] ?? '')).status).toBe('accepted');
  });

  it('never give the second what may have left through the first, however long nobody hears of it', async () => {
    first.script(UNCERTAIN);
    await many(30);
    await drainAll();
    const tried = new Set(numbersOf(first));
    expect(tried.size).toBeGreaterThanOrEqual(3);
    for (const ms of [MINUTE, 11 * MINUTE, HOUR, 5 * HOUR]) {
      sending.clock.now = later(ms);
      await drainAll();
    }
    expect(numbersOf(second).filter((number) => numbersOf(first).includes(number))).toEqual([]);
    expect(new Set([...numbersOf(first), ...numbersOf(second)]).size).toBe(30);
    const counts = await sending.countByStatus();
    expect(counts).toEqual({ uncertain: new Set(numbersOf(first)).size, accepted: second.sent.length });
    expect(
      await sending.db.selectFrom('gateway_state').select('reason').where('gateway', '=', 'first').execute(),
    ).toEqual([{ reason: 'timeouts' }]);
  });

  it.each<[string, Script, boolean, number, number]>([
    ['three calls without an answer while the second is in use', UNCERTAIN, false, 3, 9],
    ['ten without an answer where the second is out as well', UNCERTAIN, true, 10, 0],
    ['three calls that find nobody while the second is in use', NOBODY, false, 3, 12],
    ['no row of those that concern their message alone', TEMPORARY, false, 12, 0],
  ])('leave the first after %s', async (_, script, alone, most, others) => {
    if (alone) await staff({ note: 'maintenance' }, 'second');
    first.script(script);
    for (let n = 0; n < 12; n++) {
      await many(1);
      await drainAll();
    }
    // Those whose failure took it out go to the second as well, where they were certainly not sent.
    if (script === NOBODY) {
      sending.clock.now = later(10 * SECOND);
      await drainAll();
    }
    expect([first.sent.length, second.sent.length]).toEqual([most, others]);
  });

  it('repeat under the policy resend through the same gateway alone, and wait while that is out', async () => {
    await sending.changeSettings('rh', { onUncertain: 'resend' });
    first.script((_, nth) => (nth === 1 ? UNCERTAIN : ACCEPTED));
    const { reminder } = await sending.due('rh');
    await drainAll();
    await staff({ note: 'maintenance' });
    sending.clock.now = later(11 * MINUTE);
    await drainAll();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain' });
    expect((await sending.reminder(reminder)).next_at).not.toBeNull();
    await staff(null);
    sending.clock.now = later(13 * MINUTE);
    await drainAll();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
    expect([first.sent.length, second.sent.length]).toEqual([2, 0]);
    expect(await sending.messagesOf(reminder)).toMatchObject([{ gateway: 'first', attempts: 2 }]);
  });

  it('give the second nothing that the first refused for good', async () => {
    first.script(REJECTED);
    await many(3);
    await drainAll();
    expect(await sending.countByStatus()).toEqual({ rejected: 3 });
    expect(second.sent).toEqual([]);
  });

  it('try the first with single messages after the pause, and give it everything again after three', async () => {
    first.script(AUTH);
    await many(8);
    await drainAll();
    expect(second.sent).toHaveLength(8);
    first.script(ACCEPTED);
    const refused = first.sent.length;
    await many(6, 'rh', later(20 * SECOND));
    sending.clock.now = later(29 * SECOND);
    await drainAll();
    expect(first.sent).toHaveLength(refused);
    expect(second.sent).toHaveLength(14);
    await many(20, 'rh', later(30 * SECOND));
    sending.clock.now = later(30 * SECOND);
    first.hold();
    const draining = sending.dispatcher.drain();
    await first.open(1);
    // The others go on meanwhile.
    await second.open(0);
    await expect.poll(() => second.sent.length).toBe(14 + 19);
    expect(first.sent).toHaveLength(refused + 1);
    first.release();
    await draining;
    await many(20, 'rh', later(31 * SECOND));
    sending.clock.now = later(31 * SECOND);
    await drainAll();
    const through = second.sent.length;
    await many(20, 'rh', later(32 * SECOND));
    sending.clock.now = later(32 * SECOND);
    await drainAll();
    expect(second.sent).toHaveLength(through);
    expect(await sending.countByStatus()).toEqual({ accepted: 8 + 6 + 20 + 20 + 20 });
  });

  it('leave the first out when a single message fails, and wait as long again', async () => {
    first.script(AUTH);
    await many(2);
    await drainAll();
    const refused = first.sent.length;
    for (const seconds of [30, 59, 60, 89, 90]) {
      await many(4, 'rh', later(seconds * SECOND));
      sending.clock.now = later(seconds * SECOND);
      await drainAll();
    }
    expect(first.sent).toHaveLength(refused + 3);
    expect(await sending.countByStatus()).toEqual({ accepted: 2 + 5 * 4 });
  });

  it('keep to an authority’s own gateways and their order; where these are out, it waits and the others go', async () => {
    await sending.rows.authority('own');
    await sending.changeSettings('own', { gateways: ['second'] });
    await sending.rows.authority('turned');
    await sending.changeSettings('turned', { gateways: ['second', 'first'] });
    await staff({ note: 'maintenance' }, 'second');
    const [held] = await many(1, 'own');
    await many(2, 'turned');
    await drainAll();
    expect(first.sent).toHaveLength(2);
    expect(await sending.reminder(held ?? '')).toMatchObject({ status: 'planned', reason: null });
    await staff(null, 'second');
    sending.clock.now = later(MINUTE);
    await many(2, 'turned');
    await drainAll();
    expect(second.sent).toHaveLength(3);
    expect(first.sent).toHaveLength(2);
  });

  it.each([
    ['its only gateway', ['second']],
    ['a gateway that is not configured any more', ['former']],
  ])(
    'write nothing of a reminder that waits six hours for %s, while others go, and end it in the end',
    async (_, gateways) => {
      await sending.rows.authority('own');
      await sending.changeSettings('own', { gateways });
      await sending.rows.authority('shadow');
      await sending.changeSettings('shadow', { gateways });
      await sql`update source set mode = 'shadow', settings = settings || '{"mode":"shadow"}'
      where authority_id = 'shadow'`.execute(sending.db);
      await staff({ note: 'maintenance' }, 'second');
      const expires_at = later(6 * HOUR + 1);
      const { reminder } = await sending.due('own', PHONE, { reminder: { expires_at } });
      const before = await rowOf(sending.db, reminder);
      for (let minute = 0; minute < 6 * 60; minute += 10) {
        sending.clock.now = later(minute * MINUTE);
        await many(1, 'rh', sending.clock.now);
        await drainAll();
      }
      expect(await rowOf(sending.db, reminder)).toEqual(before);
      expect([first.sent.length, second.sent.length]).toEqual([36, 0]);
      // Later than all before: where a look from the first was slow, the next ones go on behind its last.
      sending.clock.now = later(6 * HOUR - MINUTE);
      const [shown] = await many(1, 'shadow', sending.clock.now);
      await drainAll();
      expect(await sending.reminder(shown ?? '')).toMatchObject({ status: 'suppressed', reason: 'shadow' });
      await expirePlanned(sending.db, later(6 * HOUR + MINUTE));
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'expired', reason: 'too_late' });
    },
  );

  it('read nothing of what waits, and try a gateway that only such authorities use', async () => {
    await sending.rows.authority('own');
    await sending.changeSettings('own', { gateways: ['second'] });
    second.script(AUTH);
    await many(1, 'own');
    await drainAll();
    await many(2, 'own');
    await drainAll();
    expect(second.sent).toHaveLength(1);
    second.script(ACCEPTED);
    sending.clock.now = later(10 * SECOND);
    await many(1, 'rh', sending.clock.now);
    expect(await sending.drain()).toEqual({ looked: 1, started: 1 });
    for (let seconds = 31; seconds < 36; seconds++) {
      sending.clock.now = later(seconds * SECOND);
      await drainAll();
    }
    expect(second.sent).toHaveLength(4);
    expect(await sending.countByStatus()).toEqual({ accepted: 4 });
  });

  it('hand over nothing while both are out, and leave what waits untouched', async () => {
    await staff({ note: 'maintenance' });
    await staff({ note: 'maintenance' }, 'second');
    const [one] = await many(3);
    sending.clock.now = later(HOUR);
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
    expect(await sending.reminder(one ?? '')).toMatchObject({ status: 'planned', next_at: later(-SECOND) });
    await staff(null, 'second');
    sending.clock.now = later(HOUR + SECOND);
    await drainAll();
    expect(second.sent).toHaveLength(3);
  });

  it('count a reminder once that the second took after the first, also when the first reports it all the same', async () => {
    first.script(AUTH);
    const [reminder = ''] = await many(1);
    await drainAll();
    const messages = (await sending.messagesOf(reminder)).sort((a, b) => (a.gateway < b.gateway ? -1 : 1));
    const [refused] = messages;
    expect(messages).toMatchObject([
      { gateway: 'first', status: 'not_sent', reason: 'auth' },
      { gateway: 'second', status: 'accepted' },
    ]);
    const receipts = new ReceiptAcceptor(sending.deps);
    await receipts.accept(first, first.receipt(refused?.id ?? '', 'delivered'));
    await receipts.idle();
    const period = { authorityId: 'rh', from: '2026-11-01', to: '2026-12-31' };
    const counted = await readStatistics(sending.db, 'gateway', period);
    expect(counted.reduce((sum, { reminders }) => sum + reminders, 0)).toBe(1);
  });

  it('know after a restart what is out', async () => {
    first.script(AUTH);
    await many(1);
    await drainAll();
    const refused = first.sent.length;
    const next = another();
    await many(5);
    await drainAll(next);
    expect(first.sent).toHaveLength(refused);
  });

  it('are out for every process: one that has not heard of it yet starts nothing there', async () => {
    const other = another();
    await many(1);
    await drainAll(other);
    const before = first.sent.length;
    await staff({ note: 'contract' });
    // The other process knows a state that is less than a second old.
    expect(other.caller.health.inUse).toBe(true);
    await many(4);
    await drainAll(other);
    expect(first.sent).toHaveLength(before);
    expect(second.sent).toHaveLength(4);
  });

  it('let one process try the first with one message, however many come at once', async () => {
    first.script(AUTH);
    await many(1);
    await drainAll();
    const refused = first.sent.length;
    sending.clock.now = later(30 * SECOND);
    await many(30);
    const processes = Array.from({ length: 4 }, () => another());
    for (const each of processes) await each.caller.health.refresh();
    first.hold();
    const drains = processes.map((each) => each.dispatcher.drain());
    await first.open(1);
    await expect.poll(() => second.sent.length).toBe(1 + 29);
    expect(first.sent).toHaveLength(refused + 1);
    first.release();
    await Promise.all(drains);
    await sending.settled();
    expect(first.mostAtOnce).toBeLessThanOrEqual(5);
    expect(await sending.countByStatus()).toEqual({ accepted: 30, planned: 1 });
  });

  it('send an answer through the gateway that was written to, also as the one message that it is tried with', async () => {
    first.script(AUTH);
    await many(1);
    await drainAll();
    const id = await sending.rows.message('rh', null, PHONE, {
      ...{ status: 'planned', gateway: 'first', next_at: later(0), valid_until: later(20 * HOUR) },
    });
    const callers = [sending.caller, ...sending.otherCallers] as const;
    const answer = async () => {
      for (const caller of callers) await sendAnswers(sending.deps, caller as GatewayCaller);
    };
    await answer();
    expect(numbersOf(second)).not.toContain(PHONE);
    first.script(ACCEPTED);
    sending.clock.now = later(30 * SECOND);
    await answer();
    expect(numbersOf(first).filter((number) => number === PHONE)).toHaveLength(1);
    expect(await sending.db.selectFrom('message').select('status').where('id', '=', id).execute()).toEqual([
      { status: 'accepted' },
    ]);
  });

  it('leave a gateway out of which too many calls of all processes together failed', async () => {
    const processes = [sending, another(), another(), another(), another()];
    first.script(({ to }) => (Number(to.slice(-1)) % 2 === 0 ? UNCERTAIN : ACCEPTED));
    for (const each of processes) {
      // Due for so long that they are anybody's. Two without an answer are too few for one process to decide.
      await many(4, 'rh', later(-MINUTE));
      await drainAll(each);
    }
    expect(sending.caller.health.inUse).toBe(true);
    for (const each of processes) await each.dispatcher.keepAlive();
    expect(
      await sending.db.selectFrom('gateway_state').select('reason').where('gateway', '=', 'first').execute(),
    ).toEqual([{ reason: 'timeouts' }]);
  });

  // The embedded database has one connection. A test that is skipped counts as failed where everything is installed.
  const itOnServer = kind === 'postgres' ? it : () => {};
  itOnServer('start nothing behind a change of state that is not committed yet', async () => {
    const own = await openDatabase({ databaseUrl: database.url });
    try {
      const other = another(own.db);
      await many(1);
      await drainAll(other);
      const before = first.sent.length;
      await many(3);
      const out = await inOpenTransaction(database.db, (trx) =>
        setGatewayState(trx, 'first', { note: 'contract' }, sending.clock.now),
      );
      const draining = other.dispatcher.drain();
      await waitingForLock(database.db);
      await out.commit();
      await draining;
      await drainAll(other);
      expect(first.sent).toHaveLength(before);
      expect(second.sent).toHaveLength(3);
    } finally {
      await own.close();
    }
  });
});
