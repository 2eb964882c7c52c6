import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Town } from './town.ts';

const HOUR = 3_600_000;

interface Item {
  readonly id: string;
  readonly text: string;
  readonly meaning: string;
  readonly needsPerson: boolean;
  readonly appointments: readonly { readonly reference: string }[];
}

let town: Town;
let phone: string;
let authority: string;
beforeAll(async () => {
  town = await Town.open();
});
afterAll(() => town.app.close());
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
  await town.app.db.updateTable('message').set(row).where('reminder_id', '=', sent).execute();
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

it('an SMS about the appointment after a cancellation that nobody has settled does not begin anew', async () => {
  authority = await town.authority({ onCancel: 'off' });
  const { sent } = await town.reminded(authority, phone);
  await town.reply(phone, 'AFBUD');
  pass(HOUR);
  await nextSms(sent);
  pass(1000);
  await town.reply(phone, 'OK');
  expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: true });
});

it('an OK about an appointment that has moved since the SMS goes to a person', async () => {
  const { appointment } = await town.reminded(authority, phone);
  await town.app.db.updateTable('appointment').set({ slot: 1 }).where('id', '=', appointment).execute();
  await town.reply(phone, 'JA');
  expect(await list()).toMatchObject([{ meaning: 'confirm', needsPerson: true }]);
});

it.each([
  ['Ok tak', false],
  ['Jeg kommer', true],
])('“%s” to the notice of a cancellation: %s', async (text, needsPerson) => {
  const { appointment, sent } = await town.reminded(authority, phone);
  await town.app.db.updateTable('reminder').set({ rule: 'cancellation' }).where('id', '=', sent).execute();
  await town.app.db.updateTable('appointment').set({ status: 'cancelled' }).where('id', '=', appointment).execute();
  await town.reply(phone, text);
  expect(await list()).toMatchObject([{ meaning: 'confirm', needsPerson }]);
  expect(await told(appointment)).toEqual(['citizen.replied']);
});

/** The appointment is on Tuesday 1 December, 09:00 in Copenhagen. */
describe.each([
  [
    'on the day before',
    '2026-11-30T09:00:00Z',
    ['Vi ses i morgen', 'Jeg kommer på tirsdag'],
    ['Ja i dag', 'Vi ses på mandag'],
  ],
  ['on the day before, after midnight in Copenhagen', '2026-11-29T23:30:00Z', ['Ja i morgen'], ['Ja i dag']],
  ['on the day itself', '2026-12-01T05:00:00Z', ['Ja, i dag'], ['See you tomorrow', 'I will come on Wednesday']],
  ['more than a week before', '2026-11-23T09:00:00Z', ['Jeg kommer'], ['Jeg kommer på tirsdag', 'Vi ses i morgen']],
])('a reply %s', (_when, at, certain, other) => {
  let before: Date;
  beforeEach(() => {
    before = town.app.clock.now;
    town.app.clock.now = new Date(at);
  });
  afterEach(() => {
    town.app.clock.now = before;
  });

  it.each([...certain.map((text) => [text, true] as const), ...other.map((text) => [text, false] as const)])(
    '“%s” is about that appointment: %s',
    async (text, sure) => {
      const { planned, appointment } = await town.reminded(authority, phone);
      await town.reply(phone, text);
      expect((await list())[0]).toMatchObject({ meaning: 'confirm', needsPerson: !sure, appointments: [{}] });
      expect(await told(appointment)).toEqual([sure ? 'citizen.confirmed' : 'citizen.replied']);
      expect(await town.state(planned)).toBe(sure ? 'cancelled confirmed' : 'planned');
    },
  );

  it('a cancellation for another day holds nothing', async () => {
    const { planned, appointment } = await town.reminded(authority, phone);
    await town.reply(phone, 'Jeg er syg på lørdag');
    expect((await list())[0]).toMatchObject({ meaning: 'cancel', needsPerson: true, appointments: [{}] });
    expect([await town.state(planned), await told(appointment)]).toEqual(['planned', ['citizen.replied']]);
    expect((await town.sendAnswers(phone))[0]?.text).toContain('Din tid er ikke aflyst endnu');
    await settleLast('cancel_passed_on');
    expect(await town.state(planned)).toBe('cancelled cancel_passed_on');
  });
});
