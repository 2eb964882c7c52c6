import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { writeAudit } from '../../../src/store/audit.ts';
import { departmentId } from '../../../src/store/places.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { readPage, sentFields } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { insert, StoredRows, update } from '../../support/stored-rows.ts';

const ID = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/;

let chief: PageClient;
const { test, at } = scenario({
  authorities: { rh: { name: 'Regionen' }, kk: { name: 'Kommunen' } },
  prepare: async () => {
    chief = await at('administrator', 'rh', 'Carla Chef');
  },
});

const list = (page: string, authority = 'rh') => chief.text(`/admin/set-up/${page}?authority=${authority}`);
const invite = (form: Record<string, string>) =>
  chief.post('/admin/set-up/people', { authority: 'rh', role: 'viewer', departments: '', ...form });
const accountOf = async (name: string) =>
  new RegExp(`people/${ID.source}\\?[^>]*>${name}<`).exec(await list('people'))?.[1] ?? '';

describe('a key', () => {
  it('is made with its role and shown once, works, and is refused once it is revoked', async () => {
    const page = await (
      await chief.post('/admin/set-up/keys', { authority: 'rh', name: 'Rapport', role: 'viewer' })
    ).text();
    const key = /esk_[0-9a-f]{8}_[\w-]{43}/.exec(page)?.[0] ?? '';
    await test.json(200, '/v1/authorities/rh', { token: key });
    await test.deps.keyUses.stop();
    const listed = await list('keys');
    expect([listed.includes('Rapport'), listed.includes(key)]).toEqual([true, false]);
    expect(listed).toMatch(/data-label="Senest brugt"><time/);
    const id = new RegExp(`keys/${ID.source}/revoke`).exec(listed)?.[1] ?? '';
    expect((await chief.post(`/admin/set-up/keys/${id}/revoke`, { authority: 'kk' })).status).toBe(404);
    expect((await chief.post(`/admin/set-up/keys/${id}/revoke`, { authority: 'rh' })).status).toBe(303);
    await test.json(401, '/v1/authorities/rh', { token: key });
  });

  it('whose name can not be used comes back with what was typed, the field marked', async () => {
    const typed = { authority: 'rh', name: '20 12 34 56', role: 'operator' };
    const { status, page } = await chief.send('/admin/set-up/keys', typed);
    expect(status).toBe(422);
    expect(page.field('name')).toMatchObject({ value: typed.name, marked: true });
    expect(page.field('role').value).toBe('operator');
  });
});

describe('a person', () => {
  it('is invited by a link that is shown once, and the audit says by whom', async () => {
    const page = await (await invite({ email: 'ny@example.org', name: 'Ny Nielsen' })).text();
    expect(page).toMatch(/https:\/\/sms\.example\.org\/admin\/invitation\/[\w-]{43}/);
    expect(await list('people')).not.toMatch(/admin\/invitation/);
    const audit = await list('audit');
    expect(audit).toMatch(/>Carla Chef</);
    expect(audit).toContain('Person inviteret');
    expect(audit).toContain('Ny Nielsen');
  });

  it('who is invited again is not changed by it: the page of the person opens', async () => {
    await invite({ email: 'to@example.org', name: 'Tove To', role: 'operator' });
    const response = await invite({ email: 'TO@example.org', name: 'Tove To', role: 'viewer' });
    const id = await accountOf('Tove To');
    expect(response.headers.get('location')).toBe(`/admin/set-up/people/${id}?authority=rh&done=known#done`);
    expect(await chief.text(`/admin/set-up/people/${id}?authority=rh`)).toMatch(/<option value="operator" selected/);
  });

  it('gets another role and departments, and is removed', async () => {
    await invite({ email: 'tre@example.org', name: 'Tre Tage' });
    const id = await accountOf('Tre Tage');
    const typed = { role: 'operator', departments: 'Ortopædkirurgi\nRøntgen\n' };
    const give = (access: Record<string, string>) =>
      chief.press(`/admin/set-up/people/${id}?authority=rh`, '/access', access);
    expect((await give(typed)).status).toBe(303);
    expect(await list('people')).toContain('Ortopædkirurgi, Røntgen');
    expect((await give({ ...typed, departments: 'x'.repeat(61) })).status).toBe(422);
    expect((await chief.post(`/admin/set-up/people/${id}/remove`, { authority: 'kk' })).status).toBe(404);
    expect((await chief.post(`/admin/set-up/people/${id}/remove`, { authority: 'rh' })).status).toBe(303);
    expect(await list('people')).not.toContain('Tre Tage');
  });

  it('is limited to departments that somebody has, as appointments or rules spell them, once any is known', async () => {
    const rules = [{ id: 'dag', lead: 'P1D', at: '10:00', when: { departments: ['Ortopædkirurgi', 'Røntgen'] } }];
    await test.makeAuthority('navne', { name: 'Navnene', rules });
    const key = test.deps.keyring.idHash('navne', departmentId('Sjælden'));
    const seen = { authority_id: 'navne', key, name: null, patients: Buffer.alloc(0), seen_at: test.clock.now };
    await insert(test.db, 'department', seen);
    const own = await at('administrator', 'navne');
    const form = { authority: 'navne', email: 'mia@example.org', name: 'Mia Mikkelsen', role: 'viewer' };
    const departments = 'Røntgen\nOrtopedkirurgi';
    const refused = await own.send('/admin/set-up/people', { ...form, departments });
    expect([refused.status, refused.page.field('departments')]).toMatchObject([
      422,
      { value: departments, marked: true },
    ]);
    const fault = /hedder »Ortopedkirurgi«\. Skriv navnet præcis som et af disse: Ortopædkirurgi, Røntgen\./;
    expect(refused.page.text).toMatch(fault);
    const invited = await own.post('/admin/set-up/people', { ...form, departments: 'Røntgen\nSjælden' });
    expect(invited.status).toBe(200);
    const [, id = ''] =
      new RegExp(`people/${ID.source}\\?[^>]*>Mia`).exec(await own.text('/admin/set-up/people?authority=navne')) ?? [];
    const path = `/admin/set-up/people/${id}?authority=navne`;
    const limited = await own.press(path, '/access', { departments: 'Rontgen' });
    expect([limited.status, readPage(await limited.text()).field('departments')]).toMatchObject([
      422,
      { value: 'Rontgen', marked: true },
    ]);
    // Those that it has already stay.
    await test.db.deleteFrom('department').where('authority_id', '=', 'navne').execute();
    expect((await own.press(path, '/access', { role: 'operator' })).status).toBe(303);
  });

  it('is removed by a button that asks first, and stands open where it was pressed for the last administrator', async () => {
    await invite({ email: 'fjern@example.org', name: 'Fie Fjern' });
    const page = async (id: string) => chief.text(`/admin/set-up/people/${id}?authority=rh`);
    const asks = (html: string) =>
      /<details class="confirm"( open="")?><summary>Fjern personen<.*?action="[^"]*\/remove".*?<\/details>/s.exec(
        html,
      ) ?? [];
    const [closed = '', isOpen] = asks(await page(await accountOf('Fie Fjern')));
    expect([isOpen, closed.includes('logges ud med det samme')]).toEqual([undefined, true]);
    const own = await accountOf('Carla Chef');
    const refused = await chief.post(`/admin/set-up/people/${own}/remove`, { authority: 'rh' });
    const [open = '', opened] = asks(await refused.text());
    expect([opened, open.includes('name="last"'), open.includes('role="alert"')]).toEqual([' open=""', true, true]);
    expect(asks(await page(own))[0]).not.toContain('name="last"');
  });

  it('gets another name in this authority alone, which the audit shows for what was done before, too', async () => {
    const who = { email: 'gift@example.org', role: 'operator' } as const;
    await enter(test, { ...who, name: 'Gerda Gift', authority: 'kk' });
    const own = await enter(test, { ...who, name: 'Gerda Gift', authority: 'rh' });
    await own.post('/admin/opt-outs', { authority: 'rh', phone: '22304150', reason: 'Borgeren ringede' });
    const id = await accountOf('Gerda Gift');
    let seen = 'Gerda Gift';
    const rename = (name: string) => chief.post(`/admin/set-up/people/${id}/name`, { authority: 'rh', name, seen });
    const wrong = await rename('Gerda 150785-1235');
    expect([wrong.status, await wrong.text()]).toEqual([
      422,
      expect.stringMatching(/<input[^>]*id="name"[^>]*aria-invalid="true"[^>]*value="Gerda 150785-1235"/),
    ]);
    const response = await rename(' Gerda Ny ');
    expect(response.headers.get('location')).toBe(`/admin/set-up/people/${id}?authority=rh&done=renamed#done`);
    expect(await chief.text(response.headers.get('location') ?? '')).toMatch(/Navnet er gemt\..*value="Gerda Ny"/s);
    const done = await chief.text('/admin/set-up/audit?authority=rh&action=opt-out.record');
    expect([/class="actor"[^>]*>Gerda Ny</.test(done), done.includes('Gerda Gift')]).toEqual([true, false]);
    const entries = async () =>
      test.db.selectFrom('audit').select(['target', 'before', 'after']).where('action', '=', 'person.rename').execute();
    const [entry, ...others] = await entries();
    expect([entry?.target, others, JSON.stringify(entry).includes('Gerda')]).toEqual([id, [], false]);
    const told = await chief.text('/admin/set-up/audit?authority=rh&action=person.rename');
    expect(told).toMatch(/>Carla Chef<.*<td[^>]*>En persons navn ændret<.*>Gerda Ny/s);
    // A name that is the same already is no change, whatever its form showed.
    expect([(await rename('Gerda Ny')).status, (await entries()).length]).toEqual([303, 1]);
    // A name that somebody has given since stays, and the form comes back with what was typed.
    const late = await rename('Gerda Sen');
    expect([late.status, await late.text()]).toEqual([
      409,
      expect.stringMatching(/value="Gerda Ny".*id="name"[^>]*value="Gerda Sen".*ændret navnet til »Gerda Ny«/s),
    ]);
    expect([await list('people'), (await entries()).length]).toEqual([expect.stringContaining('>Gerda Ny<'), 1]);
    seen = 'Gerda Ny';
    expect([(await rename('Gerda Sen')).status, (await entries()).length]).toEqual([303, 2]);
    const kurt = await at('administrator', 'kk', 'Kurt Kommune');
    expect(await kurt.text('/admin/set-up/people?authority=kk')).toMatch(/>Gerda Gift</);
    expect((await kurt.post(`/admin/set-up/people/${id}/name`, { authority: 'kk', name: 'Kurts' })).status).toBe(404);
    const operator = await at('operator');
    expect((await operator.post(`/admin/set-up/people/${id}/name`, { authority: 'rh', name: 'Min' })).status).toBe(403);
  });

  it('keeps the access that somebody else gave since the page was opened, until the form is sent again', async () => {
    await invite({ email: 'fem@example.org', name: 'Fem Falk' });
    const id = await accountOf('Fem Falk');
    const path = `/admin/set-up/people/${id}`;
    const page = await chief.text(`${path}?authority=rh`);
    const seen = /name="seen" value="(\[[^"]+)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? '';
    expect(JSON.parse(seen)).toEqual(['viewer', null]);
    const mine = { authority: 'rh', role: 'administrator', departments: 'Røntgen', seen };
    const theirs = { role: 'operator', departments: 'Hud\nØre' };
    expect((await chief.press(`${path}?authority=rh`, '/access', theirs)).status).toBe(303);
    const audited = async () => (await test.db.selectFrom('audit').select('id').execute()).length;
    const before = await audited();
    for (const late of [mine, { ...mine, seen: 'x' }]) {
      const refused = await chief.post(`${path}/access`, late);
      const told = await refused.text();
      expect([refused.status, await audited()]).toEqual([409, before]);
      if (late === mine) expect(told).toContain('i mellemtiden og er nu: Sagsbehandler, Hud, Øre. Din ændring');
      expect(told).toMatch(/<option value="administrator" selected/);
      expect(told).toContain('>Røntgen</textarea>');
    }
    // Sent twice it is done already.
    const again = await chief.press(`${path}?authority=rh`, '/access', theirs);
    expect([again.status, await audited()]).toEqual([303, before]);
    expect((await chief.press(`${path}?authority=rh`, '/access', mine)).status).toBe(409);
    const { seen: _, ...anew } = mine;
    expect((await chief.press(`${path}?authority=rh`, '/access', anew)).status).toBe(303);
    expect(await list('people')).toContain('Røntgen');
  });

  it('is told of a removal by name, or by the email where there is none, and the reader as themselves', async () => {
    await invite({ email: 'uden@example.org', name: 'Uden Navn' });
    const id = await accountOf('Uden Navn');
    const page = (of: string) => chief.text(`/admin/set-up/people/${of}?authority=rh`);
    expect(await page(id)).toContain('<p>Uden Navn logges ud med det samme');
    const account = test.db.selectFrom('account').select('person_id').where('id', '=', id);
    await test.db.deleteFrom('person_name').where('person_id', '=', account).execute();
    expect(await page(id)).toContain('<p>uden@example.org logges ud med det samme');
    const own = await page(await accountOf('Carla Chef'));
    expect(own).toContain('<p>Du logges ud med det samme og kan ikke logge ind her igen.</p>');
  });

  it('who is the last administrator is neither removed nor given less, until that was said and confirmed', async () => {
    const own = await accountOf('Carla Chef');
    const less = { role: 'viewer', departments: '' };
    const give = (id: string, access: Record<string, string>) =>
      chief.press(`/admin/set-up/people/${id}?authority=rh`, '/access', access);
    for (const response of [
      await chief.post(`/admin/set-up/people/${own}/remove`, { authority: 'rh' }),
      await give(own, less),
      await give(own, { role: 'administrator', departments: 'Røntgen' }),
    ]) {
      expect(response.status).toBe(409);
      expect(await response.text()).toContain('Det er den sidste administrator');
    }
    await enter(test, { email: 'ogsaa@example.org', name: 'Også Chef', role: 'administrator', authority: 'rh' });
    const other = await accountOf('Også Chef');
    expect((await give(other, less)).status).toBe(303);
    const whole = await at('administrator', null);
    const confirmed = await whole.post(`/admin/set-up/people/${own}/remove`, { authority: 'rh', last: 'on' });
    expect(confirmed.status).toBe(303);
    chief = await at('administrator', 'rh', 'Carla Chef');
  });
});

describe('the audit', () => {
  it('is searched by person, action and day, and never across authorities', async () => {
    const other = await at('administrator', 'kk', 'Kurt Kommune');
    await other.post('/admin/set-up/keys', { authority: 'kk', name: 'Kommunens', role: 'viewer' });
    await chief.post('/admin/set-up/keys', { authority: 'rh', name: 'Regionens', role: 'viewer' });
    const rows = (page: string) => [...page.matchAll(/<th scope="row">/g)].length;
    const made = await chief.text('/admin/set-up/audit?authority=rh&action=key.create');
    expect([rows(made) > 0, /<td[^>]*>Person inviteret</.test(made)]).toEqual([true, false]);
    const actor = /actor=(person%3A[0-9a-f-]{36})[^>]*>Carla Chef</.exec(await list('audit'))?.[1] ?? '';
    const hers = await chief.text(`/admin/set-up/audit?authority=rh&actor=${actor}&action=key.create`);
    expect(rows(hers)).toBe(1);
    const nobodys = await other.text(`/admin/set-up/audit?authority=kk&actor=${actor}`);
    expect(rows(nobodys)).toBe(0);
    const days = (from: string, to: string) => chief.text(`/admin/set-up/audit?authority=rh&from=${from}&to=${to}`);
    expect(rows(await days('2026-11-24', '2026-11-24'))).toBeGreaterThan(0);
    expect(rows(await days('2026-11-25', ''))).toBe(0);
    for (const odd of ['actor=%00', 'actor=person:%C3%28', 'from=2026-13-01', 'to=x', 'cursor=eA', 'action=nothing'])
      expect([odd, (await chief.get(`/admin/set-up/audit?authority=rh&${odd}`)).status < 500]).toEqual([odd, true]);
  });
});

describe('the audit of one subject', () => {
  const rows = (page: string) => [...page.matchAll(/<th scope="row">/g)].length;
  const actions = (page: string) =>
    [...page.matchAll(/<td data-label="Handling">([^<]+)<\/td>/g)].map(([, action = '']) => action);
  const toAudit = (page: string, target: string, of = '') => {
    const link = new RegExp(`href="([^"]*/audit\\?[^"]*target=${target}%3A[^"]*)"[^>]*>[^<]*(?:<[^>]*>: )?${of}`);
    return link.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  };

  it('is reached from its page, says what it is about, and leads back to the audit of everything', async () => {
    await test.makeAuthority('emne', { name: 'Emnestyrelsen' });
    await test.makeSource('emne', 'emne-epj', { name: 'Journalen' });
    await test.makeSource('emne', 'emne-lab', { name: 'Laboratoriet' });
    const client = await at('administrator', 'emne', 'Erna Emne');
    for (const name of ['Rapporten', 'Udtrækket'])
      await client.post('/admin/set-up/keys', { authority: 'emne', name, role: 'viewer' });
    const refused = { authorityId: 'emne', actor: 'anonymous', action: 'authentication.refused' };
    // The newest entry.
    const later = new Date(test.clock.now.getTime() + 1000);
    await writeAudit(test.db, { ...refused, target: 'source:emne-epj' }, later);
    const sources = await client.text('/admin/set-up/sources/emne-epj?authority=emne');
    const keys = await client.text('/admin/set-up/keys?authority=emne');
    for (const [address, count, name, other] of [
      // It was made, and a request with wrong credentials named it.
      [toAudit(sources, 'source'), 2, 'Journalen', 'Laboratoriet'],
      [toAudit(keys, 'key', 'Rapporten'), 1, 'Rapporten', 'Udtrækket'],
    ] as const) {
      const page = await client.text(address);
      expect([name, rows(page), page.includes(other)]).toEqual([name, count, false]);
      expect(page).toMatch(new RegExp(`>Kun handlinger, der gælder ${name}\\.`));
      const english = await client.text(`${address}&language=en`);
      expect(english).toMatch(new RegExp(`>Only actions that concern ${name}\\. .*>Show actions about anything<`));
      const [, all = ''] = /<a href="([^"]*)">Vis alle</.exec(page) ?? [];
      expect(rows(await client.text(all.replaceAll('&amp;', '&')))).toBeGreaterThan(4);
      // The form keeps it, and the days narrow it down.
      expect(page).toMatch(/<input type="hidden" name="target" value="(?:source|key):[\w-]+"/);
      expect(rows(await client.text(`${address}&from=2026-11-25`))).toBe(0);
      expect(await client.text(`${address}&language=da&from=2026-11-25`)).toContain('der gælder det valgte');
    }
  });

  it('of an SMS supplier is reached from its page, in the audit of the installation', async () => {
    const whole = await at('administrator', null);
    const page = await whole.text('/admin/set-up/gateways/simulator?authority=rh');
    const address = toAudit(page, 'gateway');
    expect(address).toBe('/admin/installation/audit?target=gateway%3Asimulator');
    const refused = { authorityId: null, actor: 'anonymous', action: 'authentication.refused' };
    await whole.post('/admin/set-up/gateways/simulator/out', { authority: 'rh', reason: 'Prøve' });
    await whole.press('/admin/set-up/gateways/simulator?authority=rh', '/in');
    const later = new Date(test.clock.now.getTime() + 1000);
    await writeAudit(test.db, { ...refused, target: 'gateway:simulator' }, later);
    const audit = await whole.text(address);
    expect(audit).toContain('>Kun handlinger, der gælder SMS-leverandøren simulator.');
    const use = ['SMS-leverandør taget ud af brug', 'SMS-leverandør taget i brug igen'];
    expect(actions(audit).sort()).toEqual(['Forkerte adgangsoplysninger', ...use].sort());
    expect(await whole.text(`${address}&language=en`)).toContain('that concern the SMS supplier simulator.');
  });

  it('has what was done about somebody who left, of this authority alone', async () => {
    await invite({ email: 'gik@example.org', name: 'Gitte Gik', role: 'operator' });
    const id = await accountOf('Gitte Gik');
    const own = await chief.text(`/admin/set-up/people/${id}?authority=rh`);
    await chief.post(`/admin/set-up/people/${id}/remove`, { authority: 'rh' });
    const address = toAudit(await chief.text('/admin/set-up/audit?authority=rh'), 'person', 'Gitte Gik');
    expect(address).toBe(toAudit(own, 'person'));
    const page = await chief.text(address);
    expect([rows(page), page.includes('Person inviteret'), page.includes('Person fjernet')]).toEqual([2, true, true]);
    const elsewhere = await at('administrator', 'kk');
    expect(rows(await elsewhere.text(address.replace('authority=rh', 'authority=kk')))).toBe(0);
    const everywhere = await at('administrator', null);
    expect(rows(await everywhere.text(address.replace('set-up', 'installation')))).toBe(2);
    for (const odd of ['%00', 'person:', 'nothing:x', `source:${'x'.repeat(200)}`, "key:' or true"])
      expect([odd, rows(await chief.text(`/admin/set-up/audit?authority=rh&target=${odd}`)) > 2]).toEqual([odd, true]);
  });

  it('of a person has what they did to their own password and second factor, also once they left', async () => {
    const whole = await at('administrator', null);
    const form = { role: 'viewer', email: 'selv@example.org', name: 'Selma Selv' };
    await whole.post('/admin/installation/people', form);
    await whole.post('/admin/installation/people', { ...form, email: 'anden@example.org', name: 'Anden' });
    const people = await whole.text('/admin/installation/people');
    const idOf = (name: string) => new RegExp(`people/${ID.source}[^>]*>${name}<`).exec(people)?.[1] ?? '';
    const write = async (name: string, ...what: readonly string[]) => {
      const of = test.db.selectFrom('account').select('person_id').where('id', '=', idOf(name));
      const { person_id: target } = await of.executeTakeFirstOrThrow();
      for (const action of what.map((each) => `person.${each}`))
        await writeAudit(test.db, { authorityId: null, actor: `person:${target}`, action, target }, test.clock.now);
    };
    await write('Selma Selv', 'password', 'second-factor', 'second-factor-removed', 'recovery-code', 'provider');
    await write('Anden', 'password', 'second-factor');
    const id = idOf('Selma Selv');
    const address = toAudit(await whole.text(`/admin/installation/people/${id}`), 'person');
    const done = [
      ...['Person inviteret', 'Adgangskode skiftet', 'Godkendelsesapp sat op', 'Godkendelsesapp fjernet'],
      ...['Gendannelseskode brugt', 'Adgang givet af organisationens login'],
    ];
    expect(actions(await whole.text(address)).sort()).toEqual([...done].sort());
    await whole.post(`/admin/installation/people/${id}/remove`, {});
    expect(actions(await whole.text(address)).sort()).toEqual([...done, 'Person fjernet'].sort());
  });

  it('says where there are more people than can be chosen, and how to find the others', async () => {
    await test.makeAuthority('folk', { name: 'Folkerig' });
    const client = await at('administrator', 'folk');
    const address = '/admin/set-up/audit?authority=folk';
    expect(await client.text(address)).not.toContain('Kun 200 af');
    await sql`with made as (insert into person (id, created_at)
        select gen_random_uuid(), ${test.clock.now}::timestamptz from generate_series(1, 200) returning id)
      insert into account (id, person_id, authority_id, role, origin, created_at)
        select gen_random_uuid(), id, 'folk', 'viewer', 'invitation', ${test.clock.now}::timestamptz from made`.execute(
      test.db,
    );
    expect(await client.text(address)).toContain('Kun 200 af');
  });

  it('goes on over pages without leaving one out', async () => {
    await test.makeAuthority('lang', { name: 'Langelse' });
    await test.makeSource('lang', 'lang-epj');
    await test.makeSource('lang', 'lang-lab');
    for (let nth = 0; nth < 120; nth++) {
      const entry = { authorityId: 'lang', actor: `key:${nth}`, action: 'source.import' };
      for (const target of ['lang-epj', 'lang-lab']) await writeAudit(test.db, { ...entry, target }, test.clock.now);
    }
    const client = await at('administrator', 'lang');
    const seen: string[] = [];
    let address = '/admin/set-up/audit?authority=lang&target=source:lang-epj&action=source.import';
    for (let pages = 0; address !== '' && pages < 10; pages++) {
      const page = await client.text(address);
      seen.push(...[...page.matchAll(/>API-nøgle (\d+)</g)].map(([, nth = '']) => nth));
      address = /href="([^"]*cursor=[^"]*)"[^>]*>Næste side</.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    }
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, nth) => nth));
  });
});

const APPOINTMENT = '01890000-0000-7000-8000-000000000001';
const ERASED = '01890000-0000-7000-8000-000000000002';

describe('the audit in Danish', () => {
  it('says who acted, what was refused and what changed in words, without a bare code', async () => {
    await test.makeAuthority('od', { name: 'Ord' });
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    await rows.source('od', 'od');
    await rows.appointment('od', null, { id: APPOINTMENT, reference: 'A-17' });
    const entry = { authorityId: 'od', target: 'od' };
    const refused = { ...entry, action: 'access.refused' };
    for (const one of [
      { ...entry, actor: 'retention', action: 'retention.erase' },
      { ...refused, actor: 'several', target: 'several' },
      { ...refused, actor: 'key of another authority', target: 'GET /v1/authorities/:authority' },
      { ...refused, actor: 'administrator', target: 'POST /admin/replies/:id/settle' },
      { ...refused, actor: 'administrator', target: 'GET /admin/opt-outs' },
      { ...entry, actor: 'administrator', action: 'inbound.settle', after: { action: 'cancel_passed_on' } },
      { ...entry, actor: 'administrator', action: 'gateway.out' },
      { ...entry, actor: 'administrator', action: 'number.see', target: `appointment:${APPOINTMENT}` },
      {
        ...{ ...entry, actor: 'administrator', action: 'number.see', target: 'to-do' },
        after: { appointments: [APPOINTMENT] },
      },
      { ...entry, actor: 'administrator', action: 'number.see', target: `appointment:${ERASED}` },
      { ...entry, actor: 'administrator', action: 'appointment.handle', target: ERASED },
      ...['source:epj', 'source:unknown', 'gateway:unknown', 'gateway:twilio', 'mllp'].map((target) => ({
        ...{ ...entry, actor: 'anonymous', action: 'authentication.refused', target },
      })),
    ])
      await writeAudit(test.db, one, test.clock.now);
    const page = await (await at('administrator', 'od')).text('/admin/set-up/audit?authority=od');
    const table = page.slice(page.indexOf('<tbody'));
    for (const bare of [
      'cancel passed on',
      'cancel_passed_on',
      '>retention<',
      '>several<',
      'key of another',
      ':id',
      'Gateway',
      ...['appointment:', 'source:', 'gateway:', 'unknown', '>mllp', 'appointments', `>${APPOINTMENT}`, ERASED],
    ])
      expect([bare, table.includes(bare)]).toEqual([bare, false]);
    for (const words of [
      ...['EasySMS selv', 'Flere', 'En anden myndigheds API-nøgle', 'Jeg har skrevet afbuddet ind'],
      ...[
        'Ændring på siderne »Svar og frameldinger«',
        'Siderne »Svar og frameldinger«',
        'SMS-leverandør taget ud af brug',
      ],
      `<a href="/admin/find/${APPOINTMENT}?authority=od">Aftale A-17</a>`,
      'En slettet aftale',
      ...['Bookingsystemet epj', 'Et ukendt bookingsystem', 'En ukendt SMS-leverandør', 'SMS-leverandøren twilio'],
      'Forbindelsen for HL7 v2 (MLLP)',
    ])
      expect(table).toContain(words);
  });

  it('names people, booking systems, keys, appointments and the authority itself, not their ids', async () => {
    await test.makeAuthority('navn', { name: 'Navnestyrelsen' });
    await test.makeSource('navn', 'navn-epj', { name: 'Journalen' });
    const body = { name: 'Ledelsesrapport', role: 'viewer' };
    const made = await test.json<{ id: string }>(201, '/v1/authorities/navn/keys', { method: 'POST', body });
    await test.json(204, `/v1/authorities/navn/keys/${made.id}`, { method: 'DELETE' });
    await test.json(200, '/v1/authorities/navn/pause', { body: { reason: 'Flytning' } });
    const refused = { authorityId: 'navn', actor: 'anonymous', action: 'authentication.refused' };
    await writeAudit(test.db, { ...refused, target: 'source:navn-epj' }, test.clock.now);
    const client = await enter(test, {
      email: 'n@example.org',
      name: 'Nana',
      role: 'administrator',
      authority: 'navn',
    });
    const page = await client.text('/admin/set-up/audit?authority=navn');
    const about = [...page.matchAll(/<tr><th scope="row">.*?<\/tr>/gs)].map(
      ([row]) => /data-label="Om"[^>]*>(?:<a [^>]*>)?([^<]*)/.exec(row)?.[1],
    );
    expect(new Set(about)).toEqual(
      new Set(['Nana', 'Bookingsystemet Journalen', 'Navnestyrelsen', 'Ledelsesrapport', 'Journalen']),
    );
    expect(page.slice(page.indexOf('<tbody'))).not.toMatch(/>navn(?:-epj)?</);
  });

  it('names each value of an entry on a phone, what was done too', async () => {
    for (const [language, action] of Object.entries({ en: 'Action', da: 'Handling' })) {
      const page = await chief.text(`/admin/set-up/audit?authority=rh&language=${language}`);
      const cells = page.slice(page.indexOf('<tbody')).match(/<td[^>]*>/g) ?? [];
      expect(cells).toContain(`<td data-label="${action}">`);
      expect(cells.filter((cell) => !/ data-label="[^"]+"/.test(cell))).toEqual([]);
    }
  });

  it('names a booking system, whatever else has its id', async () => {
    await test.makeAuthority('ens', { name: 'Enslev' });
    await test.makeSource('ens', 'ens', { name: 'Ens journal' });
    await test.makeSource('ens', 'messages', { name: 'Beskedbogen' });
    const seen = { authorityId: 'ens', actor: 'administrator', action: 'refusals.see', target: 'ens' };
    await writeAudit(test.db, seen, test.clock.now);
    await test.json(200, '/v1/authorities/ens/pause', { body: { reason: 'Flytning' } });
    const whole = await at('administrator', null);
    const aboutIn = async (path: string, action: string) => {
      const page = await whole.text(`${path}&action=${action}`);
      return [...page.matchAll(/data-label="Om"[^>]*>(?:<a [^>]*>)?([^<]*)/g)].map(([, name]) => name).sort();
    };
    const own = '/admin/set-up/audit?authority=ens';
    expect(await aboutIn(own, 'source.create')).toEqual(['Beskedbogen', 'Ens journal']);
    expect(await aboutIn(own, 'refusals.see')).toEqual(['Ens journal']);
    expect(await aboutIn(own, 'authority.pause')).toEqual(['Enslev']);
    const all = await aboutIn('/admin/installation/audit?authority=ens', 'source.create');
    expect(all).toEqual(expect.arrayContaining(['Beskedbogen', 'Ens journal']));
  });

  it('marks a day that can not be read, keeps what was typed, and lists nothing', async () => {
    for (const [query, field, typed, why] of [
      ['from=x', 'from', 'x', 'Skriv en dag som dd-mm-åååå, mellem 1900 og 2199.'],
      ['to=2026-13-01', 'to', '2026-13-01', 'Skriv en dag som dd-mm-åååå, mellem 1900 og 2199.'],
      ['from=2026-11-25&to=2026-11-24', 'from', '25-11-2026', 'Perioden slutter, før den begynder.'],
    ] as const) {
      const response = await chief.get(`/admin/set-up/audit?authority=rh&${query}`);
      const page = readPage(await response.text());
      expect([query, response.status, page.all('tbody')]).toEqual([query, 422, []]);
      const marked = page.fields.filter((each) => each.marked);
      expect(marked).toMatchObject([{ id: field, value: typed, fault: why }]);
    }
  });
});

describe('the set-up', () => {
  it('is closed to those who administer only departments, to other roles, and in other authorities', async () => {
    const limited = await enter(test, {
      ...{ email: 'lim@example.org', role: 'administrator', authority: 'rh', departments: ['Røntgen'] },
    });
    const operator = await at('operator');
    for (const page of ['keys', 'people', 'departments', 'audit']) {
      const path = `/admin/set-up/${page}?authority=rh`;
      expect([page, (await limited.get(path)).status, (await operator.get(path)).status]).toEqual([page, 403, 403]);
      expect([page, (await chief.get(`/admin/set-up/${page}?authority=kk`)).status]).toEqual([page, 404]);
    }
    for (const page of ['keys', 'people']) {
      const form = { authority: 'kk', name: 'x', email: 'x@example.org', role: 'viewer' };
      expect((await chief.post(`/admin/set-up/${page}`, form)).status).toBe(404);
      expect((await chief.post(`/admin/set-up/${page}`, { ...form, authority: '' })).status).toBe(404);
      expect((await operator.post(`/admin/set-up/${page}`, { ...form, authority: 'rh' })).status).toBe(403);
    }
  });

  it('says what keeps somebody out: the limit to departments, or the role', async () => {
    const departments = ['Røntgen'];
    const email = 'grund@example.org';
    const limited = await enter(test, { email, role: 'administrator', authority: 'rh', departments });
    const operator = await at('operator');
    const limit = 'Din konto er begrænset til nogle afdelinger, og dette gælder hele myndigheden.';
    const role = 'Din rolle tillader det ikke.';
    const number = { authority: 'rh', phone: '22304150', number: '22304150', reason: 'x' };
    for (const [response, limits] of [
      [await limited.get('/admin/set-up/keys?authority=rh'), true],
      [await limited.post('/admin/rules/pause', { authority: 'rh', reason: 'x' }), true],
      [await limited.post('/admin/opt-outs', number), true],
      [await limited.post('/admin/citizens', number), true],
      [await operator.get('/admin/set-up/keys?authority=rh'), false],
    ] as const) {
      const page = await response.text();
      expect([response.status, page.includes(limit), page.includes(role)]).toEqual([403, limits, !limits]);
    }
    const found = await limited.text('/admin/set-up/keys?authority=rh&language=en');
    expect(found).toContain('Ask a colleague without that limit.');
  });

  it('is in the navigation of all who may read a part of it, which leads to that part alone', async () => {
    await test.makeSource('rh', 'rh-epj');
    const departments = ['Røntgen'];
    const limited = await enter(test, { email: 'sees@example.org', role: 'operator', authority: 'rh', departments });
    const entry = 'href="/admin/set-up?authority=rh"';
    expect(await limited.text('/admin?authority=rh')).not.toContain(entry);
    for (const role of ['viewer', 'operator'] as const) {
      const client = await at(role);
      expect([role, (await client.text('/admin?authority=rh')).includes(entry)]).toEqual([role, true]);
      const response = await client.get('/admin/set-up?authority=rh');
      const page = await client.text(response.headers.get('location') ?? '');
      const links = [...page.matchAll(/href="\/admin\/set-up\/(\w+)\?authority=rh"/g)].map(([, name]) => name);
      expect([role, [...new Set(links)]]).toEqual([role, ['sources', 'gateways']]);
    }
  });

  it('lists the departments that rules and people name, though no appointment does', async () => {
    const rules = [{ id: 'dag', lead: 'P1D', at: '10:00', when: { departments: ['Øjenklinik'] } }];
    await test.makeAuthority('af', { name: 'Afdelingerne', rules });
    const page = await (await at('administrator', 'af')).text('/admin/set-up/departments?authority=af');
    expect(page).toContain('Øjenklinik');
    expect([page.includes('Påmindelse 1 dag før'), page.includes('>dag<')]).toEqual([true, false]);
    expect(page).toContain('Færre end fem borgere endnu. Er den stavet som i bookingsystemet?');
  });

  it('lists departments by name, as the language of the page sorts', async () => {
    const rules = [{ id: 'dag', lead: 'P1D', at: '10:00', when: { departments: ['Ålborg', 'Barselsgang', 'Øre'] } }];
    await test.makeAuthority('sort', { name: 'Afdelingerne', rules });
    const client = await at('administrator', 'sort');
    const names = async (language: string) => {
      const page = await client.page(`/admin/set-up/departments?authority=sort&language=${language}`);
      return page.table().rows.map((row) => row['']);
    };
    expect(await names('da')).toEqual(['Barselsgang', 'Øre', 'Ålborg']);
    expect(await names('en')).toEqual(['Ålborg', 'Barselsgang', 'Øre']);
  });
});

// Behind the tests that count what the audit says of keys.
describe('the form of a key', () => {
  it('makes one when it is sent twice, and shows it again for ten minutes', async () => {
    const form = (await chief.page('/admin/set-up/keys?authority=rh')).form('/keys');
    const sent = { ...Object.fromEntries(sentFields(form)), name: 'To gange' };
    const send = async () => {
      const { status, page } = await chief.send(form.action, sent);
      return [status, /esk_[0-9a-f]{8}_[\w-]{43}/.exec(page.text)?.[0]] as const;
    };
    const made = async () =>
      (await test.db.selectFrom('api_key').select('id').where('name', '=', 'To gange').execute()).length;
    const [first, second] = await Promise.all([send(), send()]);
    expect([first, first[1]?.length, await made()]).toEqual([second, 56, 1]);
    const created_at = new Date(test.clock.now.getTime() - 10 * 60_000);
    await update(test.db, 'api_key', { name: 'To gange' }, { created_at });
    expect([await send(), await made()]).toEqual([[409, undefined], 1]);
  });
});
