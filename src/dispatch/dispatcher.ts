import { isRefusedRow } from '../database/unstorable.ts';
import { recordRefusal } from '../opt-outs/record-refusal.ts';
import type { Deps } from '../runtime/deps.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import { CarefulHandOver } from './careful.ts';
import { type GatewayCaller, holdMs } from './gateway-caller.ts';
import { GroupStarter, type Owners } from './group-starter.ts';
import type { DueReminder } from './look.sql.ts';
import { Looks } from './looks.ts';
import { outcomeOf } from './outcome.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { ProcessMembership } from './processes.ts';
import { recoverUnrecorded } from './recover.ts';
import type { Started } from './start.ts';

/** From the start to the call, at the longest: with ten more for the call, a process doesn't count as gone yet. */
const LONGEST_TO_CALL_MS = 30_000;
/** Where a gateway has a pace: how long a started reminder may wait for its turn. */
const LONGEST_TURN_S = 10;

/** The counts of a drain, for logs and tests. */
export interface Drained {
  looked: number;
  started: number;
}

/**
 * Hands over what is due: looks, prepares a group in memory, starts it in one commit, calls the gateway. The next group
 * is prepared and started while the calls of the last one are open. At most `concurrency` calls are open, and at most
 * twice as many reminders are started without a recorded outcome, which is what a crash can leave uncertain.
 *
 * After an unclean end of a process, `CarefulHandOver` takes the first that are due, and what was tried before.
 */
export class Dispatcher {
  readonly #deps: Deps;
  readonly #caller: GatewayCaller;
  readonly #group: number;
  /** Limits the reminders that are started without a recorded outcome. */
  readonly #inHand: Semaphore;
  readonly #outcomes: OutcomeWriter;
  readonly #starter: GroupStarter;
  readonly #process: ProcessMembership;
  readonly #looks: Looks;
  readonly #careful: CarefulHandOver;
  /** Since an unclean end no drain has come to its end. */
  #afterUncleanEnd = false;
  #joined = false;
  #stopping = false;
  /** The gateway's queue had been stopped, and the one call that went first in this drain did not get through. */
  #probeFailed = false;
  #draining: Promise<Drained> | null = null;
  #drained: Drained = { looked: 0, started: 0 };
  readonly #calls = new Set<Promise<void>>();

  constructor(deps: Deps, caller: GatewayCaller) {
    const perSecond = caller.gateway.capabilities.maxPerSecond ?? Number.POSITIVE_INFINITY;
    const inHand = Math.max(1, Math.min(2 * deps.concurrency, Math.floor(perSecond * LONGEST_TURN_S)));
    this.#deps = deps;
    this.#caller = caller;
    this.#group = Math.ceil(inHand / 2);
    this.#inHand = new Semaphore(inHand);
    this.#outcomes = new OutcomeWriter(deps, (count) => this.#inHand.giveBack(count));
    this.#process = new ProcessMembership(deps);
    this.#starter = new GroupStarter(deps, caller.gateway.id, this.#process);
    this.#looks = new Looks(deps, () => this.#process.share());
    const handOver = {
      mayStart: () => this.#mayStart(),
      group: (page: DueReminder[]) => this.#handOverPage(page),
      calls: this.#calls,
      quiet: () => this.#quiet(),
    };
    this.#careful = new CarefulHandOver(deps, handOver, this.#group);
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
      await Promise.all(this.#calls);
    }
  }

  /** Says that this process lives. @throws where the database is away */
  async keepAlive(): Promise<void> {
    if (this.#joined && !this.#deps.sending.clocksApart) await this.#process.keepAlive();
  }

  /** A process is gone that may have died over what is due: the first that are due go behind counted tries. */
  beCareful(): void {
    this.#careful.begin();
    this.#afterUncleanEnd = true;
  }

  /** Settles hand-overs whose outcomes this process could not record. */
  async settleUnrecorded(): Promise<void> {
    await this.#outcomes.settleUnrecorded((groupIds) => recoverUnrecorded(this.#deps, groupIds, this.#deps.now()));
  }

  /** Starts nothing new, lets the calls in flight end (the caller cuts them), and records their outcomes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#draining?.catch(() => undefined);
    await this.#quiet();
    await this.#starter.undoUnknown().catch(() => undefined);
    if (this.#joined) await this.#process.leave().catch(() => undefined);
  }

  async #drain(): Promise<Drained> {
    this.#drained = { looked: 0, started: 0 };
    this.#probeFailed = false;
    // Also while nothing may be handed over: what was started by such a commit would stand as handed over meanwhile.
    if (!this.#stopping) await this.#starter.undoUnknown();
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
    const { breaker } = this.#caller;
    return !this.#stopping && !this.#isHeld() && !this.#probeFailed && breaker.closedUntil(this.#deps.now()) === null;
  }

  async #drainGroups(): Promise<void> {
    // The oldest first alone, so that the next process finds among the first what this one may die over.
    this.#looks.restart({ roundRobin: !this.#afterUncleanEnd });
    while (this.#mayStart()) {
      const page = await this.#looks.next();
      if (page === null) {
        this.#afterUncleanEnd = false;
        return;
      }
      await this.#handOverPage(page, () => this.#looks.dropOfOthers(page));
      if (this.#afterUncleanEnd) await this.#careful.drainTriedAtTimes();
    }
  }

  async #handOverPage(page: DueReminder[], behindEachGroup = () => {}): Promise<void> {
    this.#drained.looked += page.length;
    const owners = await this.#starter.ownersOf(page);
    for (; page.length > 0 && this.#mayStart(); behindEachGroup()) await this.#handOver(page, owners);
  }

  async #quiet(): Promise<void> {
    await Promise.all(this.#calls);
    await this.#outcomes.idle();
  }

  /** Takes the next group off the page and hands it over. After a stop of the gateway's queue one goes first. */
  async #handOver(page: DueReminder[], owners: Owners): Promise<void> {
    const count = this.#caller.breaker.probing ? 1 : Math.min(page.length, this.#group);
    await this.#inHand.take(count, count);
    // The wait may have been long.
    if (!this.#mayStart()) return this.#inHand.giveBack(count);
    const group = page.splice(0, count);
    try {
      await this.#handOverGroup(group, owners);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      for (const due of group) await this.#handOverAlone(due, owners);
    }
  }

  /** Hands one over; it ends as `internal_error` where the database refuses its values, so that it stops no other. */
  async #handOverAlone(due: DueReminder, owners: Owners): Promise<void> {
    if (!this.#mayStart()) return;
    await this.#inHand.take(1, 1);
    try {
      await this.#handOverGroup([due], owners);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      await this.#starter.refuse(due);
    }
  }

  /** Hands a group over that has taken its place in hand. */
  async #handOverGroup(group: readonly DueReminder[], owners: Owners): Promise<void> {
    let kept = 0;
    try {
      const lastToCallMs = this.#deps.timers.monotonic() + LONGEST_TO_CALL_MS;
      const { groupId, started } = await this.#starter.start(group, owners);
      kept = started.length;
      this.#drained.started += kept;
      this.#outcomes.expect(groupId, kept);
      const calls = started.map((each) => this.#track(this.#call(groupId, each, lastToCallMs)));
      if (this.#caller.breaker.probing) await this.#probe(calls);
    } finally {
      this.#inHand.giveBack(group.length - kept);
    }
  }

  async #probe(calls: readonly Promise<void>[]): Promise<void> {
    await Promise.all(calls);
    if (calls.length > 0) this.#probeFailed = this.#caller.breaker.probing;
  }

  #track(call: Promise<void>): Promise<void> {
    this.#calls.add(call);
    void call.finally(() => this.#calls.delete(call));
    return call;
  }

  /** Calls the gateway; the reminder stays in hand until the outcome is recorded. */
  async #call(groupId: string, { ready, messageId, attempts, at }: Started, lastMs: number): Promise<void> {
    const { due, owner, to, text, encoding } = ready;
    const { gateway } = this.#caller;
    this.#deps.metrics.lateness.observe(Math.max(0, at.getTime() - due.next_at.getTime()) / 1000);
    const { sender, onUncertain } = owner.authority;
    const sms = { reference: messageId, to, from: sender, text, encoding, validUntil: due.expires_at };
    const result = await this.#caller.send(sms, lastMs, () => !this.#isHeld());
    if (result.kind === 'rejected' && result.reason === 'opted_out')
      await recordRefusal(this.#deps, { authorityId: due.authority_id, phone: to, gateway: gateway.id });
    const call = {
      reminderId: due.id,
      messageId,
      attempts,
      expiresAt: due.expires_at,
      repeat: due.repeat,
      repeatAfterMs: onUncertain === 'resend' ? holdMs(gateway) : null,
    };
    // A clock that was set while the call was open would put the next try off by as much, or past the deadline.
    const now = this.#deps.sending.clocksApart ? at : this.#deps.now();
    this.#outcomes.add(groupId, outcomeOf(call, result, now, this.#deps.random()));
  }
}
