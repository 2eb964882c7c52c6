import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { expect } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Service, startService } from '../../src/service.ts';
import { createDataFolder, createMigratedPostgres, type DatabaseKind } from './database.ts';
import { eventually } from './eventually.ts';
import { ScriptedGateway } from './gateway.ts';

const ADMIN = 'installation-test-token-0123456789';
const LEAD_MS = 2 * 3_600_000;
/** Less than the clocks of process and database may differ by, and longer than a booking takes on a busy machine. */
const DUE_MS = 20_000;
export const SENDER = '1204';
export const PHONE = '+4520123456';

/** A reminder as the administration shows it. */
interface SeenReminder {
  readonly status: string;
  readonly reason: string | null;
  readonly heldReason: string | null;
  readonly messages: readonly { readonly id: string }[];
}

/** A clock that runs, and that a test sets ahead, so that nothing waits for what comes later. */
export class MovableClock implements Clock {
  aheadMs = 0;
  readonly now = (): Date => new Date(systemClock.now().getTime() + this.aheadMs);
  readonly monotonic = systemClock.monotonic;
}

/**
 * An authority's installation as `main` runs it: its keys, its gateways, and its processes, one after another or several
 * over one database; and what a booking system, a citizen and an administrator say to them.
 */
export class Installation {
  readonly gateway: ScriptedGateway;
  readonly second = new ScriptedGateway({}, 'second');
  /** Gateways that its processes are started with, in order of preference. */
  gateways: readonly [ScriptedGateway, ...ScriptedGateway[]];
  readonly clock = new MovableClock();
  /** Lines that its processes logged, as JSON. */
  readonly logged: string[] = [];
  readonly #place: Readonly<Record<string, string>>;
  readonly #keys = `test:${randomBytes(32).toString('base64')}`;
  readonly #services: Service[] = [];
  #sourceToken = '';

  /** @param place DATABASE_URL or DATA_DIR, unless each of its processes is told */
  constructor(place: Readonly<Record<string, string>> = {}, gateway = new ScriptedGateway()) {
    this.#place = place;
    this.gateway = gateway;
    this.gateways = [gateway, this.second];
  }

  async start(env: Readonly<Record<string, string>> = {}, clock: Clock = this.clock): Promise<Service> {
    const config = readConfig({
      ...{ PORT: '0', PUBLIC_URL: 'https://sms.example.org', EASYSMS_GATEWAYS: 'simulator' },
      ...{ EASYSMS_ADMIN_TOKEN: ADMIN, EASYSMS_ENCRYPTION_KEYS: this.#keys },
      ...this.#place,
      ...env,
    });
    const log = pino({ level: 'info' }, { write: (line: string) => void this.logged.push(line) });
    const service = await startService({ config, gateways: this.gateways, log, clock });
    this.#services.push(service);
    return service;
  }

  /** An authority that reminds two hours before, at any hour, and its booking system. */
  async setUp(service: Service, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const rules = [{ id: 'before', template: 'reminder', lead: 'PT2H' }];
    const authority = { name: 'Rigshospitalet', sender: SENDER, sendingWindow: null, rules, ...settings };
    await this.admin(service, 'PUT', '/v1/authorities/rh', authority);
    type Made = { secrets: { token: string } };
    const source = await this.admin<Made>(service, 'PUT', '/v1/authorities/rh/sources/epj', { name: 'EPJ' });
    this.#sourceToken = source.secrets.token;
    // Whoever reads the feed has the changes of the source recorded as events.
    const headers = { Authorization: `Bearer ${this.#sourceToken}` };
    const { status } = await fetch(`${service.url}/v1/sources/epj/events`, { headers });
    if (status !== 200) throw new Error(`the feed answered ${status}`);
  }

  /** Books an appointment whose reminder comes due when the test lets it (`comeDue`). */
  async book(service: Service, id: string, { phone = PHONE, dueInMs = DUE_MS } = {}): Promise<Response> {
    const start = new Date(this.clock.now().getTime() + LEAD_MS + dueInMs).toISOString();
    return this.post(service, { type: 'appointment.booked', data: { id, start, patient: { phone } } });
  }

  /** Sets the clock to when everything is due that was booked; processes notice within a second. */
  comeDue(inMs = DUE_MS): void {
    this.clock.aheadMs += inMs;
  }

  async post(service: Service, event: unknown, token = this.#sourceToken): Promise<Response> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return fetch(`${service.url}/v1/webhooks/epj`, { method: 'POST', headers, body: JSON.stringify(event) });
  }

  /** @throws Error with the answer unless it is a success */
  async admin<T = Record<string, unknown>>(service: Service, method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
    const response = await fetch(service.url + path, { method, headers, ...sent });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async reminder(service: Service, id: string): Promise<SeenReminder> {
    const path = `/v1/authorities/rh/appointments/epj/${id}`;
    const [reminder] = (await this.admin<{ reminders: SeenReminder[] }>(service, 'GET', path)).reminders;
    if (!reminder) throw new Error(`${id} has no reminder`);
    return reminder;
  }

  /** @returns the status of the answer to the supplier */
  async callBack(
    service: Service,
    kind: 'receipts' | 'inbound',
    query: Readonly<Record<string, string>>,
    gateway = 'scripted',
  ): Promise<number> {
    const search = new URLSearchParams({ token: 'test-token', ...query });
    return (await fetch(`${service.url}/v1/callbacks/${gateway}/${kind}?${search}`)).status;
  }

  /** Resolves once a tick that began after this call has come to its end: the next one has begun. */
  async ticked(service: Service): Promise<void> {
    for (const _ of ['begins', 'has ended']) {
      const since = this.clock.now().getTime() / 1000;
      await eventually(async () =>
        expect((await scrape(service)).get('easysms_last_tick_timestamp_seconds')).toBeGreaterThan(since),
      );
    }
  }

  async stop(): Promise<void> {
    this.gateway.release();
    await Promise.all(this.#services.splice(0).map((service) => service.stop()));
  }
}

/** An installation over a new database with all tables; it goes when the test does. */
export async function createInstallation(
  kind: DatabaseKind,
  onTestFinished: (clean: () => Promise<void>) => void,
): Promise<Installation> {
  const { place, remove } = kind === 'embedded' ? await onDisk() : await onServer();
  const installation = new Installation(place);
  onTestFinished(async () => {
    await installation.stop();
    await remove();
  });
  return installation;
}

async function onDisk() {
  const { folder, remove } = await createDataFolder();
  return { place: { DATA_DIR: folder }, remove };
}

async function onServer() {
  const { url, drop } = await createMigratedPostgres();
  return { place: { DATABASE_URL: url }, remove: drop };
}

/** The figures of a process, as Prometheus reads them: `name{labels}` to value. */
export async function scrape(service: Service): Promise<Map<string, number>> {
  const response = await fetch(`${service.url}/metrics`);
  const text = await response.text();
  if (!response.ok) throw new Error(`/metrics answered ${response.status}: ${text}`);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
