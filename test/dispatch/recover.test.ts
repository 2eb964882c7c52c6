import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { recover, recoverUnrecorded } from '../../src/dispatch/processes.ts';
import { newId } from '../../src/domain/ids.ts';
import { readStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { inOpenTransaction } from '../support/contention.ts';
import { describeDatabases } from '../support/database.ts';
import { diesEverywhere } from '../support/fail-at.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useRows } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE, reminderNow, SECOND } from '../support/sending.ts';
import { insert, update } from '../support/stored-rows.ts';

const GONE = later(-46 * SECOND);

describeDatabases('a recovery of what a process left', (open, kind) => {
  let authorities = 0;
  const gateway = new ScriptedGateway();
  const { db, rows, log, logged } = useRows(open, later(-HOUR), { each: true });

  const deps = (on: Kysely<Database>) => ({
    db: on,
    log,
    gateways: [gateway] as const,
  });
  const run = (on = db, now = MONDAY) => recover({ ...deps(on), gateways: [gateway] }, now);

  const newAuthority = (onUncertain: 'hold' | 'resend' = 'hold') =>
    rows.authority(`a-${++authorities}`, { onUncertain });

  async function newProcess(heartbeatAt: Date): Promise<string> {
    const id = newId(MONDAY);
    await insert(db, 'process', {
      id,
      name: 'p',
      version: '1.2.3',
      started_at: later(-HOUR),
      heartbeat_at: heartbeatAt,
    });
    return id;
  }

  /** A message as a started call leaves it. */
  async function started(authority: string) {
    const appointment = await rows.appointment(authority, PHONE);
    const reminder = await rows.reminder(authority, appointment, { status: 'handed_over' });
    const message = await rows.message(authority, reminder, PHONE, {
      gateway: 'scripted',
      status: 'handing_over',
      accepted_at: null,
      delivered_at: null,
    });
    return { reminder, message };
  }

  async function group(process: string, messages: readonly string[]): Promise<string> {
    const id = newId(MONDAY);
    const values = { id, process_id: process, message_ids: [...messages], started_at: later(-MINUTE) };
    await insert(db, 'hand_over_group', values);
    return id;
  }

  const messageOf = (id: string) => db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const groups = async () => (await db.selectFrom('hand_over_group').select('id').execute()).map(({ id }) => id);
  const processes = async () => (await db.selectFrom('process').select('id').execute()).map(({ id }) => id);

  it('never takes the process that asks for gone, however old a clock that was set makes its heartbeat', async () => {
    const own = await newProcess(GONE);
    await newProcess(GONE);
    const { message } = await started(await newAuthority());
    await group(own, [message]);
    expect(await recover({ ...deps(db), gateways: [gateway] }, MONDAY, 0, own)).toBe(1);
    const left = await db.selectFrom('process').select('id').execute();
    const groups = await db.selectFrom('hand_over_group').select('process_id').execute();
    expect([left, groups]).toEqual([[{ id: own }], [{ process_id: own }]]);
  });

  it('makes uncertain what was started and has no outcome, and has it sent again only where the authority wants that, once', async () => {
    const [holding, repeating] = [await newAuthority(), await newAuthority('resend')];
    const [first, second, third] = [await started(holding), await started(repeating), await started(repeating)];
    await insert(db, 'reminder_history', {
      reminder_id: third.reminder,
      at: later(-HOUR),
      status: 'uncertain',
      reason: null,
    });
    await group(await newProcess(GONE), [first.message, second.message, third.message]);
    expect(await run()).toBe(1);
    const found = await reminderNow({ db }, first.reminder);
    expect(found).toMatchObject({ status: 'uncertain', reason: null, next_at: null });
    // The gateway echoes references: its receipt may still clear it up for ten minutes.
    const result = await reminderNow({ db }, second.reminder);
    expect(result).toMatchObject({ status: 'uncertain', next_at: later(10 * MINUTE) });
    expect(await reminderNow({ db }, third.reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    const noted = await db
      .selectFrom('uncertain_message')
      .select(['message_id', 'since'])
      .orderBy('message_id')
      .execute();
    expect(noted).toEqual(
      [first, second, third]
        .map(({ message }) => ({ message_id: message, since: MONDAY }))
        .sort((a, b) => (a.message_id < b.message_id ? -1 : 1)),
    );
    expect([await groups(), await processes()]).toEqual([[], []]);
    expect(logged.join()).toContain('"uncertain":3');
  });

  it('leaves alone what a live process has in hand, and what has an outcome', async () => {
    const authority = await newAuthority('resend');
    const [inHand, done, refused] = [await started(authority), await started(authority), await started(authority)];
    const live = await newProcess(later(-45 * SECOND));
    const kept = await group(live, [inHand.message]);
    const gone = await newProcess(GONE);
    await group(gone, [done.message, refused.message]);
    await update(db, 'message', { id: done.message }, { status: 'accepted' });
    await update(db, 'message', { id: refused.message }, { status: 'not_sent' });
    await update(db, 'reminder', { id: refused.reminder }, { status: 'planned', next_at: MONDAY });
    expect(await run()).toBe(1);
    expect(await messageOf(inHand.message)).toMatchObject({ status: 'handing_over' });
    expect(await reminderNow({ db }, done.reminder)).toMatchObject({ status: 'accepted', next_at: null });
    expect(await reminderNow({ db }, refused.reminder)).toMatchObject({ status: 'planned', next_at: MONDAY });
    expect([await groups(), await processes()]).toEqual([[kept], [live]]);
  });

  it('leaves alone what was proved not to be sent and was started again by a live process', async () => {
    const authority = await newAuthority('resend');
    const [again, alsoAgain, lost] = [await started(authority), await started(authority), await started(authority)];
    await group(await newProcess(GONE), [again.message, lost.message]);
    const live = await newProcess(MONDAY);
    const unrecorded = await group(live, [alsoAgain.message]);
    const kept = await group(live, [again.message, alsoAgain.message]);
    expect(await run()).toBe(1);
    await recoverUnrecorded({ ...deps(db), gateways: [gateway] }, [unrecorded], MONDAY);
    expect(await messageOf(again.message)).toMatchObject({ status: 'handing_over' });
    expect(await messageOf(alsoAgain.message)).toMatchObject({ status: 'handing_over' });
    expect(await reminderNow({ db }, again.reminder)).toMatchObject({ status: 'handing_over', next_at: null });
    expect(await messageOf(lost.message)).toMatchObject({ status: 'uncertain' });
    expect(await groups()).toEqual([kept]);
  });

  it('takes a heartbeat that is far ahead for that of a process that is gone: no right clock wrote it', async () => {
    const { message } = await started(await newAuthority());
    await group(await newProcess(later(HOUR)), [message]);
    expect(await run()).toBe(1);
    expect((await messageOf(message)).status).toBe('uncertain');
  });

  it('of groups that a live process could not record the outcome of settles those alone', async () => {
    const authority = await newAuthority();
    const [lost, other] = [await started(authority), await started(authority)];
    const process = await newProcess(MONDAY);
    const unrecorded = await group(process, [lost.message]);
    const kept = await group(process, [other.message]);
    await recoverUnrecorded({ ...deps(db), gateways: [gateway] }, [unrecorded], MONDAY);
    expect([(await messageOf(lost.message)).status, (await messageOf(other.message)).status]).toEqual([
      'uncertain',
      'handing_over',
    ]);
    expect([await groups(), await processes()]).toEqual([[kept], [process]]);
  });

  it('deletes ids that were taken to keep lost starts from being committed, an hour later and not before', async () => {
    await group(await newProcess(later(HOUR - MINUTE)), []);
    await run(db, later(-MINUTE + HOUR));
    expect(await groups()).toHaveLength(1);
    await run(db, later(-MINUTE + HOUR + 1));
    expect(await groups()).toEqual([]);
  });

  /** What a process left, whose authority repeats. */
  async function left(): Promise<string> {
    const authority = await newAuthority('resend');
    const process = await newProcess(GONE);
    for (let nth = 0; nth < 2; nth++)
      await group(process, [(await started(authority)).message, (await started(authority)).message]);
    return authority;
  }

  async function state(authority: string) {
    const messages = await db
      .selectFrom('message')
      .select(['status', 'attempts'])
      .where('authority_id', '=', authority)
      .execute();
    const reminders = await db
      .selectFrom('reminder')
      .select(['status', 'next_at'])
      .where('authority_id', '=', authority)
      .execute();
    const { rows: history } = await sql`
      select h.status, h.at from reminder_history h join reminder r on r.id = h.reminder_id
      where r.authority_id = ${authority}`.execute(db);
    const period = { authorityId: authority, from: '2026-11-01', to: '2026-12-31' };
    return { messages, reminders, history, statistics: await readStatistics(db, 'day', period) };
  }

  it('run once more, or by several processes at once, changes nothing more', async () => {
    const [one, two] = [await left(), await left()];
    await Promise.all([run(), run(), run()]);
    const once = await state(one);
    expect(once).toMatchObject({
      messages: Array(4).fill({ status: 'uncertain', attempts: 1 }),
      reminders: Array(4).fill({ status: 'handed_over', next_at: later(10 * MINUTE) }),
      history: Array(4).fill({ status: 'uncertain', at: MONDAY }),
    });
    expect(await state(two)).toEqual({ ...once, statistics: once.statistics });
    expect(await run(db, later(SECOND))).toBe(0);
    expect(await state(one)).toEqual(once);
  });

  it('that dies anywhere is completed by the next one', async () => {
    const whole = await left();
    await run();
    const expected = await state(whole);
    const deaths = await diesEverywhere(db, async (dying) => {
      await left();
      await run(dying);
    });
    expect(deaths).toBeGreaterThan(6);
    await run();
    const all = await db.selectFrom('authority').select('id').execute();
    expect(all).toHaveLength(deaths + 2);
    for (const { id } of all) expect([id, await state(id)]).toEqual([id, expected]);
  });

  // The embedded database has a single connection, which nobody else can hold.
  if (kind === 'postgres')
    it('does not wait for a recovery that another process has begun', async () => {
      await left();
      const other = await inOpenTransaction(db, (trx) => sql`select from process for update`.execute(trx));
      expect(await run()).toBe(0);
      await other.commit();
      expect(await run()).toBe(1);
    });
});
