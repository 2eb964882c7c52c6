import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import type { SettleAction } from '../../../src/domain/replies/settle.ts';
import { recordOptOut } from '../../../src/opt-outs/opt-outs.ts';
import { settleReply } from '../../../src/staff/replies/settle-reply.ts';
import { undoSettle } from '../../../src/staff/replies/undo-settle.ts';
import { describeDatabases } from '../../support/database.ts';
import { useRows } from '../../support/scenario.ts';
import { type StoredRows, update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const PHONE = '+4520123456';
const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };

describeDatabases('taking back how a reply was settled', (open) => {
  const { db, rows } = useRows(open, NOW);

  const deps = () => ({ db, keyring: rows.keyring });
  const settle = (authorityId: string, id: string, action: SettleAction, when = at(10)) =>
    settleReply(deps(), STAFF, { authorityId, id, action }, when);
  const undo = (authorityId: string, id: string, when = at(20)) => undoSettle(deps(), STAFF, { authorityId, id }, when);
  const of = async (id: string) => {
    const row = await db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    return [row.status, row.reason, row.held_reason].filter(Boolean).join(' ');
  };
  const appointmentOf = (id: string) =>
    db.selectFrom('appointment').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  async function asked(id: string, settings: Parameters<StoredRows['authority']>[1] = {}) {
    const authority = await rows.authority(id, settings);
    const appointment = await rows.appointment(authority, PHONE);
    return { authority, appointment, reminder: await rows.reminder(authority, appointment) };
  }

  it('lifts the opt-out that it recorded, plans the reminders again, and holds them', async () => {
    const { authority, reminder } = await asked('refused');
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'opt_out');
    expect(await of(reminder)).toBe('suppressed opted_out');
    const undone = await undo(authority, reply);
    expect(undone).toMatchObject({ needsPerson: true, holds: true, action: null, settledAt: null, undoUntil: null });
    expect(await of(reminder)).toBe('planned reply_needs_a_person');
    const optOuts = await db.selectFrom('opt_out').selectAll().where('authority_id', '=', authority).execute();
    expect(optOuts).toMatchObject([{ lifted_at: at(20), lifted_by: STAFF.name, lift_reason: 'undone' }]);
  });

  it('leaves an opt-out that stood before', async () => {
    const { authority } = await asked('refused-before');
    await rows.optOut(authority, PHONE);
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'opt_out');
    await undo(authority, reply);
    expect(await db.selectFrom('opt_out').selectAll().where('authority_id', '=', authority).execute()).toMatchObject([
      { lifted_at: null },
    ]);
  });

  it('leaves the opt-out where the citizen has written STOP after staff recorded it', async () => {
    const { authority, reminder } = await asked('refused-then-stop');
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'opt_out');
    const stop = { authorityId: authority, phone: PHONE, reason: 'stop', recordedBy: 'citizen', inboundId: newId(NOW) };
    const { created } = await recordOptOut(deps(), stop, at(15));
    expect(created).toBe(false);
    expect(await undo(authority, reply)).toMatchObject({ needsPerson: true, action: null });
    expect(await of(reminder)).toBe('suppressed opted_out');
    const optOuts = await db.selectFrom('opt_out').selectAll().where('authority_id', '=', authority).execute();
    expect(optOuts).toMatchObject([
      { lifted_at: null, recorded_by: 'citizen', reason: 'stop', inbound_id: stop.inboundId, recorded_at: at(10) },
    ]);
  });

  it('leaves the opt-out while another reply of the number is settled as one, and lifts it with the last', async () => {
    const { authority, reminder } = await asked('refused-twice');
    const first = await rows.reply([authority], PHONE);
    const second = await rows.reply([authority], PHONE);
    await settle(authority, first, 'opt_out');
    await settle(authority, second, 'opt_out', at(12));
    await undo(authority, first);
    expect(await of(reminder)).toBe('suppressed opted_out');
    const optOuts = () => db.selectFrom('opt_out').selectAll().where('authority_id', '=', authority).execute();
    expect(await optOuts()).toMatchObject([{ lifted_at: null, inbound_id: second }]);
    await undo(authority, second, at(30));
    expect(await of(reminder)).toBe('planned reply_needs_a_person');
    expect(await optOuts()).toMatchObject([{ lifted_at: at(30), lift_reason: 'undone' }]);
  });

  it('lifts the opt-out with the reply that recorded it where the later one was taken back first', async () => {
    const { authority, reminder } = await asked('refused-twice-in-order');
    const first = await rows.reply([authority], PHONE);
    const second = await rows.reply([authority], PHONE);
    await settle(authority, first, 'opt_out');
    await settle(authority, second, 'opt_out', at(12));
    await undo(authority, second);
    expect(await of(reminder)).toBe('suppressed opted_out');
    await undo(authority, first, at(30));
    expect(await of(reminder)).toBe('planned reply_needs_a_person');
  });

  it('gives the number back, but to none that has got another one meanwhile', async () => {
    const { authority, appointment, reminder } = await asked('wrong');
    const other = await rows.appointment(authority, PHONE);
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'wrong_number');
    expect(await of(reminder)).toBe('suppressed invalid_number');
    const phone_hash = rows.keyring.phoneHash('+4520999999');
    const phone_ciphertext = rows.keyring.cipher.encrypt(authority, 'appointment.phone', other, '+4520999999');
    await update(db, 'appointment', { id: other }, { phone_hash, phone_ciphertext });
    await undo(authority, reply);
    const { phone_ciphertext: sealed, ...row } = await appointmentOf(appointment);
    expect(row).toMatchObject({
      phone_hash: rows.keyring.phoneHash(PHONE),
      phone_reason: null,
      wrong_phone_hash: null,
    });
    expect(sealed && rows.keyring.cipher.decrypt(authority, 'appointment.phone', appointment, sealed)).toBe(PHONE);
    expect((await appointmentOf(other)).phone_hash).toEqual(phone_hash);
    expect(await of(reminder)).toBe('planned reply_needs_a_person');
  });

  it('plans and holds the reminders again that a passed-on cancellation ended', async () => {
    const { authority, appointment, reminder } = await asked('cancelled');
    const reply = await rows.cancellation(authority, PHONE, appointment);
    await settle(authority, reply, 'cancel_passed_on');
    expect(await of(reminder)).toBe('cancelled cancel_passed_on');
    expect(await undo(authority, reply)).toMatchObject({ needsPerson: true, holds: true });
    expect(await of(reminder)).toBe('planned reply_cancel');
    await settle(authority, reply, 'ignore', at(30));
    expect(await of(reminder)).toBe('planned');
  });

  it('plans the reminders again that a confirmation ended, and leaves those of an appointment that has moved', async () => {
    const { authority, appointment, reminder } = await asked('confirmed', { confirmEndsReminders: true });
    const moved = await rows.appointment(authority, PHONE);
    const movedReminder = await rows.reminder(authority, moved);
    const replies = [
      await rows.cancellation(authority, PHONE, appointment),
      await rows.cancellation(authority, PHONE, moved),
    ];
    for (const reply of replies) await settle(authority, reply, 'confirmed');
    expect([await of(reminder), await of(movedReminder)]).toEqual(['cancelled confirmed', 'cancelled confirmed']);
    await update(db, 'appointment', { id: moved }, { slot: 1 });
    for (const reply of replies) await undo(authority, reply);
    expect([await of(reminder), await of(movedReminder)]).toEqual(['planned reply_cancel', 'cancelled confirmed']);
  });

  it('can be done once, within ten minutes, and of nothing that was never settled', async () => {
    const { authority } = await asked('late');
    const [open, late, twice] = [
      await rows.reply([authority], PHONE),
      await rows.reply([authority], PHONE),
      await rows.reply([authority], PHONE),
    ];
    const refused = { status: 409, code: 'not-undoable' };
    await expect(undo(authority, open)).rejects.toMatchObject(refused);
    await settle(authority, late, 'ignore', at(0));
    await expect(undo(authority, late, at(600.001))).rejects.toMatchObject(refused);
    expect(await undo(authority, late, at(600))).toMatchObject({ needsPerson: true });
    await settle(authority, twice, 'ignore');
    await undo(authority, twice);
    expect(await settle(authority, twice, 'ignore', at(30))).toMatchObject({ action: 'ignore', undoUntil: null });
    await expect(undo(authority, twice, at(40))).rejects.toMatchObject(refused);
    await expect(undo('cancelled', open)).rejects.toMatchObject({ status: 404 });
  });

  it('holds again what the reply held, and is audited', async () => {
    const { authority, reminder } = await asked('ignored');
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'ignore');
    await undo(authority, reply);
    expect(await of(reminder)).toBe('planned reply_needs_a_person');
    const audit = await db
      .selectFrom('audit')
      .selectAll()
      .where('authority_id', '=', authority)
      .orderBy('at')
      .execute();
    expect(audit.map(({ action, after }) => [action, after])).toEqual([
      ['inbound.settle', { action: 'ignore' }],
      ['inbound.undo', { action: 'ignore' }],
    ]);
  });

  it('of two who take back at once one succeeds', async () => {
    const { authority } = await asked('raced');
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'ignore');
    const results = await Promise.allSettled([undo(authority, reply), undo(authority, reply)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
