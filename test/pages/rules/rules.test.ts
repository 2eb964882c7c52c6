import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { settingsOn } from '../../../src/pages/settings/authority.ts';
import type { PageClient } from '../../support/pages.ts';
import { readPage, sentFields } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { insert } from '../../support/stored-rows.ts';

let token: string;
const { test, at, anna, bo, olga, rie } = scenario({
  authorities: {
    rh: { name: 'Region Hovedstaden', contactPhone: '35 45 35 45' },
    kk: { sources: { 'kk-omsorg': {} } },
  },
  people: {
    anna: { name: 'Anna', role: 'administrator' },
    bo: { name: 'Bo', role: 'administrator' },
    olga: { name: 'Olga', role: 'operator' },
    rie: { name: 'Rie', role: 'viewer' },
  },
  prepare: async () => {
    ({ token } = await test.makeSource('rh', 'rh-epj', { name: 'EPJ' }));
  },
});

const SECTIONS = ['/admin/rules', '/admin/rules/recipients', '/admin/rules/replies', '/admin/rules/sender'];

/** The fields of the form of a page, as a browser would send them. */
async function fieldsOf(client: PageClient, path: string): Promise<Record<string, string>> {
  const { form: _, ...fields } = Object.fromEntries(sentFields((await client.page(`${path}?authority=rh`)).form(path)));
  return fields;
}
type Settings = Record<string, unknown> & { version: number; rules: { id: string; lead: string; at?: string }[] };
const settings = () => test.json<Settings>(200, '/v1/authorities/rh');

describe('every setting of the API', () => {
  it('goes through its page unchanged', async () => {
    const all = {
      name: 'Region Hovedstaden',
      sender: '1204',
      senders: { SE: '46701234567' },
      inboundKeyword: 'KBH',
      gateways: ['simulator'],
      language: 'en',
      ...{ timeZone: 'Europe/Berlin', allowedCountries: ['DK', 'SE'], contactPhone: '35 45 35 45', cvr: '12345678' },
      rules: [
        {
          id: 'weeks',
          template: 'reminder',
          lead: 'P14D',
          when: { kinds: ['visit', 'video'], departments: ['A', 'B C'] },
        },
        { id: 'mixed', template: 'reminder', lead: 'P1DT2H', at: '09:30' },
        { id: 'hours', template: 'reminder', lead: 'PT90M' },
      ],
      sendingWindow: {
        from: '07:30',
        to: '19:00',
        weekdaysOnly: false,
        publicHolidays: null,
        closedDays: ['12-24', '02-29'],
      },
      ...{ lateBooking: 'PT6H', minimumNotice: 'PT30M', minimumGap: 'PT10H', noticeDelay: 'PT15M' },
      onUncertain: 'resend',
      retentionDays: 30,
      maxPerNumberPerDay: 3,
      onCancel: 'off',
      confirmEndsReminders: true,
      withoutReminders: { departments: ['B C', 'Øre-næse-hals'], kinds: ['phone'] },
      notices: { booked: true, moved: false, cancelled: true },
      keywords: { cancel: ['kan ikke mødes', 'må melde fra'], confirm: ['jeg er der'], stop: [] },
      requireSecondFactor: false,
    };
    const {
      id: _id,
      version: _version,
      paused: _paused,
      ...before
    } = await test.put<Settings>('/v1/authorities/rh', all);
    for (const path of SECTIONS) {
      const response = await anna.post(path, { ...(await fieldsOf(anna, path)), do: 'save' });
      expect([path, response.status, await response.text()]).toEqual([path, 303, '']);
    }
    const { id: _a, version: _b, paused: _c, ...after } = await settings();
    expect(after).toEqual(before);
    const changed: string[] = (['planning', 'recipients', 'replies', 'sender'] as const).flatMap((page) =>
      Object.keys(settingsOn(page)),
    );
    expect(changed.sort()).toEqual(Object.keys(before).sort());
  });
});

describe('rules', () => {
  it('are shown as an example before they are saved, beside those in force', async () => {
    await test.put('/v1/authorities/rh', { name: 'Region Hovedstaden', sender: 'Sundhed' });
    const fields = await fieldsOf(anna, '/admin/rules');
    const page = await (
      await anna.post('/admin/rules', {
        ...fields,
        'rule-1': '5',
        'rule-1-unit': 'hours',
        'rule-1-at': '',
        do: 'preview',
      })
    ).text();
    expect(page).toContain('fredag\u00a027.\u00a0november kl.\u00a010.00');
    expect(page).toContain('mandag\u00a030.\u00a0november kl.\u00a009.00');
    expect(page).toContain('Med reglerne, som de er skrevet her');
    expect(page).toContain('Påmindelse (5 timer før)');
    expect((await settings()).rules).toMatchObject([{ lead: 'P3D' }, { lead: 'P1D' }]);
    const faulty = await (await anna.post('/admin/rules', { ...fields, closedDays: 'jul', do: 'preview' })).text();
    expect(faulty).toContain('for at se eksemplet med det.');
    expect(faulty).not.toContain('Booket nu, med aftale');
  });

  it('of the day itself are named by their time', async () => {
    const rules = [{ id: 'same-day', lead: 'P0D', at: '07:30' }];
    await test.makeAuthority('dag', { name: 'Dagen', rules });
    const client = await at('viewer', 'dag');
    const day = { 'example-day': '2026-12-09', 'example-time': '14:00' };
    const page = await (await client.post('/admin/rules', { authority: 'dag', ...day, do: 'preview' })).text();
    expect(page).toContain('Påmindelse (samme dag kl.\u00a007.30)');
    const english = await client.text('/admin/rules?authority=dag&language=en');
    expect(english).toContain('Reminder (on the day at 07:30)');
  });

  it('that hold for one kind or department show in an example of that kind and department', async () => {
    const { id: _, version: _version, paused: _paused, ...before } = await settings();
    const rules = [
      { id: 'day-before', lead: 'P1D', when: { kinds: ['video'] } },
      { id: 'week-before', lead: 'P7D', when: { departments: ['Øre-næse-hals'] } },
    ];
    await test.put('/v1/authorities/rh', { ...before, rules });
    const example = async (kind: string, department: string) => {
      const day = { 'example-day': '2026-12-09', 'example-time': '14:00', 'example-kind': kind };
      const form = { authority: 'rh', ...day, 'example-department': department, do: 'preview' };
      const page = await (await rie.post('/admin/rules', form)).text();
      const shown = page.split('id="example"')[1]?.split('</fieldset>')[0] ?? '';
      return [shown.includes('1 dag før'), shown.includes('7 dage før') || shown.includes('1 uge før')];
    };
    expect([
      await example('visit', ''),
      await example('video', ''),
      await example('visit', 'Øre-næse-hals'),
      await example('video', 'Øre-næse-hals'),
      await example('teleport', 'Ukendt'),
    ]).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true],
      [false, false],
    ]);
    await test.put('/v1/authorities/rh', before);
  });

  it('are shown for an example by a button that stands in the example, to whoever may change them or not', async () => {
    for (const client of [rie, olga, anna]) {
      const page = await client.text('/admin/rules?authority=rh');
      const example = page.split('id="planned"')[1]?.split('</fieldset>')[0] ?? '';
      const [fields = '', result = ''] = example.split('id="example"');
      const buttons = [page, fields, result].map((part) => part.split('value="preview"').length - 1);
      expect(buttons).toEqual([1, 1, 0]);
      // Whoever may not save has no line of buttons, and so not an empty one.
      expect(page.includes('class="buttons"')).toBe(client === anna);
    }
  });

  it('are shown for another day to whoever may not change them, whatever else the form says', async () => {
    const before = await settings();
    for (const client of [rie, olga]) {
      const example = { 'example-day': '2026-12-09', 'example-time': '14:00' };
      const form = { authority: 'rh', ...example, do: 'preview' };
      const response = await client.post('/admin/rules', { ...form, 'rule-0': '77' });
      const page = await response.text();
      expect([response.status, page.includes('value="09-12-2026"')]).toEqual([200, true]);
      expect(page).toContain('tirsdag\u00a08.\u00a0december');
      const { text, forms } = readPage(page);
      expect(text).not.toContain('77');
      expect(forms.flatMap(({ fields }) => fields.map(({ value }) => value))).not.toContain('77');
      expect(page).not.toContain('class="wrong"');
      expect((await client.post('/admin/rules', { ...form, do: 'save' })).status).toBe(403);
      expect((await client.post('/admin/rules', { ...form, authority: 'kk' })).status).toBe(404);
    }
    expect(await settings()).toEqual(before);
  });

  it('are added, changed and removed, and keep their names', async () => {
    const fields = await fieldsOf(anna, '/admin/rules');
    const typed = {
      ...fields,
      'rule-0-remove': 'on',
      'rule-1': '2',
      'rule-2': '3',
      'rule-2-unit': 'hours',
      do: 'save',
    };
    expect((await anna.post('/admin/rules', typed)).status).toBe(303);
    expect((await settings()).rules).toEqual([
      { id: 'day-before', template: 'reminder', lead: 'P2D', at: '10:00' },
      { id: '3-hours-before', template: 'reminder', lead: 'PT3H' },
    ]);
    const { items } = await test.json<{ items: { action: string; actor: string }[] }>(200, '/v1/authorities/rh/audit');
    // All of this happens at one instant of a clock that stands still, so that entries have no order.
    const actors = items.flatMap(({ action, actor }) => (action === 'authority.replace' ? actor : []));
    expect(actors).toContainEqual(expect.stringMatching(/^person:[0-9a-f-]{36} Anna$/));
  });

  it('that are new and lack the time before come back marked, whatever else was said of them', async () => {
    const before = await settings();
    const fields = await fieldsOf(anna, '/admin/rules');
    const added = `rule-${before.rules.length}`;
    for (const typed of [{ at: '09:30' }, { visit: 'on' }, { departments: 'Røntgen' }]) {
      const more = Object.fromEntries(Object.entries(typed).map(([name, value]) => [`${added}-${name}`, value]));
      const response = await anna.post('/admin/rules', { ...fields, ...more, do: 'save' });
      const marked = new RegExp(`<input[^>]*name="${added}"[^>]*aria-invalid="true"`);
      expect([typed, response.status, marked.test(await response.text())]).toEqual([typed, 422, true]);
    }
    expect(await settings()).toEqual(before);
  });

  it('that are saved as they were are said to be unchanged, and are not in the audit', async () => {
    const entries = () => test.db.selectFrom('audit').select('id').where('action', '=', 'authority.replace').execute();
    const before = [await settings(), (await entries()).length];
    for (const path of SECTIONS) {
      const response = await anna.post(path, { ...(await fieldsOf(anna, path)), do: 'save' });
      expect([path, response.headers.get('location')]).toEqual([path, `${path}?authority=rh&done=same#done`]);
    }
    expect([await settings(), (await entries()).length]).toEqual(before);
    expect(await anna.text('/admin/rules?authority=rh&done=same')).toContain('Intet blev ændret.');
  });

  it('with faults come back as they were typed, each marked with a reason in words', async () => {
    const before = await settings();
    const fields = await fieldsOf(anna, '/admin/rules');
    const typed = {
      ...fields,
      ...{ from: '21:00', to: '20:00', closedDays: '24/12, jul', 'rule-0': 'to', lateBooking: '' },
      do: 'save',
    };
    const response = await anna.post('/admin/rules', typed);
    const page = await response.text();
    expect(response.status).toBe(422);
    for (const words of ['Skriv dage som dag og måned', 'Skriv et helt tal', 'value="24/12, jul"', 'value="21:00"'])
      expect(page).toContain(words);
    expect(page.match(/aria-invalid="true"/g)?.length).toBe(4);
    const protectedName = { ...(await fieldsOf(anna, '/admin/rules/sender')), sender: 'Skat', do: 'save' };
    const refused = await anna.post('/admin/rules/sender', protectedName);
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('ligner, navnet på en anden'),
    ]);
    const more = await (await anna.post('/admin/rules/sender', { ...protectedName, cvr: '1' })).text();
    expect([...more.matchAll(/class="wrong" id="(\w+)-fault"/g)].map(([, field]) => field)).toEqual(['sender', 'cvr']);
    expect(await settings()).toEqual(before);
  });

  it('keep a supplier that is not set up any more until somebody drops it, and take no place twice', async () => {
    const gone = JSON.stringify({ gateways: ['borte'] });
    await sql`update authority set settings = settings || ${gone}::jsonb where id = 'rh'`.execute(test.db);
    const path = '/admin/rules/sender';
    const fields = await fieldsOf(anna, path);
    const kept = await anna.post(path, { ...fields, do: 'save' });
    expect([kept.status, (await settings()).gateways]).toEqual([303, ['borte']]);
    const other = await anna.post(path, { ...fields, maxPerNumberPerDay: '7', do: 'save' });
    const marked = (page: string) =>
      [...page.matchAll(/<select id="gateway-([\w-]+)"[^>]* aria-invalid="true"/g)].map(([, id]) => id);
    const unknown = await other.text();
    expect([other.status, unknown]).toEqual([422, expect.stringContaining('ikke sat op mere')]);
    expect(marked(unknown)).toEqual(['borte']);
    const both = await anna.post(path, { ...fields, 'gateway-simulator': '1', do: 'save' });
    const twice = await both.text();
    expect([both.status, twice]).toEqual([422, expect.stringContaining('kan ikke have samme plads')]);
    expect(marked(twice)).toHaveLength(1);
    expect(await settings()).toMatchObject({ gateways: ['borte'] });
    const dropped = await anna.post(path, { ...fields, 'gateway-borte': '', 'gateway-simulator': '1', do: 'save' });
    expect([dropped.status, (await settings()).gateways]).toEqual([303, ['simulator']]);
  });

  it('that somebody else changed meanwhile are a conflict; other settings, texts and pauses are none', async () => {
    const mine = await fieldsOf(anna, '/admin/rules/replies');
    const others = await fieldsOf(bo, '/admin/rules');
    expect((await bo.post('/admin/rules', { ...others, noticeDelay: '20', do: 'save' })).status).toBe(303);
    const theirs = await fieldsOf(bo, '/admin/rules/replies');
    expect((await bo.post('/admin/rules/replies', { ...theirs, contactPhone: '11 22 33 44', do: 'save' })).status).toBe(
      303,
    );
    const response = await anna.post('/admin/rules/replies', { ...mine, contactPhone: '55 66 77 88', do: 'save' });
    const page = await response.text();
    expect(response.status).toBe(409);
    expect(page).toContain('value="55 66 77 88"');
    expect(page).toContain('En anden har ændret reglerne');
    expect(await settings()).toMatchObject({ contactPhone: '11 22 33 44', noticeDelay: 'PT20M' });
    const seen = readPage(page).field('seen').value;
    const again = { ...mine, contactPhone: '55 66 77 88', seen, do: 'save' };
    expect((await anna.post('/admin/rules/replies', again)).status).toBe(303);
    expect(await settings()).toMatchObject({ contactPhone: '55 66 77 88', noticeDelay: 'PT20M' });
  });

  it.each(['a refused save', 'an example'])('that somebody else changed before %s are a conflict still', async (by) => {
    const path = '/admin/rules';
    const mine = await fieldsOf(anna, path);
    const theirs = await fieldsOf(bo, path);
    const noticeDelay = by === 'an example' ? '25' : '35';
    expect((await bo.post(path, { ...theirs, noticeDelay, do: 'save' })).status).toBe(303);
    const between = by === 'an example' ? { do: 'preview' } : { closedDays: '99.99.', do: 'save' };
    const page = await (await anna.post(path, { ...mine, ...between })).text();
    const seen = readPage(page).field('seen').value;
    const late = await anna.post(path, { ...mine, seen, do: 'save' });
    expect([late.status, (await settings()).noticeDelay]).toEqual([409, `PT${noticeDelay}M`]);
  });

  it('are read by everybody and changed by administrators of the authority alone', async () => {
    const stored = await fieldsOf(anna, '/admin/rules');
    const fields = { ...stored, minimumNotice: '1', 'minimumNotice-unit': 'hours' };
    expect((await anna.post('/admin/rules', { ...fields, do: 'save' })).status).toBe(303);
    const page = await rie.text('/admin/rules?authority=rh');
    expect(page).toMatch(/<fieldset class="bare" disabled/);
    expect(page).toContain('Du kan læse reglerne. En administrator kan rette dem.');
    expect(page).toMatch(/<input id="closedDays"[^>]* value="Ingen"/);
    // Nobody chooses a number here, so that the unit goes with the one that stands there.
    const unitOf = (html: string) =>
      /name="minimumNotice-unit".*?value="hours" selected[^>]*>([^<]*)</s.exec(html)?.[1];
    const choice = await anna.text('/admin/rules?authority=rh');
    expect([unitOf(page), unitOf(choice)]).toEqual(['time', 'timer']);
    // Fields that only an administrator can use are left out.
    for (const offered of ['Tilføj en påmindelse', 'Fjern denne påmindelse', 'med komma mellem datoerne'])
      expect([offered, page.includes(offered)]).toEqual([offered, false]);
    for (const client of [rie, olga])
      expect((await client.post('/admin/rules', { ...fields, do: 'save' })).status).toBe(403);
    expect((await anna.post('/admin/rules', { ...fields, authority: 'kk', do: 'save' })).status).toBe(404);
    expect((await anna.get('/admin/rules?authority=kk')).status).toBe(404);
  });
});

describe('the tools of an authority without booking systems', () => {
  it('lead administrators to where the first one is made, and tell others whom to ask', async () => {
    await test.makeAuthority('nye', {});
    const [operator, administrator] = [await at('operator', 'nye'), await at('administrator', 'nye')];
    const link = 'href="/admin/set-up/sources?authority=nye#make"';
    for (const path of ['/admin/rules/try', '/admin/rules/unmapped'])
      for (const [language, make, ask] of [
        ['en', 'Create the first booking system', 'Ask an administrator to create the first one.'],
        ['da', 'Opret det første bookingsystem', 'Bed en administrator om at oprette det første.'],
      ] as const) {
        const [worked, led] = await Promise.all(
          [operator, administrator].map((client) => client.text(`${path}?authority=nye&language=${language}`)),
        );
        expect([worked?.includes(ask), worked?.includes(link)]).toEqual([true, false]);
        expect([led?.includes(make), led?.includes(link), led?.includes(ask)]).toEqual([true, true, false]);
      }
  });
});

describe('a reminder of the rules', () => {
  it('shows to readers what limits it, without hints to type, and nothing where it is for all', async () => {
    const reminder = (id: string, lead: string, when: object) => ({ id, template: 'reminder', lead, ...when });
    const rules = [
      reminder('all', 'P7D', {}),
      reminder('kinds', 'P3D', { when: { kinds: ['video'] } }),
      reminder('departments', 'P1D', { when: { departments: ['Øre'] } }),
    ];
    await test.makeAuthority('gl', { rules });
    const [reader, administrator] = [await at('viewer', 'gl'), await at('administrator', 'gl')];
    const marks = [
      ...[/Gælder kun nogle aftaler/g, /Only for some appointments/g, /Begræns til nogle|Limit to some/g],
      ...[/ id="rule-\d-video"/g, / id="rule-\d-departments"/g, / id="rule-\d-departments-hint"/g],
    ];
    const seen = async (client: PageClient, language: string) => {
      const page = await client.text(`/admin/rules?authority=gl&language=${language}`);
      return marks.map((mark) => page.match(mark)?.length ?? 0);
    };
    expect(await seen(reader, 'en')).toEqual([0, 2, 0, 1, 1, 0]);
    expect(await seen(reader, 'da')).toEqual([2, 0, 0, 1, 1, 0]);
    // The rule that an administrator may add has the fields, too.
    expect(await seen(administrator, 'da')).toEqual([0, 0, 4, 4, 4, 4]);
  });
});

describe('a pause', () => {
  it('is set by an operator with a reason, shown, and lifted', async () => {
    const pause = (fields: Record<string, string>) =>
      olga.post('/admin/rules/pause', {
        authority: 'rh',
        source: 'rh-epj',
        reason: 'EPJ opdateres',
        day: '',
        time: '',
        ...fields,
      });
    const refused = await pause({ reason: 'Ring 20 12 34 56', day: '2020-01-01', time: '10:00' });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('value="01-01-2020"')]);
    expect((await pause({ source: 'kk-omsorg' })).status).toBe(404);
    expect((await pause({ day: '2026-12-01', time: '08:00' })).status).toBe(303);
    const page = await rie.text('/admin/rules/pause?authority=rh');
    expect(page).toContain('EPJ opdateres');
    expect(page).toContain('1.\u00a0dec.\u00a02026');
    expect((await rie.post('/admin/rules/resume', { authority: 'rh', source: 'rh-epj' })).status).toBe(403);
    expect((await olga.press('/admin/rules/pause?authority=rh', '/resume')).status).toBe(303);
    expect(await rie.text('/admin/rules/pause?authority=rh')).toContain('intet er sat på pause');
  });
});

describe('a message', () => {
  const HL7 = [
    'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|000017|P|2.5.1||||||8859/1',
    'SCH||A-4711^EPJ|||||||||^^^20261207090000+0100^20261207093000+0100||||||||||||||Booked',
    'PID|1||P-100^^^RH^MR||||||||||20123456^PRN^CP||da',
    'AIL|1||SØ-4^^^RH',
  ].join('\n');
  const paste = (message: string, source = 'rh-epj', client = olga) =>
    client.post('/admin/rules/try', { authority: 'rh', source, message });

  it('is shown as it would be understood, with the SMS that would follow, and stores nothing', async () => {
    const page = await (await paste(HL7)).text();
    for (const words of [
      'HL7 v2',
      'A-4711',
      '7.\u00a0dec.\u00a02026',
      'Husk din aftale hos Region Hovedstaden mandag d. 7. december',
      'SØ-4',
    ])
      expect(page).toContain(words);
    expect(page.slice(page.indexOf('id="tried"'))).not.toContain('20123456');
    const json = await (
      await paste('{"type":"appointment.booked","data":{"id":"J-1","start":"2026-12-07T09:00:00+01:00"}}')
    ).text();
    expect(json).toContain('J-1');
    expect(json).toContain('intet telefonnummer');
    // The page tells in its own language, too, what decides about the SMS.
    const notes = (html: string) => /Tekniske bemærkninger<\/summary>(.*?)<\/details>/s.exec(html)?.[1] ?? '';
    expect(notes(page)).toContain('Stedet kendes ikke. Tilføj det i bookingsystemets indstillinger under »Steder');
    expect(notes(json)).toContain('<li>Der er intet telefonnummer med, og intet kendes i forvejen');
    expect([page, json].filter((html) => notes(html).includes('lang="en"'))).toEqual([]);
    expect(await test.db.selectFrom('appointment').select('id').execute()).toEqual([]);
    expect(await test.db.selectFrom('unmapped_value').select('value').execute()).toEqual([]);
  });

  it('of up to 300,000 characters is tried, and shown again whole or not at all', async () => {
    const booked = (id: string, note: string) =>
      JSON.stringify({ type: 'appointment.booked', data: { id, start: '2026-12-07T09:00:00+01:00', note } });
    const typed = (page: string) => /<textarea[^>]*>([^<]*)/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? null;
    const short = booked('J-3', 'n'.repeat(40_500));
    expect(typed(await (await paste(short)).text())).toBe(short);
    const again = 'for lang til at blive vist igen';
    for (const note of ['n'.repeat(299_800), '&'.repeat(15_000)]) {
      const long = await (await paste(booked('J-4', note))).text();
      expect([typed(long), long.includes(again), long.includes('J-4')]).toEqual(['', true, true]);
    }
    const refused = await paste(booked('J-5', 'n'.repeat(300_000)));
    const page = await refused.text();
    expect([refused.status, page.includes(again)]).toEqual([422, false]);
    expect(page).toMatch(/Beskeden har 300\.0\d\d tegn, og der kan højst prøves 300\.000\. .*kun begyndelsen/);
    expect(typed(page)).toMatch(/^\{"type":"appointment.booked".{10000,}n$/);
    expect((await paste(' '.repeat(200_000))).status).toBe(422);
  });

  it('that would be refused says where and why, in words, whatever it is', async () => {
    const missing = await (await paste('{"type":"appointment.booked","data":{"id":"J-2"}}')).text();
    expect(missing).toContain('<code>/data/start</code>');
    expect(missing).toContain('Feltet mangler.');
    for (const text of [
      '<x/>',
      '{',
      '[]',
      'MSH|',
      'MSH|^~\\&|A|B',
      '{"resourceType":"Appointment"}',
      'id;dato\nA-1;x',
      'æ',
    ])
      expect([text, (await paste(text)).status]).toEqual([text, 200]);
    expect((await paste('  ')).status).toBe(422);
    expect((await paste('x'.repeat(300_001))).status).toBe(422);
  });

  it('of many parts says how many of them, and of their faults, are not shown', async () => {
    const lines = (count: number, time: string) => {
      const all = Array.from({ length: count }, (_, nth) => `L-${nth};07-12-2026;${time};20 12 34 56\n`);
      return `id;dato;tid;mobil\n${all.join('')}`;
    };
    expect(await (await paste(lines(25, '09.00'))).text()).toContain('Der er 5 flere, som ikke vises.');
    expect(await (await paste(lines(21, 'x'))).text()).toContain('Der er 1 mere, som ikke vises.');
    expect(await (await paste(lines(20, '09.00'))).text()).not.toContain('som ikke vises');
  });

  it('is tried by operators, for sources of their own authority', async () => {
    expect((await paste(HL7, 'kk-omsorg')).status).toBe(404);
    expect((await paste(HL7, 'rh-epj', rie)).status).toBe(403);
  });

  it('that is a file whose dates have the month first is told its rows, in the language of the page', async () => {
    const message = 'id;start;mobil\nA-1;04/03/2027 9.00;20123450\nA-2;03/14/2027 9.00;20123451\n';
    const page = await (await anna.post('/admin/rules/try', { authority: 'rh', source: 'rh-epj', message })).text();
    expect(page).toMatch(
      /Linje 3, start<.*?Datoen kan kun læses med måneden først.*?Linje 2, start<.*?på begge måder/s,
    );
  });
});

describe('a code that is not known', () => {
  it('of a status means nothing until a meaning is chosen', async () => {
    const code = { authority_id: 'rh', source_id: 'rh-epj', field: 'status', value: 'lokal' } as const;
    const times = { first_at: test.clock.now, last_at: test.clock.now };
    await insert(test.db, 'unmapped_value', { ...code, ...times });
    const select = /<select[^>]*name="to"[^>]*>/;
    const page = await anna.text('/admin/rules/unmapped?authority=rh');
    expect(select.exec(page)?.[0]).toContain('required');
    expect(page).toMatch(/<select[^>]*name="to"[^>]*><option value=""/);
    const form = { authority: 'rh', source: 'rh-epj', field: 'status', value: 'lokal', to: '' };
    const response = await anna.post('/admin/rules/unmapped', form);
    expect([response.status, select.exec(await response.text())?.[0]]).toEqual([
      422,
      expect.stringContaining('aria-invalid="true"'),
    ]);
    await test.db.deleteFrom('unmapped_value').where('value', '=', 'lokal').execute();
  });

  it('that is a place in words stands in its field as it was sent, and one that is a code does not', async () => {
    const seen = { first_at: test.clock.now, last_at: test.clock.now };
    const sent = { authority_id: 'rh', source_id: 'rh-epj', field: 'location' as const, ...seen };
    const texts = { 'Opgang 4, 2. sal': 'Opgang 4, 2. sal', 'AMB5^12': '', 'amb-rh-4': '' };
    const values = Object.keys(texts);
    await insert(
      test.db,
      'unmapped_value',
      values.map((value) => ({ ...sent, value })),
    );
    const page = await anna.text('/admin/rules/unmapped?authority=rh');
    const fields = page.matchAll(/name="value" value="([^"]*)"(?:(?!<input).)*<[^>]*name="to"[^>]* value="([^"]*)"/gs);
    expect(Object.fromEntries([...fields].map(([, value, text]) => [value, text]))).toEqual(texts);
    await test.db.deleteFrom('unmapped_value').where('value', 'in', values).execute();
  });

  it('is not mapped where the settings could not be saved with it', async () => {
    const [source, settings] = ['rh-epj', '/v1/authorities/rh/sources/rh-epj'];
    const before = await test.json<object>(200, settings);
    const seen = { first_at: test.clock.now, last_at: test.clock.now };
    for (const field of ['status', 'location'] as const)
      for (const value of ['Ida 01.01.2021-5234', 'Mor 20 12 34 56', 'AMB\t4']) {
        const code = { authority_id: 'rh', source_id: source, field, value };
        await insert(test.db, 'unmapped_value', { ...code, ...seen });
        const form = { authority: 'rh', source, field, value, to: field === 'status' ? 'booked' : 'Opgang 4' };
        const location = (await anna.post('/admin/rules/unmapped', form)).headers.get('location') ?? '';
        expect([value, location]).toEqual([value, expect.stringContaining('done=refused')]);
        const page = location.replace('#done', '');
        expect(await anna.text(`${page}&language=en`)).toContain('This code cannot be kept in the settings');
        expect(await anna.text(`${page}&language=da`)).toContain('Koden kan ikke gemmes i indstillingerne');
        await test.db.deleteFrom('unmapped_value').where('value', '=', value).execute();
      }
    expect(await test.json<object>(200, settings)).toEqual(before);
  });

  it('is mapped with one form, once, and another’s entry stays', async () => {
    const place = [
      'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|000018|P|2.5.1||||||UNICODE UTF-8',
      'SCH||U-1^EPJ|||||||||^^^20261207090000+0100^20261207093000+0100||||||||||||||Booked',
      'PID|1||P-100^^^RH^MR||||||||||20123456^PRN^CP||da',
      'AIL|1||AMB4^^^RH',
    ].join('\r');
    await test.request('/v1/hl7v2/rh-epj', { token, body: place, headers: { 'Content-Type': 'application/hl7-v2' } });
    const status = 'id;dato;tid;mobil;status\nU-2;07-12-2026;09.00;20 12 34 56;lokal\n';
    await test.request('/v1/sources/rh-epj/imports', { token, body: status, headers: { 'Content-Type': 'text/csv' } });
    await test.deps.receiver.idle();
    const codes = await test.db.selectFrom('unmapped_value').select(['field', 'value']).execute();
    expect(codes.length).toBeGreaterThan(0);
    const page = await anna.text('/admin/rules/unmapped?authority=rh');
    for (const { value } of codes) expect(page).toContain(`<code>${value}</code>`);
    for (const { field, value } of codes) {
      const form = { authority: 'rh', source: 'rh-epj', field, value, to: field === 'status' ? 'booked' : 'Opgang 4' };
      expect((await olga.post('/admin/rules/unmapped', form)).status).toBe(403);
      const refused = await anna.post('/admin/rules/unmapped', { ...form, to: 'CPR 0101801234' });
      expect(refused.status).toBe(422);
      if (field === 'location')
        expect(await refused.text()).toMatch(
          /value="CPR 0101801234"[^>]*aria-invalid|aria-invalid[^>]*value="CPR 0101801234"/,
        );
      expect((await anna.post('/admin/rules/unmapped', form)).headers.get('location')).toContain('done=mapped');
      expect((await bo.post('/admin/rules/unmapped', form)).headers.get('location')).toContain('done=gone');
    }
    expect(await anna.text('/admin/rules/unmapped?authority=rh')).toContain('alle koder, der er kommet, er kendt');
    const source = await test.json<{ locationMap: object; statusMap: object }>(
      200,
      '/v1/authorities/rh/sources/rh-epj',
    );
    const maps = { ...source.locationMap, ...source.statusMap };
    expect(Object.keys(maps).sort()).toEqual(codes.map(({ value }) => value).sort());
  });
});
