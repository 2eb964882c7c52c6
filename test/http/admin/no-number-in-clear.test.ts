import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await app.makeAuthority('rh');
  await app.makeSource('rh', 'epj');
});
afterAll(() => app.close());

const CPRS = ['010190-1234', '01 01 90 1234', '010190.1234', 'CPR0101901234', '０１０１９０-１２３４'];
const PHONES = ['20 12 34 56', '+4520123456', 'tlf. 20-12-34-56', '٢٠١٢٣٤٥٦'];
const authority = { name: 'RH', sender: 'RegionH' };
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
    const answer = await app.request(`/v1/authorities/rh${path}`, { method, body: body(`x ${number}`) });
    expect([number, answer.status]).toEqual([number, 422]);
    expect(await answer.text()).not.toContain(number);
  }
});
