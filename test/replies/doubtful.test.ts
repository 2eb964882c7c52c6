import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { update } from '../support/stored-rows.ts';
import { useTown } from './town.ts';

const HOUR = 3_600_000;

interface Item {
  readonly id: string;
  readonly text: string;
  readonly meaning: string;
  readonly needsPerson: boolean;
  readonly appointments: readonly { readonly reference: string }[];
}

let phone: string;
let authority: string;
const town = useTown();
beforeEach(async () => {
  phone = town.newPhone();
  authority = await town.authority({ confirmEndsReminders: true });
});

const pass = (ms: number) => {
  town.app.clock.now = new Date(town.app.clock.now.getTime() + ms);
};
const list = async (query = '') =>
  (await town.app.json<{ items: Item[] }>(200, `/v1/authorities/${authority}/inbound${query}`)).items;
const settleLast = async (action: string) => {
  const [item] = await list('?needsPerson=true');
  await town.app.json(200, `/v1/authorities/${authority}/inbound/${item?.id}/settle`, {
    method: 'POST',
    body: { action },
  });
};
/** The SMS about the appointment goes now. */
const nextSms = async (sent: string) => {
  const row = { handed_over_at: town.app.clock.now };
  await update(town.app.db, 'message', { reminder_id: sent }, row);
};
const told = async (appointment: string) => {
  const query = town.app.db.selectFrom('event_outbox').select('type').where('appointment_id', '=', appointment);
  return (await query.execute()).map(({ type }) => type).filter((type) => type.startsWith('citizen.'));
};

describe('an OK behind something else that the citizen has said since the SMS goes to a person and confirms nothing', () => {
  it.each([
    ['a wrong number', 'Forkert nummer', 'planned reply_needs_a_person', ['citizen.wrong_number']],
    ['what may be a STOP', 'Stop det der', 'planned reply_needs_a_person', ['citizen.replied']],
    ['a question', 'Hvor skal jeg hen?', 'planned', ['citizen.replied']],
    ['a cancellation', 'AFBUD', 'planned reply_cancel', ['citizen.cancelled']],
  ])('%s', async (_what, text, state, events) => {
    const { planned, appointment, reference } = await town.reminded(authority, phone);
    await town.reply(phone, text);
    pass(1000);
    await town.reply(phone, 'Ok tak');
    expect(await town.state(planned)).toBe(state);
    expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: true, appointments: [{ reference }] });
    expect(await told(appointment)).toEqual([...events, 'citizen.replied']);
  });

  it('a cancellation that nothing was held for', async () => {
    authority = await town.authority({ confirmEndsReminders: true, onCancel: 'off' });
    const { planned, appointment } = await town.reminded(authority, phone);
    await town.reply(phone, 'AFBUD');
    pass(1000);
    await town.reply(phone, 'Ok tak');
    expect(await town.state(planned)).toBe('planned');
    expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: true });
    expect(await told(appointment)).not.toContain('citizen.confirmed');
  });
});

it('one that comes after all, whose cancellation staff have passed on, stands first in the list', async () => {
  const { appointment, reference } = await town.reminded(authority, phone);
  await town.reply(phone, 'AFBUD');
  await settleLast('cancel_passed_on');
  pass(1000);
  await town.reply(phone, 'Ja, jeg kommer');
  pass(1000);
  const other = town.newPhone();
  await town.reminded(authority, other);
  await town.reply(other, 'Hvad?');
  const waiting = await list('?needsPerson=true');
  expect(waiting.map(({ text }) => text)).toEqual(['Ja, jeg kommer', 'Hvad?']);
  expect(waiting[0]).toMatchObject({ meaning: 'confirm', appointments: [{ reference }] });
  expect(await told(appointment)).not.toContain('citizen.confirmed');
});

it('“alligevel” takes something back, and is for a person also where nothing was cancelled by SMS', async () => {
  const { planned } = await town.reminded(authority, phone);
  await town.reply(phone, 'Jeg kommer alligevel');
  expect(await list()).toMatchObject([{ meaning: 'confirm', needsPerson: true }]);
  expect(await town.state(planned)).toBe('planned');
});

it.each([
  ['HELP', 'a question that is answered'],
  ['Hvad?', 'a question'],
])('an SMS about the appointment after “%s” begins anew: an OK confirms it', async (text) => {
  const { appointment, sent } = await town.reminded(authority, phone);
  await town.reply(phone, text);
  pass(HOUR);
  await nextSms(sent);
  pass(1000);
  await town.reply(phone, 'OK');
  expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: false });
  expect(await told(appointment)).toContain('citizen.confirmed');
});

it.each([
  ['a cancellation that nobody has settled', 'AFBUD', null],
  ['a cancellation that staff have passed on', 'AFBUD', 'cancel_passed_on'],
  ['a wrong number that nobody has settled', 'Forkert nummer', null],
])('an SMS about the appointment after %s does not begin anew', async (_what, text, action) => {
  authority = await town.authority({ onCancel: 'off' });
  const { sent } = await town.reminded(authority, phone);
  await town.reply(phone, text);
  if (action) await settleLast(action);
  pass(HOUR);
  await nextSms(sent);
  pass(1000);
  await town.reply(phone, 'OK');
  expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: true });
});

it('an OK about an appointment that has moved since the SMS goes to a person', async () => {
  const { appointment } = await town.reminded(authority, phone);
  await update(town.app.db, 'appointment', { id: appointment }, { slot: 1 });
  await town.reply(phone, 'JA');
  expect(await list()).toMatchObject([{ meaning: 'confirm', needsPerson: true }]);
});

it.each([
  ['Ok tak', false],
  ['Jeg kommer', true],
])('“%s” to the notice of a cancellation: %s', async (text, needsPerson) => {
  const { appointment, sent } = await town.reminded(authority, phone);
  await update(town.app.db, 'reminder', { id: sent }, { rule: 'cancellation' });
  await update(town.app.db, 'appointment', { id: appointment }, { status: 'cancelled' });
  await town.reply(phone, text);
  expect(await list()).toMatchObject([{ meaning: 'confirm', needsPerson }]);
  expect(await told(appointment)).toEqual(['citizen.replied']);
});

/** The appointment is on Tuesday 1 December, 09:00 in Copenhagen. */
describe('a reply after midnight in Copenhagen, before that in UTC, two days before', () => {
  let before: Date;
  beforeEach(() => {
    before = town.app.clock.now;
    town.app.clock.now = new Date('2026-11-29T23:30:00Z');
  });
  afterEach(() => {
    town.app.clock.now = before;
  });

  it.each([
    ['Ja i morgen', true],
    ['Ja i dag', false],
  ])('“%s” is about that appointment: %s', async (text, sure) => {
    const { planned, appointment } = await town.reminded(authority, phone);
    await town.reply(phone, text);
    expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: !sure, appointments: [{}] });
    expect(await told(appointment)).toEqual([sure ? 'citizen.confirmed' : 'citizen.replied']);
    expect(await town.state(planned)).toBe(sure ? 'cancelled confirmed' : 'planned');
  });

  it('that was written on another day than it came is about none of them', async () => {
    const { planned } = await town.reminded(authority, phone);
    await town.reply(phone, 'Ja i morgen', { at: new Date('2026-11-29T22:30:00Z') });
    expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: true });
    expect(await town.state(planned)).toBe('planned');
  });

  it('that cancels another day holds nothing, until staff have settled it', async () => {
    const { planned, appointment } = await town.reminded(authority, phone);
    await town.reply(phone, 'Jeg er syg på lørdag');
    expect((await list())[0]).toMatchObject({ meaning: 'cancel', needsPerson: true, appointments: [{}] });
    expect([await town.state(planned), await told(appointment)]).toEqual(['planned', ['citizen.replied']]);
    expect((await town.sendAnswers(phone))[0]?.text).toContain('Du får besked, når aftalen er afmeldt.');
    await settleLast('cancel_passed_on');
    expect(await town.state(planned)).toBe('cancelled cancel_passed_on');
  });
});

/** The citizen writes again, a second later. */
const reply = async (text: string) => {
  pass(1000);
  await town.reply(phone, text);
};

it('START after what may be a STOP settles it: what was held goes, and the answer says so', async () => {
  const { planned } = await town.reminded(authority, phone);
  await reply('Stop det der');
  expect(await town.state(planned)).toBe('planned reply_needs_a_person');
  await reply('START');
  expect(await town.state(planned)).toBe('planned');
  expect(await list()).toMatchObject([
    { meaning: 'start', needsPerson: false },
    { meaning: 'maybe_stop', needsPerson: false, holds: false, settledBy: 'citizen', action: null, undoUntil: null },
  ]);
  expect(await town.answers(phone)).toEqual([expect.stringContaining('opt-in-confirmed')]);
});

it('START frees nothing in an authority that it is not meant for', async () => {
  const other = await town.authority({ sender: '4560111222' });
  await town.wrote(other, phone, '4560111222');
  const theirs = await town.planned(other, phone);
  await town.reminded(authority, phone);
  await town.reply(phone, 'Stop det der', { to: '4560111222' });
  await reply('START');
  expect(await town.state(theirs)).toBe('planned reply_needs_a_person');
});

it('START after a wrong number is for a person: all stays held, and the citizen hears nothing untrue', async () => {
  const { planned } = await town.reminded(authority, phone);
  for (const text of ['Forkert nummer', 'Stop det der', 'START']) await reply(text);
  expect(await town.state(planned)).toBe('planned reply_needs_a_person');
  expect(await list()).toMatchObject([
    { meaning: 'start', needsPerson: true },
    { meaning: 'maybe_stop', settledBy: 'citizen' },
    { meaning: 'wrong_number', needsPerson: true, holds: true },
  ]);
  const answers = (await town.sendAnswers(phone)).map(({ text }) => text);
  expect(answers[1]).toContain('En medarbejder læser den');
});
