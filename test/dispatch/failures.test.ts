import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import { countTries, lookDue, lookTried } from '../../src/dispatch/look/look.sql.ts';
import { recover } from '../../src/dispatch/processes.ts';
import { Cipher } from '../../src/domain/keyring.ts';
import { openTestDatabase } from '../support/database.ts';
import { ACCEPTED, AUTH, deferred, RETRY } from '../support/gateway.ts';
import { type FaultProxy, openProxy } from '../support/proxy.ts';
import { describeSending, useOpened } from '../support/scenario.ts';
import {
  countByStatus,
  drainAndSettle,
  later,
  MINUTE,
  messagesOf,
  PHONE,
  reminderNow,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';
import { afterStatement, beforeStatements } from '../support/statements.ts';
import { update } from '../support/stored-rows.ts';

const OTHER = '+4520123457';
const GONE = 45 * SECOND;
const START = 'insert into message as m';

/** `whole`, but for one member. */
function withOne<T extends object, K extends keyof T>(whole: T, name: K, one: T[K]): T {
  const get = (_: T, key: string | symbol): unknown => {
    const own: unknown = key === name ? one : Reflect.get(whole, key);
    return typeof own === 'function' ? own.bind(whole) : own;
  };
  return new Proxy(whole, { get });
}

/** A process that dies as it reads a number, or settings; nothing of it comes to the database from then on. */
interface Death {
  readonly byNumber?: string;
  readonly byAuthority?: string;
}

/** Drains with a process of its own. @returns whether it died */
async function drainOrDie({ deps, db, gateway }: Sending, { byNumber, byAuthority }: Death): Promise<boolean> {
  let dead = false;
  const decrypt: Cipher['decrypt'] = (...of) => {
    const text = deps.keyring.cipher.decrypt(...of);
    dead ||= text === byNumber;
    return text;
  };
  const cipher = withOne(deps.keyring.cipher, 'decrypt', decrypt);
  const die = beforeStatements((node) => {
    dead ||= byAuthority !== undefined && JSON.stringify(node).includes(`"${byAuthority}"`);
    if (dead) throw new Error('dead');
  });
  // Nothing is waited for once it is dead.
  const timers = { ...deps.timers, after: (ms: number, work: () => void) => deps.timers.after(dead ? 0 : ms, work) };
  const dying = { ...deps, timers, keyring: withOne(deps.keyring, 'cipher', cipher), db: db.withPlugin(die) };
  const dispatcher = new Dispatcher(dying, new GatewayCaller(gateway, dying));
  // As the worker does at its first tick.
  if ((await recover(deps, deps.now())) > 0) dispatcher.suspectPoison();
  await dispatcher.drain().catch(() => undefined);
  await dispatcher.stop();
  return dead;
}

/** New processes until one lives, each once the one before counts as gone. @returns how many died */
async function drainUntilOneLives(sending: Sending, death: Death): Promise<number> {
  for (let deaths = 0; ; deaths++) {
    if (!(await drainOrDie(sending, death))) return deaths;
    sending.clock.now = new Date(sending.clock.now.getTime() + GONE + 1);
  }
}

describeSending('what goes wrong while handing over', (sending, database) => {
  it('calls for none that it started before it was stopped for half a minute: another may be at it', async () => {
    const { reminder } = await sending.due('rh');
    let ms = 0;
    const timers = { ...systemTimers, monotonic: () => ms };
    const deps = { ...sending.deps, timers };
    // Stopped as the start is committed, and woken behind it.
    const wake = () => {
      ms = 30_001;
    };
    const stopped = { ...deps, db: sending.db.withPlugin(afterStatement(START, wake)) };
    await new Dispatcher(stopped, new GatewayCaller(sending.gateway, deps)).drain();
    expect(sending.gateway.sent).toEqual([]);
    await sending.settled();
    expect((await sending.reminder(reminder)).status).toBe('planned');
    await sending.drain();
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('makes the calls of a start that is committed, though it can’t look for the process that came first with others', async () => {
    let [ms, away] = [0, false];
    const timers = { ...systemTimers, monotonic: () => ms };
    const failing = beforeStatements((node) => {
      if (away && JSON.stringify(node).includes('insert into process')) throw new Error('away');
    });
    const deps = { ...sending.deps, timers, concurrency: 2, db: sending.db.withPlugin(failing) };
    const reminders: string[] = [];
    for (let n = 0; n < 6; n++)
      reminders.push((await sending.due('rh', `+452012340${n}`, { at: later(n - MINUTE) })).reminder);
    sending.gateway.hold();
    const draining = new Dispatcher(deps, new GatewayCaller(sending.gateway, deps)).drain();
    await sending.gateway.open(2);
    await expect.poll(async () => (await sending.db.selectFrom('message').select('id').execute()).length).toBe(4);
    // Another process comes first with one of the last group, which waits for its turn.
    await sql`update reminder set next_at = null where id = ${reminders[4]}`.execute(sending.db);
    [ms, away] = [SECOND, true];
    sending.gateway.release();
    expect(await draining).toEqual({ looked: 6, started: 5 });
    await sending.settled();
    expect((await sending.reminder(reminders[5] ?? '')).status).toBe('accepted');
    expect(await sending.db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['changed', (sealed) => Buffer.concat([sealed.subarray(0, -1), Buffer.from([(sealed.at(-1) as number) ^ 1])])],
    ['too short', () => Buffer.from([4])],
    [
      'under a key that is gone',
      () => new Cipher([{ id: 'old', bytes: randomBytes(32) }]).encrypt('rh', 'appointment.phone', 'row', PHONE),
    ],
  ])('quarantines one whose number is %s, and sends the others', async (_, spoil) => {
    const bad = await sending.due('rh', OTHER, { at: later(-SECOND) });
    await sending.due('rh', PHONE);
    const { phone_ciphertext } = await sending.db
      .selectFrom('appointment')
      .selectAll()
      .where('id', '=', bad.appointment)
      .executeTakeFirstOrThrow();
    const spoilt = spoil(phone_ciphertext as Buffer);
    await update(sending.db, 'appointment', { id: bad.appointment }, { phone_ciphertext: spoilt });
    await sending.drain();
    const found = await sending.reminder(bad.reminder);
    expect(found).toMatchObject({ status: 'suppressed', reason: 'internal_error', next_at: null });
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
    expect(sending.logged.join()).toContain('a reminder could not be prepared');
    expect(sending.logged.join()).not.toContain('20123457');
  });

  it('quarantines those of an authority whose settings can’t be used, and sends the others', async () => {
    await sending.rows.authority('odd', { timeZone: 'Atlantis/Centre' });
    const bad = await sending.due('odd', OTHER, { at: later(-SECOND) });
    await sending.due('rh', PHONE);
    await sending.drain();
    expect(await sending.reminder(bad.reminder)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
  });

  it('quarantines one whose wording can’t be chosen, and sends the others of its page', async () => {
    const { templates } = sending.deps;
    const get: typeof templates.get = (name, language) => {
      if (language === 'en') throw new Error('no such wording');
      return templates.get(name, language);
    };
    const bad = await sending.due('rh', OTHER, { at: later(-SECOND), reminder: { language: 'en' } });
    await sending.due('rh', PHONE);
    await new Dispatcher({ ...sending.deps, templates: withOne(templates, 'get', get) }, sending.caller).drain();
    await sending.settled();
    expect(await sending.reminder(bad.reminder)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
  });

  it('ends one whose start the database refuses, and sends the others of its group, once', async () => {
    const refused = await sending.due('rh', PHONE);
    const other = await sending.due('rh', OTHER);
    // The next try would count further than the column goes.
    await sending.rows.message('rh', refused.reminder, PHONE, {
      gateway: sending.gateway.id,
      status: 'not_sent',
      attempts: 2 ** 31 - 1,
      accepted_at: null,
      delivered_at: null,
    });
    await sending.drain();
    await sending.drain();
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([OTHER]);
    expect(await sending.reminder(other.reminder)).toMatchObject({ status: 'accepted' });
    const found = await sending.reminder(refused.reminder);
    expect(found).toMatchObject({ status: 'suppressed', reason: 'internal_error', next_at: null });
    expect(sending.logged.join()).toContain('the database refuses the start');
  });

  it('quarantines one that three processes died over behind a counted try, each committed before', async () => {
    const { reminder } = await sending.due('rh');
    for (const tries of [0, 1, 2, 3]) {
      expect(await drainOrDie(sending, { byNumber: PHONE })).toBe(true);
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', tries });
      sending.clock.now = new Date(sending.clock.now.getTime() + GONE + 1);
    }
    expect(await drainOrDie(sending, { byNumber: PHONE })).toBe(false);
    const found = await sending.reminder(reminder);
    expect(found).toMatchObject({ status: 'suppressed', reason: 'internal_error', next_at: null, tries: 3 });
    expect(sending.logged.filter((line) => line.includes('it is quarantined'))).toHaveLength(1);
    expect(await sending.messagesOf(reminder)).toEqual([]);
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
  });

  it('counts one try of processes that look at a reminder at the same time', async () => {
    const { reminder } = await sending.due('rh');
    const { db, clock } = sending;
    const looks = Array.from({ length: 5 }, () =>
      lookDue(db, { now: clock.now, limit: 1, share: null, which: { behind: null } }),
    );
    const counted = [];
    for (const found of await Promise.all(looks)) counted.push((await countTries(db, found, clock.now)).counted);
    expect(counted).toEqual([[reminder], [], [], [], []]);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', tries: 1 });
    expect(await lookTried(db, clock.now, 5)).toMatchObject([{ id: reminder, tries: 1 }]);
  });

  it('leaves one that may have left uncertain when three processes died over sending it again', async () => {
    const { reminder } = await sending.due('rh', PHONE, { reminder: { status: 'handed_over' } });
    await sending.rows.message('rh', reminder, PHONE, { gateway: 'scripted', status: 'uncertain' });
    for (const tries of [0, 1, 2, 3]) {
      expect(await drainOrDie(sending, { byNumber: PHONE })).toBe(true);
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', tries });
      sending.clock.now = new Date(sending.clock.now.getTime() + GONE + 1);
    }
    expect(await drainOrDie(sending, { byNumber: PHONE })).toBe(false);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', reason: null, next_at: null });
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'uncertain', attempts: 1 }]);
    expect(sending.gateway.sent).toEqual([]);
  });

  it('forgets the tries once there is an outcome', async () => {
    const { reminder } = await sending.due('rh', PHONE, { reminder: { tries: 2 } });
    sending.gateway.script((_, nth) => (nth === 1 ? RETRY : ACCEPTED));
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', tries: 0 });
  });

  it.each([
    { tries: 1, how: 'in twos (where four are prepared together)', sizes: [2, 2, 1] },
    { tries: 2, how: 'singly', sizes: [1, 1, 1] },
  ])(
    'takes $how what was tried $tries times, after everything fresh, with nothing else under way or unrecorded',
    async ({ tries, sizes }) => {
      const few = startSending(database, { concurrency: 4, keyring: sending.rows.keyring });
      for (let n = 0; n < 3; n++) await few.due('rh', `+452012340${n}`, { at: later(-MINUTE), reminder: { tries } });
      for (let n = 0; n < 3; n++) await few.due('rh', `+452012341${n}`);
      const openAtOnce: number[] = [];
      const groups: number[] = [];
      let openNow = 0;
      few.gateway.script(async (sms) => {
        openNow++;
        const { rows } = await sql<{ size: number }>`
          select cardinality(message_ids) as size from hand_over_group
          where ${sms.reference}::uuid = any(message_ids)`.execute(few.db);
        if (sms.to.startsWith('+452012340')) {
          openAtOnce.push(openNow);
          groups.push(...rows.map(({ size }) => size));
          const { accepted = 0 } = await few.countByStatus();
          expect(accepted).toBeGreaterThanOrEqual(3);
        }
        openNow--;
        return ACCEPTED;
      });
      expect(await few.drain()).toEqual({ looked: 6, started: 6 });
      expect(few.gateway.sent.map(({ to }) => to.slice(-2, -1))).toEqual(['1', '1', '1', '0', '0', '0']);
      expect(Math.max(...openAtOnce)).toBeLessThanOrEqual(Math.max(...sizes));
      expect(groups).toEqual(sizes);
    },
  );

  it('does not let one that its gateway keeps waiting hold up the others that a crash left', async () => {
    for (let n = 0; n < 3; n++)
      await sending.due('rh', `+452012340${n}`, { at: later(-MINUTE), reminder: { tries: 2 } });
    sending.gateway.hold();
    const drained = sending.drain();
    await sending.gateway.open(3);
    sending.gateway.release();
    expect(await drained).toMatchObject({ started: 3 });
  });

  it('takes only some of what was tried in one drain: what has become due meanwhile goes before the rest', async () => {
    for (let n = 0; n < 26; n++)
      await sending.due('rh', `+45201234${10 + n}`, { at: later(-MINUTE), reminder: { tries: 2 } });
    expect(await sending.drain()).toMatchObject({ started: 25 });
    await sending.due('rh', OTHER);
    expect(await sending.drain()).toMatchObject({ started: 2 });
    expect(sending.gateway.sent.map(({ to }) => to).indexOf(OTHER)).toBe(25);
    expect(await sending.countByStatus()).toEqual({ accepted: 27 });
  });

  it('starts the first `concurrency` in one group after an unclean end, behind tries of one commit, and else counts none', async () => {
    const said: string[] = [];
    const listening = sending.db.withPlugin(
      beforeStatements((node) => {
        const text = JSON.stringify(node);
        if (text.includes('then r.tries else r.tries + 1')) said.push('try');
        if (text.includes(START)) said.push('start');
      }),
    );
    const few = startSending({ db: listening }, { concurrency: 4, keyring: sending.rows.keyring });
    for (let n = 0; n < 4; n++) await few.due('rh', `+45201234${10 + n}`, { at: later(-MINUTE + n) });
    await few.drain();
    expect(said.splice(0)).toEqual(['start']);
    for (let n = 4; n < 14; n++) await few.due('rh', `+45201234${10 + n}`, { at: later(-MINUTE + n) });
    few.dispatcher.suspectPoison();
    await few.drain();
    expect(said).toEqual(['try', 'start', 'start', 'start']);
    const sentTo = few.gateway.sent.map(({ to }) => to);
    expect(sentTo).toEqual([...sentTo].sort());
    const tried = await sending.db.selectFrom('reminder').select('id').where('tries', '>', 0).execute();
    expect(tried).toEqual([]);
  });

  it('takes the tries back of what it did not start of such a group, since its gateway stopped the queue', async () => {
    const few = startSending(database, { concurrency: 4, keyring: sending.rows.keyring });
    few.gateway.script(AUTH);
    await few.due('rh');
    await few.drain();
    few.clock.now = later(2 * MINUTE);
    for (let n = 0; n < 4; n++) await few.due('rh', `+45201234${10 + n}`, { at: later(n) });
    few.dispatcher.suspectPoison();
    // One goes first, and does not get through.
    expect(await few.drain()).toMatchObject({ started: 1 });
    expect(await few.db.selectFrom('reminder').select('id').where('tries', '>', 0).execute()).toEqual([]);
  });

  it('does not leave what was tried waiting for the whole of a backlog', async () => {
    let ms = 0;
    // Between two looks two seconds pass.
    const timers = { ...systemTimers, monotonic: () => ms };
    const passes = sending.db.withPlugin(
      beforeStatements((node) => {
        if (JSON.stringify(node).includes('a.location_printable')) ms += 2_000;
      }),
    );
    const many = startSending({ db: passes }, { timers, keyring: sending.rows.keyring });
    await many.rows.authority('many', { maxPerNumberPerDay: 10_000 });
    const one = await many.due('many', PHONE, { at: later(-MINUTE) });
    await many.multiply(one, 1_200);
    await many.due('rh', OTHER, { at: later(-MINUTE), reminder: { tries: 1 } });
    many.dispatcher.suspectPoison();
    expect(await many.drain()).toMatchObject({ started: 1_202 });
    expect(many.gateway.sent.map(({ to }) => to).indexOf(OTHER)).toBeLessThan(600);
  });

  it('quarantines none while more processes stand still than its tries explain, but in the end', async () => {
    const { reminder } = await sending.due('rh', PHONE, { reminder: { tries: 3 } });
    const { db, clock } = sending;
    await sql`insert into process (id, name, version, started_at, heartbeat_at)
      select gen_random_uuid(), 'killed', '1.2.3', ${later(-MINUTE)}, ${later(-20 * SECOND)} from generate_series(1, 5)`.execute(
      db,
    );
    const count = async () => countTries(db, await lookTried(db, clock.now, 1), clock.now);
    for (let tries = 3; tries < 6; tries++) expect(await count()).toEqual({ counted: [reminder], quarantined: [] });
    expect(await count()).toEqual({ counted: [], quarantined: [reminder] });
    expect(await sending.reminder(reminder)).toMatchObject({ reason: 'internal_error', next_at: null });
  });

  it('counts a try of the first where another process is noted that may have died', async () => {
    await sql`insert into process (id, name, version, started_at, heartbeat_at)
      values (gen_random_uuid(), 'another', '1.2.3', ${later(-MINUTE)}, ${later(-40 * SECOND)})`.execute(sending.db);
    const { reminder } = await sending.due('rh');
    expect(await drainOrDie(sending, { byNumber: PHONE })).toBe(true);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', tries: 1 });
  });

  it('leaves no trace of a group whose process died before its start, and sends it with the next drain of any process', async () => {
    for (const phone of [PHONE, OTHER]) await sending.due('rh', phone);
    const dies = beforeStatements((node) => {
      if (JSON.stringify(node).includes(START)) throw new Error('dead');
    });
    const dead = new Dispatcher({ ...sending.deps, db: sending.db.withPlugin(dies) }, sending.caller);
    const before = await sending.db.selectFrom('reminder').selectAll().orderBy('id').execute();
    await expect(dead.drain()).rejects.toThrow('dead');
    expect(await sending.db.selectFrom('reminder').selectAll().orderBy('id').execute()).toEqual(before);
    expect(await sending.db.selectFrom('message').selectAll().execute()).toEqual([]);
    // At once: nothing waits until it counts as gone.
    await sending.drain();
    expect(await sending.countByStatus()).toEqual({ accepted: 2 });
    expect(sending.gateway.sent).toHaveLength(2);
  });

  // Settings are read for all that one look found, before the first of them is due in its group.
  it.each<[string, Death, number]>([
    ['number', { byNumber: '+4520123415' }, 4],
    ['authority', { byAuthority: 'deadly' }, 5],
  ])('quarantines the one of many whose %s kills each process that reads it, and no other', async (_, death, most) => {
    const few = startSending(database, { concurrency: 4, keyring: sending.rows.keyring });
    await sending.rows.authority('deadly');
    for (let n = 0; n < 12; n++)
      await few.due(n === 5 ? 'deadly' : 'rh', `+45201234${10 + n}`, { at: later(-MINUTE + n) });
    expect(await drainUntilOneLives(few, death)).toBeLessThanOrEqual(most);
    const sentTo = few.gateway.sent.map(({ to }) => to);
    expect(new Set(sentTo).size).toBe(11);
    expect(sentTo).toHaveLength(11);
    expect(sentTo).not.toContain('+4520123415');
    // Uncertain: those whose calls were open as it died.
    const { suppressed, accepted = 0, uncertain = 0 } = await few.countByStatus();
    expect([suppressed, accepted + uncertain]).toEqual([1, 11]);
  });

  it('stops: calls in flight end and are recorded, what was started is planned again, nothing new is taken', async () => {
    const few = startSending(database, { concurrency: 2, keyring: sending.rows.keyring });
    for (let n = 0; n < 5; n++) await few.due('rh', `+452012340${n}`, { at: later(n) });
    few.clock.now = later(MINUTE);
    few.gateway.hold();
    const draining = few.dispatcher.drain();
    await few.gateway.open(2);
    await expect.poll(async () => (await few.db.selectFrom('message').select('id').execute()).length).toBe(4);
    few.caller.hurry();
    const stopped = few.dispatcher.stop();
    few.gateway.release();
    await stopped;
    expect(await draining).toEqual({ looked: 5, started: 4 });
    expect(await few.countByStatus()).toEqual({ accepted: 2, planned: 3 });
    const rest = few.db.selectFrom('reminder').selectAll().where('status', '=', 'planned').orderBy('due_at');
    expect(await rest.execute()).toMatchObject([
      { next_at: later(MINUTE), tries: 0 },
      { next_at: later(MINUTE), tries: 0 },
      { next_at: later(4), tries: 0 },
    ]);
    expect(await few.db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);
    expect(await few.db.selectFrom('process').selectAll().execute()).toEqual([]);
    expect(await few.dispatcher.drain()).toEqual({ looked: 0, started: 0 });
    expect(few.gateway.sent).toHaveLength(2);
  });

  it.each([
    ['soon, by the process itself, however often that fails', true],
    ['once its process is gone', false],
  ])(
    'does not let one outcome that the database refuses keep the others waiting; it is uncertain %s',
    async (_, own) => {
      await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`.execute(
        sending.db,
      );
      await sql`create trigger refuse before update on message for each row when (new.gateway_message_id = 'bad') execute function refuse()`.execute(
        sending.db,
      );
      sending.gateway.script({ kind: 'accepted', gatewayMessageId: 'bad', segments: null }, OTHER);
      const bad = await sending.due('rh', OTHER);
      for (let n = 0; n < 3; n++) await sending.due('rh', `+452012340${n}`);
      await sending.dispatcher.drain();
      await sending.dispatcher.stop();
      expect(await sending.countByStatus()).toEqual({ accepted: 3, handing_over: 1 });
      if (own) {
        await sql`create trigger refuse before delete on hand_over_group for each row execute function refuse()`.execute(
          sending.db,
        );
        await expect(sending.dispatcher.settleUnrecorded()).rejects.toThrow('refused');
        await sql`drop trigger refuse on hand_over_group`.execute(sending.db);
        await sending.dispatcher.settleUnrecorded();
      } else {
        await recover(sending.deps, later(GONE));
        expect(await sending.countByStatus()).toEqual({ accepted: 3, handing_over: 1 });
        await recover(sending.deps, later(GONE + 1));
      }
      expect(await sending.reminder(bad.reminder)).toMatchObject({ status: 'uncertain' });
      expect(await sending.countByStatus()).toEqual({ accepted: 3, uncertain: 1 });
      await sql`drop trigger refuse on message`.execute(sending.db);
      await sql`drop function refuse`.execute(sending.db);
    },
  );

  it('leaves the open calls of a group to their outcomes where that of another was refused', async () => {
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`.execute(
      sending.db,
    );
    await sql`create trigger refuse before update on message for each row when (new.gateway_message_id = 'bad') execute function refuse()`.execute(
      sending.db,
    );
    const bad = await sending.due('rh', OTHER);
    const open = await sending.due('rh', PHONE);
    const { promise, release } = deferred();
    sending.gateway.script({ kind: 'accepted', gatewayMessageId: 'bad', segments: null }, OTHER);
    sending.gateway.script(() => promise.then(() => RETRY), PHONE);
    await sending.dispatcher.startDue();
    const refusals = () => sending.logged.filter((line) => line.includes('outcomes could not be recorded')).length;
    await expect.poll(refusals).toBe(4);
    await sending.dispatcher.settleUnrecorded();
    expect(await sending.countByStatus()).toEqual({ handing_over: 2 });
    release();
    await sending.dispatcher.stop();
    expect((await sending.reminder(open.reminder)).status).toBe('planned');
    await sending.dispatcher.settleUnrecorded();
    expect((await sending.reminder(bad.reminder)).status).toBe('uncertain');
    await sql`drop trigger refuse on message`.execute(sending.db);
    await sql`drop function refuse`.execute(sending.db);
  });
});

describe('while the database is away (postgres)', () => {
  let proxy: FaultProxy;
  let through: Awaited<ReturnType<typeof openDatabase>>;
  let sending: Sending;
  const database = useOpened(() => openTestDatabase('postgres'), { each: true });
  beforeEach(async () => {
    proxy = await openProxy(database.url);
    through = await openDatabase({ databaseUrl: proxy.url });
    sending = startSending(through, { concurrency: 2 });
    await sending.rows.authority('rh');
  });
  afterEach(async () => {
    await through.close();
    await proxy.close();
  });

  const direct = () => ({ ...sending, db: database.db });

  it('keeps the outcomes, starts nothing more, and records them when it is back', async () => {
    for (let n = 0; n < 6; n++) await sending.due('rh', `+452012340${n}`);
    sending.gateway.hold();
    const draining = sending.dispatcher.drain().catch((error: unknown) => error);
    await sending.gateway.open(2);
    await expect.poll(async () => (await database.db.selectFrom('message').select('id').execute()).length).toBe(4);
    proxy.cut();
    sending.gateway.release();
    await metricReaches(sending, 'settle', 1);
    await expect.poll(() => sending.gateway.sent.length).toBe(4);
    expect(await countByStatus(direct())).toEqual({ handing_over: 4, planned: 2 });
    proxy.restore();
    await draining;
    await sending.settled();
    await sending.drain();
    expect(sending.gateway.sent).toHaveLength(6);
    expect(await countByStatus(direct())).toEqual({ accepted: 6 });
  });

  /** A process for which the database goes away whenever it prepares a text, until it is mended. */
  function cutWhenPreparing() {
    const { templates } = sending.deps;
    const broken = { cut: true };
    const cutting = {
      ...templates,
      get: (...name: Parameters<typeof templates.get>) => {
        if (broken.cut) proxy.cut();
        return templates.get(...name);
      },
    };
    return { broken, dispatcher: new Dispatcher({ ...sending.deps, templates: cutting }, sending.caller) };
  }

  it('leaves what it had prepared as it was, and sends it once when it is back', async () => {
    const { reminder } = await sending.due('rh');
    const before = await reminderNow(direct(), reminder);
    const { broken, dispatcher } = cutWhenPreparing();
    await expect(dispatcher.drain()).rejects.toThrow();
    expect(await reminderNow(direct(), reminder)).toEqual(before);
    expect(await messagesOf(direct(), reminder)).toEqual([]);
    await expect(dispatcher.drain()).rejects.toThrow();
    broken.cut = false;
    proxy.restore();
    await drainAndSettle({ ...sending, dispatcher });
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('counts no try against a reminder that only an outage kept from its end', async () => {
    const { reminder } = await sending.due('rh');
    const { broken, dispatcher } = cutWhenPreparing();
    for (let outages = 0; outages < 4; outages++) {
      dispatcher.suspectPoison();
      await expect(dispatcher.drain()).rejects.toThrow();
      expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'planned', tries: 1 });
      proxy.restore();
    }
    broken.cut = false;
    await drainAndSettle({ ...sending, dispatcher });
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'accepted', tries: 0 });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('undoes a start whose commit it was not told of, also while sending is held, and sends once', async () => {
    const { reminder } = await sending.due('rh');
    const { templates } = sending.deps;
    let mute = true;
    const muting = {
      ...templates,
      get: (...name: Parameters<typeof templates.get>) => {
        if (mute) proxy.mute();
        return templates.get(...name);
      },
    };
    const dispatcher = new Dispatcher({ ...sending.deps, templates: muting }, sending.caller);
    const draining = expect(dispatcher.drain()).rejects.toThrow();
    while ((await messagesOf(direct(), reminder)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    proxy.cut();
    await draining;
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'handing_over' });
    expect(sending.gateway.sent).toEqual([]);

    mute = false;
    proxy.restore();
    sending.held = 'sending_off';
    await dispatcher.drain();
    const found = await reminderNow(direct(), reminder);
    expect(found).toMatchObject({ status: 'planned', next_at: sending.clock.now, tries: 0 });
    expect(await database.db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);
    expect(await messagesOf(direct(), reminder)).toMatchObject([{ status: 'not_sent' }]);
    sending.held = null;
    await drainAndSettle({ ...sending, dispatcher });
    const result = sending.gateway.sent.map(({ reference }) => reference);
    expect(result).toEqual([(await messagesOf(direct(), reminder))[0]?.id]);
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'accepted' });
  });
});

async function metricReaches({ deps }: Sending, place: string, least: number): Promise<void> {
  for (;;) {
    const { values } = await deps.metrics.failures.get();
    if ((values.find(({ labels }) => labels.place === place)?.value ?? 0) >= least) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
