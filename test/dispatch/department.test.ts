import { expect, it } from 'vitest';
import { undoStart } from '../../src/dispatch/processes.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import type { SendResult } from '../../src/gateways/gateway.ts';
import { RETRY, UNCERTAIN } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { type due, later, MONDAY, PHONE, SECOND } from '../support/sending.ts';
import { insert, update } from '../support/stored-rows.ts';

describeSending('a reminder whose appointment changes department while it is handed over', (sending) => {
  const inØre = { appointment: { department: 'Øre' }, reminder: { department: 'Øre' } };

  /** Counted by name: `Næse` from what was seen, `Hals` because a rule names it. */
  async function countDepartments(): Promise<void> {
    const { db } = sending;
    const seen = { authority_id: 'rh', key: 'k', name: 'Næse', patients: Buffer.alloc(0), seen_at: MONDAY };
    await insert(db, 'department', seen);
    const rule = { id: 'r', template: 'reminder', lead: 'P2D' } as const;
    await sending.changeSettings('rh', { rules: [rule, { ...rule, id: 's', when: { departments: ['Hals'] } }] });
  }

  const moveTo = (appointment: string, department: string | null) =>
    sending.db.updateTable('appointment').set({ department }).where('id', '=', appointment).execute();

  /** Moves the appointment while the call is open, which then ends with this result. @returns the reminder as it stands */
  async function movedDuringCall(
    to: string | null,
    result: SendResult,
    row: Parameters<typeof due>[3] = inØre,
    endsAt = MONDAY,
  ) {
    await countDepartments();
    sending.gateway.script(result);
    sending.gateway.hold();
    const { appointment, reminder } = await sending.due('rh', PHONE, row);
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);
    await moveTo(appointment, to);
    sending.clock.now = endsAt;
    sending.gateway.release();
    await draining;
    await sending.settled();
    return sending.reminder(reminder);
  }

  it.each([
    ['Næse', 'Næse'],
    ['Hals', 'Hals'],
    ['Ny', 'other'],
    ['Øre', 'Øre'],
    [null, null],
  ])(
    'goes to %s and follows it once its call is proved not to have been made: it counts as %s',
    async (to, counted) => {
      expect(await movedDuringCall(to, RETRY)).toMatchObject({ status: 'planned', department: counted });
    },
  );

  it('follows it where there is no time left for another try', async () => {
    const soon = { ...inØre, reminder: { department: 'Øre', expires_at: later(10 * 60 * SECOND) } };
    const found = await movedDuringCall('Næse', RETRY, soon, later(11 * 60 * SECOND));
    expect(found).toMatchObject({ status: 'expired', department: 'Næse' });
  });

  it('stays where it was as long as its message may have been sent', async () => {
    await sending.db.updateTable('authority').set({ on_uncertain: 'resend' }).execute();
    expect(await movedDuringCall('Næse', UNCERTAIN)).toMatchObject({ status: 'uncertain', department: 'Øre' });
  });

  it('follows it, in the language of the appointment, when a start is undone that nothing was called for', async () => {
    await countDepartments();
    const { db, rows } = sending;
    const { appointment, reminder } = await sending.due('rh', PHONE, {
      ...inØre,
      reminder: { department: 'Øre', status: 'handed_over', next_at: null },
    });
    const message = await rows.message('rh', reminder, PHONE, {
      ...{ gateway: 'scripted', status: 'handing_over', accepted_at: null, delivered_at: null },
    });
    const group = { id: newId(MONDAY), process_id: newId(MONDAY), message_ids: [message], started_at: MONDAY };
    await insert(db, 'hand_over_group', group);
    await update(db, 'appointment', { id: appointment }, { language: 'en' });
    await moveTo(appointment, 'Næse');
    const notCalled = { reminder_id: reminder, next_at: MONDAY, repeat: false };
    await db.transaction().execute((trx) => undoStart(trx, group.id, group.process_id, [notCalled], later(SECOND)));
    const found = await sending.reminder(reminder);
    expect(found).toMatchObject({ status: 'planned', department: 'Næse', language: 'en' });
  });
});
