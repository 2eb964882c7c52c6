import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import { type ClaimedReminder, claimDue, releaseClaims } from '../../src/dispatch/claim.sql.ts';
import { type SettleRow, settle } from '../../src/dispatch/settle.sql.ts';
import { type StartRow, startGroup } from '../../src/dispatch/start.sql.ts';
import { AUTHORITY_DEFAULTS, SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { newId } from '../../src/domain/ids.ts';
import { sweepLapsedClaims } from '../../src/operations/sweep.sql.ts';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { pauseSending, putAuthority } from '../../src/staff/authorities.ts';
import { eraseCitizen } from '../../src/staff/erase-citizen.ts';
import { putSource } from '../../src/staff/sources.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  countByStatus,
  drainAndSettle,
  due,
  later,
  MINUTE,
  MONDAY,
  messagesOf,
  multiply,
  PHONE,
  postEvent,
  reminderNow,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';

const OTHER = '+4520123457';
const LEASE = 45 * SECOND;
const HOURS_LATER = 4 * 60 * MINUTE;
const HOLDS = [{ gateway: 'scripted', ms: 10 * MINUTE }];

let database: TestDatabase;
let second: Awaited<ReturnType<typeof openDatabase>>;
let sending: Sending;

beforeEach(async () => {
  database = await openTestDatabase('postgres');
  second = await openDatabase({ databaseUrl: database.url });
  sending = startSending(database, { concurrency: 1 });
  await sending.rows.authority('rh');
});
afterEach(async () => {
  await second.close();
  await database.close();
});

async function claim(
  db: Kysely<Database>,
  limit = 500,
  now = MONDAY,
): Promise<{ batchId: string; claimed: ClaimedReminder[] }> {
  const batchId = newId(now);
  const claimed = await claimDue(db, {
    batchId,
    worker: 'test',
    now,
    leaseUntil: new Date(now.getTime() + LEASE),
    limit,
    atOnce: limit,
    which: { behind: null },
  });
  return { batchId, claimed };
}

function startRow(reminder: ClaimedReminder, changes: Partial<StartRow> = {}): StartRow {
  const { cipher } = sending.rows.keyring;
  return {
    reminder_id: reminder.id,
    revision: reminder.revision,
    appointment_revision: reminder.appointment_revision,
    authority_version: 1,
    source_version: 1,
    position: 0,
    day_start: later(-10 * 60 * MINUTE),
    message_id: newId(MONDAY),
    sender: 'Sundhed',
    phone_ciphertext: cipher.encrypt('rh', 'message.phone', PHONE),
    text_ciphertext: cipher.encrypt('rh', 'message_text.text', 'Husk din tid.'),
    encoding: 'gsm7',
    segments: 1,
    template_version: 0,
    ...changes,
  };
}

const start = (db: Kysely<Database>, batchId: string, rows: StartRow[], now = MONDAY) =>
  startGroup(db, { batchId, gateway: 'scripted', now, leaseUntil: new Date(now.getTime() + LEASE) }, rows);

function outcome(
  batchId: string,
  reminder: string,
  message: string,
  status: SettleRow['status'],
  attempts = 1,
): SettleRow {
  const of = {
    accepted: 'accepted',
    rejected: 'rejected',
    planned: 'not_sent',
    uncertain: 'uncertain',
    expired: 'not_sent',
  } as const;
  return {
    reminder_id: reminder,
    batch_id: batchId,
    message_id: message,
    attempts,
    status,
    reason: null,
    next_at: status === 'planned' ? later(MINUTE) : null,
    message_status: of[status],
    message_reason: null,
    code: null,
    gateway_message_id: 'G-1',
    gateway_segments: null,
  };
}

describe('two claims', () => {
  it('take different reminders, and neither waits for the other', async () => {
    for (let n = 0; n < 4; n++) await due(sending, 'rh', `+452012340${n}`, { at: later(-n) });
    const first = await inOpenTransaction(second.db, (trx) => claim(trx, 2));
    const other = await claim(database.db);
    expect(first.result.claimed).toHaveLength(2);
    expect(other.claimed).toHaveLength(2);
    const ids = [...first.result.claimed, ...other.claimed].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    await first.commit();
  });

  it('leave nothing claimed when one is undone', async () => {
    await due(sending, 'rh');
    const first = await inOpenTransaction(second.db, (trx) => claim(trx));
    await first.rollback();
    expect((await claim(database.db)).claimed).toHaveLength(1);
  });

  it('by two processes hand over 3,000 together, each once, while others are cancelled, without a deadlock', async () => {
    await sql`update authority set max_per_number_per_day = 100000`.execute(database.db);
    await multiply(sending, await due(sending, 'rh', PHONE, { appointment: { reference: 'first' } }), 2_999);
    const { keyring } = sending.rows;
    const processes = [database, second].map((opened) => startSending(opened, { keyring, concurrency: 25 }));
    for (const each of processes) each.gateway.hold();
    const draining = processes.map((each) => each.dispatcher.drain());
    await Promise.all(processes.map((each) => each.gateway.open(20)));
    const left = new Set<string>();
    for (let n = 2_000; n < 2_200; n++) {
      // The first half against claims that can't be started yet, the second half against starts.
      if (n === 2_100) for (const each of processes) each.gateway.release();
      const { alreadyHandedOver } = await postEvent(sending.deps, 'rh', {
        reference: `many-${n}`,
        status: 'cancelled',
      });
      if (alreadyHandedOver.length > 0) left.add(`many-${n}`);
    }
    await Promise.all(draining);
    for (const each of processes) await drainAndSettle(each);

    const references = processes.flatMap((each) => each.gateway.sent.map(({ reference }) => reference));
    expect(new Set(references).size).toBe(references.length);
    const { rows } = await sql<{ reference: string; template: string }>`
      select a.reference, m.template from message m join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
      where a.reference ~ '^many-2[01]..$' and m.template = 'reminder'`.execute(database.db);
    expect(new Set(rows.map(({ reference }) => reference))).toEqual(left);
    const { accepted = 0, cancelled = 0, ...others } = await countByStatus(sending);
    expect(others).toEqual(left.size > 0 ? { planned: left.size } : {});
    expect(accepted + cancelled).toBe(3_000);
    expect(cancelled).toBe(200 - left.size);
    expect(cancelled).toBeGreaterThan(50);
    expect(processes.every((each) => each.gateway.sent.length > 100)).toBe(true);
    expect(await deadlocks(database.db)).toBe(0);
  }, 60_000);
});

type Change = (deps: Sending['deps'], db: Kysely<Database>) => Promise<unknown>;
const settings = { name: 'Authority rh', sender: 'Sundhed', ...AUTHORITY_DEFAULTS };
const sourceSettings = { ...SOURCE_DEFAULTS, name: 'rh', mode: 'paused' } as const;
const pause = { at: MONDAY, until: null, reason: 'test' };
const event =
  (rest: Partial<Parameters<typeof postEvent>[2]>): Change =>
  (deps, db) =>
    postEvent(deps, 'rh', { reference: 'A-1', ...rest }, db);

/** What may come between a claim and its start, with how the reminder stands afterwards and what was sent about it. */
const CHANGES: [string, Change, { status: string; reason?: string | null; sent: string[] }][] = [
  ['a cancellation', event({ status: 'cancelled' }), { status: 'cancelled', sent: [] }],
  ['a deletion', event({ status: 'entered-in-error' }), { status: 'cancelled', reason: 'entered-in-error', sent: [] }],
  ['a move', event({ start: new Date('2026-12-08T08:00:00Z') }), { status: 'superseded', sent: [] }],
  ['a new number', event({ phone: OTHER }), { status: 'accepted', sent: [OTHER] }],
  ['a number taken away', event({ phone: null }), { status: 'suppressed', reason: 'no_phone', sent: [] }],
  ['a new place', event({ locationText: 'Opgang 9' }), { status: 'accepted', sent: [PHONE] }],
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

describe('between a claim and its start', () => {
  it.each(CHANGES)(
    '%s first: the start waits for its commit and sees it',
    async (name, change, { status, reason = null, sent }) => {
      await due(sending, 'rh', '+4520123400', { at: later(-SECOND) });
      const { reminder } = await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
      sending.gateway.hold();
      const draining = sending.dispatcher.drain();
      // Both are claimed; the other one has the only permit.
      await sending.gateway.open(1);
      const changing = await inOpenTransaction(second.db, (trx) => change(sending.deps, trx));
      sending.gateway.release();
      await waitingForLock(database.db);
      await changing.commit();
      await draining;
      await drainAndSettle(sending);
      expect(await reminderNow(sending, reminder)).toMatchObject({ status, reason });
      const toCitizen = sending.gateway.sent.slice(1);
      expect(toCitizen.map(({ to }) => to)).toEqual(sent);
      if (name in FRESH) expect(toCitizen[0]?.text).toContain(FRESH[name]);
      if (name === 'another sender') expect(toCitizen[0]?.from).toBe('Anders');
    },
  );

  it.each(CHANGES)('%s second: it waits for the start’s commit, and what was started goes', async (_, change) => {
    const { reminder } = await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
    const { batchId, claimed } = await claim(database.db);
    const starting = await inOpenTransaction(second.db, (trx) =>
      start(
        trx,
        batchId,
        claimed.map((each) => startRow(each)),
      ),
    );
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
    expect(await reminderNow(sending, reminder)).toMatchObject({
      status: 'claimed',
      started_at: MONDAY,
      batch_id: batchId,
    });
    await settle(
      database.db,
      [outcome(batchId, reminder, starting.result[0]?.message_id as string, 'accepted')],
      MONDAY,
    );
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted' });
  });

  it('says “already handed over” while the call is open, and nothing is sent twice', async () => {
    const { reminder } = await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
    sending.gateway.hold();
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);
    const answer = await postEvent(sending.deps, 'rh', { reference: 'A-1', status: 'cancelled' }, second.db);
    expect(answer.alreadyHandedOver).toEqual([reminder]);
    sending.gateway.release();
    await draining;
    await drainAndSettle(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('does not start with an appointment that was read before it changed, though the reminder was read after', async () => {
    await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
    await postEvent(sending.deps, 'rh', { reference: 'A-1', phone: OTHER });
    const { batchId, claimed } = await claim(database.db);
    // As a claim returns it whose statement began before the event's commit and locked the row after it.
    const rows = claimed.map((each) => startRow(each, { appointment_revision: each.appointment_revision - 1 }));
    expect(await start(database.db, batchId, rows)).toMatchObject([{ verdict: 'changed', message_id: null }]);
  });
});

describe('a number’s daily limit', () => {
  it('is left to those of a group that can go', async () => {
    await sql`update authority set max_per_number_per_day = 1`.execute(database.db);
    for (const ms of [-3, -2, -1]) await due(sending, 'rh', PHONE, { at: later(ms) });
    const { batchId, claimed } = await claim(database.db);
    const rows = claimed.map((each, position) =>
      startRow(each, { position, ...(position === 0 ? { authority_version: 0 } : {}) }),
    );
    const results = await start(database.db, batchId, rows);
    const verdicts = new Map(results.map((result) => [result.reminder_id, result.verdict]));
    expect(rows.map(({ reminder_id }) => verdicts.get(reminder_id))).toEqual(['changed', 'start', 'too_many_today']);
  });
});

describe('a STOP and an appointment that is being booked', () => {
  const stop = () =>
    recordOptOut(sending.deps, { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, MONDAY);
  const book = () =>
    inOpenTransaction(second.db, (trx) =>
      postEvent(sending.deps, 'rh', { reference: 'new', phone: PHONE, start: new Date('2026-12-01T08:00:00Z') }, trx),
    );

  it('committed after the STOP was answered: nothing starts', async () => {
    const booking = await book();
    expect(booking.result.reminders).toBe(1);
    await stop();
    await booking.commit();
    sending.clock.now = later(HOURS_LATER);
    await drainAndSettle(sending);
    expect(sending.gateway.sent).toEqual([]);
    expect(await statusesOf('new')).toContainEqual({ status: 'suppressed', reason: 'opted_out' });
  });

  it('committed between: it is found before the STOP is answered', async () => {
    const { reminder } = await due(sending, 'rh', PHONE, { at: later(HOURS_LATER) });
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

describe('a lapsed lease', () => {
  it('starts nothing, also when nobody has swept yet', async () => {
    const { reminder } = await due(sending, 'rh');
    const { batchId, claimed } = await claim(database.db);
    const rows = claimed.map((each) => startRow(each));
    expect(await start(database.db, batchId, rows, later(LEASE))).toMatchObject([{ verdict: 'lapsed' }]);
    expect(await messagesOf(sending, reminder)).toEqual([]);
    expect(await start(database.db, batchId, rows, later(LEASE - 1))).toMatchObject([{ verdict: 'start' }]);
  });

  it('is prolonged by each start', async () => {
    await due(sending, 'rh', PHONE);
    await due(sending, 'rh', OTHER, { at: later(-1) });
    const { batchId, claimed } = await claim(database.db);
    const [first, next] = claimed.map((each) => startRow(each)) as [StartRow, StartRow];
    expect(await start(database.db, batchId, [first], later(LEASE - 1))).toMatchObject([{ verdict: 'start' }]);
    expect(await start(database.db, batchId, [next], later(LEASE + SECOND))).toMatchObject([{ verdict: 'start' }]);
  });

  it('being swept: the start waits, and starts nothing', async () => {
    const { reminder } = await due(sending, 'rh');
    const { batchId, claimed } = await claim(database.db);
    const sweeping = await inOpenTransaction(second.db, (trx) => sweepLapsedClaims(trx, HOLDS, later(LEASE + 1)));
    expect(sweeping.result).toEqual({ freed: 1, parked: 0, uncertain: 0 });
    // Its clock is a little behind.
    const starting = start(
      database.db,
      batchId,
      claimed.map((each) => startRow(each)),
      later(LEASE - 1),
    );
    await waitingForLock(database.db);
    await sweeping.commit();
    expect(await starting).toMatchObject([{ verdict: 'lost', message_id: null }]);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', claims: 1 });
  });

  it('being prolonged: the sweeper waits, and leaves what was started', async () => {
    const { reminder } = await due(sending, 'rh');
    const { batchId, claimed } = await claim(database.db);
    const starting = await inOpenTransaction(second.db, (trx) =>
      start(
        trx,
        batchId,
        claimed.map((each) => startRow(each)),
        later(LEASE - 1),
      ),
    );
    const sweeping = sweepLapsedClaims(database.db, HOLDS, later(LEASE + 1));
    await waitingForLock(database.db);
    await starting.commit();
    expect(await sweeping).toEqual({ freed: 0, parked: 0, uncertain: 0 });
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'claimed', started_at: later(LEASE - 1) });
  });

  it('gives the whole batch back when the process notices, to be taken anew', async () => {
    const { reminder: held } = await due(sending, 'rh', '+4520123400', { at: later(-SECOND) });
    const { reminder } = await due(sending, 'rh');
    sending.gateway.hold();
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);
    sending.clock.now = later(LEASE + 1);
    sending.gateway.release();
    await draining;
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', claims: 0, next_at: MONDAY });
    await drainAndSettle(sending);
    expect(await reminderNow(sending, held)).toMatchObject({ status: 'accepted' });
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent).toHaveLength(2);
  });
});

describe('a process that stood still while its claims were swept', () => {
  async function sweptAfterStart(onUncertain: 'hold' | 'resend' = 'hold') {
    await sql`update authority set on_uncertain = ${onUncertain}, settings = settings || ${JSON.stringify({ onUncertain })}::jsonb`.execute(
      database.db,
    );
    const { reminder } = await due(sending, 'rh');
    const { batchId, claimed } = await claim(database.db);
    const [started] = await start(
      database.db,
      batchId,
      claimed.map((each) => startRow(each)),
    );
    const swept = later(LEASE + SECOND);
    expect(await sweepLapsedClaims(database.db, HOLDS, swept)).toEqual({ freed: 0, parked: 0, uncertain: 1 });
    return { reminder, batchId, message: started?.message_id as string, swept };
  }

  it.each(['rejected', 'planned', 'expired', 'uncertain'] as const)(
    'does not change what was swept by a late outcome “%s”',
    async (status) => {
      const { reminder, batchId, message } = await sweptAfterStart();
      await settle(database.db, [outcome(batchId, reminder, message, status)], later(2 * MINUTE));
      expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'uncertain', next_at: null });
      expect(await messagesOf(sending, reminder)).toMatchObject([{ status: 'uncertain' }]);
    },
  );

  it('clears it up by a sure “accepted”', async () => {
    const { reminder, batchId, message } = await sweptAfterStart();
    await settle(database.db, [outcome(batchId, reminder, message, 'accepted')], later(2 * MINUTE));
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted' });
    expect(await messagesOf(sending, reminder)).toMatchObject([{ status: 'accepted', gateway_message_id: 'G-1' }]);
  });

  it('clears it up also while it is claimed to be sent again, and then it is not', async () => {
    const { reminder, batchId, message, swept } = await sweptAfterStart('resend');
    const again = new Date(swept.getTime() + 10 * MINUTE);
    await sql`update reminder set claims = 0`.execute(database.db);
    const next = await claim(database.db, 1, again);
    expect(next.claimed).toMatchObject([{ id: reminder, resend: true }]);
    await settle(database.db, [outcome(batchId, reminder, message, 'accepted')], again);
    expect(
      await start(
        database.db,
        next.batchId,
        next.claimed.map((each) => startRow(each, { authority_version: 1 })),
        again,
      ),
    ).toMatchObject([{ verdict: 'lost' }]);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted', resend: false });
  });

  it('does not take a second try’s state by the first one’s outcome', async () => {
    const { reminder, batchId, message, swept } = await sweptAfterStart('resend');
    const again = new Date(swept.getTime() + 10 * MINUTE);
    await sql`update reminder set claims = 0`.execute(database.db);
    const next = await claim(database.db, 1, again);
    await start(
      database.db,
      next.batchId,
      next.claimed.map((each) => startRow(each)),
      again,
    );
    await settle(
      database.db,
      [outcome(batchId, reminder, message, 'rejected'), outcome(batchId, reminder, message, 'accepted')],
      again,
    );
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'claimed', started_at: again });
    expect(await messagesOf(sending, reminder)).toMatchObject([{ status: 'handing_over', attempts: 2 }]);
  });
});

describe('a receipt that overtakes the answer to its own call', () => {
  it.each(['accepted', 'undelivered', 'delivered'] as const)(
    '“%s” stands, and the answer adds what it knows',
    async (state) => {
      const { reminder } = await due(sending, 'rh');
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
      expect(await reminderNow(sending, reminder)).toMatchObject({ status: state });
      sending.gateway.release();
      await draining;
      await sending.dispatcher.stop();
      expect(await reminderNow(sending, reminder)).toMatchObject({ status: state });
      expect(await messagesOf(sending, reminder)).toMatchObject([
        { status: state, gateway_message_id: 'G-7', gateway_segments: 3 },
      ]);
    },
  );

  it('“delivered” stands also when the call timed out or was refused', async () => {
    for (const [n, result] of (
      [
        { kind: 'uncertain', code: 't', detail: '' },
        { kind: 'rejected', reason: 'permanent', code: 'r', detail: '' },
      ] as const
    ).entries()) {
      const { reminder } = await due(sending, 'rh', `+452012340${n}`);
      sending.gateway.script(async ({ reference }) => {
        const receipts = new ReceiptAcceptor(sending.deps);
        await receipts.accept(sending.gateway, sending.gateway.receipt(reference, 'delivered'));
        await receipts.idle();
        return result;
      });
      await drainAndSettle(sending);
      await sending.dispatcher.stop();
      expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'delivered' });
      expect(await messagesOf(sending, reminder)).toMatchObject([{ status: 'delivered' }]);
      sending = startSending(database, { keyring: sending.rows.keyring });
    }
  });
});

describe('a claim that is given back', () => {
  it('does not end a reminder by what was decided before its appointment changed', async () => {
    const { reminder } = await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
    const { batchId, claimed } = await claim(database.db);
    await postEvent(sending.deps, 'rh', { reference: 'A-1', locationText: 'Opgang 9' });
    const decided = { status: 'suppressed', reason: 'no_phone', next_at: null, held_reason: null } as const;
    const nothing = { text_ciphertext: null, template_version: null, encoding: null, segments: null };
    const release = { reminder_id: reminder, revision: claimed[0]?.revision as number, ...decided, ...nothing };
    await releaseClaims(database.db, batchId, [release], MONDAY);
    expect(await reminderNow(sending, reminder)).toMatchObject({
      status: 'planned',
      reason: null,
      next_at: MONDAY,
      batch_id: null,
      claims: 0,
    });
  });

  it('is not taken back from whoever has changed it', async () => {
    const { reminder } = await due(sending, 'rh', PHONE, { appointment: { reference: 'A-1' } });
    const { batchId, claimed } = await claim(database.db);
    await postEvent(sending.deps, 'rh', { reference: 'A-1', status: 'cancelled' });
    const waiting = { status: 'planned', reason: null, next_at: MONDAY, held_reason: null } as const;
    const nothing = { text_ciphertext: null, template_version: null, encoding: null, segments: null };
    await releaseClaims(
      database.db,
      batchId,
      [{ reminder_id: reminder, revision: claimed[0]?.revision as number, ...waiting, ...nothing }],
      MONDAY,
    );
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'cancelled', next_at: null });
  });
});
