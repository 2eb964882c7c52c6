import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { newId } from '../../../src/domain/ids.ts';
import { Deliverer } from '../../../src/events/deliverer.ts';
import { numberRecordedEvents } from '../../../src/events/number-events.ts';
import { recordEvents } from '../../../src/store/events.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { answer, EventReceiver, hang, verify } from '../../support/event-receiver.ts';
import { HOUR, later, MINUTE } from '../../support/sending.ts';

interface Delivery {
  readonly id: string;
  readonly sequence: number;
  readonly status: string;
  readonly reference: string;
}
type List = { items: Delivery[]; nextCursor: string | null };

describe.each(['embedded', 'postgres'] as const)('deliveries of events (%s)', (kind) => {
  let test: TestApp;
  let receiver: EventReceiver;
  let deliverer: Deliverer;
  let secret: string;
  let token: string;

  beforeEach(async () => {
    test = await openTestApp(kind);
    test.clock.now = systemClock.now();
    receiver = await new EventReceiver().start();
    deliverer = new Deliverer(test.deps);
    // One reminder, whose day of sending is open whatever the date of today is: planning tells no event.
    await test.makeAuthority('rh', { rules: [{ id: 'day-before', template: 'reminder', lead: 'P1D' }] });
    await test.makeAuthority('other');
    const made = await test.json<{ secrets: { token: string; events: string } }>(201, path(), {
      method: 'PUT',
      body: { name: 'EPJ', events: { url: receiver.url } },
    });
    secret = made.secrets.events;
    token = made.secrets.token;
  });
  afterEach(async () => {
    await receiver.close();
    await deliverer.stop();
    await test.close();
  });

  const path = (rest = '') => `/v1/authorities/rh/sources/epj${rest}`;
  const list = (query = '') => test.json<List>(200, path(`/deliveries${query}`));
  const deliver = async () => {
    await deliverer.deliver();
    await deliverer.idle();
  };
  const sequences = () => receiver.taken().map(({ sequence }) => sequence);

  async function book(reference: string): Promise<string> {
    const start = later(15 * 24 * HOUR, test.clock.now).toISOString();
    await test.json(202, '/v1/webhooks/epj', {
      token,
      body: { type: 'appointment.booked', data: { id: reference, start, patient: { phone: '20123456' } } },
    });
    const row = await test.db
      .selectFrom('appointment')
      .select('id')
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();
    return row.id;
  }

  async function tell(appointmentId: string, times = 1): Promise<void> {
    const event = { type: 'citizen.replied', appointmentId, inboundId: null, reason: null } as const;
    await recordEvents(test.db, Array(times).fill(event), test.clock.now);
    await numberRecordedEvents(test.deps, test.clock.now);
  }

  it('are listed newest first, by status and by appointment, page by page', async () => {
    const [one, two] = [await book('A-1'), await book('A-2')];
    await tell(one, 2);
    await tell(two, 101);
    receiver.behaviour = (call, response) =>
      answer(JSON.parse(call.body).data.reference === 'A-1' ? 500 : 204)(call, response);
    await deliver();
    expect((await list('?reference=A-1')).items).toMatchObject([
      { sequence: 2, status: 'pending', attempts: 0, nextAttemptAt: null, lastResult: null, reference: 'A-1' },
      {
        ...{ id: JSON.parse(receiver.calls[0]?.body ?? '').id, channel: 'webhook', type: 'citizen.replied' },
        ...{ sequence: 1, status: 'pending', attempts: 1, lastResult: 'HTTP 500', reference: 'A-1' },
        lastAttemptAt: test.clock.now.toISOString(),
      },
    ]);
    expect((await list('?status=pending')).items.map(({ sequence }) => sequence)).toEqual([2, 1]);
    expect((await list('?status=failed')).items).toEqual([]);
    expect((await list('?reference=unknown')).items).toEqual([]);
    const first = await list('?status=delivered');
    expect(first.items).toHaveLength(100);
    const second = await list(`?status=delivered&cursor=${first.nextCursor}`);
    const all = [...first.items, ...second.items].map(({ sequence }) => sequence);
    expect([all.length, all[0], all.at(-1), second.nextCursor]).toEqual([101, 103, 3, null]);
    expect(all).toEqual([...all].sort((a, b) => b - a));
    await test.json(422, path('/deliveries?status=lost'));
    await test.json(404, '/v1/authorities/other/sources/epj/deliveries');
  });

  it('are sent again by their ids or their time, under the same ids, in order', async () => {
    const one = await book('A-1');
    await tell(one, 3);
    await deliver();
    test.clock.now = later(MINUTE, test.clock.now);
    await tell(one, 1);
    const ids = receiver.taken().map(({ id }) => id);
    const replay = (body: object) => test.json<{ events: number }>(202, path('/deliveries/replay'), { body });
    expect(await replay({ ids: [ids[2], ids[0], newId(test.clock.now)] })).toEqual({ events: 2 });
    await deliver();
    expect(sequences()).toEqual([1, 2, 3, 1, 3, 4]);
    expect(receiver.taken()[3]?.id).toBe(ids[0]);
    const [from, to] = [later(-2 * MINUTE, test.clock.now), test.clock.now].map((at) => at.toISOString());
    expect(await replay({ from, to })).toEqual({ events: 3 });
    await deliver();
    expect(sequences().slice(6)).toEqual([1, 2, 3]);
    for (const call of receiver.calls) verify(call, secret);
    for (const body of [{}, { ids: [] }, { from: to, to: from }, { from }, { ids: ['x'] }, { ids, from, to }])
      await test.json(422, path('/deliveries/replay'), { body });
    const { items } = await test.json<{ items: { action: string }[] }>(200, '/v1/authorities/rh/audit');
    expect(items.filter(({ action }) => action === 'source.replay-events')).toHaveLength(2);
  });

  it('can be tried: the endpoint is called once, signed, and its response told', async () => {
    const call = () => test.json<{ id: string }>(200, path('/deliveries/test'), { method: 'POST' });
    const tested = await call();
    const [got] = receiver.calls;
    if (!got) throw new Error('no call');
    verify(got, secret);
    expect(tested).toEqual({
      ...{ id: got.headers['webhook-id'], delivered: true, result: 'HTTP 204', milliseconds: expect.any(Number) },
    });
    expect(JSON.parse(got.body)).toMatchObject({ id: tested.id, type: 'test', data: { source: 'epj' } });
    receiver.behaviour = answer(401);
    expect(await call()).toMatchObject({ delivered: false, result: 'HTTP 401' });
    expect((await list()).items).toEqual([]);
    expect(await test.json(200, path())).toMatchObject({ eventEndpoints: [{ state: 'live', failingSince: null }] });
    receiver.behaviour = hang;
    const hanging = call();
    await receiver.close();
    expect(await hanging).toMatchObject({ delivered: false });
  });

  it('are taken up again by resume, which says how the endpoint fares', async () => {
    receiver.behaviour = answer(410);
    const one = await book('A-1');
    await tell(one, 2);
    await deliver();
    const ended = { channel: 'webhook', state: 'ended', lastResult: 'HTTP 410', pending: 2 };
    expect(await test.json(200, path())).toMatchObject({ eventEndpoints: [ended] });
    receiver.behaviour = answer(200);
    const resumed = await test.json(200, path('/deliveries/resume'), { method: 'POST' });
    expect(resumed).toMatchObject({ eventEndpoints: [{ ...ended, state: 'live', failingSince: null }] });
    await deliver();
    expect(sequences()).toEqual([1, 2]);
  });

  it('need an endpoint: 409 without, 404 for another’s source', async () => {
    await test.makeSource('rh', 'silent');
    for (const action of ['replay', 'test', 'resume']) {
      const body = action === 'replay' ? { body: { ids: [newId(test.clock.now)] } } : {};
      const at = (source: string, authority = 'rh') =>
        `/v1/authorities/${authority}/sources/${source}/deliveries/${action}`;
      const found = await test.json(409, at('silent'), { method: 'POST', ...body });
      expect(found).toMatchObject({ type: '/problems/no-event-endpoint' });
      await test.json(404, at('epj', 'other'), { method: 'POST', ...body });
    }
  });
});
