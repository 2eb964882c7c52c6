import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { sentFields } from '../../../support/read-page.ts';
import { scenario } from '../../../support/scenario.ts';
import { update } from '../../../support/stored-rows.ts';

const ID = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/;

const { test, at, chief } = scenario({
  authorities: { rh: { name: 'rh' }, kk: { name: 'kk', sources: { 'kk-epj': {} } } },
  people: { chief: { role: 'administrator' } },
});

const base = '/admin/set-up/sources';
const send = (path: string, form: Record<string, string>, client = chief) =>
  client.post(`${base}${path}`, { authority: 'rh', ...form });
/** The fields of the forms of a page, as a browser would send them, with some changed. */
const formOf = async (path: string, change: Record<string, string>): Promise<Record<string, string>> => {
  const { form: _, ...fields } = Object.fromEntries((await chief.page(path)).forms.flatMap(sentFields));
  return { ...fields, ...change };
};
const settingsOf = (id: string) => test.json<Record<string, unknown>>(200, `/v1/authorities/rh/sources/${id}`);

describe('a booking system', () => {
  it('is created with credentials that are shown once, and that let it in', async () => {
    const page = await (await send('', { id: 'epj', name: 'EPJ', mode: 'shadow' })).text();
    const token = /est_[\w-]{43}/.exec(page)?.[0] ?? '';
    expect(page).toMatch(/whsec_/);
    expect(page).toMatch(/<h1>[^<]*oprettet: EPJ<\/h1>.*>Videre til EPJ</s);
    // The page in the other language would not show them again.
    expect(page).not.toContain('hreflang');
    expect(await chief.text(`${base}/epj?authority=rh`)).not.toMatch(/est_|whsec_/);
    await test.json(422, '/v1/webhooks/epj', { token, body: { type: 'nothing' } });
    const refused = await chief.text(`${base}/epj?authority=rh`);
    expect(refused).toContain('/type');
    expect(refused).toContain('Værdien er ikke blandt de tilladte.');
  });

  it('with an id that another authority has, or that can not be one, comes back with what was typed', async () => {
    for (const id of ['kk-epj', 'Ikke Et Id']) {
      const { status, page } = await chief.send(base, { authority: 'rh', id, name: 'Mit navn', mode: 'live' });
      expect([status, page.field('name').value, page.field('id').value]).toEqual([422, 'Mit navn', id]);
    }
  });

  it('says on its page and at its settings that its mapping reads nothing which orders events', async () => {
    const mapping = (fields: object) => ({
      type: '/a',
      types: { x: 'appointment.booked' },
      fields: { id: '/id', ...fields },
    });
    await test.makeSource('rh', 'uden-orden', { mapping: mapping({}) });
    await test.makeSource('rh', 'med-orden', { mapping: mapping({ timestamp: '/at' }) });
    await test.makeSource('rh', 'cal-orden', { mapping: 'cal.com' });
    const says = async (id: string) => {
      const pages = ['', '/settings'].map((page) => chief.text(`${base}/${id}${page}?authority=rh`));
      return (await Promise.all(pages)).map((page) => page.includes('læser hverken version eller tidspunkt'));
    };
    expect([await says('uden-orden'), await says('med-orden'), await says('cal-orden')]).toEqual([
      ...[
        [true, true],
        [false, false],
        [false, false],
      ],
    ]);
  });

  it('keeps every setting that a form does not change, and its secrets', async () => {
    const settings = {
      ...{ statusMap: { '4': 'cancelled' }, locationMap: { A: 'Opgang 4' }, placeholderTimes: ['00:00'] },
      ...{ idField: 'placer', typeMap: { VIDEO: 'video' }, fhirBaseUrl: 'https://fhir.example.org/r4' },
      auth: { hmac: { header: 'X-Signature', secret: 'abcdefghijklmnopqrstuvwxyz' } },
      fhirAuthorization: 'Bearer geheim',
      mapping: { type: '/a', types: { x: 'appointment.booked' }, fields: { id: '/id' } },
    };
    await test.makeSource('rh', 'alt', settings);
    const before = await settingsOf('alt');
    // Somebody with several of them open tells their tabs apart.
    expect((await chief.page(`${base}/alt/settings?authority=rh`)).title).toMatch(/^Indstillinger: ./);
    const form = await formOf(`${base}/alt/settings?authority=rh`, { name: 'Nyt navn' });
    expect((await send('/alt/settings', form)).status).toBe(303);
    const { version: _, ...after } = await settingsOf('alt');
    const { version: __, ...unchanged } = before;
    expect(after).toEqual({ ...unchanged, name: 'Nyt navn' });
  });

  it('is refused settings with the fault at its pointer, in Danish, and with what was typed', async () => {
    await test.makeSource('rh', 'fejl');
    const form = await formOf(`${base}/fejl/settings?authority=rh`, {
      ...{ format: 'mapping', mapping: '{"type":"/a","types":{},"fields":{"id":"ingen pointer"}}' },
    });
    const response = await send('/fejl/settings', form);
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(page).toContain('Ved /fields/id: Skriv en JSON-pointer som /booking/id.');
    expect(page).toContain('ingen pointer');
    const broken = await send('/fejl/settings', { ...form, mapping: '{' });
    expect(await broken.text()).toContain('Det er ikke gyldig JSON.');
  });

  it('has each setting of HL7 v2 and FHIR as a choice in words, and codes with what they mean one a line', async () => {
    await test.makeSource('rh', 'valg', { statusMap: { '4': 'cancelled' }, placeholderTimes: ['00:00'] });
    const address = `${base}/valg/settings?authority=rh`;
    const page = await chief.text(address);
    expect(page).not.toContain('name="more"');
    expect(page).toMatch(/<select[^>]*name="orderBy".*?<option value="arrival">Rækkefølgen, de kom i</s);
    expect(page).toMatch(/<textarea[^>]*name="statusMap"[^>]*>4 = cancelled</);
    expect(page).toContain('cancelled (Aflyst)');
    const form = await formOf(address, {
      ...{ idField: 'placer', departmentFrom: 'specialty', placeholderTimes: '00:00, 23:59' },
      ...{ statusMap: ' 4=noshow\r\n\r\n"A=B" = ignore', locationMap: 'AMB4^1 = Opgang 4 = A', typeMap: 'V = video' },
    });
    expect((await send('/valg/settings', form)).status).toBe(303);
    expect(await settingsOf('valg')).toMatchObject({
      ...{ idField: 'placer', departmentFrom: 'specialty', placeholderTimes: ['00:00', '23:59'] },
      ...{ statusMap: { '4': 'noshow', 'A=B': 'ignore' }, locationMap: { 'AMB4^1': 'Opgang 4 = A' } },
      ...{ typeMap: { V: 'video' }, orderBy: 'stamp' },
    });
    // A code that was mapped by mistake is taken back by deleting its line.
    expect((await send('/valg/settings', await formOf(address, { statusMap: '' }))).status).toBe(303);
    const { statusMap, locationMap } = await settingsOf('valg');
    expect([statusMap, locationMap]).toEqual([{}, { 'AMB4^1': 'Opgang 4 = A' }]);
  });

  it('is told the line of each code that can not be kept, beside the faults of other fields', async () => {
    await test.makeSource('rh', 'linjer', { statusMap: { '4': 'cancelled' } });
    const form = await formOf(`${base}/linjer/settings?authority=rh`, {
      ...{ statusMap: '1 = booked\n2 = aflyst\n3\n1 = noshow', typeMap: 'Ida 01.01.2021-5234 = video' },
      ...{ locationMap: `A = ${'x'.repeat(61)}`, timeZone: 'Europe/Atlantis', placeholderTimes: 'midnat', orderBy: '' },
    });
    const response = await send('/linjer/settings', form);
    const page = await response.text();
    const fault = (field: string) => new RegExp(`id="${field}-fault"[^>]*>([^<]*)`).exec(page)?.[1];
    expect(response.status).toBe(422);
    expect(fault('statusMap')).toMatch(/^Linje\u00a02: Værdien er ikke blandt de tilladte\.\nLinje\u00a03: /);
    const found = fault('statusMap');
    expect(found).toMatch(/Linje\u00a03: Skriv koden, [^.]*\.\nLinje\u00a04: Koden står også på en tidligere linje\.$/);
    // The hint names the values that are allowed, with what they mean.
    expect(page).toMatch(/id="statusMap-hint"[^>]*>[^<]*cancelled \(Aflyst\)/);
    expect([fault('typeMap'), fault('locationMap')]).toEqual([
      'Linje\u00a01: Det ligner et CPR-nummer. Udelad det.',
      'Linje\u00a01: Værdien er for lang eller for stor.',
    ]);
    for (const field of ['timeZone', 'placeholderTimes', 'orderBy']) expect(fault(field)).toMatch(/\./);
    expect(page).toMatch(/<textarea[^>]*name="statusMap"[^>]*>1 = booked\n2 = aflyst\n3\n1 = noshow</);
    expect(await settingsOf('linjer')).toMatchObject({ statusMap: { '4': 'cancelled' } });
    const many = Array.from({ length: 201 }, (_, nth) => `K${nth} = booked`).join('\n');
    const result = await (await send('/linjer/settings', { ...form, statusMap: many })).text();
    expect(result).toContain('Linje\u00a0201: Der er ikke plads til flere koder.');
    const wrong = await send('/linjer/settings', { ...form, statusMap: 'x\n'.repeat(100_000) });
    expect(await wrong.text()).toMatch(/Linje\u00a05: [^<]*\nDer er fejl i flere linjer\./);
  });

  it('keeps the codes that a form does not change, whatever stands in them', async () => {
    const statusMap = { '"q': 'booked', 'a "b" = c': 'pending', '=': 'noshow', '4 ': 'booked', 'ø\u2028y': 'arrived' };
    const locationMap = { 'A\\B': '"Opgang" = 4', "it's <b>": '<i>&amp;', '"A" = B': 'Stue' };
    await test.makeSource('rh', 'tegn', { statusMap, locationMap });
    const before = await settingsOf('tegn');
    const form = await formOf(`${base}/tegn/settings?authority=rh`, { name: 'Tegnene' });
    expect((await send('/tegn/settings', form)).status).toBe(303);
    const after = await settingsOf('tegn');
    expect([after.statusMap, after.locationMap]).toEqual([before.statusMap, before.locationMap]);
    expect(Object.keys(Object(after.statusMap))).toHaveLength(5);
  });

  it('that somebody else has changed meanwhile is not overwritten: 409, with what was typed', async () => {
    await test.makeSource('rh', 'to');
    const mine = await formOf(`${base}/to/settings?authority=rh`, { name: 'Mit forslag' });
    expect((await send('/to/settings', { ...mine, name: 'Først' })).status).toBe(303);
    const response = await send('/to/settings', mine);
    expect([response.status, (await response.text()).includes('value="Mit forslag"')]).toEqual([409, true]);
    expect(await settingsOf('to')).toMatchObject({ name: 'Først' });
  });

  it('that somebody else has changed before a refused save is not overwritten by the next one', async () => {
    await test.makeSource('rh', 'tre');
    const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)?.[1] ?? '';
    const address = `${base}/tre/settings?authority=rh`;
    const mine = await formOf(address, { name: 'Mit forslag' });
    expect((await send('/tre/settings', { ...mine, name: 'Først' })).status).toBe(303);
    for (const wrong of [{ statusMap: '3' }, { timeZone: 'Europe/Atlantis' }]) {
      const response = await send('/tre/settings', { ...mine, ...wrong });
      const late = await send('/tre/settings', { ...mine, version: versionIn(await response.text()) });
      expect([response.status, late.status]).toEqual([422, 409]);
    }
    expect(await settingsOf('tre')).toMatchObject({ name: 'Først' });
    const url = 'https://booking.example.org/sms';
    const endpoint = await formOf(`${base}/tre/events?authority=rh`, { url });
    expect((await send('/tre/settings', await formOf(address, { name: 'Igen' }))).status).toBe(303);
    const page = await (await send('/tre/events', { ...endpoint, url: 'https://10.1.2.3/sms' })).text();
    const late = await send('/tre/events', { ...endpoint, version: versionIn(page) });
    expect([late.status, (await settingsOf('tre')).events]).toEqual([409, null]);
  });

  it('gets an endpoint for events whose secret is shown once, and none at a private address', async () => {
    await test.makeSource('rh', 'ev');
    const form = await formOf(`${base}/ev/events?authority=rh`, { url: 'https://10.1.2.3/sms' });
    const refused = await send('/ev/events', form);
    const shown = await refused.text();
    expect([refused.status, shown.includes('Adressen er ikke offentlig')]).toEqual([422, true]);
    expect(shown).toContain(`hreflang="en" href="${base}/ev/events?authority=rh&amp;language=en"`);
    const response = await send('/ev/events', { ...form, url: 'https://booking.example.org/sms' });
    expect([response.status, (await response.text()).includes('whsec_')]).toEqual([200, true]);
    expect(await settingsOf('ev')).toMatchObject({ events: { url: 'https://booking.example.org/sms', types: null } });
    const deliveries = await chief.text(`${base}/ev/deliveries?authority=rh`);
    expect(deliveries).toContain('Send en prøve');
    const version = (await formOf(`${base}/ev/events?authority=rh`, {})).version ?? '';
    const late = await send('/ev/events/remove', { version: String(Number(version) - 1) });
    expect([late.status, (await settingsOf('ev')).events === null]).toEqual([409, false]);
    const ended = await send('/ev/events/remove', { version });
    expect([ended.status, (await settingsOf('ev')).events]).toEqual([303, null]);
  });

  it('keeps its endpoint where another setting is refused, and says which one and why', async () => {
    await test.makeSource('rh', 'gammel', { events: { url: 'https://booking.example.org/sms' } });
    const broken = JSON.stringify({ timeZone: 'Europe/Atlantis' });
    await sql`update source set settings = settings || ${broken}::jsonb where id = 'gammel'`.execute(test.db);
    const version = (await formOf(`${base}/gammel/events?authority=rh`, {})).version ?? '';
    const response = await send('/gammel/events/remove', { version });
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(page).toMatch(/role="alert">.*Intet er ændret.*Tidszone: Skriv tidszonen som Europe\/Copenhagen\./s);
    expect(page).toContain(`href="${base}/gammel/settings?authority=rh"`);
    const form = await formOf(`${base}/gammel/events?authority=rh`, { url: 'https://other.example.org/sms' });
    const saved = await send('/gammel/events', form);
    const again = await saved.text();
    expect([saved.status, again.includes('id="url-fault"'), again.includes('Tidszone: ')]).toEqual([422, false, true]);
    expect(again).toContain('value="https://other.example.org/sms"');
  });

  it('gets a second pair before the first one ends, and five at most', async () => {
    await test.makeSource('rh', 'nyt');
    for (let nth = 2; nth <= 5; nth++) {
      const made = await send('/nyt/secrets', {});
      const name = 'Source nyt';
      expect([made.status, await made.text()]).toEqual([200, expect.stringContaining(`>Videre til ${name}<`)]);
    }
    expect((await send('/nyt/secrets', {})).headers.get('location')).toContain('fault=too-many-secrets');
    const page = await chief.text(`${base}/nyt?authority=rh`);
    const id = new RegExp(`secrets/${ID.source}/end`).exec(page)?.[1] ?? '';
    expect((await send(`/nyt/secrets/${id}/end`, {})).status).toBe(303);
    expect((await settingsOf('nyt')).liveSecrets).toHaveLength(4);
  });

  it('is not paused for a reason and until a time that both can’t be, and each field says so', async () => {
    await send('', { id: 'pause', name: 'Pause', mode: 'live' });
    const refused = await send('/pause/pause', { reason: 'Ring 22304150', until: '2020-01-01T08:00' });
    const page = await refused.text();
    const told = [...page.matchAll(/<strong class="wrong" id="(\w+)-fault"/g)].map(([, field]) => field);
    expect([refused.status, told]).toEqual([422, ['reason', 'until']]);
    for (const typed of ['Ring 22304150', '01-01-2020 08:00']) expect(page).toContain(`value="${typed}"`);
    expect(await settingsOf('pause')).toMatchObject({ paused: null });
  });

  it('is paused and resumed by an operator, with a reason and until a time ahead', async () => {
    await test.makeSource('rh', 'stop');
    const operator = await at('operator');
    const past = await send('/stop/pause', { reason: 'Nedetid', until: '2020-01-01T08:00' }, operator);
    expect([past.status, (await past.text()).includes('value="Nedetid"')]).toEqual([422, true]);
    expect((await send('/stop/pause', { reason: 'Nedetid', until: '' }, operator)).status).toBe(303);
    expect(await settingsOf('stop')).toMatchObject({ paused: { reason: 'Nedetid', until: null } });
    expect((await operator.press(`${base}/stop?authority=rh`, '/stop/resume')).status).toBe(303);
    expect(await settingsOf('stop')).toMatchObject({ paused: null });
    // A pause whose end has passed is none, although the row holds it.
    await send('/stop/pause', { reason: 'Natten over', until: '' }, operator);
    const shown = async () => {
      const page = await operator.text(`${base}/stop?authority=rh`);
      const list = await operator.text(`${base}?authority=rh`);
      return [page.includes('Natten over'), page.includes('/stop/resume"'), list.includes('På pause siden')];
    };
    expect(await shown()).toEqual([true, true, true]);
    const ended = { paused_until: test.clock.now };
    await update(test.db, 'source', { id: 'stop' }, ended);
    expect(await shown()).toEqual([false, false, false]);
    // The mode is changed in the settings: no button ends it here.
    const body = { name: 'Stop', mode: 'paused' };
    await test.put('/v1/authorities/rh/sources/stop', body);
    const page = await operator.text(`${base}/stop?authority=rh`);
    expect([page.includes('Ikke på pause'), page.includes('/stop/pause"')]).toEqual([false, false]);
    for (const each of [page, await operator.text(`${base}?authority=rh`)])
      expect(each).toContain('På pause, til indstillingen »Drift« ændres');
  });

  it('is missed in words that say who can create it', async () => {
    await test.makeAuthority('tom', { name: 'Tom' });
    const emptyFor = async (role: 'viewer' | 'operator' | 'administrator') =>
      /<p class="empty">([^<]*)/.exec(await (await at(role, 'tom')).text(`${base}?authority=tom`))?.[1];
    const others = 'Der er ingen bookingsystemer endnu. En administrator kan oprette det første.';
    expect([await emptyFor('viewer'), await emptyFor('operator')]).toEqual([others, others]);
    expect(await emptyFor('administrator')).toContain('Opret det første herunder');
  });

  it('that never sent anything is not said to have sent what could be used', async () => {
    await test.makeSource('rh', 'tavs');
    const page = await chief.text(`${base}/tavs?authority=rh`);
    expect(page).toContain('Systemet har ikke sendt noget endnu.');
    expect(page).not.toContain('kunne bruges');
  });

  it('shows the query of the address of its events, which may hold a secret, to administrators alone', async () => {
    await test.makeSource('rh', 'query', { events: { url: 'https://8.8.8.8/hook?code=s3cret' } });
    const pages = [`${base}/query?authority=rh`, `${base}/query/deliveries?authority=rh`];
    for (const client of [await at('viewer'), await at('operator')])
      for (const page of pages) {
        const shown = await client.text(page);
        expect([page, shown.includes('https://8.8.8.8/hook?…'), shown.includes('s3cret')]).toEqual([page, true, false]);
      }
    const administrator = await at('administrator');
    for (const page of pages) expect(await administrator.text(page)).toContain('https://8.8.8.8/hook?code=s3cret');
  });

  it('is shown to viewers without a button, and changed by administrators alone', async () => {
    await test.makeSource('rh', 'laes');
    const [viewer, operator] = [await at('viewer'), await at('operator')];
    expect(await viewer.text(`${base}/laes?authority=rh`)).not.toMatch(/action="\/admin\/set-up/);
    for (const page of ['settings', 'events'])
      expect([page, (await operator.get(`${base}/laes/${page}?authority=rh`)).status]).toEqual([page, 403]);
    for (const path of ['/laes/settings', '/laes/events', '/laes/events/remove', '/laes/secrets', ''])
      expect([path, (await send(path, {}, operator)).status]).toEqual([path, 403]);
    for (const path of ['/laes/pause', '/laes/deliveries/replay', '/laes/deliveries/test'])
      expect([path, (await send(path, {}, viewer)).status]).toEqual([path, 403]);
    for (const path of ['/kk-epj/settings', '/kk-epj/secrets', '/kk-epj/pause'])
      expect([path, (await send(path, { reason: 'x' })).status]).toEqual([path, 404]);
  });
});

describe('a gateway', () => {
  const path = '/admin/set-up/gateways/simulator';

  it('is taken out with a reason and brought back by an administrator of the whole installation alone', async () => {
    const whole = await at('administrator', null);
    for (const form of ['out', 'in', 'tests', 'prices'])
      expect([form, (await chief.post(`${path}/${form}`, { authority: 'rh', reason: 'x' })).status]).toEqual([
        form,
        403,
      ]);
    expect((await chief.get(`${path}?authority=rh`)).status).toBe(403);
    const wrong = await whole.post(`${path}/out`, { authority: 'rh', reason: '' });
    expect(wrong.status).toBe(422);
    expect((await whole.post(`${path}/out`, { authority: 'rh', reason: 'Leverandøren melder fejl' })).status).toBe(303);
    const list = await chief.text('/admin/set-up/gateways?authority=rh');
    expect(list).toContain('Leverandøren melder fejl');
    expect((await whole.press(`${path}?authority=rh`, '/in')).status).toBe(303);
    expect(await chief.text('/admin/set-up/gateways?authority=rh')).toContain('I brug');
  });

  it('gets prices as people write them, one a country and day', async () => {
    const whole = await at('administrator', null);
    const price = { authority: 'rh', country: 'dk', perSegment: '0,295', currency: 'DKK', from: '2026-01-01' };
    expect((await whole.post(`${path}/prices`, { ...price, perSegment: 'gratis' })).status).toBe(422);
    expect((await whole.post(`${path}/prices`, price)).status).toBe(303);
    expect((await whole.post(`${path}/prices`, price)).status).toBe(422);
    const rowIn = async (language: string) => {
      const page = await whole.text(`${path}?authority=rh&language=${language}`);
      return /<th scope="row">([^<]*)<\/th><td[^>]*>([^<]*)<\/td><td[^>]*>([^<]*)</.exec(page)?.slice(1);
    };
    expect(await rowIn('en')).toEqual(['Denmark', 'DKK\u00a00.295', '1\u00a0Jan\u00a02026']);
    const table = await whole.text(`${path}?authority=rh`);
    // A card needs no name of the column beside a button that says the same.
    expect(table).toContain('<th scope="col">Remove</th>');
    expect([table.includes('data-label="From"'), table.includes('data-label="Remove"')]).toEqual([true, false]);
    expect(await rowIn('da')).toEqual(['Danmark', '0,295\u00a0kr.', '1.\u00a0jan.\u00a02026']);
    expect(await whole.text(`${path}?authority=rh`)).toContain('(Danmark 1.\u00a0jan.\u00a02026)');
    const form = { authority: 'rh' };
    expect((await whole.post(`${path}/prices/DK/2026-01-01/remove`, form)).status).toBe(303);
    expect((await whole.post(`${path}/prices/DK/2026-01-01/remove`, form)).status).toBe(404);
  });

  it('is tried with an SMS to one’s own phone, whose number no address and no page holds', async () => {
    const whole = await at('administrator', null);
    const wrong = await whole.post(`${path}/tests`, { authority: 'rh', phone: '123', sender: 'Regionen' });
    expect([wrong.status, (await wrong.text()).includes('value="123"')]).toEqual([422, true]);
    const response = await whole.post(`${path}/tests`, { authority: 'rh', phone: '20 12 34 56', sender: 'Regionen' });
    const location = response.headers.get('location') ?? '';
    const page = await whole.text(location);
    expect(page).toContain('Svar fra telefonen');
    expect(`${location}${page}`).not.toMatch(/2012\s?3456|20 12 34 56/);
    // Whoever looks a code up must know in whose documents.
    const refused = test.db.updateTable('message').set({ status: 'rejected', code: '54', next_at: null });
    await refused.where('id', '=', location.split(/[/?]/).at(-2) ?? '').execute();
    expect(await whole.text(location)).toContain('Kode fra SMS-leverandøren simulator');
  });
});
