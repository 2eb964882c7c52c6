import { expect, it } from 'vitest';
import type { SettleAction } from '../../../src/domain/replies/settle.ts';
import { readReplies } from '../../../src/staff/replies/replies.ts';
import { settleReply } from '../../../src/staff/replies/settle-reply.ts';
import { describeDatabases } from '../../support/database.ts';
import { useRows } from '../../support/scenario.ts';
import { reminderNow } from '../../support/sending.ts';
import { StoredRows, update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const LATER = new Date('2026-11-24T11:05:00Z');
const PHONE = '+4520123456';
const OPERATOR = { name: 'key:esk_1 Front desk', seesNumbers: true };
const VIEWER = { name: 'key:esk_2 Statistics', seesNumbers: false };
const HELD = { held_reason: 'reply_needs_a_person', next_at: new Date('2026-12-01T07:00:00Z') };

describeDatabases('replies that a person must read', (open) => {
  const { db, rows } = useRows(open, NOW);

  const deps = () => ({ db, keyring: rows.keyring });
  const settle = (authorityId: string, id: string, action: SettleAction) =>
    settleReply(deps(), OPERATOR, { authorityId, id, action }, LATER);
  const reminder = (id: string) => db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  /** An authority with one appointment of the number, whose reminder a reply holds. */
  async function held(id: string) {
    const authority = await rows.authority(id);
    const appointment = await rows.appointment(authority, PHONE);
    return { authority, appointment, planned: await rows.reminder(authority, appointment, HELD) };
  }

  it('is shown with a recipient that a callback named, but not with a CPR number in its place', async () => {
    const id = await rows.authority('named');
    const [known, hidden] = [await rows.reply([id], PHONE), await rows.reply([id], PHONE)];
    const named = rows.keyring.cipher.encrypt('', 'inbound_message.recipient', hidden, '010180 1234');
    await update(db, 'inbound_message', { id: hidden }, { recipient_ciphertext: named });
    const { replies } = await readReplies(deps(), OPERATOR, id, { needsPerson: true, settled: false, limit: 5 }, NOW);
    const recipients = new Map(replies.map((reply) => [reply.id, reply.recipient]));
    expect([recipients.get(known), recipients.get(hidden)]).toEqual(['1204', '••••••-••••']);
  });

  it.each(['ignore', 'answered'] as const)(
    '%s releases what one held, with the due time that it had, and is what is kept',
    async (action) => {
      const { authority, planned } = await held(action);
      const reply = await rows.reply([authority], PHONE);
      const settled = await settle(authority, reply, action);
      expect(settled).toMatchObject({
        id: reply,
        needsPerson: false,
        holds: false,
        action,
        settledBy: OPERATOR.name,
        settledAt: LATER,
      });
      const after = await reminder(planned);
      expect(after).toMatchObject({ status: 'planned', held_reason: null });
      expect(after.next_at).toEqual(after.due_at);
    },
  );

  it('while another reply of the number is open, everything stays held', async () => {
    const { authority, planned } = await held('twice');
    const replies = [await rows.reply([authority], PHONE), await rows.reply([authority], PHONE)] as const;
    await settle(authority, replies[0], 'ignore');
    expect(await reminder(planned)).toMatchObject(HELD);
    await settle(authority, replies[1], 'ignore');
    expect(await reminder(planned)).toMatchObject({ held_reason: null });
  });

  it('a reply that one authority settles stays open, and holding, for the other', async () => {
    const [one, other] = [await held('one'), await held('other')];
    const reply = await rows.reply([one.authority, other.authority], PHONE);
    await settle(one.authority, reply, 'ignore');
    expect(await reminder(one.planned)).toMatchObject({ held_reason: null });
    expect(await reminder(other.planned)).toMatchObject(HELD);
    const { replies: open } = await readReplies(deps(), VIEWER, other.authority, { needsPerson: true, limit: 10 }, NOW);
    expect(open.map(({ id }) => id)).toEqual([reply]);
  });

  it('an opt-out suppresses what is planned for the number, in this authority alone', async () => {
    const [mine, other] = [await held('refused'), await held('not-refused')];
    const reply = await rows.reply([mine.authority], PHONE);
    await settle(mine.authority, reply, 'opt_out');
    const found = await reminder(mine.planned);
    expect(found).toMatchObject({ status: 'suppressed', reason: 'opted_out', held_reason: null, next_at: null });
    expect(await reminder(other.planned)).toMatchObject({ status: 'planned' });
    const optOuts = await db.selectFrom('opt_out').selectAll().where('authority_id', '=', mine.authority).execute();
    expect(optOuts).toMatchObject([{ recorded_by: OPERATOR.name, inbound_id: reply, lifted_at: null }]);
  });

  it("a wrong number is removed from this authority's appointments, and planned reminders end with that reason", async () => {
    const [mine, other] = [await held('wrong'), await held('right')];
    const handOver = async (
      status: 'handing_over' | 'uncertain' | 'not_sent' | 'delivered',
      row: Parameters<StoredRows['reminder']>[2] = {},
    ) => {
      const id = await rows.reminder(mine.authority, mine.appointment, { status: 'handed_over', ...row });
      await rows.message(mine.authority, id, PHONE, { status });
      return id;
    };
    const states = {
      retried: await handOver('not_sent', { status: 'planned' }),
      started: await handOver('handing_over'),
      repeat: await handOver('uncertain', { next_at: NOW }),
      delivered: await handOver('delivered'),
    };
    await settle(mine.authority, await rows.reply([mine.authority, other.authority], PHONE), 'wrong_number');
    const appointment = await db
      .selectFrom('appointment')
      .selectAll()
      .where('id', '=', mine.appointment)
      .executeTakeFirstOrThrow();
    expect(appointment).toMatchObject({
      phone_ciphertext: null,
      phone_hash: null,
      phone_reason: 'invalid_number',
      erased_at: null,
      revision: 2,
    });
    const suppressed = {
      status: 'suppressed',
      reason: 'invalid_number',
      next_at: null,
      held_reason: null,
      phone_hash: null,
    };
    expect(await reminder(mine.planned)).toMatchObject(suppressed);
    expect(await reminder(states.retried)).toMatchObject(suppressed);
    expect(await reminderNow({ db }, states.started)).toMatchObject({ status: 'handing_over', next_at: null });
    const found = await reminderNow({ db }, states.repeat);
    expect(found).toMatchObject({ status: 'uncertain', reason: null, next_at: null });
    expect(await reminderNow({ db }, states.delivered)).toMatchObject({ status: 'delivered' });
    expect(await reminder(other.planned)).toMatchObject({ status: 'planned', ...HELD });
  });

  it('settling one that is settled, or needs no person, is 409 and changes nothing', async () => {
    const { authority, planned } = await held('again');
    const reply = await rows.reply([authority], PHONE);
    await settle(authority, reply, 'ignore');
    await expect(settle(authority, reply, 'opt_out')).rejects.toMatchObject({ status: 409, code: 'already-settled' });
    const understood = await rows.reply([authority], PHONE);
    await update(db, 'inbound_authority', { inbound_id: understood }, { needs_person: false, holds: false });
    await expect(settle(authority, understood, 'opt_out')).rejects.toMatchObject({ status: 409 });
    expect(await reminder(planned)).toMatchObject({ status: 'planned' });
    expect(await db.selectFrom('opt_out').selectAll().where('authority_id', '=', authority).execute()).toEqual([]);
  });

  it('of two who settle the same reply at once one succeeds, and the other gets 409', async () => {
    const { authority } = await held('race');
    const reply = await rows.reply([authority], PHONE);
    const results = await Promise.allSettled([
      settle(authority, reply, 'ignore'),
      settle(authority, reply, 'wrong_number'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const audit = await db.selectFrom('audit').selectAll().where('authority_id', '=', authority).execute();
    expect(audit).toMatchObject([{ actor: OPERATOR.name, action: 'inbound.settle', target: reply }]);
  });

  it('of two who settle at once, the one whose opt-out gets 409 has recorded none', async () => {
    const { authority, planned } = await held('raced-opt-out');
    const reply = await rows.reply([authority], PHONE);
    const [ignored, refused] = await Promise.allSettled([
      settle(authority, reply, 'ignore'),
      settle(authority, reply, 'opt_out'),
    ]);
    const isRefused = refused.status === 'fulfilled';
    expect(ignored.status).toBe(isRefused ? 'rejected' : 'fulfilled');
    const optOuts = await db.selectFrom('opt_out').select('reason').where('authority_id', '=', authority).execute();
    expect(optOuts).toEqual(isRefused ? [{ reason: 'reply' }] : []);
    expect(await reminder(planned)).toMatchObject({ status: isRefused ? 'suppressed' : 'planned', held_reason: null });
  });

  it("another authority's reply is 404", async () => {
    const [mine, other] = [await rows.authority('stranger'), await held('owner')];
    const reply = await rows.reply([other.authority], PHONE);
    await expect(settle(mine, reply, 'ignore')).rejects.toMatchObject({ status: 404 });
    const found = await readReplies(deps(), OPERATOR, mine, { limit: 10 }, NOW);
    expect(found).toEqual({ replies: [], next: null, moreUrgent: false });
  });

  it('a viewer reads them with the number masked, and the numbers in the text too', async () => {
    const authority = await rows.authority('masked');
    await rows.reply([authority], PHONE, 'Ring på 20 12 34 57 kl. 14, cpr 010190-1234');
    const { replies: masked } = await readReplies(deps(), VIEWER, authority, { limit: 10 }, NOW);
    expect(masked).toMatchObject([{ phone: '+45••••••56', text: 'Ring på •• •• •• •• kl. 14, cpr ••••••-••••' }]);
    expect(await db.selectFrom('audit').selectAll().where('authority_id', '=', authority).execute()).toEqual([]);
    const { replies: clear } = await readReplies(deps(), OPERATOR, authority, { limit: 10 }, NOW);
    expect(clear).toMatchObject([{ phone: PHONE, text: 'Ring på 20 12 34 57 kl. 14, cpr ••••••-••••' }]);
    const audit = await db.selectFrom('audit').selectAll().where('authority_id', '=', authority).execute();
    expect(audit).toMatchObject([{ actor: OPERATOR.name, action: 'number.see', target: 'inbound' }]);
  });

  it.each([
    ['a blank of no width', '20\u200b12\u200b34\u200b57'],
    ['hard blanks', '20\u00a012\u00a034\u00a057'],
    ['slashes', '20/12/34/57'],
    ['a dash', '2012 – 3457'],
    ['signs that nobody expects', '20_12*34:57'],
    ['digits of another script', '٢٠١٢٣٤٥٧'],
  ])('a viewer reads no number in the text that is written with %s', async (_name, written) => {
    const authority = await rows.authority(`masked-${Buffer.from(written).toString('hex').slice(0, 30)}`);
    await rows.reply([authority], PHONE, `Ring på ${written} kl. 14`);
    const { replies } = await readReplies(deps(), VIEWER, authority, { limit: 10 }, NOW);
    expect(replies[0]?.text).toMatch(/^Ring på [^0-9]+ kl\. 14$/);
  });

  it('those that hold or cancel come first, page by page; what was settled is kept apart', async () => {
    const { authority, appointment } = await held('ordered');
    const at = (minute: number) => new StoredRows(db, new Date(NOW.getTime() + minute * 60_000), rows.keyring);
    const [holding, cancels, newest] = [
      await at(1).reply([authority], PHONE),
      await at(2).cancellation(authority, PHONE, appointment),
      await at(3).reply([authority], PHONE, 'Hvor er det?'),
    ];
    await update(db, 'inbound_authority', { inbound_id: newest }, { holds: false });
    const list = async (filter: Partial<Parameters<typeof readReplies>[3]>) =>
      (await readReplies(deps(), VIEWER, authority, { limit: 10, ...filter }, LATER)).replies.map(({ id }) => id);
    expect(await list({ needsPerson: true })).toEqual([cancels, holding, newest]);
    expect(await list({ needsPerson: true, before: { rank: 1, id: cancels } })).toEqual([holding, newest]);
    expect(await list({ needsPerson: true, before: { rank: 1, id: holding } })).toEqual([newest]);
    expect(await list({ needsPerson: true, before: { rank: 0, id: newest } })).toEqual([]);
    expect(await list({})).toEqual([newest, cancels, holding]);
    expect(await list({ meaning: 'cancel' })).toEqual([cancels]);
    await settle(authority, holding, 'ignore');
    expect([await list({ settled: true }), await list({ settled: false })]).toEqual([[holding], [newest, cancels]]);
  });
});
