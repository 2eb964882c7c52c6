import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

const app = useApp({ authorities: { rh: { sources: ['epj'] } } });

const CPRS = ['010190-1234', '01 01 90 1234', '010190.1234', 'CPR0101901234', '０１０１９０-１２３４'];
const PHONES = ['20 12 34 56', '+4520123456', 'tlf. 20-12-34-56', '٢٠١٢٣٤٥٦'];
const authority = { name: 'RH', sender: 'RegionH' };
const MAPPING = { type: '/type', types: { a: 'appointment.booked' }, fields: { id: '/id' } };
const mapping = (change: object) => ({ name: 'EPJ', mapping: { ...MAPPING, ...change } });
const cases = (when: object) => mapping({ type: [{ when, type: 'appointment.booked' }], types: undefined });
/** The words of a booking system in a source's settings, and where the fault of each is told to stand. */
const WORDS: readonly (readonly [string, string, (word: string) => object])[] = [
  ['a local code of status', '/statusMap/*', (word) => ({ name: 'EPJ', statusMap: { [word]: 'booked' } })],
  ['a code of a place', '/locationMap/*', (word) => ({ name: 'EPJ', locationMap: { [word]: 'Opgang 4' } })],
  ['a code of a type', '/typeMap/*', (word) => ({ name: 'EPJ', typeMap: { [word]: 'video' } })],
  ['a type of event', '/mapping/types/*', (word) => mapping({ types: { [word]: 'appointment.booked' } })],
  ['the place of a condition', '/mapping/type/0/when/*', (word) => cases({ [`/${word}`]: true })],
  ['the value of a condition', '/mapping/type/0/when/~1a', (word) => cases({ '/a': word })],
  ['the place of a field', '/mapping/fields/phone', (word) => mapping({ fields: { id: '/id', phone: `/${word}/no` } })],
];
/** What staff write that is stored in clear, by what it may not hold. */
const WRITTEN: readonly (readonly [string, readonly string[], string, string, (text: string) => unknown])[] = [
  ['name of an authority', [...CPRS, ...PHONES], 'PUT', '', (name) => ({ ...authority, name })],
  ['name of a source', [...CPRS, ...PHONES], 'PUT', '/sources/epj', (name) => ({ name })],
  ['name of a key', [...CPRS, ...PHONES], 'POST', '/keys', (name) => ({ name, role: 'viewer' })],
  ['reason of a pause', [...CPRS, ...PHONES], 'POST', '/pause', (reason) => ({ reason })],
  ['reason of an opt-out', [...CPRS, ...PHONES], 'POST', '/opt-outs', (reason) => ({ phone: '20123450', reason })],
  ['template', CPRS, 'PUT', '/templates/reminder/da', (text) => ({ text: `Husk {{ date }} {{ time }} ${text}` })],
  ['mapped place', CPRS, 'PUT', '/sources/epj', (text) => ({ name: 'EPJ', locationMap: { a: text } })],
];

it.each(WRITTEN)('no %s holds such a number', async (_what, numbers, method, path, body) => {
  for (const number of numbers) {
    const response = await app.request(`/v1/authorities/rh${path}`, { method, body: body(`x ${number}`) });
    expect([number, response.status]).toEqual([number, 422]);
    expect(await response.text()).not.toContain(number);
  }
});

describe('in the settings of a booking system', () => {
  const put = (body: object) => app.request('/v1/authorities/rh/sources/epj', { method: 'PUT', body });
  /** In circled digits, which are numbers and no digits to Unicode. */
  const CIRCLED = '②⓪①②③④⑤⑥';

  it.each(WORDS)('%s may be no such number, and is not repeated', async (_what, pointer, body) => {
    for (const [numbers, code] of [
      [[...CPRS, '0101901234', 'Ida 01.01.2021-5234', 'x%2F010190%2D1234'], 'holds_cpr'],
      [[...PHONES, '20123456', CIRCLED, 'Mor 20 12 34 56'], 'holds_number'],
    ] as const) {
      for (const number of numbers) {
        const response = await put(body(number));
        expect([number, response.status]).toEqual([number, 422]);
        const text = await response.text();
        expect(text).not.toContain(number);
        expect(JSON.parse(text)).toMatchObject({ errors: [{ pointer, code, detail: expect.stringMatching(/looks/) }] });
      }
    }
  });

  it('the value of a condition may be no such number written as one', async () => {
    for (const number of [20123456, 4520123456, 3112901234])
      expect([number, (await put(cases({ '/a': number }))).status]).toEqual([number, 422]);
    expect((await put(cases({ '/a': 1_234_567 }))).status).toBe(200);
  });

  it.each([
    ...['325441000016006', '5790001234567', '394802001', '32485007', 'urn:oid:1.2.208.176.1.1', '1.2.208.176.1.1'],
    ...['AMB-12', 'Opgang 4, 3. sal', 'Blegdamsvej 9, 2100 København Ø', '#'],
  ])('%s is a code or a place, and taken', async (word) => {
    for (const [what, , body] of WORDS) expect([what, (await put(body(word))).status]).toEqual([what, 200]);
  });

  it('the id that a FHIR server gave a place is a code', async () => {
    expect((await put({ name: 'EPJ', locationMap: { 'Location/44521234': 'Opgang 4' } })).status).toBe(200);
  });
});
