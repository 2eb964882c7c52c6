import { describe, expect, it } from 'vitest';
import { scenario } from '../../support/scenario.ts';

const { test, anna, operator, viewer } = scenario({
  authorities: { rh: { name: 'Myndighed rh', contactPhone: '35453545' } },
  people: {
    anna: { name: 'Anna Jensen', role: 'administrator' },
    operator: { role: 'operator' },
    viewer: { role: 'viewer' },
  },
});

const PATH = '/admin/standard-answers';
const TYPED = { authority: 'rh', name: 'Kom gerne før', da: 'Kom gerne før. {{authority}}', en: 'Do come early.' };
const open = (query = '') => anna.page(`${PATH}?authority=rh${query}`);
const hidden = async (query = '') => {
  const page = await open(query);
  return { id: page.field('id').value, seen: page.field('seen').value };
};
const stored = () => test.db.selectFrom('standard_answer').selectAll().execute();

describe('the page of standard answers', () => {
  it('makes one of a form that is sent twice, shows what it costs, changes and deletes it', async () => {
    const sent = { ...TYPED, ...(await hidden()) };
    const posts = await Promise.all([anna.post(PATH, sent), anna.post(PATH, sent)]);
    expect(posts.map(({ status }) => status)).toEqual([303, 303]);
    expect(await stored()).toMatchObject([{ name: 'Kom gerne før', version: 1 }]);
    const page = await anna.page(posts[0]?.headers.get('Location') ?? '');
    expect(page.text).toContain('Standardsvaret er gemt.');
    expect(page.text).toContain('Koster som 1 SMS.');
    const edit = `&edit=${sent.id}`;
    expect((await open(edit)).field('da').value).toBe(TYPED.da);
    const longer = { ...TYPED, ...(await hidden(edit)), da: `${'Kom gerne før. '.repeat(12)}` };
    expect((await anna.post(PATH, longer)).status).toBe(303);
    expect((await open()).text).toContain('Koster som 2 SMS-dele.');
    const deleted = await anna.post(`${PATH}/${sent.id}/delete`, { authority: 'rh' });
    expect((await anna.page(deleted.headers.get('Location') ?? '')).text).toContain('Standardsvaret er slettet.');
    expect(await stored()).toEqual([]);
  });

  it('keeps what was typed where it can’t be sent, or somebody else has saved meanwhile', async () => {
    const sent = { ...TYPED, ...(await hidden()) };
    const { status, page: wrong } = await anna.send(PATH, { ...sent, da: 'Ring 35 45 35 45', en: 'See example.dk' });
    expect([status, wrong.field('da').value]).toEqual([422, 'Ring 35 45 35 45']);
    expect(wrong.field('da').fault).toContain('telefonnummer');
    expect(wrong.field('en').fault).toContain('link');
    await anna.post(PATH, sent);
    const { status: late, page } = await anna.send(PATH, { ...sent, da: 'Mit eget.' });
    expect([late, page.field('da').value]).toEqual([409, 'Mit eget.']);
    expect(page.text).toContain('En anden har gemt eller slettet svaret');
    const again = { ...sent, da: 'Mit eget.', seen: page.field('seen').value };
    expect((await anna.post(PATH, again)).status).toBe(303);
    expect(await stored()).toMatchObject([{ text_da: 'Mit eget.', version: 2 }]);
  });

  it('is read by operators and changed by administrators alone', async () => {
    const page = await operator.page(`${PATH}?authority=rh`);
    expect(page.text).toContain('En administrator kan skrive og rette dem.');
    expect((await operator.post(PATH, { ...TYPED, ...(await hidden()) })).status).toBe(403);
    expect((await viewer.get(`${PATH}?authority=rh`)).status).toBe(403);
  });
});
