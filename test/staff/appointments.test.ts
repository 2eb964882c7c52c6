import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { claimDue, releaseClaims } from '../../src/dispatch/claim.sql.ts';
import { settle } from '../../src/dispatch/settle.sql.ts';
import { startGroup } from '../../src/dispatch/start.sql.ts';
import { readAppointment } from '../../src/staff/appointments.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { StoredRows } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const PHONE = '+4520123456';
const OPERATOR = { name: 'key:esk_1 Front desk', seesNumbers: true };
const VIEWER = { name: 'key:esk_2 Statistics', seesNumbers: false };
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

describeDatabases('reading an appointment', (open) => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  let rows: StoredRows;
  beforeAll(async () => {
    database = await open();
    db = database.db;
    rows = new StoredRows(db, NOW);
  });
  afterAll(() => database.close());

  const read = (
    authorityId: string,
    reference: string,
    options: { reader?: typeof VIEWER; held?: 'sending_off'; now?: Date } = {},
  ) => {
    const deps = { db, keyring: rows.keyring, sending: { heldReason: () => options.held ?? null } };
    return readAppointment(
      deps,
      options.reader ?? VIEWER,
      { authorityId, sourceId: authorityId, reference },
      options.now ?? NOW,
    );
  };

  const claim = async (now: Date) => {
    const batchId = randomUUID();
    const leaseUntil = new Date(now.getTime() + 45_000);
    const claimed = await claimDue(db, {
      batchId,
      worker: 'test',
      now,
      leaseUntil,
      limit: 10,
      atOnce: 10,
      which: { behind: null },
    });
    return { batchId, leaseUntil, claimed };
  };
  const noText = { text_ciphertext: null, template_version: null, encoding: null, segments: null };

  async function handOver(authority: string, reminder: string, now: Date): Promise<string> {
    const { batchId, leaseUntil, claimed } = await claim(now);
    expect(claimed.map(({ id }) => id)).toEqual([reminder]);
    const message = randomUUID();
    const start = {
      reminder_id: reminder,
      revision: 1,
      appointment_revision: 1,
      authority_version: 1,
      source_version: 1,
      position: 0,
      day_start: at(-600),
      message_id: message,
      sender: 'Sundhed',
      phone_ciphertext: rows.keyring.cipher.encrypt(authority, 'message.phone', PHONE),
      text_ciphertext: rows.keyring.cipher.encrypt(authority, 'message_text.text', 'Husk din tid.'),
      encoding: 'gsm7' as const,
      segments: 1,
      template_version: 3,
    };
    const [started] = await startGroup(db, { batchId, gateway: 'kannel', now, leaseUntil }, [start]);
    expect(started?.verdict).toBe('start');
    const outcome = {
      reminder_id: reminder,
      batch_id: batchId,
      message_id: message,
      attempts: 1,
      status: 'accepted' as const,
      reason: null,
      next_at: null,
      message_status: 'accepted' as const,
      message_reason: null,
      code: '0',
      gateway_message_id: 'K-1',
      gateway_segments: 1,
    };
    await settle(db, [outcome], new Date(now.getTime() + 1_000));
    return message;
  }

  it('shows its whole history: every change once and in order, without a claim that was given back', async () => {
    const authority = await rows.authority('life');
    const appointment = await rows.appointment(authority, PHONE, {
      reference: 'A-4711',
      version: 3,
      location_code: '325441000016006',
      location_text: 'Opgang 4, 3. sal',
      department: 'Ambulatoriet',
    });
    const reminder = await rows.reminder(authority, appointment, PHONE, {
      rule: 'day-before',
      due_at: at(1),
      next_at: at(1),
    });
    const givenBack = await claim(at(2));
    expect((await read(authority, 'A-4711'))?.reminders[0]?.history).toEqual([
      { at: NOW, status: 'planned', reason: null },
      { at: at(2), status: 'claimed', reason: null },
    ]);
    const release = {
      reminder_id: reminder,
      revision: 1,
      status: 'planned' as const,
      reason: null,
      next_at: at(3),
      held_reason: null,
      ...noText,
    };
    await releaseClaims(db, givenBack.batchId, [release], at(2));
    const message = await handOver(authority, reminder, at(4));
    await db
      .updateTable('reminder')
      .set({ status: 'delivered', updated_at: at(6) })
      .where('id', '=', reminder)
      .execute();
    await db
      .updateTable('message')
      .set({ status: 'delivered', delivered_at: at(6), updated_at: at(6) })
      .where('id', '=', message)
      .execute();
    await db
      .insertInto('receipt')
      .values({
        id: randomUUID(),
        message_id: message,
        callback_id: null,
        state: 'delivered',
        cause: null,
        code: '1',
        at: at(5),
        received_at: at(6),
      })
      .execute();

    expect(await read(authority, 'A-4711')).toEqual({
      authority: 'life',
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
              attempts: 1,
              handedOverAt: at(4),
              acceptedAt: new Date(at(4).getTime() + 1_000),
              deliveredAt: at(6),
              receipts: [{ state: 'delivered', cause: null, code: '1', at: at(5), receivedAt: at(6) }],
            },
          ],
          history: [
            { at: NOW, status: 'planned', reason: null },
            { at: at(4), status: 'claimed', reason: null },
            { at: new Date(at(4).getTime() + 1_000), status: 'accepted', reason: null },
            { at: at(6), status: 'delivered', reason: null },
          ],
        },
      ],
    });
  });

  it('a reminder that was refused at planning has no entry planned; one that was planned anew has both', async () => {
    const authority = await rows.authority('born-otherwise');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    const reminder = await rows.reminder(authority, appointment, PHONE, {
      status: 'suppressed',
      reason: 'opted_out',
      next_at: null,
    });
    const refused = { at: NOW, status: 'suppressed', reason: 'opted_out' };
    expect((await read(authority, 'R'))?.reminders[0]?.history).toEqual([refused]);
    await db
      .updateTable('reminder')
      .set({ status: 'planned', reason: null, updated_at: at(1) })
      .where('id', '=', reminder)
      .execute();
    expect((await read(authority, 'R'))?.reminders[0]?.history).toEqual([
      refused,
      { at: at(1), status: 'planned', reason: null },
    ]);
  });

  it('shows the text that a shadow would have sent', async () => {
    const authority = await rows.authority('shadowed');
    const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
    const text_ciphertext = rows.keyring.cipher.encrypt(authority, 'reminder.text', 'Husk.');
    await rows.reminder(authority, appointment, PHONE, { status: 'suppressed', reason: 'shadow', text_ciphertext });
    expect((await read(authority, 'R'))?.reminders[0]).toMatchObject({ text: 'Husk.', reason: 'shadow', messages: [] });
  });

  describe('the reason why a planned reminder is held', () => {
    const heldReason = async (authority: string, options: Parameters<typeof read>[2] = {}) =>
      (await read(authority, 'R', options))?.reminders.map((reminder) => reminder.heldReason);

    async function planned(id: string): Promise<string> {
      const authority = await rows.authority(id);
      const appointment = await rows.appointment(authority, PHONE, { reference: 'R' });
      await rows.reminder(authority, appointment, PHONE, { rule: 'planned' });
      await rows.reminder(authority, appointment, PHONE, { rule: 'past', status: 'expired', due_at: at(9000) });
      return authority;
    }

    it('is null when nothing holds it, also for one that is past', async () => {
      const authority = await planned('free');
      expect(await heldReason(authority)).toEqual([null, null]);
    });

    it('is a pause of the authority, as long as it is in force', async () => {
      const authority = await planned('paused');
      const pause = { paused_at: NOW, paused_until: at(60), pause_reason: 'test' };
      await db.updateTable('authority').set(pause).where('id', '=', authority).execute();
      expect(await heldReason(authority, { now: at(59), held: 'sending_off' })).toEqual(['paused', null]);
      expect(await heldReason(authority, { now: at(60) })).toEqual([null, null]);
    });

    it('is a pause of the source, or the mode paused of the source', async () => {
      const authority = await planned('paused-source');
      const change = (set: object) => db.updateTable('source').set(set).where('id', '=', authority).execute();
      await change({ paused_at: NOW, pause_reason: 'test' });
      expect(await heldReason(authority)).toEqual(['paused', null]);
      await change({ paused_at: null, mode: 'paused' });
      await db
        .updateTable('source')
        .set({
          settings: JSON.stringify({
            name: authority,
            mode: 'paused',
            absentPhone: 'keep',
            defaultRegion: 'DK',
            timeZone: 'UTC',
            statusMap: {},
          }),
        })
        .where('id', '=', authority)
        .execute();
      expect(await heldReason(authority)).toEqual(['paused', null]);
    });

    it('is that sending is off', async () => {
      expect(await heldReason(await planned('off'), { held: 'sending_off' })).toEqual(['sending_off', null]);
    });

    it('is a reply that a person must read, until it is settled', async () => {
      const authority = await planned('replied');
      const reply = await rows.reply([authority], PHONE);
      expect(await heldReason(authority, { held: 'sending_off' })).toEqual(['reply_needs_a_person', null]);
      await db.updateTable('inbound_authority').set({ settled_at: NOW }).where('inbound_id', '=', reply).execute();
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
    const deps = { db, keyring: rows.keyring, sending: { heldReason: () => null } };
    expect(
      await readAppointment(deps, OPERATOR, { authorityId: mine, sourceId: other, reference: 'R' }, NOW),
    ).toBeUndefined();
  });
});
