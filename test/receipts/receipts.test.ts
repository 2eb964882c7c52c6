import fc from 'fast-check';
import { sql } from 'kysely';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiveCallback } from '../../src/callbacks/receive.ts';
import { settle } from '../../src/dispatch/settle.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import type { DeliveryEvent, DeliveryState, RawCallback } from '../../src/gateways/gateway.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { readAppointmentView } from '../../src/staff/appointments/appointments.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { loadShippedTemplates } from '../../src/templates/index.ts';
import { openTestApp } from '../support/app.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { type DatabaseKind, describeDatabases, openTestDatabase, type TestDatabase } from '../support/database.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { reminderNow } from '../support/sending.ts';
import { StoredRows, update } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-30T09:00:00Z');
const PHONE = '+4520123456';
const later = (ms: number) => new Date(NOW.getTime() + ms);
const RANK: Record<string, number> = { delivered: 3, undelivered: 2, accepted: 1 };

/** Reports what the test put into the callback's body. */
class ReportingGateway extends ScriptedGateway {
  override readReceipts(callback: RawCallback): readonly DeliveryEvent[] {
    if (callback.body.length === 0) return super.readReceipts(callback);
    const text = Buffer.from(callback.body).toString();
    if (text === 'throw') throw new Error(`an adapter that fails on ${PHONE}`);
    if (!text.startsWith('[')) return [];
    return (JSON.parse(text) as DeliveryEvent[]).map((event) => ({ ...event, at: event.at && new Date(event.at) }));
  }
}

let repeated = 0;
/** A callback that no other equals. */
function report(gateway: ScriptedGateway, ...events: (Partial<DeliveryEvent> & { reference: string })[]): RawCallback {
  const whole = events.map((event): DeliveryEvent => {
    return { gatewayMessageId: null, state: 'delivered', cause: null, code: '1', at: null, segments: null, ...event };
  });
  const query = { token: 'test-token', nth: String(++repeated) };
  return {
    kind: 'receipts',
    method: 'POST',
    path: `/v1/callbacks/${gateway.id}/receipts`,
    query,
    headers: {},
    body: Buffer.from(JSON.stringify(whole)),
  };
}

function raw(gateway: ScriptedGateway, text: string): RawCallback {
  return { ...report(gateway), body: Buffer.from(text) };
}

function start(database: TestDatabase) {
  const { db } = database;
  const rows = new StoredRows(db, later(-60_000));
  const gateway = new ReportingGateway();
  const other = new ReportingGateway({}, 'other');
  const clock = { now: NOW };
  const logged: string[] = [];
  const deps = {
    db,
    keyring: rows.keyring,
    templates: loadShippedTemplates(),
    gateways: [gateway, other] as [ReportingGateway, ReportingGateway],
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    metrics: createMetrics(),
    now: () => clock.now,
  };
  const acceptor = new ReceiptAcceptor(deps);
  let authorities = 0;
  return {
    db,
    rows,
    gateway,
    other,
    clock,
    logged,
    deps,
    acceptor,
    /** Takes callbacks in at once, and waits until they are applied. */
    async take(...callbacks: RawCallback[]): Promise<void> {
      clock.now = new Date(clock.now.getTime() + 1);
      await Promise.all(callbacks.map((callback) => acceptor.accept(gateway, callback)));
      await acceptor.idle();
    },
    /** One reminder with its message, as the dispatcher leaves them in this status. */
    async sent(status: 'handing_over' | 'accepted' | 'uncertain' | 'not_sent' | 'rejected', phone = PHONE) {
      const authority = await rows.authority(`a-${++authorities}`);
      const appointment = await rows.appointment(authority, phone);
      const reminder = await rows.reminder(authority, appointment, {
        status: status === 'not_sent' ? 'planned' : 'handed_over',
      });
      const times = { gateway: 'scripted', accepted_at: status === 'accepted' ? NOW : null, delivered_at: null };
      const message = await rows.message(authority, reminder, phone, { ...times, status });
      return { authority, appointment, reminder, message };
    },
    async state({ reminder, message }: { reminder: string; message: string }): Promise<string> {
      const r = await reminderNow({ db }, reminder);
      const m = await db
        .selectFrom('message')
        .select(['status', 'reason'])
        .where('id', '=', message)
        .executeTakeFirstOrThrow();
      const [mine, its] = [`${r.status} ${r.reason ?? ''}`.trim(), `${m.status} ${m.reason ?? ''}`.trim()];
      return mine === its ? mine : `reminder ${mine}, message ${its}`;
    },
    async reminder(id: string) {
      return db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    },
    /** The changes since the call, as staff read them. */
    async history({ authority, appointment, reminder }: Record<'authority' | 'appointment' | 'reminder', string>) {
      const view = await readAppointmentView(
        { db, keyring: rows.keyring, gateways: [new ScriptedGateway()], sending: { heldReason: () => null } },
        { name: 'test', seesNumbers: false },
        { authorityId: authority, sourceId: authority, reference: `ref-${appointment}` },
        NOW,
      );
      const history = view?.reminders.find(({ id }) => id === reminder)?.history ?? [];
      return history.filter(({ at }) => at > rows.now).map(({ status, reason }) => `${status} ${reason ?? ''}`.trim());
    },
    async notes(): Promise<(string | null)[]> {
      const all = await db.selectFrom('callback').select(['note', 'applied_at']).orderBy('id').execute();
      return all.map(({ note, applied_at }) => (applied_at ? note : 'waits'));
    },
  };
}

describeDatabases('a receipt', (open, kind) => {
  let database: TestDatabase;
  let t: ReturnType<typeof start>;
  beforeAll(async () => {
    database = await open();
    t = start(database);
  });
  afterAll(() => database.close());

  it('brings reminder and message to what it says, with the time, the parts and the gateway’s id', async () => {
    const sent = await t.sent('accepted');
    const at = later(-5_000);
    await t.take(
      report(t.gateway, { reference: sent.message, gatewayMessageId: 'g-1', segments: 2, at, code: '8 DELIVRD' }),
    );
    expect(await t.state(sent)).toBe('delivered');
    expect(
      await t.db.selectFrom('message').selectAll().where('id', '=', sent.message).executeTakeFirst(),
    ).toMatchObject({
      gateway_message_id: 'g-1',
      gateway_segments: 2,
      delivered_at: at,
      code: '8 DELIVRD',
    });
    expect(await t.history(sent)).toEqual(['accepted', 'delivered']);
    const kept = await t.db.selectFrom('receipt').selectAll().where('message_id', '=', sent.message).execute();
    expect(kept).toMatchObject([{ state: 'delivered', code: '8 DELIVRD', at, received_at: t.clock.now }]);
  });

  it('of a message that is not delivered says why', async () => {
    const sent = await t.sent('accepted');
    await t.take(report(t.gateway, { reference: sent.message, state: 'undelivered', cause: 'expired' }));
    const nameless = await t.sent('accepted');
    await t.take(report(t.gateway, { reference: nameless.message.toUpperCase(), state: 'undelivered' }));
    expect([await t.state(sent), await t.state(nameless)]).toEqual(['undelivered expired', 'undelivered network']);
  });

  it('that comes late and says delivered wins over one that said undelivered, never the other way round', async () => {
    const sent = await t.sent('accepted');
    await t.take(report(t.gateway, { reference: sent.message, state: 'undelivered', cause: 'handset' }));
    await t.take(report(t.gateway, { reference: sent.message, state: 'delivered' }));
    await t.take(report(t.gateway, { reference: sent.message, state: 'undelivered', cause: 'expired' }));
    await t.take(report(t.gateway, { reference: sent.message, state: 'accepted' }));
    expect(await t.state(sent)).toBe('delivered');
    expect(await t.history(sent)).toEqual(['accepted', 'undelivered handset', 'delivered']);
  });

  it('clears up what is uncertain', async () => {
    const [yes, no, taken, unknown] = [
      await t.sent('uncertain'),
      await t.sent('uncertain'),
      await t.sent('uncertain'),
      await t.sent('uncertain'),
    ];
    await t.take(
      report(t.gateway, { reference: yes.message }),
      report(t.gateway, { reference: no.message, state: 'undelivered', cause: 'network' }),
      report(t.gateway, { reference: taken.message, state: 'accepted' }),
      report(t.gateway, { reference: unknown.message, state: 'unknown' }),
    );
    expect([await t.state(yes), await t.state(no), await t.state(taken), await t.state(unknown)]).toEqual([
      'delivered',
      'undelivered network',
      'accepted',
      'uncertain',
    ]);
    expect(await t.notes()).not.toContain('waits');
  });

  it('before the response to the call stands, whatever the response says', async () => {
    for (const [status, reminder_status] of [
      ['accepted', null],
      ['uncertain', null],
      ['uncertain', 'handed_over'],
      ['not_sent', 'planned'],
      ['not_sent', 'expired'],
      ['rejected', null],
    ] as const) {
      const sent = await t.sent('handing_over');
      await t.take(report(t.gateway, { reference: sent.message }));
      expect(await t.state(sent)).toBe('delivered');
      const answer = {
        status,
        reason: null,
        reminder_status,
        reminder_reason: null,
        next_at: reminder_status === null || reminder_status === 'expired' ? null : NOW,
        code: null,
      };
      const call = { reminder_id: sent.reminder, message_id: sent.message, attempts: 1 };
      await settle(t.db, [{ ...call, ...answer, gateway_message_id: 'g', gateway_segments: null }], [], later(1));
      expect(await t.state(sent)).toBe('delivered');
      expect(await t.reminder(sent.reminder)).toMatchObject({ status: 'handed_over', next_at: null });
    }
  });

  it('that proves a message left keeps a try that was still planned from being made', async () => {
    const sent = await t.sent('not_sent');
    await t.take(report(t.gateway, { reference: sent.message }));
    expect(await t.state(sent)).toBe('delivered');
    expect(await t.reminder(sent.reminder)).toMatchObject({ next_at: null });
  });

  it('never takes back what was refused, or what was ended', async () => {
    const refused = await t.sent('rejected');
    await t.take(report(t.gateway, { reference: refused.message }));
    const cancelled = await t.sent('not_sent');
    await update(t.db, 'reminder', { id: cancelled.reminder }, { status: 'cancelled', next_at: null, updated_at: NOW });
    await t.take(report(t.gateway, { reference: cancelled.message }));
    expect([await t.state(refused), await t.state(cancelled)]).toEqual([
      'rejected',
      'reminder cancelled, message delivered',
    ]);
  });

  it('for nothing that is known here is stored and has no effect', async () => {
    const sent = await t.sent('accepted');
    const before = (await t.notes()).length;
    await t.take(report(t.gateway, { reference: newId(NOW) }));
    await t.take(report(t.gateway, { reference: 'no-uuid' }));
    // Only the gateway that a message was handed to can report on it.
    t.clock.now = new Date(t.clock.now.getTime() + 1);
    await t.acceptor.accept(t.other, report(t.other, { reference: sent.message }));
    await t.acceptor.idle();
    expect((await t.notes()).slice(before)).toEqual(['unknown_reference', 'unknown_reference', 'unknown_reference']);
    expect(await t.state(sent)).toBe('accepted');
  });

  it('that can not be read is stored as it came, encrypted', async () => {
    const before = (await t.notes()).length;
    await t.take(raw(t.gateway, `<xml>${PHONE}</xml>`));
    await t.take(raw(t.gateway, 'throw'));
    expect((await t.notes()).slice(before)).toEqual(['unreadable', 'unreadable']);
    const [row] = await t.db
      .selectFrom('callback')
      .select(['id', 'raw_ciphertext'])
      .where('note', '=', 'unreadable')
      .orderBy('id')
      .execute();
    const opened = t.rows.keyring.cipher.decrypt(
      '',
      'callback.raw',
      row?.id ?? '',
      row?.raw_ciphertext ?? Buffer.alloc(0),
    );
    expect(Buffer.from((JSON.parse(opened) as { body: string }).body, 'base64').toString()).toBe(`<xml>${PHONE}</xml>`);
    expect(row?.raw_ciphertext?.includes(PHONE)).toBe(false);
    expect(t.logged.join()).not.toContain(PHONE);
  });

  it('with words and numbers that no database holds is applied all the same, and harms no other', async () => {
    const [odd, good] = [await t.sent('accepted'), await t.sent('accepted')];
    const words = { code: 'x\u0000y\ud800', gatewayMessageId: '\u0000' };
    await t.take(
      report(t.gateway, { reference: odd.message, ...words, segments: 1e9, at: new Date(Number.NaN) }),
      report(t.gateway, { reference: good.message }),
    );
    expect([await t.state(odd), await t.state(good)]).toEqual(['delivered', 'delivered']);
  });

  it('by a clock that runs ahead arrives now, and by one that is late when it says', async () => {
    for (const [ms, expected] of [
      [3_600_000, 0],
      [300_000, 300_000],
      [-3_600_000, -3_600_000],
    ] as const) {
      const sent = await t.sent('accepted');
      const now = t.clock.now.getTime() + 1;
      await t.take(report(t.gateway, { reference: sent.message, at: new Date(now + ms) }));
      const row = await t.db
        .selectFrom('message')
        .select('delivered_at')
        .where('id', '=', sent.message)
        .executeTakeFirst();
      expect([ms, row?.delivered_at?.getTime()]).toEqual([ms, now + expected]);
    }
  });

  it('that repeats byte for byte is stored once', async () => {
    const sent = await t.sent('accepted');
    const callback = report(t.gateway, { reference: sent.message });
    const before = (await t.notes()).length;
    await t.take(callback, callback);
    await t.take({ ...callback, headers: { date: 'another' } });
    expect((await t.notes()).slice(before)).toEqual([null]);
    const receipts = await t.db.selectFrom('receipt').select('id').where('message_id', '=', sent.message).execute();
    expect(receipts).toHaveLength(1);
  });

  it('may report on several messages, and several on one', async () => {
    const [first, second] = [await t.sent('accepted'), await t.sent('accepted')];
    await t.take(
      report(
        t.gateway,
        { reference: first.message, state: 'undelivered', cause: 'barred' },
        { reference: second.message },
        { reference: first.message, state: 'accepted' },
      ),
    );
    expect([await t.state(first), await t.state(second)]).toEqual(['undelivered barred', 'delivered']);
  });

  it('that says opted out is the citizen’s refusal of that authority', async () => {
    const phone = '+4530123456';
    const sent = await t.sent('accepted', phone);
    const next = await t.rows.reminder(sent.authority, sent.appointment);
    const stranger = await t.sent('not_sent', phone);
    await t.take(report(t.gateway, { reference: sent.message, state: 'undelivered', cause: 'opted_out' }));
    await t.take(report(t.gateway, { reference: sent.message, state: 'undelivered', cause: 'opted_out' }));
    expect(await t.state(sent)).toBe('undelivered opted_out');
    expect(await t.reminder(next)).toMatchObject({ status: 'suppressed', reason: 'opted_out', next_at: null });
    expect(await t.reminder(stranger.reminder)).toMatchObject({ status: 'planned' });
    const optOuts = await t.db
      .selectFrom('opt_out')
      .selectAll()
      .where('phone_hash', '=', t.rows.keyring.phoneHash(phone))
      .execute();
    expect(optOuts).toMatchObject([
      { authority_id: sent.authority, reason: 'gateway', recorded_by: 'gateway:scripted', lifted_at: null },
    ]);
  });

  describe('that says opted out of an SMS from before a START', () => {
    const handedOver = async (phone: string) => {
      const sent = await t.sent('accepted', phone);
      await update(t.db, 'message', { id: sent.message }, { handed_over_at: NOW });
      return sent;
    };
    const live = (phone: string) =>
      t.db
        .selectFrom('opt_out')
        .select(['authority_id', 'recorded_by'])
        .where('phone_hash', '=', t.rows.keyring.phoneHash(phone))
        .where('lifted_at', 'is', null)
        .execute();
    const says = ({ message }: { message: string }) =>
      t.take(report(t.gateway, { reference: message, state: 'undelivered', cause: 'opted_out' }));
    const wroteStart = async (authority: string, phone: string, at: Date, written: Date | null = null) => {
      const id = await t.rows.reply([authority], phone, 'START');
      const row = { meaning: 'start', received_at: at, written_at: written } as const;
      await update(t.db, 'inbound_message', { id }, row);
      await update(t.db, 'inbound_authority', { inbound_id: id }, { holds: false });
    };
    let made = 0;
    const newPhone = () => `+45311${kind === 'postgres' ? 1 : 2}${String(++made).padStart(4, '0')}`;

    it.each([
      ['the citizen has lifted', false, 'citizen', 'start'],
      ['staff have lifted', false, 'key:esk_1 Front desk', 'she phoned'],
      ['was lifted for the whole installation', true, 'citizen', 'start'],
    ])('does not opt out again a number whose opt-out %s since', async (_, whole, by, reason) => {
      const phone = newPhone();
      const sent = await handedOver(phone);
      const next = await t.rows.reminder(sent.authority, sent.appointment);
      const lifted = { lifted_at: later(60_000), lifted_by: by, lift_reason: reason };
      await t.rows.optOut(whole ? null : sent.authority, phone, lifted);
      await says(sent);
      expect(await live(phone)).toEqual([]);
      expect(await t.state(sent)).toBe('undelivered opted_out');
      expect(await t.reminder(next)).toMatchObject({ status: 'planned' });
    });

    it('does not opt out a number whose citizen has written START since, where nothing stood here to lift', async () => {
      const phone = newPhone();
      const sent = await handedOver(phone);
      await wroteStart(sent.authority, phone, later(60_000));
      await says(sent);
      expect(await live(phone)).toEqual([]);
    });

    it('opts out where the START was before the SMS, came late, or was another authority’s, and where staff took their own back', async () => {
      const cases: ((authority: string, phone: string) => Promise<unknown>)[] = [
        (authority, phone) => wroteStart(authority, phone, later(-1_000)),
        (authority, phone) => wroteStart(authority, phone, later(60_000), later(-60_000)),
        async (_, phone) => wroteStart((await t.sent('accepted')).authority, phone, later(60_000)),
        (authority, phone) =>
          t.rows.optOut(authority, phone, { lifted_at: later(-1_000), lifted_by: 'citizen', lift_reason: 'start' }),
        (authority, phone) =>
          t.rows.optOut(authority, phone, { lifted_at: later(60_000), lifted_by: 'person:1', lift_reason: 'undone' }),
        async (_, phone) =>
          t.rows.optOut((await t.sent('accepted')).authority, phone, {
            lifted_at: later(60_000),
            lifted_by: 'citizen',
            lift_reason: 'start',
          }),
      ];
      for (const happened of cases) {
        const phone = newPhone();
        const sent = await handedOver(phone);
        await happened(sent.authority, phone);
        await says(sent);
        expect(await live(phone)).toEqual([{ authority_id: sent.authority, recorded_by: 'gateway:scripted' }]);
      }
    });
  });

  it('for a message whose citizen was erased opts nobody out, and still counts', async () => {
    const sent = await t.sent('accepted', '+4540123456');
    await update(t.db, 'message', { id: sent.message }, { phone_ciphertext: null, phone_hash: null });
    await t.take(report(t.gateway, { reference: sent.message, state: 'undelivered', cause: 'opted_out' }));
    expect(await t.state(sent)).toBe('undelivered opted_out');
  });

  it('in any order and however often ends in the best state that was reported, on reminder and message alike', async () => {
    const state = fc.constantFrom<DeliveryState>('accepted', 'undelivered', 'delivered', 'unknown');
    const from = fc.constantFrom('handing_over', 'accepted', 'uncertain' as const);
    await fc.assert(
      fc.asyncProperty(
        from,
        fc.array(fc.array(state, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        async (status, reports) => {
          const sent = await t.sent(status);
          for (const states of reports) {
            await t.take(
              report(t.gateway, ...states.map((each) => ({ reference: sent.message, state: each, cause: null }))),
            );
          }
          const known = [status, ...reports.flat()].filter((each) => RANK[each]);
          const best = known.sort((a, b) => (RANK[b] ?? 0) - (RANK[a] ?? 0))[0];
          const found = await t.state(sent);
          expect(found).toBe(best === undefined ? status : best === 'undelivered' ? 'undelivered network' : best);
          // Forward only: the history never steps back.
          const ranks = (await t.history(sent)).map((step) => RANK[step.split(' ')[0] ?? ''] ?? 0);
          expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        },
      ),
      { numRuns: kind === 'postgres' ? 60 : 25 },
    );
  });
});

describe('receipts', () => {
  let database: TestDatabase;
  let t: ReturnType<typeof start>;
  const open = async (kind: DatabaseKind) => {
    database = await openTestDatabase(kind);
    t = start(database);
    return () => database.close();
  };

  it('that a process abandoned are applied by the next sweep, not before they are old enough', async () => {
    const close = await open('embedded');
    const [one, two, three] = [
      await t.sent('accepted'),
      await t.sent('accepted'),
      await t.sent('accepted', '+4530123456'),
    ];
    await update(t.db, 'message', { id: two.message }, { gateway: 'other' });
    // Applying fails as long as the table is away: as if the process died after its answer.
    await sql`alter table receipt rename to receipt_away`.execute(t.db);
    await t.take(report(t.gateway, { reference: one.message }));
    t.clock.now = later(2);
    await t.acceptor.accept(t.other, report(t.other, { reference: two.message }));
    await t.acceptor.idle();
    await t.take(report(t.gateway, { reference: three.message, state: 'undelivered', cause: 'opted_out' }));
    await sql`alter table receipt_away rename to receipt`.execute(t.db);
    expect(await t.notes()).toEqual(['waits', 'waits', 'waits']);
    const next = new ReceiptAcceptor({ ...t.deps, gateways: [t.gateway] });
    t.clock.now = later(29_000);
    expect([await next.applyAbandoned(), await t.state(one)]).toEqual([0, 'accepted']);
    t.clock.now = later(31_000);
    expect([await next.applyAbandoned(), await next.applyAbandoned()]).toEqual([2, 0]);
    expect([await t.state(one), await t.state(three)]).toEqual(['delivered', 'undelivered opted_out']);
    expect(await t.db.selectFrom('opt_out').select('authority_id').execute()).toEqual([
      { authority_id: three.authority },
    ]);
    // One of a gateway that isn't set up waits until it is.
    expect(await t.notes()).toEqual([null, 'waits', null]);
    expect([await t.acceptor.applyAbandoned(), await t.notes()]).toEqual([1, [null, null, null]]);
    expect(await t.state(two)).toBe('delivered');
    await close();
  });

  it('abandoned by a process whose clock was far ahead are applied by the next sweep of one whose clock is right', async () => {
    const close = await open('embedded');
    const sent = await t.sent('accepted');
    await t.take(report(t.gateway, { reference: sent.message }));
    await t.db
      .updateTable('callback')
      .set({ applied_at: null, received_at: later(400 * 86_400_000) })
      .execute();
    expect([await t.acceptor.applyAbandoned(), await t.acceptor.applyAbandoned()]).toEqual([1, 0]);
    await close();
  });

  it('of a burst that a process abandoned are all applied by the next sweep', async () => {
    const close = await open('postgres');
    const sent = await t.sent('accepted');
    await t.take(
      ...Array.from({ length: 1_001 }, (_, n) => report(t.gateway, { reference: sent.message, code: String(n) })),
    );
    // As if the process had died after its answers.
    await t.db.updateTable('callback').set({ applied_at: null }).execute();
    t.clock.now = later(31_000);
    expect([await t.acceptor.applyAbandoned(), await t.acceptor.applyAbandoned()]).toEqual([1_001, 0]);
    await close();
  });

  it('that can not be applied at all are looked at once by each sweep, however many they are', async () => {
    const close = await open('postgres');
    const sent = await t.sent('accepted');
    await t.take(
      ...Array.from({ length: 500 }, (_, n) => report(t.gateway, { reference: sent.message, code: String(n) })),
    );
    await t.db.updateTable('callback').set({ applied_at: null }).execute();
    // As a database that has no room: what fails for all is not tried one by one.
    await sql`create function no_room() returns trigger language plpgsql as $$ begin raise exception 'full' using errcode = '53100'; end $$`.execute(
      t.db,
    );
    await sql`create trigger no_room before update on callback execute function no_room()`.execute(t.db);
    t.clock.now = later(31_000);
    expect([await t.acceptor.applyAbandoned(), await t.acceptor.applyAbandoned()]).toEqual([500, 500]);
    await close();
  });

  it('abandoned that can not be opened any more hold no other up', async () => {
    const close = await open('embedded');
    const sent = await t.sent('accepted');
    await sql`alter table receipt rename to receipt_away`.execute(t.db);
    const broken = report(t.gateway, { reference: sent.message, state: 'undelivered' });
    await t.take(broken);
    await t.take(report(t.gateway, { reference: sent.message }));
    await sql`alter table receipt_away rename to receipt`.execute(t.db);
    await sql`update callback set raw_ciphertext = ${Buffer.from([0])} where id = (select min(id::text)::uuid from callback)`.execute(
      t.db,
    );
    t.clock.now = later(31_000);
    expect(await t.acceptor.applyAbandoned()).toBe(2);
    expect([await t.notes(), await t.state(sent)]).toEqual([['unreadable', null], 'delivered']);
    await close();
  });

  it('that fail by themselves hold no other of their group up', async () => {
    const close = await open('embedded');
    const [bad, good] = [await t.sent('accepted'), await t.sent('accepted')];
    await sql`alter table receipt add constraint no_monsters check (code is distinct from 'Monster')`.execute(t.db);
    const first = await t.sent('accepted');
    await t.take(
      report(t.gateway, { reference: first.message }),
      report(t.gateway, { reference: bad.message, code: 'Monster' }),
      report(t.gateway, { reference: good.message }),
    );
    expect([await t.state(first), await t.state(bad), await t.state(good)]).toEqual([
      'delivered',
      'accepted',
      'delivered',
    ]);
    await sql`alter table receipt drop constraint no_monsters`.execute(t.db);
    t.clock.now = later(31_000);
    expect([await t.acceptor.applyAbandoned(), await t.state(bad)]).toEqual([1, 'delivered']);
    await close();
  });

  it('are acknowledged once they are stored, before they are applied, and not when they can not be stored', async () => {
    const close = await open('postgres');
    const sent = await t.sent('accepted');
    const deps = { ...t.deps, sending: { heldReason: () => null } };
    const take = (callback: RawCallback) => receiveCallback({ ...deps, receipts: t.acceptor }, 'scripted', callback);
    const held = await inOpenTransaction(t.db, (trx) => sql`select from message for update`.execute(trx));
    expect(await take(report(t.gateway, { reference: sent.message }))).toEqual({ status: 200, body: 'ok' });
    await waitingForLock(t.db);
    expect([await t.notes(), await t.state(sent)]).toEqual([['waits'], 'accepted']);
    await held.commit();
    await t.acceptor.idle();
    expect([await t.notes(), await t.state(sent)]).toEqual([[null], 'delivered']);
    await sql`alter table callback rename to callback_away`.execute(t.db);
    await expect(take(report(t.gateway, { reference: sent.message }))).rejects.toThrow();
    await sql`alter table callback_away rename to callback`.execute(t.db);
    await close();
  });

  it('of one message in two processes at once end in the best of both', async () => {
    const close = await open('postgres');
    const other = new ReceiptAcceptor(t.deps);
    for (const [first, second] of [
      ['delivered', 'undelivered'],
      ['undelivered', 'delivered'],
    ] as const) {
      const sent = await t.sent('accepted');
      const held = await inOpenTransaction(t.db, (trx) =>
        sql`select from message where id = ${sent.message} for update`.execute(trx),
      );
      await t.acceptor.accept(t.gateway, report(t.gateway, { reference: sent.message, state: first }));
      await waitingForLock(t.db, 1);
      await other.accept(t.gateway, report(t.gateway, { reference: sent.message, state: second }));
      await waitingForLock(t.db, 2);
      await held.commit();
      await Promise.all([t.acceptor.idle(), other.idle()]);
      expect(await t.state(sent)).toBe('delivered');
    }
    await close();
  });

  it('in great number, for the same messages, are all applied', async () => {
    const close = await open('postgres');
    const sent = await Promise.all(Array.from({ length: 100 }, () => t.sent('accepted')));
    const other = new ReceiptAcceptor(t.deps);
    const reports = sent.flatMap(({ message: reference }) => [
      t.acceptor.accept(t.gateway, report(t.gateway, { reference, state: 'accepted' })),
      other.accept(t.gateway, report(t.gateway, { reference, state: 'undelivered' })),
      t.acceptor.accept(t.gateway, report(t.gateway, { reference, state: 'delivered' })),
    ]);
    await Promise.all(reports);
    await Promise.all([t.acceptor.idle(), other.idle()]);
    expect(new Set(await Promise.all(sent.map((each) => t.state(each))))).toEqual(new Set(['delivered']));
    expect(await t.notes()).toEqual(Array.from({ length: 300 }, () => null));
    await close();
  });

  it('over HTTP are taken from a gateway that proves itself, by GET and POST, and from nobody else', async () => {
    const gateway = new ReportingGateway();
    const app = await openTestApp('embedded', { gateways: [gateway] });
    const ask = async (path: string, method = 'GET') => {
      const response = await app.request(path, { method, token: null });
      return [response.status, response.headers.get('content-type'), await response.text()];
    };
    const path = '/v1/callbacks/scripted/receipts?reference=nothing&state=delivered';
    expect(await ask(`${path}&token=test-token&token=second`)).toEqual([200, 'text/plain; charset=utf-8', 'ok']);
    expect((await ask(`${path}&token=test-token`, 'POST'))[0]).toBe(200);
    expect((await ask(`${path}&token=wrong`))[0]).toBe(401);
    expect((await ask(`${path}&token=wrong&token=test-token`))[0]).toBe(401);
    expect((await ask(path))[0]).toBe(401);
    // Nobody learns which gateways are configured.
    const refusal = async (gateway: string, token: string) => {
      const answer = await ask(`${path.replace('scripted', gateway)}&token=${token}`);
      return JSON.stringify(answer).replace(/urn:uuid:[-\da-f]+/, '');
    };
    expect(await refusal('nobody', 'test-token')).toBe(await refusal('scripted', 'wrong'));
    expect(await refusal('nobody', 'test-token')).toContain('401');
    await app.deps.receipts.idle();
    expect(await app.db.selectFrom('callback').select('note').execute()).toHaveLength(2);
    await app.close();
  });
});

describe('a receipt that overtakes the outcome of its call (postgres)', () => {
  it('waits for who holds the reminder before it touches the message, so that neither is broken off', async () => {
    const database = await openTestDatabase('postgres');
    const t = start(database);
    const { reminder, message } = await t.sent('handing_over');
    const held = await inOpenTransaction(t.db, async (trx) => {
      await sql`select from reminder where id = ${reminder} for update`.execute(trx);
      return trx;
    });
    const taken = t.take(report(t.gateway, { reference: message }));
    await waitingForLock(t.db);
    await sql`select from message where id = ${message} for update`.execute(held.result);
    await held.commit();
    await taken;
    expect(await t.state({ reminder, message })).toBe('delivered');
    expect(await deadlocks(t.db)).toBe(0);
    await database.close();
  });
});

describe('a receipt of a citizen who is being erased (postgres)', () => {
  it.each([null, 'opted_out'] as const)('leaves no number behind when it waits for the erasure (%s)', async (cause) => {
    const database = await openTestDatabase('postgres');
    const t = start(database);
    const { authority: authorityId, message } = await t.sent('accepted');
    const erasing = await inOpenTransaction(t.db, (trx) =>
      eraseCitizen({ db: trx, keyring: t.rows.keyring }, { authorityId, phone: PHONE, actor: 'test' }, NOW),
    );
    const taken = t.take(report(t.gateway, { reference: message, state: 'undelivered', cause }));
    await waitingForLock(t.db);
    await erasing.commit();
    await taken;
    expect(await t.notes()).toEqual([null]);
    expect(await t.db.selectFrom('callback').select('raw_ciphertext').execute()).toEqual([{ raw_ciphertext: null }]);
    const optOuts = await t.db.selectFrom('opt_out').select(['phone_ciphertext', 'phone_hash', 'lifted_at']).execute();
    const hashed = { phone_ciphertext: null, phone_hash: t.rows.keyring.phoneHash(PHONE), lifted_at: null };
    expect(optOuts).toEqual(cause === 'opted_out' ? [hashed] : []);
    await database.close();
  });
});

describe('receipts that are not applied when the process stops (postgres)', () => {
  it('are told in one warning with their number, and applied after the next start', async () => {
    const database = await openTestDatabase('postgres');
    const t = start(database);
    const sent = [await t.sent('handing_over'), await t.sent('handing_over', '+4530123456')] as const;
    const held = await inOpenTransaction(t.db, (trx) =>
      sql`select from reminder where id = ${sent[0].reminder} for update`.execute(trx),
    );
    for (const { message } of sent) await t.acceptor.accept(t.gateway, report(t.gateway, { reference: message }));
    await waitingForLock(t.db);
    await t.acceptor.stop(Promise.resolve());
    const told = () =>
      t.logged.map((line) => JSON.parse(line)).filter(({ level, receipts }) => level >= 40 && receipts !== undefined);
    expect(told()).toMatchObject([
      { receipts: 2, msg: 'receipts are stored but not applied yet: a sweep applies them' },
    ]);
    // As the closed database would.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`.execute(t.db);
    await t.acceptor.idle();
    expect(told()).toHaveLength(1);
    await held.commit();
    t.clock.now = later(31_000);
    const next = new ReceiptAcceptor(t.deps);
    await next.applyAbandoned();
    expect(await Promise.all(sent.map(t.state))).toEqual(['delivered', 'delivered']);
    await database.close();
  });
});
