import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { KeyUses } from './accounts/keys.ts';
import { StaffProvider } from './accounts/oidc/provider.ts';
import { type Invitation, offerFirstAccount } from './accounts/people/invitations.ts';
import type { RefusedAccesses } from './accounts/refused-access.ts';
import { type AppDeps, createApp } from './app.ts';
import { type Clock, systemClock, systemTimers } from './clock.ts';
import { ClockGuard } from './clock-guard.ts';
import type { Config } from './config/config.ts';
import type { OpenDatabase } from './database/connect.ts';
import { WriteRefusals } from './database/write-refusals.ts';
import { CALLS } from './events/deliverer.ts';
import type { SmsGateway } from './gateways/gateway.ts';
import { SimulatorGateway } from './gateways/simulator.ts';
import { respondWhileStarting } from './http/health.ts';
import { VERSION } from './http/openapi.ts';
import { EarlyServer, type HttpServer } from './http-server.ts';
import { isLoopback, LOOPBACK } from './loopback.ts';
import type { MllpListener } from './mllp/listener.ts';
import { startMllp } from './mllp-server.ts';
import { type OpenedInstallation, openWhenThere } from './open-installation.ts';
import { backlogOf, registerGauges } from './operations/gauges.ts';
import { countUnreadable } from './operations/reencrypt.ts';
import { logHeldSending, logMissingProxies, readiness } from './readiness.ts';
import { ReceiptAcceptor } from './receipts/accept.ts';
import { BodyMemory } from './runtime/body-memory.ts';
import {
  type CurrentTime,
  type Deps,
  isSendingHeld,
  type Metering,
  type SendingPermission,
  type Waiting,
} from './runtime/deps.ts';
import { addProcessMetrics, createMetrics } from './runtime/metrics.ts';
import { parseAllowedAddress } from './runtime/outgoing/allowed-addresses.ts';
import { OutgoingHttp } from './runtime/outgoing/http.ts';
import type { StallWatch } from './runtime/stall-watch.ts';
import { SendingState } from './sending-state.ts';
import { FhirServers } from './sources/fhir/servers.ts';
import { Receiver } from './sources/receive.ts';
import { logRefusedSenders } from './staff/gateways/rules.ts';
import { startSummaries } from './summaries.ts';
import { loadShippedTemplates } from './templates/index.ts';
import { Worker } from './worker.ts';

const STOP_MS = 9_500;

/** Settings, gateways and log of a service; `clock` is the machine's unless a test sets it. */
interface ServiceOptions {
  readonly config: Config;
  readonly gateways: readonly [SmsGateway, ...SmsGateway[]];
  readonly log: Logger;
  readonly clock?: Clock;
}

/** A running service: where it listens, and how it is stopped. */
export interface Service {
  /** The address that it listens on, with the port in use. */
  readonly url: string;
  readonly embedded: boolean;
  /** The port in use; null: nothing listens for MLLP. */
  readonly mllpPort: number | null;
  /** The link to the first account, over the embedded database and as long as nobody administers the installation. */
  readonly firstAccount: Invitation | null;
  /** Turns readiness to 503, finishes requests and the calls in flight, and resolves within 10 s. */
  stop(): Promise<void>;
}

/** Starts everything in one process, for `main` and for end-to-end tests. @throws StartError when it can't start */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, clock = systemClock } = options;
  const writes = new WriteRefusals(clock.monotonic);
  const forMany = [...config.trustedProxies, ...LOOPBACK];
  const http = new EarlyServer(respondWhileStarting, config.host, config.port, forMany);
  let opened: OpenedInstallation | undefined;
  try {
    opened = await openWhenThere({ config, log, clock, writes }, () => http.listen());
    return await run(options, opened, http, writes);
  } catch (error) {
    void http.close();
    await opened?.database.close();
    throw error;
  }
}

async function run(
  options: ServiceOptions,
  opened: OpenedInstallation,
  http: EarlyServer,
  writes: WriteRefusals,
): Promise<Service> {
  const { config, gateways, clock = systemClock } = options;
  const { database, cipher } = opened;
  const state = new SendingState(config.sending, clock, cipher);
  const deps = await makeDeps(options, opened, state);
  countUnreadable(deps);
  const guard = await ClockGuard.begin(deps, state, clock);
  // What is served goes on with a wrong clock, but for posts: what citizens write, and what staff decide.
  const served = { ...deps, now: guard.now };
  const receipts = new ReceiptAcceptor(served);
  const receiver = new Receiver(served);
  const simulator = gateways.find((gateway) => gateway instanceof SimulatorGateway) ?? null;
  deps.metrics.simulator.set(simulator ? 1 : 0);
  // Connections of their own: a slow endpoint for events must not keep intake waiting, which reads from FHIR servers.
  const toEndpoints = new OutgoingHttp(config.allowedAddresses, CALLS);
  const workerDeps = { ...deps, outgoing: toEndpoints };
  const worker = config.role === 'api' ? null : new Worker(workerDeps, receipts, state, config, clock);
  registerAllGauges(deps, { ...database, writes }, worker, clock);
  const outgoing = new OutgoingHttp(config.allowedAddresses);
  const { provider, outgoing: toProvider } = openStaffProvider(config, served);
  const { endSummaries, ...noted } = startSummaries(served);
  const appDeps: AppDeps = {
    ...served,
    receiver,
    receipts,
    simulator,
    outgoing,
    provider,
    ...noted,
    loopback: isLoopback(config.host),
    adminPool: database.adminPool,
    embedded: database.kind === 'embedded',
    bodies: new BodyMemory(config.bodiesMib, deps),
    ...fhirServers({ ...served, outgoing }),
    ...settingsOfHttp(config),
    readiness: () => readiness(deps, state, worker, config.publicUrl),
    refreshBinding: () => state.refresh(database.db, config.publicUrl),
  };
  const app = createApp(appDeps);
  const server = await http.serve(app.fetch);
  const mllp = await startMllp(config, appDeps);
  // A worker serves no callbacks, but the simulator within it reports to them all the same.
  const callbacks = config.role === 'worker' ? createApp({ ...appDeps, role: 'all' }) : app;
  simulator?.connect(async (request) => callbacks.fetch(request));
  logHeldSending(deps, state, config.publicUrl);
  (worker ?? guard).start();
  deps.metrics.stalls.start();
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${server.port}`;
  return {
    url,
    embedded: appDeps.embedded,
    firstAccount: await firstAccountOf(appDeps, config, url),
    mllpPort: mllp?.port ?? null,
    stop: once(() => {
      endSummaries();
      guard.stop();
      const closed = [...gateways, outgoing, toEndpoints, toProvider];
      const parts = { state, stalls: deps.metrics.stalls, server, mllp, worker, receipts, receiver, ...noted };
      return stopAll({ ...parts, closed, database });
    }),
  };
}

/** Dry runs have servers of their own, since what they read back must change nothing for requests after them. */
function fhirServers(deps: ConstructorParameters<typeof FhirServers>[0]) {
  return { servers: new FhirServers(deps), dryRunServers: new FhirServers(deps) };
}

function settingsOfHttp({ adminToken, metricsToken, publicUrl, trustedProxies, allowedSenders, role }: Config) {
  return { adminToken, metricsToken, publicUrl, trustedProxies, allowedSenders, role };
}

/** The link to the first account, over the embedded database, whose start prints it. */
async function firstAccountOf(deps: AppDeps, { port }: Config, url: string): Promise<Invitation | null> {
  if (!deps.embedded) return null;
  return offerFirstAccount(port === 0 ? { ...deps, publicUrl: url } : deps, deps.now());
}

/** Assembles the dependencies of all modules. */
async function makeDeps(
  { config, gateways, log, clock = systemClock }: ServiceOptions,
  { database: { db }, installation }: OpenedInstallation,
  state: SendingState,
): Promise<Deps> {
  const metrics = createMetrics(gateways.map(({ id }) => id));
  addProcessMetrics(metrics);
  state.foreign = !installation.publicUrlMatches;
  state.restored = installation.restored;
  await logRefusedSenders({ db, gateways, log });
  logMissingProxies({ log }, config);
  return {
    db,
    gateways,
    log,
    keyring: installation.keyring,
    templates: loadShippedTemplates(),
    metrics,
    now: clock.now,
    timers: systemTimers,
    random: Math.random,
    worker: `${hostname()}:${process.pid}`,
    version: VERSION,
    concurrency: config.concurrency,
    maxPerCall: config.maxPerCall,
    gatewayProbeMs: config.gatewayProbeS * 1000,
    sending: state,
  };
}

function registerAllGauges(
  { metrics, sending }: Metering & SendingPermission,
  database: OpenDatabase & { readonly writes: WriteRefusals },
  worker: Worker | null,
  { now, monotonic }: Clock,
): void {
  registerGauges(metrics.registry, {
    now,
    monotonic,
    backlog: backlogOf(database.db),
    held: () => isSendingHeld({ sending }),
    writable: () => database.writes.writable,
    pool: database.pool,
    jobs: () => worker?.jobs() ?? [],
    gateways: () => worker?.gateways() ?? [],
  });
}

interface Running {
  readonly state: SendingState;
  readonly stalls: StallWatch;
  readonly server: HttpServer;
  readonly mllp: MllpListener | null;
  readonly worker: Worker | null;
  readonly receipts: ReceiptAcceptor;
  readonly receiver: Receiver;
  readonly refusedAccesses: RefusedAccesses;
  readonly keyUses: KeyUses;
  /** Closed when nothing uses them any more. */
  readonly closed: readonly { close(): Promise<void> }[];
  readonly database: OpenDatabase;
}

async function stopAll(running: Running): Promise<void> {
  const { state, stalls, server, mllp, worker, receipts, receiver, refusedAccesses, keyUses } = running;
  const { closed: parts, database } = running;
  state.stopping = true;
  stalls.stop();
  const closed = Promise.all([server.close(), mllp?.close()]);
  await Promise.race([worker?.stop(), timeout(STOP_MS)]);
  await receipts.stop(timeout(1_000));
  await closed;
  await receiver.idle();
  await refusedAccesses.stop();
  await keyUses.stop();
  await Promise.all(parts.map((each) => each.close()));
  await database.close();
}

/** Makes a function whose further calls return the promise of the first. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/**
 * The identity provider of staff, null where none is configured, with the client that calls it. The client may call
 * this provider's address and no other, since an operator has configured it.
 */
export function openStaffProvider(
  { staffProvider, allowedAddresses, publicUrl }: Config,
  { now, timers }: CurrentTime & Waiting,
): { readonly provider: StaffProvider | null; readonly outgoing: OutgoingHttp } {
  if (staffProvider === null) return { provider: null, outgoing: new OutgoingHttp([]) };
  const { hostname, port, protocol } = staffProvider.issuer;
  const own = parseAllowedAddress(`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`);
  const outgoing = new OutgoingHttp([...allowedAddresses, ...(own ? [own] : [])]);
  return { provider: new StaffProvider(staffProvider, { outgoing, now, timers, publicUrl }), outgoing };
}
