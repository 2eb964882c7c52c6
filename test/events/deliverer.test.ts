import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resumeDeliveries } from '../../src/staff/deliveries/deliveries.ts';
import { addEventSecret, removeSecret } from '../../src/staff/sources/source-secrets.ts';
import { listSecrets } from '../../src/store/event-endpoints.ts';
import { type DatabaseKind, openTestDatabase } from '../support/database.ts';
import { type Delivering, endpointOf, PUBLIC_URL, startDelivering } from '../support/delivering.ts';
import { answer, type Behaviour, EventReceiver, hang, verify } from '../support/event-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { useOpened } from '../support/scenario.ts';
import { HOUR, later, MINUTE, PHONE, SECOND } from '../support/sending.ts';

describe.each<DatabaseKind>(['embedded', 'postgres'])('events (%s)', (kind) => {
  let site: Delivering;
  let receiver: EventReceiver;
  let secret: string;

  const database = useOpened(() => openTestDatabase(kind), { each: true });
  beforeEach(async () => {
    site = startDelivering(database);
    receiver = await new EventReceiver().start();
    await site.rows.authority('rh');
    secret = await site.endpoint('rh', receiver.url);
  });
  afterEach(async () => {
    await receiver.close();
    await site.close();
  });

  const by = (refuses: (reference: string) => boolean, refusal: Behaviour): Behaviour => {
    return (call, response) => (refuses(JSON.parse(call.body).data.reference) ? refusal : answer(204))(call, response);
  };
  const pass = (ms: number) => (site.clock.now = later(ms, site.clock.now));
  const references = () => receiver.taken().map(({ data }) => data.reference);
  const sequences = () => receiver.taken().map(({ sequence }) => sequence);
  const rh = { authorityId: 'rh', id: 'rh', actor: 'test' };

  it('are posted as the feed shows them, signed so that both packages take them, and once', async () => {
    const appointment = await site.appointment('rh', 'A-1');
    await site.tell(appointment, 'citizen.cancelled');
    await site.deliver();
    await site.deliver();
    expect(receiver.calls).toHaveLength(1);
    const [call] = receiver.calls;
    if (!call) throw new Error('no call');
    verify(call, secret);
    const body = JSON.parse(call.body);
    expect(body).toEqual({
      id: call.headers['webhook-id'],
      type: 'citizen.cancelled',
      timestamp: site.clock.now.toISOString(),
      sequence: 1,
      data: { source: 'rh', reference: 'A-1' },
    });
    expect(call.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'EasySMS' });
    expect(() => verify({ ...call, body: `${call.body} ` }, secret)).toThrow();
    expect(() => verify(call, `whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow();
  });

  it('go as CloudEvents where the source wishes, with the number only where it asks for it', async () => {
    await site.endpoint('rh', receiver.url, { format: 'cloudevents', includePhone: true });
    await site.tell(await site.appointment('rh', 'A-1'), 'citizen.confirmed');
    await site.deliver();
    const [call] = receiver.calls;
    if (!call) throw new Error('no call');
    verify(call, secret);
    expect(call.headers['content-type']).toBe('application/cloudevents+json');
    expect(JSON.parse(call.body)).toEqual({
      specversion: '1.0',
      id: call.headers['webhook-id'],
      source: `${PUBLIC_URL}/v1/sources/rh`,
      type: 'citizen.confirmed',
      subject: 'A-1',
      time: site.clock.now.toISOString(),
      sequence: '0000000000000001',
      datacontenttype: 'application/json',
      data: { source: 'rh', reference: 'A-1', phone: PHONE },
    });
    await site.endpoint('rh', receiver.url);
    await site.tell(await site.appointment('rh', 'A-2'));
    await site.deliver();
    expect(receiver.calls[1]?.body).not.toContain(PHONE.slice(3));
  });

  it('of types that the source leaves out are not sent, nor those from before it had an endpoint', async () => {
    await site.rows.authority('new');
    const appointment = await site.appointment('new');
    await site.tell(appointment, 'citizen.confirmed');
    await site.endpoint('new', receiver.url, { types: ['slot.freed', 'citizen.cancelled'] });
    for (const type of ['citizen.confirmed', 'citizen.cancelled', 'slot.freed', 'citizen.replied'] as const)
      await site.tell(appointment, type);
    await site.deliver();
    expect(receiver.taken().map(({ type }) => type)).toEqual(['citizen.cancelled', 'slot.freed']);
  });

  it('that an endpoint wants are not delayed by thousands that it does not', async () => {
    await site.endpoint('rh', receiver.url, { types: ['slot.freed'] });
    const appointment = await site.appointment('rh');
    await sql`
      insert into event (source_id, sequence, id, authority_id, appointment_id, reference, type, at, numbered_at)
      select 'rh', n, gen_random_uuid(), 'rh', ${appointment}, 'A-1', 'reminder.delivered', ${site.clock.now},
        ${site.clock.now} from generate_series(1, 3000) n`.execute(site.db);
    await sql`insert into event_sequence (source_id, last) values ('rh', 3000)`.execute(site.db);
    await site.tell(appointment, 'slot.freed');
    await site.deliver();
    expect(sequences()).toEqual([3001]);
  });

  it('carry two signatures while two secrets are valid, and one afterwards', async () => {
    const second = await addEventSecret(site.deps, rh, site.clock.now);
    await site.tell(await site.appointment('rh'));
    await site.deliver();
    const first = (await listSecrets(site.db, 'event_secret', 'rh', 'rh')).find(({ id }) => id !== second.id);
    await removeSecret(site.deps, { ...rh, secretId: first?.id ?? '' }, site.clock.now);
    await site.tell(await site.appointment('rh'));
    await site.deliver();
    const [both, one] = receiver.calls;
    if (!both || !one) throw new Error('two calls were expected');
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const each of [secret, second.secret]) verify(both, each);
    verify(one, second.secret);
    expect(() => verify(one, secret)).toThrow();
    const refused = removeSecret(site.deps, { ...rh, secretId: second.id }, site.clock.now);
    await expect(refused).rejects.toMatchObject({ status: 409, code: 'last-secret' });
  });

  it('of one appointment come in order, and one that is refused holds back its own alone', async () => {
    const [bad, good] = [await site.appointment('rh', 'bad'), await site.appointment('rh', 'good')];
    receiver.behaviour = by((reference) => reference === 'bad', answer(500));
    for (let nth = 0; nth < 3; nth++) for (const appointment of [bad, good]) await site.tell(appointment);
    await site.deliver();
    expect(references()).toEqual(['good', 'good', 'good']);
    expect(sequences()).toEqual([2, 4, 6]);
    receiver.behaviour = answer(204);
    await site.deliver();
    expect(sequences()).toEqual([2, 4, 6]);
    pass(MINUTE);
    await site.deliver();
    expect(sequences()).toEqual([2, 4, 6, 1, 3, 5]);
    const ids = receiver.calls
      .filter(({ body }) => JSON.parse(body).sequence === 1)
      .map(({ body }) => JSON.parse(body).id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  it('wait behind an endpoint that takes nothing, which is called ever more rarely, and then come in order', async () => {
    const appointments = await Promise.all(Array.from({ length: 30 }, () => site.appointment('rh')));
    for (const appointment of [...appointments, ...appointments]) await site.tell(appointment);
    receiver.behaviour = answer(503);
    await site.deliver();
    const first = receiver.calls.length;
    expect(first).toBeLessThan(15);
    await site.deliver();
    expect(receiver.calls.length).toBe(first);
    for (let minute = 1; minute <= 10; minute++) {
      pass(MINUTE);
      await site.deliver();
    }
    expect(receiver.calls.length - first).toBeLessThanOrEqual(10);
    receiver.behaviour = answer(204);
    pass(MINUTE);
    await site.deliver();
    const taken = receiver.taken();
    expect(taken).toHaveLength(60);
    for (const { data } of taken.slice(0, 30)) {
      const own = taken.filter((event) => event.data.reference === data.reference).map(({ sequence }) => sequence);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    expect(await endpointOf(site, 'rh')).toMatchObject({ state: 'live', failingSince: null, pending: 0 });
  });

  it('pause an endpoint that fails for an hour, try it now and then, and go on in order when it takes one', async () => {
    const appointments = await Promise.all(Array.from({ length: 8 }, () => site.appointment('rh')));
    for (const appointment of appointments) await site.tell(appointment);
    receiver.behaviour = answer(500);
    for (let minute = 0; minute <= 65; minute++) {
      await site.deliver();
      pass(MINUTE);
    }
    expect(await endpointOf(site, 'rh')).toMatchObject({ state: 'paused', lastResult: 'HTTP 500', pending: 8 });
    expect(site.logged.join()).toContain('the endpoint has failed for an hour and is paused');
    const before = receiver.calls.length;
    for (let minute = 0; minute < 60; minute++) {
      await site.deliver();
      pass(MINUTE);
    }
    expect(receiver.calls.length - before).toBeLessThanOrEqual(17);
    for (const appointment of appointments) await site.tell(appointment);
    receiver.behaviour = answer(204);
    pass(7 * MINUTE);
    await site.deliver();
    expect(receiver.taken()).toHaveLength(16);
    expect(await endpointOf(site, 'rh')).toMatchObject({ state: 'live', failingSince: null, pending: 0 });
  });

  it('of an endpoint that is resumed by staff go at once, in order', async () => {
    const appointment = await site.appointment('rh');
    receiver.behaviour = answer(500);
    for (let nth = 0; nth < 3; nth++) await site.tell(appointment);
    // Days in which it takes nothing don't count as tries of the one event that it is tried with.
    for (let hour = 0; hour < 100; hour++) {
      await site.deliver();
      pass(HOUR);
    }
    expect(await endpointOf(site, 'rh')).toMatchObject({ state: 'paused' });
    receiver.behaviour = answer(204);
    await resumeDeliveries({ ...site.deps, now: () => site.clock.now }, rh);
    await site.deliver();
    expect(sequences()).toEqual([1, 2, 3]);
  });

  it('are never sent again to an endpoint that responded 410, until it is resumed or another', async () => {
    receiver.behaviour = answer(410);
    const appointment = await site.appointment('rh');
    await site.tell(appointment);
    await site.deliver();
    await site.tell(appointment);
    for (let day = 0; day < 5; day++) {
      pass(24 * HOUR);
      await site.deliver();
    }
    expect(receiver.calls).toHaveLength(1);
    expect(await endpointOf(site, 'rh')).toMatchObject({ state: 'ended', lastResult: 'HTTP 410', pending: 2 });
    receiver.behaviour = answer(204);
    await site.endpoint('rh', `${receiver.url}/new`);
    await site.deliver();
    expect(sequences()).toEqual([1, 2]);
  });

  it('leave an endpoint alone for as long as it asks by Retry-After, and don’t count that as tries', async () => {
    receiver.behaviour = answer(429, { 'retry-after': '600' });
    await site.tell(await site.appointment('rh'));
    await site.deliver();
    pass(599 * SECOND);
    await site.deliver();
    expect(receiver.calls).toHaveLength(1);
    receiver.behaviour = answer(204);
    pass(SECOND);
    await site.deliver();
    expect(receiver.calls).toHaveLength(2);
    expect(await site.db.selectFrom('delivery').select(['status', 'attempts']).execute()).toEqual([
      { status: 'delivered', attempts: 1 },
    ]);
  });

  it('are given up after three days of tries where others are taken, and the next of the appointment goes', async () => {
    receiver.behaviour = (call, response) => answer(JSON.parse(call.body).sequence === 1 ? 422 : 204)(call, response);
    const [bad, other] = [await site.appointment('rh', 'bad'), await site.appointment('rh')];
    await site.tell(bad);
    await site.tell(bad);
    for (let hour = 0; hour < 120; hour += 4) {
      await site.tell(other);
      await site.deliver();
      pass(4 * HOUR);
    }
    expect(references().filter((reference) => reference === 'bad')).toHaveLength(1);
    const { rows } = await sql`select status, last_result from delivery where sequence = 1`.execute(site.db);
    expect(rows).toEqual([{ status: 'failed', last_result: 'HTTP 422' }]);
    expect(receiver.calls.filter(({ status }) => status === 422)).toHaveLength(11);
    expect((await endpointOf(site, 'rh')).state).toBe('live');
  });

  it('come at once by another connection where a kept one was closed just then', async () => {
    receiver.behaviour = (call, response) =>
      receiver.calls.length === 2 ? void response.socket?.destroy() : answer(204)(call, response);
    for (let nth = 0; nth < 3; nth++) {
      await site.tell(await site.appointment('rh'));
      await site.deliver();
    }
    expect([sequences(), receiver.calls.length]).toEqual([[1, 2, 3], 4]);
    expect((await endpointOf(site, 'rh')).failingSince).toBe(null);
  });

  it('follow no redirect', async () => {
    const elsewhere = await new EventReceiver().start();
    receiver.behaviour = answer(307, { location: elsewhere.url });
    await site.tell(await site.appointment('rh'));
    await site.deliver();
    expect(elsewhere.calls).toEqual([]);
    expect(await endpointOf(site, 'rh')).toMatchObject({ lastResult: 'HTTP 307', pending: 1 });
    await elsewhere.close();
  });

  it('don’t wait for calls that hang: other appointments and other endpoints get theirs meanwhile', async () => {
    const other = await new EventReceiver().start();
    await site.rows.authority('other');
    await site.endpoint('other', other.url);
    const hanging = await site.appointment('rh', 'hanging');
    receiver.behaviour = by((reference) => reference === 'hanging', hang);
    for (const appointment of [hanging, await site.appointment('rh'), await site.appointment('other')])
      await site.tell(appointment);
    const deliverer = site.deliverer();
    await deliverer.deliver();
    await eventually(() => expect([receiver.taken().length, other.calls.length]).toEqual([1, 1]));
    // An event that comes meanwhile does not wait either.
    await site.tell(await site.appointment('rh', 'later'));
    await eventually(() => expect(references()).toContain('later'));
    expect(receiver.open).toBe(1);
    await receiver.close();
    await deliverer.stop();
    await other.close();
  });

  it('are never under way to one endpoint more than sixteen at once', async () => {
    const appointments = await Promise.all(Array.from({ length: 60 }, () => site.appointment('rh')));
    for (const appointment of appointments) await site.tell(appointment);
    receiver.behaviour = (call, response) => setTimeout(() => answer(204)(call, response), 3);
    await site.deliver();
    expect(receiver.taken()).toHaveLength(60);
    expect(receiver.mostOpen).toBeLessThanOrEqual(16);
    expect(receiver.mostOpen).toBeGreaterThan(1);
  });

  it('are sent once by several processes together', async () => {
    const processes = [site.deliverer(), site.deliverer(), site.deliverer()];
    for (let nth = 0; nth < 40; nth++) {
      await site.tell(await site.appointment('rh'));
      if (nth % 10 === 0) await Promise.all(processes.map((each) => each.deliver()));
    }
    await Promise.all(processes.map((each) => site.deliver(each)));
    await eventually(async () => {
      await Promise.all(processes.map((each) => site.deliver(each)));
      expect(receiver.taken()).toHaveLength(40);
    });
    expect(new Set(receiver.taken().map(({ id }) => id)).size).toBe(40);
  });

  it('wait while sending is held, as in a copy of the database, and while the clocks are apart', async () => {
    await site.tell(await site.appointment('rh'));
    site.held = 'sending_off';
    await site.deliver();
    site.held = null;
    site.clocksApart = true;
    await site.deliver();
    expect(receiver.calls).toEqual([]);
  });

  it('say nothing of secrets, addresses and numbers in the log', async () => {
    await site.endpoint('rh', `${receiver.url}?key=in-the-address`, { includePhone: true });
    receiver.behaviour = answer(500);
    await site.tell(await site.appointment('rh'));
    for (let hour = 0; hour < 20; hour++) {
      await site.deliver();
      pass(HOUR);
    }
    const log = site.logged.join('\n');
    expect(log).toContain('paused');
    for (const hidden of [secret, secret.slice(6), 'in-the-address', receiver.url, PHONE.slice(3)])
      expect(log).not.toContain(hidden);
  });
});
