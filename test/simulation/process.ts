import type { Kysely } from 'kysely';
import pino from 'pino';
import type { Database } from '../../src/database/tables.ts';
import type { Keyring } from '../../src/domain/keyring.ts';
import type { SmsGateway } from '../../src/gateways/gateway.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import type { Deps } from '../../src/runtime/deps.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import type { Outgoing } from '../../src/runtime/outgoing/http.ts';
import { SendingState } from '../../src/sending-state.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { loadShippedTemplates } from '../../src/templates/index.ts';
import { Worker } from '../../src/worker.ts';
import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import { PUBLIC_URL } from './settings.ts';
import type { EventOwner, Timeline } from './timeline.ts';

const templates = loadShippedTemplates();

/** The jobs that the scheduler of a process runs. */
export type Job = 'dispatch' | 'answers' | 'heartbeat' | 'sweep' | 'look_up' | 'purge' | 'events';

/** The world that a process starts in. */
export interface ProcessEnvironment {
  readonly timeline: Timeline;
  readonly database: SharedDatabase;
  readonly keyring: Keyring;
  readonly dice: Dice;
  readonly concurrency: number;
  /** The suppliers' adapters in order of preference, as this process holds them. */
  readonly gatewaysFor: (process: SimulatedProcess) => readonly [SmsGateway, ...SmsGateway[]];
  /** The way to the endpoint of a booking system. */
  readonly outgoingFor: (process: SimulatedProcess) => Outgoing;
  readonly onLog: (line: string) => void;
  /** Told of each job that failed. */
  readonly onFailed: (job: Job, error: unknown) => void;
}

/** EasySMS from its start to its end: all that one process keeps in memory, with a clock and timers of its own. */
export class SimulatedProcess implements EventOwner {
  readonly name: string;
  dead = false;
  stoppedUntil = 0;
  /** The times in which it stood still. */
  readonly stops: { readonly from: number; readonly to: number }[] = [];
  /** Milliseconds that its clock is ahead of the world's. */
  skewMs: number;
  readonly deps: Deps;
  readonly receipts: ReceiptAcceptor;
  readonly receiver: Receiver;
  readonly db: Kysely<Database>;
  readonly #timeline: Timeline;
  readonly #wakeups: ReturnType<Worker['wakeups']>;
  readonly #onFailed: (job: Job, error: unknown) => void;
  readonly #running = new Set<string>();

  constructor(name: string, skewMs: number, environment: ProcessEnvironment) {
    const { timeline, database, keyring, dice, concurrency } = environment;
    this.name = name;
    this.skewMs = skewMs;
    this.#timeline = timeline;
    this.#onFailed = environment.onFailed;
    this.db = database.for(this);
    const started = timeline.now;
    const monotonic = () => timeline.now - started;
    const now = () => new Date(timeline.now + this.skewMs);
    const state = new SendingState('on', { now, monotonic });
    this.deps = {
      db: this.db,
      keyring,
      templates,
      gateways: environment.gatewaysFor(this),
      log: pino({ level: 'debug', base: null, timestamp: false }, { write: environment.onLog }),
      metrics: createMetrics(),
      now,
      timers: { monotonic, after: (ms, work) => timeline.after(ms, work, this) },
      random: dice.fork().next,
      worker: name,
      version: '1.2.3',
      concurrency,
      maxPerCall: 20,
      gatewayProbeMs: 30_000,
      sending: state,
    };
    this.receipts = new ReceiptAcceptor(this.deps);
    this.receiver = new Receiver(this.deps);
    const config = { publicUrl: PUBLIC_URL, dispatchCron: '* * * * * *', auditRetentionDays: 730 };
    const deps = { ...this.deps, outgoing: environment.outgoingFor(this) };
    this.#wakeups = new Worker(deps, this.receipts, state, config, { now, monotonic }).wakeups();
  }

  /** True where its supplier can be asked about messages. */
  get canLookUp(): boolean {
    return this.deps.gateways[0].lookUp !== undefined;
  }

  stop(ms: number): void {
    this.stops.push({ from: this.#timeline.now, to: this.#timeline.now + ms });
    this.stoppedUntil = this.#timeline.now + ms;
  }

  /** True when it stood still at some time between the two. */
  stoodStill(from: number, to: number): boolean {
    return this.stops.some((stop) => stop.from <= to && stop.to >= from);
  }

  /**
   * Runs a job as the scheduler would: a run that is still at work is not begun again. Resolves, whatever came of it,
   * unless the process dies.
   */
  async run(name: Job): Promise<void> {
    if (this.#running.has(name)) return;
    this.#running.add(name);
    const run = name === 'dispatch' ? this.#wakeups.onTick : this.#wakeups.jobs.find((job) => job.name === name)?.run;
    await run?.().catch((error: unknown) => {
      this.#timeline.note(`${this.name} ${name} failed: ${error instanceof Error ? error.message : error}`);
      this.#onFailed(name, error);
    });
    this.#running.delete(name);
  }
}
