import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Town } from './town.ts';

let town: Town;
let phone: string;
let authority: string;
beforeAll(async () => {
  town = await Town.open();
});
afterAll(() => town.app.close());
beforeEach(async () => {
  phone = town.newPhone();
  authority = await town.authority({ name: 'Rigshospitalet', contactPhone: '35 45 35 45' });
});

const reply = async (text: string) => {
  town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
  await town.reply(phone, text);
};
const items = async () =>
  (await town.app.json<{ items: unknown[] }>(200, `/v1/authorities/${authority}/inbound`)).items;

it('START after what may be a STOP settles it: what was held goes, and the answer says so', async () => {
  const { planned } = await town.reminded(authority, phone);
  await reply('Stop det der');
  expect(await town.state(planned)).toBe('planned reply_needs_a_person');
  await reply('START');
  expect(await town.state(planned)).toBe('planned');
  expect(await items()).toMatchObject([
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
  expect(await items()).toMatchObject([
    { meaning: 'start', needsPerson: true },
    { meaning: 'maybe_stop', settledBy: 'citizen' },
    { meaning: 'wrong_number', needsPerson: true, holds: true },
  ]);
  const answers = (await town.sendAnswers(phone)).map(({ text }) => text);
  expect(answers[1]).toContain('En medarbejder læser den');
});
