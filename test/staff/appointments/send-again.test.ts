import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/database/connect.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { AUTHORITY_DEFAULTS } from '../../../src/domain/authority.ts';
import { sendAgain } from '../../../src/staff/appointments/send-again.ts';
import { inOpenTransaction, waitingForLock } from '../../support/contention.ts';
import { openTestDatabase } from '../../support/database.ts';
import { describeSending, useSending } from '../../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE, type Sending } from '../../support/sending.ts';
import { update } from '../../support/stored-rows.ts';

const OPERATOR = { name: 'person:1', seesNumbers: true };
const OTHER = { name: 'person:2', seesNumbers: true };
const EVENING = later(11 * HOUR + 59 * MINUTE + 59_000);
const refused = (code: string) => ({ code: 'not-sent-again', status: 409, faults: [{ code }] });

/** An appointment whose one reminder was delivered an hour ago. */
async function delivered({ rows }: Sending, authority = 'rh') {
  const appointment = await rows.appointment(authority, PHONE);
  const hour = later(-HOUR);
  await rows.sent(authority, appointment, PHONE, { rule: 'day-before' }, { handed_over_at: hour, text: 'Den gamle' });
  return { authorityId: authority, id: appointment };
}

const send = ({ deps, clock }: Sending, key: { authorityId: string; id: string }, reader = OPERATOR, db = deps.db) =>
  sendAgain({ ...deps, db }, reader, key, clock.now);

describeSending('a reminder that staff send again', (sending) => {
  it('goes at once as it reads now, through the start of all others, and is in the audit', async () => {
    const key = await delivered(sending);
    const { id } = await send(sending, key);
    expect(await sending.reminder(id)).toMatchObject({ rule: 'again', template: 'reminder', status: 'planned' });
    await sending.drain();
    expect(sending.gateway.sent.map(({ text }) => text)).toEqual([expect.stringContaining('tirsdag d. 1. december')]);
    expect(await sending.reminder(id)).toMatchObject({ status: 'accepted' });
    const audit = await sending.db.selectFrom('audit').selectAll().where('action', '=', 'reminder.again').execute();
    expect(audit).toMatchObject([{ actor: OPERATOR.name, target: `appointment:${key.id}`, after: { reminder: id } }]);
    expect(JSON.stringify(audit)).not.toContain(PHONE.slice(3));
    await expect(send(sending, key, OTHER)).rejects.toMatchObject(refused('sent_lately'));
    sending.clock.now = later(12 * HOUR);
    await expect(send(sending, key)).rejects.toMatchObject(refused('night'));
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('does not ask for the window of the authority, and waits for the morning where it is late', async () => {
    await sending.changeSettings('rh', {
      sendingWindow: {
        ...AUTHORITY_DEFAULTS.sendingWindow,
        from: '12:00',
        to: '12:30',
        weekdaysOnly: true,
        publicHolidays: null,
        closedDays: [],
      },
    });
    const [now, late] = [await delivered(sending), await delivered(sending)];
    await send(sending, now);
    await sending.drain();
    expect(sending.gateway.sent).toHaveLength(1);
    sending.clock.now = EVENING;
    const { id } = await send(sending, late);
    sending.clock.now = later(12 * HOUR);
    await sending.drain();
    expect([sending.gateway.sent.length, (await sending.reminder(id)).status]).toEqual([1, 'planned']);
    sending.clock.now = later(21 * HOUR);
    await sending.drain();
    expect(sending.gateway.sent).toHaveLength(2);
  });

  it('ends with a cancellation, is superseded by a move, and leaves the rules their reminders', async () => {
    const start = new Date('2026-12-01T08:00:00Z');
    const booked = { phone: PHONE, start, kind: 'visit' } as const;
    await sending.changeSettings('rh', { rules: [] });
    await sending.post('rh', { reference: 'A', ...booked });
    await sending.post('rh', { reference: 'B', ...booked });
    const idOf = async (reference: string) =>
      (
        await sending.db
          .selectFrom('appointment')
          .select('id')
          .where('reference', '=', reference)
          .executeTakeFirstOrThrow()
      ).id;
    const one = await send(sending, { authorityId: 'rh', id: await idOf('A') });
    const other = await send(sending, { authorityId: 'rh', id: await idOf('B') });
    await sending.changeSettings('rh', { rules: [{ id: 'hours', template: 'reminder', lead: 'PT6H' }] });
    await sending.post('rh', { reference: 'A', ...booked, status: 'cancelled' });
    await sending.post('rh', { reference: 'B', ...booked, locationText: 'Stue 2' });
    const ofB = await sending.db
      .selectFrom('reminder')
      .select('rule')
      .where('appointment_id', '=', await idOf('B'))
      .orderBy('rule')
      .execute();
    expect(ofB.map(({ rule }) => rule)).toEqual(['again', 'hours']);
    await sending.post('rh', { reference: 'B', ...booked, start: new Date('2026-12-02T08:00:00Z') });
    expect([await sending.reminder(one.id), await sending.reminder(other.id)]).toMatchObject([
      { status: 'cancelled' },
      { status: 'superseded' },
    ]);
    await sending.drain();
    expect(sending.gateway.sent).toEqual([]);
  });

  it('is refused where the authority sends nothing about this kind of appointment', async () => {
    await sending.changeSettings('rh', { withoutReminders: { departments: [], kinds: ['visit'] } });
    await expect(send(sending, await delivered(sending))).rejects.toMatchObject(refused('no_sms'));
  });

  it('is refused for each thing that stands in the way, and then nothing is planned', async () => {
    const { rows, db } = sending;
    const obstacles: Record<string, (key: { id: string }) => Promise<unknown>> = {
      // The last in the order of reasons come first: every appointment adds to what its number got today.
      no_sms: ({ id }) => update(db, 'appointment', { id }, { kind: 'none' }),
      shadow: ({ id }) => update(db, 'appointment', { id }, { test: true }),
      opted_out: () => rows.optOut('rh', PHONE),
      held: ({ id }) => rows.cancellation('rh', PHONE, id),
      deceased: ({ id }) => update(db, 'appointment', { id }, { deceased: true }),
      no_phone: ({ id }) => update(db, 'appointment', { id }, { phone_reason: 'not_mobile' }),
      not_booked: ({ id }) => update(db, 'appointment', { id }, { status: 'fulfilled' }),
    };
    const codes: string[] = [];
    for (const [code, make] of Object.entries(obstacles)) {
      const key = await delivered(sending);
      await make(key);
      await expect(send(sending, key), code).rejects.toMatchObject(refused(code));
      codes.push(code);
      await db.deleteFrom('opt_out').execute();
    }
    sending.held = 'sending_off';
    await expect(send(sending, await delivered(sending))).rejects.toMatchObject(refused('paused'));
    expect(codes).toHaveLength(7);
    const made = await db.selectFrom('reminder').select('id').where('rule', 'like', 'again%').execute();
    expect(made).toEqual([]);
    await expect(
      sendAgain(sending.deps, { ...OPERATOR, departments: ['Øre'] }, await delivered(sending), MONDAY),
    ).rejects.toMatchObject({ status: 404 });
  });
});

describe('two who send one reminder again at once', () => {
  const { sending, database } = useSending(() => openTestDatabase('postgres'));
  let second: Awaited<ReturnType<typeof openDatabase>>;
  beforeEach(async () => {
    second = await openDatabase({ databaseUrl: database.url });
  });
  afterEach(() => second.close());

  it('send it once: the second waits for the first, and is told', async () => {
    const key = await delivered(sending);
    const first = await inOpenTransaction(second.db, (trx) => send(sending, key, OPERATOR, trx));
    const other = send(sending, key, OTHER).then(
      () => 'sent',
      ({ faults }) => faults[0].code,
    );
    await waitingForLock(sending.db);
    await first.commit();
    expect(await other).toBe('sent_lately');
    await sending.drain();
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('do not send it beside a reminder that is being started', async () => {
    const { appointment } = await sending.due('rh');
    const key = { authorityId: 'rh', id: appointment };
    const started = await inOpenTransaction(second.db, (trx) =>
      trx
        .updateTable('reminder')
        .set({ status: 'handed_over', next_at: null })
        .where('appointment_id', '=', appointment)
        .returning('id')
        .executeTakeFirstOrThrow(),
    );
    const other = send(sending, key).then(
      () => 'sent',
      ({ faults }) => faults[0].code,
    );
    await waitingForLock(sending.db);
    await sending.rows.message('rh', started.result.id, PHONE, { status: 'accepted', handed_over_at: MONDAY });
    await started.commit();
    expect(await other).toBe('too_soon');
  });

  it('send it to nobody whose STOP was recorded meanwhile', async () => {
    const key = await delivered(sending);
    await send(sending, key);
    await inTransaction(second.db, () => sending.rows.optOut('rh', PHONE));
    await sending.drain();
    expect(sending.gateway.sent).toEqual([]);
  });
});
