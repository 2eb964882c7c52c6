import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/clock.ts';
import type { Role } from '../../../../src/domain/people/access.ts';
import { Deliverer } from '../../../../src/events/deliverer.ts';
import { numberRecordedEvents } from '../../../../src/events/number-events.ts';
import { recordEvents } from '../../../../src/store/events.ts';
import { openTestApp, type TestApp } from '../../../support/app.ts';
import { answer, EventReceiver } from '../../../support/event-receiver.ts';
import { enter, type PageClient } from '../../../support/pages.ts';
import { HOUR, later } from '../../../support/sending.ts';

const BASE = '/admin/set-up/sources';
const PHONE = '20123456';

let test: TestApp;
let receiver: EventReceiver;
let deliverer: Deliverer;
let appointmentId: string;
let operator: PageClient;
beforeAll(async () => {
  test = await openTestApp();
  test.clock.now = systemClock.now();
  receiver = await new EventReceiver().start();
  deliverer = new Deliverer(test.deps);
  // One reminder, whose day of sending is open whatever the date of today is: planning tells no event.
  const rules = [{ id: 'day-before', template: 'reminder', lead: 'P1D' }];
  for (const id of ['rh', 'kk']) await test.makeAuthority(id, { name: id, rules });
  const { token } = await test.makeSource('rh', 'epj', { events: { url: receiver.url } });
  await test.makeSource('rh', 'tavs');
  const start = later(15 * 24 * HOUR, test.clock.now).toISOString();
  const data = { id: 'A-1', start, patient: { phone: PHONE } };
  await test.json(202, '/v1/webhooks/epj', { token, body: { type: 'appointment.booked', data } });
  const row = await test.db.selectFrom('appointment').select('id').executeTakeFirstOrThrow();
  appointmentId = row.id;
  operator = await at('operator');
});
afterAll(async () => {
  await receiver.close();
  await deliverer.stop();
  await test.close();
});

const at = (role: Role, authority: string | null = 'rh', departments?: string[]) =>
  enter(test, { email: `${crypto.randomUUID()}@example.org`, role, authority, ...(departments && { departments }) });
const page = (client: PageClient, query = '') => client.text(`${BASE}/epj/deliveries?authority=rh${query}`);
const post = (action: string, form: Record<string, string> = {}, client = operator, source = 'epj') =>
  client.post(`${BASE}/${source}/deliveries/${action}`, { authority: 'rh', ...form });
const taken = () => receiver.taken().map(({ sequence }) => sequence);
async function tell(times: number): Promise<void> {
  const event = { type: 'citizen.replied', appointmentId, inboundId: null, reason: null } as const;
  await recordEvents(test.db, Array(times).fill(event), test.clock.now);
  await numberRecordedEvents(test.deps, test.clock.now);
}
async function deliver(): Promise<void> {
  await deliverer.deliver();
  await deliverer.idle();
}
const auditOf = async (action: string) =>
  (await test.json<{ items: { action: string; actor: string }[] }>(200, '/v1/authorities/rh/audit')).items.filter(
    (entry) => entry.action === action,
  );

describe('the deliveries of events on the pages', () => {
  it('are listed with what became of each, and sent again by an operator: one by its button, or a period', async () => {
    await tell(2);
    await deliver();
    const list = await page(operator);
    expect([list.includes('A-1'), list.includes('Afleveret'), list.includes(PHONE)]).toEqual([true, true, false]);
    expect(list).toMatch(/<a href="\/admin\/find\/[0-9a-f-]{36}\?authority=rh">A-1</);
    const ids = [...list.matchAll(/name="id" value="([0-9a-f-]{36})"/g)].map(([, id = '']) => id);
    expect(ids).toHaveLength(2);
    const one = await post('replay', { id: ids[1] ?? '' });
    expect([one.status, one.headers.get('location')]).toEqual([303, expect.stringContaining('done=replayed-1')]);
    await deliver();
    expect(taken()).toEqual([1, 2, 1]);
    const day = (offset: number) =>
      later(offset * 24 * HOUR, test.clock.now)
        .toISOString()
        .slice(0, 10);
    const period = await post('replay', { from: `${day(-2)}T00:00`, to: `${day(2)}T00:00` });
    expect(await operator.text(period.headers.get('location') ?? '')).toContain('2 hændelser sendes igen.');
    await deliver();
    expect(taken().slice(3)).toEqual([1, 2]);
    const names = (await auditOf('source.replay-events')).map(({ actor }) => actor);
    expect(names).toEqual([expect.stringMatching(/^person:/), expect.stringMatching(/^person:/)]);
  });

  const NO_TIME = 'Skriv dag og klokkeslæt som dd-mm-åååå tt:mm.';
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['none', {}, { from: NO_TIME, to: NO_TIME }],
    ['without a beginning', { to: '24-11-2026 09:00' }, { from: NO_TIME }],
    ['without an end', { from: '24-11-2026 09:00' }, { to: NO_TIME }],
    [
      'that ends before it begins',
      { from: '24-11-2026 10:00', to: '24-11-2026 09:00' },
      { to: 'Vælg et tidspunkt efter det første.' },
    ],
    ['of days that are none', { from: '2026-02-30T10:00', to: '2026-13-01T00:00' }, { from: NO_TIME, to: NO_TIME }],
    ['of an id that is none', { id: "1' or '1'='1" }, { from: NO_TIME, to: NO_TIME }],
  ])('of a period %s come back with what was typed, the reason at each field, and send nothing', async (...given) => {
    const [, form, why] = given;
    const refused = await post('replay', form);
    const text = await refused.text();
    const told = [...text.matchAll(/<strong class="wrong" id="(\w+)-fault"[^>]*>([^<]*)/g)];
    const faults = Object.fromEntries(told.map(([, field, sentence]) => [field, sentence]));
    expect([refused.status, faults]).toEqual([422, why]);
    expect(text).not.toContain('class="fault"');
    for (const value of [form.from, form.to]) if (value) expect(text).toContain(`value="${value}"`);
    expect(
      (await test.db.selectFrom('delivery').where('status', '=', 'pending').select('sequence').execute()).length,
    ).toBe(0);
  });

  it('are tried at once, and the page tells what the endpoint responded', async () => {
    const before = receiver.calls.length;
    expect(await (await post('test')).text()).toContain('Prøven blev modtaget (HTTP 204).');
    receiver.behaviour = answer(401);
    const refused = await post('test');
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('HTTP 401')]);
    expect(receiver.calls.length).toBe(before + 2);
    expect(await auditOf('source.test-events')).toHaveLength(2);
  });

  it('are taken up again once the endpoint was ended, in order', async () => {
    receiver.behaviour = answer(410);
    await tell(2);
    await deliver();
    const before = taken().length;
    expect(await page(operator)).toContain(`${BASE}/epj/deliveries/resume`);
    receiver.behaviour = answer(204);
    const resumed = await post('resume');
    expect(await operator.text(resumed.headers.get('location') ?? '')).toContain('Hændelser sendes igen.');
    await deliver();
    expect(taken().slice(before)).toEqual([3, 4]);
    expect(await page(operator)).not.toContain(`${BASE}/epj/deliveries/resume`);
    expect(await auditOf('source.resume-events')).toHaveLength(1);
  });

  it('have a button that is called Send now where nothing was tried, and Send again where something was', async () => {
    const buttons = async () =>
      [...(await page(operator)).matchAll(/name="id" value="[^"]*"\/?><button[^>]*>([^<]*)</g)].map(([, name]) => name);
    expect(new Set(await buttons())).toEqual(new Set(['Send igen']));
    receiver.behaviour = answer(500);
    await tell(2);
    await deliver();
    receiver.behaviour = answer(204);
    // The second one waits behind the first, which failed.
    expect((await buttons()).slice(0, 2)).toEqual(['Send nu', 'Send igen']);
  });

  it('of a source without an endpoint have nothing to do, and the page says so, and who can set one up', async () => {
    const administrator = await at('administrator');
    for (const action of ['test', 'resume']) {
      const told = async (client: PageClient) => (await post(action, {}, client, 'tavs')).text();
      expect(await told(operator)).toContain('Der er ingen modtager. En administrator kan oprette en.');
      expect(await told(administrator)).toContain('Der er ingen modtager. Opret en på bookingsystemets side');
    }
    const id = '01890000-0000-7000-8000-000000000000';
    expect((await post('replay', { id }, operator, 'tavs')).status).toBe(422);
  });

  it('are neither shown nor moved for anybody but those of the whole authority, and by operators alone', async () => {
    const [viewer, limited, stranger] = await Promise.all([
      at('viewer'),
      at('administrator', 'rh', ['Ortopædkirurgi']),
      at('administrator', 'kk'),
    ]);
    const before = [await stateOf(), receiver.calls.length];
    const { id } = await test.db.selectFrom('event').select('id').limit(1).executeTakeFirstOrThrow();
    expect(await page(viewer)).not.toContain('deliveries/replay');
    for (const [client, status] of [
      [limited, 403],
      [stranger, 404],
    ] as const)
      expect((await client.get(`${BASE}/epj/deliveries?authority=rh`)).status).toBe(status);
    for (const action of ['test', 'resume', 'replay']) {
      expect([action, (await post(action, { id }, viewer)).status]).toEqual([action, 403]);
      expect([action, (await post(action, { id }, limited)).status]).toEqual([action, 403]);
      expect([action, (await post(action, { id }, stranger)).status]).toEqual([action, 404]);
      expect([action, (await post(action, { id, authority: 'kk' }, stranger)).status]).toEqual([action, 404]);
      const path = `${BASE}/epj/deliveries/${action}`;
      const unproven = await operator.post(path, { authority: 'rh', id }, { proof: false });
      expect([action, unproven.status]).toEqual([action, 403]);
    }
    expect([await stateOf(), receiver.calls.length]).toEqual(before);
  });
});

const stateOf = () => test.db.selectFrom('delivery').selectAll().orderBy('sequence').execute();
