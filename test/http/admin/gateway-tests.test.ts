import { beforeEach, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { ScriptedGateway } from '../../support/gateway.ts';

const PHONE = '+4520304050';
const HOUR = 3_600_000;

let test: TestApp;
async function open(kind: 'embedded' | 'postgres' = 'embedded'): Promise<void> {
  test = await openTestApp(kind, { gateways: [new ScriptedGateway({}, 'first')], allowedSenders: ['Region Nord'] });
}
type Wish = { readonly phone?: string; readonly sender?: string };
const send = (wish: Wish = {}) =>
  test.request('/v1/gateways/first/tests', { body: { phone: PHONE, sender: 'Region Nord', ...wish } });
const refusals = async () => {
  type Entry = { readonly action: string; readonly target: string; readonly after: object };
  const { items } = await test.json<{ items: Entry[] }>(200, '/v1/installation/audit');
  return items.filter(({ action }) => action === 'gateway.test-refused');
};

describe('a test SMS', () => {
  beforeEach(async () => {
    await open();
    return () => test.close();
  });

  it.each([
    ['of a country that nobody sends to', { phone: '+33612345678' }, '/phone', 'country_not_allowed'],
    ['of a fixed line', { phone: '+4687871000' }, '/phone', 'not_mobile'],
    ['of a premium service', { phone: '+46900123456' }, '/phone', 'not_mobile'],
    ['that nobody has', { phone: '+4510123456' }, '/phone', 'invalid_number'],
    ['from the name of a bank', { sender: 'Nordea' }, '/sender', 'protected_sender'],
  ])('goes to no number and from no sender that no reminder does: %s', async (_, wish: Wish, pointer, code) => {
    const response = await send(wish);
    expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ pointer, code }] }]);
    expect(await test.db.selectFrom('message').select('id').execute()).toEqual([]);
    expect(await refusals()).toMatchObject([{ target: 'first', after: { reason: code } }]);
    expect(JSON.stringify(await refusals())).not.toContain((wish.phone ?? PHONE).slice(3));
  });

  it('goes to the countries that any authority allows, and without one to those that a new one would', async () => {
    expect((await send({ phone: '+46701234567' })).status).toBe(201);
    await test.makeAuthority('rn', { allowedCountries: ['DK'] });
    expect((await send({ phone: '+46701234567' })).status).toBe(422);
    await test.makeAuthority('rs', { allowedCountries: ['SE'] });
    expect((await send({ phone: '+46701234567' })).status).toBe(201);
  });

  it('goes to one number ten times within a day, whoever sends it', async () => {
    for (let nth = 0; nth < 10; nth++) expect((await send()).status).toBe(201);
    test.clock.now = new Date(test.clock.now.getTime() + 23 * HOUR);
    const eleventh = await send();
    expect([eleventh.status, eleventh.headers.get('Retry-After')]).toEqual([429, String(HOUR / 1_000)]);
    expect(await eleventh.json()).toMatchObject({ type: '/problems/too-many-tests' });
    expect(await refusals()).toMatchObject([{ target: 'first', after: { reason: 'too-many-tests' } }]);
    expect((await send({ phone: '+4520304051' })).status).toBe(201);
    test.clock.now = new Date(test.clock.now.getTime() + HOUR);
    expect((await send()).status).toBe(201);
  });

  it('goes to any numbers fifty times within an hour', async () => {
    for (let nth = 0; nth < 50; nth++) expect((await send({ phone: `+45203040${10 + nth}` })).status).toBe(201);
    test.clock.now = new Date(test.clock.now.getTime() + HOUR / 2);
    const next = await send({ phone: '+4520304099' });
    expect([next.status, next.headers.get('Retry-After')]).toEqual([429, String(HOUR / 2_000)]);
    test.clock.now = new Date(test.clock.now.getTime() + HOUR / 2);
    expect((await send({ phone: '+4520304099' })).status).toBe(201);
  });
});

describe('test SMS of several processes at once', () => {
  beforeEach(async () => {
    await open('postgres');
    return () => test.close();
  });

  it('are ten to one number all the same', async () => {
    const sent = await Promise.all(Array.from({ length: 16 }, () => send()));
    expect(sent.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(sent.filter(({ status }) => status === 429)).toHaveLength(6);
  });
});
