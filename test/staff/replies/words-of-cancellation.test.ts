import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/database/connect.ts';
import type { AUTHORITY_DEFAULTS } from '../../../src/domain/authority.ts';
import type { SettleAction } from '../../../src/domain/replies/settle.ts';
import { sweep } from '../../../src/operations/sweep.ts';
import { recordOptOut } from '../../../src/opt-outs/opt-outs.ts';
import { settleReply } from '../../../src/staff/replies/settle-reply.ts';
import { undoSettle } from '../../../src/staff/replies/undo-settle.ts';
import { inOpenTransaction, waitingForLock } from '../../support/contention.ts';
import { openTestDatabase } from '../../support/database.ts';
import { describeSending, useSending } from '../../support/scenario.ts';
import { later, MINUTE, MONDAY, PHONE, postEvent, type Sending } from '../../support/sending.ts';

const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const START = new Date('2026-12-01T08:00:00Z');
const OFF = { booked: false, moved: false, cancelled: false };
const RECEIPTS = { applyAbandoned: async () => 0 };

let made = 0;

/** An authority whose citizen has had an SMS about an appointment and has cancelled it by SMS. */
async function cancelledBySms(sending: Sending, settings: Partial<typeof AUTHORITY_DEFAULTS> = {}) {
  const authority = await sending.rows.authority(`a-${++made}`, settings);
  const reference = `ref-${made}`;
  const { appointment, reminder } = await sending.due(authority, PHONE, {
    appointment: { reference, start_at: START },
    reminder: { rule: 'later' },
  });
  const sent = await sending.rows.reminder(authority, appointment, { status: 'handed_over' });
  await sending.rows.message(authority, sent, PHONE);
  const reply = await sending.rows.cancellation(authority, PHONE, appointment);
  const at = (minutes: number) => {
    sending.clock.now = later(minutes * MINUTE);
    return sending.clock.now;
  };
  const request = { authorityId: authority, id: reply };
  return {
    authority,
    appointment,
    reference,
    reminder,
    reply,
    at,
    decide: (minutes: number, action: SettleAction = 'cancel_passed_on', id = reply) =>
      settleReply(sending.deps, STAFF, { ...request, id, action }, at(minutes)),
    undo: (minutes: number, id = reply) => undoSettle(sending.deps, STAFF, { ...request, id }, at(minutes)),
    cancel: async (minutes: number) => {
      at(minutes);
      return sending.post(authority, { reference, status: 'cancelled', start: START });
    },
    sweep: (minutes: number) => sweep(sending.deps, RECEIPTS, at(minutes)),
    /** The SMS to the citizen by then. */
    told: async (minutes: number) => {
      at(minutes);
      await sending.drain();
      return sending.gateway.textsTo(PHONE).filter((text) => text.includes('aflyst')).length;
    },
    notices: async () => {
      const rows = await sending.db
        .selectFrom('reminder')
        .selectAll()
        .where('appointment_id', '=', appointment)
        .execute();
      return rows
        .filter(({ template }) => template === 'cancellation')
        .map(({ rule, status, reason, due_at }) =>
          [rule, status, reason, (due_at.getTime() - MONDAY.getTime()) / MINUTE]
            .filter((each) => each !== null)
            .join(' '),
        )
        .sort();
    },
  };
}

describeSending('the word that a cancellation by SMS has been entered', { authority: null }, (sending) => {
  it.each(['staff', 'event'] as const)('goes ten minutes after the decision where onCancel is %s', async (onCancel) => {
    const one = await cancelledBySms(sending, { onCancel, notices: OFF });
    await one.decide(1);
    expect(await one.notices()).toEqual(['cancellation planned 11']);
    expect(await sending.reminder(one.reminder)).toMatchObject({ status: 'cancelled', reason: 'cancel_passed_on' });
    expect([await one.told(10.99), await one.told(11), await one.told(60)]).toEqual([0, 1, 1]);
  });

  it.each(['phone', 'off'] as const)('is not planned where onCancel is %s', async (onCancel) => {
    const one = await cancelledBySms(sending, { onCancel });
    await one.decide(1);
    expect(await one.notices()).toEqual([]);
  });

  it.each(['confirmed', 'ignore', 'answered', 'opt_out', 'wrong_number', 'deceased'] as const)(
    'is not planned by the decision %s',
    async (action) => {
      const one = await cancelledBySms(sending);
      await one.decide(1, action);
      expect(await one.notices()).toEqual([]);
    },
  );

  it('waits for the sending window, and is left out where that opens after the start', async () => {
    const window = { from: '08:00', to: '10:05', weekdaysOnly: true, publicHolidays: null, closedDays: [] };
    const next = await cancelledBySms(sending, { sendingWindow: window });
    await next.decide(1);
    expect(await next.notices()).toEqual([`cancellation planned ${22 * 60}`]);
    const never = await cancelledBySms(sending, { sendingWindow: { ...window, from: '09:30' } });
    await never.decide(1);
    expect(await never.notices()).toEqual(['cancellation expired too_late 11']);
  });

  it('goes until the start itself, whatever notice reminders keep', async () => {
    const one = await cancelledBySms(sending, { minimumNotice: 'P2D' });
    await one.decide(1);
    expect(await one.told(11)).toBe(1);
  });

  it.each([
    ['an opt-out', 'opt_out'],
    ['the removal of the number', 'wrong_number'],
    ['a death', 'deceased'],
  ] as const)('does not go after %s within the ten minutes', async (_what, action) => {
    const one = await cancelledBySms(sending);
    await one.decide(1);
    const other = await sending.rows.cancellation(one.authority, PHONE, one.appointment);
    await one.decide(2, action, other);
    expect(await one.told(60)).toBe(0);
  });

  it('does not go to a number that had opted out before, nor to another number than that of the reply', async () => {
    const out = await cancelledBySms(sending);
    const record = { authorityId: out.authority, phone: PHONE, reason: 'asked_by_phone', recordedBy: STAFF.name };
    await recordOptOut(sending.deps, record, out.at(0));
    await out.decide(1);
    expect(await out.told(60)).toBe(0);
    const other = await cancelledBySms(sending);
    await sending.post(other.authority, { reference: other.reference, phone: '+4520999999', start: START });
    await other.decide(1);
    expect(await other.notices()).toEqual([]);
  });

  it('outlives a change of the appointment, and not its move to another time', async () => {
    const changed = await cancelledBySms(sending, { notices: OFF });
    await changed.decide(1);
    await sending.post(changed.authority, { reference: changed.reference, start: START, department: 'Ambulatoriet' });
    expect(await changed.notices()).toEqual(['cancellation planned 11']);
    expect(await changed.told(11)).toBe(1);
    const moved = await cancelledBySms(sending, { notices: OFF });
    await moved.decide(1);
    await sending.post(moved.authority, { reference: moved.reference, start: new Date('2026-12-02T08:00:00Z') });
    expect(await moved.notices()).toEqual(['cancellation superseded 11']);
  });

  describe('and the booking system’s own cancellation are one SMS', () => {
    it.each([
      // decided after, cancelled after, notices on, notices, SMS
      ['before the decision', 2, 1, true, ['cancellation planned 11']],
      ['before the decision, without notices', 2, 1, false, ['cancellation planned 12']],
      ['within the ten minutes', 1, 5, true, ['cancellation planned 15']],
      ['within the ten minutes, without notices', 1, 5, false, ['cancellation planned 11']],
    ] as const)('where it comes %s', async (_when, decided, cancelled, on, notices) => {
      const one = await cancelledBySms(sending, { notices: { ...OFF, cancelled: on } });
      const steps = [
        { at: decided, step: one.decide },
        { at: cancelled, step: one.cancel },
      ];
      for (const { at, step } of steps.sort((a, b) => a.at - b.at)) await step(at);
      expect(await one.notices()).toEqual(notices);
      expect(await one.told(60)).toBe(1);
    });

    it.each([
      [true, ['cancellation handed_over 11', 'cancellation.told suppressed already_told 30']],
      [false, ['cancellation handed_over 11']],
    ])('where it comes later, with notices on: %s', async (on, notices) => {
      const one = await cancelledBySms(sending, { notices: { ...OFF, cancelled: on } });
      await one.decide(1);
      expect(await one.told(11)).toBe(1);
      const answer = await one.cancel(20);
      expect(answer.reasons ?? []).toEqual(on ? ['already_told'] : []);
      expect(await one.notices()).toEqual(notices);
      expect(await one.told(60)).toBe(1);
    });

    it('where its own would come too late, and the word in time', async () => {
      const one = await cancelledBySms(sending, { minimumNotice: 'P1D' });
      await one.decide(1);
      await one.cancel(5);
      expect(await one.notices()).toEqual(['cancellation planned 11']);
      expect(await one.told(60)).toBe(1);
    });

    it.each([true, false])(
      'where nobody decides, and the citizen was promised word, with notices on: %s',
      async (on) => {
        const one = await cancelledBySms(sending, { notices: { ...OFF, cancelled: on } });
        await sending.rows.message(one.authority, null, PHONE, {
          inbound_id: one.reply,
          template: 'cancel-with-staff',
        });
        await one.cancel(1);
        await one.sweep(2);
        expect(await one.told(60)).toBe(1);
      },
    );

    it('where nobody decides and nothing was promised, is none without notices', async () => {
      const one = await cancelledBySms(sending, { notices: OFF });
      await one.cancel(1);
      await one.sweep(2);
      expect(await one.told(60)).toBe(0);
    });
  });

  describe('taken back', () => {
    it('ends, and goes after another decision', async () => {
      const one = await cancelledBySms(sending, { notices: OFF });
      await one.decide(1);
      await one.undo(5);
      expect(await one.notices()).toEqual(['cancellation cancelled undone 11']);
      expect(await one.told(30)).toBe(0);
      await one.decide(31);
      expect(await one.notices()).toEqual(['cancellation planned 41']);
      expect(await one.told(60)).toBe(1);
    });

    it('leaves the word to the booking system', async () => {
      const one = await cancelledBySms(sending);
      await one.decide(1);
      await one.undo(5);
      await one.cancel(6);
      expect(await one.notices()).toEqual(['cancellation planned 16']);
      expect(await one.told(60)).toBe(1);
    });

    it('after the booking system has cancelled, leaves its notice', async () => {
      const one = await cancelledBySms(sending);
      await one.decide(1);
      await one.cancel(2);
      await one.undo(5);
      expect(await one.told(60)).toBe(1);
    });

    it('stays while another decision stands by it, and ends with that', async () => {
      const one = await cancelledBySms(sending, { notices: OFF });
      const second = await sending.rows.cancellation(one.authority, PHONE, one.appointment);
      await one.decide(1);
      await one.decide(2, 'cancel_passed_on', second);
      await one.undo(3);
      expect(await one.notices()).toEqual(['cancellation planned 11']);
      await one.undo(4, second);
      expect(await one.notices()).toEqual(['cancellation cancelled undone 11']);
    });

    it('ends by the decision that the citizen comes after all, and is planned again when that is taken back', async () => {
      const one = await cancelledBySms(sending, { notices: OFF });
      const second = await sending.rows.reply([one.authority], PHONE, 'Jeg kommer alligevel');
      await one.decide(1);
      await sending.db
        .insertInto('inbound_appointment')
        .columns([
          'inbound_id',
          'authority_id',
          'appointment_id',
          'slot',
          'phone_hash',
          'subject',
          'holds',
          'had_number',
        ])
        .expression((eb) =>
          eb
            .selectFrom('inbound_appointment')
            .select((of) => [
              of.val(second).as('inbound_id'),
              'authority_id',
              'appointment_id',
              'slot',
              'phone_hash',
              'subject',
              'holds',
              'had_number',
            ])
            .where('inbound_id', '=', one.reply),
        )
        .execute();
      await one.decide(2, 'confirmed', second);
      expect(await one.notices()).toEqual(['cancellation cancelled confirmed 11']);
      await one.undo(3, second);
      expect(await one.notices()).toEqual(['cancellation planned 11']);
    });

    it('is refused once it has left', async () => {
      const one = await cancelledBySms(sending, { notices: OFF });
      await one.decide(1);
      expect(await one.told(11)).toBe(1);
      await expect(one.undo(11)).rejects.toMatchObject({ status: 409, code: 'not-undoable' });
      expect(await one.notices()).toEqual(['cancellation handed_over 11']);
    });
  });
});

describe('at the same time', () => {
  const { sending, database } = useSending(() => openTestDatabase('postgres'), { authority: null });
  let second: Awaited<ReturnType<typeof openDatabase>>;
  beforeEach(async () => {
    second = await openDatabase({ databaseUrl: database.url });
    return () => second.close();
  });
  const onSecond = () => ({ ...sending.deps, db: second.db });

  it.each([
    ['a decision', true],
    ['a decision, without notices,', false],
  ])('%s and a cancellation are one SMS, whichever commits first', async (_what, cancelled) => {
    const notices = { ...OFF, cancelled };
    for (const first of ['decision', 'cancellation']) {
      const one = await cancelledBySms(sending, { notices });
      one.at(1);
      const decide = (db: Sending['db']) => {
        const request = { authorityId: one.authority, id: one.reply, action: 'cancel_passed_on' } as const;
        return settleReply({ ...sending.deps, db }, STAFF, request, sending.clock.now);
      };
      const cancel = (db: Sending['db']) =>
        postEvent(sending.deps, one.authority, { reference: one.reference, status: 'cancelled', start: START }, db);
      const [open, late] = first === 'decision' ? [decide, cancel] : [cancel, decide];
      const held = await inOpenTransaction<unknown>(sending.db, (trx) => open(trx as unknown as Sending['db']));
      const waiting = late(second.db);
      await waitingForLock(second.db);
      await held.commit();
      await waiting;
      const before = await one.told(0);
      expect((await one.told(60)) - before).toBe(1);
    }
  });

  it.each(['start', 'undo'])('an undo and a start are one or the other: %s first', async (first) => {
    const one = await cancelledBySms(sending, { notices: OFF });
    await one.decide(1);
    one.at(11);
    const undo = () => undoSettle(onSecond(), STAFF, { authorityId: one.authority, id: one.reply }, sending.clock.now);
    if (first === 'undo') {
      const held = await inOpenTransaction(sending.db, (trx) =>
        undoSettle(
          { ...sending.deps, db: trx as unknown as Sending['db'] },
          STAFF,
          { authorityId: one.authority, id: one.reply },
          sending.clock.now,
        ),
      );
      const drained = sending.drain();
      await waitingForLock(second.db);
      await held.commit();
      await drained;
      expect(await one.notices()).toEqual(['cancellation cancelled undone 11']);
      expect(sending.gateway.textsTo(PHONE)).toEqual([]);
      return;
    }
    // The row as a start holds it that has not committed yet.
    const held = await inOpenTransaction(sending.db, (trx) =>
      trx
        .updateTable('reminder')
        .set({ status: 'handed_over', next_at: null })
        .where('appointment_id', '=', one.appointment)
        .where('rule', '=', 'cancellation')
        .execute(),
    );
    const undone = undo().then(
      () => 'undone',
      ({ status }: { status: number }) => status,
    );
    await waitingForLock(second.db);
    await held.commit();
    expect(await undone).toBe(409);
  });
});
