import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { type DueReminder, lookDue } from '../../src/dispatch/look/look.sql.ts';
import { beat, recoverGone, undoStart } from '../../src/dispatch/processes.sql.ts';
import { recover } from '../../src/dispatch/processes.ts';
import { type SettleRow, settle } from '../../src/dispatch/settle.sql.ts';
import { type StartRow, startGroup } from '../../src/dispatch/start/start.sql.ts';
import { AUTHORITY_DEFAULTS, SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { newId } from '../../src/domain/ids.ts';
import { MESSAGE_TEXT } from '../../src/domain/keyring.ts';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { putAuthority } from '../../src/staff/authorities/authorities.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { pauseSending, resumeSending } from '../../src/staff/pauses.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import {
  changeSettings,
  drainAndSettle,
  due,
  later,
  MINUTE,
  MONDAY,
  PHONE,
  postEvent,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';

const OTHER = '+4520123457';
const GONE = 45 * SECOND;
const HOURS_LATER = 4 * 60 * MINUTE;
const HOLDS = [{ gateway: 'scripted', ms: 10 * MINUTE }];

let second: Awaited<ReturnType<typeof openDatabase>>;
let sending: Sending;
let processId: string;

const database = useOpened(() => openTestDatabase('postgres'), { each: true });
beforeEach(async () => {
  second = await openDatabase({ databaseUrl: database.url });
  sending = startSending(database, { concurrency: 1 });
  await sending.rows.authority('rh');
  processId = await join();
});
afterEach(async () => {
  await second.close();
});

/** A process that is not a dispatcher of these tests. @returns its id */
async function join(now = MONDAY, id = newId(now)): Promise<string> {
  await beat(database.db, { id, name: 'test', version: '1.2.3', clockAheadMs: null, startedAt: MONDAY }, now);
  return id;
}

const look = (db: Kysely<Database>, now = MONDAY) =>
  lookDue(db, { now, limit: 500, share: null, which: { behind: null } });

function startRow(reminder: DueReminder, changes: Partial<StartRow> = {}): StartRow {
  const { cipher } = sending.rows.keyring;
  return {
    reminder_id: reminder.id,
    action: 'start',
    repeat: reminder.repeat,
    revision: reminder.revision,
    appointment_revision: reminder.appointment_revision,
    authority_version: 1,
    source_version: 1,
    position: 0,
    day_start: later(-10 * 60 * MINUTE),
    status: null,
    reason: null,
    next_at: null,
    held_reason: null,
    message_id: newId(MONDAY),
    sender: 'Sundhed',
    phone_ciphertext: cipher.encrypt('rh', 'message.phone', `${reminder.id} scripted`, PHONE),
    country: 'DK',
    text_ciphertext: cipher.encrypt('rh', MESSAGE_TEXT, `${reminder.id} scripted`, 'Husk din tid.'),
    encoding: 'gsm7',
    segments: 1,
    template_version: 0,
    ...changes,
  };
}

/** A decision that nothing goes, with what it writes. */
const decided = (reminder: DueReminder, changes: Pick<StartRow, 'action'> & Partial<StartRow>) =>
  startRow(reminder, { message_id: null, phone_ciphertext: null, text_ciphertext: null, ...changes });

const start = (
  db: Kysely<Database>,
  rows: StartRow[],
  { now = MONDAY, groupId = newId(now), by = processId }: { now?: Date; groupId?: string; by?: string } = {},
) => startGroup(db, { groupId, processId: by, gateway: 'scripted', gatewayVersion: 0, now }, rows);

/** Starts all that is due and records no outcome of it. */
async function startDue(options: { now?: Date; groupId?: string; by?: string } = {}, db = database.db) {
  const found = await look(db, options.now);
  return start(
    db,
    found.map((each, position) => startRow(each, { position })),
    options,
  );
}

const groups = () => database.db.selectFrom('hand_over_group').selectAll().orderBy('id').execute();

function outcome(
  reminder: string,
  message: string,
  status: 'accepted' | 'rejected' | 'planned' | 'expired' | 'uncertain',
  attempts = 1,
): SettleRow {
  const replans = status === 'planned' || status === 'expired';
  return {
    reminder_id: reminder,
    message_id: message,
    attempts,
    status: replans ? 'not_sent' : status,
    reason: null,
    code: null,
    gateway_message_id: 'G-1',
    gateway_segments: null,
    reminder_status: replans ? status : null,
    reminder_reason: null,
    next_at: status === 'planned' ? later(MINUTE) : null,
  };
}

/** What the statement is that waits for a lock. */
async function waitingStatements(): Promise<string[]> {
  const { rows } = await sql<{ query: string }>`
    select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    database.db,
  );
  return rows.map(({ query }) => query);
}

describe('two processes', () => {
  it('look at what is due without a lock: neither waits for the other, nor for a start, which is not seen', async () => {
    for (let n = 0; n < 4; n++) await sending.due('rh', `+452012340${n}`, { at: later(-n) });
    const first = await inOpenTransaction(second.db, (trx) => look(trx));
    const starting = await inOpenTransaction(database.db, async (trx) =>
      start(
        trx,
        first.result.map((each) => startRow(each)),
      ),
    );
    expect(await look(database.db)).toEqual(first.result);
    expect(first.result).toHaveLength(4);
    await Promise.all([first.commit(), starting.commit()]);
    expect(await look(database.db)).toEqual([]);
  });

  it('that have looked at the same start it once: the second start waits, and finds it lost', async () => {
    for (let n = 0; n < 4; n++) await sending.due('rh', `+452012340${n}`, { at: later(-n) });
    const by = await join();
    const [ours, theirs] = [await look(database.db), await look(database.db)];
    const starting = await inOpenTransaction(second.db, (trx) =>
      start(
        trx,
        ours.map((each) => startRow(each)),
      ),
    );
    const waiting = start(
      database.db,
      theirs.map((each) => startRow(each)),
      { by },
    );
    await waitingForLock(database.db);
    await starting.commit();
    const results = await waiting;
    expect(results).toHaveLength(4);
    for (const result of results) expect(result).toMatchObject({ verdict: 'lost', message_id: null });
    const messages = await database.db.selectFrom('message').selectAll().execute();
    expect(messages).toHaveLength(4);
    expect(messages.every(({ attempts, status }) => attempts === 1 && status === 'handing_over')).toBe(true);
    expect(await groups()).toMatchObject([{ process_id: processId }]);
  });

  it('that have looked at the same: the second starts it where the first one’s start is undone', async () => {
    for (let n = 0; n < 4; n++) await sending.due('rh', `+452012340${n}`, { at: later(-n) });
    const by = await join();
    const found = await look(database.db);
    const rows = () => found.map((each) => startRow(each));
    const starting = await inOpenTransaction(second.db, (trx) => start(trx, rows()));
    const waiting = start(database.db, rows(), { by });
    await waitingForLock(database.db);
    await starting.rollback();
    expect((await waiting).every(({ verdict, message_id }) => verdict === 'start' && message_id !== null)).toBe(true);
    expect(await groups()).toMatchObject([{ process_id: by }]);
  });

  it('with the same share, both with everything prepared, hand each reminder over once', async () => {
    for (let n = 0; n < 20; n++) await sending.due('rh', `+45201234${10 + n}`, { at: later(n - 20) });
    await sql`delete from process`.execute(database.db);
    const { keyring } = sending.rows;
    const processes = [database, second].map((opened) => startSending(opened, { keyring, concurrency: 20 }));
    // Neither goes alone over the first, since each finds nothing due as it joins the other.
    for (const each of processes) each.clock.now = later(-MINUTE);
    for (const each of processes) await each.dispatcher.drain();
    for (const each of processes) each.clock.now = MONDAY;
    await sql`update process set heartbeat_at = ${later(-20 * SECOND)}`.execute(database.db);
    const locking = await inOpenTransaction(second.db, (trx) => sql`select 1 from reminder for update`.execute(trx));
    const draining = processes.map((each) => each.dispatcher.drain());
    await waitingForLock(database.db, 2);
    await locking.commit();
    await Promise.all(draining);
    for (const each of processes) await each.drain();
    const references = processes.flatMap((each) => each.gateway.sent.map(({ reference }) => reference));
    expect(references).toHaveLength(20);
    expect(new Set(references).size).toBe(20);
    expect(await sending.countByStatus()).toEqual({ accepted: 20 });
  });

  it('hand over 3,000 together, each once, while others are cancelled, without a deadlock', async () => {
    await sql`delete from process`.execute(database.db);
    await sql`update authority set max_per_number_per_day = 100000`.execute(database.db);
    await sending.multiply(await sending.due('rh', PHONE, { appointment: { reference: 'first' } }), 2_999);
    const { keyring } = sending.rows;
    // However long the calls are held open, none times out.
    const after = (ms: number, work: () => void) => (ms > SECOND ? () => {} : systemTimers.after(ms, work));
    const timers = { after, monotonic: () => 0 };
    const processes = [database, second].map((opened) => startSending(opened, { keyring, concurrency: 25, timers }));
    for (const each of processes) each.gateway.hold();
    const draining = processes.map((each) => each.dispatcher.drain());
    await Promise.all(processes.map((each) => each.gateway.open(20)));
    const left = new Set<string>();
    for (let n = 2_000; n < 2_200; n++) {
      // The first half while nothing more can be started, the second half against starts.
      if (n === 2_100) for (const each of processes) each.gateway.release();
      const { alreadyHandedOver } = await sending.post('rh', {
        reference: `many-${n}`,
        status: 'cancelled',
      });
      if (alreadyHandedOver.length > 0) left.add(`many-${n}`);
    }
    await Promise.all(draining);
    for (const each of processes) await each.drain();

    const references = processes.flatMap((each) => each.gateway.sent.map(({ reference }) => reference));
    expect(new Set(references).size).toBe(references.length);
    const { rows } = await sql<{ reference: string; template: string }>`
      select a.reference, m.template from message m join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
      where a.reference ~ '^many-2[01]..$' and m.template = 'reminder'`.execute(database.db);
    expect(new Set(rows.map(({ reference }) => reference))).toEqual(left);
    const { accepted = 0, cancelled = 0, ...others } = await sending.countByStatus();
    expect(others).toEqual(left.size > 0 ? { planned: left.size } : {});
    expect(accepted + cancelled).toBe(3_000);
    expect(cancelled).toBe(200 - left.size);
    expect(cancelled).toBeGreaterThan(50);
    expect(processes.every((each) => each.gateway.sent.length > 100)).toBe(true);
    expect(await deadlocks(database.db)).toBe(0);
  });
});

type Change = (deps: Sending['deps'], db: Kysely<Database>) => Promise<unknown>;
const settings = { name: 'Authority rh', sender: 'Sundhed', ...AUTHORITY_DEFAULTS };
const sourceSettings = { ...SOURCE_DEFAULTS, name: 'rh', mode: 'paused' } as const;
const pause = { at: MONDAY, until: null, reason: 'test' };
const event =
  (rest: Partial<Parameters<typeof postEvent>[2]>): Change =>
  (deps, db) =>
    postEvent(deps, 'rh', { reference: 'A-1', ...rest }, db);

/** What may come between a look and its start, with how the reminder stands afterwards and what was sent about it. */
const CHANGES: [string, Change, { status: string; reason?: string | null; sent: string[] }][] = [
  ['a cancellation', event({ status: 'cancelled' }), { status: 'cancelled', sent: [] }],
  ['a deletion', event({ status: 'entered-in-error' }), { status: 'cancelled', reason: 'entered-in-error', sent: [] }],
  ['a move', event({ start: new Date('2026-12-08T08:00:00Z') }), { status: 'superseded', sent: [] }],
  ['a new number', event({ phone: OTHER }), { status: 'accepted', sent: [OTHER] }],
  ['a number taken away', event({ phone: null }), { status: 'suppressed', reason: 'no_phone', sent: [] }],
  ['a new place', event({ locationText: 'Opgang 9' }), { status: 'accepted', sent: [PHONE] }],
  ['a status that may be an end', event({ unclear: ['Cncl'], status: null }), { status: 'planned', sent: [] }],
  [
    'a STOP',
    (deps, db) =>
      recordOptOut({ ...deps, db }, { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, MONDAY),
    { status: 'suppressed', reason: 'opted_out', sent: [] },
  ],
  [
    'a STOP for the whole installation',
    (deps, db) =>
      recordOptOut({ ...deps, db }, { authorityId: null, phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, MONDAY),
    { status: 'suppressed', reason: 'opted_out', sent: [] },
  ],
  [
    'an erasure',
    (deps, db) => eraseCitizen({ ...deps, db }, { authorityId: 'rh', phone: PHONE, actor: 'test' }, MONDAY),
    { status: 'suppressed', reason: 'erased', sent: [] },
  ],
  [
    'a pause of the authority',
    (deps, db) => pauseSending({ ...deps, db }, { authorityId: 'rh', sourceId: null, actor: 'test', pause }, MONDAY),
    { status: 'planned', sent: [] },
  ],
  [
    'a pause of the source',
    (deps, db) => pauseSending({ ...deps, db }, { authorityId: 'rh', sourceId: 'rh', actor: 'test', pause }, MONDAY),
    { status: 'planned', sent: [] },
  ],
  [
    'the source’s mode paused',
    (deps, db) =>
      putSource({ ...deps, db }, { authorityId: 'rh', id: 'rh', actor: 'test', settings: sourceSettings }, MONDAY),
    { status: 'planned', sent: [] },
  ],
  [
    'another sender',
    (deps, db) =>
      putAuthority({ ...deps, db }, { id: 'rh', actor: 'test', settings: { ...settings, sender: 'Anders' } }, MONDAY),
    { status: 'accepted', sent: [PHONE] },
  ],
  [
    'new wording',
    async (_, db) => {
      await sql`update authority set version = version + 1 where id = 'rh'`.execute(db);
      await sql`insert into template_version (authority_id, name, language, version, text, created_at, created_by)
        values ('rh', 'reminder', 'da', 1, 'Nye ord.', ${MONDAY}, 'test')`.execute(db);
    },
    { status: 'accepted', sent: [PHONE] },
  ],
];
const FRESH: Record<string, string> = { 'a new place': 'Opgang 9', 'new wording': 'Nye ord.' };

describe('between a look and its start', () => {
  it.each(CHANGES)(
    '%s first: the start waits for its commit and sees it',
    async (name, change, { status, reason = null, sent }) => {
      const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
      await sql`delete from process`.execute(database.db);
      const changing = await inOpenTransaction(second.db, (trx) => change(sending.deps, trx));
      const draining = sending.dispatcher.drain();
      await waitingForLock(database.db);
      expect((await waitingStatements()).join()).toContain('with alive as materialized');
      expect(await sending.messagesOf(reminder)).toEqual([]);
      await changing.commit();
      expect((await draining).started).toBe(0);
      await sending.drain();
      expect(await sending.reminder(reminder)).toMatchObject({ status, reason });
      const toCitizen = sending.gateway.sent;
      expect(toCitizen.map(({ to }) => to)).toEqual(sent);
      if (name in FRESH) expect(toCitizen[0]?.text).toContain(FRESH[name]);
      if (name === 'another sender') expect(toCitizen[0]?.from).toBe('Anders');
    },
  );

  it.each(CHANGES)('%s first, and taken back: the start waits, and goes as if it had not been', async (_, change) => {
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    const found = await look(database.db);
    const changing = await inOpenTransaction(second.db, (trx) => change(sending.deps, trx));
    const starting = start(
      database.db,
      found.map((each) => startRow(each)),
    );
    await waitingForLock(database.db);
    await changing.rollback();
    expect(await starting).toMatchObject([{ reminder_id: reminder, verdict: 'start', attempts: 1 }]);
  });

  it.each(CHANGES)('%s second: it waits for the start’s commit, and what was started goes', async (_, change) => {
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    const starting = await inOpenTransaction(second.db, (trx) => startDue({}, trx));
    expect(starting.result).toMatchObject([{ verdict: 'start', attempts: 1 }]);
    let answered = false;
    const changing = change(sending.deps, database.db).then((answer) => {
      answered = true;
      return answer;
    });
    await waitingForLock(database.db);
    expect(answered).toBe(false);
    await starting.commit();
    const answer = await changing;
    if (typeof answer === 'object' && answer !== null && 'alreadyHandedOver' in answer)
      expect(answer.alreadyHandedOver).toEqual([reminder]);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'handing_over', next_at: null });
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'handing_over', attempts: 1 }]);
    const [group] = await groups();
    const message = starting.result[0]?.message_id as string;
    expect(group).toMatchObject({ process_id: processId, message_ids: [message] });
    await settle(database.db, [outcome(reminder, message, 'accepted')], [group?.id as string], MONDAY);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
    expect(await groups()).toEqual([]);
  });

  it.each(CHANGES.slice(0, 3))('%s that waited says “already handed over”', async (_, change) => {
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    const starting = await inOpenTransaction(second.db, (trx) => startDue({}, trx));
    const changing = change(sending.deps, database.db);
    await waitingForLock(database.db);
    await starting.commit();
    expect(await changing).toMatchObject({ alreadyHandedOver: [reminder] });
  });

  it('says “already handed over” while the call is open, and nothing is sent twice', async () => {
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    sending.gateway.hold();
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);
    const answer = await sending.post('rh', { reference: 'A-1', status: 'cancelled' }, second.db);
    expect(answer.alreadyHandedOver).toEqual([reminder]);
    sending.gateway.release();
    await draining;
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('does not start with an appointment that was read before it changed, though the reminder was read after', async () => {
    await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    await sending.post('rh', { reference: 'A-1', phone: OTHER });
    const found = await look(database.db);
    // As a look returns it whose statement read the appointment before the event's commit and the reminder after it.
    const rows = found.map((each) => startRow(each, { appointment_revision: each.appointment_revision - 1 }));
    expect(await start(database.db, rows)).toMatchObject([{ verdict: 'changed', message_id: null }]);
  });
});

describe('a decision that nothing goes', () => {
  const WAIT = { action: 'wait', next_at: later(5 * MINUTE) } as const;
  const END = { action: 'end', status: 'expired', reason: 'too_late' } as const;
  const decisions = [
    ['to wait', WAIT],
    ['to end', END],
  ] as const;
  const settingsChanges: [string, Change][] = [
    [
      'the authority',
      (deps, db) => resumeSending({ ...deps, db }, { authorityId: 'rh', sourceId: null, actor: 'test' }, MONDAY),
    ],
    [
      'the source',
      (deps, db) => resumeSending({ ...deps, db }, { authorityId: 'rh', sourceId: 'rh', actor: 'test' }, MONDAY),
    ],
  ];
  const cases = decisions.flatMap(([name, decision]) =>
    settingsChanges.map(([what, change]) => [name, what, decision, change] as const),
  );

  it.each(cases)('%s is not written where the settings of %s changed first', async (_, what, decision, change) => {
    const sourceId = what === 'the source' ? 'rh' : null;
    await pauseSending(sending.deps, { authorityId: 'rh', sourceId, actor: 'test', pause }, MONDAY);
    const { reminder } = await sending.due('rh');
    const before = await sending.reminder(reminder);
    const versions = sourceId ? { source_version: 2 } : { authority_version: 2 };
    const rows = (await look(database.db)).map((each) => decided(each, { ...decision, ...versions }));
    const changing = await inOpenTransaction(second.db, (trx) => change(sending.deps, trx));
    const starting = start(database.db, rows);
    await waitingForLock(database.db);
    await changing.commit();
    expect(await starting).toMatchObject([{ verdict: 'changed' }]);
    const found = await sending.reminder(reminder);
    expect(found).toMatchObject({ status: 'planned', reason: null, next_at: before.next_at });
  });

  it.each(decisions)('%s is written where nothing changed', async (_, decision) => {
    const { reminder } = await sending.due('rh');
    const rows = (await look(database.db)).map((each) => decided(each, decision));
    expect(await start(database.db, rows)).toMatchObject([{ verdict: decision.action, message_id: null }]);
    expect(await sending.reminder(reminder)).toMatchObject(
      decision === WAIT ? { status: 'planned', next_at: WAIT.next_at } : { status: 'expired', next_at: null },
    );
    expect(await groups()).toEqual([]);
  });

  it('does not end a reminder by what was decided before its appointment changed', async () => {
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    const found = await look(database.db);
    await sending.post('rh', { reference: 'A-1', locationText: 'Opgang 9' });
    const rows = found.map((each) => decided(each, { action: 'end', status: 'suppressed', reason: 'no_phone' }));
    expect(await start(database.db, rows)).toMatchObject([{ verdict: 'changed' }]);
    const result = await sending.reminder(reminder);
    expect(result).toMatchObject({ status: 'planned', reason: null, next_at: MONDAY, tries: 0 });
  });

  it('does not plan again what a cancellation has ended meanwhile', async () => {
    const { reminder } = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
    const found = await look(database.db);
    await sending.post('rh', { reference: 'A-1', status: 'cancelled' });
    expect(
      await start(
        database.db,
        found.map((each) => decided(each, WAIT)),
      ),
    ).toMatchObject([{ verdict: 'lost' }]);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'cancelled', next_at: null });
  });
});

describe('a number’s daily limit', () => {
  it('is left to those of a group that can go', async () => {
    await sql`update authority set max_per_number_per_day = 1`.execute(database.db);
    for (const ms of [-3, -2, -1]) await sending.due('rh', PHONE, { at: later(ms) });
    const rows = (await look(database.db)).map((each, position) =>
      startRow(each, { position, ...(position === 0 ? { authority_version: 0 } : {}) }),
    );
    const results = await start(database.db, rows);
    const verdicts = new Map(results.map((result) => [result.reminder_id, result.verdict]));
    expect(rows.map(({ reminder_id }) => verdicts.get(reminder_id))).toEqual(['changed', 'start', 'too_many_today']);
  });

  /** Two reminders of one number, with a limit of one. */
  async function dueTwice(): Promise<readonly [DueReminder, DueReminder]> {
    await sql`update authority set max_per_number_per_day = 1`.execute(database.db);
    for (const ms of [-2, -1]) await sending.due('rh', PHONE, { at: later(ms) });
    return (await look(database.db)) as [DueReminder, DueReminder];
  }

  it.each([
    { ends: 'is committed: the second one goes beyond the limit', commits: true, verdict: 'too_many_today' },
    { ends: 'is rolled back: the second one goes', commits: false, verdict: 'start' },
  ])('holds where another process starts one for the number at the same moment, which $ends', async (row) => {
    const [one, other] = await dueTwice();
    const first = await inOpenTransaction(second.db, (trx) => start(trx, [startRow(one)]));
    expect(first.result).toMatchObject([{ verdict: 'start' }]);
    const starting = start(database.db, [startRow(other)], { by: await join() });
    await waitingForLock(database.db);
    await (row.commits ? first.commit() : first.rollback());
    expect(await starting).toMatchObject([{ verdict: row.verdict }]);
  });

  it('keeps no start for another number waiting, nor one for the number by another authority', async () => {
    const [one] = await dueTwice();
    await sending.due('rh', OTHER);
    await sending.rows.authority('other');
    await sending.due('other', PHONE);
    const others = (await look(database.db)).slice(2);
    const first = await inOpenTransaction(second.db, (trx) => start(trx, [startRow(one)]));
    const rows = others.map((each) => startRow(each));
    expect((await start(database.db, rows)).map(({ verdict }) => verdict)).toEqual(['start', 'start']);
    await first.commit();
  });

  it('lets processes that start for the same numbers in any order wait for each other without a deadlock', async () => {
    const before = await deadlocks(database.db);
    const numbers = Array.from({ length: 20 }, (_, n) => `+45201234${10 + n}`);
    for (const phone of [...numbers, ...[...numbers].reverse()]) await sending.due('rh', phone);
    const all = await look(database.db);
    const by = await join();
    const starts = Array.from({ length: 10 }, (_, n) => {
      const rows = all.filter((_each, nth) => nth % 10 === n).map((each) => startRow(each));
      return start(n % 2 === 0 ? database.db : second.db, rows, { by: n % 2 === 0 ? by : processId });
    });
    expect((await Promise.all(starts)).flat().every(({ verdict }) => verdict === 'start')).toBe(true);
    expect(await deadlocks(database.db)).toBe(before);
  });
});

describe('a STOP and an appointment that is being booked', () => {
  const stop = () =>
    recordOptOut(sending.deps, { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, MONDAY);
  const book = () =>
    inOpenTransaction(second.db, (trx) =>
      sending.post('rh', { reference: 'new', phone: PHONE, start: new Date('2026-12-01T08:00:00Z') }, trx),
    );

  it('committed after the STOP was acknowledged: nothing starts', async () => {
    const booking = await book();
    expect(booking.result.reminders).toBe(1);
    await stop();
    await booking.commit();
    sending.clock.now = later(HOURS_LATER);
    await sending.drain();
    expect(sending.gateway.sent).toEqual([]);
    expect(await statusesOf('new')).toContainEqual({ status: 'suppressed', reason: 'opted_out' });
  });

  it('committed between: it is found before the STOP is acknowledged', async () => {
    const { reminder } = await sending.due('rh', PHONE, { at: later(HOURS_LATER) });
    const holding = await inOpenTransaction(second.db, (trx) =>
      sql`select 1 from reminder where id = ${reminder} for update`.execute(trx),
    );
    const booking = await book();
    const stopping = stop();
    // The STOP's first look at the number's reminders has begun, and can't see the new one any more.
    await waitingForLock(database.db);
    await booking.commit();
    await holding.commit();
    await stopping;
    expect(await statusesOf('new')).toContainEqual({ status: 'suppressed', reason: 'opted_out' });
    expect((await statusesOf('new')).filter(({ status }) => status === 'planned')).toEqual([]);
  });
});

async function statusesOf(reference: string): Promise<{ status: string; reason: string | null }[]> {
  const { rows } = await sql<{ status: string; reason: string | null }>`
    select r.status, r.reason from reminder r join appointment a on a.id = r.appointment_id where a.reference = ${reference}`.execute(
    database.db,
  );
  return rows;
}

describe('a process that counts as gone', () => {
  it('starts nothing until it has joined again', async () => {
    const { reminder } = await sending.due('rh');
    const before = await sending.reminder(reminder);
    expect(await recover(sending.deps, later(2 * GONE))).toBe(1);
    expect(await startDue({ now: later(2 * GONE) })).toMatchObject([{ verdict: 'lapsed', message_id: null }]);
    expect(await sending.messagesOf(reminder)).toEqual([]);
    expect(await sending.reminder(reminder)).toEqual(before);
    expect(await groups()).toEqual([]);
    await join(later(2 * GONE), processId);
    expect(await startDue({ now: later(2 * GONE) })).toMatchObject([{ verdict: 'start' }]);
  });

  it('notices it by its first start, joins again, and hands over with the next drain', async () => {
    await sql`delete from process`.execute(database.db);
    const timers = { ...systemTimers, monotonic: () => 0 };
    const asleep = startSending(database, { keyring: sending.rows.keyring, timers });
    await asleep.dispatcher.drain();
    // Its own clock has not told it that it is late with its heartbeat.
    expect(await recover(asleep.deps, later(2 * GONE))).toBe(1);
    await due(asleep, 'rh');
    expect(await asleep.dispatcher.drain()).toEqual({ looked: 1, started: 0 });
    expect(asleep.gateway.sent).toEqual([]);
    expect(await drainAndSettle(asleep)).toEqual({ looked: 1, started: 1 });
    expect(asleep.gateway.sent).toHaveLength(1);
  });

  it('being declared gone: its start waits, and starts nothing', async () => {
    const { reminder } = await sending.due('rh');
    const rows = (await look(database.db)).map((each) => startRow(each));
    const recovering = await inOpenTransaction(second.db, (trx) => recoverGone(trx, HOLDS, later(GONE + 1)));
    expect(recovering.result).toEqual({ processes: 1, uncertain: 0 });
    const starting = start(database.db, rows);
    await waitingForLock(database.db);
    await recovering.commit();
    expect(await starting).toMatchObject([{ verdict: 'lapsed', message_id: null }]);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', next_at: MONDAY, tries: 0 });
    expect(await sending.messagesOf(reminder)).toEqual([]);
  });

  it('starting: recovery passes it over without waiting, and settles it the next time', async () => {
    const { reminder } = await sending.due('rh');
    const starting = await inOpenTransaction(second.db, (trx) => startDue({}, trx));
    const recovering = () => inTransaction(database.db, (trx) => recoverGone(trx, HOLDS, later(GONE + 1)));
    expect(await recovering()).toEqual({ processes: 0, uncertain: 0 });
    await starting.commit();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'handing_over' });
    expect(await recovering()).toEqual({ processes: 1, uncertain: 1 });
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
  });

  it('leaves uncertain what it had started and has no outcome of, and nothing outside of it', async () => {
    const started = await sending.due('rh', PHONE);
    await startDue();
    const settled = await sending.due('rh', OTHER);
    const groupId = newId(MONDAY);
    const [result] = await startDue({ groupId });
    await settle(database.db, [outcome(settled.reminder, result?.message_id as string, 'accepted')], [groupId], MONDAY);
    const alive = await join(later(GONE));
    const theirs = await sending.due('rh', '+4520123458');
    await startDue({ by: alive });
    const planned = await sending.due('rh', '+4520123459');

    expect(await recover(sending.deps, later(GONE))).toBe(0);
    expect(await sending.reminder(started.reminder)).toMatchObject({ status: 'handing_over' });
    expect(await recover(sending.deps, later(GONE + 1))).toBe(1);
    expect(await sending.reminder(started.reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    expect(await sending.reminder(settled.reminder)).toMatchObject({ status: 'accepted' });
    expect(await sending.reminder(theirs.reminder)).toMatchObject({ status: 'handing_over' });
    expect(await sending.reminder(planned.reminder)).toMatchObject({ status: 'planned', next_at: MONDAY });
    expect(await groups()).toMatchObject([{ process_id: alive }]);
  });

  it('leaves uncertain, and not started again, what it had started before it ended without its outcome', async () => {
    const { reminder } = await sending.due('rh');
    await startDue();
    await sql`delete from process`.execute(database.db);
    await recover(sending.deps, later(SECOND));
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    expect(await groups()).toEqual([]);
    sending.clock.now = later(HOURS_LATER);
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
  });

  it('has its hand-over repeated once under the policy resend, and not a second time', async () => {
    await changeSettings(database.db, 'rh', { onUncertain: 'resend' });
    await sql`update authority set on_uncertain = 'resend', version = 1`.execute(database.db);
    const { reminder } = await sending.due('rh');
    await startDue();
    await recover(sending.deps, later(GONE + 1));
    const again = later(GONE + 1 + 10 * MINUTE);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: again });
    await join(again, processId);
    expect(await startDue({ now: again })).toMatchObject([{ verdict: 'start', attempts: 2 }]);
    await recover(sending.deps, new Date(again.getTime() + GONE + 1));
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
  });
});

describe('a process that stood still while its hand-over was declared uncertain', () => {
  async function recoveredAfterStart(onUncertain: 'hold' | 'resend' = 'hold') {
    await sql`update authority set on_uncertain = ${onUncertain}, settings = settings || ${JSON.stringify({ onUncertain })}::jsonb`.execute(
      database.db,
    );
    const { reminder } = await sending.due('rh');
    const [started] = await startDue();
    const recovered = later(GONE + SECOND);
    const result = await inTransaction(database.db, (trx) => recoverGone(trx, HOLDS, recovered));
    expect(result).toEqual({ processes: 1, uncertain: 1 });
    return { reminder, message: started?.message_id as string, recovered };
  }

  /** Its repetition, as far as the look. */
  async function lookAgain(recovered: Date) {
    const again = new Date(recovered.getTime() + 10 * MINUTE);
    await join(again, processId);
    const found = await look(database.db, again);
    expect(found).toMatchObject([{ repeat: true }]);
    return { again, rows: found.map((each) => startRow(each)) };
  }

  it.each(['rejected', 'planned', 'expired', 'uncertain'] as const)(
    'does not change it by a late outcome “%s”',
    async (status) => {
      const { reminder, message } = await recoveredAfterStart();
      await settle(database.db, [outcome(reminder, message, status)], [], later(2 * MINUTE));
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
      expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'uncertain' }]);
    },
  );

  it('clears it up by a sure “accepted”', async () => {
    const { reminder, message } = await recoveredAfterStart();
    await settle(database.db, [outcome(reminder, message, 'accepted')], [], later(2 * MINUTE));
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'accepted', gateway_message_id: 'G-1' }]);
  });

  it('clears it up also between the look and the start that would repeat it, and then it is not repeated', async () => {
    const { reminder, message, recovered } = await recoveredAfterStart('resend');
    const { again, rows } = await lookAgain(recovered);
    await settle(database.db, [outcome(reminder, message, 'accepted')], [], again);
    expect(await start(database.db, rows, { now: again })).toMatchObject([{ message_id: null }]);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted', next_at: null });
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'accepted', attempts: 1 }]);
    expect(await groups()).toEqual([]);
  });

  it('clears it up at the same time as it is repeated: the start waits, and it is not', async () => {
    const { reminder, message, recovered } = await recoveredAfterStart('resend');
    const { again, rows } = await lookAgain(recovered);
    const settling = await inOpenTransaction(second.db, (trx) =>
      settle(trx, [outcome(reminder, message, 'accepted')], [], again),
    );
    const starting = start(database.db, rows, { now: again });
    await waitingForLock(database.db);
    await settling.commit();
    expect(await starting).toMatchObject([{ message_id: null }]);
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'accepted', attempts: 1 }]);
    expect(await groups()).toEqual([]);
  });

  it('does not take the state of a repetition that is being started: its outcome waits, and counts for the first try', async () => {
    const { reminder, message, recovered } = await recoveredAfterStart('resend');
    const { again, rows } = await lookAgain(recovered);
    const starting = await inOpenTransaction(second.db, (trx) => start(trx, rows, { now: again }));
    const settling = settle(database.db, [outcome(reminder, message, 'accepted')], [], again);
    await waitingForLock(database.db);
    await starting.commit();
    await settling;
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'handing_over', attempts: 2 }]);
  });

  it('does not take a second try’s state by the first one’s outcome', async () => {
    const { reminder, message, recovered } = await recoveredAfterStart('resend');
    const { again, rows } = await lookAgain(recovered);
    await start(database.db, rows, { now: again });
    await settle(
      database.db,
      [outcome(reminder, message, 'rejected'), outcome(reminder, message, 'accepted')],
      [],
      again,
    );
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'handing_over' });
    const messages = await sending.messagesOf(reminder);
    expect(messages).toMatchObject([{ status: 'handing_over', attempts: 2, handed_over_at: again }]);
  });
});

describe('a message with an outcome', () => {
  it.each(['accepted', 'delivered', 'undelivered', 'rejected', 'handing_over'] as const)(
    '“%s” is never sent again, whatever made its reminder due',
    async (status) => {
      const { reminder } = await sending.due('rh');
      await sending.rows.message('rh', reminder, PHONE, { gateway: 'scripted', status });
      const [before] = await sending.messagesOf(reminder);
      expect(await startDue()).toMatchObject([{ message_id: null }]);
      expect(await sending.messagesOf(reminder)).toEqual([before]);
      expect(await sending.reminder(reminder)).toMatchObject({ status, next_at: null });
      expect(await groups()).toEqual([]);
    },
  );
});

describe('a start whose commit is unknown to its process', () => {
  const groupId = newId(MONDAY);
  async function twoRows() {
    for (const phone of [PHONE, OTHER]) await sending.due('rh', phone);
    const found = await look(database.db);
    const notCalled = found.map(({ id, next_at, repeat }) => ({ reminder_id: id, next_at, repeat }));
    const undo = (db = database.db) =>
      inTransaction(db, (trx) => undoStart(trx, groupId, processId, notCalled, MONDAY));
    return { undo, rows: () => found.map((each) => startRow(each)) };
  }
  const expectUndone = async () => {
    const reminders = await database.db.selectFrom('reminder').selectAll().execute();
    expect(reminders).toHaveLength(2);
    for (const row of reminders) expect(row).toMatchObject({ status: 'planned', next_at: MONDAY, tries: 0 });
    const messages = await database.db.selectFrom('message').selectAll().execute();
    expect(messages.every(({ status }) => status === 'not_sent')).toBe(true);
    expect((await groups()).every(({ message_ids }) => message_ids.length === 0)).toBe(true);
  };

  it('is undone if it was committed', async () => {
    const { undo, rows } = await twoRows();
    expect(await start(database.db, rows(), { groupId })).toMatchObject([{ verdict: 'start' }, { verdict: 'start' }]);
    await undo();
    await expectUndone();
    expect((await startDue()).every(({ verdict, attempts }) => verdict === 'start' && attempts === 2)).toBe(true);
  });

  it('is waited for if it is still running, and undone once it is committed', async () => {
    const { undo, rows } = await twoRows();
    const starting = await inOpenTransaction(second.db, (trx) => start(trx, rows(), { groupId }));
    const undoing = undo();
    await waitingForLock(database.db);
    await starting.commit();
    await undoing;
    await expectUndone();
  });

  it('can’t be committed any more if it was not', async () => {
    const { undo, rows } = await twoRows();
    await undo();
    await expect(start(database.db, rows(), { groupId })).rejects.toThrow(/hand_over_group_pkey/);
    await expectUndone();
  });

  it('that comes while it is being given up waits, and fails', async () => {
    const { undo, rows } = await twoRows();
    const undoing = await inOpenTransaction(second.db, (trx) => undo(trx));
    const starting = expect(start(database.db, rows(), { groupId })).rejects.toThrow(/hand_over_group_pkey/);
    await waitingForLock(database.db);
    await undoing.commit();
    await starting;
    await expectUndone();
    expect(await database.db.selectFrom('message').selectAll().execute()).toEqual([]);
  });

  it('stays uncertain where it was a repetition, to be repeated as before', async () => {
    const { reminder } = await sending.due('rh', PHONE, { reminder: { status: 'handed_over', next_at: MONDAY } });
    await sending.rows.message('rh', reminder, PHONE, { gateway: 'scripted', status: 'uncertain' });
    const found = await look(database.db);
    const notCalled = found.map(({ id, next_at, repeat }) => ({ reminder_id: id, next_at, repeat }));
    await start(
      database.db,
      found.map((each) => startRow(each)),
      { groupId },
    );
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'handing_over', next_at: null });
    await inTransaction(database.db, (trx) => undoStart(trx, groupId, processId, notCalled, MONDAY));
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: MONDAY });
  });

  it('leaves alone what has an outcome by a receipt meanwhile', async () => {
    const { reminder } = await sending.due('rh');
    const found = await look(database.db);
    const notCalled = found.map(({ id, next_at, repeat }) => ({ reminder_id: id, next_at, repeat }));
    await start(
      database.db,
      found.map((each) => startRow(each)),
      { groupId },
    );
    await sql`update message set status = 'delivered'`.execute(database.db);
    await inTransaction(database.db, (trx) => undoStart(trx, groupId, processId, notCalled, MONDAY));
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'delivered', next_at: null });
  });
});

describe('a receipt that overtakes the answer to its own call', () => {
  it.each(['accepted', 'undelivered', 'delivered'] as const)(
    '“%s” stands, and the answer adds what it knows',
    async (state) => {
      const { reminder } = await sending.due('rh');
      sending.gateway.script({ kind: 'accepted', gatewayMessageId: 'G-7', segments: 3 });
      sending.gateway.hold();
      const draining = sending.dispatcher.drain();
      await sending.gateway.open(1);
      const receipts = new ReceiptAcceptor(sending.deps);
      await receipts.accept(
        sending.gateway,
        sending.gateway.receipt(sending.gateway.sent[0]?.reference as string, state),
      );
      await receipts.idle();
      expect(await sending.reminder(reminder)).toMatchObject({ status: state });
      sending.gateway.release();
      await draining;
      await sending.dispatcher.stop();
      expect(await sending.reminder(reminder)).toMatchObject({ status: state });
      const messages = await sending.messagesOf(reminder);
      expect(messages).toMatchObject([{ status: state, gateway_message_id: 'G-7', gateway_segments: 3 }]);
    },
  );

  it('“delivered” stands also when the call timed out or was refused', async () => {
    for (const [n, result] of (
      [
        { kind: 'uncertain', code: 't', detail: '' },
        { kind: 'rejected', reason: 'permanent', code: 'r', detail: '' },
      ] as const
    ).entries()) {
      const { reminder } = await sending.due('rh', `+452012340${n}`);
      sending.gateway.script(async ({ reference }) => {
        const receipts = new ReceiptAcceptor(sending.deps);
        await receipts.accept(sending.gateway, sending.gateway.receipt(reference, 'delivered'));
        await receipts.idle();
        return result;
      });
      await sending.drain();
      await sending.dispatcher.stop();
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'delivered' });
      expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'delivered' }]);
      sending = startSending(database, { keyring: sending.rows.keyring });
    }
  });
});
