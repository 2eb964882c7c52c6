import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RefusedAccesses } from '../../src/accounts/refused-access.ts';
import { createApp } from '../../src/app.ts';
import { parseNetwork } from '../../src/runtime/networks.ts';
import type { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { newBrowser, proven } from '../support/pages.ts';
import { useApp } from '../support/scenario.ts';
import { beforeStatements } from '../support/statements.ts';

const HOUR_MS = 3_600_000;
const CPR = '0101901234';
const BOOKING = JSON.stringify({ type: 'appointment.booked', data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00' } });

let app: TestApp['app'];
let refused: RefusedAccesses;
let client: string;
let clients = 0;
const keys: Record<string, string> = {};

const test = useApp({
  deps: () => ({
    trustedProxies: [parseNetwork('10.9.9.9')].filter((network) => network !== null),
  }),
  authorities: { rh: { sources: ['rh-epj'] }, rm: {} },
});
beforeAll(async () => {
  keys.viewer = await test.createKey('rh', 'viewer');
  keys.administrator = await test.createKey('rh', 'administrator');
  keys.foreign = await test.createKey('rm', 'administrator');
});
beforeEach(async () => {
  later(10 * HOUR_MS);
  client = `203.0.113.${++clients}`;
  renew();
});

/** A process that has counted nothing yet. */
function renew(db = test.db): void {
  refused = new RefusedAccesses({ ...test.deps, db });
  app = createApp({ ...test.deps, refusedAccesses: refused });
}

const later = (ms: number) => {
  test.clock.now = new Date(test.clock.now.getTime() + ms);
};
const ask = async (path: string, { from = client, ...init }: RequestInit & { from?: string } = {}) =>
  app.request(path, init, { incoming: { socket: { remoteAddress: from } } });
const as = (token: string | undefined) => ({ headers: { authorization: `Bearer ${token}` } });
const guess = (path: string, from = client) =>
  ask(path, {
    from,
    method: 'POST',
    body: BOOKING,
    headers: { authorization: 'Bearer guess', 'content-type': 'application/json' },
  });
const post = (path: string, form: Record<string, string>, cookie = newBrowser()) => {
  later(1_000);
  return ask(path, {
    method: 'POST',
    body: proven(form, cookie),
    headers: { Origin: 'https://sms.example.org', cookie },
  });
};

interface Entry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly authority?: string | null;
  readonly after: { readonly client: string; readonly count?: number; readonly from?: string; readonly until?: string };
}
type Page = { items: Entry[] };

/** Entries that this client's doings left in the audit, the oldest first. */
async function told(): Promise<Entry[]> {
  await refused.stop();
  return (await test.json<Page>(200, `/v1/installation/audit?client=${client}`)).items.reverse();
}
const facts = ({ actor, action, target, authority, after }: Entry) => [
  ...[action, actor, target, authority ?? null, after.count ?? null],
];

describe('the audit tells of', () => {
  it('signing in and out, and who did it from where, but of no sign-out that ended nothing', async () => {
    const response = await post('/admin/sign-in', { token: test.adminToken });
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    await post('/admin/sign-out', {}, cookie);
    await post('/admin/sign-out', {}, cookie);
    await post('/admin/sign-in', { token: test.adminToken });
    const again = (await post('/admin/sign-in', { token: test.adminToken })).headers.get('set-cookie')?.split(';')[0];
    await post('/admin/sign-out-everywhere', {}, again ?? '');
    const who = ['administrator', 'administrator', null, null];
    expect((await told()).map(facts)).toEqual([
      ...['sign-in', 'sign-out', 'sign-in', 'sign-in', 'sign-out-everywhere'].map((action) => [
        `session.${action}`,
        ...who,
      ]),
    ]);
  });

  it('a sign-in that was refused', async () => {
    await post('/admin/sign-in', { token: 'wrong' });
    expect((await told()).map(facts)).toEqual([['session.refused', 'anonymous', 'administrator', null, 1]]);
  });

  it('wrong tokens of the administration, of sources and of gateways; those of a source in its authority’s audit too', async () => {
    await ask('/v1/authorities', as('guess'));
    await guess('/v1/webhooks/rh-epj');
    await guess('/v1/fhir/%72h-epj');
    await guess('/v1/callbacks/simulator/receipts');
    await guess('/v1/callbacks/4520123456/receipts');
    const entries = await told();
    expect(entries.map(facts).sort()).toEqual([
      ['authentication.refused', 'anonymous', 'administration', null, 1],
      ['authentication.refused', 'anonymous', 'gateway:simulator', null, 1],
      ['authentication.refused', 'anonymous', 'gateway:unknown', null, 1],
      ['authentication.refused', 'anonymous', 'source:rh-epj', 'rh', 1],
      ['authentication.refused', 'anonymous', 'source:rh-epj', 'rh', 1],
    ]);
    const own = await test.json<Page>(200, '/v1/authorities/rh/audit', { token: keys.administrator ?? '' });
    expect(own.items[0]).toMatchObject({ action: 'authentication.refused', target: 'source:rh-epj' });
  });

  it('what a key has no right to, in the audit of its authority, and of the one that it was used on', async () => {
    await ask('/v1/authorities/rh/keys', as(keys.viewer));
    await ask('/v1/authorities/rh/keys', as(keys.foreign));
    await ask('/v1/authorities/nobody/keys', as(keys.foreign));
    await ask('/v1/authorities/rh', { ...as(keys.foreign), method: 'PUT' });
    await ask('/v1/installation/audit', as(keys.administrator));
    const entries = (await told()).map(facts);
    const [viewer, foreign, own] = await Promise.all(
      (['viewer', 'foreign', 'administrator'] as const).map(
        async (who) => `key:${keys[who]?.slice(0, 12)} A ${who === 'viewer' ? who : 'administrator'}`,
      ),
    );
    const route = 'GET /v1/authorities/:authority/keys';
    const unnamed = 'key of another authority';
    expect(entries).toHaveLength(7);
    expect(entries.filter(([, actor]) => actor === foreign)).toHaveLength(3);
    expect(entries).toEqual(
      expect.arrayContaining([
        ['access.refused', viewer, route, 'rh', 1],
        ['access.refused', foreign, route, 'rm', 1],
        ['access.refused', unnamed, route, 'rh', 1],
        ['access.refused', foreign, 'PUT /v1/authorities/:authority', 'rm', 1],
        ['access.refused', unnamed, 'PUT /v1/authorities/:authority', 'rh', 1],
        ['access.refused', own, 'GET /v1/installation/audit', 'rh', 1],
      ]),
    );
  });

  it('nothing that somebody asked for in vain without being refused', async () => {
    await ask('/v1/authorities/rh/appointments/rh-epj/none', as(keys.viewer));
    await ask('/v1/webhooks/rh-epj', { method: 'POST', body: BOOKING });
    expect(await told()).toEqual([]);
  });

  it('nothing that a caller made up: no id, no address, no path', async () => {
    const before = test.logged.length;
    await guess(`/v1/webhooks/${CPR}`);
    await ask(`/v1/authorities/${CPR}/keys`, as(keys.foreign));
    const entries = await told();
    const found = entries.map(({ target }) => target).sort();
    expect(found).toEqual([...['GET /v1/authorities/:authority/keys', 'source:unknown']]);
    const all = JSON.stringify(await test.db.selectFrom('audit').selectAll().execute());
    for (const made of [CPR, client]) expect([made, all.includes(made)]).toEqual([made, false]);
    expect(test.logged.slice(before).join()).not.toContain(client);
  });
});

describe('a flood of guesses', () => {
  it('of one client is two entries an hour: the first guess at once, and how many came after it', async () => {
    const began = test.clock.now;
    for (let nth = 0; nth < 100; nth++) {
      test.clock.now = new Date(began.getTime() + nth * 1_000);
      await guess(`/v1/webhooks/made-up-${nth}`);
    }
    test.clock.now = new Date(began.getTime() + HOUR_MS);
    refused.sumUp();
    const entries = await told();
    expect(entries.map(facts)).toEqual([
      ['authentication.refused', 'anonymous', 'source:unknown', null, 1],
      ['authentication.refused', 'anonymous', 'source:unknown', null, 99],
    ]);
    const seconds = (nth: number) => new Date(began.getTime() + nth * 1_000).toISOString();
    expect(entries[1]?.after).toMatchObject({ from: seconds(1), until: seconds(99) });
  });

  it('that goes on is one entry an hour, and one that is over is forgotten', async () => {
    const counts = async () => {
      const { items } = await test.json<Page>(200, `/v1/installation/audit?client=${client}`);
      return items.map(({ after }) => after.count).reverse();
    };
    const written: number[] = [];
    for (const [guesses, ...entries] of [[2, 1], [2, 1], [2, 2], [0, 2], [0], [1, 1]]) {
      refused.sumUp();
      for (let nth = 0; nth < (guesses ?? 0); nth++) await guess('/v1/webhooks/rh-epj');
      written.push(...entries);
      await eventually(async () => expect(await counts()).toEqual(written));
      later(HOUR_MS);
    }
  });

  it('of a thousand clients adds some hundred entries, in which every one is counted', async () => {
    const count = async () => (await test.db.selectFrom('audit').select('id').execute()).length;
    const before = await count();
    for (let nth = 0; nth < 1_000; nth++) await guess('/v1/webhooks/rh-epj', `10.${nth >> 8}.${nth % 256}.7`);
    await refused.stop();
    expect((await count()) - before).toBeLessThan(410);
    const rows = await test.db.selectFrom('audit').selectAll().where('at', '=', test.clock.now).execute();
    const several = { actor: 'several', target: 'several', after: expect.objectContaining({ client: 'several' }) };
    expect(rows).toContainEqual(expect.objectContaining(several));
    expect(rows.reduce((sum, { after }) => sum + Number(Reflect.get(after as object, 'count')), 0)).toBe(1_000);
  });

  it('gets the usual response where the audit can not be written, and told of once it can', async () => {
    let isDown = true;
    renew(
      test.db.withPlugin(
        beforeStatements(() => {
          if (isDown) throw new Error('the database is gone');
        }),
      ),
    );
    expect((await guess('/v1/webhooks/rh-epj')).status).toBe(401);
    expect((await guess('/v1/webhooks/rh-epj')).status).toBe(401);
    expect(await told()).toEqual([]);
    isDown = false;
    expect((await told()).map(facts)).toEqual([['authentication.refused', 'anonymous', 'source:rh-epj', 'rh', 2]]);
  });
});

it('the audit of one client is found by its address, of IPv6 by its network', async () => {
  client = '2001:db8:1:2::1';
  await guess('/v1/webhooks/rh-epj', client);
  await guess('/v1/webhooks/rh-epj', '2001:db8:1:3::1');
  expect(await told()).toHaveLength(1);
  client = '2001:db8:1:2::ffff';
  expect(await told()).toHaveLength(1);
  expect((await test.request('/v1/installation/audit?client=everybody')).status).toBe(422);
});
