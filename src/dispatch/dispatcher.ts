import type { Deps } from '../runtime/deps.ts';
import { CarefulHandOver } from './careful.ts';
import type { GatewayCaller } from './gateway-caller.ts';
import { Lanes, type Turns } from './gateways/lanes.ts';
import { GroupStarter } from './group-starter.ts';
import type { DueReminder } from './look.sql.ts';
import { Looks } from './looks.ts';
import { ProcessMembership } from './processes.ts';

/** The counts of a drain, for logs and tests. */
export interface Drained {
  looked: number;
  started: number;
}

/**
 * Hands over what is due: looks, prepares a group in memory, starts it in one commit, calls its gateway. The next group
 * is prepared and started while the calls of the last one are open. At most `concurrency` calls to a gateway are open,
 * and at most twice as many reminders are started there without a recorded outcome, which is what a crash can leave
 * uncertain.
 *
 * After an unclean end of a process, `CarefulHandOver` takes the first that are due, and what was tried before.
 */
export class Dispatcher {
  readonly #deps: Deps;
  readonly #lanes: Lanes;
  readonly #starter: GroupStarter;
  readonly #process: ProcessMembership;
  readonly #looks: Looks;
  readonly #careful: CarefulHandOver;
  /** Since an unclean end no drain has come to its end. */
  #afterUncleanEnd = false;
  #joined = false;
  #stopping = false;
  #draining: Promise<Drained> | null = null;
  #drained: Drained = { looked: 0, started: 0 };
  /** Something was left lying in this round of looks, since its gateway takes no more of one page. */
  #left = false;
  /** Something went in this round. */
  #went = false;

  /** @param callers of the gateways, in order of preference */
  constructor(deps: Deps, ...callers: [GatewayCaller, ...GatewayCaller[]]) {
    this.#deps = deps;
    this.#process = new ProcessMembership(deps);
    const gateways = callers.map(({ gateway }) => gateway.id);
    this.#starter = new GroupStarter(deps, gateways, this.#process);
    const may = { start: () => !this.#stopping && !this.#isHeld(), held: () => this.#isHeld() };
    this.#lanes = new Lanes(deps, callers, this.#starter, may);
    const open = () => this.#lanes.openOnly;
    this.#looks = new Looks(deps, () => this.#process.share(), open);
    const handOver = {
      mayStart: () => this.#mayStart(),
      open,
      group: (page: DueReminder[]) => this.#handOverPage(page),
      calls: this.#lanes.calls,
      quiet: () => this.#lanes.quiet(),
    };
    const group = Math.max(...this.#lanes.all.map((lane) => lane.group));
    this.#careful = new CarefulHandOver(deps, handOver, group);
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
      await Promise.all(this.#lanes.calls);
    }
  }

  /** Says that this process lives, and what its gateways met with. @throws where the database is away */
  async keepAlive(): Promise<void> {
    if (!this.#joined || this.#deps.sending.clocksApart) return;
    await this.#process.keepAlive();
    for (const { health } of this.#lanes.all) await health.record();
  }

  /** A process is gone that may have died over what is due: the first that are due go behind counted tries. */
  beCareful(): void {
    this.#careful.begin();
    this.#afterUncleanEnd = true;
  }

  /** Settles hand-overs whose outcomes this process could not record. */
  async settleUnrecorded(): Promise<void> {
    for (const lane of this.#lanes.all) await lane.settleUnrecorded();
  }

  /** Starts nothing new, lets the calls in flight end (the caller cuts them), and records their outcomes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#draining?.catch(() => undefined);
    await this.#lanes.quiet();
    await this.#starter.undoUnknown().catch(() => undefined);
    if (this.#joined) await this.#process.leave().catch(() => undefined);
  }

  async #drain(): Promise<Drained> {
    this.#drained = { looked: 0, started: 0 };
    // Also while nothing may be handed over: what was started by such a commit would stand as handed over meanwhile.
    if (!this.#stopping) await this.#starter.undoUnknown();
    if (this.#stopping || this.#isHeld()) return this.#drained;
    await this.#lanes.refresh();
    if (!this.#mayStart()) return this.#drained;
    await this.#join();
    await this.#careful.drainFirst();
    await this.#drainGroups();
    await this.#careful.drainTried();
    return this.#drained;
  }

  async #join(): Promise<void> {
    if (this.#joined) return this.#process.keepAlive();
    if (await this.#process.join()) this.beCareful();
    this.#joined = true;
  }

  #isHeld(): boolean {
    const { sending } = this.#deps;
    return sending.heldReason() !== null || (sending.clocksApart ?? false);
  }

  #mayStart(): boolean {
    return !this.#stopping && !this.#isHeld() && this.#lanes.open;
  }

  /** The same, once the probe of a gateway has ended where no other gateway is in use. */
  async #mayGoOn(): Promise<boolean> {
    while (!this.#stopping && !this.#isHeld()) {
      await this.#lanes.refresh();
      if (this.#lanes.open) return true;
      if (!(await this.#lanes.probed())) return false;
    }
    return false;
  }

  async #drainGroups(): Promise<void> {
    do {
      this.#left = false;
      this.#went = false;
      // The oldest first alone, so that the next process finds among the first what this one may die over.
      this.#looks.restart({ roundRobin: !this.#afterUncleanEnd });
      if (!(await this.#drainLooks())) return;
    } while (this.#left && this.#went);
  }

  /** @returns false where the drain ended before everything was looked at */
  async #drainLooks(): Promise<boolean> {
    while (await this.#mayGoOn()) {
      const page = await this.#looks.next();
      if (page === null) {
        this.#afterUncleanEnd = false;
        return true;
      }
      await this.#handOverPage(page, () => this.#looks.dropOfOthers(page));
      if (this.#afterUncleanEnd) await this.#careful.drainTriedAtTimes();
    }
    return false;
  }

  async #handOverPage(page: DueReminder[], behindEachGroup = () => {}): Promise<void> {
    this.#drained.looked += page.length;
    const owners = await this.#starter.ownersOf(page);
    const turns: Turns = new Map();
    for (; page.length > 0 && (await this.#mayGoOn()); behindEachGroup()) {
      const { started, went } = await this.#lanes.handOver(page, owners, turns);
      this.#drained.started += started;
      if (!went) break;
      this.#went = true;
    }
    this.#left ||= page.length > 0;
  }
}
