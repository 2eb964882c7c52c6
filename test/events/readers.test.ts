import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import type { Db } from '../../src/database/tables.ts';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { newId } from '../../src/domain/ids.ts';
import { readFeed } from '../../src/events/feed.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { purge } from '../../src/operations/purge.ts';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { applyReceipts } from '../../src/receipts/receipts.sql.ts';
import { resumeDeliveries } from '../../src/staff/deliveries/deliveries.ts';
import { recoverInstallation } from '../../src/staff/installation.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { addReader, forgetReaders, noteFeedRead, startReading } from '../../src/store/event-readers.ts';
import { recordEvents, recordFreedSlots } from '../../src/store/events.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { describeDatabases } from '../support/database.ts';
import { startDelivering } from '../support/delivering.ts';
import { answer, EventReceiver } from '../support/event-receiver.ts';
import { deferred } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE, SECOND } from '../support/sending.ts';
import { insert } from '../support/stored-rows.ts';

const DAY = 24 * HOUR;
const KEEPING = { auditRetentionDays: 730 };
const RH = { authorityId: 'rh', id: 'rh' };
const ENDPOINT = { url: 'https://booking.example.org/', types: null, includePhone: false, format: 'json' } as const;

describeSending('readers of events', (sending, database, kind) => {
  beforeEach(async () => {
    await sql`delete from event_reader`.execute(database.db);
  });

  const read = async () => {
    await numberRecordedEvents(sending.deps, sending.clock.now);
    return readFeed({ ...sending.deps, now: () => sending.clock.now }, RH, { after: null, limit: 100 });
  };
  const typesRead = async () => (await read()).items.map(({ type }) => type);
  const recorded = async () => {
    const { rows } = await sql<{ rows: number }>`
      select ((select count(*) from event_outbox) + (select count(*) from event))::int as rows`.execute(database.db);
    return rows[0]?.rows;
  };
  const passed = (ms: number) => {
    sending.clock.now = later(ms);
  };
  /** The work of a receipt for the message of a reminder. */
  const receiptOf = async (reminder: string) => {
    const [message] = await sending.messagesOf(reminder);
    const rest = { callbackId: null, code: null, at: null, gatewayMessageId: null, segments: null, cause: null };
    const row = { id: newId(MONDAY), messageId: message?.id ?? '', state: 'delivered' as const, ...rest };
    return (db: Db) => applyReceipts(db, [row], sending.clock.now);
  };
  const delivered = async (reminder: string) => database.db.transaction().execute(await receiptOf(reminder));
  /** Changes of every kind that become events where somebody reads them: seven of them. */
  async function happen(): Promise<void> {
    const { reminder, appointment } = await sending.due('rh');
    await sending.drain();
    await delivered(reminder);
    const about = { appointmentId: appointment, inboundId: null };
    await recordEvents(database.db, [{ ...about, type: 'citizen.confirmed', reason: null }], sending.clock.now);
    const freed = { inboundId: null, reason: 'booking_system', heldUntil: null } as const;
    await recordFreedSlots(database.db, [{ appointmentId: appointment, slot: 0 }], freed, sending.clock.now);
    await sending.rows.reminder('rh', appointment, { status: 'expired', reason: 'booked_late', next_at: null });
    await sending.rows.reminder('rh', appointment);
    const optOut = { authorityId: 'rh', phone: PHONE, reason: 'x', recordedBy: 'Anna' };
    await recordOptOut(sending.deps, optOut, sending.clock.now);
    await sql`delete from opt_out`.execute(database.db);
  }
  const ALL = [
    'reminder.handed_over',
    'reminder.delivered',
    'citizen.confirmed',
    'slot.freed',
    'reminder.failed',
    'citizen.opted_out',
    'reminder.suppressed',
  ];

  it('nothing is recorded of a source that nobody reads; the first read is empty, and what happens then is told', async () => {
    await happen();
    await numberRecordedEvents(sending.deps, sending.clock.now);
    expect(await recorded()).toBe(0);
    passed(MINUTE);
    expect(await read()).toEqual({ items: [], nextCursor: null, since: later(MINUTE) });
    await happen();
    // The refusal is told of both appointments of the number.
    expect([...new Set(await typesRead())]).toEqual(ALL);
    expect((await read()).since).toEqual(later(MINUTE));
  });

  it('nothing is recorded of a source beside one that somebody reads', async () => {
    await sending.rows.source('rh', 'read');
    await happen();
    expect(await recorded()).toBe(0);
  });

  it.each([
    ['live', ALL],
    ['paused', ALL],
    ['ended', []],
  ] as const)('of a source with an endpoint that is %s everything is told, or nothing', async (state, types) => {
    const at = { source_id: 'rh', channel: 'webhook', authority_id: 'rh', taken: 0 } as const;
    await insert(database.db, 'event_endpoint', { ...at, state });
    await addReader(database.db, RH);
    await happen();
    await numberRecordedEvents(sending.deps, sending.clock.now);
    const { rows } = await sql<{ type: string }>`select type from event order by sequence`.execute(database.db);
    expect(rows.map(({ type }) => type)).toEqual(types);
  });

  it('reads of a feed are noted once an hour', async () => {
    const notedAt = async () =>
      (await database.db.selectFrom('event_reader').select('read_at').executeTakeFirst())?.read_at;
    await read();
    passed(HOUR - SECOND);
    await read();
    expect(await notedAt()).toEqual(MONDAY);
    passed(HOUR);
    await read();
    expect(await notedAt()).toEqual(later(HOUR));
  });

  it('a feed that was not read for 30 days ends; one that is read again begins anew, and says so', async () => {
    await read();
    passed(30 * DAY - MINUTE);
    await purge(sending.deps, KEEPING, sending.clock.now);
    expect((await read()).since).toEqual(MONDAY);
    passed(61 * DAY);
    await purge(sending.deps, KEEPING, sending.clock.now);
    await recordEvents(database.db, [await about()], sending.clock.now);
    expect(await recorded()).toBe(0);
    expect(await read()).toEqual({ items: [], nextCursor: null, since: later(61 * DAY) });
  });

  it('an endpoint that is removed leaves nobody who reads, unless the feed was read lately', async () => {
    const put = async (events: typeof ENDPOINT | null) => {
      const settings = { ...SOURCE_DEFAULTS, name: 'rh', events };
      await putSource(sending.deps, { ...RH, actor: 'test', settings }, MONDAY);
      await recordEvents(database.db, [await about()], MONDAY);
      return recorded();
    };
    expect(await put(null)).toBe(0);
    expect(await put(ENDPOINT)).toBe(1);
    expect(await put(null)).toBe(1);
    await put(ENDPOINT);
    await read();
    expect(await put(null)).toBe(3);
  });

  it('after a restored backup feeds begin anew, behind all numbers that were ever given', async () => {
    await read();
    await recordEvents(database.db, [await about()], MONDAY);
    await sending.rows.source('rh', 'later');
    const deps = { ...sending.deps, publicUrl: 'https://sms.example.org', refreshBinding: async () => {} };
    await insert(database.db, 'installation', {
      ...{ id: 1, public_url: 'https://sms.example.org', created_at: MONDAY },
      ...{ lookup_key: Buffer.alloc(1), patient_key: Buffer.alloc(1) },
    });
    await recoverInstallation(deps, 'test', MONDAY, later(HOUR));
    passed(HOUR);
    const { items, since } = await read();
    expect(since).toEqual(later(HOUR));
    expect(items[0]?.sequence).toBeGreaterThan(1_000_000_000);
    const { rows } = await sql`select source_id from event_sequence order by source_id`.execute(database.db);
    expect(rows).toEqual([{ source_id: 'later' }, { source_id: 'rh' }]);
  });

  async function about() {
    const appointmentId = await sending.rows.appointment('rh', PHONE);
    return { type: 'citizen.confirmed', appointmentId, inboundId: null, reason: null } as const;
  }

  if (kind === 'embedded') return;

  /** Timers with which the test decides when a wait goes on, and a clock that goes on with it. */
  const heldTimers = (forMs = 0) => {
    const waits = deferred();
    const goOn = deferred();
    let atMs = 0;
    const after = (_: number, work: () => void) => {
      waits.release();
      void goOn.promise.then(() => setImmediate(work));
      atMs += forMs;
      return () => {};
    };
    return { timers: { monotonic: () => atMs, after }, waits: waits.promise, goOn: goOn.release };
  };

  it('an outcome that is committed as somebody begins to read lies wholly before `since`, one that began later is told', async () => {
    const [missed, told] = [await sending.due('rh'), await sending.due('rh')];
    await sending.drain();
    const open = await inOpenTransaction(database.db, await receiptOf(missed.reminder));
    const { timers, waits, goOn } = heldTimers();
    let isRead = false;
    const begun = noteFeedRead({ ...sending.deps, timers }, RH).then((since) => {
      isRead = true;
      return since;
    });
    await waits;
    // Nobody waits for the reader, and what begins now is told, although the reader waits still.
    await delivered(told.reminder);
    expect(isRead).toBe(false);
    passed(MINUTE);
    await open.commit();
    goOn();
    expect(await begun).toEqual(later(MINUTE));
    expect((await sending.reminder(missed.reminder)).status).toBe('delivered');
    expect((await read()).items.map(({ reminderId }) => reminderId)).toEqual([told.reminder]);
  });

  it('an endpoint is there once everything that did not see it is committed', async () => {
    const { reminder } = await sending.due('rh');
    await sending.drain();
    const open = await inOpenTransaction(database.db, await receiptOf(reminder));
    const { timers, waits, goOn } = heldTimers();
    const settings = { ...SOURCE_DEFAULTS, name: 'rh', events: ENDPOINT };
    let isThere = false;
    const put = putSource({ ...sending.deps, timers }, { ...RH, actor: 'test', settings }, MONDAY).then(() => {
      isThere = true;
    });
    await waits;
    expect(isThere).toBe(false);
    await open.commit();
    goOn();
    await put;
  });

  it('where something lasts too long, `since` moves with each read until it is over', async () => {
    const { reminder } = await sending.due('rh');
    await sending.drain();
    const open = await inOpenTransaction(database.db, await receiptOf(reminder));
    const moment = async (ms: number) => {
      passed(ms);
      const { timers, goOn } = heldTimers(MINUTE);
      goOn();
      return noteFeedRead({ ...sending.deps, timers }, RH);
    };
    expect(await moment(MINUTE)).toEqual(later(MINUTE));
    expect(await moment(2 * MINUTE)).toEqual(later(2 * MINUTE));
    await open.commit();
    expect(await moment(3 * MINUTE)).toEqual(later(3 * MINUTE));
    expect(await moment(4 * MINUTE)).toEqual(later(3 * MINUTE));
  });

  it('an endpoint that is made while nobody counts as reader any more is read, whichever comes first', async () => {
    const at = { source_id: 'rh', channel: 'webhook', authority_id: 'rh', state: 'live', taken: 0 } as const;
    const make = async (trx: Db) => {
      await insert(trx, 'event_endpoint', at);
      await addReader(trx, RH);
    };
    const forget = (trx: Db) => forgetReaders(trx, MONDAY);
    const isRead = async () => (await sql`select from event_reader`.execute(database.db)).rows.length === 1;
    await sql`insert into event_reader (source_id, authority_id) values ('rh', 'rh')`.execute(database.db);
    const made = await inOpenTransaction(database.db, make);
    await database.db.transaction().execute(forget);
    await made.commit();
    expect(await isRead()).toBe(true);
    await sql`delete from event_endpoint`.execute(database.db);
    const forgotten = await inOpenTransaction(database.db, forget);
    const making = database.db.transaction().execute(make);
    await waitingForLock(database.db);
    await forgotten.commit();
    await making;
    expect(await isRead()).toBe(true);
    expect(await startReading(sending.deps, RH)).toEqual(MONDAY);
  });
});

describeDatabases('an endpoint that wants no more events', (open) => {
  it('is told nothing from its 410 on, until it is resumed', async () => {
    const database = await open();
    const site = startDelivering(database);
    const receiver = await new EventReceiver().start();
    await site.rows.authority('rh');
    await site.endpoint('rh', receiver.url);
    await sql`update event_reader set read_at = null`.execute(database.db);
    const appointment = await site.appointment('rh');
    receiver.behaviour = answer(410);
    await site.tell(appointment);
    await site.deliver();
    await site.tell(appointment);
    const told = async () => (await sql`select sequence from event`.execute(database.db)).rows.length;
    expect(await told()).toBe(1);
    await resumeDeliveries(site.deps, { ...RH, actor: 'test' });
    await site.tell(appointment);
    expect(await told()).toBe(2);
    await receiver.close();
    await site.close();
    await database.close();
  });
});
