import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { recordOptOut } from '../../../src/opt-outs/opt-outs.ts';
import { sendAnswers } from '../../../src/replies/send-answers.ts';
import { pauseSending } from '../../../src/staff/pauses.ts';
import { type AnswerRequest, answerCitizen } from '../../../src/staff/replies/answer-citizen.ts';
import { saveStandardAnswer } from '../../../src/staff/templates/standard-answers.ts';
import { RETRY } from '../../support/gateway.ts';
import { describeSending } from '../../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE } from '../../support/sending.ts';
import { update } from '../../support/stored-rows.ts';

const OLGA = { name: 'person:1', seesNumbers: true };
const OTTO = { name: 'person:2', seesNumbers: true };
const refused = (code: string) => ({ code: 'not-answered', status: 409, faults: [{ code }] });
const wrong = (pointer: string, code: string) => ({ status: 422, faults: [{ pointer, code }] });
const EARLY = { standardAnswer: 'early' };

describeSending('an answer of staff', (sending) => {
  let appointmentId: string;
  beforeEach(async () => {
    const { deps, rows, clock } = sending;
    await sending.changeSettings('rh', { contactPhone: '35453545' });
    const answer = { id: 'early', name: 'Kom før', da: 'Kom gerne før. Ring {{contactPhone}}.', en: 'Do come early.' };
    await saveStandardAnswer(deps, { authorityId: 'rh', ...answer, actor: 'administrator' }, clock.now);
    appointmentId = await rows.appointment('rh', PHONE);
  });
  const answer = (request: Partial<AnswerRequest> = {}, reader = OLGA) => {
    const whole = { authorityId: 'rh', to: { appointmentId }, words: EARLY, ...request };
    return answerCitizen(sending.deps, reader, whole, sending.clock.now);
  };
  const send = () => sendAnswers(sending.deps, sending.caller);
  const message = (id: string) =>
    sending.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const unsentBecause = async (id: string) => {
    await send();
    const { status, reason } = await message(id);
    expect([status, sending.gateway.sent]).toEqual(['not_sent', []]);
    return reason;
  };

  it('goes at once through the start of all answers, counts its segments, and is in the audit without its text', async () => {
    const { id } = await answer();
    await send();
    expect(sending.gateway.sent).toMatchObject([{ reference: id, to: PHONE, text: 'Kom gerne før. Ring 35453545.' }]);
    expect(await message(id)).toMatchObject({ status: 'accepted', template: 'staff-answer', language: 'da' });
    const audit = await sending.db.selectFrom('audit').selectAll().where('action', '=', 'citizen.answer').execute();
    const after = { message: id, standardAnswer: 'early', language: 'da' };
    expect(audit).toMatchObject([{ actor: OLGA.name, target: `appointment:${appointmentId}`, after }]);
    const { rows: counted } = await sql`select template, reminders::int, segments::int from statistics_delta`.execute(
      sending.db,
    );
    expect(counted).toEqual([{ template: 'staff-answer', reminders: 0, segments: 1 }]);
  });

  it('is one in ten minutes, whoever writes and from wherever, also of two at the same time', async () => {
    const reply = await sending.rows.reply(['rh'], PHONE, 'Må jeg komme før?');
    await update(sending.db, 'inbound_message', { id: reply }, { meaning: 'other' });
    const all = await Promise.allSettled([answer(), answer({}, OTTO), answer({ to: { inboundId: reply } })]);
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of all)
      if (each.status === 'rejected') expect(each.reason).toMatchObject(refused('answered_lately'));
    await send();
    sending.clock.now = later(10 * MINUTE);
    await answer();
    expect(await send()).toBe(1);
  });

  it.each([
    ['a STOP', 'opted_out', () => recordOptOut(sending.deps, { ...RECORD }, sending.clock.now)],
    ['an opt-out that its own commit could not see', 'opted_out', () => sending.rows.optOut('rh', PHONE)],
    ['a cancellation', 'changed', () => change({ status: 'cancelled' })],
    ['a move', 'changed', () => change({ slot: 1 })],
    ['another number', 'changed', () => change({ phone_hash: Buffer.alloc(32) })],
    ['a death', 'deceased', () => change({ deceased: true })],
    ['a pause', 'paused', () => pauseSending(sending.deps, PAUSE, sending.clock.now)],
    ['the night', 'too_late', () => wait(13 * HOUR)],
  ])('that %s overtakes is not handed over, and says why', async (_, reason, overtake) => {
    const { id } = await answer();
    await overtake();
    expect(await unsentBecause(id)).toBe(reason);
  });
  const wait = async (ms: number) => {
    sending.clock.now = later(ms);
  };
  const RECORD = { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' };
  const PAUSE = {
    authorityId: 'rh',
    sourceId: null,
    actor: 'administrator',
    pause: { at: MONDAY, reason: 'x', until: null },
  };
  const change = (row: object) => update(sending.db, 'appointment', { id: appointmentId }, row);

  it('is tried again for an hour at most where its gateway could not take it', async () => {
    sending.gateway.script(RETRY);
    const { id } = await answer();
    await send();
    sending.clock.now = later(HOUR);
    sending.gateway.sent.length = 0;
    expect(await unsentBecause(id)).toBe('too_late');
  });

  it('is refused for each thing that stands in the way, and nothing is planned', async () => {
    const { rows, db } = sending;
    const obstacles: Record<string, () => Promise<unknown>> = {
      shadow: () => change({ test: true }),
      daily_limit: () => sending.changeSettings('rh', { maxPerNumberPerDay: 0 }),
      deceased: () => change({ deceased: true }),
      opted_out: () => rows.optOut('rh', PHONE),
      no_phone: () => change({ phone_reason: 'not_mobile' }),
    };
    for (const [code, make] of Object.entries(obstacles)) {
      await make();
      await expect(answer(), code).rejects.toMatchObject(refused(code));
    }
    await expect(answer({ revision: 99 })).rejects.toMatchObject(refused('changed'));
    appointmentId = await rows.appointment('rh', '+4520123499');
    await sending.changeSettings('rh', { maxPerNumberPerDay: 5 });
    sending.held = 'sending_off';
    await expect(answer()).rejects.toMatchObject(refused('paused'));
    sending.held = null;
    sending.clock.now = later(13 * HOUR);
    await expect(answer()).rejects.toMatchObject(refused('night'));
    expect(await db.selectFrom('staff_answer').selectAll().execute()).toEqual([]);
  });

  it('to an `other` settles it as answered, to any other reply leaves it open, and stands beside it', async () => {
    const [other, cancel] = [
      await sending.rows.reply(['rh'], PHONE, 'Må jeg?'),
      await sending.rows.reply(['rh'], PHONE),
    ];
    await update(sending.db, 'inbound_message', { id: other }, { meaning: 'other' });
    await answer({ to: { inboundId: other } });
    await send();
    sending.clock.now = later(11 * MINUTE);
    await answer({ to: { inboundId: cancel } });
    const settled = await sending.db.selectFrom('inbound_authority').select(['inbound_id', 'action']).execute();
    expect(new Map(settled.map(({ inbound_id, action }) => [inbound_id, action]))).toEqual(
      new Map([
        [other, 'answered'],
        [cancel, null],
      ]),
    );
  });

  it('in own words is for authorities that allow them, and holds nothing that no SMS of theirs may', async () => {
    const own = (text: string) => answer({ words: { text } });
    await expect(own('Ja')).rejects.toMatchObject(wrong('/text', 'own_words_off'));
    await sending.changeSettings('rh', { contactPhone: '35453545', staffMayWrite: true });
    const faults: Record<string, string> = {
      empty: ' \n ',
      control_character: 'Ja\u0007',
      holds_cpr: 'Om 010190-1234',
      holds_number: 'Ring 20 12 34 56',
      holds_link: 'Se example.dk',
      too_long: 'a'.repeat(460),
    };
    for (const [code, text] of Object.entries(faults))
      await expect(own(text), code).rejects.toMatchObject(wrong('/text', code));
    await expect(own('ł'.repeat(202))).rejects.toMatchObject(wrong('/text', 'too_long'));
    await expect(answer({ words: { standardAnswer: 'gone' } })).rejects.toMatchObject(
      wrong('/standardAnswer', 'unknown'),
    );
    const { id } = await own('Ring 35 45 35 45 eller +45 35453545.\r\n');
    await send();
    expect(sending.gateway.sent).toMatchObject([{ text: 'Ring 35 45 35 45 eller +45 35453545.' }]);
    expect(JSON.stringify(await message(id))).not.toContain('eller');
  });
});
