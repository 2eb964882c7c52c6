import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { markSettled, setHold } from '../../src/staff/replies/settle.sql.ts';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { holdByCancellation, holdByNumber, releaseByNumber, releaseCancelled } from '../../src/store/replies.ts';
import { inOpenTransaction } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened, useSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE, SECOND } from '../support/sending.ts';

const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const BY = { by: 'key:esk_2 Ward', action: 'ignore' } as const;
const HELD = { status: 'planned', held_reason: 'reply_needs_a_person' };

const { sending, database } = useSending(() => openTestDatabase('postgres'));
const second = useOpened(() => openDatabase({ databaseUrl: database.url }), { each: true });

const phoneHash = () => sending.deps.keyring.phoneHash(PHONE);
const settle = (id: string, at: Date) =>
  settleReply(sending.deps, STAFF, { authorityId: 'rh', id, action: 'ignore' }, at);
const drainAt = async (at: Date) => {
  sending.clock.now = at;
  await sending.drain();
};

it('a reminder whose number two replies held goes when two people settle them at once, each unseen by the other', async () => {
  const { reminder } = await sending.due('rh', PHONE, { at: later(HOUR) });
  const replies = [await sending.rows.reply(['rh'], PHONE), await sending.rows.reply(['rh'], PHONE)] as const;
  await holdByNumber(sending.db, ['rh'], phoneHash(), MONDAY);
  const open = await inOpenTransaction(second.db, async (trx) => {
    await markSettled(trx, { authorityId: 'rh', id: replies[0] }, BY, MONDAY);
    await releaseByNumber(trx, 'rh', phoneHash(), MONDAY);
  });
  await settle(replies[1], later(SECOND));
  await open.commit();
  await drainAt(later(HOUR));
  expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted', held_reason: null });
  expect(sending.gateway.sent).toHaveLength(1);
});

it('a reminder that two cancellations held goes when two people settle them at once, each unseen by the other', async () => {
  const { appointment, reminder } = await sending.due('rh', PHONE, { at: later(HOUR) });
  const booked = { appointmentId: appointment, slot: 0 };
  const replies = [
    await sending.rows.cancellation('rh', PHONE, appointment),
    await sending.rows.cancellation('rh', PHONE, appointment),
  ] as const;
  await holdByCancellation(sending.db, booked, MONDAY);
  const first = { authorityId: 'rh', id: replies[0] };
  const open = await inOpenTransaction(second.db, async (trx) => {
    await markSettled(trx, first, BY, MONDAY);
    await setHold(trx, first, [appointment], false);
    await releaseCancelled(trx, booked, MONDAY);
  });
  await settle(replies[1], later(SECOND));
  await open.commit();
  await drainAt(later(HOUR));
  expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted', held_reason: null });
  expect(sending.gateway.sent).toHaveLength(1);
});

it('a reply that is settled before what it holds is looked for once more holds nothing any more', async () => {
  const { reminder } = await sending.due('rh', PHONE, { at: later(HOUR) });
  const reply = await sending.rows.reply(['rh'], PHONE);
  await holdByNumber(sending.db, ['rh'], phoneHash(), MONDAY);
  expect(await sending.reminder(reminder)).toMatchObject(HELD);
  await settle(reply, later(SECOND));
  await holdByNumber(sending.db, ['rh'], phoneHash(), MONDAY);
  expect(await sending.reminder(reminder)).toMatchObject({ held_reason: null, next_at: later(HOUR) });
});

it('a held reminder goes in none of the looks until it is settled, and is shown as held outside the sending window too', async () => {
  await sending.changeSettings('rh', {
    sendingWindow: { from: '08:00', to: '20:00', weekdaysOnly: true, publicHolidays: 'DK', closedDays: [] },
  });
  const expires = { expires_at: later(23 * HOUR) };
  const { reminder } = await sending.due('rh', PHONE, { at: later(10 * MINUTE), reminder: expires });
  const reply = await sending.rows.reply(['rh'], PHONE);
  await holdByNumber(sending.db, ['rh'], phoneHash(), MONDAY);
  expect(await sending.reminder(reminder)).toMatchObject({ ...HELD, next_at: later(10 * MINUTE) });

  for (const minutes of [10, 11, 12]) {
    await drainAt(later(minutes * MINUTE));
    const next = later((minutes + 1) * MINUTE);
    expect(await sending.reminder(reminder)).toMatchObject({ ...HELD, next_at: next });
  }
  const [evening, morning] = [later(11 * HOUR), later(22 * HOUR)];
  await drainAt(evening);
  expect(await sending.reminder(reminder)).toMatchObject({ ...HELD, next_at: morning });
  await drainAt(morning);
  expect(await sending.reminder(reminder)).toMatchObject({ ...HELD, next_at: later(MINUTE, morning) });
  expect(sending.gateway.sent).toEqual([]);

  await settle(reply, later(SECOND, morning));
  await drainAt(later(2 * SECOND, morning));
  expect((await sending.reminder(reminder)).status).toBe('accepted');
});

it('a reminder that is held until its deadline ends then as expired', async () => {
  const { reminder } = await sending.due('rh', PHONE, { reminder: { expires_at: later(90 * SECOND) } });
  await sending.rows.reply(['rh'], PHONE);
  await holdByNumber(sending.db, ['rh'], phoneHash(), MONDAY);
  for (const seconds of [60, 90]) await drainAt(later(seconds * SECOND));
  expect(await sending.reminder(reminder)).toMatchObject({ status: 'expired', reason: 'too_late' });
  expect(sending.gateway.sent).toEqual([]);
});
