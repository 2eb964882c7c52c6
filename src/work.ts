import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { ReceiptAcceptor } from './pipeline/accept-receipts.ts';
import { GatewayCaller } from './pipeline/call-gateway.ts';
import type { Deps, Sending } from './pipeline/deps.ts';
import { purge } from './pipeline/purge.ts';
import { sendAnswers } from './pipeline/send-answers.ts';
import { Dispatcher } from './pipeline/send-due-reminders.ts';
import { sweep } from './pipeline/sweep.ts';
import { type Scheduler, startScheduler } from './scheduler.ts';
import { databaseClock } from './store/clock-guard.ts';
import { findPublicUrl } from './store/installation.ts';

const CLOCKS_APART_S = 30;

/** What this process knows of whether it may hand over. */
export class SendingState implements Sending {
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
export class Work {
  readonly #deps: Deps;
  readonly #state: SendingState;
  readonly #config: Config;
  readonly #clock: Clock;
  /** One a gateway: reminders go through the first, an answer through the one that the citizen wrote to. */
  readonly #callers: readonly [GatewayCaller, ...GatewayCaller[]];
  readonly #dispatcher: Dispatcher;
  readonly #receipts: ReceiptAcceptor;
  #scheduler: Scheduler | null = null;

  constructor(deps: Deps, receipts: ReceiptAcceptor, state: SendingState, config: Config, clock: Clock) {
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
      tickCron: this.#config.dispatchCron,
      onTick: () => this.#tick(),
      jobs: [
        // Beside the tick: a drain of many reminders must not keep the answer to a STOP waiting.
        { name: 'answers', cron: '* * * * * *', timeZone: 'UTC', run: () => this.#answer() },
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
    for (const caller of this.#callers) caller.hurry();
    await Promise.all([this.#scheduler?.stop(), this.#dispatcher.stop()]);
  }

  async #tick(): Promise<void> {
    if (this.#state.stopping) return;
    this.#deps.metrics.lastTick.set(this.#deps.now().getTime() / 1000);
    if (this.#state.clockDifference === null) await this.#compareClocks();
    await this.#dispatcher.drain();
  }

  async #answer(): Promise<void> {
    if (this.#state.stopping) return;
    await Promise.all(this.#callers.map((caller) => sendAnswers(this.#deps, caller)));
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
