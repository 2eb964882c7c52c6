import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { openTestDatabase } from '../support/database.ts';
import { ACCEPTED } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { later, MINUTE, MONDAY, messagesOf, PHONE, startSending } from '../support/sending.ts';

const START = new Date('2026-12-01T08:00:00Z');

describeSending('one hand-over at most for an appointment, rule and slot', (sending, _database) => {
  it('the database refuses a second reminder, and a second message of one to the same gateway', async () => {
    const { appointment, reminder } = await sending.due('rh', PHONE, { reminder: { rule: 'day-before' } });
    await expect(sending.rows.reminder('rh', appointment, { rule: 'day-before' })).rejects.toThrow(
      /reminder_appointment_id_rule_slot/,
    );
    await sending.rows.reminder('rh', appointment, { rule: 'day-before', slot: 1 });
    await sending.rows.message('rh', reminder, PHONE, { gateway: 'scripted' });
    await expect(sending.rows.message('rh', reminder, PHONE, { gateway: 'scripted' })).rejects.toThrow(
      /message_reminder_id_gateway/,
    );
  });

  it('what was sent is not sent anew by any event that leaves the start as it is', async () => {
    const reference = 'A-1';
    const first = await sending.post('rh', { reference, start: START, phone: PHONE });
    expect(first.reminders).toBeGreaterThan(0);
    await sql`update reminder set next_at = ${MONDAY}, due_at = ${MONDAY} where status = 'planned'`.execute(sending.db);
    await sending.drain();
    const sent = sending.gateway.sent.length;
    const changes = [
      { locationText: 'Opgang 9' },
      { phone: '+4520123457' },
      { language: 'en' },
      { end: later(MINUTE, START) },
      { version: 7 },
      {},
    ];
    for (const change of changes) {
      const { reminders } = await sending.post('rh', { reference, start: START, ...change });
      expect(reminders).toBe(0);
      await sending.drain();
    }
    expect(sending.gateway.sent).toHaveLength(sent);
    const { slot } = await sending.db
      .selectFrom('appointment')
      .select('slot')
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();
    expect(slot).toBe(0);
  });

  it('the slot rises only when the start changes or a cancelled appointment is booked again', async () => {
    const reference = 'A-1';
    const slots: number[] = [];
    const other = later(MINUTE, START);
    for (const event of [
      { start: START, phone: PHONE },
      { start: START, locationText: 'Opgang 9' },
      { start: other },
      { start: other, version: 3 },
      { status: 'cancelled' as const },
      { status: 'cancelled' as const, version: 4 },
      { start: other, version: 5 },
    ]) {
      await sending.post('rh', { reference, ...event });
      slots.push((await sending.db.selectFrom('appointment').select('slot').executeTakeFirstOrThrow()).slot);
    }
    expect(slots).toEqual([0, 0, 1, 1, 1, 1, 2]);
  });
});

describe('the message of a call (postgres)', () => {
  it('is committed before the gateway is called, and its id is the reference given to it', async () => {
    const database = await openTestDatabase('postgres');
    const other = await openDatabase({ databaseUrl: database.url });
    try {
      const sending = startSending(database);
      await sending.rows.authority('rh');
      const { reminder } = await sending.due('rh');
      let seen: { id: string; status: string; attempts: number }[] = [];
      sending.gateway.script(async () => {
        seen = await messagesOf({ db: other.db }, reminder);
        return ACCEPTED;
      });
      await sending.drain();
      expect(seen).toMatchObject([{ id: sending.gateway.sent[0]?.reference, status: 'handing_over', attempts: 1 }]);
    } finally {
      await other.close();
      await database.close();
    }
  });
});
