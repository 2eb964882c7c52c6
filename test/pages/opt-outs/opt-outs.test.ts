import { describe, expect, it } from 'vitest';
import type { SmsGateway } from '../../../src/gateways/gateway.ts';
import { openTestApp } from '../../support/app.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { type ReadPage, readPage, sentFields } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { StoredRows } from '../../support/stored-rows.ts';

const PHONE = '+4520123456';
const WHY = 'Borgeren ringede og bad om det';
/** The ids of a page's elements, in its order. */
const idsOf = (page: ReadPage) => page.all('[id]').map(({ attributes }) => attributes.id ?? '');
const NO_NUMBER = /Det er ikke et telefonnummer/;
const A_NUMBER = /Det ligner et telefonnummer/;

describe('the page of opt-outs', () => {
  const { test, rows, at, operator } = scenario({
    authorities: { rh: { sources: { rh: {} } }, kk: { sources: { kk: {} } } },
    people: { operator: { name: 'Olga Olsen', role: 'operator' } },
  });

  const list = (client = operator, query = '') => client.text(`/admin/opt-outs?authority=rh${query}`);
  const add = (phone: string, reason = WHY, client = operator, authority = 'rh') =>
    client.post('/admin/opt-outs', { authority, phone, reason });
  const lift = (id: string, reason = WHY, client = operator, authority = 'rh') =>
    client.post(`/admin/opt-outs/${id}/lift`, { authority, reason });
  const stored = () => test.db.selectFrom('opt_out').selectAll().where('authority_id', '=', 'rh').execute();

  it('says, where the supplier reported the number, that it may go on blocking it', async () => {
    const of = async (recorded_by: string) => {
      const id = await rows.optOut('kk', PHONE, { reason: 'gateway', recorded_by });
      const page = await (await at('operator', 'kk')).text('/admin/opt-outs?authority=kk');
      await test.db.deleteFrom('opt_out').where('id', '=', id).execute();
      return page.includes('spærrer selv numre');
    };
    expect([await of('citizen'), await of('gateway:simulator')]).toEqual([false, true]);
  });

  it('takes a number as people write it, with why, shows who recorded it, and lifts it with why', async () => {
    const added = (await add('20 12 34-56')).headers.get('location');
    const answer = (await add('20\u00a012\u00a034\u00a056')).headers.get('location');
    expect(answer).toBe('/admin/opt-outs?authority=rh&done=known#done');
    const [row] = await stored();
    expect(added).toBe(`/admin/opt-outs?authority=rh&done=added&opt=${row?.id}#done`);
    const page = await list(operator, '&done=added');
    expect(page).toMatch(/role="status">Nummeret er frameldt.*tel:\+4520123456.*af Olga Olsen: Borgeren ringede/s);
    const found = (await lift(row?.id ?? '', 'Har fortrudt')).headers.get('location');
    expect(found).toBe(`/admin/opt-outs?authority=rh&done=lifted&opt=${row?.id}#done`);
    expect(await list()).not.toContain('tel:');
    expect(await list(operator, '&show=lifted')).toMatch(/Ophævet .* af Olga Olsen: Har fortrudt/);
    const { items } = await test.json<{ items: { action: string; actor: string }[] }>(200, '/v1/authorities/rh/audit');
    const own = items.filter(({ action, actor }) => action.startsWith('opt-out') && actor.endsWith('Olga Olsen'));
    // All at one instant, and so in no order.
    expect(own.map(({ action }) => action).sort()).toEqual(['opt-out.lift', 'opt-out.record', 'opt-out.record']);
  });

  it('takes back what staff have just recorded, without a word why, and nothing else', async () => {
    const worker = await at('operator', 'kk');
    const path = '/admin/opt-outs?authority=kk';
    const added = await add(PHONE, WHY, worker, 'kk');
    const undo = (await worker.page(added.headers.get('location') ?? '')).form('/undo');
    const { now } = test.clock;
    const send = async () => (await worker.post(undo.action, Object.fromEntries(sentFields(undo)))).headers;
    test.clock.now = new Date(now.getTime() + 600_001);
    expect((await worker.page(path)).forms.some(({ action }) => action.endsWith('/undo'))).toBe(false);
    expect((await worker.page((await send()).get('location') ?? '')).part('#done').text).toContain('ikke fortrydes');
    test.clock.now = now;
    expect((await worker.page((await send()).get('location') ?? '')).part('#done').text).toContain('er fortrudt');
    expect((await worker.page(`${path}&show=lifted`)).text).toMatch(/Ophævet .*: Fortrudt/);
    const id = await rows.optOut('kk', PHONE, { reason: 'stop', recorded_by: 'citizen' });
    expect((await worker.page(path)).forms.some(({ action }) => action.endsWith('/undo'))).toBe(false);
    await test.db.deleteFrom('opt_out').where('id', '=', id).execute();
  });

  it('says, where none was lifted, how to see those that hold', async () => {
    await rows.authority('ingen');
    const worker = await at('viewer', 'ingen');
    const lifted = (language: string) => worker.text(`/admin/opt-outs?show=lifted&language=${language}`);
    expect(await lifted('da')).toContain('Ingen frameldinger er ophævet. Vælg »Gældende«');
    expect(await lifted('en')).toContain('No opt-out was lifted. Choose “In force”');
  });

  it('calls only those in force numbers that get no SMS', async () => {
    const saysSo = async (show: string) =>
      (await list(operator, `&show=${show}&language=da`)).includes('Numre, der ikke får SMS');
    expect([await saysSo('live'), await saysSo('lifted'), await saysSo('all')]).toEqual([true, false, false]);
  });

  it('promises no STOP by a reply where the sender is a name, and says how to opt out instead', async () => {
    await test.makeAuthority('navn', { sender: 'Sundhed' });
    await test.makeAuthority('tal', { sender: '4512345678' });
    const textOf = async (authority: string, show: string) => {
      const worker = await at('operator', authority);
      return (await worker.page(`/admin/opt-outs?authority=${authority}&show=${show}`)).text;
    };
    for (const show of ['live', 'all']) {
      const name = await textOf('navn', show);
      expect(name).toContain('Borgere kan ikke svare STOP til afsenderen »Sundhed«: frameld dem her');
      expect(name).not.toMatch(/ved at svare STOP|Når en borger svarer STOP/);
      expect(await textOf('tal', show)).toMatch(/ved at svare STOP\..*Når en borger svarer STOP/);
    }
  });

  it('gives a form back as it was typed, with what is wrong at its field', async () => {
    const before = (await stored()).length;
    const typed = { authority: 'rh', phone: '20 12 34', reason: 'Ring 22 30 41 50' };
    const { status, page } = await operator.send('/admin/opt-outs', typed);
    expect(status).toBe(422);
    expect(page.links).toContain('/admin/opt-outs?authority=rh&language=en');
    expect(page.field('phone')).toMatchObject({ value: '20 12 34', fault: expect.stringMatching(NO_NUMBER) });
    expect(page.field('reason')).toMatchObject({ value: typed.reason, fault: expect.stringMatching(A_NUMBER) });
    const cpr = await operator.send('/admin/opt-outs', { authority: 'rh', phone: '', reason: '150785-1235' });
    expect(cpr.page.field('reason').fault).toContain('Det ligner et CPR-nummer');
    const id = await rows.optOut('rh', '+4520999999');
    const lifting = await operator.send(`/admin/opt-outs/${id}/lift`, { authority: 'rh', reason: ' ' });
    expect([lifting.status, lifting.page.faults]).toEqual([422, ['Skriv en begrundelse.']]);
    expect((await stored()).filter(({ lifted_at }) => lifted_at === null).length).toBe(1);
    expect((await stored()).length).toBe(before + 1);
  });

  it('asks for the reason by the word that a pause asks for it, in either language', async () => {
    await rows.optOut('rh', '+4520999998');
    for (const [language, word] of Object.entries({ da: 'Begrundelse', en: 'Reason' })) {
      const labels = async (path: string) => {
        const page = await operator.page(`/admin/${path}?authority=rh&language=${language}`);
        return page
          .all('label[for]')
          .flatMap(({ attributes, text }) => (/^reason/.test(attributes.for ?? '') ? text : []));
      };
      const [own, ofPause] = [await labels('opt-outs'), await labels('rules/pause')];
      expect([own.length > 1, ...new Set(own)]).toEqual([true, word]);
      expect(ofPause).toEqual([word]);
    }
    await operator.get('/admin/opt-outs?authority=rh&language=da');
  });

  it('says that an opt-out was lifted where it stood', async () => {
    await rows.authority('her');
    const worker = await at('operator', 'her');
    for (const end of ['11', '12', '13']) await rows.optOut('her', `+452040${end}${end}`);
    const numbered = (page: ReadPage) => idsOf(page).filter((id) => id === 'done' || id.startsWith('nummer-'));
    const [first = '', second = '', third = ''] = numbered(await worker.page('/admin/opt-outs?authority=her'));
    const lifted = `/opt-outs/${second.replace('nummer-', '')}/lift`;
    const response = await worker.press('/admin/opt-outs?authority=her', lifted, { reason: 'Fortrudt' });
    expect(numbered(await worker.page(response.headers.get('location') ?? ''))).toEqual([first, 'done', third]);
  });

  it('is masked for a viewer, closed to who is limited to departments, and knows no other authority', async () => {
    const [live] = (await stored()).filter(({ lifted_at }) => lifted_at === null);
    const id = live?.id ?? '';
    const viewer = await at('viewer');
    expect(await list(viewer)).toContain('••\u00a0••\u00a0••\u00a099');
    expect(await list(viewer)).not.toMatch(/tel:|20.99.99.99|<button type="submit">Frameld/);
    const departments = ['Ambulatoriet'];
    const limited = await enter(test, { email: 'l@example.org', role: 'operator', authority: 'rh', departments });
    expect(readPage(await list(limited)).text).not.toContain('99');
    const stranger = await at('operator', 'kk');
    for (const client of [viewer, limited])
      expect([(await add(PHONE, WHY, client)).status, (await lift(id, WHY, client)).status]).toEqual([403, 403]);
    for (const response of [
      await add(PHONE, WHY, stranger),
      await lift(id, WHY, stranger),
      await lift(id, WHY, stranger, 'kk'),
      await lift('01890000-0000-7000-8000-000000000000'),
      await lift('x'),
    ])
      expect(response.status).toBe(404);
    const everywhere = await rows.optOut(null, PHONE);
    expect(await list()).toMatch(/Gælder alle myndigheder.*Kun en administrator af hele installationen/s);
    expect((await lift(everywhere)).status).toBe(403);
  });

  it('finds the opt-outs of a number as people write it, lifted ones too, whose number stands in no address', async () => {
    const phone = '+4520765432';
    const lifted = await rows.optOut('rh', phone);
    await lift(lifted, 'Har fortrudt');
    const live = await rows.optOut('rh', phone);
    const search = (number: string, client = operator, authority = 'rh') =>
      client.post('/admin/opt-outs-of-number', { authority, number });
    const found = await search('20 76 54-32');
    const page = await found.text();
    expect(found.status).toBe(200);
    expect(page.match(/(?<=id="nummer-)[^"]+/g)?.sort()).toEqual([live, lifted].sort());
    expect([page.includes('tel:+4520765432'), page.includes('Ophævet')]).toEqual([true, true]);
    // The answer to lifting it there stands above the list: the rows of a search are no neighbours in it.
    expect(page).not.toMatch(/name="next"|Kun de nyeste/);
    expect(page).toContain('href="/admin/opt-outs?authority=rh&amp;language=en"');
    expect([...page.matchAll(/(?:href|action)="([^"]*)"/g)].join()).not.toMatch(/(?<!tel:\+45)20765432/);
    // Its reason is refused where it stands, also far down the list.
    for (let nth = 10; nth < 61; nth++) await rows.optOut('rh', `+45207010${nth}`);
    expect(await (await lift(live, ' ')).text()).toMatch(new RegExp(`id="reason-${live}"[^>]*autofocus=""`));
    expect(await (await search('22 30 41 50')).text()).toContain('Nummeret er ikke frameldt');
    const refused = await operator.send('/admin/opt-outs-of-number', { authority: 'rh', number: '20 12' });
    expect(refused.status).toBe(422);
    expect(refused.page.field('number')).toMatchObject({ value: '20 12', fault: expect.stringMatching(NO_NUMBER) });
    const { items } = await test.json<{ items: { action: string; target: string }[] }>(200, '/v1/authorities/rh/audit');
    const searches = items.filter(({ action, target }) => action === 'number.search' && target === 'opt-outs');
    expect(searches).toHaveLength(2);
    expect(JSON.stringify(searches)).not.toContain('2076');
    const stranger = await at('operator', 'kk');
    expect((await search(phone, stranger)).status).toBe(404);
    expect(await (await search(phone, stranger, 'kk')).text()).toContain('Nummeret er ikke frameldt');
    const viewer = await at('viewer');
    expect((await search(phone, viewer)).status).toBe(403);
    for (let nth = 0; nth < 25; nth++) await lift(await rows.optOut('rh', '+4520111213'), 'Har fortrudt');
    await rows.optOut('rh', '+4520111213');
    const many = await (await search('20 11 12 13')).text();
    expect([many.match(/id="nummer-/g)?.length, many.includes('Kun de nyeste vises.')]).toEqual([25, true]);
  });

  it('lists, from the story of an appointment, those of its number: a search, for whoever may search', async () => {
    const phone = '+4520887766';
    const appointment = await rows.appointment('rh', phone);
    const [own, lifted] = [await rows.optOut('rh', phone), await rows.optOut('rh', '+4520887767')];
    await lift(lifted);
    const searches = async () => {
      const found = test.db.selectFrom('audit').select('after').where('action', '=', 'number.search');
      return (await found.where('target', '=', 'opt-outs').execute()).map(({ after }) => JSON.stringify(after));
    };
    const before = await searches();
    const wayFrom = async (client: PageClient) =>
      (await client.page(`/admin/find/${appointment}?authority=rh`)).link(/^\/admin\/opt-outs/);
    const way = (await wayFrom(operator)) ?? '';
    expect(way).toBe(`/admin/opt-outs?authority=rh&like=${appointment}#found`);
    const page = await operator.text(way);
    expect(page.match(/(?<=id="nummer-)[^"]+/g)).toEqual([own]);
    expect(page).toMatch(/id="found" tabindex="-1".*tel:\+4520887766.*Ophæv framelding/s);
    const made = (await searches()).filter((search) => !before.includes(search));
    expect(made).toEqual([JSON.stringify({ optOuts: [own] })]);
    const viewer = await at('viewer');
    expect(await wayFrom(viewer)).toBe('/admin/opt-outs?authority=rh');
    const departments = ['Ambulatoriet'];
    const limited = await enter(test, { email: 'll@example.org', role: 'operator', authority: 'rh', departments });
    for (const client of [viewer, limited]) expect((await client.get(way)).status).toBe(403);
    const stranger = await at('operator', 'kk');
    const guessed = '01890000-0000-7000-8000-000000000000';
    for (const response of [
      await stranger.get(way),
      await stranger.get(way.replace('=rh', '=kk')),
      await operator.get(way.replace(appointment, guessed)),
      await operator.get(way.replace(appointment, 'x')),
      await operator.get(way.replace('authority=rh&', '')),
    ])
      expect(response.status).toBe(404);
    expect(await searches()).toHaveLength(before.length + 1);
  });

  it('goes on by a cursor', async () => {
    for (let nth = 10; nth < 62; nth++) await rows.optOut('kk', `+45203040${nth}`);
    const client = await at('operator', 'kk');
    const first = await client.page('/admin/opt-outs?authority=kk');
    const second = await client.page(first.link(/before=/) ?? '');
    const rowsOf = (page: ReadPage) => idsOf(page).filter((id) => id.startsWith('nummer-')).length;
    // With the one of the whole installation.
    expect([rowsOf(first), rowsOf(second)]).toEqual([25, 25]);
    expect(second.text).toContain('Tilbage til de nyeste');
  });

  it('keeps the place in a long list when an opt-out there is lifted, or its reason is refused', async () => {
    await rows.authority('lang');
    const worker = await at('operator', 'lang');
    for (let nth = 0; nth < 51; nth++) await rows.optOut('lang', `+45203000${String(nth).padStart(2, '0')}`);
    const first = await worker.page('/admin/opt-outs?authority=lang');
    const form = (await worker.page(first.link(/before=/) ?? '')).form('/lift');
    const { authority = '', before = '' } = Object.fromEntries(sentFields(form));
    const [id = ''] = form.action.split('/').slice(-2);
    const refused = await worker.send(form.action, { authority, before, reason: 'Ring 22 30 41 50' });
    const given = refused.page.fields.find(({ marked }) => marked);
    expect([refused.status, given?.value, given?.fault]).toEqual([
      422,
      'Ring 22 30 41 50',
      expect.stringMatching(A_NUMBER),
    ]);
    const kept = await worker.post(form.action, { authority, before, reason: 'Har fortrudt' });
    const lifted = kept.headers.get('location') ?? '';
    expect(lifted).toBe(`/admin/opt-outs?authority=lang&done=lifted&before=${before}&opt=${id}#done`);
    expect((await worker.get(lifted)).status).toBe(200);
    const behindAll = lifted.replace(before, '01890000-0000-7000-8000-000000000000');
    const answer = (await worker.get(behindAll)).headers.get('location');
    expect(answer).toBe('/admin/opt-outs?authority=lang&done=lifted#done');
  });
});

it('the form that lifts an opt-out says which supplier goes on blocking the number by a list of its own', async () => {
  const gateways: [SmsGateway, SmsGateway] = [
    new ScriptedGateway(),
    new ScriptedGateway({ ownOptOutList: true }, 'spaerrer'),
  ];
  const test = await openTestApp(undefined, { gateways });
  try {
    await test.makeAuthority('rh');
    await test.makeAuthority('uden', { gateways: ['scripted'] });
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    for (const id of ['rh', 'uden']) await rows.optOut(id, PHONE);
    const client = await enter(test, { email: 'o@example.org', role: 'operator', authority: null });
    const says = async (id: string) =>
      (await client.text(`/admin/opt-outs?authority=${id}`)).includes('SMS-leverandøren spaerrer spærrer selv numre');
    expect([await says('rh'), await says('uden')]).toEqual([true, false]);
  } finally {
    await test.close();
  }
});
