import { randomUUID } from 'node:crypto';
import type { Updateable } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/tables.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { beat } from '../../../src/dispatch/processes.sql.ts';
import { type SettleRow, settle } from '../../../src/dispatch/settle.sql.ts';
import { type StartRow, startGroup } from '../../../src/dispatch/start/start.sql.ts';
import { MESSAGE_TEXT } from '../../../src/domain/keyring.ts';
import { applyReceipts } from '../../../src/receipts/receipts.sql.ts';
import { readAppointmentView } from '../../../src/staff/appointments/appointments.ts';
import { describeDatabases } from '../../support/database.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { useRows } from '../../support/scenario.ts';
import { insert, update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const PHONE = '+4520123456';
const OPERATOR = { name: 'key:esk_1 Front desk', seesNumbers: true };
const VIEWER = { name: 'key:esk_2 Statistics', seesNumbers: false };
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

describeDatabases('reading an appointment', (open) => {
  const { db, rows } = useRows(open, NOW);

  const read = (
    authorityId: string,
    reference: string,
    options: { reader?: typeof VIEWER; held?: 'sending_off'; now?: Date } = {},
  ) => {
    const gateways = [new ScriptedGateway()] as const;
    const deps = { db, keyring: rows.keyring, gateways, sending: { heldReason: () => options.held ?? null } };
    return readAppointmentView(
      deps,
      options.reader ?? VIEWER,
      { authorityId, sourceId: authorityId, reference },
      options.now ?? NOW,
    );
  };

  /** Starts a call, as the dispatcher does. */
  async function start(authority: string, reminder: string, now: Date): Promise<void> {
    const processId = randomUUID();
    await beat(db, { id: processId, name: 'test', version: '1.2.3', clockAheadMs: null, startedAt: now }, now);
    const row: StartRow = {
      reminder_id: reminder,
      action: 'start',
      repeat: false,
      revision: 1,
      appointment_revision: 1,
      authority_version: 1,
      source_version: 1,
      position: 0,
      day_start: at(-600),
      status: null,
      reason: null,
      next_at: null,
      held_reason: null,
      message_id: randomUUID(),
      sender: 'Sundhed',
      phone_ciphertext: rows.keyring.cipher.encrypt(authority, 'message.phone', `${reminder} kannel`, PHONE),
      country: 'DK',
      text_ciphertext: rows.keyring.cipher.encrypt(authority, MESSAGE_TEXT, `${reminder} kannel`, 'Husk din tid.'),
      encoding: 'gsm7',
      segments: 1,
      template_version: 3,
    };
    const options = { groupId: randomUUID(), processId, gateway: 'kannel', gatewayVersion: 0, now };
    expect(await startGroup(db, options, [row])).toMatchObject([{ verdict: 'start' }]);
  }

  /** Records the outcome of the last call. */
  async function end(reminder: string, outcome: Partial<SettleRow>, now: Date): Promise<string> {
    const { id, attempts } = await db
      .selectFrom('message')
      .select(['id', 'attempts'])
      .where('reminder_id', '=', reminder)
      .executeTakeFirstOrThrow();
    const row: SettleRow = {
      message_id: id,
      attempts,
      status: 'accepted',
      reason: null,
      code: '0',
      gateway_message_id: 'K-1',
      gateway_segments: 1,
      reminder_id: reminder,
      reminder_status: null,
      reminder_reason: null,
      next_at: null,
      ...outcome,
    };
    await settle(db, [row], [], now);
    return id;
  }

  it('tells its whole life: every change once and in order, with a try that was not sent', async () => {
    const authority = await rows.authority('life');
    const appointment = await rows.appointment(authority, PHONE, {
      reference: 'A-4711',
      version: 3,
      location_code: '325441000016006',
      location_text: 'Opgang 4, 3. sal',
      department: 'Ambulatoriet',
    });
    const reminder = await rows.reminder(authority, appointment, {
      rule: 'day-before',
      due_at: at(1),
      next_at: at(1),
    });
    await start(authority, reminder, at(2));
    expect((await read(authority, 'A-4711'))?.reminders[0]?.history).toEqual([
      { at: NOW, status: 'planned', reason: null },
      { at: at(2), status: 'handing_over', reason: null },
    ]);
    const notSent = { status: 'not_sent', reason: 'temporary', reminder_status: 'planned', next_at: at(3) } as const;
    await end(reminder, { ...notSent, gateway_message_id: null, gateway_segments: null }, at(3));
    await start(authority, reminder, at(4));
    const message = await end(reminder, {}, new Date(at(4).getTime() + 1_000));
    await update(db, 'message', { id: message }, { status: 'delivered', delivered_at: at(6), updated_at: at(6) });
    await insert(db, 'receipt', {
      id: randomUUID(),
      message_id: message,
      callback_id: null,
      state: 'delivered',
      cause: null,
      code: '1',
      at: at(5),
      received_at: at(6),
    });

    expect(await read(authority, 'A-4711')).toEqual({
      authority: 'life',
      revision: 1,
      source: 'life',
      reference: 'A-4711',
      version: 3,
      status: 'booked',
      start: new Date('2026-12-01T08:00:00Z'),
      end: null,
      kind: 'visit',
      phone: '+45••••••56',
      phoneReason: null,
      language: 'da',
      location: { code: '325441000016006', text: 'Opgang 4, 3. sal' },
      department: 'Ambulatoriet',
      contactPhone: null,
      outcome: null,
      outcomeAt: null,
      test: false,
      receivedAt: NOW,
      updatedAt: NOW,
      erasedAt: null,
      reply: null,
      replies: [],
      reminders: [
        {
          id: reminder,
          rule: 'day-before',
          slot: 0,
          template: 'reminder',
          templateVersion: 3,
          language: 'da',
          status: 'delivered',
          reason: null,
          action: null,
          heldReason: null,
          dueAt: at(1),
          expiresAt: new Date('2026-12-01T07:00:00Z'),
          text: 'Husk din tid.',
          encoding: 'gsm7',
          segments: 1,
          messages: [
            {
              id: message,
              gateway: 'kannel',
              gatewayMessageId: 'K-1',
              status: 'delivered',
              reason: null,
              code: '0',
              attempts: 2,
              handedOverAt: at(4),
              acceptedAt: new Date(at(4).getTime() + 1_000),
              deliveredAt: at(6),
              receipts: [{ state: 'delivered', cause: null, code: '1', at: at(5), receivedAt: at(6) }],
            },
          ],
          history: [
            { at: NOW, status: 'planned', reason: null },
            { at: at(2), status: 'handing_over', reason: null },
            { at: at(3), status: 'planned', reason: 'temporary' },
            { at: at(4), status: 'handing_over', reason: null },
            { at: new Date(at(4).getTime() + 1_000), status: 'accepted', reason: null },
            { at: at(6), status: 'delivered', reason: null },
          ],
        },
      ],
    });
  });

  it('tells of a repeat both hand-overs, and what became of each, with its reason', async () => {
    const authority = await rows.authority('repeated');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    const reminder = await rows.reminder(authority, appointment, { status: 'handed_over', updated_at: at(1) });
    const message = await rows.message(authority, reminder, PHONE, {
      status: 'handing_over',
      handed_over_at: at(1),
      accepted_at: null,
      delivered_at: null,
    });
    const becomes = (set: Updateable<Database['message']>) =>
      db.updateTable('message').set(set).where('id', '=', message).execute();
    await becomes({ status: 'uncertain', updated_at: at(2) });
    await becomes({ status: 'handing_over', handed_over_at: at(12), updated_at: at(12) });
    await becomes({ status: 'uncertain', reason: 'temporary', updated_at: at(13) });
    await becomes({ status: 'undelivered', reason: 'handset', accepted_at: at(20), updated_at: at(20) });
    expect((await read(authority, 'R'))?.reminders[0]).toMatchObject({
      status: 'undelivered',
      reason: 'handset',
      history: [
        { at: NOW, status: 'planned', reason: null },
        { at: at(1), status: 'handing_over', reason: null },
        { at: at(2), status: 'uncertain', reason: null },
        { at: at(12), status: 'handing_over', reason: null },
        { at: at(13), status: 'uncertain', reason: 'temporary' },
        { at: at(20), status: 'accepted', reason: null },
        { at: at(20), status: 'undelivered', reason: 'handset' },
      ],
    });
  });

  it('tells once of a hand-over whose response was "not sent" and that a receipt proved all the same', async () => {
    const authority = await rows.authority('proved');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    const reminder = await rows.reminder(authority, appointment, { status: 'planned', department: 'Medicin' });
    const message = await rows.message(authority, reminder, PHONE, {
      status: 'handing_over',
      handed_over_at: at(1),
      accepted_at: null,
      delivered_at: null,
    });
    await update(db, 'message', { id: message }, { status: 'not_sent', reason: 'temporary', updated_at: at(2) });
    const receipt = { callbackId: null, messageId: message, cause: null, code: null, at: null };
    const none = { gatewayMessageId: null, segments: null };
    await inTransaction(db, (trx) =>
      applyReceipts(trx, [{ id: randomUUID(), ...receipt, ...none, state: 'delivered' }], at(3)),
    );
    expect((await read(authority, 'R'))?.reminders[0]).toMatchObject({
      status: 'delivered',
      history: [
        { at: NOW, status: 'planned', reason: null },
        { at: at(1), status: 'handing_over', reason: null },
        { at: at(2), status: 'planned', reason: 'temporary' },
        { at: at(3), status: 'accepted', reason: null },
        { at: at(3), status: 'delivered', reason: null },
      ],
    });
  });

  it('one that was refused when it was planned never says that it was planned; one that was planned anew says both', async () => {
    const authority = await rows.authority('born-otherwise');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    const reminder = await rows.reminder(authority, appointment, {
      status: 'suppressed',
      reason: 'opted_out',
      next_at: null,
    });
    const refused = { at: NOW, status: 'suppressed', reason: 'opted_out' };
    expect((await read(authority, 'R'))?.reminders[0]?.history).toEqual([refused]);
    await update(db, 'reminder', { id: reminder }, { status: 'planned', reason: null, updated_at: at(1) });
    const found = (await read(authority, 'R'))?.reminders[0]?.history;
    expect(found).toEqual([refused, { at: at(1), status: 'planned', reason: null }]);
  });

  it('shows the text that a shadow would have sent', async () => {
    const authority = await rows.authority('shadowed');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    const id = randomUUID();
    const text_ciphertext = rows.keyring.cipher.encrypt(authority, 'reminder.text', id, 'Husk.');
    await rows.reminder(authority, appointment, { id, status: 'suppressed', reason: 'shadow', text_ciphertext });
    expect((await read(authority, 'R'))?.reminders[0]).toMatchObject({ text: 'Husk.', reason: 'shadow', messages: [] });
  });

  describe('the reason why a planned reminder is held', () => {
    const heldReason = async (authority: string, options: Parameters<typeof read>[2] = {}) =>
      (await read(authority, 'R', options))?.reminders.map((reminder) => reminder.heldReason);

    async function planned(id: string): Promise<string> {
      const authority = await rows.authority(id);
      const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
      await rows.reminder(authority, appointment, { rule: 'planned' });
      await rows.reminder(authority, appointment, { rule: 'past', status: 'expired', due_at: at(9000) });
      return authority;
    }

    it('is null when nothing holds it, also for one that is past', async () => {
      const authority = await planned('free');
      expect(await heldReason(authority)).toEqual([null, null]);
    });

    it('is a pause of the authority, as long as it is in force', async () => {
      const authority = await planned('paused');
      const pause = { paused_at: NOW, paused_until: at(60), pause_reason: 'test' };
      await update(db, 'authority', { id: authority }, pause);
      expect(await heldReason(authority, { now: at(59), held: 'sending_off' })).toEqual(['paused', null]);
      expect(await heldReason(authority, { now: at(60) })).toEqual([null, null]);
    });

    it('is a status that may be an end: behind a pause and SENDING=off, before replies and gateways', async () => {
      const authority = await planned('unclear');
      const change = (set: object) => db.updateTable('authority').set(set).where('id', '=', authority).execute();
      await db
        .updateTable('appointment')
        .set({ unclear_status: Buffer.alloc(16) })
        .execute();
      for (const held_reason of [null, 'reply_needs_a_person', 'reply_cancel', 'gateway_out'] as const) {
        await update(db, 'reminder', { status: 'planned' }, { held_reason });
        expect(await heldReason(authority)).toEqual(['status_unclear', null]);
        expect(await heldReason(authority, { held: 'sending_off' })).toEqual(['sending_off', null]);
      }
      await change({ paused_at: NOW, paused_until: at(60), pause_reason: 'test' });
      expect(await heldReason(authority, { now: at(59), held: 'sending_off' })).toEqual(['paused', null]);
      expect(await heldReason(authority, { now: at(60) })).toEqual(['status_unclear', null]);
    });

    it('is a pause of the source, or the mode paused of the source', async () => {
      const authority = await planned('paused-source');
      const change = (set: object) => db.updateTable('source').set(set).where('id', '=', authority).execute();
      await change({ paused_at: NOW, pause_reason: 'test' });
      expect(await heldReason(authority)).toEqual(['paused', null]);
      await change({ paused_at: null, mode: 'paused' });
      await update(
        db,
        'source',
        { id: authority },
        {
          settings: JSON.stringify({
            name: authority,
            mode: 'paused',
            absentPhone: 'keep',
            defaultRegion: 'DK',
            timeZone: 'UTC',
            statusMap: {},
          }),
        },
      );
      expect(await heldReason(authority)).toEqual(['paused', null]);
    });

    it('is that sending is off', async () => {
      expect(await heldReason(await planned('off'), { held: 'sending_off' })).toEqual(['sending_off', null]);
    });

    it('is a reply that a person must read, until it is settled', async () => {
      const authority = await planned('replied');
      const reply = await rows.reply([authority], PHONE);
      expect(await heldReason(authority, { held: 'sending_off' })).toEqual(['reply_needs_a_person', null]);
      await update(db, 'inbound_authority', { inbound_id: reply }, { settled_at: NOW });
      expect(await heldReason(authority)).toEqual([null, null]);
    });
  });

  it('shows the number to readers who may see it, and audits every access without the number', async () => {
    const authority = await rows.authority('looked-at');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    await rows.appointment(authority, null, { reference: 'without' });
    expect((await read(authority, 'R', { reader: VIEWER }))?.phone).toBe('+45••••••56');
    expect((await read(authority, 'without', { reader: OPERATOR }))?.phone).toBeNull();
    expect(await db.selectFrom('audit').selectAll().where('authority_id', '=', authority).execute()).toEqual([]);
    expect((await read(authority, 'R', { reader: OPERATOR }))?.phone).toBe(PHONE);
    const audit = await db.selectFrom('audit').selectAll().where('authority_id', '=', authority).execute();
    expect(audit).toMatchObject([
      { actor: OPERATOR.name, action: 'number.see', target: `appointment:${appointment}`, at: NOW },
    ]);
    expect(JSON.stringify(audit)).not.toContain('20123456');
  });

  it("does not find another authority's appointment", async () => {
    const [mine, other] = [await rows.authority('mine'), await rows.authority('other')];
    await rows.appointment(other, PHONE, { reference: 'R' });
    expect(await read(mine, 'R')).toBeUndefined();
    const gateways = [new ScriptedGateway()] as const;
    const deps = { db, keyring: rows.keyring, gateways, sending: { heldReason: () => null } };
    expect(
      await readAppointmentView(deps, OPERATOR, { authorityId: mine, sourceId: other, reference: 'R' }, NOW),
    ).toBeUndefined();
  });
});
