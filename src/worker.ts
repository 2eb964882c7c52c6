import type { Clock } from './clock.ts';
import { ClockGuard } from './clock-guard.ts';
import type { Config } from './config/config.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { GatewayCaller } from './dispatch/gateways/gateway-caller.ts';
import { recover } from './dispatch/processes.ts';
import { Deliverer } from './events/deliverer.ts';
import { numberRecordedEvents } from './events/number-events.ts';
import { releaseAllMapped } from './intake/release-mapped.ts';
import { FetchMemory, fetchOnce } from './operations/fetch.ts';
import { purge } from './operations/purge.ts';
import { type SweepMemory, sweep } from './operations/sweep.ts';
import type { ReceiptAcceptor } from './receipts/accept.ts';
import { lookUpUncertain } from './receipts/look-up-uncertain.ts';
import { recoverReceipts } from './receipts/recover-receipts.ts';
import { applyWaitingInbound, type WaitingMemory } from './replies/apply-waiting.ts';
import { sendAnswers } from './replies/send-answers.ts';
import type { Deps } from './runtime/deps.ts';
import type { OutgoingAccess } from './runtime/outgoing/http.ts';
import { type Scheduler, type SchedulerOptions, startScheduler } from './scheduler.ts';
import type { SendingState } from './sending-state.ts';
import { replanAllRecipients } from './staff/authorities/recipients.ts';

/** Settings of a worker. Without `database`, other processes may use the same database. */
type WorkerConfig = Pick<Config, 'publicUrl' | 'dispatchCron' | 'auditRetentionDays'> &
  Partial<Pick<Config, 'database'>>;

/** Jobs of the process: tick, answers, events, heartbeat, sweep, look-ups and purge, with the guard of the clocks. */
export class Worker {
  readonly #deps: Deps;
  readonly #state: SendingState;
  readonly #config: WorkerConfig;
  readonly #clock: Clock;
  readonly #guard: ClockGuard;
  /** The callers, one per gateway: an answer uses the one that the citizen wrote to. */
  readonly #callers: readonly [GatewayCaller, ...GatewayCaller[]];
  readonly #dispatcher: Dispatcher;
  readonly #deliverer: Deliverer;
  readonly #receipts: ReceiptAcceptor;
  readonly #swept: SweepMemory = { markedUntil: null, begunAt: null };
  readonly #fetched = new FetchMemory();
  readonly #waiting: WaitingMemory = { fetched: null, parts: null };
  #scheduler: Scheduler | null = null;
  /** True once the first tick has recovered what earlier processes left. */
  #recovered = false;

  constructor(
    deps: Deps & OutgoingAccess,
    receipts: ReceiptAcceptor,
    state: SendingState,
    config: WorkerConfig,
    clock: Clock,
  ) {
    this.#deps = deps;
    this.#receipts = receipts;
    this.#state = state;
    this.#config = config;
    this.#clock = clock;
    this.#guard = new ClockGuard(deps, state, clock);
    const [first, ...others] = deps.gateways;
    this.#callers = [new GatewayCaller(first, deps), ...others.map((gateway) => new GatewayCaller(gateway, deps))];
    this.#dispatcher = new Dispatcher(deps, ...this.#callers);
    this.#deliverer = new Deliverer({ ...deps, publicUrl: config.publicUrl });
  }

  /** Starts the scheduler, which runs the jobs until `stop`. */
  start(): void {
    this.#scheduler = startScheduler({
      ...this.wakeups(),
      log: this.#deps.log,
      clock: this.#clock,
      onFailure: (job) => this.#deps.metrics.failures.inc({ place: job }),
    });
  }

  /** Jobs with their schedules, for a scheduler with another clock than the machine's. */
  wakeups(): Pick<SchedulerOptions, 'tickCron' | 'onTick' | 'jobs'> {
    return {
      tickCron: this.#config.dispatchCron,
      onTick: () => this.#tick(),
      jobs: [
        // A job of its own, so that a long drain does not delay the answer to a STOP.
        { name: 'answers', cron: '* * * * * *', timeZone: 'UTC', run: () => this.#answer() },
        // A job of its own for the same reason: booking systems get an event within a second or two.
        { name: 'events', cron: '* * * * * *', timeZone: 'UTC', run: () => this.#tellEvents() },
        // A job of its own, since the tick may wait for its gateway longer than a heartbeat may be missing.
        { name: 'heartbeat', cron: '*/5 * * * * *', timeZone: 'UTC', run: () => this.#dispatcher.keepAlive() },
        { name: 'sweep', cron: '*/10 * * * * *', timeZone: 'UTC', run: () => this.#sweep() },
        // A job of its own, so that a silent gateway does not delay the sweep. One run comes a second after each sweep,
        // so that what a sweep found uncertain is asked about 61 s later, and 66 s where the sweep was slow.
        { name: 'look_up', cron: '1-59/5 * * * * *', timeZone: 'UTC', run: () => this.#lookUp() },
        // Jobs of their own likewise: they wait for suppliers.
        { name: 'fetch', cron: '8-59/10 * * * * *', timeZone: 'UTC', run: () => this.#pull() },
        { name: 'late_callbacks', cron: '20 * * * * *', timeZone: 'UTC', run: () => this.#applyLateCallbacks() },
        { name: 'purge', cron: '0 17 * * * *', timeZone: 'UTC', run: () => this.#purge() },
      ],
    };
  }

  /** The ages of the jobs' last runs; none before the start. */
  jobs(): ReturnType<Scheduler['ages']> {
    return this.#scheduler?.ages() ?? [];
  }

  /** The gateways, and whether each is in use as this process knows it. */
  gateways(): { gateway: string; inUse: boolean }[] {
    return this.#callers.map(({ gateway, health }) => ({ gateway: gateway.id, inUse: health.inUse }));
  }

  /** Milliseconds since the last tick; 0 before the start. */
  lastTickAgeMs(): number {
    return this.#scheduler?.lastTickAgeMs() ?? 0;
  }

  /** Ends calls in flight soon, and resolves when jobs, dispatcher and deliveries have stopped. */
  async stop(): Promise<void> {
    for (const caller of this.#callers) caller.hurry();
    await Promise.all([this.#scheduler?.stop(), this.#dispatcher.stop(), this.#deliverer.stop()]);
  }

  async #tick(): Promise<void> {
    if (this.#state.stopping) return;
    this.#deps.metrics.lastTick.set(this.#deps.now().getTime() / 1000);
    await this.#guard.ensureCompared();
    if (this.#recovered) return void (await this.#dispatcher.startDue());
    this.#recovered = true;
    // Processes that live for seconds only would otherwise never recover what others left. The sweep reports failures.
    await this.#recover().catch(() => undefined);
    await this.#dispatcher.startDue();
    // After the drain: should it end processes, each of them hands something over before.
    await this.#lookUp().catch(() => undefined);
  }

  async #answer(): Promise<void> {
    if (this.#state.stopping) return;
    await this.#guard.ensureCompared();
    await Promise.all(this.#callers.map((caller) => sendAnswers(this.#deps, caller)));
  }

  /** Numbers what was recorded, and begins to send it: calls to booking systems may last longer than this run. */
  async #tellEvents(): Promise<void> {
    if (this.#state.stopping) return;
    await this.#guard.ensureCompared();
    // A database that was restored from a backup doesn't know which numbers it gave since.
    if (this.#maySettle()) await numberRecordedEvents(this.#deps, this.#deps.now());
    await this.#deliverer.deliver();
  }

  async #sweep(): Promise<void> {
    await this.#guard.compare();
    await this.#state.refresh(this.#deps.db, this.#config.publicUrl);
    await this.#recover();
    if (!this.#maySettle()) return;
    await sweep(this.#deps, this.#receipts, this.#deps.now(), this.#swept);
    await releaseAllMapped(this.#deps);
    await replanAllRecipients(this.#deps);
  }

  /** Recovers what ended processes left, and settles what this one could not record. */
  async #recover(): Promise<void> {
    if (!this.#maySettle()) return;
    // A clock set forward makes this process's own heartbeat look old; a new one keeps it from counting as gone.
    await this.#dispatcher.keepAlive();
    const { processId } = this.#dispatcher;
    if ((await recover(this.#deps, this.#deps.now(), this.#state.aheadMs, processId)) > 0)
      this.#dispatcher.suspectPoison();
    await this.#dispatcher.settleUnrecorded();
  }

  /** False with a wrong clock, and in a restored database until staff have stated the backup's time. */
  #maySettle(): boolean {
    return !this.#state.clocksApart && !this.#state.restored;
  }

  async #lookUp(): Promise<void> {
    if (this.#maySettle()) await lookUpUncertain(this.#deps, () => this.#state.stopping);
  }

  /** A copy of the database must not read what suppliers give out once. */
  async #pull(): Promise<void> {
    if (!this.#maySettle() || this.#state.foreign) return;
    const alone = 'dataDir' in (this.#config.database ?? {});
    const stopping = () => this.#state.stopping;
    await fetchOnce(this.#deps, this.#receipts, { alone, stopping }, this.#fetched);
  }

  /** Applies replies that are abandoned or lack a part, and asks for receipts that did not come. */
  async #applyLateCallbacks(): Promise<void> {
    if (!this.#maySettle()) return;
    await applyWaitingInbound(this.#deps, this.#deps.now(), this.#waiting);
    if (!this.#state.foreign) await recoverReceipts(this.#deps, this.#fetched.failed);
  }

  async #purge(): Promise<void> {
    // A clock a year ahead would make everything exceed its retention.
    if (!this.#state.clocksApart) await purge(this.#deps, this.#config, this.#deps.now());
  }
}
