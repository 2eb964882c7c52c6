import { beforeEach, describe, expect, it } from 'vitest';
import { scenario } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const PHONE = '+4522304150';
const { test, rows, operator, other, viewer } = scenario({
  authorities: { rh: { name: 'Myndighed rh', contactPhone: '35453545', staffMayWrite: true, sources: { rh: {} } } },
  people: {
    operator: { name: 'Olga Olsen', role: 'operator' },
    other: { name: 'Otto Holm', role: 'operator' },
    viewer: { role: 'viewer' },
  },
  prepare: async () => {
    const body = { name: 'Kom gerne før', da: 'Kom gerne før. {{authority}}', en: 'Do come early.' };
    await test.json(201, '/v1/authorities/rh/standard-answers/early', { method: 'PUT', body });
  },
});

let digits = 100;
let phone = PHONE;
let appointment = '';
beforeEach(async () => {
  phone = `${PHONE.slice(0, -3)}${digits++}`;
  appointment = await rows.appointment('rh', phone);
});
const pathOf = () => `/admin/find/${appointment}/answer`;
const sent = (more: Readonly<Record<string, string>>) => ({
  authority: 'rh',
  standardAnswer: '',
  text: '',
  language: 'da',
  do: 'send',
  ...more,
});
const revision = async () => (await operator.page(`${pathOf()}?authority=rh`)).field('revision').value;
const written = async () =>
  (
    await test.db
      .selectFrom('message')
      .select('id')
      .where('phone_hash', '=', test.deps.keyring.phoneHash(phone))
      .execute()
  ).length;

describe('the page on which staff write to a citizen', () => {
  it('sends a standard answer once, and says to whoever sends next when and by whom it was', async () => {
    const opened = await revision();
    const form = sent({ standardAnswer: 'early', revision: opened });
    const posts = await Promise.all([operator.post(pathOf(), form), operator.post(pathOf(), form)]);
    expect(posts.map(({ status }) => status).sort()).toEqual([303, 409]);
    const done = posts.find(({ status }) => status === 303)?.headers.get('Location') ?? '';
    expect((await operator.page(done)).text).toContain('SMS’en til borgeren sendes nu.');
    const late = await other.send(pathOf(), sent({ text: 'Mit eget svar', revision: opened }));
    expect([late.status, late.page.field('text').value]).toEqual([409, 'Mit eget svar']);
    expect(late.page.text).toContain('Olga Olsen skrev til nummeret');
    expect(await written()).toBe(1);
    expect((await operator.page(`/admin/find/${appointment}?authority=rh`)).text).toContain(
      'SMS til borgeren fra Olga Olsen',
    );
  });

  it('shows the SMS with its price before it goes, and keeps what was typed where it can’t', async () => {
    const shown = await operator.send(pathOf(), sent({ text: 'Ja. '.repeat(50), do: 'preview' }));
    expect([shown.status, shown.page.text.includes('Koster som 2 SMS-dele.')]).toEqual([200, true]);
    const wrong = await operator.send(pathOf(), sent({ text: 'Ring 20 12 34 56' }));
    expect([wrong.status, wrong.page.field('text').value]).toEqual([422, 'Ring 20 12 34 56']);
    expect(wrong.page.field('text').fault).toContain('andet telefonnummer');
    const both = await operator.send(pathOf(), sent({ text: 'Ja', standardAnswer: 'early' }));
    expect([both.status, both.page.field('text').value]).toEqual([422, 'Ja']);
    const gone = await operator.send(pathOf(), sent({ standardAnswer: 'gone' }));
    expect([gone.status, gone.page.field('standardAnswer').fault]).toEqual([422, expect.stringContaining('slettet')]);
    expect(await written()).toBe(0);
  });

  it('sends nothing about an appointment that changed since it was opened, and keeps the text', async () => {
    const opened = await revision();
    await update(test.db, 'appointment', { id: appointment }, { status: 'cancelled', revision: Number(opened) + 1 });
    const { status, page } = await operator.send(pathOf(), sent({ text: 'Kom kl. 9', revision: opened }));
    expect([status, page.field('text').value]).toEqual([409, 'Kom kl. 9']);
    expect(page.text).toContain('aftalen er ændret, siden siden blev åbnet');
    expect(await written()).toBe(0);
  });

  it('is reached from a reply, shows what the citizen wrote, and what was answered', async () => {
    const reply = await rows.reply(['rh'], phone, 'Må jeg komme før?');
    const path = `/admin/replies/${reply}/answer`;
    const page = await operator.page(`${path}?authority=rh`);
    expect(page.text).toContain('Må jeg komme før?');
    expect((await operator.post(path, sent({ standardAnswer: 'early' }))).status).toBe(303);
    const after = await other.page(`${path}?authority=rh`);
    expect(after.text).toContain('Olga Olsen svarede');
    expect(after.text).toContain('Kom gerne før. Myndighed rh');
    expect((await viewer.get(`${path}?authority=rh`)).status).toBe(403);
  });
});
