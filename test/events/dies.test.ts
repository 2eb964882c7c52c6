import { expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { EndpointDrain } from '../../src/events/endpoint-drain.ts';
import { LEASE_MS } from '../../src/events/endpoint-statements.ts';
import { claimEndpoints } from '../../src/events/endpoints.sql.ts';
import { OpenCalls } from '../../src/events/open-calls.ts';
import { Semaphore } from '../../src/runtime/semaphore.ts';
import { describeDatabases } from '../support/database.ts';
import { startDelivering } from '../support/delivering.ts';
import { EventReceiver } from '../support/event-receiver.ts';
import { diesEverywhere } from '../support/fail-at.ts';
import { later } from '../support/sending.ts';

describeDatabases('a process that dies while it sends events', (open) => {
  it('leaves none behind and none out of order, whichever statement it dies before', async () => {
    const database = await open();
    const site = startDelivering(database);
    const receiver = await new EventReceiver().start();
    await site.rows.authority('rh');
    await site.endpoint('rh', receiver.url);
    const appointments = [await site.appointment('rh'), await site.appointment('rh')];
    /** A process, which takes over what the last one had. */
    const live = async (db: typeof database.db) => {
      const { now } = site.clock;
      const owner = newId(now);
      const lease = { owner, until: later(LEASE_MS, now) };
      const claimed = await claimEndpoints(db, lease, { count: 1, among: 'all' }, { now, databaseNow: now });
      const { signal } = new AbortController();
      const limits = { calls: new OpenCalls(9), statements: new Semaphore(9), stopping: signal };
      const deps = { ...site.deps, db };
      for (const endpoint of claimed)
        await new EndpointDrain(deps, limits, endpoint, owner, deps.timers.monotonic()).run();
    };
    const tell = async () => {
      for (const appointment of appointments) await site.tell(appointment);
    };
    await tell();
    const died = await diesEverywhere(database.db, live, async () => {
      site.clock.now = later(LEASE_MS + 1, site.clock.now);
      await tell();
    });
    expect(died).toBeGreaterThan(8);
    const firsts = new Map<number, string>();
    for (const { sequence, data } of receiver.taken())
      if (!firsts.has(sequence)) firsts.set(sequence, data.reference ?? '');
    const found = [...firsts.keys()].sort((a, b) => a - b);
    expect(found).toEqual(Array.from({ length: 2 * (died + 1) }, (_, nth) => nth + 1));
    for (const reference of new Set(firsts.values())) {
      const own = [...firsts].filter(([, of]) => of === reference).map(([sequence]) => sequence);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    await receiver.close();
    await site.close();
    await database.close();
  });
});
