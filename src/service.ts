import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { Cipher } from './domain/keyring.ts';
import type { SmsGateway } from './gateways/gateway.ts';
import { SimulatorGateway } from './gateways/simulator.ts';
import { createApp } from './http/app.ts';
import type { HttpDeps } from './http/deps.ts';
import { ReceiptAcceptor } from './pipeline/accept-receipts.ts';
import type { Deps } from './pipeline/deps.ts';
import { createMetrics } from './pipeline/metrics.ts';
import { type OpenDatabase, openMigratedDatabase } from './store/connect.ts';
import { adoptInstallation, findPublicUrl, openInstallation } from './store/installation.ts';
import { endLeases } from './store/settle-reminders.ts';
import { loadShippedTemplates } from './templates/index.ts';
import { SendingState, Work } from './work.ts';

const TICK_OVERDUE_MS = 120_000;
const STOP_MS = 9_500;

export interface ServiceOptions {
  readonly config: Config;
  readonly gateways: readonly [SmsGateway, ...SmsGateway[]];
  readonly log: Logger;
  readonly clock?: Clock;
}

/** A running service. */
export interface Service {
  /** Where it listens, with the port that it got. */
  readonly url: string;
  readonly embedded: boolean;
  /** Readiness turns 503, requests and the batch in hand finish, claims are released. Resolves within 10 s. */
  stop(): Promise<void>;
}

/** Everything in one process: `main` and the end-to-end tests start it alike. @throws StartError when it can't start */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log } = options;
  const database = await openMigratedDatabase(config.database, {
    onIdleError: (error) => log.warn({ error: error.message }, 'an idle connection broke'),
  });
  try {
    // The folder is ours alone: whoever worked on it before is gone.
    if (database.kind === 'embedded') await endLeases(database.db, (options.clock ?? systemClock).now());
    return await run(options, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function run({ config, gateways, log, clock = systemClock }: ServiceOptions, database: OpenDatabase): Promise<Service> {
  const state = new SendingState(config.sending);
  const installation = await openInstallation(database.db, new Cipher(config.encryptionKeys), config.publicUrl, clock.now());
  state.foreign = !installation.publicUrlMatches;
  const deps: Deps = {
    db: database.db,
    keyring: installation.keyring,
    templates: loadShippedTemplates(),
    gateways,
    log,
    metrics: createMetrics(),
    now: clock.now,
    worker: `${hostname()}:${process.pid}`,
    concurrency: config.concurrency,
    sending: state,
  };
  const receipts = new ReceiptAcceptor(deps);
  const simulator = gateways.find((gateway) => gateway instanceof SimulatorGateway) ?? null;
  deps.metrics.simulator.set(simulator ? 1 : 0);
  const work = config.role === 'api' ? null : new Work(deps, receipts, state, config, clock);
  const http: HttpDeps = {
    ...deps,
    receipts,
    adminToken: config.adminToken,
    publicUrl: config.publicUrl,
    readiness: () => readiness(deps, state, work, config.publicUrl),
    simulator,
    embedded: database.kind === 'embedded',
    loopback: isLoopback(config.host),
    role: config.role,
    adopt: async (now) => {
      await adoptInstallation(database.db, config.publicUrl, now);
      state.foreign = false;
    },
  };
  const app = createApp(http);
  const { server, port } = await listen(app.fetch, config.host, config.port);
  // A worker serves no callbacks; what the simulator reports to it goes the same way all the same.
  const callbacks = config.role === 'worker' ? createApp({ ...http, role: 'all' }) : app;
  simulator?.connect(async (request) => callbacks.fetch(request));
  sayHeld(deps, state, config.publicUrl);
  work?.start();
  const stop = once(async () => {
    state.stopping = true;
    const closed = closeServer(server);
    await Promise.race([work?.stop(), timeout(STOP_MS)]);
    await Promise.race([receipts.idle(), timeout(1_000)]);
    await closed;
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await database.close();
  });
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    embedded: http.embedded,
    stop,
  };
}

/** However often it is asked, it is done once. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

async function readiness(
  deps: Deps,
  state: SendingState,
  work: Work | null,
  publicUrl: string,
): Promise<{ ready: boolean; reasons: string[] }> {
  const reasons: string[] = [];
  if (state.stopping) reasons.push('stopping');
  if (work && work.lastTickAgeMs() > TICK_OVERDUE_MS) reasons.push('no dispatch tick for 120 s');
  try {
    // Another process may have adopted the database since.
    state.foreign = (await findPublicUrl(deps.db)) !== publicUrl;
  } catch {
    reasons.push('database out of reach');
  }
  return { ready: reasons.length === 0, reasons };
}

function sayHeld(deps: Deps, state: SendingState, publicUrl: string): void {
  deps.metrics.sendingHeld.set(state.heldReason() ? 1 : 0);
  if (state.foreign) {
    deps.log.warn({ publicUrl }, 'this database belongs to another PUBLIC_URL: nothing is handed over until POST /v1/installation/adopt');
  } else if (state.heldReason()) deps.log.warn('EASYSMS_SENDING=off: nothing is handed over');
  if (deps.gateways.some((gateway) => gateway.id === 'simulator'))
    deps.log.warn('the simulator is among the gateways: through it no SMS leaves');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, (info) => resolve({ server: server as Server, port: info.port }));
    server.once('error', reject);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
