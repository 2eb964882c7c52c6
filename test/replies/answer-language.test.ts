import { beforeEach, expect, it } from 'vitest';
import { update } from '../support/stored-rows.ts';
import { useTown } from './town.ts';

let phone: string;
const town = useTown();
beforeEach(() => {
  phone = town.newPhone();
});

const languageOf = async (text: string, language: 'da' | 'en') => {
  const authority = await town.authority();
  const { sent } = await town.reminded(authority, phone);
  await update(town.app.db, 'message', { reminder_id: sent }, { language });
  await town.reply(phone, text);
  const rows = await town.app.db
    .selectFrom('message')
    .select('language')
    .where('phone_hash', '=', town.rows.keyring.phoneHash(phone))
    .where('reminder_id', 'is', null)
    .execute();
  return rows.map((row) => row.language);
};

it.each([
  ['AFBUD', 'en', 'da'],
  ['Jeg kan ikke komme i morgen', 'en', 'da'],
  ['Afbud, thanks', 'en', 'da'],
  ["I can't come", 'da', 'en'],
  ['Cancel 😔', 'da', 'en'],
  ['Forkert nummer', 'en', 'da'],
  ['Wrong number', 'da', 'en'],
  ['HELP', 'da', 'en'],
  ['HJÆLP', 'en', 'da'],
  ['Frameld', 'en', 'da'],
  ['Unsubscribe', 'da', 'en'],
  ['Stop med at skrive, det er ikke mig', 'en', 'da'],
  ['Min mor er død', 'en', 'da'],
] as const)(
  '%j is answered in the language of its words, also where the booking is in %s: %s',
  async (text, booking, answered) => {
    expect(await languageOf(text, booking)).toEqual([answered]);
  },
);

it.each([
  ['STOP', 'en'],
  ['INFO', 'en'],
  ['INFO', 'da'],
  ['Jeg kan ikke komme, cancel', 'en'],
  ['Hvor er det?', 'en'],
  ['Where is it?', 'da'],
] as const)(
  '%j, of both languages or of none that is known, is answered in that of the booking: %s',
  async (text, booking) => {
    expect(await languageOf(text, booking)).toEqual([booking]);
  },
);

it('an answer in the language of a reply does not change that of the booking', async () => {
  const authority = await town.authority();
  await town.reminded(authority, phone);
  await town.reply(phone, 'HELP');
  await town.sendAnswers(phone);
  await town.reply(phone, 'STOP');
  const found = (await town.sendAnswers(phone)).map(({ text }) => text);
  expect(found).toEqual([expect.stringMatching(/^Du får ikke flere/)]);
});
