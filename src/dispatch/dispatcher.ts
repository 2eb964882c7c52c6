import { recordRefusal } from '../opt-outs/record-refusal.ts';
import { type Deps, pause } from '../runtime/deps.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { Leftovers } from './abandoned.ts';
import { type ClaimedReminder, giveBackBatch, type ReleaseRow, releaseClaims } from './claim.sql.ts';
import { type Claim, Claims, LEASE_MS, SUSPECT_MS, type Suspects } from './claims.ts';
import { type GatewayCaller, holdMs } from './gateway-caller.ts';
import { type Call, outcomeOf } from './outcome.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { type Owner, prepareReminder, type Ready } from './prepare.ts';
import { Semaphore } from './semaphore.ts';
import { type Started, type StartedGroup, startReady } from './start.ts';
import { Wordings } from './wording.ts';

/** From the start to the call, which may take ten seconds more: all within the lease. */
const LONGEST_TO_CALL_MS = 30_000;
/** Where a gateway has a pace: how long one that is started may wait for its turn, well within the lease. */
const LONGEST_TURN_S = 10;

/** What a drain did, for logs and tests. */
export interface Drained {
  claimed: number;
  started: number;
}

type Owners = ReadonlyMap<string, Owner>;

/**
 * Hands over what is due. Two lanes: one claims and renders while the other's calls are in flight. At most
 * `concurrency` reminders are started without a recorded outcome at any time, which is what a crash can leave
 * uncertain.
 */
export class Dispatcher {
  readonly #deps: Deps;
  readonly #caller: GatewayCaller;
  readonly #most: number;
  /** Of what may be in hand: while one half is started or settled, calls of the other are open. */
  readonly #half: number;
  readonly #semaphore: Semaphore;
  readonly #outcomes: OutcomeWriter;
  readonly #texts: Wordings;
  readonly #claims: Claims;
  readonly #leftovers: Leftovers;
  #stopping = false;
  #draining: Promise<Drained> | null = null;

  constructor(deps: Deps, caller: GatewayCaller) {
    const perSecond = caller.gateway.capabilities.maxPerSecond ?? Number.POSITIVE_INFINITY;
    this.#deps = deps;
    this.#caller = caller;
    this.#most = Math.max(1, Math.min(deps.concurrency, Math.floor(perSecond * LONGEST_TURN_S)));
    this.#half = Math.ceil(this.#most / 2);
    this.#semaphore = new Semaphore(this.#most);
    this.#outcomes = new OutcomeWriter(deps, (count) => this.#semaphore.giveBack(count));
    this.#texts = new Wordings(deps);
    this.#leftovers = new Leftovers(deps);
    this.#claims = new Claims(deps, this.#leftovers, this.#half);
  }

  /** Drains until nothing is due. A second call while one runs joins it. */
  drain(): Promise<Drained> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /**
   * Takes nothing new, lets the calls in flight end (the caller cuts them), records their outcomes, gives the rest
   * back.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#draining?.catch(() => undefined);
    await this.#outcomes.idle();
  }

  async #drain(): Promise<Drained> {
    const drained: Drained = { claimed: 0, started: 0 };
    await this.#leftovers.giveBack();
    const calls: Promise<void>[] = [];
    try {
      while (this.#mayClaim()) {
        const { probing } = this.#caller.breaker;
        await this.#drainFresh(drained);
        if (!this.#mayClaim()) break;
        // The one that was tried got through: the rest follows at once.
        if (probing && !this.#caller.breaker.probing) continue;
        // With nothing fresh under way: one that kills the process must not take others along again.
        const suspects = await this.#claimSuspects(drained);
        if (suspects.reminders.length === 0) break;
        await this.#work(suspects, drained, calls);
      }
      return drained;
    } finally {
      await Promise.all(calls);
    }
  }

  #mayClaim(): boolean {
    const { sending, now } = this.#deps;
    return (
      !this.#stopping &&
      sending.heldReason() === null &&
      !sending.clocksApart &&
      this.#caller.breaker.closedUntil(now()) === null
    );
  }

  async #drainFresh(drained: Drained): Promise<void> {
    this.#claims.restart();
    const first = await this.#claim(drained, 'fresh');
    const lanes = [this.#lane(drained, first)];
    if (first.full) lanes.push(this.#lane(drained, undefined));
    // Both to their ends, also when one fails: a lane that nobody waits for would go on behind a stop.
    for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
  }

  async #lane(drained: Drained, first: Claim | undefined): Promise<void> {
    let claim = first ?? (await this.#claim(drained, 'fresh'));
    for (;;) {
      const calls: Promise<void>[] = [];
      await this.#work(claim, drained, calls).finally(() => Promise.all(calls));
      this.#claims.goneThrough(claim);
      if (!this.#claims.more || !this.#mayClaim()) return;
      claim = await this.#claim(drained, 'fresh');
    }
  }

  async #claimSuspects(drained: Drained): Promise<Claim> {
    const claim = await this.#claim(drained, 'suspects');
    return claim.reminders.length > 0 ? claim : this.#claim(drained, 'suspects again');
  }

  async #claim(drained: Drained, which: 'fresh' | Suspects): Promise<Claim> {
    const claim = await this.#claims.claim(which, this.#caller.breaker.probing);
    drained.claimed += claim.reminders.length;
    return claim;
  }

  /** Hands over what was claimed, and gives the rest back. @param calls where it puts those it made; they never fail */
  async #work(claim: Claim, drained: Drained, calls: Promise<void>[]): Promise<void> {
    const { db, now, timers } = this.#deps;
    const { batchId, reminders, lastMs } = claim;
    if (reminders.length === 0) return;
    const ready: Ready[] = [];
    let notCalled: string[] = [];
    try {
      // Of suspects one by one: their settings and wordings may be what killed the process, too.
      const owners = claim.suspects ? null : await this.#ownersOf(reminders);
      let lapsed = false;
      do {
        await this.#prepare(claim, owners, ready);
        const group = await this.#nextGroup(ready);
        if (group.length === 0) break;
        notCalled = group.map(({ claimed }) => claimed.id);
        const lastToCallMs = timers.monotonic() + LONGEST_TO_CALL_MS;
        const { started, releases, ...start } = await this.#start(batchId, group);
        lapsed = start.lapsed;
        notCalled = [];
        drained.started += started.length;
        const called = started.map((each) => this.#call(batchId, each, lastToCallMs));
        calls.push(...called);
        if (!lapsed) await releaseClaims(db, batchId, releases, now());
        if (claim.suspects) await Promise.race([this.#recorded(called), pause(timers, SUSPECT_MS)]);
      } while (!lapsed && timers.monotonic() < lastMs);
      if (lapsed || ready.length + reminders.length > 0) await giveBackBatch(db, batchId, [], now());
    } catch (error) {
      await this.#leftovers.add({ batchId, notCalled });
      throw error;
    }
  }

  /** Also the outcomes: should the process die now, none of these would be uncertain. */
  async #recorded(calls: readonly Promise<void>[]): Promise<void> {
    await Promise.all(calls);
    await this.#outcomes.idle();
  }

  /**
   * Fills `ready` up with the next of the claim, the oldest first. What can't go now is given back or ended before more
   * is looked at: those that a crash finds not started are the first of the claim then, and no more than `atOnce`.
   */
  async #prepare({ batchId, reminders, atOnce }: Claim, known: Owners | null, ready: Ready[]): Promise<void> {
    const { db, now, sending } = this.#deps;
    while (ready.length < atOnce && reminders.length > 0) {
      const releases: ReleaseRow[] = [];
      const looked = reminders.slice(0, atOnce - ready.length);
      const owners = known ?? (await this.#ownersOf(looked));
      // A clock that was set since the claim would put them off for days, or end them.
      if (sending.clocksApart) return;
      reminders.splice(0, looked.length);
      for (const claimed of looked) {
        const owner = owners.get(claimed.source_id);
        const template = this.#texts.choose(owner?.authority, claimed.template, claimed.language);
        const prepared = prepareReminder(this.#deps, claimed, owner, template, now());
        if ('ready' in prepared) ready.push(prepared.ready);
        else releases.push(prepared.release);
      }
      await releaseClaims(db, batchId, releases, now());
    }
  }

  /** With their wordings at hand. */
  async #ownersOf(reminders: readonly ClaimedReminder[]): Promise<Owners> {
    const owners = await findSourcesWithAuthority(this.#deps.db, [
      ...new Set(reminders.map((reminder) => reminder.source_id)),
    ]);
    await this.#texts.load([...owners.values()].map((owner) => owner.authority));
    return owners;
  }

  /** Takes the next of `ready`, with a permit for each; none when nothing may be started any more. */
  async #nextGroup(ready: Ready[]): Promise<Ready[]> {
    if (ready.length === 0 || !this.#mayClaim()) return [];
    const least = Math.min(ready.length, Math.max(1, Math.floor(this.#most / 2)));
    const permits = await this.#semaphore.take(least, Math.min(ready.length, this.#half));
    // The wait may have been long: calls that failed in the meantime give their permits back too.
    if (this.#mayClaim()) return ready.splice(0, permits);
    this.#semaphore.giveBack(permits);
    return [];
  }

  /** Each that is started keeps its permit until its outcome is recorded. */
  async #start(batchId: string, group: readonly Ready[]): Promise<StartedGroup> {
    const now = this.#deps.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    let kept = 0;
    try {
      const result = await startReady(
        this.#deps,
        { batchId, gateway: this.#caller.gateway.id, now, leaseUntil },
        group,
      );
      kept = result.started.length;
      return result;
    } finally {
      this.#semaphore.giveBack(group.length - kept);
    }
  }

  async #call(batchId: string, { ready, messageId, attempts, at }: Started, lastMs: number): Promise<void> {
    const { claimed, owner, to, text, encoding } = ready;
    const { gateway } = this.#caller;
    const call: Call = {
      reminderId: claimed.id,
      batchId,
      messageId,
      attempts,
      expiresAt: claimed.expires_at,
      resend: claimed.resend,
      resendAfterMs: owner.authority.onUncertain === 'resend' ? holdMs(gateway) : null,
    };
    this.#deps.metrics.lateness.observe(Math.max(0, at.getTime() - claimed.next_at.getTime()) / 1000);
    const sms = {
      reference: messageId,
      to,
      from: owner.authority.sender,
      text,
      encoding,
      validUntil: claimed.expires_at,
    };
    const result = await this.#caller.send(sms, lastMs);
    if (result.kind === 'rejected' && result.reason === 'opted_out') {
      await recordRefusal(this.#deps, { authorityId: claimed.authority_id, phone: to, gateway: gateway.id });
    }
    // A clock that was set while the call was open would put the next try off by as much, or past the deadline.
    const now = this.#deps.sending.clocksApart ? at : this.#deps.now();
    this.#outcomes.add(outcomeOf(call, result, now, this.#deps.random()));
  }
}
