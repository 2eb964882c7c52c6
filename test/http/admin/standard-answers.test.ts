import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

const test = useApp({ authorities: { rh: { contactPhone: '35453545' }, kk: {}, many: {} } });

const at = (authority: string, id = '') => `/v1/authorities/${authority}/standard-answers${id && `/${id}`}`;
const ANSWER = {
  name: 'Kom gerne før',
  da: 'Kom gerne ti minutter før. {{authority}}',
  en: 'Do come early. {{authority}}',
};
/** A second later, so that the audit has an order. */
function save(status: number, path: string, body: object): Promise<object> {
  test.clock.now = new Date(test.clock.now.getTime() + 1_000);
  return test.json<object>(status, path, { method: 'PUT', body });
}
interface List {
  readonly items: readonly { readonly id: string }[];
}

describe('a standard answer', () => {
  it('is made, replaced, listed by name and deleted, each in the audit with its texts', async () => {
    expect(await save(201, at('rh', 'early'), ANSWER)).toEqual({ id: 'early', ...ANSWER, version: 1 });
    await save(201, at('rh', 'bring-list'), { ...ANSWER, name: 'Husk listen' });
    const changed = { ...ANSWER, da: 'Kom ti minutter før.\r\n' };
    expect(await save(200, at('rh', 'early'), changed)).toMatchObject({ da: 'Kom ti minutter før.', version: 2 });
    const { items } = await test.json<List>(200, at('rh'));
    expect(items.map(({ id }) => id)).toEqual(['bring-list', 'early']);
    expect(await test.json(200, at('kk'))).toEqual({ items: [], nextCursor: null });
    test.clock.now = new Date(test.clock.now.getTime() + 1_000);
    expect((await test.request(at('rh', 'early'), { method: 'DELETE' })).status).toBe(204);
    await test.json(404, at('rh', 'early'), { method: 'DELETE' });
    const audit = await test.json<{ items: object[] }>(200, '/v1/authorities/rh/audit');
    const own = { target: 'early', actor: 'administrator' };
    expect(audit.items.slice(0, 4)).toMatchObject([
      { ...own, action: 'standard-answer.delete', before: { da: 'Kom ti minutter før.', version: 2 }, after: null },
      { ...own, action: 'standard-answer.save', before: { ...ANSWER, version: 1 }, after: { version: 2 } },
      { target: 'bring-list', action: 'standard-answer.save' },
      { ...own, action: 'standard-answer.save', before: null, after: { ...ANSWER, version: 1 } },
    ]);
  });

  it.each([
    ['of an appointment’s values', { da: 'Husk {{date}}' }, '/da', 'unknown_variable'],
    ['with a link', { en: 'See example.dk' }, '/en', 'holds_link'],
    ['with a CPR number', { da: 'Om 010190-1234' }, '/da', 'holds_cpr'],
    ['with a phone number written out', { da: 'Ring 35 45 35 45' }, '/da', 'holds_number'],
    ['that is empty', { en: '' }, '/en', 'empty'],
    ['of more than five segments', { da: 'æ'.repeat(800) }, '/da', 'too_long'],
    ['with a control character', { da: 'Ja\u0007' }, '/da', 'control_character'],
    ['with a number in its name', { name: 'Ring 35 45 35 45' }, '/name', 'holds_number'],
    ['without its English', { en: undefined }, '/en', 'required'],
  ])('%s is refused, with the place, and nothing is stored', async (_, wrong, pointer, code) => {
    const { errors } = (await save(422, at('kk', 'wrong'), { ...ANSWER, ...wrong })) as { errors: object[] };
    expect(errors).toMatchObject([{ pointer, code }]);
    expect((await test.json<List>(200, at('kk'))).items).toEqual([]);
  });

  it('is one of twenty at most, also where two are saved at once; those that there are can still be changed', async () => {
    const ids = Array.from({ length: 19 }, (_, nth) => `a${nth}`);
    for (const id of ids) await save(201, at('many', id), ANSWER);
    const put = async (id: string) => (await test.request(at('many', id), { method: 'PUT', body: ANSWER })).status;
    expect((await Promise.all([put('b1'), put('b2')])).sort()).toEqual([201, 422]);
    expect(await save(422, at('many', 'b3'), ANSWER)).toMatchObject({ errors: [{ pointer: 'id', code: 'full' }] });
    await save(200, at('many', 'a0'), ANSWER);
    expect(await save(422, at('many', 'Not an id'), ANSWER)).toMatchObject({ errors: [{ pointer: 'id' }] });
  });
});
