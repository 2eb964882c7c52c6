import { describe, expect, it } from 'vitest';
import { AUTHORITY_DEFAULTS } from '../../../src/domain/authority.ts';
import { openTestApp } from '../../support/app.ts';
import { useApp } from '../../support/scenario.ts';

const KINDS = ['embedded', 'postgres'] as const;

describe.each(KINDS)('authorities (%s)', (kind) => {
  const test = useApp({ kind });

  const minimal = { name: 'Region Hovedstaden', sender: 'RegionH' };

  it('a new one gets the defaults of the contract, and is read back as the response had it', async () => {
    const made = await test.json(201, '/v1/authorities/rh', { method: 'PUT', body: minimal });
    expect(made).toEqual({ id: 'rh', ...AUTHORITY_DEFAULTS, ...minimal, version: 1, paused: null });
    expect(await test.json(200, '/v1/authorities/rh')).toEqual(made);
  });

  it('replacing one brings what the body leaves out back to its default, and raises the version', async () => {
    await test.json(201, '/v1/authorities/replaced', {
      method: 'PUT',
      body: {
        ...minimal,
        language: 'en',
        timeZone: 'Atlantic/Faroe',
        rules: [{ id: 'two-hours', template: 'reminder', lead: 'PT2H', when: { kinds: ['visit'] } }],
        sendingWindow: null,
        retentionDays: 30,
        notices: { booked: true },
        contactPhone: '35 45 35 45',
        inboundKeyword: 'kbh',
      },
    });
    expect(await test.json(200, '/v1/authorities/replaced')).toMatchObject({
      language: 'en',
      rules: [{ id: 'two-hours', template: 'reminder', lead: 'PT2H', when: { kinds: ['visit'] } }],
      sendingWindow: null,
      notices: { booked: true, moved: true, cancelled: true },
      inboundKeyword: 'KBH',
    });
    const replaced = await test.put('/v1/authorities/replaced', { ...minimal, sendingWindow: { to: '21:00' } });
    const sendingWindow = { ...AUTHORITY_DEFAULTS.sendingWindow, to: '21:00' };
    expect(replaced).toEqual({
      id: 'replaced',
      ...AUTHORITY_DEFAULTS,
      ...minimal,
      sendingWindow,
      version: 2,
      paused: null,
    });
  });

  it('two concurrent requests for the same new one both succeed, and one of them creates it', async () => {
    const put = (name: string) => test.request('/v1/authorities/twice', { method: 'PUT', body: { ...minimal, name } });
    const statuses = (await Promise.all([put('One'), put('Two'), put('Three')])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 201]);
    expect(await test.json(200, '/v1/authorities/twice')).toMatchObject({ version: 3 });
  });

  it('the next page of the list continues where the one before ended', async () => {
    const own = await openTestApp(kind);
    try {
      const ids = Array.from({ length: 103 }, (_, index) => `a-${String(index).padStart(3, '0')}`);
      for (const id of ids) await own.makeAuthority(id);
      type Page = { items: { id: string }[]; nextCursor: string | null };
      const first = await own.json<Page>(200, '/v1/authorities');
      const second = await own.json<Page>(200, `/v1/authorities?cursor=${first.nextCursor}`);
      expect([first.items.length, second.items.length, second.nextCursor]).toEqual([100, 3, null]);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    } finally {
      await own.close();
    }
  });

  it('each change is audited with who, what, before and after, newest first', async () => {
    await test.makeAuthority('audited');
    const key = await test.createKey('audited', 'administrator');
    test.clock.now = new Date(test.clock.now.getTime() + 1000);
    const body = { ...minimal, retentionDays: 30 };
    await test.json(200, '/v1/authorities/audited', { method: 'PUT', body, token: key });
    const { items } = await test.json<{ items: Record<string, unknown>[] }>(200, '/v1/authorities/audited/audit');
    expect(items.map(({ action }) => action).sort()).toEqual(['authority.create', 'authority.replace', 'key.create']);
    expect(items[0]).toMatchObject({
      at: test.clock.now.toISOString(),
      actor: `key:${key.slice(0, 12)} A administrator`,
      action: 'authority.replace',
      target: 'audited',
      before: { name: 'Authority audited', retentionDays: 90 },
      after: { name: 'Region Hovedstaden', retentionDays: 30 },
    });
  });

  it('the audit has pages and shows nothing of other authorities', async () => {
    await test.makeAuthority('busy');
    for (let count = 0; count < 101; count++) {
      test.clock.now = new Date(test.clock.now.getTime() + (count % 2));
      await test.makeAuthority(`other-${count}`);
      await test.put('/v1/authorities/busy', { ...minimal, retentionDays: count + 1 });
    }
    type Page = {
      items: { id: string; action: string; after: { retentionDays: number } }[];
      nextCursor: string | null;
    };
    const first = await test.json<Page>(200, '/v1/authorities/busy/audit');
    const second = await test.json<Page>(200, `/v1/authorities/busy/audit?cursor=${first.nextCursor}`);
    const all = [...first.items, ...second.items];
    expect([first.items.length, second.nextCursor, new Set(all.map(({ id }) => id)).size]).toEqual([100, null, 102]);
    expect(new Set(all.map(({ after }) => after.retentionDays)).size).toBe(101);
  });
});

describe('the settings of an authority', () => {
  const test = useApp();

  const answer = (settings: Record<string, unknown>) =>
    test.request('/v1/authorities/rules', {
      method: 'PUT',
      body: { name: 'Hospital', sender: 'Hospital', ...settings },
    });
  const rule = { id: 'a', template: 'reminder', lead: 'P1D' };

  it.each<[string, Record<string, unknown>]>([
    ['a numeric sender', { sender: '1204' }],
    ['a sender of 11 characters with a blank', { sender: 'Region Nord' }],
    ['no rules', { rules: [] }],
    ['a rule without a template named', { rules: [{ id: 'a', lead: 'P1W' }] }],
    ['words of their own', { keywords: { cancel: ['udebliver'], confirm: ['tak', '❤️'], stop: ['slut', 'Stop det'] } }],
    ['a booking system that is to be told of cancellations', { onCancel: 'event', confirmEndsReminders: true }],
    ['a rule at a time of the same day', { rules: [{ ...rule, lead: 'P0D', at: '07:30' }] }],
    ['a lead of days and hours', { rules: [{ ...rule, lead: 'P1DT2H' }] }],
    ['a leap day that is closed', { sendingWindow: { closedDays: ['02-29', '12-24'] } }],
    ['a window without public holidays', { sendingWindow: { publicHolidays: null, weekdaysOnly: false } }],
    ['no gap and no notice', { minimumGap: 'PT0S', minimumNotice: 'PT0S' }],
    ['a time zone with a sign', { timeZone: 'America/Nuuk' }],
    ['another choice of countries', { allowedCountries: ['DK', 'PL'] }],
    ['a number to phone with its country', { contactPhone: '+45 35 45 35 45' }],
  ])('take %s', async (_, settings) => {
    expect([201, 200]).toContain((await answer(settings)).status);
    const { rules: _rules, sendingWindow: _window, ...plain } = settings;
    expect(await test.json(200, '/v1/authorities/rules')).toMatchObject(plain);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a sender of 12 characters', { sender: 'RegionNorden' }, '/sender'],
    ['a sender of 2 digits', { sender: '12' }, '/sender'],
    ['a sender of 16 digits', { sender: '1234567890123456' }, '/sender'],
    ['a sender that is digits and blanks', { sender: '12 34' }, '/sender'],
    ['a sender with æ', { sender: 'Lægehuset' }, '/sender'],
    ['a sender that begins with a blank', { sender: ' Region' }, '/sender'],
    ['an empty name', { name: '  ' }, '/name'],
    ['a name with a line break', { name: 'a\nb' }, '/name'],
    ['a name with a CPR number', { name: 'Afd. 010170-1234' }, '/name'],
    ['a language without texts', { language: 'de' }, '/language'],
    ['a time zone that is none', { timeZone: 'Europe/Kobenhavn' }, '/timeZone'],
    ['a country that is none', { allowedCountries: ['DK', 'XX'] }, '/allowedCountries/1'],
    ['a country that is a name of JavaScript', { allowedCountries: ['constructor'] }, '/allowedCountries/0'],
    ['a country twice', { allowedCountries: ['DK', 'DK'] }, '/allowedCountries'],
    ['no country', { allowedCountries: [] }, '/allowedCountries'],
    ['two rules with one id', { rules: [rule, { ...rule, lead: 'P2D' }] }, '/rules'],
    ['a rule with the id of a notice', { rules: [{ ...rule, id: 'cancellation' }] }, '/rules/0/id'],
    ['a rule of another template', { rules: [{ ...rule, template: 'confirmation' }] }, '/rules/0/template'],
    ['a lead in months', { rules: [{ ...rule, lead: 'P1M' }] }, '/rules/0/lead'],
    ['a lead that looks forward', { rules: [{ ...rule, lead: '-P1D' }] }, '/rules/0/lead'],
    ['a lead of nothing', { rules: [{ ...rule, lead: 'PT0H' }] }, '/rules/0/lead'],
    ['a lead of years', { rules: [{ ...rule, lead: 'P400D' }] }, '/rules/0/lead'],
    ['24:00', { rules: [{ ...rule, at: '24:00' }] }, '/rules/0/at'],
    ['a time without its zero', { rules: [{ ...rule, at: '9:00' }] }, '/rules/0/at'],
    ['a mistyped setting of a rule', { rules: [{ ...rule, time: '10:00' }] }, '/rules/0/time'],
    ['a window that ends before it begins', { sendingWindow: { from: '20:00', to: '08:00' } }, '/sendingWindow/to'],
    ['an empty window', { sendingWindow: { from: '08:00', to: '08:00' } }, '/sendingWindow/to'],
    ['a closed day that never comes', { sendingWindow: { closedDays: ['02-30'] } }, '/sendingWindow/closedDays/0'],
    ['a closed day of month 13', { sendingWindow: { closedDays: ['13-01'] } }, '/sendingWindow/closedDays/0'],
    ['holidays of another country', { sendingWindow: { publicHolidays: 'SE' } }, '/sendingWindow/publicHolidays'],
    ['a duration that is none', { lateBooking: '4 hours' }, '/lateBooking'],
    ['no retention', { retentionDays: 0 }, '/retentionDays'],
    ['retention as text', { retentionDays: '90' }, '/retentionDays'],
    ['half a day of retention', { retentionDays: 0.5 }, '/retentionDays'],
    ['no message a day', { maxPerNumberPerDay: 0 }, '/maxPerNumberPerDay'],
    ['a third way with uncertain ones', { onUncertain: 'retry' }, '/onUncertain'],
    ['a notice that there is not', { notices: { arrived: true } }, '/notices/arrived'],
    ['a keyword of two words', { inboundKeyword: 'KBH NORD' }, '/inboundKeyword'],
    ['a keyword that means STOP', { inboundKeyword: 'stop' }, '/inboundKeyword'],
    ['a number to phone with letters', { contactPhone: '3545-HELP' }, '/contactPhone'],
    ['a word of their own that means JA', { keywords: { cancel: ['nej', 'JA tak'] } }, '/keywords/cancel/1'],
    ['a word of their own that may mean STOP', { keywords: { confirm: ['stop det'] } }, '/keywords/confirm/0'],
    ['a STOP of their own that means AFBUD', { keywords: { stop: ['afbud'] } }, '/keywords/stop/0'],
    [
      'a word of their own with two meanings',
      { keywords: { cancel: ['nej'], confirm: ['Nej!'] } },
      '/keywords/confirm/0',
    ],
    ['a STOP that is in every reply', { keywords: { stop: ['tak'] } }, '/keywords/stop/0'],
    ['a word of their own that is none', { keywords: { cancel: ['...'] } }, '/keywords/cancel/0'],
    ['a story in place of a word', { keywords: { stop: ['ring til mig om det her'] } }, '/keywords/stop/0'],
    ['a fourth list of words', { keywords: { help: ['nej'] } }, '/keywords/help'],
    ['a fourth way with cancellations', { onCancel: 'mail' }, '/onCancel'],
    ['a mistyped setting', { sendingWindows: null }, '/sendingWindows'],
  ])('refuse %s', async (_, settings, pointer) => {
    const refused = await answer(settings);
    expect(refused.status).toBe(422);
    const { errors } = (await refused.json()) as { errors: { pointer: string; detail: string }[] };
    expect(errors.map((fault) => fault.pointer)).toEqual([pointer]);
    expect(errors[0]?.detail).toMatch(/\w/);
  });

  it('refuse an id that can not be part of a path', async () => {
    for (const id of ['Rh', 'r_h', '-rh', 'r'.repeat(64), 'r%20h', 'æ']) {
      const refused = await test.request(`/v1/authorities/${id}`, {
        method: 'PUT',
        body: { name: 'Hospital', sender: 'Hospital' },
      });
      expect([id, refused.status]).toEqual([id, 422]);
    }
  });
});
