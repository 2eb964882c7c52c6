import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { StoredRows, update } from '../../support/stored-rows.ts';

const { test, anna, bo, reader } = scenario({
  authorities: { rh: { name: 'Region Hovedstaden', contactPhone: '35 45 35 45', sources: { rh: {} } }, kk: {} },
  people: {
    anna: { name: 'Anna Jensen', role: 'administrator' },
    bo: { name: 'Bo Berg', role: 'administrator' },
    reader: { name: 'Rie Rask', role: 'viewer' },
  },
});

const PATH = '/admin/texts/reminder';
/** The form as the page has it, with other texts. */
async function formOf(client: PageClient, texts: { readonly da?: string; readonly en?: string }, path = PATH) {
  const page = await client.page(`${path}?authority=rh`);
  const typed = (name: string) => page.field(name).value;
  return {
    authority: 'rh',
    'text-da': texts.da ?? typed('text-da'),
    'text-en': texts.en ?? typed('text-en'),
    reference: '',
    'seen-da': typed('seen-da'),
    'seen-en': typed('seen-en'),
  };
}
const inForce = (language: string, name = 'reminder') =>
  test.json<{ text: string; version: number }>(200, `/v1/authorities/rh/templates/${name}/${language}`);

describe('a text', () => {
  it('is shown before it is saved: its size, the characters that make it dear, what it reveals', async () => {
    const form = await formOf(anna, { da: 'Husk {{date}} kl. {{time}} på Onkologisk ł. Ring {{contactPhone}}' });
    const response = await anna.post(PATH, { ...form, do: 'preview' });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('»ł« findes ikke i en almindelig SMS');
    expect(page).toContain('<mark>ł</mark>');
    expect(page).toMatch(/af 70 tegn: koster som 1 SMS\.</);
    expect(page).toContain('<strong>Kan læses på låst skærm:</strong> noget, der kan røbe en sygdom');
    expect(page).toContain('»onkologisk«');
    expect(page).toContain('man kan ikke svare på et afsendernavn');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'; connect-src 'self'");
    expect(await inForce('da')).toMatchObject({ version: 0 });
    const english = await (await anna.post(`${PATH}?language=en`, { ...form, do: 'preview' })).text();
    expect([english.includes('“ł” is not among'), english.includes('“onkologisk”')]).toEqual([true, true]);
    expect(english).toContain('<strong>Can be read on a locked screen:</strong> what may reveal an illness');
    // The language that somebody chose stays theirs.
    await anna.text(`${PATH}?authority=rh&language=da`);
  });

  it('is printed with the values of an appointment that its reference names, of this authority alone', async () => {
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    await rows.appointment('rh', '+4520123456', { reference: 'A-77', start_at: new Date('2026-12-24T08:15:00Z') });
    const form = await formOf(anna, {});
    const page = await (await anna.post(PATH, { ...form, reference: 'A-77', do: 'preview' })).text();
    expect(page).toContain('torsdag d. 24. december kl. 9.15');
    expect(page).toContain('Thursday 24 December');
    const other = await (await anna.post(PATH, { ...form, reference: 'A-78', do: 'preview' })).text();
    expect(other).toContain('Der er ingen aftale med det nummer');
  });

  it('is printed with the values of an appointment whose reference is as long as any may be', async () => {
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    const reference = `A-${'7'.repeat(253)}`;
    await rows.appointment('rh', '+4520123457', { reference, start_at: new Date('2026-12-23T08:15:00Z') });
    const form = await formOf(anna, {});
    const page = await (await anna.post(PATH, { ...form, reference, do: 'preview' })).text();
    expect(page).toContain('onsdag d. 23. december kl. 9.15');
    expect(page).toMatch(/<input[^>]*id="reference"[^>]*maxlength="255"/);
    expect(page).toContain(`value="${reference}"`);
  });

  it('with a fault comes back as it was typed, with the place of the fault in words, and nothing is saved', async () => {
    const form = await formOf(anna, { da: 'Husk {{ dato }} & mere', en: 'See www.example.dk' });
    const response = await anna.post(PATH, { ...form, do: 'save' });
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(page).toContain('Husk {{ dato }} &amp; mere');
    expect(page).toContain('Linje 1, tegn 9: der er ingen oplysning med det navn');
    expect(page).toContain('Der er et link');
    expect(page).not.toMatch(/unknown_variable|holds_link/);
    expect(await inForce('en')).toMatchObject({ version: 0 });
  });

  it('that can not be sent is shown on no phone', async () => {
    const form = await formOf(anna, { da: 'Husk {{ dato }}' });
    for (const [language, sentence] of [
      ['en', 'Nothing can be sent with this text.'],
      ['da', 'Der kan ikke sendes noget med denne tekst.'],
    ] as const) {
      const page = await (await anna.post(`${PATH}?language=${language}`, { ...form, do: 'preview' })).text();
      const [danish = '', english = ''] = page.split('id="text-en-title"');
      expect(danish).toContain(`<p class="warning">${sentence}</p>`);
      expect([danish, english].map((each) => each.includes('class="handset"'))).toEqual([false, true]);
    }
  });

  it('leads to its earlier versions, and speaks of them, once there are any', async () => {
    const path = '/admin/texts/help';
    const emptied = async () => {
      const form = await formOf(anna, { da: '' }, path);
      return (await anna.post(path, { ...form, do: 'save' })).text();
    };
    const leads = async () => (await anna.text(`${path}?authority=rh`)).includes(`${path}/versions?authority=rh`);
    expect([await leads(), await emptied()]).toEqual([false, expect.stringContaining('>Teksten er tom.<')]);
    const form = await formOf(anna, { da: 'Ring til os på {{contactPhone}}. Svar STOP for at framelde dig.' }, path);
    expect((await anna.post(path, { ...form, do: 'save' })).status).toBe(303);
    const told = expect.stringContaining('kan tages i brug igen under »Tidligere versioner«.<');
    expect([await leads(), await emptied()]).toEqual([true, told]);
  });

  it('that somebody else saved meanwhile is a conflict, which keeps what was typed and overwrites nothing', async () => {
    const mine = await formOf(anna, { da: 'Annas tekst {{date}} {{time}}' });
    const theirs = await formOf(bo, { da: 'Bos tekst {{date}} {{time}}' });
    const answer = (await bo.post(PATH, { ...theirs, do: 'save' })).headers.get('location');
    expect(answer).toBe('/admin/texts/reminder?authority=rh&done=saved#done');
    const response = await anna.post(PATH, { ...mine, do: 'save' });
    const page = await response.text();
    expect(response.status).toBe(409);
    expect(page).toContain('Annas tekst {{date}} {{time}}</textarea>');
    expect(page).toContain('En anden har gemt teksten');
    expect(page).toContain('Bo Berg');
    expect(await inForce('da')).toMatchObject({ text: 'Bos tekst {{date}} {{time}}', version: 1 });
    const again = { ...mine, 'seen-da': readPage(page).field('seen-da').value, do: 'save' };
    expect((await anna.post(PATH, again)).status).toBe(303);
    expect(await inForce('da')).toMatchObject({ text: 'Annas tekst {{date}} {{time}}', version: 2 });
  });

  it.each(['a refused save', 'a preview'])('that somebody else saved before %s is a conflict still', async (by) => {
    const path = '/admin/texts/cancellation';
    const mine = await formOf(anna, { da: 'Annas tekst {{date}} {{time}}' }, path);
    const text = `Bos tekst før ${by}: {{date}} {{time}}`;
    expect((await bo.post(path, { ...(await formOf(bo, { da: text }, path)), do: 'save' })).status).toBe(303);
    const between = by === 'a preview' ? { do: 'preview' } : { 'text-da': '{{datum}}', do: 'save' };
    const page = await (await anna.post(path, { ...mine, ...between })).text();
    const late = await anna.post(path, { ...mine, 'seen-da': readPage(page).field('seen-da').value, do: 'save' });
    expect([late.status, (await inForce('da', 'cancellation')).text]).toEqual([409, text]);
  });

  it('names the API key that saved it as other pages do, and nobody who was erased', async () => {
    const token = await test.createKey('rh', 'administrator');
    const body = { text: 'Ring til {{authority}}' };
    await test.json(200, '/v1/authorities/rh/templates/help/da', { method: 'PUT', token, body });
    const gone = { created_by: 'person:01890000-0000-7000-8000-000000000000' };
    await test.json(200, '/v1/authorities/rh/templates/help/en', { method: 'PUT', token, body });
    await update(test.db, 'template_version', { language: 'en', name: 'help' }, gone);
    const path = '/admin/texts/help';
    for (const page of [
      await anna.text('/admin/texts?authority=rh'),
      await anna.text(`${path}?authority=rh`),
      (await anna.text(`${path}/versions?authority=rh&of=da`)) +
        (await anna.text(`${path}/versions?authority=rh&of=en`)),
    ]) {
      expect([page.includes('API-nøglen A administrator'), page.includes('hvis navn ikke kendes her')]).toEqual([
        true,
        true,
      ]);
      expect(page).not.toMatch(/>[^<]*(?:key:|person:)/);
    }
  });

  it('is rolled back to an earlier version and to the shipped one, which the list names with who saved it', async () => {
    const path = `${PATH}/versions?authority=rh&of=da`;
    const page = await anna.text(path);
    expect(page).toMatch(/<ins>.*Annas<\/ins>/);
    expect(page).toMatch(/<del>.*Bos<\/del>/);
    expect(page).toContain('Hver version er sammenlignet med den før');
    const restore = (version: string, seen: string) =>
      anna.post(`${PATH}/restore`, { authority: 'rh', language: 'da', version, seen });
    expect((await restore('1', '1')).headers.get('location')).toContain('done=changed');
    expect((await restore('1', '2')).headers.get('location')).toContain('done=restored');
    expect(await inForce('da')).toMatchObject({ text: 'Bos tekst {{date}} {{time}}', version: 3 });
    expect((await restore('0', '3')).headers.get('location')).toContain('done=restored');
    expect(await inForce('da')).toMatchObject({ version: 0 });
    expect((await restore('99', '4')).status).toBe(404);
    // An earlier release took a link, which the present one refuses.
    const first = test.db.updateTable('template_version').where('authority_id', '=', 'rh').where('version', '=', 1);
    await first.set({ text: 'Se https://example.org {{date}} {{time}}' }).where('language', '=', 'da').execute();
    const refused = await restore('1', '4');
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringMatching(/role="alert"[^>]*>[^<]*link/)]);
    expect(await inForce('da')).toMatchObject({ version: 0 });
    expect(await anna.text(path)).toContain('Tilbage til standardteksten');
    expect(await anna.text('/admin/texts?authority=rh')).toContain('Standardtekst');
  });

  it('tells how many planned reminders it changes, and the next one before and after', async () => {
    const body = (id: string, start: string) => ({
      type: 'appointment.booked',
      data: { id, start, patient: { id: `P-${id}`, phone: '20 12 34 56', language: 'da' } },
    });
    const { token } = await test.makeSource('rh', 'rh-epj');
    const events = [body('N-1', '2026-12-08T09:00:00+01:00'), body('N-2', '2026-12-15T09:00:00+01:00')];
    await test.json(207, '/v1/webhooks/rh-epj', { token, body: events });
    const form = await formOf(anna, { da: 'Kom {{weekday}} d. {{date}} kl. {{time}}' });
    const page = await (await anna.post(PATH, { ...form, do: 'preview' })).text();
    expect(page).toMatch(/4 planlagte påmindelser \(4\.\u00a0dec\.\u00a02026 til 14\.\u00a0dec\.\u00a02026\)/);
    expect(page).toContain('Husk din aftale hos Region Hovedstaden tirsdag d. 8. december');
    expect(page).toContain('Kom tirsdag d. 8. december kl. 9.00');
  });
});

describe('the text of an answer', () => {
  it('has the cost of last month’s answers with it, in money where prices are known, for the whole authority alone', async () => {
    const price = { country: 'DK', perSegment: 0.2, currency: 'DKK', from: '2026-01-01' };
    await test.put('/v1/gateways/simulator/prices', [price]);
    const answer = (at: string, row: Parameters<StoredRows['message']>[3] = {}) =>
      new StoredRows(test.db, new Date(at), test.deps.keyring).message('rh', null, '+4522304150', {
        ...{ template: 'opt-in-confirmed', country: 'DK' },
        ...row,
      });
    // The month begins and ends by the authority's clock.
    for (const at of ['2026-09-30T22:00:00Z', '2026-10-15T12:00:00Z', '2026-10-31T22:59:00Z']) await answer(at);
    for (const at of ['2026-09-30T21:59:00Z', '2026-10-31T23:00:00Z']) await answer(at);
    await answer('2026-10-15T12:00:00Z', { status: 'rejected' });
    await answer('2026-10-15T12:00:00Z', { status: 'not_sent' });
    await answer('2026-10-15T12:00:00Z', { template: 'reply-received' });
    await answer('2026-10-15T12:00:00Z', { language: 'en', country: null });
    const page = await reader.text('/admin/texts/opt-in-confirmed?authority=rh');
    const [danish = '', english = ''] = page.split('id="text-en-title"');
    expect(danish).toContain('Sidste måned blev den sendt 3 gange.');
    expect(danish).toMatch(/<dd>3 SMS-dele, ca\. 0,60\skr\.<\/dd>/);
    expect(page.match(/Tallene herunder er regnet med eksemplet ovenfor/g)).toHaveLength(2);
    expect(english).toContain('Sidste måned blev den sendt 1 gang.');
    expect(english).toContain('<dd>1 SMS</dd>');
    // Where the text can't be sent there is no example that costs could be worked out with.
    const form = await formOf(anna, { da: 'Kom {{dato}}' }, '/admin/texts/opt-in-confirmed');
    const refused = await (await anna.post('/admin/texts/opt-in-confirmed', { ...form, do: 'preview' })).text();
    const [faulty = ''] = refused.split('id="text-en-title"');
    expect(faulty).toContain('Sidste måned blev den sendt 3 gange.');
    expect(faulty).not.toMatch(/Tallene herunder|Det samme antal/);
    expect(refused).toContain('<dd>1 SMS</dd>');
    const options = { email: 'l@example.org', name: 'Lis', role: 'viewer', authority: 'rh' } as const;
    const limited = await enter(test, { ...options, departments: ['Øre'] });
    expect(await limited.text('/admin/texts/opt-in-confirmed?authority=rh')).not.toContain('Sidste måned');
  });

  it('says “at least” where there are more answers than are counted, or some may be past retention', async () => {
    await test.makeAuthority('kort', { name: 'Kort', retentionDays: 30 });
    await test.makeSource('kort', 'kort');
    const october = new StoredRows(test.db, new Date('2026-10-28T12:00:00Z'), test.deps.keyring);
    await october.message('kort', null, '+4522304150', { template: 'opt-in-confirmed', country: 'DK' });
    const kort = await enter(test, { email: 'k@example.org', name: 'Kim', role: 'viewer', authority: 'kort' });
    const found = await kort.text('/admin/texts/opt-in-confirmed?authority=kort');
    expect(found).toContain('Sidste måned blev den sendt mindst 1 gang.');
    const rows = new StoredRows(test.db, new Date('2026-10-15T12:00:00Z'), test.deps.keyring);
    const model = await rows.message('rh', null, '+4522304150', { template: 'reply-received', country: 'DK' });
    const ids = Array.from({ length: 20_001 }, () => newId(rows.now));
    await sql`insert into message select copy.* from message m, unnest(${ids}::uuid[]) n,
      jsonb_populate_record(m, jsonb_build_object('id', n)) copy where m.id = ${model}`.execute(test.db);
    const page = await reader.text('/admin/texts/reply-received?authority=rh');
    expect(page).toMatch(/Sidste måned blev den sendt mindst 20\.0\d\d gange\./);
    expect(page).toMatch(/<dd>mindst 20\.0\d\d SMS-dele, mindst 4\.0\d\d\skr\.<\/dd>/);
  });
});

describe('texts of an authority', () => {
  it('are read by a viewer, without a form, and changed by administrators alone', async () => {
    const page = await reader.text(`${PATH}?authority=rh`);
    expect(page).toContain('Husk din aftale hos Region Hovedstaden');
    expect(page).not.toContain('<textarea');
    const form = await formOf(anna, { da: 'Nej {{date}} {{time}}' });
    expect((await reader.post(PATH, { ...form, do: 'save' })).status).toBe(403);
    expect(
      (await reader.post(`${PATH}/restore`, { authority: 'rh', language: 'da', version: '1', seen: '4' })).status,
    ).toBe(403);
  });

  it('of another authority, and of names that there are not, respond as what does not exist', async () => {
    const form = { ...(await formOf(anna, {})), authority: 'kk' };
    const answers = await Promise.all([
      anna.get('/admin/texts/reminder?authority=kk'),
      anna.get('/admin/texts/none?authority=rh'),
      anna.get('/admin/texts/reminder/versions?authority=kk&of=da'),
      anna.get('/admin/texts/reminder/versions?authority=rh&of=fr'),
      anna.post(PATH, { ...form, do: 'save' }),
      anna.post(`${PATH}/restore`, { authority: 'kk', language: 'da', version: '0', seen: '0' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
  });
});
