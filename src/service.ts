import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { type Clock, systemClock, systemTimers } from './clock.ts';
import type { Config } from './config/config.ts';
import { type OpenDatabase, openMigratedDatabase } from './database/connect.ts';
import { endLeases } from './dispatch/settle.sql.ts';
import { Cipher } from './domain/keyring.ts';
import type { SmsGateway } from './gateways/gateway.ts';
import { SimulatorGateway } from './gateways/simulator.ts';
import { createApp } from './http/app.ts';
import type { HttpDeps } from './http/deps.ts';
import { listenForMllp, type MllpListener } from './mllp/listener.ts';
import { backlogOf, watch } from './operations/gauges.ts';
import { ReceiptAcceptor } from './receipts/accept.ts';
import type { Deps } from './runtime/deps.ts';
import { createMetrics } from './runtime/metrics.ts';
import { Receiver } from './sources/receive.ts';
import { openInstallation } from './store/installation.ts';
import { findSourcesWithAuthority } from './store/sources.ts';
import { loadShippedTemplates } from './templates/index.ts';
import { SendingState, Worker } from './worker.ts';

const TICK_OVERDUE_MS = 120_000;
const STOP_MS = 9_500;
const STILL_LISTENING_MS = 1_000;

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
  /** The one that it got; null: nobody listens for MLLP. */
  readonly mllpPort: number | null;
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

async function run(
  { config, gateways, log, clock = systemClock }: ServiceOptions,
  database: OpenDatabase,
): Promise<Service> {
  const state = new SendingState(config.sending, clock);
  const installation = await openInstallation(
    database.db,
    new Cipher(config.encryptionKeys),
    config.publicUrl,
    clock.now(),
  );
  state.foreign = !installation.publicUrlMatches;
  state.restored = installation.restored;
  const deps: Deps = {
    db: database.db,
    keyring: installation.keyring,
    templates: loadShippedTemplates(),
    gateways,
    log,
    metrics: createMetrics(gateways.map(({ id }) => id)),
    now: clock.now,
    timers: systemTimers,
    random: Math.random,
    worker: `${hostname()}:${process.pid}`,
    concurrency: config.concurrency,
    sending: state,
  };
  const receipts = new ReceiptAcceptor(deps);
  const simulator = gateways.find((gateway) => gateway instanceof SimulatorGateway) ?? null;
  deps.metrics.simulator.set(simulator ? 1 : 0);
  const worker = config.role === 'api' ? null : new Worker(deps, receipts, state, config, clock);
  registerAllGauges(deps, database, worker, clock);
  const http: HttpDeps = {
    ...deps,
    adminPool: database.adminPool,
    receiver: new Receiver(deps),
    receipts,
    adminToken: config.adminToken,
    publicUrl: config.publicUrl,
    readiness: () => readiness(deps, state, worker, config.publicUrl),
    simulator,
    embedded: database.kind === 'embedded',
    loopback: isLoopback(config.host),
    role: config.role,
    refreshBinding: () => state.look(database.db, config.publicUrl),
  };
  const app = createApp(http);
  const { server, port } = await listen(app.fetch, config.host, config.port);
  const mllp = await startMllp(config, http).catch((error: unknown) => {
    server.close();
    throw error;
  });
  // A worker serves no callbacks; what the simulator reports to it goes the same way all the same.
  const callbacks = config.role === 'worker' ? createApp({ ...http, role: 'all' }) : app;
  simulator?.connect(async (request) => callbacks.fetch(request));
  sayHeld(deps, state, config.publicUrl);
  worker?.start();
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    embedded: http.embedded,
    mllpPort: mllp?.port ?? null,
    stop: once(() => stopAll({ state, server, mllp, worker, http, database })),
  };
}

function registerAllGauges(
  { metrics }: Deps,
  database: OpenDatabase,
  worker: Worker | null,
  { now, monotonic }: Clock,
): void {
  watch(metrics.registry, {
    ...{ now, monotonic },
    standing: backlogOf(database.db),
    pool: database.pool,
    jobs: () => worker?.jobs() ?? [],
    gateways: () => worker?.gateways() ?? [],
  });
}

interface Running {
  readonly state: SendingState;
  readonly server: Server;
  readonly mllp: MllpListener | null;
  readonly worker: Worker | null;
  readonly http: HttpDeps;
  readonly database: OpenDatabase;
}

async function stopAll({ state, server, mllp, worker, http, database }: Running): Promise<void> {
  state.stopping = true;
  const closed = Promise.all([closeServer(server), mllp?.close()]);
  await Promise.race([worker?.stop(), timeout(STOP_MS)]);
  await Promise.race([http.receipts.idle(), timeout(1_000)]);
  await closed;
  await http.receiver.unmapped.idle();
  await Promise.all(http.gateways.map((gateway) => gateway.close()));
  await database.close();
}

/** @returns null where nobody is to listen: it is not set, or this process only hands over */
async function startMllp({ mllp, role }: Config, deps: HttpDeps): Promise<MllpListener | null> {
  if (!mllp || role === 'worker') return null;
  const { host, source, tls } = mllp;
  if (source !== null && !(await findSourcesWithAuthority(deps.db, [source])).has(source)) {
    deps.log.warn(
      { source },
      'MLLP_SOURCE names a source that is not there: nothing that comes over MLLP is acknowledged until it is made',
    );
  }
  const listener = await listenForMllp(deps, mllp);
  deps.log.info(
    { host, port: listener.port, source: source ?? 'by certificate', tls: tls !== null },
    'listening for HL7 v2 over MLLP',
  );
  if (!tls && !isLoopback(host)) {
    deps.log.warn(
      { host },
      'MLLP without TLS: whoever reaches this port reads and writes appointments, and nothing is encrypted',
    );
  }
  return listener;
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
  worker: Worker | null,
  publicUrl: string,
): Promise<{ ready: boolean; reasons: string[] }> {
  const reasons: string[] = [];
  if (state.stopping) reasons.push('stopping');
  if (worker && worker.lastTickAgeMs() > TICK_OVERDUE_MS) reasons.push('no dispatch tick for 120 s');
  try {
    await state.look(deps.db, publicUrl);
  } catch {
    reasons.push('database out of reach');
  }
  return { ready: reasons.length === 0, reasons };
}

function sayHeld(deps: Deps, state: SendingState, publicUrl: string): void {
  deps.metrics.sendingHeld.set(state.heldReason() ? 1 : 0);
  if (state.restored) {
    deps.log.warn(
      'this database was restored from a backup: nothing is handed over until POST /v1/installation/recovered',
    );
  } else if (state.foreign) {
    deps.log.warn(
      { publicUrl },
      'this database belongs to another PUBLIC_URL: nothing is handed over until POST /v1/installation/adopt',
    );
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
    const server = serve({ fetch, hostname: host, port }, (info) =>
      resolve({ server: server as Server, port: info.port }),
    );
    server.once('error', reject);
  });
}

/**
 * A balancer needs a moment to see that it is not ready any more, and a request may be on its way on a connection that
 * is kept open: what comes in this moment is answered, and told to come by another connection from then on.
 */
function closeServer(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  return new Promise((resolve) => {
    setTimeout(() => {
      // What is answered only later leaves its connection idle.
      const ending = setInterval(() => server.closeIdleConnections(), 100);
      server.close(() => {
        clearInterval(ending);
        resolve();
      });
    }, STILL_LISTENING_MS);
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
