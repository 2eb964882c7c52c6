import { beforeAll, expect, it } from 'vitest';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { later, MONDAY, PHONE, SECOND, type Sending, startSending } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

const OTHER = '+4520999999';
const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const HELD = { status: 'planned', held_reason: 'reply_needs_a_person' };

describeDatabases('a reply that a person must read', (open) => {
  let sending: Sending;
  const database = useOpened(open);
  beforeAll(async () => {
    sending = startSending(database);
    for (const id of ['asked', 'elsewhere']) await sending.rows.authority(id, { maxPerNumberPerDay: 100 });
  });

  const of = (reminder: string) => sending.reminder(reminder);
  const changeNumber = (reference: string, phone: string) => {
    sending.clock.now = later(SECOND, sending.clock.now);
    return sending.post('asked', { reference, phone, start: new Date('2026-12-01T08:00:00Z') });
  };

  it('holds what goes to its number at that time, in its authority, whatever number an appointment had before', async () => {
    const [kept, second] = [await sending.due('asked'), await sending.due('asked')];
    const [leaves, comes] = [await sending.due('asked'), await sending.due('asked', OTHER)];
    const elsewhere = await sending.due('elsewhere');
    await changeNumber(comes.reference, PHONE);
    const reply = await sending.rows.reply(['asked'], PHONE);

    await sending.drain();
    for (const { reminder } of [kept, second, leaves, comes]) expect(await of(reminder)).toMatchObject(HELD);
    expect(await of(elsewhere.reminder)).toMatchObject({ status: 'accepted' });

    await changeNumber(leaves.reference, OTHER);
    expect(await of(leaves.reminder)).toMatchObject({ status: 'planned', held_reason: null, next_at: MONDAY });
    await sending.drain();
    expect(await of(leaves.reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent.map(({ to }) => to).sort()).toEqual([PHONE, OTHER].sort());

    const request = { authorityId: 'asked', id: reply, action: 'ignore' } as const;
    await settleReply(sending.deps, STAFF, request, later(SECOND, sending.clock.now));
    for (const { reminder } of [kept, second, comes])
      expect(await of(reminder)).toMatchObject({ status: 'planned', held_reason: null, next_at: MONDAY });
    await sending.drain();
    for (const { reminder } of [kept, second, comes]) expect(await of(reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.textsTo(OTHER)).toHaveLength(1);
    expect(sending.gateway.textsTo(PHONE)).toHaveLength(4);
  });

  it('holds what comes to have its number later', async () => {
    const { reminder, reference } = await sending.due('asked', OTHER);
    const reply = await sending.rows.reply(['asked'], PHONE);
    await changeNumber(reference, PHONE);
    await sending.drain();
    expect(await of(reminder)).toMatchObject(HELD);
    const request = { authorityId: 'asked', id: reply, action: 'opt_out' } as const;
    await settleReply(sending.deps, STAFF, request, later(SECOND, sending.clock.now));
    expect(await of(reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out', held_reason: null });
  });

  it('as a cancellation holds the reminders of that time, whatever made them due, and not the notice of its end', async () => {
    const held = { status: 'planned', held_reason: 'reply_cancel' };
    const number = '+4520777777';
    const { appointment, reminder } = await sending.due('asked', number);
    const another = await sending.due('asked', number);
    const reply = await sending.rows.cancellation('asked', number, appointment);
    await sending.drain();
    expect(await of(reminder)).toMatchObject(held);
    expect(await of(another.reminder)).toMatchObject({ status: 'accepted' });

    await update(sending.db, 'reminder', { id: reminder }, { next_at: MONDAY });
    await sending.drain();
    expect(await of(reminder)).toMatchObject(held);
    expect(sending.gateway.textsTo(number)).toHaveLength(1);

    await update(sending.db, 'appointment', { id: appointment }, { status: 'cancelled' });
    const notice = { template: 'cancellation', rule: 'cancellation', due_at: MONDAY, next_at: MONDAY } as const;
    await sending.rows.reminder('asked', appointment, notice);
    await sending.drain();
    expect(sending.gateway.textsTo(number)).toHaveLength(2);

    await update(sending.db, 'appointment', { id: appointment }, { status: 'booked' });
    const request = { authorityId: 'asked', id: reply, action: 'ignore' } as const;
    await settleReply(sending.deps, STAFF, request, later(SECOND, sending.clock.now));
    expect(await of(reminder)).toMatchObject({ status: 'planned', held_reason: null, next_at: MONDAY });
    await sending.drain();
    expect(await of(reminder)).toMatchObject({ status: 'accepted' });
  });

  it('as a cancellation by whoever had the number before holds nothing of another number’s', async () => {
    const { appointment, reminder } = await sending.due('asked', '+4520888888');
    await sending.rows.cancellation('asked', '+4520777777', appointment);
    await sending.drain();
    expect(await of(reminder)).toMatchObject({ status: 'accepted' });
  });

  it('as a cancellation holds no reminder of the time that the appointment moved to', async () => {
    const moved = { appointment: { slot: 1 }, reminder: { slot: 1 } };
    const { appointment, reminder } = await sending.due('asked', '+4520888889', moved);
    await sending.rows.cancellation('asked', '+4520888889', appointment);
    await sending.drain();
    expect(await of(reminder)).toMatchObject({ status: 'accepted' });
  });
});
