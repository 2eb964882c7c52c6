import { type Deps, maySend } from '../runtime/deps.ts';
import type { GatewayCaller } from './gateways/gateway-caller.ts';
import { GroupStarter } from './group-starter.ts';
import { DuePages } from './look/due-pages.ts';
import { addProgress, type HandOverProgress, NO_PROGRESS, PageHandOver } from './page-hand-over.ts';
import { PoisonSearch } from './poison-search.ts';
import { ProcessMembership } from './processes.ts';

/** The counts of a drain, for logs and tests. */
export type Drained = Pick<HandOverProgress, 'looked' | 'started'>;

/**
 * Hands over what is due. A drain takes page after page of due reminders from `DuePages` and gives each to
 * `PageHandOver`, which reads what the reminders go by (`DueSettings`) and divides the page into groups, one for each
 * gateway at a time. `GatewayHandOver` has `GroupStarter` prepare and start the group in one commit, calls the gateway
 * for each reminder, or for as many as it takes in one call, and has `OutcomeWriter` record what became of each.
 *
 * The next group is prepared and started while the calls of the last one are open. At most `concurrency` calls to a
 * gateway are open, and at most twice as many reminders are started there without a recorded outcome, which is what a
 * crash can leave uncertain. After an unclean end of a process, `PoisonSearch` takes the first that are due, and what
 * was tried before.
 */
export class Dispatcher {
  readonly #deps: Deps;
  readonly #process: ProcessMembership;
  readonly #due: DuePages;
  readonly #starter: GroupStarter;
  readonly #pages: PageHandOver;
  readonly #poison: PoisonSearch;
  readonly #stopping = new AbortController();
  #joined = false;
  #draining: Promise<Drained> | null = null;

  /** @param callers of the gateways, in order of preference */
  constructor(deps: Deps, ...callers: [GatewayCaller, ...GatewayCaller[]]) {
    const gateways = callers.map(({ gateway }) => gateway);
    this.#deps = deps;
    this.#process = new ProcessMembership(deps);
    this.#starter = new GroupStarter(deps, gateways, this.#process);
    this.#pages = new PageHandOver(deps, callers, this.#starter, this.#process, this.#stopping.signal);
    this.#due = new DuePages(
      deps,
      () => this.#process.share(),
      () => this.#pages.openOnly,
      () => this.#pages.pageSize,
    );
    this.#poison = new PoisonSearch(deps, this.#pages);
  }

  /**
   * Starts until nothing is due. Calls may still be open when it resolves: one that takes long must not keep waiting
   * what falls due meanwhile. A second call while one runs joins it.
   */
  startDue(): Promise<Drained> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** Starts until nothing is due, and waits for the calls. */
  async drain(): Promise<Drained> {
    try {
      return await this.startDue();
    } finally {
      await Promise.all(this.#pages.calls);
    }
  }

  /** The id of this process among those that hand over. */
  get processId(): string {
    return this.#process.id;
  }

  /** Renews the heartbeat, and records the results of calls to each gateway. @throws where the database is away */
  async keepAlive(): Promise<void> {
    if (this.#deps.sending.clocksApart) return this.#tellOfClock();
    if (!this.#joined) return;
    await this.#process.keepAlive();
    for (const { health } of this.#pages.gateways) await health.record();
  }

  /** A process is gone that may have died over what is due: the first that are due go behind counted tries. */
  suspectPoison(): void {
    this.#poison.begin();
  }

  /** Settles hand-overs whose outcomes this process could not record. */
  async settleUnrecorded(): Promise<void> {
    for (const gateway of this.#pages.gateways) await gateway.settleUnrecorded();
  }

  /** Starts nothing new, lets the calls in flight end (the caller cuts them), and records their outcomes. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#draining?.catch(() => undefined);
    await this.#pages.quiet();
    await this.#starter.undoUnknown().catch(() => undefined);
    await this.#process.leave().catch(() => undefined);
  }

  async #drain(): Promise<Drained> {
    // Unknown commits are undone also while sending is held: until then their reminders count as handed over.
    if (!this.#stopping.signal.aborted) await this.#starter.undoUnknown();
    let progress = NO_PROGRESS;
    if (await this.#begin()) {
      progress = addProgress(progress, await this.#poison.drainFirst());
      progress = addProgress(progress, await this.#drainRounds());
      progress = addProgress(progress, await this.#poison.drainTried());
    }
    const { looked, started } = progress;
    return { looked, started };
  }

  /**
   * Renews the heartbeat of a process that hands nothing over, so that staff see how far its clock is off. While it has
   * something in hand that it could not record, the heartbeat lapses: so others recover that.
   */
  async #tellOfClock(): Promise<void> {
    const isSender = this.#joined || this.#deps.sending.heldReason() === null;
    if (isSender && !this.#pages.anyInHand && !this.#starter.anyUnknown) await this.#process.keepAlive();
  }

  /** Joins the processes that hand over, or renews the heartbeat. @returns false where nothing may be started */
  async #begin(): Promise<boolean> {
    if (!maySend(this.#deps, this.#stopping.signal)) return false;
    await this.#pages.refresh();
    if (!this.#pages.mayStart) return false;
    if (this.#joined) await this.#process.keepAlive();
    else if (await this.#process.join()) this.suspectPoison();
    this.#joined = true;
    return true;
  }

  /** Looks at everything that is due, and anew for as long as a round leaves something lying and others went. */
  async #drainRounds(): Promise<HandOverProgress> {
    let progress = NO_PROGRESS;
    for (;;) {
      // After an unclean end without round robin: what ends this process is then among the first of the next one.
      this.#due.restart({ roundRobin: !this.#poison.active });
      const round = await this.#drainPages();
      progress = addProgress(progress, round);
      if (!round.complete || !round.anyLeft || !round.anyTaken) return progress;
    }
  }

  /** `complete`: everything that is due was looked at. */
  async #drainPages(): Promise<HandOverProgress & { readonly complete: boolean }> {
    let progress = NO_PROGRESS;
    while (await this.#pages.waitForGateway()) {
      const page = await this.#due.next();
      if (page === null) {
        this.#poison.end();
        return { ...progress, complete: true };
      }
      const handedOver = await this.#pages.handOver(page.reminders, page.ofOwnShare);
      this.#due.left(handedOver.rest.map(({ due }) => due));
      progress = addProgress(progress, handedOver);
      if (this.#poison.active) progress = addProgress(progress, await this.#poison.drainTriedAtTimes());
    }
    return { ...progress, complete: false };
  }
}
