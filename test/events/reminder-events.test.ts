import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { readEventsAfter } from '../../src/events/events.sql.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import type { DeliveryCause, DeliveryState } from '../../src/gateways/gateway.ts';
import { expirePlanned } from '../../src/operations/sweep.sql.ts';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { applyReceipts } from '../../src/receipts/receipts.sql.ts';
import { REJECTED, RETRY, UNCERTAIN } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE } from '../support/sending.ts';

describeSending('events of reminders', { authority: 'a' }, (sending, database) => {
  let reminder: string;
  beforeEach(async () => {
    ({ reminder } = await sending.due('a'));
  });

  /** Events as the booking system is told them, in order: type, status and reason. */
  async function told(): Promise<string[]> {
    await numberRecordedEvents(sending.deps, sending.clock.now);
    const reader = { sourceId: 'a', includePhone: false };
    const events = await readEventsAfter(database.db, sending.deps.keyring, reader, { after: 0, limit: 100 });
    const last = events
      .filter(({ type, reminderId }) => type.startsWith('reminder.') && reminderId === reminder)
      .at(-1);
    // The receiver's view is the API's.
    const { status } = await sending.reminder(reminder);
    if (!['planned', 'handing_over', 'cancelled', 'superseded'].includes(status)) expect(last?.status).toBe(status);
    return events.map(({ type, status: told, reason }) => [type, told, reason].filter(Boolean).join(' '));
  }
  async function receipt(state: DeliveryState, cause: DeliveryCause | null = null): Promise<void> {
    const [message] = await sending.messagesOf(reminder);
    const rest = { callbackId: null, code: null, at: null, gatewayMessageId: null, segments: null };
    const row = { id: newId(MONDAY), messageId: message?.id ?? '', state, cause, ...rest };
    await database.db.transaction().execute((trx) => applyReceipts(trx, [row], sending.clock.now));
  }
  const drain = (at = 0) => {
    sending.clock.now = later(at);
    return sending.drain();
  };

  it('handed over, and delivered; receipts that change nothing, or go back, are not told', async () => {
    await drain();
    await receipt('accepted');
    await receipt('delivered');
    await receipt('delivered');
    await receipt('undelivered', 'handset');
    await receipt('accepted');
    expect(await told()).toEqual(['reminder.handed_over accepted', 'reminder.delivered delivered']);
  });

  it('a receipt that overtakes the response to the call is told alone', async () => {
    sending.gateway.hold();
    const drained = sending.dispatcher.drain();
    await sending.gateway.open(1);
    await receipt('delivered');
    sending.gateway.release();
    await drained;
    await drain();
    expect(await told()).toEqual(['reminder.delivered delivered']);
  });

  it('not delivered, the last of its appointment, and delivered late', async () => {
    await drain();
    await receipt('undelivered', 'handset');
    expect(await told()).toEqual([
      'reminder.handed_over accepted',
      'reminder.failed undelivered handset',
      'appointment.unreachable undelivered handset',
    ]);
    await receipt('delivered');
    expect((await told()).slice(3)).toEqual(['reminder.delivered delivered']);
  });

  it('refused for good', async () => {
    sending.gateway.script(REJECTED);
    await drain();
    expect(await told()).toEqual([
      'reminder.failed rejected invalid_number',
      'appointment.unreachable rejected invalid_number',
    ]);
  });

  it('an SMS that was proved not to be sent is not told, nor that it is planned again', async () => {
    sending.gateway.script(RETRY);
    await drain();
    expect((await sending.reminder(reminder)).status).toBe('planned');
    expect(await told()).toEqual([]);
    sending.gateway.script(UNCERTAIN);
    await drain(MINUTE);
    expect(await told()).toEqual(['reminder.uncertain uncertain']);
    await receipt('delivered');
    expect((await told()).slice(1)).toEqual(['reminder.delivered delivered']);
  });

  it('expired', async () => {
    sending.gateway.script(RETRY);
    await drain();
    await sql`update reminder set expires_at = ${later(HOUR)}, next_at = ${later(HOUR)}`.execute(database.db);
    await sql`update appointment set start_at = ${later(3 * HOUR)}`.execute(database.db);
    sending.clock.now = later(2 * HOUR);
    await expirePlanned(database.db, later(2 * HOUR));
    expect(await told()).toEqual(['reminder.failed expired too_late', 'appointment.unreachable expired too_late']);
  });

  it('suppressed, also by the start', async () => {
    await recordOptOut(sending.deps, { authorityId: 'a', phone: PHONE, reason: 'x', recordedBy: 'Anna' }, MONDAY);
    expect(await told()).toEqual(['citizen.opted_out staff', 'reminder.suppressed suppressed opted_out']);
    const other = await sending.due('a');
    await sql`update reminder set status = 'planned', next_at = due_at where id = ${other.reminder}`.execute(
      database.db,
    );
    reminder = other.reminder;
    await drain();
    expect((await told()).slice(2)).toEqual(['reminder.suppressed suppressed opted_out']);
  });

  it('one that ended otherwise before a receipt proved that it had left stays as it ended, and is not told', async () => {
    sending.gateway.script(RETRY);
    await drain();
    await sql`update reminder set status = 'cancelled', next_at = null`.execute(database.db);
    await receipt('delivered');
    expect((await sending.reminder(reminder)).status).toBe('cancelled');
    expect(await told()).toEqual([]);
  });

  it('an earlier reminder that fails makes nobody unreachable, nor does a failed notice', async () => {
    const { appointment_id } = await sending.reminder(reminder);
    const row = { status: 'planned', due_at: later(5 * HOUR), next_at: later(5 * HOUR) } as const;
    await sending.rows.reminder('a', appointment_id, row);
    await sending.rows.reminder('a', appointment_id, {
      rule: 'confirmation',
      template: 'confirmation',
      due_at: MONDAY,
      next_at: MONDAY,
    });
    sending.gateway.script(REJECTED);
    await drain();
    const failed = 'reminder.failed rejected invalid_number';
    expect(await told()).toEqual([failed, failed]);
  });

  it('the last reminder that fails first makes nobody unreachable while an earlier one is to come; that one does, once', async () => {
    const { appointment_id } = await sending.reminder(reminder);
    const row = { status: 'planned', due_at: later(5 * HOUR), next_at: later(5 * HOUR) } as const;
    const last = await sending.rows.reminder('a', appointment_id, row);
    const fail = (id: string) =>
      sql`update reminder set status = 'suppressed', reason = 'too_many_today', next_at = null where id = ${id}`.execute(
        database.db,
      );
    await fail(last);
    expect(await told()).toEqual(['reminder.suppressed suppressed too_many_today']);
    await fail(reminder);
    expect((await told()).slice(1)).toEqual([
      'reminder.suppressed suppressed too_many_today',
      'appointment.unreachable suppressed too_many_today',
    ]);
  });

  it.each(['cancelled', 'moved'])('nor is an appointment unreachable that was %s meanwhile', async (what) => {
    await drain();
    if (what === 'moved') await sql`update appointment set slot = slot + 1`.execute(database.db);
    else await sql`update appointment set status = 'cancelled'`.execute(database.db);
    await receipt('undelivered', 'network');
    expect(await told()).toEqual(['reminder.handed_over accepted', 'reminder.failed undelivered network']);
  });
});
