import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { enter, type PageClient, proven } from '../support/pages.ts';
import { scenario } from '../support/scenario.ts';
import { insert } from '../support/stored-rows.ts';

const { test, olga } = scenario({
  authorities: {
    rh: { name: 'Region Hovedstaden', sources: { 'epj-0': { name: 'Bookingsystem 000 på Øresundshospitalet' } } },
  },
  people: { olga: { name: 'Olga', role: 'operator' } },
  prepare: async () => {
    // Ids run against the names, so that the last names have the first ids.
    await sql`insert into source select (jsonb_populate_record(s, jsonb_build_object('id', 'epj-' || (1000 - n),
        'name', name.text, 'settings', s.settings || jsonb_build_object('name', name.text)))).*
      from source s, generate_series(1, 260) n,
        lateral (select 'Bookingsystem ' || lpad(n::text, 3, '0') || ' på Øresundshospitalet' as text) name
      where s.id = 'epj-0'`.execute(test.db);
    await test.makeSource('rh', 'sp-nord', { name: 'Sundhedsplatformen' });
    await test.makeSource('rh', 'sp-syd', { name: 'sundhedsplatformen' });
  },
});

const PAUSE = { authority: 'rh', source: '', reason: 'EPJ opdateres', day: '', time: '' };
const MESSAGE = '{"type":"appointment.booked","data":{"id":"J-1","start":"2026-12-07T09:00:00+01:00"}}';
const pausedSources = async () => {
  const { rows } = await sql<{ id: string }>`select id from source where paused_at is not null`.execute(test.db);
  return rows.map(({ id }) => id).sort();
};
const send = async (path: string, fields: Readonly<Record<string, string>>) => {
  const response = await olga.post(`/admin/rules/${path}`, fields);
  return { status: response.status, page: await response.text() };
};
/** Sends a file to be tried, by an administrator's browser. */
const upload = async (client: PageClient, fields: Readonly<Record<string, string>>) => {
  const form = new FormData();
  for (const [name, value] of proven({ authority: 'rh', mode: 'try', ...fields }, client.cookie)) form.set(name, value);
  const file = 'id;dato;tid;mobil;sted;status\nJ-1;07-12-2026;09.00;20 12 34 56;Opgang 4;booket\n';
  form.set('file', new File([file], 'aftaler.csv', { type: 'text/csv' }));
  const headers = { Origin: test.deps.publicUrl, cookie: client.cookie };
  const response = await test.app.request('/admin/set-up/import', { method: 'POST', body: form, headers });
  return { status: response.status, page: await response.text() };
};
const faultOf = (page: string) => /id="source-fault"[^>]*>([^<]*)/.exec(page)?.[1];

describe('one of hundreds of booking systems', () => {
  it('has its unknown codes in the list, and its appointments in the search by id, whichever it is', async () => {
    const { token } = await test.json<{ token: string }>(201, '/v1/authorities/rh/sources/sp-syd/secrets', {
      method: 'POST',
    });
    await test.json(202, '/v1/webhooks/sp-syd', { method: 'POST', token, body: MESSAGE.replace('J-1', 'LAST-1') });
    const code = { authority_id: 'rh', source_id: 'sp-syd', field: 'status', value: 'Ø-77' } as const;
    const times = { first_at: test.clock.now, last_at: test.clock.now };
    await insert(test.db, 'unmapped_value', { ...code, ...times });
    expect(await olga.text('/admin/rules/unmapped?authority=rh')).toContain('Ø-77');
    expect(await olga.text('/admin/find?authority=rh&what=LAST-1')).toContain('LAST-1');
  });

  it('is paused by its name or the beginning of it, whichever it is, and what is paused is shown', async () => {
    const page = await olga.text('/admin/rules/pause?authority=rh');
    expect(page).toMatch(/<input id="source" name="source-name"[^>]*list="source-list"/);
    expect(page).toContain('sætte hele myndigheden på pause');
    for (const name of ['bookingsystem 001 på øresundshospitalet', 'Bookingsystem 260'])
      expect((await send('pause', { ...PAUSE, 'source-name': name })).status).toBe(303);
    expect(await pausedSources()).toEqual(['epj-740', 'epj-999']);
    const after = await olga.text('/admin/rules/pause?authority=rh');
    const found = [...after.matchAll(/<h3>([^<]*)/g)].map(([, name]) => name?.slice(0, 17));
    expect(found).toEqual(['Bookingsystem 001', 'Bookingsystem 260']);
  });

  it('that a text does not name alone is not paused: the text comes back with its fault', async () => {
    const before = await pausedSources();
    for (const [name, fault] of [
      ['Bookingsystem 1', 'Flere navne begynder sådan. Skriv mere af navnet.'],
      ['SUNDHEDSPLATFORMEN', 'Flere navne begynder sådan. Skriv mere af navnet.'],
      ['Labka', 'Intet navn begynder sådan.'],
    ] as const) {
      const { status, page } = await send('pause', { ...PAUSE, 'source-name': name });
      expect([name, status, faultOf(page)]).toEqual([name, 422, fault]);
      expect(page).toContain(`value="${name}"`);
    }
    expect(await pausedSources()).toEqual(before);
    const { status } = await send('pause', { ...PAUSE, 'source-name': 'sundhedsplatformen (sp-syd)' });
    expect([status, (await pausedSources()).includes('sp-syd')]).toEqual([303, true]);
  });

  it('stays chosen, by its name, where something else of the form is wrong', async () => {
    const { status, page } = await send('pause', { ...PAUSE, reason: '', 'source-name': 'Bookingsystem 257' });
    expect([status, faultOf(page)]).toEqual([422, undefined]);
    expect(page).toContain('value="Bookingsystem 257 på Øresundshospitalet"');
    expect(page).toContain('<input type="hidden" name="source" value="epj-743"');
  });

  it('takes an imported file, by its name or the beginning of it, whichever it is', async () => {
    const chief = await enter(test, { email: 'c@example.org', role: 'administrator', authority: 'rh' });
    const page = await chief.text('/admin/set-up/import?authority=rh');
    expect(page).toMatch(/<input id="source" name="source-name"[^>]*list="source-list"/);
    for (const name of [
      'bookingsystem 001 på øresundshospitalet',
      'Bookingsystem 260',
      'sundhedsplatformen (sp-syd)',
    ]) {
      const tried = await upload(chief, { 'source-name': name });
      expect([name, tried.status, tried.page.includes('Sådan ville det gå')]).toEqual([name, 200, true]);
    }
    for (const [name, fault] of [
      ['', 'Vælg et bookingsystem.'],
      ['Labka', 'Intet navn begynder sådan.'],
      ['Bookingsystem 1', 'Flere navne begynder sådan. Skriv mere af navnet.'],
    ] as const) {
      const { status, page } = await upload(chief, { 'source-name': name });
      expect([name, status, faultOf(page), page.includes('Sådan ville')]).toEqual([name, 422, fault, false]);
      expect(page).toContain(name === '' ? 'name="source-name"' : `value="${name}"`);
    }
  });

  it('tries a message; without one, or with a text that names none, nothing is tried', async () => {
    const form = { authority: 'rh', source: '', message: MESSAGE };
    const tried = await send('try', { ...form, 'source-name': 'Bookingsystem 260' });
    expect([tried.status, tried.page.includes('J-1</')]).toEqual([200, true]);
    expect(tried.page).toContain('value="Bookingsystem 260 på Øresundshospitalet"');
    for (const [name, fault] of [
      ['', 'Vælg et bookingsystem.'],
      ['Labka', 'Intet navn begynder sådan.'],
      ['Bookingsystem', 'Flere navne begynder sådan. Skriv mere af navnet.'],
    ] as const) {
      const { status, page } = await send('try', { ...form, 'source-name': name });
      expect([status, faultOf(page), page.includes('id="tried"')]).toEqual([422, fault, false]);
    }
  });
});
