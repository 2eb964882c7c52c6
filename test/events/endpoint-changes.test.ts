import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { purgeEvents } from '../../src/operations/purge.sql.ts';
import { resumeDeliveries } from '../../src/staff/deliveries/deliveries.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { type DatabaseKind, openTestDatabase } from '../support/database.ts';
import { type Delivering, endpointOf, startDelivering } from '../support/delivering.ts';
import { answer, type Behaviour, EventReceiver } from '../support/event-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { useOpened } from '../support/scenario.ts';
import { HOUR, later, MINUTE, SECOND } from '../support/sending.ts';

describe.each<DatabaseKind>(['embedded', 'postgres'])('events (%s)', (kind) => {
  let site: Delivering;
  let receiver: EventReceiver;
  let other: EventReceiver;

  const database = useOpened(() => openTestDatabase(kind), { each: true });
  beforeEach(async () => {
    site = startDelivering(database);
    receiver = await new EventReceiver().start();
    other = await new EventReceiver().start();
    await site.rows.authority('rh');
    await site.endpoint('rh', receiver.url);
  });
  afterEach(async () => {
    await receiver.close();
    await other.close();
    await site.close();
  });

  const rh = { authorityId: 'rh', id: 'rh', actor: 'test' };
  const pass = (ms: number) => (site.clock.now = later(ms, site.clock.now));
  const tellMany = async (count: number) => {
    for (let nth = 0; nth < count; nth++) await site.tell(await site.appointment('rh', `A-${nth}`));
  };
  /** Each call waits for its turn, given by its number. */
  const holdCalls = (behaviour: (nth: number) => Behaviour) => {
    const held: (() => void)[] = [];
    receiver.behaviour = (call, response) => {
      const nth = held.length;
      held.push(() => behaviour(nth)(call, response));
    };
    return held;
  };
  const arrived = (calls: number) => eventually(() => expect(receiver.calls.length).toBeGreaterThanOrEqual(calls));

  const changes: Record<string, () => Promise<unknown>> = {
    moved: () => site.endpoint('rh', other.url),
    removed: () => putSource(site.deps, { ...rh, settings: { ...SOURCE_DEFAULTS, name: 'rh' } }, site.clock.now),
  };
  it.each(Object.keys(changes))('don’t go by the former settings once the endpoint was %s', async (change) => {
    const held = holdCalls(() => answer(204));
    await tellMany(60);
    const deliverer = site.deliverer();
    await deliverer.deliver();
    await arrived(4);
    const sent = new Set(receiver.calls.map(({ headers }) => headers['webhook-id']));
    await changes[change]?.();
    receiver.behaviour = answer(204);
    // The same process takes the endpoint anew while the calls by its former settings last.
    const again = change === 'removed' ? undefined : deliverer.deliver();
    for (const go of held) go();
    await again;
    await deliverer.idle();
    await eventually(() => expect(receiver.open).toBe(0));
    await site.deliver();
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id']))).toEqual(sent);
    if (change === 'moved') expect(new Set(other.taken().map(({ id }) => id)).size).toBe(60);
  });

  it('name no number from the moment at which the source asks for none', async () => {
    await site.endpoint('rh', receiver.url, { includePhone: true });
    const held = holdCalls(() => answer(204));
    await tellMany(60);
    const deliverer = site.deliverer();
    await deliverer.deliver();
    await arrived(4);
    await site.endpoint('rh', receiver.url, { includePhone: false });
    receiver.behaviour = answer(204);
    for (const go of held) go();
    await deliverer.idle();
    await site.deliver();
    const phones = receiver.calls.map(({ body }) => JSON.parse(body).data.phone);
    expect(phones.filter((phone) => phone !== undefined)).toHaveLength(held.length);
    expect(new Set(receiver.taken().map(({ id }) => id)).size).toBe(60);
  });

  it('come again to an endpoint that failed, though nothing is left of what it was tried with', async () => {
    const appointment = await site.appointment('rh', 'A-1');
    await site.tell(appointment);
    receiver.behaviour = answer(500);
    for (let nth = 0; nth < 6; nth++) {
      await site.deliver();
      pass(3 * HOUR);
    }
    await sql`update event set reference = null where appointment_id = ${appointment}`.execute(site.db);
    await site.deliver();
    pass(10 * MINUTE);
    await site.deliver();
    receiver.behaviour = answer(204);
    await site.tell(await site.appointment('rh', 'B-1'));
    for (let nth = 0; nth < 3; nth++) {
      pass(30 * MINUTE);
      await site.deliver();
    }
    expect(receiver.taken().map(({ data }) => data.reference)).toEqual(['B-1']);
  });

  /** Two events of an appointment, the first of which was refused: the second waits behind it. @returns a time between */
  const twoInARow = async (): Promise<Date> => {
    const appointment = await site.appointment('rh', 'A-1');
    await site.tell(appointment);
    pass(5 * SECOND);
    receiver.behaviour = answer(500);
    await site.deliver();
    const between = later(SECOND, site.clock.now);
    pass(10 * SECOND);
    await site.tell(appointment, 'slot.freed');
    await site.deliver();
    receiver.behaviour = answer(204);
    return between;
  };

  it('that waited behind one that is past retention go', async () => {
    const between = await twoInARow();
    await database.db.transaction().execute((trx) => purgeEvents(trx, between, 100, site.clock.now));
    pass(HOUR);
    await site.deliver();
    expect(receiver.taken().map(({ type }) => type)).toEqual(['slot.freed']);
  });

  it('that wait behind nothing go once the endpoint is resumed', async () => {
    await twoInARow();
    await sql`delete from delivery where next_at is not null`.execute(site.db);
    await resumeDeliveries(site.deps, rh);
    await site.deliver();
    expect(receiver.taken().map(({ type }) => type)).toEqual(['slot.freed']);
  });

  it.each([204, 500])('end at a 410, though a call that was under way gets %i afterwards', async (status) => {
    const held = holdCalls((nth) => answer(nth === 0 ? 410 : status));
    await tellMany(4);
    const deliverer = site.deliverer();
    await deliverer.deliver();
    await arrived(4);
    held[0]?.();
    await eventually(async () => expect((await endpointOf(site, 'rh')).state).toBe('ended'));
    for (const go of held.slice(1)) go();
    await deliverer.idle();
    expect(await endpointOf(site, 'rh')).toMatchObject({ state: 'ended', lastResult: 'HTTP 410' });
  });

  it.each([429, 503])('wait as Retry-After of a %i says, though a call that was under way succeeds', async (status) => {
    const held = holdCalls((nth) => answer(nth === 0 ? status : 204, nth === 0 ? { 'retry-after': '3600' } : {}));
    await tellMany(12);
    const deliverer = site.deliverer();
    await deliverer.deliver();
    await arrived(4);
    held[0]?.();
    await eventually(async () => expect((await endpointOf(site, 'rh')).nextAt).toEqual(later(HOUR, site.clock.now)));
    const calls = receiver.calls.length;
    for (const go of held.slice(1)) go();
    await deliverer.idle();
    await site.deliver(deliverer);
    expect(receiver.calls).toHaveLength(calls);
    expect((await endpointOf(site, 'rh')).nextAt).toEqual(later(HOUR, site.clock.now));
  });
});
