import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { Gauge, Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALERTS, readAlerts } from '../../../src/operations/alerts.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { readPage, sentFields } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { later } from '../../support/sending.ts';
import { insert, update } from '../../support/stored-rows.ts';

const { test, rows, at, chief } = scenario({
  authorities: { rh: { name: 'Regionen' } },
  people: { chief: { name: 'Ida Installation', role: 'administrator', authority: null } },
});

const PATHS = ['', '/authorities', '/authorities/rh', '/people', '/audit'].map((path) => `/admin/installation${path}`);

describe('the pages of the installation', () => {
  it('are for administrators of all of it; to everybody else they do not exist', async () => {
    const others = [await at('administrator', 'rh'), await at('viewer', null), await at('operator', null)];
    const limited = await enter(test, {
      ...{ email: 'l@example.org', role: 'administrator', authority: null, departments: ['Røntgen'] },
    });
    for (const path of PATHS) {
      expect([path, (await chief.get(path)).status]).toEqual([path, 200]);
      for (const client of [...others, limited]) {
        expect([path, (await client.get(path)).status]).toEqual([path, 404]);
        expect(await client.text('/admin')).not.toContain('href="/admin/installation');
      }
    }
    for (const form of ['/adopt', '/recovered', '/authorities', '/authorities/rh', '/people'])
      for (const client of [...others, limited])
        expect([form, (await client.post(`/admin/installation${form}`, { off: 'on' })).status]).toEqual([form, 404]);
  });

  it('tell since when the oldest of the reminders waits that are due, and of none where none is due', async () => {
    const oldest = async () => (await chief.page('/admin/installation')).values['Den ældste af dem er fra'];
    expect(await oldest()).toBeUndefined();
    await test.makeAuthority('skyldes', { name: 'Skyldes' });
    await test.makeSource('skyldes', 'skyldes');
    const appointment = await rows.appointment('skyldes', '+4522304153');
    const id = await rows.reminder('skyldes', appointment, { due_at: later(-3_600_000, test.clock.now) });
    expect(await oldest()).toMatch(/^24\.\snov\.\s2026 kl\.\s11\.00$/);
    await update(test.db, 'reminder', { id }, { next_at: null, status: 'cancelled' });
    expect(await oldest()).toBeUndefined();
  });

  it('mark the one of them that is open', async () => {
    const current = (page: string) =>
      /<a href="([^"]*)" aria-current="page">/.exec(page.slice(page.indexOf('<main')))?.[1];
    for (const path of ['/admin/installation', '/admin/installation/authorities', '/admin/installation/people'])
      expect(current(await chief.text(path))).toBe(path);
    expect(current(await chief.text('/admin/installation/authorities/rh'))).toBe('/admin/installation/authorities');
  });

  it('count in their navigation the replies that wait where the link to them leads', async () => {
    await test.makeAuthority('venter', { name: 'Venter' });
    for (const end of ['51', '52']) await rows.reply(['venter'], `+45223041${end}`, 'Hvad er det her?');
    const counted = /<a href="(\/admin\/replies[^"]*)"[^>]*>Svar og frameldinger<span class="count">(\d+)</;
    for (const path of PATHS) {
      const [, link = '', count] = counted.exec(await chief.text(path)) ?? [];
      expect([path, link, count]).toEqual([path, '/admin/replies', '2']);
      expect((await chief.text(link)).match(/<article /g)).toHaveLength(2);
    }
  });

  it('show the audit of everything, and invite people to everything', async () => {
    const form = { email: 'ny@example.org', name: 'Nete Ny', role: 'viewer' };
    expect(await (await chief.post('/admin/installation/people', form)).text()).toContain('/admin/invitation/');
    const audit = await chief.text('/admin/installation/audit?action=person.invite');
    expect([audit.includes('Nete Ny'), audit.includes('Hele installationen')]).toEqual([true, true]);
  });
});

describe('the last administrator of the installation', () => {
  it('is told at the question that the shared token lets people in again, and of an authority that the team invites', async () => {
    const asked = async (client: PageClient, authority: string | null, path: string) => {
      const account = test.db
        .selectFrom('account')
        .select('id')
        .where('authority_id', 'is not distinct from', authority);
      const administrators = account.where('role', '=', 'administrator').where('departments', 'is', null);
      const { id } = await administrators.executeTakeFirstOrThrow();
      const response = await client.post(`${path}/${id}/remove`, authority === null ? {} : { authority });
      return [response.status, readPage(await response.text()).text] as const;
    };
    const ofToken = 'Bagefter kan man kun komme ind og invitere andre med administratornøglen, som alle deler.';
    expect(await asked(chief, null, '/admin/installation/people')).toEqual([409, expect.stringContaining(ofToken)]);
    await test.makeAuthority('ene', { name: 'Ene' });
    const only = await at('administrator', 'ene');
    const ofTeam = expect.stringMatching(/sidste administrator\. Bagefter kan kun driften invitere andre/);
    expect(await asked(only, 'ene', '/admin/set-up/people')).toEqual([409, ofTeam]);
  });
});

describe('an authority', () => {
  /** Fields of the page of an authority, as they stand there at first. */
  const SETTINGS = {
    ...{ inboundKeyword: '', language: 'da', timeZone: 'Europe/Copenhagen', contactPhone: '', retentionDays: '90' },
    ...{ maxPerNumberPerDay: '4', allowedCountries: 'dk', seen: '' },
  };
  it('is paused until its pause has ended, and is counted among all pauses without a link', async () => {
    await test.makeAuthority('holdt', { name: 'Holdt' });
    await test.json(200, '/v1/authorities/holdt/pause', { body: { reason: 'Strømsvigt' } });
    const list = () => chief.text('/admin/installation/authorities');
    expect(await list()).toContain('Strømsvigt');
    // The list of authorities shows no paused booking systems, which the figure counts too.
    const { values } = await chief.page('/admin/installation');
    expect(Object.entries(values)).toContainEqual([expect.stringMatching(/bookingsystemer på pause$/), '1']);
    const ended = { paused_until: test.clock.now };
    await update(test.db, 'authority', { id: 'holdt' }, ended);
    expect(await list()).not.toContain('Strømsvigt');
  });

  it('that sends by a number stands in the list with its number as a phone shows it', async () => {
    await test.makeAuthority('tal', { name: 'Tal', sender: '4512345678' });
    const list = await chief.text('/admin/installation/authorities');
    expect([list.includes('+45\u00a012\u00a034\u00a056\u00a078'), list.includes('4512345678')]).toEqual([true, false]);
  });

  it('is created once, and its settings without a field stay', async () => {
    const form = { id: 'ny', name: 'Ny Kommune', sender: 'NyKommune' };
    const made = await chief.post('/admin/installation/authorities', form);
    expect(made.headers.get('location')).toBe('/admin/installation/authorities/ny?done=created#done');
    expect((await chief.post('/admin/installation/authorities', form)).status).toBe(422);
    await test.makeAuthority('fuld', { name: 'Fuld', lateBooking: 'PT2H', keywords: { cancel: ['FLYT'] } });
    const before = await test.json<Record<string, unknown>>(200, '/v1/authorities/fuld');
    const seen = (await chief.page('/admin/installation/authorities/fuld')).field('seen').value;
    const maxPerNumberPerDay = String(before.maxPerNumberPerDay);
    const more = { cvr: '12345678', maxPerNumberPerDay, allowedCountries: 'dk, se', seen };
    const change = { ...SETTINGS, name: 'Fuld', sender: 'Sundhed', ...more };
    const path = '/admin/installation/authorities/fuld';
    expect((await chief.post(path, change)).headers.get('location')).toBe(`${path}?done=saved#done`);
    const stands = (await chief.page(path)).field('seen').value;
    const same = (await chief.post(path, { ...change, seen: stands })).headers.get('location') ?? '';
    expect(same).toBe(`${path}?done=same#done`);
    expect(await chief.text(same)).toContain('Intet blev ændret.');
    const { version: _, ...after } = await test.json<Record<string, unknown>>(200, '/v1/authorities/fuld');
    const { version: __, ...rest } = before;
    expect(after).toEqual({ ...rest, cvr: '12345678', retentionDays: 90, allowedCountries: ['DK', 'SE'] });
    const late = await chief.post('/admin/installation/authorities/fuld', { ...change, name: 'Mit navn' });
    expect([late.status, (await late.text()).includes('value="Mit navn"')]).toEqual([409, true]);
  });

  it('is told beside each field what may stand there, in the language of the page', async () => {
    await test.makeAuthority('galt', { name: 'Galt' });
    const path = '/admin/installation/authorities/galt';
    const wrong = {
      ...{ name: 'Galt', sender: 'Ø', 'gateway-ukendt': '1', inboundKeyword: '!', cvr: '1234', language: 'da' },
      ...{ timeZone: 'Danmark', contactPhone: 'ring', retentionDays: '0', maxPerNumberPerDay: 'mange' },
      ...{ allowedCountries: 'Danmark', seen: '' },
    };
    const faultsIn = async (language: string) => {
      await chief.get(`/admin/installation?language=${language}`);
      const response = await chief.post(path, wrong);
      expect(response.status).toBe(422);
      return new Map(
        [...(await response.text()).matchAll(/<strong class="wrong" id="([\w-]+)-fault"[^>]*>([^<]*)/g)].map(
          ([, field = '', text = '']) => [field, text],
        ),
      );
    };
    const english = await faultsIn('en');
    expect(english.get('cvr')).toBe('A CVR number has eight digits.');
    const danish = await faultsIn('da');
    expect(Object.fromEntries(danish)).toMatchObject({
      ...{ cvr: 'Et CVR-nummer har otte cifre.', retentionDays: 'Skriv et helt tal fra 1 til 3.650.' },
      maxPerNumberPerDay: 'Skriv et helt tal fra 1 til 1.000.',
      timeZone: 'Skriv en tidszone som Europe/Copenhagen.',
      ...{ contactPhone: 'Skriv nummeret med tal og mellemrum, som 35\u00a045\u00a035\u00a045.' },
      ...{ allowedCountries: 'Skriv lande med to bogstaver hver: DK, SE, NO.' },
      ...{ inboundKeyword: 'Skriv ét ord på 2 til 20 bogstaver og tal.', sender: expect.stringContaining('1 til 11') },
      'gateway-ukendt': 'Denne SMS-leverandør er ikke sat op mere.',
    });
    const seen = (await chief.page(path)).field('seen').value;
    const right = { ...SETTINGS, name: 'Galt', sender: 'Galt', cvr: '12 34 56 78', seen };
    expect((await chief.post(path, right)).status).toBe(303);
    expect(await test.json(200, '/v1/authorities/galt')).toMatchObject({ cvr: '12345678' });
  });

  it('is told all that is wrong with it at once: what no setting may be, and what this installation does not allow', async () => {
    const refused = async (path: string, form: Record<string, string>) => {
      const response = await chief.post(`/admin/installation/authorities${path}`, form);
      const fields = (await response.text()).matchAll(/<strong class="wrong" id="([\w-]+)-fault"/g);
      return [response.status, ...[...fields].map(([, field]) => field)];
    };
    expect(await refused('', { id: 'X!', name: '', sender: 'Skat' })).toEqual([422, 'name', 'id', 'sender']);
    expect(await refused('', { id: 'rh', name: '', sender: 'Ø' })).toEqual([422, 'name', 'id', 'sender']);
    const wrong = { ...SETTINGS, name: 'Regionen', sender: 'Skat', 'gateway-ukendt': '1' };
    expect(await refused('/rh', { ...wrong, cvr: '1234' })).toEqual([422, 'sender', 'gateway-ukendt', 'cvr']);
    for (const cvr of ['1234', '12345678']) {
      const twice = await refused('/rh', { ...wrong, cvr, 'gateway-simulator': '1' });
      expect(twice).toEqual([
        ...[422, 'sender', 'gateway-simulator', 'gateway-ukendt'],
        ...(cvr === '1234' ? ['cvr'] : []),
      ]);
    }
  });

  it('is given its SMS suppliers by a place for each, by the very fields that the page of rules has', async () => {
    await test.makeAuthority('plads', { name: 'Plads' });
    const path = '/admin/installation/authorities/plads';
    const group = (page: string) => /<fieldset class="group"><legend>SMS-leverandører.*?<\/fieldset>/s.exec(page)?.[0];
    const open = async () => readPage(await chief.text(path)).forms.find(({ action }) => action === path);
    const sent = async (places: Record<string, string>) => {
      const form = await open();
      const response = await chief.post(path, { ...(form && Object.fromEntries(sentFields(form))), ...places });
      return { status: response.status, page: await response.text() };
    };
    const both = [group(await chief.text(path)), group(await chief.text('/admin/rules/sender?authority=plads'))];
    expect(both).toEqual([expect.stringContaining('name="gateway-simulator"'), both[0]]);
    const stored = async () => (await test.json(200, '/v1/authorities/plads')).gateways;
    expect([(await sent({ 'gateway-simulator': '1' })).status, await stored()]).toEqual([303, ['simulator']]);
    const twice = await sent({ 'gateway-ukendt': '1' });
    expect([twice.status, await stored()]).toEqual([422, ['simulator']]);
    expect(twice.page).toContain('To SMS-leverandører kan ikke have samme plads.');
    // The choices stay as they were made.
    expect(readPage(twice.page).forms.flatMap(({ fields }) => fields)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'gateway-simulator', value: '1', marked: false }),
        expect.objectContaining({ name: 'gateway-ukendt', value: '1', marked: true }),
      ]),
    );
    expect([(await sent({ 'gateway-simulator': '' })).status, await stored()]).toEqual([303, []]);
  });

  it('has the names and the hints for its settings that the pages of rules have', async () => {
    await test.makeAuthority('ens', { name: 'Ens' });
    const namesIn = async (path: string) => {
      const page = await chief.text(path);
      const labels = [...page.matchAll(/<label for="([\w-]+)">([^<]*)/g)];
      const hints = new Map([...page.matchAll(/<small id="([\w-]+)-hint">([^<]*)/g)].map(([, id, hint]) => [id, hint]));
      return new Map(labels.map(([, id = '', label]) => [id, [label, hints.get(id)]]));
    };
    for (const language of ['en', 'da']) {
      const [own, ...rules] = await Promise.all(
        ['installation/authorities/ens?', 'rules/sender?authority=ens&', 'rules/replies?authority=ens&'].map((path) =>
          namesIn(`/admin/${path}language=${language}`),
        ),
      );
      const theirs = new Map(rules.flatMap((names) => [...names]));
      const both = [...(own ?? [])].filter(([id]) => theirs.has(id));
      expect(both).toEqual(both.map(([id]) => [id, theirs.get(id)]));
      expect(both.length).toBeGreaterThan(10);
    }
  });

  it('takes a number to phone as it was copied from a page, with hard blanks', async () => {
    const path = '/admin/installation/authorities/ens';
    const seen = (await chief.page(path)).field('seen').value;
    const numbers = { cvr: '12\u00a034\u00a056\u00a078', contactPhone: '35\u00a045\u00a035\u00a045' };
    const form = { ...SETTINGS, name: 'Ens', sender: 'Ens', ...numbers, seen };
    expect((await chief.post(path, form)).status).toBe(303);
    expect(await test.json(200, '/v1/authorities/ens')).toMatchObject({ contactPhone: '35 45 35 45', cvr: '12345678' });
  });

  it('gets no sender that looks like a bank or an authority, and no gateway that there is none of', async () => {
    const wrong = await chief.post('/admin/installation/authorities', { id: 'x', name: 'X', sender: 'Skat' });
    expect([wrong.status, (await wrong.text()).includes('kan driften tillade det.')]).toEqual([422, true]);
    await test.makeAuthority('uden', { name: 'Uden' });
    const path = '/admin/installation/authorities/uden';
    const form = readPage(await chief.text(path)).forms.find(({ action }) => action === path);
    const places = { 'gateway-simulator': '', 'gateway-findes-ikke': '1' };
    const refused = await chief.post(path, { ...(form && Object.fromEntries(sentFields(form))), ...places });
    const gateways = async () => (await test.json(200, '/v1/authorities/uden')).gateways;
    expect([refused.status, await refused.text(), await gateways()]).toEqual([
      ...[422, expect.stringContaining('Denne SMS-leverandør er ikke sat op mere.')],
      [],
    ]);
  });
});

describe('a setting of the environment', () => {
  const NAME = /(?:EASYSMS_[A-Z_]+|PUBLIC_URL|TRUSTED_PROXIES)/;

  /** The settings of a source as its page has them, refused for one that stands on another page. */
  const refusedSettings = async (id: string) => {
    const path = `/admin/set-up/sources/${id}/settings`;
    const form = readPage(await chief.text(`${path}?authority=rh`)).forms.find(({ action }) => action === path);
    const response = await chief.post(path, { ...(form && Object.fromEntries(sentFields(form))) });
    expect(response.status).toBe(422);
    return response.text();
  };

  it('is named on no page: whoever reads it can’t set it', async () => {
    await test.makeSource('rh', 'rh-epj');
    const events = { authority: 'rh', url: 'https://10.20.30.40/sms', format: 'json', version: '1' };
    // Its events go to an address that this installation does not allow any more.
    await test.makeSource('rh', 'rh-intern', { events: { url: 'https://booking.example.org/sms' } });
    await sql`update source set settings = jsonb_set(settings, '{events,url}', '"https://10.20.30.40/sms"')
      where id = 'rh-intern'`.execute(test.db);
    for (const language of ['da', 'en']) {
      await chief.get(`/admin?language=${language}`);
      const pages = {
        health: await chief.text('/admin/installation'),
        authority: await chief.text('/admin/installation/authorities/rh'),
        rules: await chief.text('/admin/rules/sender?authority=rh'),
        gateways: await chief.text('/admin/set-up/gateways?authority=rh'),
        address: await (await chief.post('/admin/set-up/sources/rh-epj/events', events)).text(),
        elsewhere: await refusedSettings('rh-intern'),
      };
      for (const [page, text] of Object.entries(pages)) {
        const main = text.slice(text.indexOf('<main'));
        expect([page, NAME.exec(main)?.[0]]).toEqual([page, undefined]);
      }
    }
    await chief.get('/admin?language=da');
  });
});

/** The state of a field: marked, ticked, explained. */
const stateOf = (page: string, id: string) => {
  const [field = ''] = new RegExp(`<input[^>]* id="${id}"[^>]*>`).exec(page) ?? [];
  const [, why = ''] = new RegExp(`id="${id}-fault"[^>]*>([^<]*)`).exec(page) ?? [];
  return { marked: field.includes('aria-invalid="true"'), ticked: field.includes('checked'), why };
};

describe('a database of another address', () => {
  it('is bound to this one only once the old installation is off, and the page says so at the box to tick', async () => {
    const bound = async (url: string) => {
      await test.db.updateTable('installation').set({ public_url: url }).execute();
    };
    await bound('https://before.example.org');
    const refused = await chief.post('/admin/installation/adopt', {});
    expect([refused.status, stateOf(await refused.text(), 'off')]).toEqual([
      422,
      { marked: true, ticked: false, why: 'Bekræft først, at den gamle installation er slukket.' },
    ]);
    await bound(test.deps.publicUrl);
    // Somebody else has bound it meanwhile.
    const late = await chief.post('/admin/installation/adopt', {});
    expect([late.status, await late.text()]).toEqual([422, expect.stringMatching(/class="fault"[^>]*>Bekræft først/)]);
  });
});

describe('a restored database', () => {
  it('gives its form back as it was sent, each field that is wrong marked, with the reason beside it', async () => {
    await test.db.updateTable('installation').set({ database_identity: 'another' }).execute();
    const send = async (form: Record<string, string>) => {
      const page = await (await chief.post('/admin/installation/recovered', form)).text();
      expect(page).not.toContain('class="fault"');
      return { page, at: stateOf(page, 'backupAt'), off: stateOf(page, 'off') };
    };
    const time = 'Vælg et tidspunkt, som ikke ligger i fremtiden.';
    const late = await send({ backupAt: '2030-01-01T10:00', off: 'on' });
    expect(late.page).toContain('value="01-01-2030 10:00"');
    expect([late.at, late.off]).toEqual([
      { marked: true, ticked: false, why: time },
      { marked: false, ticked: true, why: '' },
    ]);
    const none = 'Skriv dag og klokkeslæt som dd-mm-åååå tt:mm.';
    const both = await send({ backupAt: '' });
    const confirm = 'Bekræft først, at den gamle installation er slukket.';
    expect([both.at, both.off]).toEqual([
      { marked: true, ticked: false, why: none },
      { marked: true, ticked: false, why: confirm },
    ]);
  });

  it('is taken into use by the time of its backup, and only once the old installation is off', async () => {
    await test.db.updateTable('installation').set({ database_identity: 'another' }).execute();
    const page = await chief.text('/admin/installation');
    expect(page).toContain('Tag en gendannet sikkerhedskopi i brug');
    // Another process would send nothing either.
    expect(page).toContain('Ingen proces sender lige nu. Se boksen ovenfor.');
    const post = (form: Record<string, string>) => chief.post('/admin/installation/recovered', form);
    const unsure = await post({ backupAt: '2026-11-23T10:00' });
    expect([unsure.status, (await unsure.text()).includes('value="23-11-2026 10:00"')]).toEqual([422, true]);
    expect((await post({ backupAt: '2030-01-01T10:00', off: 'on' })).status).toBe(422);
    expect((await chief.post('/admin/installation/adopt', { off: 'on' })).status).toBe(422);
    expect(await (await post({ backupAt: '2026-11-23T10:00', off: 'on' })).text()).toContain('Kopien er taget i brug');
    expect(await chief.text('/admin/installation')).not.toContain('Tag en gendannet');
  });
});

describe('the health page', () => {
  beforeEach(() => test.db.deleteFrom('process').execute());

  const start = async (name: string, heartbeatS: number, noted: { version?: string; clock_ahead_ms?: number } = {}) => {
    const { now } = test.clock;
    const row = { id: crypto.randomUUID(), name, version: '1.2.3', started_at: later(-9e6, now), ...noted };
    await insert(test.db, 'process', { ...row, heartbeat_at: later(heartbeatS * 1000, now) });
  };
  /** The cells of a process, `*` before what stands out. */
  const rowOf = (page: string, name: string): string[] => {
    const row = page.split('<tr>').find((each) => each.includes(`<code>${name}</code>`)) ?? '';
    return [...row.matchAll(/<td[^>]*>(<span class="tag holds">)?([^<]*)/g)].map(
      ([, marked, text]) => `${marked ? '*' : ''}${text}`,
    );
  };

  it('says when nobody sends, and which processes do or ended without saying so', async () => {
    await start('vm-2:77', -300);
    expect(await chief.text('/admin/installation')).toContain('Ingen proces sender lige nu');
    await start('vm-1:42', -2);
    await start(test.deps.worker, -2);
    const page = await chief.text('/admin/installation');
    expect(page).not.toContain('Ingen proces sender lige nu');
    expect(page).toContain('<td data-label="Sidst hørt fra"><time');
    const rows = [...page.matchAll(/<th scope="row"><code>([^<]*)<\/code>([^<]*).*?<td[^>]*>(?:<[^>]*>)?([^<]*)/g)];
    expect(rows.map(([, name, answers, state]) => [name, answers, state])).toEqual([
      [test.deps.worker, ' (viser siden)', 'Sender'],
      ['vm-1:42', '', 'Sender'],
      ['vm-2:77', '', 'Stoppet uden at melde det'],
    ]);
  });

  it('tells of each process how far its clock is from the database’s, and says of one that is half a minute off that it sends nothing', async () => {
    await start('vm-1:42', -2, { clock_ahead_ms: 340 });
    await start('vm-2:77', -2, { clock_ahead_ms: -34_560_000_000 });
    await start('vm-3:1', -300, { clock_ahead_ms: 31_000 });
    await start('vm-4:1', -2, { clock_ahead_ms: 30_000 });
    await start('vm-5:1', -2);
    const page = await chief.text('/admin/installation');
    const shown = [1, 2, 3, 4, 5].map((nth) =>
      rowOf(page, `vm-${nth}:${nth === 1 ? 42 : nth === 2 ? 77 : 1}`).slice(0, 3),
    );
    expect(shown).toEqual([
      ['Sender', '1.2.3', '0,3 sekunder foran'],
      ['*Sender intet: uret går forkert', '1.2.3', '*34.560.000 sekunder bagud'],
      ['*Stoppet uden at melde det', '1.2.3', '31 sekunder foran'],
      ['Sender', '1.2.3', '30 sekunder foran'],
      ['Sender', '1.2.3', 'Ikke sammenlignet endnu'],
    ]);
    expect(page).not.toContain('forskellige versioner');
    expect(page).toContain('En proces, der kun modtager');
  });

  it('counts a clock that is one second off as one', async () => {
    await start('vm-1:42', -2, { clock_ahead_ms: 1_000 });
    await start('vm-2:77', -2, { clock_ahead_ms: -1_040 });
    const shown = async (language: string) => {
      const page = await chief.text(`/admin/installation?language=${language}`);
      return ['vm-1:42', 'vm-2:77'].map((name) => rowOf(page, name)[2]);
    };
    expect(await shown('en')).toEqual(['1 second ahead', '1 second behind']);
    expect(await shown('da')).toEqual(['1 sekund foran', '1 sekund bagud']);
  });

  it('tells which processes send by the database’s clock, from which that of the responding process may be far', async () => {
    await start('vm-1:42', -122);
    await start('vm-2:77', -180);
    Object.assign(test.deps.sending, { aheadMs: 120_000 });
    const page = await chief.text('/admin/installation');
    Object.assign(test.deps.sending, { aheadMs: 0 });
    expect([rowOf(page, 'vm-1:42')[0], rowOf(page, 'vm-2:77')[0]]).toEqual(['Sender', '*Stoppet uden at melde det']);
  });

  it('asks for another process where nobody sends only if this one may send', async () => {
    const shown = async () =>
      /Ingen proces sender lige nu\. .*?(?=<\/p>)/.exec(await chief.text('/admin/installation'))?.[0];
    expect(await shown()).toContain('Start en, der må sende');
    const { publicUrl } = test.deps;
    await test.db.updateTable('installation').set({ public_url: 'https://elsewhere.example.org' }).execute();
    const foreign = await shown();
    await test.db.updateTable('installation').set({ public_url: publicUrl }).execute();
    expect(foreign).toBe('Ingen proces sender lige nu. Se boksen ovenfor.');
    const { heldReason } = test.deps.sending;
    Object.assign(test.deps.sending, { heldReason: () => 'sending_off' });
    const held = await shown();
    Object.assign(test.deps.sending, { heldReason });
    expect(held).toBe('Ingen proces sender lige nu. Driften har slået udsendelsen fra.');
  });

  it('says that nobody sends where all clocks are wrong', async () => {
    await start('vm-1:42', -2, { clock_ahead_ms: 40_000 });
    expect(await chief.text('/admin/installation')).toContain('Ingen proces sender lige nu');
  });

  it('makes processes of different versions stand out, that which shows the page among them, unless they have ended', async () => {
    await start('vm-1:42', -300, { version: '1.1.0' });
    expect(await chief.text('/admin/installation')).not.toContain('forskellige versioner');
    await start('vm-2:77', -2, { version: '1.2.4' });
    const page = await chief.text('/admin/installation');
    expect(page).toContain('Processerne kører forskellige versioner: 1.2.3, 1.2.4.');
    expect([rowOf(page, 'vm-1:42')[1], rowOf(page, 'vm-2:77')[1]]).toEqual(['1.1.0', '*1.2.4']);
  });

  it('names the process whose gauges were read beside the alerts that are known of it alone', async () => {
    const { registry } = test.deps.metrics;
    new Gauge({ name: 'easysms_sending_held', help: 'x', registers: [registry] }).set(1);
    const page = await chief.text('/admin/installation');
    registry.removeSingleMetric('easysms_sending_held');
    expect(page).toContain(`>Kun processen ${test.deps.worker}<`);
  });
});

describe('the alerts of the page', () => {
  it('name an endpoint once: as stopped, or else as failing', async () => {
    const { registry } = test.deps.metrics;
    const gauge = (name: string, ...labelNames: string[]) =>
      new Gauge({ name: `easysms_event_endpoint_${name}`, help: 'x', labelNames, registers: [registry] });
    const failing = gauge('failing_seconds', 'source', 'channel');
    for (const channel of ['webhook', 'fhir']) failing.set({ source: 'epj', channel }, 7_200);
    const stopped = gauge('stopped', 'source', 'channel', 'state');
    stopped.set({ source: 'epj', channel: 'webhook', state: 'paused' }, 1);
    const { rows: alerts } = (await chief.page('/admin/installation')).table('Alarmer nu');
    for (const name of ['failing_seconds', 'stopped']) registry.removeSingleMetric(`easysms_event_endpoint_${name}`);
    expect(alerts.flatMap(({ Alarm, Om }) => (Om?.startsWith('epj') ? [[Om, Alarm]] : []))).toEqual([
      ['epj (fhir)', 'Et bookingsystem har ikke taget imod hændelser i et kvarter'],
      ['epj (webhook)', 'Et bookingsystem får ingen hændelser'],
    ]);
  });

  const rules = readFileSync('docs/operations/easysms.rules.yml', 'utf8');

  it('are those of monitoring, by the same gauge and limit', async () => {
    for (const name of ALERTS) {
      const rule = rules.split(`alert: ${name}\n`)[1]?.split('- alert:')[0] ?? '';
      expect([name, rule !== '']).toEqual([name, true]);
      const registry = new Registry();
      const metric = /easysms_[a-z_]+/.exec(rule)?.[0] ?? '';
      const label = /\{(task|state)="([a-z_]+)"\}/.exec(rule.split('labels:')[0] ?? '');
      const gauge = new Gauge({
        name: metric,
        help: 'x',
        labelNames: label ? [String(label[1])] : [],
        registers: [registry],
      });
      const [, operator, limit = ''] = /(>|==) (\d+)/.exec(rule) ?? [];
      const set = (value: number) =>
        label ? gauge.set({ [String(label[1])]: String(label[2]) }, value) : gauge.set(value);
      const [fires, quiet] = operator === '>' ? [Number(limit) + 1, Number(limit)] : [Number(limit), 1 - Number(limit)];
      set(fires);
      expect([name, (await readAlerts(registry)).map((alert) => alert.name).includes(name)]).toEqual([name, true]);
      set(quiet);
      expect([name, (await readAlerts(registry)).map((alert) => alert.name).includes(name)]).toEqual([name, false]);
    }
  });
});
