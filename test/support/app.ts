import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import pino from 'pino';
import { KeyUses } from '../../src/accounts/keys.ts';
import { RefusedAccesses } from '../../src/accounts/refused-access.ts';
import { type AppDeps, createApp } from '../../src/app.ts';
import { systemTimers } from '../../src/clock.ts';
import type { Database } from '../../src/database/tables.ts';
import { Cipher } from '../../src/domain/keyring.ts';
import type { Role } from '../../src/domain/people/access.ts';
import { createGateways } from '../../src/gateways/index.ts';
import { SimulatorGateway } from '../../src/gateways/simulator.ts';
import type { HttpEnv } from '../../src/http/env.ts';
import { countUnreadable } from '../../src/operations/reencrypt.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { BodyMemory } from '../../src/runtime/body-memory.ts';
import type { Deps } from '../../src/runtime/deps.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { OutageLog } from '../../src/runtime/outage-log.ts';
import { type OutgoingAccess, OutgoingHttp } from '../../src/runtime/outgoing/http.ts';
import { FhirServers } from '../../src/sources/fhir/servers.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { openInstallation } from '../../src/store/installation.ts';
import { loadShippedTemplates } from '../../src/templates/index.ts';
import { openTestDatabase } from './database.ts';
import { ownServers } from './own-servers.ts';
import { readFeedFrom } from './stored-rows.ts';

const ADMIN_TOKEN = 'test-administrator-token-0123456789';
const PUBLIC_URL = 'https://sms.example.org';

export interface TestRequest {
  readonly method?: string;
  /** Bearer token; the administrator's when left out, none when null. */
  readonly token?: string | null;
  /** Sent as JSON, with POST unless `method` says otherwise. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the application is made with, and what the modules behind it are. */
export type TestDeps = Deps &
  OutgoingAccess &
  AppDeps & {
    readonly receipts: ReceiptAcceptor;
    readonly refusedAccesses: RefusedAccesses;
    readonly keyUses: KeyUses;
  };

export interface TestApp {
  readonly app: OpenAPIHono<HttpEnv>;
  readonly db: Kysely<Database>;
  /** Of PostgreSQL, for another connection to the same database; empty for an embedded one. */
  readonly databaseUrl: string;
  readonly deps: TestDeps;
  readonly adminToken: string;
  /** Lines that the application logged, as JSON. */
  readonly logged: string[];
  /** The instant that the application sees; it stands still until set. */
  readonly clock: { now: Date };
  request(path: string, request?: TestRequest): Promise<Response>;
  /** The parsed body of an answer that must have this status. */
  json<T = Record<string, unknown>>(status: number, path: string, request?: TestRequest): Promise<T>;
  /** Replaces what is there already. @returns the parsed body of the answer, which is 200 */
  put<T = Record<string, unknown>>(path: string, body: unknown): Promise<T>;
  /** Makes an authority with the defaults. */
  makeAuthority(id: string, settings?: Record<string, unknown>): Promise<void>;
  /** Makes a source whose feed somebody reads. */
  makeSource(
    authority: string,
    id: string,
    settings?: Record<string, unknown>,
  ): Promise<{ token: string; webhookSecret: string }>;
  /** @returns the key itself */
  createKey(authority: string, role: Role): Promise<string>;
  close(): Promise<void>;
}

/**
 * The whole application over a database of its own, with the simulator gateway and a clock that stands still (a Tuesday
 * noon in Copenhagen).
 */
export async function openTestApp(kind?: 'embedded' | 'postgres', overrides: Partial<TestDeps> = {}): Promise<TestApp> {
  const { db, url: databaseUrl, close } = await openTestDatabase(kind);
  const clock = { now: new Date('2026-11-24T11:00:00Z') };
  const now = () => clock.now;
  const { keyring } = await openInstallation(
    db,
    new Cipher([{ id: 'test', bytes: randomBytes(32) }]),
    PUBLIC_URL,
    now(),
  );
  const made = createGateways(['simulator'], () => null, { publicUrl: PUBLIC_URL, now });
  if (!('gateways' in made)) throw new Error(made.missing.join('\n'));
  const simulator = made.gateways[0];
  if (!(simulator instanceof SimulatorGateway)) throw new Error('the simulator was expected');
  const logged: string[] = [];
  const base: Deps = {
    db,
    keyring,
    templates: loadShippedTemplates(),
    gateways: [simulator],
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    metrics: createMetrics(),
    now,
    timers: systemTimers,
    random: Math.random,
    worker: 'test',
    version: '1.2.3',
    concurrency: 50,
    maxPerCall: 20,
    gatewayProbeMs: 30_000,
    sending: { heldReason: () => null },
    ...overrides,
  };
  countUnreadable(base);
  const outgoing = new OutgoingHttp(ownServers);
  const deps: TestDeps = {
    ...base,
    outgoing,
    receiver: new Receiver(base),
    refusedAccesses: new RefusedAccesses(base),
    keyUses: new KeyUses(base),
    receipts: new ReceiptAcceptor(base),
    servers: new FhirServers({ ...base, outgoing }),
    dryRunServers: new FhirServers({ ...base, outgoing }),
    adminToken: ADMIN_TOKEN,
    publicUrl: PUBLIC_URL,
    metricsToken: null,
    trustedProxies: [],
    allowedSenders: [],
    readiness: () => Promise.resolve({ ready: true, reasons: [] }),
    simulator,
    provider: null,
    embedded: kind !== 'postgres',
    loopback: true,
    bodies: new BodyMemory(64, base),
    outages: new OutageLog(base),
    role: 'all',
    refreshBinding: async () => {},
    ...overrides,
  };
  const app = createApp(deps);
  const request = async (path: string, options: TestRequest = {}) => app.request(path, toInit(options));
  const json = async <T>(status: number, path: string, options?: TestRequest): Promise<T> => {
    const response = await request(path, options);
    const body = await response.text();
    if (response.status !== status)
      throw new Error(`${path} answered ${response.status} instead of ${status}: ${body}`);
    return (body === '' ? undefined : JSON.parse(body)) as T;
  };
  return {
    app,
    db,
    databaseUrl,
    deps,
    adminToken: ADMIN_TOKEN,
    logged,
    clock,
    request,
    json,
    put: (path, body) => json(200, path, { method: 'PUT', body }),
    async makeAuthority(id, settings = {}) {
      await json(201, `/v1/authorities/${id}`, {
        method: 'PUT',
        body: { name: `Authority ${id}`, sender: 'Sundhed', ...settings },
      });
    },
    async makeSource(authority, id, settings = {}) {
      const body = { name: `Source ${id}`, ...settings };
      const made = await json<{ secrets: { token: string; webhookSecret: string } }>(
        201,
        `/v1/authorities/${authority}/sources/${id}`,
        {
          method: 'PUT',
          body,
        },
      );
      await readFeedFrom(deps.db, { authority_id: authority, source_id: id }, now());
      return made.secrets;
    },
    async createKey(authority, role) {
      const made = await json<{ key: string }>(201, `/v1/authorities/${authority}/keys`, {
        body: { name: `A ${role}`, role },
      });
      return made.key;
    },
    async close() {
      await deps.receiver.idle();
      await deps.refusedAccesses.stop();
      await deps.keyUses.stop();
      await simulator.close();
      await close();
    },
  };
}

/** Serves the application on a port of this machine. @returns its address, and `stop`, which ends that alone */
export function listen({ app }: Pick<TestApp, 'app'>): Promise<{ readonly url: string; stop(): void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, stop: () => void server.close() }),
    );
  });
}

/** What `app.request` takes. */
export function toInit({ method, token, body, headers }: TestRequest): RequestInit {
  const sent = new Headers(headers);
  if (token !== null) sent.set('Authorization', `Bearer ${token ?? ADMIN_TOKEN}`);
  if (body === undefined) return { method: method ?? 'GET', headers: sent };
  if (!sent.has('Content-Type')) sent.set('Content-Type', 'application/json');
  return { method: method ?? 'POST', headers: sent, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
