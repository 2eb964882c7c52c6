import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { createMigratedPostgres } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { createInstallation, Installation, PHONE, SENDER, scrape } from './support/installation.ts';
import { openProxy } from './support/proxy.ts';

const DAY_MS = 24 * 3_600_000;

// Side by side: each of them waits for ticks most of the time.
describe.concurrent.each(['embedded', 'postgres'] as const)('the whole service (%s)', (kind) => {
  it('makes one SMS of an appointment, records its receipt and a STOP, and counts right', async ({
    onTestFinished,
  }) => {
    const installation = await createInstallation(kind, onTestFinished);
    const service = await installation.start();
    await installation.setUp(service);
    expect((await installation.book(service, 'A-1')).status).toBe(202);
    expect((await installation.book(service, 'A-2', { dueInMs: 3_600_000 })).status).toBe(202);
    installation.comeDue();
    await eventually(async () =>
      expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'accepted' }),
    );
    const [message] = (await installation.reminder(service, 'A-1')).messages;
    const receipt = { reference: message?.id ?? '', state: 'delivered' };
    expect(await installation.callBack(service, 'receipts', receipt)).toBe(200);
    await eventually(async () =>
      expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'delivered' }),
    );

    expect(await installation.callBack(service, 'inbound', { from: PHONE, to: SENDER, text: 'STOP' })).toBe(200);
    expect(await installation.reminder(service, 'A-2')).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    await eventually(() => expect(installation.gateway.textsTo(PHONE)).toHaveLength(2));
    // Both days are named, since an hour before midnight the second one is due tomorrow.
    const [from, to] = [-1, 1].map((days) =>
      new Date(installation.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10),
    );
    const { total } = await installation.admin<{ total: object }>(
      service,
      'GET',
      `/v1/authorities/rh/statistics?from=${from}&to=${to}`,
    );
    expect(total).toMatchObject({ delivered: 1, suppressed: 1, planned: 0, optOuts: 1, segments: 1 });
  });

  it('answers a citizen through the gateway that the citizen wrote to', async ({ onTestFinished }) => {
    const installation = await createInstallation(kind, onTestFinished);
    const service = await installation.start();
    await installation.setUp(service);
    const stop = { from: PHONE, to: SENDER, text: 'STOP' };
    expect(await installation.callBack(service, 'inbound', stop, 'second')).toBe(200);
    await eventually(() => expect(installation.second.textsTo(PHONE)).toHaveLength(1));
    expect(installation.gateway.sent).toEqual([]);
  });

  it('takes a request that breaks off for what it is, and not for a database that is away', async ({
    onTestFinished,
  }) => {
    const installation = await createInstallation(kind, onTestFinished);
    const service = await installation.start();
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /v1/webhooks/epj HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"a',
    );
    await new Promise((resolve) => socket.write('b', resolve));
    socket.destroy();
    await installation.ticked(service);
    expect(installation.logged.filter((line) => line.includes('out of reach'))).toEqual([]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });

  it('hands nothing over while the database belongs to another PUBLIC_URL, until somebody adopts it', async ({
    onTestFinished,
  }) => {
    const installation = await createInstallation(kind, onTestFinished);
    const first = await installation.start();
    await installation.setUp(first);
    await first.stop();
    const copy = await installation.start({ PUBLIC_URL: 'https://copy.example.org' });
    expect((await installation.book(copy, 'A-1')).status).toBe(202);
    installation.comeDue();
    await installation.ticked(copy);
    const found = await installation.reminder(copy, 'A-1');
    expect(found).toMatchObject({ status: 'planned', heldReason: 'other_public_url' });
    expect(installation.gateway.sent).toEqual([]);
    await installation.admin(copy, 'POST', '/v1/installation/adopt');
    await eventually(async () =>
      expect(await installation.reminder(copy, 'A-1')).toMatchObject({ status: 'accepted', heldReason: null }),
    );
  });

  it('takes everything in and hands nothing over with EASYSMS_SENDING=off', async ({ onTestFinished }) => {
    const installation = await createInstallation(kind, onTestFinished);
    const service = await installation.start({ EASYSMS_SENDING: 'off' });
    await installation.setUp(service);
    await installation.book(service, 'A-1');
    installation.comeDue();
    await installation.ticked(service);
    expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'planned', heldReason: 'sending_off' });
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(installation.gateway.sent).toEqual([]);
  });

  it('hands nothing over while its clock and that of the database are more than 30 s apart, and says so', async ({
    onTestFinished,
  }) => {
    const installation = await createInstallation(kind, onTestFinished);
    const service = await installation.start();
    await installation.setUp(service);
    await installation.book(service, 'A-1');
    // Nothing would be taken in before.
    installation.comeDue(40_000);
    await installation.ticked(service);
    await eventually(async () => {
      const figures = await scrape(service);
      expect(figures.get('easysms_clock_difference_seconds')).toBeGreaterThan(30);
      expect(figures.get('easysms_sending_held')).toBe(1);
    });
    // The API says the same of it.
    const { sending } = await installation.admin<{ sending: object }>(service, 'GET', '/v1/installation');
    expect(sending).toEqual({ held: true, heldReason: 'clock_off' });
    expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'planned' });
    expect(installation.gateway.sent).toEqual([]);
  });
});

describe.concurrent('the whole service on PostgreSQL', () => {
  it('responds 503 with Retry-After during an outage of the database, and recovers by itself without loss', async ({
    onTestFinished,
  }) => {
    const { url, drop } = await createMigratedPostgres();
    const proxy = await openProxy(url);
    const installation = new Installation({ DATABASE_URL: proxy.url });
    onTestFinished(async () => {
      proxy.restore();
      await installation.stop();
      await proxy.close();
      await drop();
    });
    const service = await installation.start();
    await installation.setUp(service);
    await installation.book(service, 'A-1');
    proxy.cut();
    const refused = await installation.book(service, 'A-2');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    proxy.restore();
    await eventually(async () => expect((await installation.book(service, 'A-2')).status).toBe(202));
    installation.comeDue();
    for (const id of ['A-1', 'A-2'])
      await eventually(async () =>
        expect(await installation.reminder(service, id)).toMatchObject({ status: 'accepted' }),
      );
    expect(installation.gateway.sent).toHaveLength(2);
  });

  it('takes appointments in while administrators wait for the database', async ({ onTestFinished }) => {
    const { url, drop } = await createMigratedPostgres();
    const installation = new Installation({ DATABASE_URL: url });
    const holder = new Client({ connectionString: url });
    await holder.connect();
    onTestFinished(async () => {
      await holder.end();
      await installation.stop();
      await drop();
    });
    const service = await installation.start();
    await installation.setUp(service);
    const search = () =>
      installation.admin(service, 'POST', '/v1/authorities/rh/messages/search', { phone: PHONE }).catch(() => {});
    await holder.query('begin');
    // A search is recorded before it is answered.
    await holder.query('lock table audit in access exclusive mode');
    const searches = Promise.all(Array.from({ length: 40 }, search));
    await eventually(async () => {
      await holder.query('select pg_stat_clear_snapshot()');
      const { rows } = await holder.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      expect(rows.length).toBeGreaterThanOrEqual(3);
    });
    expect((await installation.book(service, 'A-1')).status).toBe(202);
    await holder.query('rollback');
    await searches;
  });

  it('still responds while it stops, also on persistent connections, and asks for a new connection', async ({
    onTestFinished,
  }) => {
    const service = await (await createInstallation('postgres', onTestFinished)).start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask(`${service.url}/readyz`, agent)).toEqual([200, 'keep-alive']);
    const stopped = service.stop();
    const late = [ask(`${service.url}/readyz`, agent), ask(`${service.url}/readyz`, new Agent())];
    expect(await Promise.all(late)).toEqual([
      [503, 'close'],
      [503, 'close'],
    ]);
    await stopped;
    agent.destroy();
  });

  it('hands each reminder over once from two processes, and one takes on what the other leaves', async ({
    onTestFinished,
  }) => {
    const installation = await createInstallation('postgres', onTestFinished);
    const [one, two] = [await installation.start(), await installation.start()];
    await installation.setUp(one);
    for (let index = 0; index < 40; index++) {
      const phone = `+45201234${String(index).padStart(2, '0')}`;
      const response = await installation.book(index % 2 === 0 ? one : two, `A-${index}`, { phone });
      expect(response.status).toBe(202);
    }
    installation.comeDue();
    await one.stop();
    await eventually(() => expect(installation.gateway.sent).toHaveLength(40));
    expect(new Set(installation.gateway.sent.map(({ to }) => to)).size).toBe(40);
  });
});

/** @returns the status, and what becomes of the connection */
async function ask(url: string, agent: Agent): Promise<[number | undefined, string | undefined]> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  return [response.statusCode, response.headers.connection];
}
