import { describe, expect, it } from 'vitest';
import { enter, type PageClient } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';

const PHONE = '+4522304150';
const WRITTEN = '22 30 41 50';

const { test, rows, administrator, operator } = scenario({
  authorities: { rh: { name: 'Myndighed rh', sources: { rh: {} } }, kk: { name: 'Myndighed kk', sources: { kk: {} } } },
  people: { administrator: { name: 'Anna Jensen', role: 'administrator' }, operator: { role: 'operator' } },
});

async function makeCitizen(phone = PHONE): Promise<string> {
  const id = await rows.appointment('rh', phone, { reference: `C-1${phone.slice(-1)}`, department: 'Øre' });
  await rows.sent('rh', id, phone, {}, { text: 'Husk din tid hos øre.' });
  await rows.reminder('rh', id, { rule: 'next' });
  await rows.reply(['rh'], phone, 'Hvad er det her?');
  await rows.appointment('kk', phone, { reference: `K-1${phone.slice(-1)}` });
  return id;
}
const ask = (client: PageClient, form: Record<string, string>) =>
  client.post('/admin/citizens', { authority: 'rh', phone: WRITTEN, ...form });
const auditedLooks = async () =>
  (await test.db.selectFrom('audit').select('id').where('action', '=', 'citizen.look-up').execute()).length;

describe('access to what is held about a number', () => {
  it('is a page, a document in the language that was chosen, and data, each of them audited', async () => {
    await makeCitizen();
    const before = await auditedLooks();
    const shown = await (await ask(operator, { do: 'show' })).text();
    for (const text of ['C-1', 'Husk din tid hos øre.', 'Hvad er det her?', 'Modtaget']) expect(shown).toContain(text);
    expect(readPage(shown).text).not.toContain('K-1');
    const file = await ask(operator, { do: 'document', file: 'en' });
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="access-2026-11-24.html"');
    const text = await file.text();
    expect(text).toMatch(/^<!doctype html><html lang="en">/);
    for (const each of ['What is held about a phone number', '22\u00a030\u00a041\u00a050', 'C-1', 'Received'])
      expect(text).toContain(each);
    const data = await ask(operator, { do: 'data' });
    expect(data.headers.get('content-disposition')).toContain('attachment');
    expect(await data.json()).toMatchObject({ phone: PHONE, appointments: [{ reference: 'C-10' }], nextCursor: null });
    expect(await auditedLooks()).toBe(before + 3);
  });

  it('shows senders and recipients that are numbers as a phone shows them', async () => {
    const phone = '+4522304158';
    const id = await rows.appointment('rh', phone, { reference: 'C-SENDER' });
    await rows.message('rh', await rows.reminder('rh', id, { status: 'handed_over' }), phone, { sender: '4512345678' });
    const reply = await rows.reply(['rh'], phone, 'Tak');
    const recipient = test.deps.keyring.cipher.encrypt('', 'inbound_message.recipient', reply, '+4512345679');
    const written = test.db.updateTable('inbound_message').set({ recipient_ciphertext: recipient });
    await written.where('id', '=', reply).execute();
    const shown = await (await ask(operator, { phone, do: 'show' })).text();
    for (const last of ['78', '79']) expect(shown).toContain(`+45\u00a012\u00a034\u00a056\u00a0${last}`);
    expect(shown).not.toMatch(/451234567[89]/);
  });

  it('is called a look-up by the audit, which knows of nothing that was given out', async () => {
    await ask(operator, { phone: '22 30 41 98', do: 'show' });
    const audit = await administrator.text('/admin/set-up/audit?authority=rh&action=citizen.look-up');
    const entry = '<td data-label="Handling">Alt om en borger slået op</td>';
    expect([audit.includes(entry), audit.includes('udleveret')]).toEqual([true, false]);
  });

  it('says after how many days the authority erases an appointment by itself', async () => {
    await test.makeAuthority('kort', { retentionDays: 30 });
    await test.makeSource('kort', 'kort');
    await rows.appointment('kort', PHONE, { reference: 'KORT-1' });
    const own = await enter(test, { email: 'kort@example.org', role: 'operator', authority: 'kort' });
    const asked = { authority: 'kort', phone: WRITTEN };
    const found = await (await own.post('/admin/citizens', { ...asked, do: 'show' })).text();
    expect(found).toContain('Oplysninger om en aftale slettes af sig selv 30 dage efter den.');
    const result = await (await own.post('/admin/citizens', { ...asked, do: 'document', file: 'en' })).text();
    expect(result).toContain('What is held about an appointment is erased automatically 30 days after it.');
  });

  it('comes back with what was typed when it is no number, and is not for viewers or somebody limited', async () => {
    const refused = await ask(operator, { phone: '12 34', do: 'show' });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringMatching(/value="12 34"/)]);
    const viewer = await enter(test, { email: 'v@example.org', role: 'viewer', authority: 'rh' });
    expect([(await viewer.get('/admin/citizens')).status, (await ask(viewer, {})).status]).toEqual([403, 403]);
    const limits = { email: 'd@example.org', role: 'administrator', authority: 'rh', departments: ['Øre'] } as const;
    const limited = await enter(test, limits);
    expect(await limited.text('/admin/citizens')).toContain('Din konto er begrænset');
    expect((await ask(limited, {})).status).toBe(403);
    expect((await ask(operator, { authority: 'kk' })).status).toBe(404);
  });
});

describe('an erasure', () => {
  const begin = (client: PageClient, number = WRITTEN) =>
    client.post('/admin/citizens/erase', { authority: 'rh', number });
  const markIn = (page: string) => /name="mark" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const finish = (mark: string, number: string, sure = 'on') =>
    administrator.post('/admin/citizens/erase/confirm', { authority: 'rh', mark, number, sure });
  const phoneOf = async (id: string) =>
    (await test.db.selectFrom('appointment').select('phone_hash').where('id', '=', id).executeTakeFirst())?.phone_hash;

  it('says first what goes, asks for the number once more, and leaves a receipt that names nobody', async () => {
    const phone = '+4522304151';
    const id = await makeCitizen(phone);
    const page = await (await begin(administrator, '22304151')).text();
    for (const text of ['1 aftale', '1 SMS', '1 svar']) expect(page).toContain(text);
    expect(page).not.toContain('22304151');
    // The fault stands where the number is asked for once more, with what goes.
    for (const [response, fault, field] of [
      [await finish(markIn(page), WRITTEN), 'Det er ikke det nummer', 'number'],
      [await finish(markIn(page), '22'), 'Det er ikke et telefonnummer', 'number'],
      [await finish(markIn(page), '22304151', ''), 'Sæt kryds', 'sure'],
    ] as const) {
      const again = await response.text();
      expect([response.status, markIn(again), again.includes('1 aftale')]).toEqual([422, markIn(page), true]);
      expect(again).toContain(fault);
      expect(again).toMatch(new RegExp(`id="${field}"[^>]*autofocus=""`));
      expect(again).not.toMatch(/type="hidden"[^>]*22304151/);
    }
    expect((await finish('x', '22304151')).status).toBe(422);
    expect(await phoneOf(id)).not.toBeNull();
    const done = await finish(markIn(page), '+45 22 30 41 51');
    const receipt = done.headers.get('location') ?? '';
    expect([done.status, receipt]).toEqual([303, expect.stringMatching(/^\/admin\/citizens\/erased\/[0-9a-f-]{36}\?/)]);
    expect(await phoneOf(id)).toBeNull();
    const proof = await administrator.text(receipt);
    for (const text of ['Anna Jensen', 'Myndighed rh', 'Planlagte påmindelser, der ikke bliver sendt'])
      expect(proof).toContain(text);
    const file = await administrator.get(receipt.replace('done=erased', 'file=1'));
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="kvittering-[0-9a-f-]{36}\.html"$/);
    expect(await file.text()).not.toMatch(/22304151|C-1/);
    // Without a session the link leads to the page that has it, and saves nothing under the name of a file.
    expect(proof).not.toMatch(/<a[^>]* download/);
    const out = await test.app.request(receipt.replace(/done=erased.*/, 'file=1'));
    const next = new URL(out.headers.get('location') ?? '', 'https://sms.example.org').searchParams.get('next');
    expect(next).toBe(receipt.replace(/&done=erased.*/, ''));
    expect((await operator.get(receipt)).status).toBe(403);
    expect((await administrator.get(receipt.replace('authority=rh', 'authority=kk'))).status).toBe(404);
  });

  it('of a number that nobody holds is 422, and none is for operators', async () => {
    const nothing = await begin(administrator, '22 30 41 99');
    expect([nothing.status, await nothing.text()]).toEqual([422, expect.stringContaining('intet at slette')]);
    expect((await begin(operator)).status).toBe(403);
    const page = await operator.text('/admin/citizens');
    expect(page).not.toContain('/admin/citizens/erase');
    // The page promises an erasure to those alone who may erase.
    const promise = /registreret om et telefonnummer, eller får det slettet\./;
    expect([promise.test(page), promise.test(await administrator.text('/admin/citizens'))]).toEqual([false, true]);
  });
});
