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
import { GatewayCaller } from './pipeline/call-gateway.ts';
import type { Deps } from './pipeline/deps.ts';
import { createMetrics } from './pipeline/metrics.ts';
import { purge } from './pipeline/purge.ts';
import { sendAnswers } from './pipeline/send-answers.ts';
import { Dispatcher } from './pipeline/send-due-reminders.ts';
import { sweep } from './pipeline/sweep.ts';
import { type Scheduler, startScheduler } from './scheduler.ts';
import { databaseClock } from './store/clock-guard.ts';
import { type OpenDatabase, openMigratedDatabase } from './store/connect.ts';
import { adoptInstallation, findPublicUrl, openInstallation } from './store/installation.ts';
import { loadShippedTemplates } from './templates/index.ts';

const CLOCKS_APART_S = 30;
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
  readonly held: () => boolean;
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
    return await run(options, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function run({ config, gateways, log, clock = systemClock }: ServiceOptions, database: OpenDatabase): Promise<Service> {
  const state = new State(config.sending);
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
    readiness: () => readiness(deps, state, work),
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
  simulator?.connect(async (request) => app.fetch(request));
  sayHeld(deps, state, config.publicUrl);
  work?.start();
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    embedded: http.embedded,
    held: () => state.heldReason() !== null,
    stop: async () => {
      state.stopping = true;
      const closed = closeServer(server);
      await Promise.race([work?.stop(), timeout(STOP_MS)]);
      await Promise.race([receipts.idle(), timeout(1_000)]);
      await closed;
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await database.close();
    },
  };
}

/** What this process knows of whether it may hand over. */
class State {
  readonly #sending: 'on' | 'off';
  /** The database was made, or last adopted, under another PUBLIC_URL. */
  foreign = false;
  stopping = false;
  /** Seconds that the process's clock is ahead of the database's; null before the first look. */
  clockDifference: number | null = null;

  constructor(sending: 'on' | 'off') {
    this.#sending = sending;
  }

  heldReason(): 'sending_off' | null {
    return this.#sending === 'off' || this.foreign ? 'sending_off' : null;
  }

  get clocksApart(): boolean {
    return Math.abs(this.clockDifference ?? 0) > CLOCKS_APART_S;
  }
}

/** What runs by the clock: the dispatch tick, the sweep, the purge, the guard of the clocks. */
class Work {
  readonly #deps: Deps;
  readonly #state: State;
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #caller: GatewayCaller;
  readonly #dispatcher: Dispatcher;
  readonly #receipts: ReceiptAcceptor;
  #scheduler: Scheduler | null = null;

  constructor(deps: Deps, receipts: ReceiptAcceptor, state: State, config: Config, clock: Clock) {
    this.#deps = deps;
    this.#receipts = receipts;
    this.#state = state;
    this.#config = config;
    this.#clock = clock;
    this.#caller = new GatewayCaller(deps.gateways[0], deps);
    this.#dispatcher = new Dispatcher(deps, this.#caller);
  }

  start(): void {
    this.#scheduler = startScheduler({
      tickCron: this.#config.dispatchCron,
      onTick: () => this.#tick(),
      jobs: [
        { name: 'sweep', cron: '*/10 * * * * *', timeZone: 'UTC', run: () => this.#sweep() },
        { name: 'purge', cron: '0 17 * * * *', timeZone: 'UTC', run: () => this.#purge() },
      ],
      log: this.#deps.log,
      clock: this.#clock,
    });
  }

  lastTickAgeMs(): number {
    return this.#scheduler?.lastTickAgeMs() ?? 0;
  }

  async stop(): Promise<void> {
    this.#caller.hurry();
    await Promise.all([this.#scheduler?.stop(), this.#dispatcher.stop()]);
  }

  async #tick(): Promise<void> {
    if (this.#state.stopping) return;
    this.#deps.metrics.lastTick.set(this.#deps.now().getTime() / 1000);
    if (this.#state.clockDifference === null) await this.#compareClocks();
    if (this.#state.clocksApart) return;
    await Promise.all([sendAnswers(this.#deps, this.#caller), this.#dispatcher.drain()]);
  }

  async #sweep(): Promise<void> {
    await this.#compareClocks();
    this.#state.foreign = (await findPublicUrl(this.#deps.db)) !== this.#config.publicUrl;
    this.#deps.metrics.sendingHeld.set(this.#state.heldReason() || this.#state.clocksApart ? 1 : 0);
    if (!this.#state.clocksApart) await sweep(this.#deps, this.#receipts, this.#deps.now());
  }

  async #purge(): Promise<void> {
    await purge(this.#deps, this.#deps.now());
  }

  async #compareClocks(): Promise<void> {
    const before = this.#clock.monotonic();
    const theirs = await databaseClock(this.#deps.db);
    // Half of the round trip, so that a slow database doesn't look like a clock that is behind.
    const travelled = (this.#clock.monotonic() - before) / 2;
    const seconds = (this.#deps.now().getTime() - travelled - theirs.getTime()) / 1000;
    this.#state.clockDifference = seconds;
    this.#deps.metrics.clockDifference.set(seconds);
    if (this.#state.clocksApart) {
      this.#deps.log.error(
        { seconds: Math.round(seconds) },
        'the clocks of process and database differ by more than 30 s: nothing is handed over',
      );
    }
  }
}

async function readiness(deps: Deps, state: State, work: Work | null): Promise<{ ready: boolean; reasons: string[] }> {
  const reasons: string[] = [];
  if (state.stopping) reasons.push('stopping');
  if (work && work.lastTickAgeMs() > TICK_OVERDUE_MS) reasons.push('no dispatch tick for 120 s');
  try {
    await findPublicUrl(deps.db);
  } catch {
    reasons.push('database out of reach');
  }
  return { ready: reasons.length === 0, reasons };
}

function sayHeld(deps: Deps, state: State, publicUrl: string): void {
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
