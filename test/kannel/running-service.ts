import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { createGateways } from '../../src/gateways/index.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { type Service, startService } from '../../src/service.ts';

export interface SeenReminder {
  readonly id: string;
  readonly rule: string;
  readonly status: string;
  readonly reason: string | null;
  readonly text: string | null;
  readonly encoding: string | null;
  readonly segments: number | null;
  readonly messages: readonly {
    readonly gateway: string;
    readonly status: string;
    readonly gatewayMessageId: string | null;
  }[];
}

/**
 * The whole service on an embedded database of its own, spoken to over HTTP as booking systems and administrators do.
 */
export class RunningService {
  readonly publicUrl: string;
  /** Every line that it logged, across restarts. */
  readonly logged: string[] = [];
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  #service: Service | null = null;
  #adminToken = '';
  readonly #sourceTokens = new Map<string, string>();

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.publicUrl = `http://127.0.0.1:${port}`;
    this.#settings = { DATA_DIR: folder, PORT: String(port), EASYSMS_GATEWAYS: 'kannel', LOG_LEVEL: 'debug' };
  }

  /** A folder and an address; nothing runs yet. */
  static async prepare(): Promise<RunningService> {
    return new RunningService(await mkdtemp(join(tmpdir(), 'easysms-service-')), await freePort());
  }

  /** @param gateway the adapter's settings */
  async start(gateway: Readonly<Record<string, string>>): Promise<void> {
    const env = { ...this.#settings, ...gateway };
    const config = readConfig(env);
    const made = createGateways(config.gateways, (name) => env[name] ?? null, {
      publicUrl: config.publicUrl,
      now: systemClock.now,
    });
    if ('missing' in made) throw new Error(made.missing.join('\n'));
    const log = pino({ level: config.logLevel }, { write: (line: string) => void this.logged.push(line) });
    this.#service = await startService({ config, gateways: made.gateways, log });
    this.#adminToken = config.adminToken;
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = null;
  }

  /** Sweeps as a process would at that moment. The service must be stopped. */
  async sweepAt(now: Date): Promise<void> {
    const { db, close } = await openDatabase({ dataDir: this.#folder });
    try {
      await sweep({ db, log: pino({ enabled: false }) }, { applyAbandoned: async () => 0 }, now);
    } finally {
      await close();
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** An authority that reminds two hours before, at any hour, and a booking system of the same name. */
  async makeAuthority(id: string, sender: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.admin('PUT', `/v1/authorities/${id}`, {
      name: 'Århus Øjenklinik',
      sender,
      rules: [{ id: 'two-hours-before', template: 'reminder', lead: 'PT2H' }],
      // A post that takes long on a busy machine is a late booking, whose reminder is due half a minute later.
      lateBooking: 'PT1H59M30S',
      sendingWindow: null,
      maxPerNumberPerDay: 100,
      ...settings,
    });
    const source = await this.admin<{ secrets: { token: string } }>('PUT', `/v1/authorities/${id}/sources/${id}`, {
      name: id,
      mode: 'live',
    });
    this.#sourceTokens.set(id, source.secrets.token);
    // Whoever reads the feed has the changes of the source recorded as events.
    await this.events(id);
  }

  /** @param dueInMs when the reminder is due */
  async book(authority: string, id: string, phone: string, dueInMs: number): Promise<void> {
    const start = new Date(systemClock.now().getTime() + 2 * 3_600_000 + dueInMs).toISOString();
    await this.post(authority, 'appointment.booked', {
      id,
      start,
      patient: { phone },
      location: { text: 'Opgang 4 på Æblegården' },
      contactPhone: '+4535453545',
    });
  }

  /** What the authority's booking system tells. */
  async post(authority: string, type: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    const headers = {
      Authorization: `Bearer ${this.#sourceTokens.get(authority)}`,
      'Content-Type': 'application/json',
    };
    const response = await fetch(`${this.publicUrl}/v1/webhooks/${authority}`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ type, data }),
    });
    if (response.status !== 202) throw new Error(`${type} was answered ${response.status}: ${await response.text()}`);
  }

  /** Events as the authority's booking system reads them: type and data of each. */
  /** All events of a source, page by page. */
  async events(authority: string): Promise<{ type: string; data: Record<string, string> }[]> {
    const headers = { Authorization: `Bearer ${this.#sourceTokens.get(authority)}` };
    const events: { type: string; data: Record<string, string> }[] = [];
    for (let after = ''; ; ) {
      const response = await fetch(`${this.publicUrl}/v1/sources/${authority}/events?limit=500${after}`, { headers });
      const { items, nextCursor } = (await response.json()) as { items: typeof events; nextCursor: string | null };
      events.push(...items);
      if (nextCursor === null || items.length === 0) return events;
      after = `&after=${encodeURIComponent(nextCursor)}`;
    }
  }

  async reminder(authority: string, id: string): Promise<SeenReminder> {
    const path = `/v1/authorities/${authority}/appointments/${authority}/${id}`;
    const [reminder] = (await this.admin<{ reminders: SeenReminder[] }>('GET', path)).reminders;
    if (!reminder) throw new Error(`${id} has no reminder`);
    return reminder;
  }

  async admin<T = unknown>(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<T> {
    const headers = { Authorization: `Bearer ${this.#adminToken}`, 'Content-Type': 'application/json' };
    const response = await fetch(this.publicUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
