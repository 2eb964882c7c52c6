import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { dueOn, insert, StoredRows } from '../../support/stored-rows.ts';

const PHONE = '+4522304150';
const PERIOD = 'authority=rh&from=2026-11-01&to=2026-11-30';

const { test, rows, ofNew, viewer, limited } = scenario({
  authorities: { rh: { name: 'Region H', sources: { rh: {} } } },
  people: { viewer: { role: 'viewer' }, limited: { role: 'viewer', departments: ['Øre'] } },
  prepare: async () => {
    for (const [day, department] of [
      ['2026-11-16', 'Øre'],
      ['2026-11-22', '=HYPERLINK("x")'],
      ['2026-11-24', 'Øre'],
    ] as const) {
      const appointment = await rows.appointment('rh', PHONE, { reference: `sent-${day}`, department });
      const due = { ...dueOn(day), department };
      await rows.sent('rh', appointment, PHONE, due);
      const refused = { status: 'suppressed', reason: day === '2026-11-24' ? 'no_phone' : 'opted_out' } as const;
      await rows.reminder('rh', appointment, { ...due, ...refused, rule: 'other' });
    }
  },
});

const referencesIn = (list: string) =>
  readPage(list)
    .column('Aftale')
    .map((text) => text.split(',')[0]);
const rowsOf = (page: string) => readPage(page).all('tbody')[0]?.texts('th') ?? [];

describe('the statistics page', () => {
  it('has the newest day first, and neither days nor columns without a figure', async () => {
    const days = await viewer.text(`/admin/statistics?${PERIOD}`);
    expect(rowsOf(days)).toEqual(['tirs.\u00a024.\u00a0nov.', 'søn.\u00a022.\u00a0nov.', 'man.\u00a016.\u00a0nov.']);
    expect([days.includes('27 dage uden påmindelser'), days.includes('Uvist</th>')]).toEqual([true, false]);
    const weeks = await viewer.text(`/admin/statistics?${PERIOD}&by=week`);
    expect(rowsOf(weeks)).toEqual(['Uge\u00a048: 23.–\u206029.\u00a0nov.', 'Uge\u00a047: 16.–\u206022.\u00a0nov.']);
  });

  it('names the year of weeks and days where the period has two', async () => {
    const of = (by: string) => viewer.text(`/admin/statistics?authority=rh&from=2025-11-25&to=2026-11-24&by=${by}`);
    const found = rowsOf(await of('week'));
    expect(found).toEqual(['Uge\u00a048, 2026: 23.–\u206024.\u00a0nov.', 'Uge\u00a047, 2026: 16.–\u206022.\u00a0nov.']);
    expect(rowsOf(await of('day')).at(0)).toBe('tirs.\u00a024.\u00a0nov.\u00a02026');
  });

  it('names of a week the days that lie in the period', async () => {
    const of = (from: string, to: string) => `authority=rh&from=${from}&to=${to}&by=week`;
    const weeks = ['Uge\u00a048: 23.–\u206024.\u00a0nov.', 'Uge\u00a047: 18.–\u206022.\u00a0nov.'];
    const cut = of('2026-11-18', '2026-11-24');
    expect(rowsOf(await viewer.text(`/admin/statistics?${cut}`))).toEqual(weeks);
    const day = await viewer.text(`/admin/statistics?${of('2026-11-24', '2026-11-24')}`);
    expect(rowsOf(day)).toEqual(['Uge\u00a048: 24.\u00a0nov.']);
  });

  it('leads to further rows right below the sentence that says which page of them this is', async () => {
    const reader = await ofNew('mange');
    const appointment = await rows.appointment('mange', PHONE, { reference: 'mange' });
    for (let nth = 0; nth < 40; nth++) {
      const due_at = new Date(Date.UTC(2026, 9, 1 + nth, 9));
      const due = { due_day: due_at.toISOString().slice(0, 10), due_at, rule: `r${nth}` };
      await rows.reminder('mange', appointment, { ...due, status: 'suppressed', reason: 'no_phone' });
    }
    const page = await reader.text('/admin/statistics?authority=mange&from=2026-10-01&to=2026-11-24');
    expect(page).toMatch(/Side 1 af 2\.[^<]*<\/p><\/div><p class="[^"]*">\s*<a [^>]*>Næste side<.*class="explained"/s);
    expect(rowsOf(page)).toHaveLength(31);
  });

  it('explains a column by all the reasons that it counts', async () => {
    const reader = await ofNew('grund');
    const appointment = await rows.appointment('grund', PHONE, { reference: 'grund' });
    const due = dueOn('2026-11-20');
    await rows.reminder('grund', appointment, { ...due, rule: 'a', status: 'expired', reason: 'too_close' });
    await rows.reminder('grund', appointment, { ...due, rule: 'b', status: 'cancelled', reason: 'confirmed' });
    const page = await reader.text('/admin/statistics?authority=grund');
    expect(page).toContain('<dd>Det var for sent, eller en anden påmindelse lå for tæt på.</dd>');
    expect(page).toContain('<dd>Aftalen er aflyst, eller der er af en anden grund ikke brug for en påmindelse.</dd>');
  });

  it('says that by reason only those with one are counted, and what stands under no supplier', async () => {
    const reasons = await viewer.text(`/admin/statistics?${PERIOD}&by=reason`);
    expect(reasons).toContain('Kun de påmindelser, der har en årsag, er talt med i tabellen.');
    const gateways = await viewer.text(`/admin/statistics?${PERIOD}&by=gateway`);
    expect(gateways).not.toContain('der har en årsag');
    expect(rowsOf(gateways)).toContain('Ingen SMS-leverandør (planlagt eller ikke sendt)');
  });

  it('explains the row of departments that have no name of their own', async () => {
    const explained = 'vises samlet som »Andre afdelinger«';
    expect(await viewer.text(`/admin/statistics?${PERIOD}&by=department`)).not.toContain(explained);
    const appointment = await rows.appointment('rh', null, { department: 'Ukendt' });
    const due = { ...dueOn('2026-08-20'), department: 'other' };
    await rows.reminder('rh', appointment, { ...due, status: 'suppressed', reason: 'no_phone' });
    const august = 'authority=rh&from=2026-08-01&to=2026-08-31';
    expect(await viewer.text(`/admin/statistics?${august}&by=department`)).toContain(explained);
  });

  it('leads from the rows of no department and of all others to their reminders, which the filter goes on asking for', async () => {
    const due = dueOn('2026-07-20');
    for (const [reference, department] of Object.entries({ uden: null, andre: 'other', hjerte: 'Hjerteklinikken' })) {
      const appointment = await rows.appointment('rh', PHONE, { reference, department });
      await rows.reminder('rh', appointment, { ...due, department, status: 'suppressed', reason: 'no_phone' });
      const past = new StoredRows(test.db, due.due_at, test.deps.keyring);
      await past.sent('rh', appointment, PHONE, { ...due, department, rule: 'sent' });
    }
    const page = await viewer.text('/admin/statistics?authority=rh&from=2026-07-01&to=2026-07-31&by=department');
    const links = readPage(page).figures(/\/messages\?.*department=(none|other)/);
    expect(links.length).toBeGreaterThanOrEqual(4);
    for (const [href, count] of links) {
      expect(count).toBe(1);
      const list = await viewer.text(href);
      const [of, chosen] = href.includes('none') ? ['uden', 'Ikke angivet'] : ['andre', 'Andre afdelinger'];
      const references = referencesIn(list);
      expect([href, references]).toEqual([href, [of]]);
      expect(list).toMatch(new RegExp(`<option [^>]*selected[^>]*>${chosen}</option>`));
    }
  });

  it('leads nobody who is limited to departments by the name of such a row to its reminders', async () => {
    const due = dueOn('2026-06-22');
    for (const [reference, department] of Object.entries({ ingens: null, navnets: 'none', andres: 'other' })) {
      const appointment = await rows.appointment('rh', PHONE, { reference, department });
      await rows.reminder('rh', appointment, { ...due, department, status: 'suppressed', reason: 'no_phone' });
    }
    const limited = await enter(test, {
      ...{ email: 'n@example.org', role: 'viewer', authority: 'rh', departments: ['none', 'other'] },
    });
    for (const [asked, seen] of Object.entries({ '': ['navnets'], none: ['navnets'], other: [] })) {
      const list = await limited.text(
        `/admin/messages?authority=rh&from=2026-06-01&to=2026-06-30&status=suppressed&department=${asked}`,
      );
      const references = referencesIn(list);
      expect([asked, references]).toEqual([asked, seen]);
    }
  });

  it('counts opt-outs by day alone, and by reason only those that have one, without a share that is 0 of 0', async () => {
    await rows.optOut('rh', '+4522304199');
    const [days, departments, reasons] = await Promise.all(
      ['day', 'department', 'reason'].map((by) => viewer.text(`/admin/statistics?${PERIOD}&by=${by}`)),
    );
    const columns = [days, departments, reasons].map((page) => page?.includes('>Frameldinger</th>'));
    expect(columns).toEqual([true, false, false]);
    expect([departments, reasons].map((page) => page?.includes('Andel modtaget'))).toEqual([true, false]);
  });

  it('leads from a figure to as many reminders, each with the way to its appointment', async () => {
    const page = await viewer.text(`/admin/statistics?${PERIOD}&by=week`);
    const links = readPage(page).figures(/\/messages\?/);
    const segments = links.filter(([href]) => href.includes('status=sent'));
    expect(segments.map(([, count]) => count)).toEqual([3, 1, 2, 3]);
    const reminders = links.filter((link) => !segments.includes(link));
    expect(reminders.map(([, count]) => count)).toEqual([3, 1, 1, 2, 2, 3, 3]);
    for (const [href, count] of links) {
      const list = await viewer.text(href);
      expect([href, rowsOf(list).length]).toEqual([href, count]);
      expect(list).toMatch(/href="\/admin\/find\/[0-9a-f-]{36}\?authority=rh"/);
      expect(list).not.toContain(PHONE);
    }
  });

  it('groups what was not sent by reason, in words that lead to those reminders', async () => {
    const page = await viewer.text(`/admin/statistics?${PERIOD}&by=reason`);
    expect(rowsOf(page)).toEqual(['Ikke sendt: borgeren er frameldt', 'Ikke sendt: intet telefonnummer']);
    const [[href = '', count] = []] = readPage(page).figures(/\/messages\?/);
    expect([count, rowsOf(await viewer.text(href)).length]).toEqual([2, 2]);
    const total = readPage(page).figures(/\/messages\?.*reason=any/);
    expect(total.map(([, sum]) => sum)).toEqual([3]);
    const list = await viewer.text(total[0]?.[0] ?? '');
    expect([rowsOf(list).length, list.includes('<option value="any" selected')]).toEqual([3, true]);
  });

  it('leads from the segments of all reasons to the reminders that have one, and to none without', async () => {
    const reader = await ofNew('dele');
    const appointment = await rows.appointment('dele', PHONE, { reference: 'parts' });
    // An uncertain message has a reason of its own, which statistics don't count.
    for (const status of ['undelivered', 'uncertain'] as const) {
      const due = { ...dueOn('2026-11-16'), rule: status };
      await rows.sent('dele', appointment, PHONE, due, { status, reason: 'absent' });
    }
    const page = await reader.text('/admin/statistics?authority=dele&from=2026-11-01&to=2026-11-30&by=reason');
    const links = readPage(page).figures(/\/messages\?.*status=sent.*reason=any/);
    expect(links.map(([, count]) => count)).toEqual([1]);
    expect(rowsOf(await reader.text(links[0]?.[0] ?? ''))).toHaveLength(1);
  });

  it('leads from the opt-outs of a day to those of that day alone, and from segments at a price to their reminders', async () => {
    const at = (day: string) => new Date(`${day}T11:00:00Z`);
    for (const [nth, day] of ['2026-11-17', '2026-11-17', '2026-11-18'].entries())
      await rows.optOut('rh', `+452230420${nth}`, { recorded_at: at(day), ...(nth === 1 && { lifted_at: at(day) }) });
    await rows.optOut(null, '+4522304209', { recorded_at: at('2026-11-17') });
    const page = await viewer.text(`/admin/statistics?${PERIOD}`);
    const links = readPage(page).figures(/\/opt-outs\?/);
    const found = await Promise.all(links.map(([href]) => viewer.text(href)));
    const counts = found.map((list) => list.match(/id="nummer-/g)?.length ?? 0);
    expect(counts).toEqual(links.map(([, count]) => count));
    expect(counts).toContain(2);
    const day = found.find((list) => list.includes('registreret den 17.\u00a0november\u00a02026')) ?? '';
    expect([day.includes('Vis alle dage'), day.includes('name="from" value="2026-11-17"')]).toEqual([true, true]);
    const none = await viewer.text('/admin/opt-outs?authority=rh&from=2026-11-02&to=2026-11-03');
    expect(none).toContain('Ingen frameldinger blev registreret i de dage.');
    const foreign = await viewer.text(`/admin/messages?${PERIOD}&status=sent&gateway=simulator&country=SE`);
    expect([rowsOf(foreign).length, foreign.includes('Kun numre fra dette land: Sverige.')]).toEqual([0, true]);
    const unknown = await viewer.text(`/admin/messages?${PERIOD}&status=sent&gateway=simulator&country=none`);
    expect(rowsOf(unknown).length).toBeGreaterThan(0);
  });

  it('leads from segments at a price to as many segments, also where the currency changed', async () => {
    const price = (country: string, currency: string, from: string) => ({ country, currency, from, perSegment: 1 });
    const prices = [
      ...[price('DK', 'DKK', '2026-01-01'), price('DK', 'EUR', '2026-11-20')],
      ...[price('SE', 'DKK', '2026-01-01'), price('SE', 'EUR', '2026-11-20'), price('SE', 'DKK', '2026-11-25')],
    ];
    await test.put('/v1/gateways/simulator/prices', prices);
    const client = await ofNew('pris');
    const sent = [
      ['DK', '16', 1],
      ['DK', '17', 2],
      ['DK', '24', 4],
      ['SE', '16', 8],
      ['SE', '22', 16],
      ['SE', '26', 32],
    ] as const;
    for (const [country, day, segments] of sent) {
      const of = await rows.appointment('pris', PHONE, { reference: `${country}-${day}` });
      await rows.sent('pris', of, PHONE, dueOn(`2026-11-${day}`), { country, segments });
    }
    const page = await client.text('/admin/statistics?authority=pris&from=2026-11-01&to=2026-11-30');
    const costs = page.slice(page.indexOf('Udgifter til SMS'));
    const figures = [...costs.matchAll(/<td data-label="SMS-dele"[^>]*>(?:<a href="([^"]*)">)?(\d+)/g)];
    // Costs in kroner before and after the euro have no list of their own.
    const expected = [
      [40, false],
      [16, true],
      [4, true],
      [3, true],
      [63, true],
    ];
    expect(figures.map(([, href, count]) => [Number(count), href !== undefined])).toEqual(expected);
    for (const [, href = '', count] of figures.filter(([, href]) => href !== undefined)) {
      const list = await client.text(href.replaceAll('&amp;', '&'));
      const segments = readPage(list).column('SMS-dele').map(Number);
      expect([href, segments.reduce((sum, each) => sum + each, 0)]).toEqual([href, Number(count)]);
    }
  });

  it('has the costs beyond the first 20 on further pages, which sum up all the same', async () => {
    const client = await ofNew('dyr');
    await sql`insert into statistics_day
        (authority_id, day, template, language, gateway, department, country, status, reminders, segments)
      select 'dyr', '2026-11-20', 'reminder', 'da', 'g-' || n, 'none', 'DK', 'delivered', 1, 100 - n
      from generate_series(1, 45) n`.execute(test.db);
    const start = '/admin/statistics?authority=dyr&from=2026-11-01&to=2026-11-30&by=gateway';
    const seen: string[][] = [];
    const totals = new Set<string>();
    for (let address: string | undefined = start; address !== undefined && seen.length < 5; ) {
      const page = await client.text(address);
      const costs = page.slice(page.indexOf('id="costs"'));
      const body = costs.slice(0, costs.indexOf('</tbody>'));
      seen.push([...body.matchAll(/<th scope="row">(?:<[^>]*>)*([^<]*)/g)].map(([, name = '']) => name));
      const total = costs.slice(costs.indexOf('<tfoot>'), costs.indexOf('</tfoot>'));
      totals.add(total.replace(/<[^>]*>/g, ' '));
      address = /href="([^"]*)">Næste side/.exec(costs)?.[1]?.replaceAll('&amp;', '&');
      // The chart and the table above stay as they were, and the work stays where it was.
      if (address) expect(address).toMatch(/by=gateway&page=1&costs=\d#costs$/);
    }
    expect(seen.map((page) => [page.length, page.at(-1)])).toEqual([
      [21, '25 på de andre sider'],
      [21, '25 på de andre sider'],
      [6, '40 på de andre sider'],
    ]);
    const found = seen.flat().filter((name) => name.startsWith('g-'));
    expect(found).toEqual(Array.from({ length: 45 }, (_, nth) => `g-${nth + 1}`));
    expect(totals.size).toBe(1);
    for (const page of ['0', '-3', '9', 'x', '1e400'])
      expect((await client.get(`${start}&costs=${page}`)).status).toBe(200);
  });

  it('is saved under words of the language of the page, in ASCII', async () => {
    const names = { da: 'statistik-rh-DAYS-sms-leverandoer', en: 'statistics-rh-DAYS-sms-supplier' };
    for (const [language, name] of Object.entries(names)) {
      const response = await viewer.get(`/admin/statistics.csv?${PERIOD}&by=gateway&language=${language}`);
      const shown = response.headers.get('content-disposition')?.replace(/\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d/, 'DAYS');
      expect(shown).toBe(`attachment; filename="${name}.csv"`);
    }
    await viewer.text('/admin?language=da');
  });

  it('is a CSV file to save, of which no cell is a formula', async () => {
    const response = await viewer.get(`/admin/statistics.csv?${PERIOD}&by=department`);
    const answer = response.headers.get('content-disposition');
    expect(answer).toMatch(/^attachment; filename="statistik-rh-.*-afdeling\.csv"$/);
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toContain('Afdeling;');
    expect(lines.find((line) => line.includes('HYPERLINK'))).toMatch(/^"'=HYPERLINK/);
    const found = await (await limited.get(`/admin/statistics.csv?${PERIOD}&by=department`)).text();
    expect(found).not.toContain('HYPERLINK');
  });

  it('is a CSV file of the same columns in one order, whatever is counted, with noughts where nothing was', async () => {
    const file = async (query: string, client = viewer) => {
      const lines = (await client.text(`/admin/statistics.csv?${query}`)).replace(/^\uFEFF/, '').split('\r\n');
      // Costs stand below an empty line.
      return lines.slice(0, lines.indexOf(''));
    };
    const header =
      'Planlagt;"Sendt, afventer kvittering";Modtaget;Ikke modtaget;Afvist;Uvist;Ikke sendt i tide;Ikke sendt;' +
      'Bortfaldet;Erstattet;SMS-dele;Andel modtaget;Frameldinger';
    const none = 'authority=rh&from=2025-11-01&to=2025-11-30';
    const nothing = 'I alt;0;0;0;0;0;0;0;0;0;0;0;"0,0";0';
    expect(await file(none)).toEqual([`Dag;${header}`, nothing]);
    expect(await file(`${none}&by=template`, limited)).toEqual([`Tekst;${header}`, nothing]);
    const reader = await ofNew('andel');
    const appointment = await rows.appointment('andel', PHONE, { reference: 'andel' });
    for (const [nth, status] of (['delivered', 'delivered', 'undelivered', 'accepted'] as const).entries())
      await rows.sent('andel', appointment, PHONE, { ...dueOn('2026-11-20'), rule: `r${nth}` }, { status });
    await rows.optOut('andel', PHONE);
    const november = 'authority=andel&from=2026-11-01&to=2026-11-30';
    expect(await file(november, reader)).toEqual([
      `Dag;${header}`,
      '2026-11-24;0;0;0;0;0;0;0;0;0;0;0;"0,0";1',
      '2026-11-20;0;1;2;1;0;0;0;0;0;0;4;"66,7";0',
      'I alt;0;1;2;1;0;0;0;0;0;0;4;"66,7";1',
    ]);
    expect(await file(`${november}&by=gateway&language=en`, reader)).toEqual([
      'SMS supplier,Planned,"Sent, waiting for a receipt",Received,Not received,Refused,Unknown,Not sent in time,' +
        'Not sent,Dropped,Replaced,Segments,Share received,Opt-outs',
      'simulator,0,1,2,1,0,0,0,0,0,0,4,66.7,0',
      'Total,0,1,2,1,0,0,0,0,0,0,4,66.7,1',
    ]);
  });
});

describe('the file of a period that cost something', () => {
  it('has the costs below the figures, as numbers of the language, and none for somebody of some departments', async () => {
    const price = (country: string, currency: string, perSegment: number) => ({
      ...{ country, currency, perSegment, from: '2026-01-01' },
    });
    const prices = [price('DK', 'DKK', 0.5), price('SE', 'EUR', 0.25)];
    await test.put('/v1/gateways/simulator/prices', prices);
    const whole = await ofNew('udgift');
    const day = '2026-11-20';
    for (const [country, count] of Object.entries({ DK: 3, SE: 1, NO: 1 })) {
      const appointment = await rows.appointment('udgift', PHONE, { reference: `in-${country}` });
      for (let nth = 0; nth < count; nth++)
        await rows.sent('udgift', appointment, PHONE, { ...dueOn(day), rule: `r${nth}` }, { country });
    }
    const at = `authority=udgift&from=${day}&to=${day}`;
    const file = async (client: PageClient, query = at) =>
      (await client.text(`/admin/statistics.csv?${query}`)).split('\r\n');
    const danish = await file(whole);
    expect(danish.slice(danish.indexOf(''))).toEqual([
      '',
      'Udgifter til SMS i perioden',
      'SMS-leverandør;Land;SMS-dele;Beløb;Valuta',
      'simulator;Danmark;3;"1,50";DKK',
      'simulator;Norge;1;;',
      'simulator;Sverige;1;"0,25";EUR',
      'I alt;;3;"1,50";DKK',
      'I alt;;1;"0,25";EUR',
      'I alt uden kendt pris;;1;;',
      '',
    ]);
    expect((await file(whole, `${at}&by=template&language=en`)).slice(-7, -1)).toEqual([
      'simulator,Denmark,3,1.50,DKK',
      'simulator,Norway,1,,',
      'simulator,Sweden,1,0.25,EUR',
      'Total,,3,1.50,DKK',
      'Total,,1,0.25,EUR',
      'Total without a known price,,1,,',
    ]);
    const some = await enter(test, { role: 'viewer', authority: 'udgift', departments: ['Øre'] });
    expect((await file(some)).join()).not.toContain('Udgifter');
  });
});

describe('a period that can not be used', () => {
  it.each([
    ['from=x', 'from', 'x', 'Skriv en dag som dd-mm-åååå, mellem 1900 og 2199.'],
    ['from=2026-11-01&to=2026-13-01', 'to', '2026-13-01', 'Skriv en dag som dd-mm-åååå, mellem 1900 og 2199.'],
    ['from=2026-11-09&to=2026-11-01', 'from', '09-11-2026', 'Perioden slutter, før den begynder.'],
  ])(
    '%s comes back with 422, as it was typed, with its field marked and why, and never as a file',
    async (query, field, typed, why) => {
      for (const path of ['statistics', 'statistics.csv', 'messages']) {
        const response = await viewer.get(`/admin/${path}?authority=rh&${query}`);
        const page = await response.text();
        const marked = [...page.matchAll(/<input[^>]*aria-invalid="true"[^>]*>/g)].map(([tag]) => tag);
        expect([path, response.status, marked.length]).toEqual([path, 422, 1]);
        expect(marked[0]).toContain(`id="${field}"`);
        expect(marked[0]).toContain(`value="${typed}"`);
        expect(page).toMatch(new RegExp(`id="${field}-fault"[^>]*>${why}<`));
        // Figures of another period would stand beneath the days that were typed.
        expect([path, page.includes('<table'), page.includes('Hent som regneark')]).toEqual([path, false, false]);
      }
    },
  );
});

it('a period longer than ten years is refused as too long; one of ten years, or of a single day, is shown', async () => {
  const of = (from: string) => viewer.get(`/admin/statistics?authority=rh&from=${from}&to=2026-11-24`);
  const [long, most, day] = [await of('2016-11-16'), await of('2016-11-17'), await of('2026-11-24')];
  expect([long.status, most.status, day.status]).toEqual([422, 200, 200]);
  expect(await long.text()).toMatch(/id="from-fault"[^>]*>Vælg højst ti år\.</);
});

describe('the share received', () => {
  it('is of those whose outcome is known on both pages, which say so and count the others', async () => {
    const day = '2026-11-20';
    const reader = await ofNew('an');
    const appointment = await rows.appointment('an', PHONE, { reference: 'share' });
    for (const [nth, status] of (
      ['delivered', 'undelivered', 'accepted', 'accepted', 'uncertain'] as const
    ).entries()) {
      await rows.sent('an', appointment, PHONE, { ...dueOn(day), rule: `r${nth}` }, { status });
    }
    const leftOut = { '/admin/statistics': 'Ikke regnet med: 3', '/admin': 'Ikke regnet med i denne måned: 3' };
    for (const [path, sentence] of Object.entries(leftOut)) {
      const page = await reader.text(`${path}?authority=an`);
      expect([path, /<dt>Andel modtaget[^<]*<\/dt><dd>(?:<a [^>]*>)?50\s%</.test(page)]).toEqual([path, true]);
      expect(page).toContain(`${sentence}, der afventer kvittering eller er uvisse.`);
    }
    const [[failed = '', count = 0] = []] = (await reader.page('/admin/statistics?authority=an')).figures(
      /status=failed/,
    );
    expect([count, rowsOf(await reader.text(failed)).length]).toEqual([2, 2]);
  });
});

describe('a file of figures', () => {
  it('that is asked for after the session has ended leads to the page of the same figures', async () => {
    const response = await test.app.request(`/admin/statistics.csv?${PERIOD}&by=week`);
    const next = `/admin/statistics?${PERIOD}&by=week`;
    expect(response.headers.get('location')).toBe(`/admin/sign-in?${new URLSearchParams({ next })}`);
    // A link with `download` would save the page that asks to sign in, as the file.
    expect(await viewer.text(next)).toMatch(/<a [^>]*href="\/admin\/statistics\.csv[^"]*">/);
  });
});

describe('the navigation', () => {
  it('has no set-up for an administrator of some departments, whom the set-up refuses', async () => {
    const of = async (departments?: string[]) => {
      const email = `${crypto.randomUUID()}@example.org`;
      const client = await enter(test, {
        email,
        role: 'administrator',
        authority: 'rh',
        ...(departments && { departments }),
      });
      const links = (await client.text('/admin?authority=rh')).includes('href="/admin/set-up?');
      return [links, (await client.get('/admin/set-up/people?authority=rh')).status];
    };
    expect([await of(['Øre']), await of()]).toEqual([
      [false, 403],
      [true, 200],
    ]);
  });
});

describe('the list behind a figure', () => {
  it('is narrowed by reason and department, and shows somebody limited their own alone', async () => {
    const asked = `/admin/messages?${PERIOD}&status=suppressed`;
    expect(rowsOf(await viewer.text(asked))).toHaveLength(3);
    expect(rowsOf(await viewer.text(`${asked}&reason=no_phone`))).toHaveLength(1);
    expect(rowsOf(await limited.text(asked))).toHaveLength(2);
    expect(rowsOf(await limited.text(`${asked}&department=%3DHYPERLINK(%22x%22)`))).toHaveLength(0);
    expect(await viewer.text(asked)).toContain('Ikke sendt: intet telefonnummer');
    // A reason that this outcome never has is not asked for: the form can't show it.
    const received = await viewer.text(`/admin/messages?${PERIOD}&status=delivered&reason=no_phone`);
    expect(rowsOf(received)).toHaveLength(3);
  });

  it('of a supplier has what it was handed, and of none what was never handed over', async () => {
    const appointment = await rows.appointment('rh', PHONE, { reference: 'by-supplier' });
    const due = dueOn('2026-11-23');
    const day = 'authority=rh&from=2026-11-23&to=2026-11-23';
    for (const status of ['planned', 'expired', 'uncertain'] as const) {
      const reason = status === 'expired' ? { reason: 'too_late' } : {};
      await rows.reminder('rh', appointment, { ...due, status, ...reason, rule: status });
    }
    await rows.sent('rh', appointment, PHONE, { ...due, rule: 'sent' }, { status: 'uncertain' });
    const count = async (status: string, gateway: string) =>
      rowsOf(await viewer.text(`/admin/messages?${day}&status=${status}&gateway=${gateway}`)).length;
    for (const [status, supplier, none, all] of [
      ['planned', 0, 1, 1],
      ['expired', 0, 1, 1],
      ['uncertain', 1, 1, 2],
    ] as const)
      expect([status, await count(status, 'simulator'), await count(status, 'none'), await count(status, '')]).toEqual([
        status,
        supplier,
        none,
        all,
      ]);
    const page = await viewer.text(`/admin/statistics?${day}&by=gateway`);
    const links = readPage(page).figures(/\/messages\?.*gateway=none/);
    expect(links.length).toBeGreaterThan(0);
    for (const [href, figure] of links) expect([href, rowsOf(await viewer.text(href)).length]).toEqual([href, figure]);
    for (const place of ['2026-11-23/01890000-0000-7000-8000-000000000000', '01890000-0000-7000-8000-000000000000'])
      for (const gateway of ['simulator', 'none'])
        expect(
          (await viewer.get(`/admin/messages?${day}&status=uncertain&gateway=${gateway}&place=${place}`)).status,
        ).toBe(200);
    expect(await viewer.text(`/admin/messages?${day}&status=expired&gateway=gone`)).toMatch(/value="gone" selected/);
  });

  it('names the text, the language and the country that it shows alone as other pages do, each with a link that takes it off', async () => {
    const shown = (more: string) => viewer.text(`/admin/messages?${PERIOD}&status=suppressed${more}`);
    const limitsOf = (page: string) =>
      [...page.matchAll(/<p class="lead">([^<]*) <a href="([^"]*)">([^<]*)</g)].map(([, only, href = '', all]) => {
        const query = new URLSearchParams(href.replaceAll('&amp;', '&').split('?')[1]);
        return [
          only,
          all,
          ['template', 'wording', 'country', 'status', 'place'].filter((name) => query.has(name)).join(),
        ];
      });
    const all = '&template=reminder&wording=da&country=SE';
    expect(limitsOf(await shown(all))).toEqual([
      ['Kun teksten »Påmindelse«.', 'Vis alle tekster', 'wording,country,status'],
      ['Kun på dansk.', 'Vis alle sprog', 'template,country,status'],
      ['Kun numre fra dette land: Sverige.', 'Vis alle lande', 'template,wording,status'],
    ]);
    expect(limitsOf(await shown('&wording=en'))).toEqual([['Kun på engelsk.', 'Vis alle sprog', 'status']]);
    expect(limitsOf(await shown(''))).toEqual([]);
    expect(limitsOf(await shown(`${all}&language=en`)).map(([only, link]) => `${only} ${link}`)).toEqual([
      'Only the text “Reminder”. Show all texts',
      'Only in Danish. Show all languages',
      'Only numbers of this country: Sweden. Show all countries',
    ]);
    await viewer.text('/admin?language=da');
  });

  it('shows in its fields a supplier and a department that the link of a figure chose, whatever else there is to choose', async () => {
    const page = await viewer.text(`/admin/messages?${PERIOD}&status=sent&gateway=simulator&department=Gone`);
    expect(page).toMatch(
      /<select id="gateway".*value="simulator" selected.*<select id="department".*value="Gone" selected/s,
    );
  });

  it('has what a reply holds until its deadline, and what was handed over at the end of a long pause', async () => {
    const rules = [{ id: 'two-weeks-before', lead: 'P14D', at: '10:00' }];
    const client = await ofNew('lang', { rules });
    const late = new StoredRows(test.db, new Date('2026-12-06T09:00:00Z'), test.deps.keyring);
    const due = dueOn('2026-11-24');
    const expires_at = new Date('2026-12-08T07:00:00Z');
    const held = await late.appointment('lang', PHONE, { reference: 'held' });
    const more = { held_reason: 'reply_cancel', next_at: expires_at, expires_at };
    await late.reminder('lang', held, { ...due, ...more });
    const paused = await late.appointment('lang', PHONE, { reference: 'paused' });
    await late.sent('lang', paused, PHONE, due);
    const behind = (status: string) =>
      client.text(`/admin/messages?authority=lang&from=2026-11-24&to=2026-11-24&status=${status}`);
    expect([rowsOf(await behind('planned')).length, rowsOf(await behind('delivered')).length]).toEqual([1, 1]);
  });

  it('begins with what was handed over on the day, though thousands were handed over since', async () => {
    const client = await ofNew('stor');
    const stor = (at: string) => new StoredRows(test.db, new Date(at), test.deps.keyring);
    for (const at of ['2026-11-24T09:00:00Z', '2026-11-24T10:00:00Z', '2026-11-25T09:00:00Z']) {
      const appointment = await stor(at).appointment('stor', PHONE, { reference: at });
      await stor(at).sent('stor', appointment, PHONE, dueOn('2026-11-24'));
    }
    const later = await stor('2026-11-26T09:00:00Z').message('stor', null, PHONE);
    const ids = Array.from({ length: 5_010 }, (_, nth) => newId(new Date(Date.UTC(2026, 10, 26, 10, 0, 0, nth))));
    await sql`insert into message select copy.* from message m, unnest(${ids}::uuid[]) n,
      jsonb_populate_record(m, jsonb_build_object('id', n)) copy where m.id = ${later}`.execute(test.db);
    const list = await client.text('/admin/messages?authority=stor&from=2026-11-24&status=delivered');
    const references = referencesIn(list);
    expect(references).toEqual(['2026-11-24T09:00:00Z', '2026-11-24T10:00:00Z', '2026-11-25T09:00:00Z']);
    expect(list).toContain('I den rækkefølge, de blev sendt.');
  });

  it('of a department has those of that department alone, which a rule names beside longer names', async () => {
    const rules = [{ id: 'kirurgi', lead: 'P1D', when: { departments: ['Kirurgi'] } }];
    const client = await ofNew('afd', { rules });
    const noted = ['Kirurgi A', 'Ortopædi A', 'Ortopædi B'].map((name) => ({
      ...{ authority_id: 'afd', key: name, name, patients: Buffer.alloc(0), seen_at: test.clock.now },
    }));
    await insert(test.db, 'department', noted);
    for (const [nth, department] of ['Kirurgi', 'Kirurgi A', 'Kirurgi A', 'Ortopædi'].entries()) {
      const appointment = await rows.appointment('afd', PHONE, { reference: `afd-${nth}`, department });
      const due = { due_day: '2026-11-24', due_at: new Date('2026-11-24T09:00:00Z'), department };
      await rows.reminder('afd', appointment, { ...due, status: 'suppressed', reason: 'opted_out' });
    }
    const page = await client.text('/admin/statistics?authority=afd&from=2026-11-24&to=2026-11-24&by=department');
    const links = readPage(page).figures(/\/messages\?.*department=/);
    expect(links.map(([, count]) => count)).toEqual([2, 1, 1]);
    for (const [href, count] of links) expect([href, rowsOf(await client.text(href)).length]).toEqual([href, count]);
    const list = await client.text(
      '/admin/messages?authority=afd&from=2026-11-24&status=suppressed&department=Kirurgi',
    );
    expect(list).toContain('<option value="Kirurgi" selected="">');
  });

  it('goes on page by page, and refuses a place that it never gave', async () => {
    const appointment = await rows.appointment('rh', null, { reference: 'many' });
    for (let nth = 0; nth < 60; nth++) {
      const due = dueOn('2026-12-03');
      await rows.reminder('rh', appointment, { ...due, rule: `planned-${nth}` });
      await rows.reminder('rh', appointment, { ...due, status: 'expired', reason: 'too_late', rule: `expired-${nth}` });
    }
    for (const status of ['planned', 'expired']) {
      const first = await viewer.text(`/admin/messages?authority=rh&from=2026-12-03&to=2026-12-03&status=${status}`);
      const second = await viewer.text(readPage(first).link(/\/messages\?.*place=/) ?? '');
      expect([status, rowsOf(first).length, rowsOf(second).length]).toEqual([status, 50, 10]);
      expect(second).not.toContain('Vis flere');
    }
    for (const place of ['x', '2026-12-03/x', '01890000-0000-7000-8000-000000000000']) {
      const response = await viewer.get(`/admin/messages?authority=rh&status=expired&place=${place}`);
      expect([place, response.status]).toEqual([place, 404]);
    }
    const period = await viewer.get('/admin/messages?authority=rh&from=2026-12-03&to=2026-12-01');
    expect([period.status, await period.text()]).toEqual([422, expect.stringContaining('value="03-12-2026"')]);
  });
});
