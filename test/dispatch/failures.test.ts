import { randomBytes } from 'node:crypto';
import { type KyselyPlugin, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { claimDue, type Which } from '../../src/dispatch/claim.sql.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateway-caller.ts';
import { newId } from '../../src/domain/ids.ts';
import { Cipher } from '../../src/domain/keyring.ts';
import { sweepLapsedClaims } from '../../src/operations/sweep.sql.ts';
import { describeDatabases, openTestDatabase, type TestDatabase } from '../support/database.ts';
import { ACCEPTED, RETRY } from '../support/gateway.ts';
import { type FaultProxy, openProxy } from '../support/proxy.ts';
import {
  countByStatus,
  drainAndSettle,
  due,
  later,
  MINUTE,
  messagesOf,
  multiply,
  PHONE,
  reminderNow,
  SECOND,
  type Sending,
  settled,
  startSending,
} from '../support/sending.ts';

const OTHER = '+4520123457';
const LEASE = 45 * SECOND;

/** Does the work once a statement has started reminders. */
function afterStart(work: () => void): KyselyPlugin {
  const starts = new WeakSet<object>();
  return {
    transformQuery: ({ node, queryId }) => {
      if (JSON.stringify(node).includes('insert into message')) starts.add(queryId);
      return node;
    },
    transformResult: async ({ queryId, result }) => {
      if (starts.has(queryId)) work();
      return result;
    },
  };
}

/** A process that claims what is due and dies before it starts any of it. */
async function claimAndDie({ db, clock }: Sending, which: Which = { behind: null }): Promise<void> {
  const { now } = clock;
  const leaseUntil = new Date(now.getTime() + LEASE);
  await claimDue(db, { batchId: newId(now), worker: 'dead', now, leaseUntil, limit: 500, atOnce: 500, which });
  clock.now = new Date(leaseUntil.getTime() + 1);
  await sweepLapsedClaims(db, [{ gateway: 'scripted', ms: 10 * MINUTE }], clock.now);
}

/** Before each statement; one that throws keeps it from the database. */
function beforeStatements(work: (node: unknown) => void): KyselyPlugin {
  return {
    transformQuery: ({ node }) => {
      work(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

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
  await dispatcher.drain().catch(() => undefined);
  await dispatcher.stop();
  return dead;
}

/** New processes until one lives; the leases of those that died lapse. @returns how many died */
async function drainUntilOneLives(sending: Sending, death: Death): Promise<number> {
  for (let deaths = 0; ; deaths++) {
    if (!(await drainOrDie(sending, death))) return deaths;
    sending.clock.now = new Date(sending.clock.now.getTime() + LEASE + 1);
    await sweepLapsedClaims(sending.db, [], sending.clock.now);
  }
}

describeDatabases('what goes wrong while handing over', (open) => {
  let database: TestDatabase;
  let sending: Sending;
  beforeEach(async () => {
    database = await open();
    sending = startSending(database);
    await sending.rows.authority('rh');
  });
  afterEach(() => database.close());

  it('calls for none that it started before it was stopped for half a minute: another may be at it', async () => {
    const { reminder } = await due(sending, 'rh');
    let ms = 0;
    const timers = { ...systemTimers, monotonic: () => ms };
    const deps = { ...sending.deps, timers };
    // Stopped as the start is committed, and woken behind it.
    const wake = () => {
      ms = 30_001;
    };
    const stopped = { ...deps, db: sending.db.withPlugin(afterStart(wake)) };
    await new Dispatcher(stopped, new GatewayCaller(sending.gateway, deps)).drain();
    expect(sending.gateway.sent).toEqual([]);
    await settled(sending);
    expect((await reminderNow(sending, reminder)).status).toBe('planned');
    await drainAndSettle(sending);
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['changed', (sealed) => Buffer.concat([sealed.subarray(0, -1), Buffer.from([(sealed.at(-1) as number) ^ 1])])],
    ['too short', () => Buffer.from([4])],
    [
      'under a key that is gone',
      () => new Cipher([{ id: 'old', bytes: randomBytes(32) }]).encrypt('rh', 'appointment.phone', PHONE),
    ],
  ])('parks one whose number is %s, and sends the others', async (_, spoil) => {
    const bad = await due(sending, 'rh', OTHER, { at: later(-SECOND) });
    await due(sending, 'rh', PHONE);
    const { phone_ciphertext } = await sending.db
      .selectFrom('appointment')
      .selectAll()
      .where('id', '=', bad.appointment)
      .executeTakeFirstOrThrow();
    const spoilt = spoil(phone_ciphertext as Buffer);
    await sending.db
      .updateTable('appointment')
      .set({ phone_ciphertext: spoilt })
      .where('id', '=', bad.appointment)
      .execute();
    await drainAndSettle(sending);
    expect(await reminderNow(sending, bad.reminder)).toMatchObject({
      status: 'suppressed',
      reason: 'internal_error',
      next_at: null,
    });
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
    expect(sending.logged.join()).toContain('a reminder could not be prepared');
    expect(sending.logged.join()).not.toContain('20123457');
  });

  it('parks those of an authority whose settings can’t be used, and sends the others', async () => {
    await sending.rows.authority('odd', { timeZone: 'Atlantis/Centre' });
    const bad = await due(sending, 'odd', OTHER, { at: later(-SECOND) });
    await due(sending, 'rh', PHONE);
    await drainAndSettle(sending);
    expect(await reminderNow(sending, bad.reminder)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
  });

  it('parks one that three claims never brought to an outcome', async () => {
    const { reminder } = await due(sending, 'rh');
    await claimAndDie(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', claims: 1 });
    await claimAndDie(sending, 'suspects');
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', claims: 2 });
    await claimAndDie(sending, 'suspects again');
    expect(await reminderNow(sending, reminder)).toMatchObject({
      status: 'suppressed',
      reason: 'internal_error',
      next_at: null,
      claims: 3,
    });
    expect(await drainAndSettle(sending)).toEqual({ claimed: 0, started: 0 });
  });

  it('leaves one that may have left uncertain when three claims to send it again came to nothing', async () => {
    const { reminder } = await due(sending, 'rh');
    await sending.db
      .updateTable('reminder')
      .set({ status: 'uncertain', started_at: sending.clock.now, gateway: 'scripted' })
      .execute();
    await claimAndDie(sending);
    for (const [claims, which] of [[2, 'suspects'] as const, [3, 'suspects again'] as const]) {
      expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'uncertain' });
      await claimAndDie(sending, which);
      expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'uncertain', claims });
    }
    expect(await reminderNow(sending, reminder)).toMatchObject({ next_at: null });
  });

  it('forgets the claims that came to nothing once there is an outcome', async () => {
    const { reminder } = await due(sending, 'rh');
    await claimAndDie(sending);
    sending.gateway.script((_, nth) => (nth === 1 ? RETRY : ACCEPTED));
    await drainAndSettle(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', claims: 0 });
  });

  it('takes singly what a crash left, after everything fresh, with nothing else under way', async () => {
    for (let n = 0; n < 3; n++) await due(sending, 'rh', `+452012340${n}`, { at: later(-MINUTE) });
    await claimAndDie(sending);
    for (let n = 0; n < 3; n++) await due(sending, 'rh', `+452012341${n}`);
    const openAtOnce: number[] = [];
    let openNow = 0;
    sending.gateway.script(async (sms) => {
      openNow++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (sms.to.startsWith('+452012340')) openAtOnce.push(openNow);
      openNow--;
      return ACCEPTED;
    });
    expect(await drainAndSettle(sending)).toEqual({ claimed: 6, started: 6 });
    expect(sending.gateway.sent.map(({ to }) => to.slice(-2, -1))).toEqual(['1', '1', '1', '0', '0', '0']);
    expect(openAtOnce).toEqual([1, 1, 1]);
  });

  it.each([
    [1, 3],
    [2, 1],
  ])('claims what came to nothing %i times with others that did, or alone', async (claims, together) => {
    for (let n = 0; n < 3; n++)
      await due(sending, 'rh', `+452012340${n}`, { at: later(-MINUTE), reminder: { claims } });
    sending.gateway.hold();
    const drained = drainAndSettle(sending);
    await sending.gateway.open(1);
    expect(await countByStatus(sending)).toMatchObject({ claimed: together });
    sending.gateway.release();
    expect(await drained).toMatchObject({ started: 3 });
  });

  it('does not let one that its gateway keeps waiting hold up the others that a crash left', async () => {
    for (let n = 0; n < 3; n++) await due(sending, 'rh', `+452012340${n}`, { at: later(-MINUTE) });
    await claimAndDie(sending);
    sending.gateway.hold();
    const drained = drainAndSettle(sending);
    await sending.gateway.open(3);
    sending.gateway.release();
    expect(await drained).toMatchObject({ started: 3 });
  });

  it('takes what has become due meanwhile before the rest of what a crash left, after half a second', async () => {
    let ms = 0;
    const timers = { ...systemTimers, monotonic: () => ms };
    const slow = startSending(database, { keyring: sending.rows.keyring, timers });
    for (let n = 0; n < 4; n++) await due(slow, 'rh', `+452012340${n}`, { at: later(-MINUTE) });
    await claimAndDie(slow);
    slow.gateway.script(async () => {
      if (slow.gateway.sent.length === 1) await due(slow, 'rh', OTHER);
      ms += 250;
      return ACCEPTED;
    });
    expect(await drainAndSettle(slow)).toMatchObject({ started: 5 });
    expect(slow.gateway.sent.map(({ to }) => to).indexOf(OTHER)).toBe(2);
    expect(await countByStatus(slow)).toEqual({ accepted: 5 });
  });

  it('goes on with what a crash left, one each time, where the database takes longer than half a second', async () => {
    let ms = 0;
    const timers = { ...systemTimers, monotonic: () => ms };
    const slow = startSending(database, { keyring: sending.rows.keyring, timers });
    for (let n = 0; n < 3; n++) await due(slow, 'rh', `+452012340${n}`, { at: later(-MINUTE) });
    await claimAndDie(slow);
    const slowly = beforeStatements(() => {
      ms += 600;
    });
    const deps = { ...slow.deps, db: slow.db.withPlugin(slowly) };
    const drained = await new Dispatcher(deps, new GatewayCaller(slow.gateway, slow.deps)).drain();
    expect(drained.started).toBe(3);
  });

  it('claims little until it has lived to hand something over', async () => {
    await sending.rows.authority('kbh', { maxPerNumberPerDay: 1_000 });
    await multiply(sending, await due(sending, 'kbh'), 349);
    const claimedAtFirst = async () => {
      sending.gateway.hold();
      const drained = drainAndSettle(sending);
      await sending.gateway.open(1);
      const { length } = await sending.db.selectFrom('reminder').select('id').where('status', '=', 'claimed').execute();
      sending.gateway.release();
      await drained;
      expect(await countByStatus(sending)).toEqual({ accepted: 350 });
      return length;
    };
    // Two lanes, each with fifty at the most: what a process leaves that dies with its first calls open.
    expect(await claimedAtFirst()).toBeLessThanOrEqual(100);
    await sql`delete from message`.execute(sending.db);
    await sql`update reminder set status = 'planned', next_at = due_at, started_at = null`.execute(sending.db);
    expect(await claimedAtFirst()).toBeGreaterThan(100);
  });

  it.each<[string, Death]>([
    ['number', { byNumber: '+4520123415' }],
    ['authority', { byAuthority: 'deadly' }],
  ])('parks the one of many whose %s kills each process that looks at it, and no other', async (_, death) => {
    const few = startSending(database, { concurrency: 4, keyring: sending.rows.keyring });
    await sending.rows.authority('deadly');
    for (let n = 0; n < 12; n++)
      await due(few, n === 5 ? 'deadly' : 'rh', `+45201234${10 + n}`, { at: later(-MINUTE + n) });
    expect(await drainUntilOneLives(few, death)).toBeLessThanOrEqual(6);
    const sentTo = few.gateway.sent.map(({ to }) => to);
    expect(new Set(sentTo).size).toBe(11);
    expect(sentTo).toHaveLength(11);
    expect(sentTo).not.toContain('+4520123415');
    // Uncertain: those whose calls were open as it died.
    const { suppressed, accepted = 0, uncertain = 0 } = await countByStatus(few);
    expect([suppressed, accepted + uncertain]).toEqual([1, 11]);
  });

  it('stops: calls in flight end and are recorded, the rest is given back as it was, nothing new is taken', async () => {
    const few = startSending(database, { concurrency: 2, keyring: sending.rows.keyring });
    for (let n = 0; n < 5; n++) await due(few, 'rh', `+452012340${n}`, { at: later(n) });
    few.clock.now = later(MINUTE);
    few.gateway.hold();
    const draining = few.dispatcher.drain();
    await few.gateway.open(2);
    const stopped = few.dispatcher.stop();
    few.gateway.release();
    await stopped;
    expect(await draining).toEqual({ claimed: 5, started: 2 });
    expect(await countByStatus(few)).toEqual({ accepted: 2, planned: 3 });
    const rest = await few.db
      .selectFrom('reminder')
      .selectAll()
      .where('status', '=', 'planned')
      .orderBy('due_at')
      .execute();
    expect(rest).toMatchObject(
      [2, 3, 4].map((n) => ({ next_at: later(n), batch_id: null, claims: 0, started_at: null })),
    );
    expect(await few.dispatcher.drain()).toEqual({ claimed: 0, started: 0 });
    expect(few.gateway.sent).toHaveLength(2);
  });

  it('does not let one outcome that the database refuses keep the others waiting', async () => {
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`.execute(
      sending.db,
    );
    await sql`create trigger refuse before update on message for each row when (new.gateway_message_id = 'bad') execute function refuse()`.execute(
      sending.db,
    );
    sending.gateway.script({ kind: 'accepted', gatewayMessageId: 'bad', segments: null }, OTHER);
    const bad = await due(sending, 'rh', OTHER);
    for (let n = 0; n < 3; n++) await due(sending, 'rh', `+452012340${n}`);
    await sending.dispatcher.drain();
    await sending.dispatcher.stop();
    expect(await countByStatus(sending)).toEqual({ accepted: 3, claimed: 1 });
    sending.clock.now = later(LEASE + 1);
    await sweepLapsedClaims(sending.db, [], sending.clock.now);
    expect(await reminderNow(sending, bad.reminder)).toMatchObject({ status: 'uncertain' });
    await sql`drop trigger refuse on message`.execute(sending.db);
    await sql`drop function refuse`.execute(sending.db);
  });
});

describe('while the database is away (postgres)', () => {
  let database: TestDatabase;
  let proxy: FaultProxy;
  let through: Awaited<ReturnType<typeof openDatabase>>;
  let sending: Sending;
  beforeEach(async () => {
    database = await openTestDatabase('postgres');
    proxy = await openProxy(database.url);
    through = await openDatabase({ databaseUrl: proxy.url });
    sending = startSending(through, { concurrency: 2 });
    await sending.rows.authority('rh');
  });
  afterEach(async () => {
    await through.close();
    await proxy.close();
    await database.close();
  });

  const direct = () => ({ ...sending, db: database.db });

  it('keeps the outcomes, hands nothing more over, and records them when it is back', async () => {
    for (let n = 0; n < 4; n++) await due(sending, 'rh', `+452012340${n}`);
    sending.gateway.hold();
    const draining = sending.dispatcher.drain().catch((error: unknown) => error);
    await sending.gateway.open(2);
    proxy.cut();
    sending.gateway.release();
    await metricReaches(sending, 'settle', 1);
    expect(sending.gateway.sent).toHaveLength(2);
    expect(await countByStatus(direct())).toEqual({ claimed: 4 });
    proxy.restore();
    await draining;
    await settled(sending);
    await drainAndSettle(sending);
    expect(sending.gateway.sent).toHaveLength(4);
    expect(await countByStatus(direct())).toEqual({ accepted: 4 });
  });

  it('gives back what it had claimed when it is back, as if it had not', async () => {
    const { reminder } = await due(sending, 'rh');
    const { templates } = sending.deps;
    let cut = true;
    const cutting = {
      ...templates,
      get: (...name: Parameters<typeof templates.get>) => {
        if (cut) proxy.cut();
        return templates.get(...name);
      },
    };
    const dispatcher = new Dispatcher({ ...sending.deps, templates: cutting }, sending.caller);
    await expect(dispatcher.drain()).rejects.toThrow();
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'claimed', claims: 1 });
    await expect(dispatcher.drain()).rejects.toThrow();
    cut = false;
    proxy.restore();
    await drainAndSettle({ ...sending, dispatcher });
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('takes back a start whose commit it was not told of, and sends once', async () => {
    const { reminder } = await due(sending, 'rh');
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
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'claimed', started_at: sending.clock.now });
    expect(sending.gateway.sent).toEqual([]);

    mute = false;
    proxy.restore();
    sending.held = 'sending_off';
    await dispatcher.drain();
    expect(await reminderNow(direct(), reminder)).toMatchObject({ status: 'planned', started_at: null, claims: 0 });
    expect(await messagesOf(direct(), reminder)).toMatchObject([{ status: 'not_sent' }]);
    sending.held = null;
    await drainAndSettle({ ...sending, dispatcher });
    expect(sending.gateway.sent.map(({ reference }) => reference)).toEqual([
      (await messagesOf(direct(), reminder))[0]?.id,
    ]);
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
