import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/database/connect.ts';
import type { Database } from '../../../src/database/tables.ts';
import { newId } from '../../../src/domain/ids.ts';
import { erasedWrongNumber } from '../../../src/domain/phone.ts';
import { eraseCitizen } from '../../../src/staff/citizens/erase-citizen.ts';
import { lookUpCitizen } from '../../../src/staff/citizens/look-up-citizen.ts';
import { describeDatabases, openTestDatabase } from '../../support/database.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { useOpened, useRows } from '../../support/scenario.ts';
import { reminderNow } from '../../support/sending.ts';
import { insert, StoredRows, update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const PHONE = '+4520123456';
const ASKER = '+4520111111';
const NEIGHBOUR = '+4520123457';
const READER = { name: 'administrator', seesNumbers: true };

describeDatabases("a citizen's data", (open) => {
  const { db, rows } = useRows(open, NOW);

  const lookUp = (authority: string, phone: string) =>
    lookUpCitizen(
      { db, keyring: rows.keyring, gateways: [new ScriptedGateway()], sending: { heldReason: () => null } },
      READER,
      { authorityId: authority, phone },
      NOW,
    );
  const erase = (authorityId: string, phone: string) =>
    eraseCitizen({ db, keyring: rows.keyring }, { authorityId, phone, actor: READER.name }, NOW);
  const reminder = (id: string) => db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  /** One of everything about a number. */
  async function life(authority: string, phone: string) {
    const appointment = await rows.appointment(authority, phone);
    const sent = await rows.reminder(authority, appointment, { status: 'handed_over' });
    const planned = await rows.reminder(authority, appointment);
    const message = await rows.message(authority, sent, phone, { text: `Til ${authority}` });
    const answer = await rows.message(authority, null, phone, { template: 'help', text: 'Hjælp' });
    const reply = await rows.reply([authority], phone, 'Jeg kommer ikke');
    const optOut = await rows.optOut(authority, phone);
    return { appointment, sent, planned, message, answer, reply, optOut };
  }

  it('is everything that this authority holds about the number, and nothing of anybody else', async () => {
    const [mine, other] = [await rows.authority('mine'), await rows.authority('other')];
    const held = await life(mine, ASKER);
    await life(mine, NEIGHBOUR);
    await life(other, ASKER);
    const moved = await rows.appointment(mine, NEIGHBOUR);
    const before = await rows.reminder(mine, moved, { status: 'handed_over', rule: 'before' });
    const toOldNumber = await rows.message(mine, before, ASKER);
    const installation = await rows.optOut(null, ASKER);
    // Neither a reply to nobody nor its answer is of this authority; nor is another authority's reply.
    await rows.reply([], ASKER);
    await rows.message(mine, null, ASKER, { authority_id: null });
    await rows.reply([other], ASKER);

    const record = await lookUp(mine, ASKER);
    expect(record.phone).toBe(ASKER);
    const result = record.appointments.map(({ reminders }) => reminders.map(({ id }) => id).sort());
    expect(result).toEqual([[held.sent, held.planned].sort()]);
    expect(record.messages.map(({ id }) => id).sort()).toEqual([held.message, held.answer, toOldNumber].sort());
    expect(record.messages.map(({ text }) => text)).toContain('Til mine');
    expect(record.inbound).toMatchObject([{ id: held.reply, text: 'Jeg kommer ikke', phone: ASKER }]);
    const found = record.optOuts.map(({ id, scope }) => [id, scope]).sort();
    expect(found).toEqual(
      [
        [held.optOut, 'authority'],
        [installation, 'installation'],
      ].sort(),
    );
    const audit = await db.selectFrom('audit').selectAll().where('action', '=', 'citizen.look-up').execute();
    expect(audit).toMatchObject([
      {
        actor: READER.name,
        authority_id: mine,
        after: { appointments: 1, messages: 3, inbound: 1, optOuts: 2, patients: 0 },
      },
    ]);
    expect(JSON.stringify(audit)).not.toContain('20111111');
  });

  it('is erased: no number and no text is left, planned reminders end, the opt-out stays as a hash', async () => {
    const [mine, other] = [await rows.authority('erasing'), await rows.authority('keeping')];
    const held = await life(mine, PHONE);
    const neighbour = await life(mine, NEIGHBOUR);
    const elsewhere = await life(other, PHONE);
    const shared = await rows.reply([mine, other], PHONE);
    const shadow = async (appointment: string, phone: string) => {
      const id = newId(NOW);
      const text_ciphertext = rows.keyring.cipher.encrypt(mine, 'reminder.text', id, 'Husk');
      const row = { status: 'suppressed', reason: 'shadow', phone_hash: rows.keyring.phoneHash(phone) } as const;
      return rows.reminder(mine, appointment, { ...row, id, text_ciphertext });
    };
    // The second one's appointment has another number by now.
    const shadows = [await shadow(held.appointment, PHONE), await shadow(neighbour.appointment, PHONE)];
    const neighboursShadow = await shadow(neighbour.appointment, NEIGHBOUR);
    const waiting = await rows.message(mine, null, PHONE, { status: 'planned', handed_over_at: null, next_at: NOW });
    const oldNumber = await rows.message(mine, neighbour.planned, PHONE, { gateway: 'before' });

    const erased = await erase(mine, PHONE);
    expect(erased).toEqual({ appointments: 1, reminders: 1, messages: 4, inbound: 2, optOuts: 1, patients: 0 });
    const found = await reminder(held.planned);
    expect(found).toMatchObject({ status: 'suppressed', reason: 'erased', next_at: null, phone_hash: null });
    expect(await reminderNow({ db }, held.sent)).toMatchObject({ status: 'delivered', phone_hash: null });
    for (const each of shadows)
      expect(await reminder(each)).toMatchObject({
        status: 'suppressed',
        reason: 'shadow',
        text_ciphertext: null,
        phone_hash: null,
      });
    expect((await reminder(neighboursShadow)).text_ciphertext).not.toBeNull();
    const appointment = await db
      .selectFrom('appointment')
      .selectAll()
      .where('id', '=', held.appointment)
      .executeTakeFirstOrThrow();
    expect(appointment).toMatchObject({
      phone_ciphertext: null,
      phone_hash: null,
      phone_reason: 'no_phone',
      patient_key: null,
      erased_at: NOW,
    });
    const messages = [held.message, held.answer, waiting, oldNumber];
    for (const row of await db.selectFrom('message').selectAll().where('id', 'in', messages).execute()) {
      expect(row).toMatchObject({ phone_ciphertext: null, phone_hash: null, text_ciphertext: null });
      expect(row.status).toBe(row.id === waiting ? 'not_sent' : 'delivered');
    }
    expect(await db.selectFrom('inbound_message').select('id').where('id', '=', held.reply).execute()).toEqual([]);
    const hash = rows.keyring.phoneHash(PHONE);
    await rows.optOut(null, PHONE);
    expect(await erase(mine, PHONE)).toMatchObject({ optOuts: 1, appointments: 0 });
    const [optOut] = await db.selectFrom('opt_out').selectAll().where('id', '=', held.optOut).execute();
    expect(optOut).toMatchObject({ phone_ciphertext: null, lifted_at: null });
    expect(optOut?.phone_hash.equals(hash)).toBe(true);

    expect(await lookUp(mine, PHONE)).toMatchObject({ appointments: [], messages: [], inbound: [] });
    const result = await lookUp(mine, NEIGHBOUR);
    expect(result).toMatchObject({ appointments: [{ phone: NEIGHBOUR }], inbound: [{ id: neighbour.reply }] });
    const kept = await lookUp(other, PHONE);
    expect(kept).toMatchObject({ appointments: [{ phone: PHONE }], messages: [{ phone: PHONE }, { phone: PHONE }] });
    expect(kept.inbound.map(({ id }) => id).sort()).toEqual([shared, elsewhere.reply].sort());
    expect(await reminder(elsewhere.planned)).toMatchObject({ status: 'planned' });
    const audit = await db.selectFrom('audit').selectAll().where('action', '=', 'citizen.erase').execute();
    const entry = { actor: READER.name, authority_id: mine, target: 'citizen' };
    expect(audit).toMatchObject([entry, entry]);
    expect(JSON.stringify(audit)).not.toContain('20123456');
  });

  it('is erased with what gateways posted about it, and a repeat of that is still known; others keep theirs', async () => {
    const phone = '+4520777777';
    const [mine, other] = [await rows.authority('posted'), await rows.authority('posted-elsewhere')];
    const [held, elsewhere] = [await life(mine, phone), await life(other, phone)];
    const shared = await rows.reply([mine, other], phone);
    const posted = async (kind: 'receipt' | 'inbound') => {
      const id = newId(NOW);
      const times = { received_at: NOW, applied_at: NOW, note: null };
      const raw_ciphertext = rows.keyring.cipher.encrypt('', 'callback.raw', id, phone);
      const dedupe_key = rows.keyring.digest('test', id);
      const phone_hash = kind === 'inbound' ? rows.keyring.phoneHash(phone) : null;
      await insert(db, 'callback', {
        id,
        gateway: 'simulator',
        kind,
        dedupe_key,
        raw_ciphertext,
        phone_hash,
        ...times,
      });
      return id;
    };
    const aboutMessage = async (message_id: string) => {
      const callback_id = await posted('receipt');
      const row = { id: newId(NOW), message_id, callback_id, state: 'delivered', cause: null, code: null, at: null };
      await insert(db, 'receipt', { ...row, received_at: NOW });
      return callback_id;
    };
    const withReply = async (inbound: string) => {
      const callback_id = await posted('inbound');
      await update(db, 'inbound_message', { id: inbound }, { callback_id });
      return callback_id;
    };
    const own = [await aboutMessage(held.message), await aboutMessage(held.answer), await withReply(held.reply)];
    const others = [await aboutMessage(elsewhere.message), await withReply(elsewhere.reply), await withReply(shared)];
    await erase(mine, phone);
    const left = await db
      .selectFrom('callback')
      .selectAll()
      .where('id', 'in', [...own, ...others])
      .execute();
    for (const { id, raw_ciphertext, phone_hash } of left)
      expect([raw_ciphertext === null, phone_hash === null || others.includes(id)]).toEqual([own.includes(id), true]);
    expect(left).toHaveLength(6);
  });

  it('what was to be tried again ends too; what was handed over, or may have been, is not called back, nor sent again', async () => {
    const authority = await rows.authority('handed-over');
    const appointment = await rows.appointment(authority, PHONE);
    const handOver = async (
      status: 'handing_over' | 'uncertain' | 'not_sent',
      row: Parameters<StoredRows['reminder']>[2] = {},
    ) => {
      const id = await rows.reminder(authority, appointment, { status: 'handed_over', ...row });
      await rows.message(authority, id, PHONE, { status, accepted_at: null, delivered_at: null });
      return id;
    };
    const retried = await handOver('not_sent', { status: 'planned' });
    const tried = await rows.reminder(authority, appointment, { tries: 2 });
    const started = await handOver('handing_over');
    const repeat = await handOver('uncertain', { next_at: NOW });
    const uncertain = await handOver('uncertain');
    expect(await erase(authority, PHONE)).toMatchObject({ reminders: 2 });
    for (const id of [retried, tried])
      expect(await reminderNow({ db }, id)).toMatchObject({
        status: 'suppressed',
        reason: 'erased',
        next_at: null,
        tries: 0,
      });
    expect(await reminderNow({ db }, started)).toMatchObject({ status: 'handing_over', reason: null, next_at: null });
    for (const id of [repeat, uncertain])
      expect(await reminderNow({ db }, id)).toMatchObject({ status: 'uncertain', reason: null, next_at: null });
    const messages = await db.selectFrom('message').selectAll().where('authority_id', '=', authority).execute();
    for (const message of messages) expect(message).toMatchObject({ phone_hash: null, text_ciphertext: null });
  });

  it('leaves the hash of its number with a refusal that is in force, and with none that was lifted', async () => {
    const phone = '+4520666666';
    const [mine, other] = [await rows.authority('lifted'), await rows.authority('lifted-elsewhere')];
    const lifted = { lifted_at: NOW, lifted_by: 'citizen' };
    const gone = [
      await rows.optOut(mine, phone, lifted),
      await rows.optOut(mine, phone, { ...lifted, phone_ciphertext: null }),
    ];
    const kept = [await rows.optOut(mine, phone), await rows.optOut(other, phone, lifted)];
    expect(await erase(mine, phone)).toMatchObject({ optOuts: 2 });
    expect(await erase(mine, phone)).toMatchObject({ optOuts: 0 });
    const hash = rows.keyring.phoneHash(phone);
    const found = await db.selectFrom('opt_out').select('id').where('phone_hash', '=', hash).execute();
    expect(found.map(({ id }) => id).sort()).toEqual([...kept].sort());
    expect(found.map(({ id }) => id)).not.toContain(gone[0]);
  });

  it('is of an appointment that lost the number all but a department counted by name, its time and what it was', async () => {
    const phone = '+4520555555';
    const authority = await rows.authority('lost');
    const seen = { authority_id: authority, patients: Buffer.of(), seen_at: NOW };
    await insert(db, 'department', { ...seen, key: 'k', name: 'Klinik 7' });
    const place = { location_text: 'Opgang 7', location_code: 'O7', language: 'so', department_code: 'K7' };
    const lose = async (department: string) => {
      const id = await rows.appointment(authority, null, { ...place, department, reference: department });
      const sent = await rows.reminder(authority, id, { status: 'handed_over' });
      await rows.message(authority, sent, phone);
      return id;
    };
    const lost = [await lose('Klinik 7'), await lose('Hos Hansen')];
    const nothing = { appointments: 0, reminders: 0, inbound: 0, optOuts: 0, patients: 0 };
    expect(await erase(authority, phone)).toEqual({ ...nothing, messages: 2 });
    const left = await db.selectFrom('appointment').selectAll().where('id', 'in', lost).orderBy('reference').execute();
    const gone = { patient_key: null, location_text: null, location_code: null, language: null, department_code: null };
    expect(left).toMatchObject([
      { ...gone, department: null, status: 'booked', erased_at: null },
      { ...gone, department: 'Klinik 7', status: 'booked', erased_at: null },
    ]);
    for (const { id, wrong_phone_hash } of left)
      expect(wrong_phone_hash).toEqual(erasedWrongNumber(rows.keyring.phoneHash(phone), id));
  });

  it('erasing again, or an unknown number, changes nothing', async () => {
    const authority = await rows.authority('again');
    await life(authority, '+4520999999');
    await erase(authority, '+4520999999');
    const nothing = { appointments: 0, reminders: 0, messages: 0, inbound: 0, optOuts: 0, patients: 0 };
    expect(await erase(authority, '+4520999999')).toEqual(nothing);
    expect(await erase(authority, '+4520888888')).toEqual(nothing);
  });
});

describe('erasing beside other writers (postgres)', () => {
  let second: Awaited<ReturnType<typeof openDatabase>>;
  const database = useOpened(() => openTestDatabase('postgres'));
  beforeAll(async () => {
    second = await openDatabase({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await second.close();
  });
  const erase = ({ keyring }: StoredRows, authorityId: string) =>
    eraseCitizen({ db: database.db, keyring }, { authorityId, phone: PHONE, actor: 'test' }, NOW);

  it('includes an appointment that is being booked with the number meanwhile', async () => {
    const rows = new StoredRows(database.db, NOW);
    const authority = await rows.authority('booking');
    const known = await rows.appointment(authority, PHONE);
    await rows.reminder(authority, known);
    let erasing: Promise<unknown> | undefined;
    let late = '';
    await second.db.transaction().execute(async (trx) => {
      const others = new StoredRows(trx, NOW, rows.keyring);
      const appointment = await others.appointment(authority, PHONE);
      late = await others.reminder(authority, appointment);
      // Holds the erasing up in the middle of its first commit, so that it is sure to have looked before this one ends.
      await sql`select from reminder where appointment_id = ${known} for update`.execute(trx);
      erasing = erase(rows, authority);
      await waitingForLock(database.db);
    });
    await erasing;
    const row = await database.db.selectFrom('reminder').selectAll().where('id', '=', late).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: 'suppressed', reason: 'erased', phone_hash: null });
  });

  it.each(['that lost the number', 'that the number was wrong for'])(
    'has no reminder locked while it waits for an appointment %s, so that no circle of waiting comes about',
    async (which) => {
      const rows = new StoredRows(database.db, NOW);
      const authority = await rows.authority(which.replaceAll(' ', '-'));
      const own = await rows.appointment(authority, PHONE);
      await rows.reminder(authority, own);
      const wrong_phone_hash = which.startsWith('that lost') ? null : rows.keyring.phoneHash(PHONE);
      const other = await rows.appointment(authority, null, { wrong_phone_hash });
      const sent = await rows.reminder(authority, other, { status: 'handed_over' });
      await rows.message(authority, sent, PHONE);
      let erasing: Promise<unknown> | undefined;
      await second.db.transaction().execute(async (trx) => {
        await sql`select from appointment where id = ${other} for update`.execute(trx);
        erasing = erase(rows, authority);
        await waitingForLock(database.db);
        await sql`select from reminder where appointment_id = ${own} for update nowait`.execute(trx);
      });
      expect(await erasing).toMatchObject({ appointments: 1, reminders: 1, messages: 1 });
    },
  );
});

/** Resolves once some statement waits for a lock. */
async function waitingForLock(db: Kysely<Database>): Promise<void> {
  for (;;) {
    const { rows } =
      await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
        db,
      );
    if (rows.length > 0) return;
  }
}
