import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { databaseClock } from './database/clock-guard.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { GatewayCaller } from './dispatch/gateway-caller.ts';
import { recover } from './dispatch/recover.ts';
import { purge } from './operations/purge.ts';
import { type SweepMemory, sweep } from './operations/sweep.ts';
import type { ReceiptAcceptor } from './receipts/accept.ts';
import { lookUpUncertain } from './receipts/look-up-uncertain.ts';
import { sendAnswers } from './replies/send-answers.ts';
import type { Deps, Sending } from './runtime/deps.ts';
import { type Scheduler, type SchedulerOptions, startScheduler } from './scheduler.ts';
import { readBinding } from './store/installation.ts';

const CLOCKS_APART_S = 30;

/** What this process knows of whether it may hand over. */
export class SendingState implements Sending {
  readonly #sending: 'on' | 'off';
  readonly #clock: Clock;
  /** The last comparison with the database's clock. */
  #compared: { readonly seconds: number; readonly offMonotonicMs: number } | null = null;
  /** The database was made, or last adopted, under another PUBLIC_URL. */
  foreign = false;
  /** The database was made anew from a dump, and nobody has said what may have been sent since. */
  restored = false;
  stopping = false;

  constructor(sending: 'on' | 'off', clock: Clock) {
    this.#sending = sending;
    this.#clock = clock;
  }

  heldReason(): 'sending_off' | null {
    return this.#sending === 'off' || this.foreign || this.restored ? 'sending_off' : null;
  }

  /** Another process, or an administrator, may have bound the database since. */
  async look(db: Deps['db'], publicUrl: string): Promise<void> {
    const binding = await readBinding(db);
    this.foreign = binding.publicUrl !== publicUrl;
    this.restored = binding.restored;
  }

  /**
   * Seconds that the process's clock is ahead of the database's; null before the first look. What the clock was set by
   * since then counts too: until the next look a whole day's reminders would have gone out early, or at night.
   */
  get clockDifference(): number | null {
    return this.#compared && this.#compared.seconds + (this.#offMonotonicMs() - this.#compared.offMonotonicMs) / 1000;
  }

  set clockDifference(seconds: number) {
    this.#compared = { seconds, offMonotonicMs: this.#offMonotonicMs() };
  }

  get clocksApart(): boolean {
    return Math.abs(this.clockDifference ?? 0) > CLOCKS_APART_S;
  }

  #offMonotonicMs(): number {
    return this.#clock.now().getTime() - this.#clock.monotonic();
  }
}

/** What runs by the clock: the dispatch tick, the sweep, the purge, the guard of the clocks. */
export class Worker {
  readonly #deps: Deps;
  readonly #state: SendingState;
  readonly #config: Pick<Config, 'publicUrl' | 'dispatchCron'>;
  readonly #clock: Clock;
  /** One a gateway: reminders go through the first, an answer through the one that the citizen wrote to. */
  readonly #callers: readonly [GatewayCaller, ...GatewayCaller[]];
  readonly #dispatcher: Dispatcher;
  readonly #receipts: ReceiptAcceptor;
  readonly #swept: SweepMemory = { markedUntil: null, wholeAt: null };
  #scheduler: Scheduler | null = null;
  /** The first tick has settled what other processes left. */
  #begun = false;

  constructor(
    deps: Deps,
    receipts: ReceiptAcceptor,
    state: SendingState,
    config: Pick<Config, 'publicUrl' | 'dispatchCron'>,
    clock: Clock,
  ) {
    this.#deps = deps;
    this.#receipts = receipts;
    this.#state = state;
    this.#config = config;
    this.#clock = clock;
    const [first, ...others] = deps.gateways;
    this.#callers = [new GatewayCaller(first, deps), ...others.map((gateway) => new GatewayCaller(gateway, deps))];
    this.#dispatcher = new Dispatcher(deps, this.#callers[0]);
  }

  start(): void {
    this.#scheduler = startScheduler({
      ...this.wakeups(),
      log: this.#deps.log,
      clock: this.#clock,
      onFailure: (job) => this.#deps.metrics.failures.inc({ place: job }),
    });
  }

  /** What the scheduler wakes, and when: for whoever lives by another clock than the machine's. */
  wakeups(): Pick<SchedulerOptions, 'tickCron' | 'onTick' | 'jobs'> {
    return {
      tickCron: this.#config.dispatchCron,
      onTick: () => this.#tick(),
      jobs: [
        // Beside the tick: a drain of many reminders must not keep the answer to a STOP waiting.
        { name: 'answers', cron: '* * * * * *', timeZone: 'UTC', run: () => this.#answer() },
        // Beside the tick, which may wait for its gateway for longer than a heartbeat may stay out.
        { name: 'heartbeat', cron: '*/5 * * * * *', timeZone: 'UTC', run: () => this.#dispatcher.keepAlive() },
        { name: 'sweep', cron: '*/10 * * * * *', timeZone: 'UTC', run: () => this.#sweep() },
        // Beside the sweep: a gateway that gives no answer must not hold it up.
        { name: 'look_up', cron: '5-59/10 * * * * *', timeZone: 'UTC', run: () => this.#lookUp() },
        { name: 'purge', cron: '0 17 * * * *', timeZone: 'UTC', run: () => this.#purge() },
      ],
    };
  }

  jobs(): ReturnType<Scheduler['ages']> {
    return this.#scheduler?.ages() ?? [];
  }

  gateways(): { gateway: string; stopped: boolean }[] {
    return this.#callers.map(({ gateway, breaker }) => ({
      gateway: gateway.id,
      stopped: breaker.closedUntil(this.#deps.now()) !== null || breaker.probing,
    }));
  }

  lastTickAgeMs(): number {
    return this.#scheduler?.lastTickAgeMs() ?? 0;
  }

  async stop(): Promise<void> {
    for (const caller of this.#callers) caller.hurry();
    await Promise.all([this.#scheduler?.stop(), this.#dispatcher.stop()]);
  }

  async #tick(): Promise<void> {
    if (this.#state.stopping) return;
    this.#deps.metrics.lastTick.set(this.#deps.now().getTime() / 1000);
    await this.#knowClocks();
    if (this.#begun) return void (await this.#dispatcher.drain());
    this.#begun = true;
    // Where processes live for seconds only, what others left must not wait for a sweep and a round of questions, which
    // tell of what fails here.
    await this.#recover().catch(() => undefined);
    await this.#dispatcher.drain();
    // Behind what is due: should it be what kills processes, each hands something over before.
    await this.#lookUp().catch(() => undefined);
  }

  async #answer(): Promise<void> {
    if (this.#state.stopping) return;
    await this.#knowClocks();
    await Promise.all(this.#callers.map((caller) => sendAnswers(this.#deps, caller)));
  }

  async #sweep(): Promise<void> {
    await this.#compareClocks();
    await this.#state.look(this.#deps.db, this.#config.publicUrl);
    this.#deps.metrics.sendingHeld.set(this.#state.heldReason() || this.#state.clocksApart ? 1 : 0);
    await this.#recover();
    if (this.#maySettle()) await sweep(this.#deps, this.#receipts, this.#deps.now(), this.#swept);
  }

  /** Settles what gone processes left, and what this one could not record. */
  async #recover(): Promise<void> {
    if (!this.#maySettle()) return;
    // A clock that was set forward makes the own heartbeat look old: this process must not take itself for gone.
    await this.#dispatcher.keepAlive();
    if ((await recover(this.#deps, this.#deps.now())) > 0) this.#dispatcher.beCareful();
    await this.#dispatcher.settleUnrecorded();
  }

  /**
   * Not with a clock that is wrong; and what a restored backup holds stays as it is until an administrator has said when
   * the backup was made.
   */
  #maySettle(): boolean {
    return !this.#state.clocksApart && !this.#state.restored;
  }

  async #lookUp(): Promise<void> {
    if (this.#maySettle()) await lookUpUncertain(this.#deps, () => this.#state.stopping);
  }

  async #purge(): Promise<void> {
    // By a clock that runs a year ahead everything would be past retention.
    if (!this.#state.clocksApart) await purge(this.#deps, this.#deps.now());
  }

  /** Before the first sweep has compared them. */
  async #knowClocks(): Promise<void> {
    if (this.#state.clockDifference === null) await this.#compareClocks();
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
