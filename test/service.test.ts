import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config/config.ts';
import { type Service, startService } from '../src/service.ts';
import { eventually } from './kannel/eventually.ts';
import { createEmptyPostgres } from './support/database.ts';
import { ScriptedGateway } from './support/gateway.ts';
import { type FaultProxy, openProxy } from './support/proxy.ts';

const ADMIN = 'service-test-token-0123456789';
const KEYS = `test:${randomBytes(32).toString('base64')}`;
const PHONE = '+4520123456';
const SENDER = '1204';
const LEAD_MS = 2 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/**
 * The service as `main` starts it, several times over one database if need be, and what a booking system and an
 * administrator say to it.
 */
class Installation {
  readonly gateway = new ScriptedGateway();
  readonly second = new ScriptedGateway({}, 'second');
  readonly logged: string[] = [];
  readonly services: Service[] = [];
  readonly #place: Record<string, string>;
  #sourceToken = '';

  constructor(place: Record<string, string>) {
    this.#place = place;
  }

  async start(env: Record<string, string> = {}, clock: Clock = systemClock): Promise<Service> {
    const config = readConfig({
      ...this.#place,
      PORT: '0',
      PUBLIC_URL: 'https://sms.example.org',
      EASYSMS_ADMIN_TOKEN: ADMIN,
      EASYSMS_ENCRYPTION_KEYS: KEYS,
      EASYSMS_GATEWAYS: 'simulator',
      ...env,
    });
    const log = pino({ level: 'info' }, { write: (line: string) => void this.logged.push(line) });
    const service = await startService({ config, gateways: [this.gateway, this.second], log, clock });
    this.services.push(service);
    return service;
  }

  async setUp(service: Service): Promise<void> {
    const rules = [{ id: 'before', template: 'reminder', lead: 'PT2H' }];
    await this.admin(service, 'PUT', '/v1/authorities/rh', {
      name: 'Rigshospitalet',
      sender: SENDER,
      sendingWindow: null,
      rules,
    });
    const source = await this.admin<{ secrets: { token: string } }>(service, 'PUT', '/v1/authorities/rh/sources/epj', {
      name: 'EPJ',
    });
    this.#sourceToken = source.secrets.token;
  }

  /** Books an appointment whose reminder is due in `ms`. */
  async book(service: Service, id: string, ms: number, phone = PHONE): Promise<Response> {
    const start = new Date(systemClock.now().getTime() + LEAD_MS + ms).toISOString();
    const body = JSON.stringify({ type: 'appointment.booked', data: { id, start, patient: { phone } } });
    const headers = { Authorization: `Bearer ${this.#sourceToken}`, 'Content-Type': 'application/json' };
    return fetch(`${service.url}/v1/webhooks/epj`, { method: 'POST', headers, body });
  }

  async admin<T = Record<string, unknown>>(service: Service, method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
    const answer = await fetch(service.url + path, { method, headers, ...sent });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async reminder(service: Service, id: string) {
    type Seen = { status: string; reason: string | null; heldReason: string | null; messages: { id: string }[] };
    const { reminders } = await this.admin<{ reminders: Seen[] }>(
      service,
      'GET',
      `/v1/authorities/rh/appointments/epj/${id}`,
    );
    return reminders[0] as Seen;
  }

  /** Resolves once the dispatcher has looked after `ms` from now. */
  async tickAfter(service: Service, ms: number): Promise<void> {
    const wanted = (systemClock.now().getTime() + ms) / 1000;
    await eventually(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(Number(/^easysms_last_tick_timestamp_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(wanted);
    });
  }

  async callBack(
    service: Service,
    kind: 'receipts' | 'inbound',
    query: Record<string, string>,
    gateway = 'scripted',
  ): Promise<number> {
    return (
      await fetch(
        `${service.url}/v1/callbacks/${gateway}/${kind}?${new URLSearchParams({ token: 'test-token', ...query })}`,
      )
    ).status;
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
  }
}

describe.each(['embedded', 'postgres'] as const)('the whole service (%s)', { timeout: 60_000 }, (kind) => {
  let installation: Installation;
  let remove: () => void | Promise<void>;

  beforeEach(async () => {
    if (kind === 'postgres') {
      const { url, drop } = await createEmptyPostgres();
      installation = new Installation({ DATABASE_URL: url });
      remove = drop;
    } else {
      const folder = mkdtempSync(join(tmpdir(), 'easysms-service-'));
      installation = new Installation({ DATA_DIR: folder });
      remove = () => rmSync(folder, { recursive: true });
    }
  });
  afterEach(async () => {
    await installation.stop();
    await remove();
  });

  it('makes one SMS of an appointment, records its receipt and a STOP, and counts right', async () => {
    const service = await installation.start();
    await installation.setUp(service);
    expect((await installation.book(service, 'A-1', 1_000)).status).toBe(202);
    expect((await installation.book(service, 'A-2', 3_600_000)).status).toBe(202);
    await eventually(async () =>
      expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'accepted' }),
    );
    const [message] = (await installation.reminder(service, 'A-1')).messages;
    expect(await installation.callBack(service, 'receipts', { reference: message?.id ?? '', state: 'delivered' })).toBe(
      200,
    );
    await eventually(async () =>
      expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'delivered' }),
    );

    expect(await installation.callBack(service, 'inbound', { from: PHONE, to: SENDER, text: 'STOP' })).toBe(200);
    expect(await installation.reminder(service, 'A-2')).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    await eventually(() => expect(installation.gateway.textsTo(PHONE)).toHaveLength(2));
    const [from, to] = [-1, 1].map((days) =>
      new Date(systemClock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10),
    );
    // Named, since an hour before midnight the second one is due tomorrow.
    const { total } = await installation.admin<{ total: object }>(
      service,
      'GET',
      `/v1/authorities/rh/statistics?from=${from}&to=${to}`,
    );
    expect(total).toMatchObject({ delivered: 1, suppressed: 1, planned: 0, optOuts: 1, segments: 1 });
  });

  it('answers a citizen through the gateway that the citizen wrote to', async () => {
    const service = await installation.start();
    await installation.setUp(service);
    expect(await installation.callBack(service, 'inbound', { from: PHONE, to: SENDER, text: 'STOP' }, 'second')).toBe(
      200,
    );
    await eventually(() => expect(installation.second.textsTo(PHONE)).toHaveLength(1));
    expect(installation.gateway.sent).toEqual([]);
  });

  it('takes a request that breaks off for what it is, and not for a database that is away', async () => {
    const service = await installation.start();
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /v1/webhooks/epj HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"a',
    );
    await new Promise((resolve) => socket.write('b', resolve));
    socket.destroy();
    await installation.tickAfter(service, 500);
    expect(installation.logged.filter((line) => line.includes('out of reach'))).toEqual([]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });

  it('hands nothing over while the database belongs to another PUBLIC_URL, until somebody adopts it', async () => {
    const first = await installation.start();
    await installation.setUp(first);
    await first.stop();
    const copy = await installation.start({ PUBLIC_URL: 'https://copy.example.org' });
    expect((await installation.book(copy, 'A-1', 1_000)).status).toBe(202);
    await installation.tickAfter(copy, 2_000);
    expect(await installation.reminder(copy, 'A-1')).toMatchObject({ status: 'planned', heldReason: 'sending_off' });
    expect(installation.gateway.sent).toEqual([]);
    await installation.admin(copy, 'POST', '/v1/installation/adopt');
    await eventually(async () =>
      expect(await installation.reminder(copy, 'A-1')).toMatchObject({ status: 'accepted', heldReason: null }),
    );
  });

  it('takes everything in and hands nothing over with EASYSMS_SENDING=off', async () => {
    const service = await installation.start({ EASYSMS_SENDING: 'off' });
    await installation.setUp(service);
    await installation.book(service, 'A-1', 1_000);
    await installation.tickAfter(service, 2_000);
    expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'planned', heldReason: 'sending_off' });
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(installation.gateway.sent).toEqual([]);
  });

  it('hands nothing over while its clock and that of the database are more than 30 s apart, and says so', async () => {
    const ahead: Clock = {
      now: () => new Date(systemClock.now().getTime() + 40_000),
      monotonic: systemClock.monotonic,
    };
    const service = await installation.start({}, ahead);
    await installation.setUp(service);
    await installation.book(service, 'A-1', 41_000);
    await installation.tickAfter(service, 42_000);
    await eventually(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(Number(/^easysms_clock_difference_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(30);
      expect(metrics).toContain('easysms_sending_held 1');
    });
    expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'planned' });
    expect(installation.gateway.sent).toEqual([]);
  });
});

describe('the whole service on PostgreSQL', { timeout: 60_000 }, () => {
  let proxy: FaultProxy;
  let installation: Installation;
  let drop: () => Promise<void>;
  let databaseUrl: string;

  beforeEach(async () => {
    const postgres = await createEmptyPostgres();
    drop = postgres.drop;
    databaseUrl = postgres.url;
    proxy = await openProxy(postgres.url);
    installation = new Installation({ DATABASE_URL: proxy.url });
  });
  afterEach(async () => {
    proxy.restore();
    await installation.stop();
    await proxy.close();
    await drop();
  });

  it('answers 503 with Retry-After while the database is away, and goes on by itself when it is back, with nothing lost', async () => {
    const service = await installation.start();
    await installation.setUp(service);
    await installation.book(service, 'A-1', 2_000);
    proxy.cut();
    const refused = await installation.book(service, 'A-2', 2_000);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    proxy.restore();
    await eventually(async () => expect((await installation.book(service, 'A-2', 2_000)).status).toBe(202));
    for (const id of ['A-1', 'A-2'])
      await eventually(async () =>
        expect(await installation.reminder(service, id)).toMatchObject({ status: 'accepted' }),
      );
    expect(installation.gateway.sent).toHaveLength(2);
  });

  it('takes appointments in while administrators wait for the database', async () => {
    const service = await installation.start();
    await installation.setUp(service);
    const search = () =>
      installation.admin(service, 'POST', '/v1/authorities/rh/messages/search', { phone: PHONE }).catch(() => {});
    const holder = new Client({ connectionString: databaseUrl });
    await holder.connect();
    try {
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
      expect((await installation.book(service, 'A-1', 60_000)).status).toBe(202);
      await holder.query('rollback');
      await searches;
    } finally {
      await holder.end();
    }
  });

  it('answers for a moment yet when it stops, also on connections that are kept open, and says not to come back', async () => {
    const service = await installation.start();
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

  it('hands each reminder over once from two processes, and one takes on what the other leaves', async () => {
    const [one, two] = [await installation.start(), await installation.start()];
    await installation.setUp(one);
    for (let index = 0; index < 40; index++) {
      const answer = await installation.book(
        index % 2 === 0 ? one : two,
        `A-${index}`,
        2_000,
        `+45201234${String(index).padStart(2, '0')}`,
      );
      expect(answer.status).toBe(202);
    }
    await one.stop();
    await eventually(() => expect(installation.gateway.sent).toHaveLength(40));
    expect(new Set(installation.gateway.sent.map(({ to }) => to)).size).toBe(40);
  });
});

/** @returns the status, and what becomes of the connection */
async function ask(url: string, agent: Agent): Promise<[number | undefined, string | undefined]> {
  const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  await once(answer.resume(), 'end');
  return [answer.statusCode, answer.headers.connection];
}
