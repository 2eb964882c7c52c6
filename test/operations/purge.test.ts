import { type Kysely, sql } from 'kysely';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import { newId } from '../../src/domain/ids.ts';
import { purge } from '../../src/operations/purge.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { applyReceipts, markApplied } from '../../src/receipts/receipts.sql.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { readStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { writeAudit } from '../../src/store/audit.ts';
import { openTestApp } from '../support/app.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { describeDatabases, openTestDatabase, type TestDatabase } from '../support/database.ts';
import { diesEverywhere } from '../support/fail-at.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { insert, StoredRows, update } from '../support/stored-rows.ts';

const NOW = new Date('2027-06-01T00:00:00Z');
const PHONE = '+4520123456';
const DAY = 86_400_000;
const ago = (days: number, ms = 0) => new Date(NOW.getTime() - days * DAY - ms);
const log = pino({ level: 'silent' });

type Table = keyof Database;
const OF_CITIZENS: readonly Table[] = [
  ...(['appointment', 'reminder', 'reminder_history', 'message', 'uncertain_message'] as const),
  ...(['receipt', 'inbound_message', 'inbound_authority', 'callback', 'idempotency_key'] as const),
];

describeDatabases('the purge', (open) => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  let authorities: number;
  let rows: StoredRows;
  beforeEach(async () => {
    database = await open();
    db = database.db;
    rows = new StoredRows(db, ago(200));
    authorities = 0;
  });
  afterEach(() => database.close());

  const run = (on = db) => purge({ db: on, log }, { auditRetentionDays: 730 }, NOW);
  const newAuthority = (retentionDays = 90) => rows.authority(`a-${++authorities}`, { retentionDays });

  async function counts(): Promise<Partial<Record<Table, number>>> {
    const all: [Table, number][] = [];
    for (const table of OF_CITIZENS) {
      const { rows: found } = await sql<{ count: string }>`select count(*) as count from ${sql.table(table)}`.execute(
        db,
      );
      all.push([table, Number(found[0]?.count)]);
    }
    return Object.fromEntries(all.filter(([, count]) => count > 0));
  }

  /** An appointment with all that hangs on it: a reminder with history, a message with text and receipt. */
  async function life(
    authority: string,
    start: Date | null,
    status: 'delivered' | 'uncertain' | 'handing_over' = 'delivered',
  ): Promise<string> {
    const appointment = await rows.appointment(authority, PHONE, { start_at: start, updated_at: start ?? rows.now });
    const due_day = '2027-01-15';
    const reminder = await rows.reminder(authority, appointment, { status: 'handed_over', due_day });
    const history = { reminder_id: reminder, at: rows.now, status: 'uncertain', reason: null } as const;
    await insert(db, 'reminder_history', history);
    const message = await rows.message(authority, reminder, PHONE, { status, due_day });
    await insert(db, 'receipt', {
      id: newId(NOW),
      message_id: message,
      callback_id: null,
      state: 'delivered',
      cause: null,
      code: '1',
      at: null,
      received_at: rows.now,
    });
    return appointment;
  }

  /** What no appointment owns: an answer, a reply, a raw callback, a key. */
  async function loose(authority: string | null, at: Date): Promise<void> {
    const own = new StoredRows(db, at, rows.keyring);
    const answer = await own.message(authority ?? 'installation', null, PHONE, {
      authority_id: authority,
      created_at: at,
    });
    expect(answer).toBeTruthy();
    if (authority) await own.reply([authority], PHONE);
    else {
      const unowned = {
        gateway: 'scripted',
        gateway_message_id: null,
        phone_ciphertext: null,
        text_ciphertext: null,
      };
      await insert(db, 'inbound_message', {
        ...unowned,
        id: newId(at),
        phone_hash: rows.keyring.phoneHash(PHONE),
        meaning: 'stop',
        scope: 'installation',
        received_at: at,
      });
    }
  }

  async function callback(at: Date, applied_at: Date | null = at): Promise<void> {
    const raw = {
      dedupe_key: rows.keyring.digest('test', newId(at)),
      raw_ciphertext: rows.keyring.cipher.encrypt('', 'callback.raw', 'row', PHONE),
    };
    await insert(db, 'callback', {
      id: newId(at),
      gateway: 'scripted',
      kind: 'receipt',
      ...raw,
      received_at: at,
      applied_at,
      note: null,
    });
  }

  async function key(source_id: string, at: Date): Promise<void> {
    const row = { source_id, key: newId(at), body_hash: Buffer.alloc(32), response: '[]', created_at: at };
    await insert(db, 'idempotency_key', row);
  }

  const appointments = async () =>
    (await db.selectFrom('appointment').select('id').orderBy('id').execute()).map(({ id }) => id);

  it('ends what is kept of subscriptions after 30 days, and all but 200 of a source, of its polls only the page to be next', async () => {
    const authority = await newAuthority();
    const feed = (name: string, at: Date) => ({
      authority_id: authority,
      source_id: authority,
      feed: name,
      updated_at: at,
    });
    const recent = Array.from({ length: 201 }, (_, index) => feed(`f${index}`, ago(1, index)));
    await insert(db, 'fhir_feed', [feed('old', ago(30, 1)), ...recent]);
    const place = { next_page_ciphertext: Buffer.from('sealed'), begun_at: ago(31), polled_at: ago(32) };
    await insert(db, 'fhir_feed', { ...feed('poll', ago(30, 1)), ...place });
    await run();
    const left = await db.selectFrom('fhir_feed').selectAll().orderBy('updated_at', 'desc').execute();
    expect(left.map((row) => row.feed)).toEqual([...recent.slice(0, 200).map((row) => row.feed), 'poll']);
    expect(left.at(-1)).toMatchObject({ next_page_ciphertext: null, begun_at: null, polled_at: ago(32) });
  });

  it('erases an appointment that is past retention with all that hangs on it, and leaves the statistics as they are', async () => {
    const authority = await newAuthority();
    for (let nth = 0; nth < 3; nth++) await life(authority, ago(90, 1));
    const period = { authorityId: authority, from: '2027-01-01', to: '2027-01-31' };
    const before = await readStatistics(db, 'day', period);
    expect(before).toEqual([{ key: '2027-01-15', status: 'delivered', reminders: 3, segments: 3 }]);
    expect(await run()).toEqual({ appointments: 3 });
    expect([await counts(), await readStatistics(db, 'day', period)]).toEqual([{}, before]);
  });

  it('deletes entries of the audit that are past theirs, and none of the last 180 days by the database’s clock', async () => {
    const { rows: clock } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
    const real = clock[0]?.now ?? NOW;
    const days = [1, 179, 181, 729, 731];
    for (const age of days) {
      const entry = { actor: `${age}`, action: 'x', authorityId: null, target: 'x' };
      await writeAudit(db, entry, new Date(real.getTime() - age * DAY));
    }
    await sql`update audit set recorded_at = at where action = 'x'`.execute(db); // As if written then.
    const left = async () => {
      const all = await db
        .selectFrom('audit')
        .select('actor')
        .where('action', '=', 'x')
        .orderBy('at', 'desc')
        .execute();
      return all.map(({ actor }) => Number(actor));
    };
    await purge({ db, log }, { auditRetentionDays: 730 }, real);
    expect(await left()).toEqual([1, 179, 181, 729]);
    await purge({ db, log }, { auditRetentionDays: 1 }, new Date(real.getTime() + 5_000 * DAY));
    expect(await left()).toEqual([1, 179]);
    const written = db.selectFrom('audit').select('after').where('action', '=', 'retention.erase');
    const erased = await written.orderBy('at').execute();
    expect(erased.map(({ after }) => after)).toEqual([
      { appointments: 0, auditEntries: 1 },
      { appointments: 0, auditEntries: 2 },
    ]);
  });

  it('deletes nothing that is younger, each authority by its own retention', async () => {
    const [short, usual, long] = [await newAuthority(30), await newAuthority(90), await newAuthority(365)];
    const kept: string[] = [];
    for (const [authority, days] of [
      [short, 30],
      [usual, 90],
      [long, 365],
    ] as const) {
      await life(authority, ago(days, 1));
      kept.push(await life(authority, ago(days)), await life(authority, NOW), await life(authority, ago(-100)));
    }
    // One without a start counts from its last change.
    await life(usual, null);
    await db
      .updateTable('appointment')
      .set({ updated_at: ago(90, 1) })
      .where('start_at', 'is', null)
      .execute();
    const undated = await life(usual, null);
    await update(db, 'appointment', { id: undated }, { updated_at: ago(90) });
    expect(await run()).toEqual({ appointments: 4 });
    expect(await appointments()).toEqual([...kept, undated].sort());
    expect(await counts()).toMatchObject({ appointment: 10, reminder: 10, message: 10, receipt: 10 });
  });

  it('counts for what was called off from its last change, and for a start far ahead from three years after that', async () => {
    const authority = await newAuthority();
    const ahead = { start_at: new Date('2028-01-01T08:00:00Z') };
    const [years, ever] = [3 * 365 + 1, new Date('2999-01-01T08:00:00Z')];
    const rowsWith = async (row: Parameters<StoredRows['appointment']>[2]) => rows.appointment(authority, PHONE, row);
    for (const status of ['cancelled', 'entered-in-error'] as const)
      await rowsWith({ ...ahead, status, updated_at: ago(90, 1) });
    await rowsWith({ start_at: ever, updated_at: ago(90 + years, DAY) });
    const kept = [
      await rowsWith({ ...ahead, updated_at: ago(90, 1) }),
      await rowsWith({ ...ahead, status: 'cancelled', updated_at: ago(89) }),
      await rowsWith({ start_at: ever, updated_at: ago(89 + years) }),
    ];
    expect(await run()).toEqual({ appointments: 3 });
    expect(await appointments()).toEqual(kept.sort());
  });

  it('corrects times in the future, which a clock set ahead wrote, and leaves those of a start alone', async () => {
    const authority = await newAuthority();
    const ahead = { updated_at: ago(-400) };
    const kept = await rows.appointment(authority, PHONE, { start_at: ago(-300), ...ahead });
    for (const row of [{ start_at: null }, { start_at: ago(-300), status: 'cancelled' } as const])
      await rows.appointment(authority, PHONE, { ...row, ...ahead });
    await rows.appointment(authority, PHONE, { start_at: null, updated_at: ago(-0.5) });
    await rows.reply([authority], PHONE);
    await db
      .updateTable('inbound_message')
      .set({ received_at: ago(-400) })
      .execute();
    await run();
    const times = await db.selectFrom('appointment').select(['id', 'updated_at']).orderBy('updated_at').execute();
    expect(times.map(({ updated_at }) => updated_at)).toEqual([NOW, NOW, ago(-0.5), ago(-400)]);
    expect(times.at(-1)?.id).toBe(kept);
    const received = await db.selectFrom('inbound_message').select('received_at').execute();
    expect(received).toEqual([{ received_at: NOW }]);
  });

  it('leaves what is in somebody’s hands for the next run', async () => {
    const authority = await newAuthority();
    const handingOver = await life(authority, ago(100), 'handing_over');
    for (const status of ['delivered', 'uncertain'] as const) await life(authority, ago(100), status);
    expect(await run()).toEqual({ appointments: 2 });
    expect(await appointments()).toEqual([handingOver]);
    expect(await counts()).toEqual({ appointment: 1, reminder: 1, reminder_history: 1, message: 1, receipt: 1 });
    await db.updateTable('message').set({ status: 'uncertain', updated_at: NOW }).execute();
    expect([await run(), await counts()]).toEqual([{ appointments: 1 }, {}]);
  });

  it('erases answers and replies with their texts, as soon as no authority keeps them any more', async () => {
    const [short, long] = [await newAuthority(30), await newAuthority(365)];
    await loose(short, ago(31));
    await loose(short, ago(29));
    await loose(long, ago(364));
    // One reply to both: the one with the longer retention keeps it.
    await new StoredRows(db, ago(100), rows.keyring).reply([short, long], PHONE);
    await run();
    const replies = await db.selectFrom('inbound_authority').select('authority_id').orderBy('authority_id').execute();
    expect(replies.map((row) => row.authority_id)).toEqual([short, long, long]);
    expect(await counts()).toEqual({ message: 2, inbound_message: 3, inbound_authority: 3 });
  });

  it('keeps a reply about an appointment ahead, and one that holds a number which has one, until that has begun', async () => {
    const [authority, neighbour] = [await newAuthority(30), await newAuthority(30)];
    const old = new StoredRows(db, ago(400), rows.keyring);
    const ahead = { start_at: ago(-2), updated_at: NOW };
    const [mine, held, undoable, settled] = ['+4520123457', '+4520123458', '+4520123459', '+4520123460'];
    const appointment = await rows.appointment(authority, mine, ahead);
    for (const number of [held, undoable, settled]) await rows.appointment(authority, number, ahead);
    const kept = [
      await old.cancellation(authority, mine, appointment),
      await old.reply([authority], held),
      await old.reply([authority], undoable),
    ];
    const settle = (id: string | undefined, minutesAgo: number) =>
      db
        .updateTable('inbound_authority')
        .set({ settled_at: ago(0, minutesAgo * 60_000), settled_by: 'Staff', action: 'ignore' })
        .where('inbound_id', '=', id ?? '')
        .execute();
    await settle(kept[2], 9);
    await settle(await old.reply([authority], settled), 11);
    // The number has an appointment ahead with another authority alone, or one that has begun.
    await rows.appointment(neighbour, PHONE, ahead);
    await rows.appointment(authority, PHONE, { start_at: ago(0, 1), updated_at: NOW });
    await old.reply([authority], PHONE);
    const left = async () => {
      const links = await db.selectFrom('inbound_authority').select('inbound_id as id').orderBy('inbound_id').execute();
      const about = await db.selectFrom('inbound_appointment').select('inbound_id as id').execute();
      return [links.map(({ id }) => id), about.map(({ id }) => id)];
    };
    await run();
    expect(await left()).toEqual([kept.toSorted(), [kept[0]]]);
    await db
      .updateTable('appointment')
      .set({ start_at: ago(0, 1) })
      .execute();
    await run();
    expect([await left(), (await counts()).inbound_message]).toEqual([[[], []], undefined]);
  });

  it('erases what belongs to no authority with the shortest retention of any, and after 90 days at most', async () => {
    const authority = await newAuthority(365);
    const [source] = [authority];
    for (const days of [91, 89]) {
      await loose(null, ago(days));
      await callback(ago(days));
      await callback(ago(days), null);
      await key(source, ago(days));
    }
    await key(source, ago(7, 1));
    await key(source, ago(7));
    await run();
    const found = await counts();
    expect(found).toEqual({ message: 1, inbound_message: 1, callback: 2, idempotency_key: 1 });
    await newAuthority(10);
    await run();
    expect(await counts()).toEqual({ idempotency_key: 1 });
  });

  it('takes number and hash from a refusal that was lifted, and keeps one that stands', async () => {
    const authority = await newAuthority();
    await rows.optOut(authority, PHONE, { lifted_at: ago(91), lifted_by: 'citizen' });
    await rows.optOut(authority, PHONE, { lifted_at: ago(89), lifted_by: 'citizen' });
    await rows.optOut(null, PHONE);
    // Erased while it was in force.
    await rows.optOut(authority, PHONE, { phone_ciphertext: null, lifted_at: ago(92), lifted_by: 'citizen' });
    await run();
    const kept = await db
      .selectFrom('opt_out')
      .select(['phone_ciphertext', 'phone_hash'])
      .orderBy('lifted_at')
      .execute();
    const hash = rows.keyring.phoneHash(PHONE);
    const found = kept.map((row) => [row.phone_ciphertext !== null, row.phone_hash]);
    expect(found).toEqual([false, false, true, true].map((number) => [number, number ? hash : Buffer.alloc(0)]));
  });

  it('goes through thousands, a small transaction at a time, also behind one that is being handed over', async () => {
    const authority = await newAuthority();
    const started = await life(authority, ago(101), 'handing_over');
    const id = await life(authority, ago(100));
    await sql`
      insert into appointment select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'reference', 'many-' || n))).*
      from appointment a, generate_series(1, 2499) n where a.id = ${id}`.execute(db);
    await sql`insert into reminder select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'appointment_id', a.id))).*
      from reminder r, appointment a where a.reference like 'many-%'`.execute(db);
    await key(authority, ago(8));
    await sql`insert into idempotency_key select source_id, key || n, body_hash, response, created_at from idempotency_key, generate_series(1, 2500) n`.execute(
      db,
    );
    expect(await run()).toEqual({ appointments: 2500 });
    expect(await appointments()).toEqual([started]);
    expect(await counts()).toMatchObject({ reminder: 1, message: 1 });
  });

  it('that dies anywhere has deleted nothing that is younger, and the next run completes it', async () => {
    const authority = await newAuthority();
    const period = { authorityId: authority, from: '2027-01-01', to: '2027-01-31' };
    const young: string[] = [];
    const prepare = async () => {
      await life(authority, ago(100));
      young.push(await life(authority, ago(10)));
      for (const days of [100, 10]) {
        await loose(authority, ago(days));
        await callback(ago(days));
        await key(authority, ago(days === 100 ? 100 : 1));
      }
      await loose(null, ago(100));
    };
    const deaths = await diesEverywhere(
      db,
      async (dying) => {
        await prepare();
        await run(dying);
      },
      async () => expect(await appointments()).toEqual(expect.arrayContaining(young)),
    );
    expect(deaths).toBeGreaterThan(12);
    expect(await appointments()).toEqual([...young].sort());
    const left = young.length;
    expect(await counts()).toMatchObject({
      ...{ appointment: left, reminder: left, message: 2 * left, receipt: left },
      ...{ inbound_message: left, inbound_authority: left, callback: left, idempotency_key: left },
    });
    expect(await readStatistics(db, 'day', period)).toMatchObject([{ status: 'delivered', reminders: 2 * left }]);
  });

  it('run in two processes at once comes to the same', async () => {
    const authority = await newAuthority();
    for (let nth = 0; nth < 20; nth++) await life(authority, ago(100));
    const young = await life(authority, ago(1));
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await appointments()).toEqual([young]);
  });
});

describe('a receipt for an answer that is past retention (postgres)', () => {
  it('leaves nothing of what the gateway posted where it is applied while the answer is deleted', async () => {
    const database = await openTestDatabase('postgres');
    const { db } = database;
    const rows = new StoredRows(db, ago(100));
    await rows.authority('a', { retentionDays: 90 });
    const messageId = await rows.message('a', null, PHONE, { created_at: ago(100) });
    const id = newId(NOW);
    const raw_ciphertext = rows.keyring.cipher.encrypt('', 'callback.raw', id, PHONE);
    const callback = {
      id,
      gateway: 'scripted',
      kind: 'receipt',
      dedupe_key: Buffer.alloc(32),
      raw_ciphertext,
    } as const;
    await insert(db, 'callback', { ...callback, received_at: ago(1), applied_at: null, note: null });
    const none = { cause: null, code: null, at: null, gatewayMessageId: null, segments: null };
    const applying = await inOpenTransaction(db, async (trx) => {
      await applyReceipts(trx, [{ id: newId(NOW), callbackId: id, messageId, state: 'delivered', ...none }], ago(1));
      await markApplied(trx, [{ id, note: null, erased: false }], ago(1));
    });
    const purged = purge({ db, log }, { auditRetentionDays: 730 }, NOW);
    await waitingForLock(db);
    await applying.commit();
    await purged;
    expect(await db.selectFrom('message').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('callback').select('raw_ciphertext').execute()).toEqual([{ raw_ciphertext: null }]);
    await database.close();
  });
});

describe('an appointment that was called off', () => {
  it('is kept from its last update on, also where a process whose clock is behind stores one more', async () => {
    const app = await openTestApp('embedded');
    await app.makeAuthority('rh', { retentionDays: 30 });
    const { token } = await app.makeSource('rh', 'epj');
    const say = async (type: string, version: number, place: string) => {
      const start = '2026-12-20T09:00:00+01:00';
      const data = { id: 'A-1', version, start, patient: { id: 'P-1', phone: '20123456' }, location: { text: place } };
      const { status } = await app.request('/v1/webhooks/epj', { token, body: { type: `appointment.${type}`, data } });
      expect(status).toBe(202);
    };
    await say('booked', 1, 'Opgang 4');
    app.clock.now = new Date('2026-11-25T11:00:00Z');
    await say('cancelled', 2, 'Opgang 4');
    app.clock.now = new Date('2025-10-25T11:00:00Z');
    await say('updated', 3, 'Opgang 5');
    const kept = async (now: string) => {
      await purge({ db: app.db, log }, { auditRetentionDays: 730 }, new Date(now));
      return app.db.selectFrom('appointment').select(['status', 'location_text']).execute();
    };
    expect(await kept('2026-12-24T11:00:00Z')).toMatchObject([{ status: 'cancelled' }]);
    expect(await kept('2026-12-25T12:00:00Z')).toEqual([]);
    await app.close();
  });

  it('is kept no longer where a process whose clock was 400 days ahead took the cancellation', async () => {
    const app = await openTestApp('embedded');
    await app.makeAuthority('rh', { retentionDays: 30 });
    const { token } = await app.makeSource('rh', 'epj');
    const say = async (type: string, version: number) => {
      const start = '2026-12-20T09:00:00+01:00';
      const data = { id: 'A-1', version, start, patient: { id: 'P-1', phone: '20123456' } };
      const { status } = await app.request('/v1/webhooks/epj', { token, body: { type: `appointment.${type}`, data } });
      expect(status).toBe(202);
    };
    await say('booked', 1);
    app.clock.now = new Date('2027-12-30T11:00:00Z');
    await say('cancelled', 2);
    const kept = async (now: string) => {
      await purge({ db: app.db, log }, { auditRetentionDays: 730 }, new Date(now));
      return app.db.selectFrom('appointment').select(['status']).execute();
    };
    expect(await kept('2026-11-25T12:00:00Z')).toEqual([{ status: 'cancelled' }]);
    expect(await kept('2026-12-25T11:00:00Z')).toEqual([{ status: 'cancelled' }]);
    expect(await kept('2026-12-25T13:00:00Z')).toEqual([]);
    await app.close();
  });
});

describe('a whole life', () => {
  it('leaves no number and no text in clear, and nothing at all once it is past retention but counts and refusals', async () => {
    const gateway = new ScriptedGateway();
    const app = await openTestApp('embedded', { gateways: [gateway] });
    await app.makeAuthority('rh', { maxPerNumberPerDay: 50 });
    const { token } = await app.makeSource('rh', 'epj');
    const numbers = ['20123456', '20123457', '20123458'];
    const say = async (type: string, id: string, phone: string, start = '2026-12-01T09:00:00+01:00') => {
      const data = { id, start, patient: { id: `P-${phone}`, phone }, location: { text: 'Opgang 4' } };
      const headers = { 'Idempotency-Key': `${type} ${id}` };
      expect(
        (await app.request('/v1/webhooks/epj', { token, headers, body: { type: `appointment.${type}`, data } })).status,
      ).toBe(202);
    };
    for (const [nth, phone] of numbers.entries()) await say('booked', `A-${nth}`, phone);
    app.clock.now = new Date('2026-11-27T09:00:00Z');
    const caller = new GatewayCaller(gateway, app.deps);
    const dispatcher = new Dispatcher(app.deps, caller);
    await dispatcher.drain();
    await dispatcher.stop();
    expect(gateway.sent).toHaveLength(3);
    await say('rescheduled', 'A-1', '20123457', '2026-12-02T09:00:00+01:00');
    await say('cancelled', 'A-2', '20123458');
    const callBack = async ({ path, query }: { path: string; query: Readonly<Record<string, string>> }) => {
      expect((await app.request(`${path}?${new URLSearchParams(query)}`, { token: null })).status).toBe(200);
    };
    for (const { reference } of gateway.sent) await callBack(gateway.receipt(reference, 'delivered'));
    const words = ['STOP', 'Jeg kommer lidt senere', 'STOP det er forkert'];
    for (const [nth, text] of words.entries()) await callBack(gateway.inbound(`+45${numbers[nth]}`, 'Sundhed', text));
    await app.deps.receipts.idle();
    await sendAnswers(app.deps, new GatewayCaller(gateway, app.deps));
    const texts = gateway.sent.map(({ text }) => text);
    expect(texts.length).toBeGreaterThanOrEqual(5);
    const all = await dump(app.db);
    for (const secret of [...numbers, ...words.slice(1), ...texts, ...numbers.map((phone) => `P-${phone}`)]) {
      expect(all.filter((value) => value.includes(secret))).toEqual([]);
    }
    const later = new Date('2027-12-01T00:00:00Z');
    await sweep(app.deps, app.deps.receipts, later);
    const before = await readStatistics(app.db, 'day', { authorityId: 'rh', from: '2026-11-01', to: '2026-12-31' });
    expect(await purge(app.deps, { auditRetentionDays: 730 }, later)).toEqual({ appointments: 3 });
    for (const table of OF_CITIZENS)
      expect([table, (await app.db.selectFrom(table).selectAll().execute()).length]).toEqual([table, 0]);
    const found = await readStatistics(app.db, 'day', { authorityId: 'rh', from: '2026-11-01', to: '2026-12-31' });
    expect(found).toEqual(before);
    expect(await app.db.selectFrom('opt_out').select('reason').execute()).toEqual([{ reason: 'stop' }]);
    // A receipt for what is erased is taken, and has no effect.
    await callBack(gateway.receipt(gateway.sent[1]?.reference ?? '', 'undelivered'));
    await app.deps.receipts.idle();
    expect(await app.db.selectFrom('callback').select('note').execute()).toEqual([{ note: 'unknown_reference' }]);
    await app.close();
  });
});

/** Every value of every table, bytes as the text that they would be. */
async function dump(db: Kysely<Database>): Promise<string[]> {
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns where table_schema = 'public'`.execute(
    db,
  );
  const values: string[] = [];
  for (const { table, column } of columns) {
    const { rows } = await sql<{
      value: string | null;
    }>`select ${sql.ref(column)}::text as value from ${sql.table(table)}`.execute(db);
    for (const { value } of rows)
      values.push(value?.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('utf8') : (value ?? ''));
  }
  expect(values.length).toBeGreaterThan(500);
  return values;
}
