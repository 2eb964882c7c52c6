import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { insert, StoredRows } from '../../support/stored-rows.ts';

interface Gateway {
  readonly id: string;
  readonly state: string;
  readonly since: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly refusals: number | null;
  readonly latencyMs: number | null;
  readonly backlog: number;
  readonly uncertain: number;
  readonly ownOptOutList: boolean;
}

let test: TestApp;
let rows: StoredRows;
beforeAll(async () => {
  const gateways = [new ScriptedGateway({}, 'first'), new ScriptedGateway({ ownOptOutList: true }, 'second')] as const;
  test = await openTestApp('embedded', { gateways });
  rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
});
afterAll(() => test.close());

const list = async () => (await test.json<{ items: Gateway[] }>(200, '/v1/gateways')).items;
const post = (status: number, path: string, body?: unknown) =>
  test.json<{ items: Gateway[] }>(status, `/v1/gateways/${path}`, {
    method: 'POST',
    ...(body !== undefined && { body }),
  });

describe('/v1/gateways', () => {
  it('lists the gateways in order of preference, in use unless somebody found otherwise', async () => {
    expect(await list()).toMatchObject(
      ['first', 'second'].map((id) => ({ id, state: 'in', reason: null, refusals: null, latencyMs: null, backlog: 0 })),
    );
  });

  it('says which of them block numbers themselves after a STOP', async () => {
    expect((await list()).map(({ ownOptOutList }) => ownOptOutList)).toEqual([false, true]);
  });

  it('takes one out with a reason and brings it back, and audits who did', async () => {
    const since = test.clock.now.toISOString();
    const { items } = await post(200, 'first/out', { reason: 'The contract ends' });
    expect(items[0]).toMatchObject({ id: 'first', state: 'out', reason: 'staff', note: 'The contract ends', since });
    expect(items[1]).toMatchObject({ id: 'second', state: 'in' });
    expect((await post(200, 'first/in')).items[0]).toMatchObject({ state: 'in', reason: null, note: null });
    const audit = await test.json<{ items: { action: string; target: string; after: object }[] }>(
      200,
      '/v1/installation/audit',
    );
    const actions = audit.items.filter(({ target }) => target === 'first').map(({ action }) => action);
    expect(actions.sort()).toEqual(['gateway.in', 'gateway.out']);
    const lines = test.logged.map((line) => JSON.parse(line)).filter(({ gateway }) => gateway === 'first');
    expect(lines.map(({ reason }) => reason)).toEqual(['staff', null]);
    const metrics = await test.deps.metrics.registry.metrics();
    expect(metrics).toContain('easysms_gateway_changes_total{gateway="first"} 2');
  });

  it.each([
    ['no reason', {}],
    ['an empty reason', { reason: ' ' }],
    ['a phone number as the reason', { reason: 'as 20 12 34 56 asked' }],
    ['a word too many', { reason: 'x', until: 'tomorrow' }],
  ])('refuses %s', async (_, body) => {
    await post(422, 'first/out', body);
    expect((await list())[0]).toMatchObject({ state: 'in' });
  });

  it('knows no gateway that is not configured', async () => {
    await post(404, 'third/out', { reason: 'x' });
    await post(404, 'third/in');
    await test.json(404, '/v1/gateways/third/prices');
    await test.json(404, '/v1/gateways/third/prices', { method: 'PUT', body: [] });
  });

  it('counts what is due for each, and its calls', async () => {
    await test.makeAuthority('rh');
    await test.makeAuthority('rm', { gateways: ['second', 'first'] });
    for (const [authority, count] of Object.entries({ rh: 2, rm: 3 })) {
      await test.makeSource(authority, authority);
      for (let n = 0; n < count; n++) {
        const appointment = await rows.appointment(authority, '+4520123456');
        await rows.reminder(authority, appointment, { due_at: test.clock.now, next_at: test.clock.now });
      }
    }
    const began = new Date(test.clock.now.getTime() - 60_000);
    const counts = { calls: 10, throttled: 1, unreachable: 2, uncertain: 2, latency_ms: 5_000 };
    await insert(test.db, 'gateway_calls', { gateway: 'first', began, ...counts });
    expect(await list()).toMatchObject([
      { id: 'first', backlog: 2, refusals: 0.5, latencyMs: 500 },
      { id: 'second', backlog: 3, refusals: null },
    ]);
  });

  it('holds what is due while every gateway of its authority is out, and says so', async () => {
    const appointment = await rows.appointment('rh', '+4520123456', { reference: 'HELD' });
    const now = test.clock.now;
    await rows.reminder('rh', appointment, { due_at: now, next_at: now });
    const held = async () => {
      type Read = { reminders: { status: string; heldReason: string | null }[] };
      return (await test.json<Read>(200, '/v1/authorities/rh/appointments/rh/HELD')).reminders;
    };
    await post(200, 'first/out', { reason: 'Maintenance' });
    expect(await held()).toMatchObject([{ status: 'planned', heldReason: null }]);
    await post(200, 'second/out', { reason: 'Maintenance' });
    expect(await held()).toMatchObject([{ status: 'planned', heldReason: 'gateway_out' }]);
    await post(200, 'second/in');
    expect(await held()).toMatchObject([{ status: 'planned', heldReason: null }]);
    await post(200, 'first/in');
  });

  it('refuses an authority a gateway that is not configured', async () => {
    const body = { name: 'X', sender: 'Sundhed', gateways: ['second', 'third'] };
    const refused = await test.json<{ errors: { pointer: string; code: string }[] }>(422, '/v1/authorities/x', {
      ...{ method: 'PUT', body },
    });
    expect(refused.errors).toMatchObject([{ pointer: '/gateways/1', code: 'unknown_gateway' }]);
    const repeated = { ...body, gateways: ['second', 'second'] };
    await test.json(422, '/v1/authorities/x', { method: 'PUT', body: repeated });
  });
});

describe('the prices of a gateway', () => {
  const path = '/v1/gateways/first/prices';
  const price = (from: string, perSegment: number, country = 'DK') => ({ country, perSegment, currency: 'DKK', from });
  const put = (status: number, body: unknown) => test.json<unknown>(status, path, { method: 'PUT', body });

  it('are put in place of those before, and read by country and day', async () => {
    expect(await test.json(200, path)).toEqual([]);
    await put(200, [price('2026-01-01', 0.3)]);
    const prices = [price('2026-11-25', 0.2575), price('2026-01-01', 0.295), price('2026-01-01', 0.61, 'SE')];
    const sorted = [prices[1], prices[0], prices[2]];
    expect(await put(200, prices)).toEqual(sorted);
    expect(await test.json(200, path)).toEqual(sorted);
  });

  it.each([
    ['a country that is none', [price('2026-01-01', 1, 'XX')]],
    ['a price below nothing', [price('2026-01-01', -1)]],
    ['seven decimals', [price('2026-01-01', 0.1234567)]],
    ['a currency in words', [{ ...price('2026-01-01', 1), currency: 'kroner' }]],
    ['a day that is none', [price('2026-02-30', 1)]],
    ['two prices of one day', [price('2026-01-01', 1), price('2026-01-01', 2)]],
    ['no list', { country: 'DK' }],
  ])('refuses %s, and keeps those before', async (_, body) => {
    const before = await test.json(200, path);
    await put(422, body);
    expect(await test.json(200, path)).toEqual(before);
  });

  it('tell in statistics what was handed over cost, by the price of the day that it was due', async () => {
    await test.makeAuthority('bill');
    await test.makeSource('bill', 'bill');
    const sent = async (day: string, segments: number, gateway: string, country: string) => {
      const appointment = await rows.appointment('bill', '+4520123456');
      const reminder = await rows.reminder('bill', appointment, { due_day: day, status: 'handed_over' });
      const row = { due_day: day, status: 'delivered', gateway, country, segments } as const;
      await rows.message('bill', reminder, '+4520123456', row);
    };
    await sent('2026-11-24', 2, 'first', 'DK');
    await sent('2026-11-25', 3, 'first', 'DK');
    await sent('2026-11-26', 1, 'first', 'SE');
    await sent('2026-11-26', 4, 'second', 'DK');
    const { costs } = await test.json<{ costs: object[] }>(
      200,
      '/v1/authorities/bill/statistics?from=2026-11-01&to=2026-11-30',
    );
    // 2 × 0.295 + 3 × 0.2575; the second gateway has no price.
    expect(costs).toEqual([
      { gateway: 'first', country: 'DK', segments: 5, currency: 'DKK', amount: 1.36 },
      { gateway: 'first', country: 'SE', segments: 1, currency: 'DKK', amount: 0.61 },
      { gateway: 'second', country: 'DK', segments: 4, currency: null, amount: null },
    ]);
  });
});
