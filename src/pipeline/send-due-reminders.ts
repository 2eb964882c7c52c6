import { newId } from '../domain/ids.ts';
import { type ClaimedReminder, claimDue, giveBackBatch, type ReleaseRow, releaseClaims } from '../store/claim-reminders.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { type GatewayCaller, holdMs } from './call-gateway.ts';
import { TextChooser } from './choose-text.ts';
import { type Deps, pause } from './deps.ts';
import { FreshClaims } from './fresh-claims.ts';
import { Leftovers } from './leftovers.ts';
import { type Call, outcomeOf } from './outcome.ts';
import { Permits } from './permits.ts';
import { prepareReminder, type Ready, waiting } from './prepare-reminder.ts';
import { recordRefusal } from './record-refusal.ts';
import { Settler } from './settler.ts';
import { type Started, type StartedGroup, startReady } from './start-ready.ts';

const LEASE_MS = 45_000;
/** From the start to the call, which may take ten seconds more: all within the lease. */
const LONGEST_TO_CALL_MS = 30_000;
const BATCH = 500;
/** Where a gateway has a pace: how long one that is started may wait for its turn, well within the lease. */
const LONGEST_TURN_S = 10;
/** One that would kill the process does so at once; one that only waits for its gateway need not keep the next waiting. */
const SUSPECT_MS = 250;

/** What a drain did, for logs and tests. */
export interface Drained {
  claimed: number;
  started: number;
}

type Claim = ClaimedReminder[] & { batchId: string };

/**
 * Hands over what is due. Two lanes: one claims and renders while the other's calls are in flight. At most `concurrency` reminders are
 * started without a recorded outcome at any time, which is what a crash can leave uncertain.
 */
export class Dispatcher {
  readonly #deps: Deps;
  readonly #caller: GatewayCaller;
  readonly #most: number;
  readonly #permits: Permits;
  readonly #settler: Settler;
  readonly #texts: TextChooser;
  readonly #fresh: FreshClaims;
  readonly #leftovers: Leftovers;
  #stopping = false;
  #draining: Promise<Drained> | null = null;

  constructor(deps: Deps, caller: GatewayCaller) {
    const perSecond = caller.gateway.capabilities.maxPerSecond ?? Number.POSITIVE_INFINITY;
    this.#deps = deps;
    this.#caller = caller;
    this.#most = Math.max(1, Math.min(deps.concurrency, Math.floor(perSecond * LONGEST_TURN_S)));
    this.#permits = new Permits(this.#most);
    this.#settler = new Settler(deps, (count) => this.#permits.giveBack(count));
    this.#texts = new TextChooser(deps);
    this.#fresh = new FreshClaims(deps);
    this.#leftovers = new Leftovers(deps);
  }

  /** Drains until nothing is due. A second call while one runs joins it. */
  drain(): Promise<Drained> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** Takes nothing new, lets the calls in flight end (the caller cuts them), records their outcomes, gives the rest back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#draining?.catch(() => undefined);
    await this.#settler.idle();
  }

  async #drain(): Promise<Drained> {
    const drained: Drained = { claimed: 0, started: 0 };
    await this.#leftovers.giveBack();
    const suspects: Promise<void>[] = [];
    let failure: { readonly error: unknown } | null = null;
    while (this.#mayClaim() && !failure) {
      const { probing } = this.#caller.gate;
      await this.#drainFresh(drained);
      if (!this.#mayClaim()) break;
      // The one that was tried got through: the rest follows at once.
      if (probing && !this.#caller.gate.probing) continue;
      // One at a time, with nothing fresh under way: one that kills the process must not take others along again.
      const suspect = await this.#claim(drained, true);
      if (suspect.length === 0) break;
      const work = this.#work(suspect, drained).catch((error: unknown) => {
        failure ??= { error };
      });
      suspects.push(work);
      await Promise.race([work, pause(this.#deps.timers, SUSPECT_MS)]);
    }
    await Promise.all(suspects);
    if (failure) throw (failure as { readonly error: unknown }).error;
    return drained;
  }

  #mayClaim(): boolean {
    const { sending, now } = this.#deps;
    return !this.#stopping && sending.heldReason() === null && !sending.clocksApart && this.#caller.gate.closedUntil(now()) === null;
  }

  async #drainFresh(drained: Drained): Promise<void> {
    this.#fresh.restart();
    const first = await this.#claim(drained, false);
    const lanes = [this.#lane(drained, first)];
    if (first.length === BATCH) lanes.push(this.#lane(drained, undefined));
    // Both to their ends, also when one fails: a lane that nobody waits for would go on behind a stop.
    for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
  }

  async #lane(drained: Drained, first: Claim | undefined): Promise<void> {
    let claim = first ?? (await this.#claim(drained, false));
    for (;;) {
      if (claim.length > 0) await this.#work(claim, drained);
      if (!this.#fresh.more || !this.#mayClaim()) return;
      claim = await this.#claim(drained, false);
    }
  }

  async #claim(drained: Drained, suspects: boolean): Promise<Claim> {
    const now = this.#deps.now();
    const batchId = newId(now);
    const limit = suspects || this.#caller.gate.probing ? 1 : BATCH;
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    try {
      const asked = { batchId, worker: this.#deps.worker, now, leaseUntil, limit };
      const reminders = await (suspects ? claimDue(this.#deps.db, { ...asked, which: 'suspects' }) : this.#fresh.claim(asked));
      drained.claimed += reminders.length;
      return Object.assign(reminders, { batchId });
    } catch (error) {
      // It may have been committed all the same.
      await this.#leftovers.add({ batchId, notCalled: [] });
      throw error;
    }
  }

  async #work(claim: Claim, drained: Drained): Promise<void> {
    const { db, now } = this.#deps;
    const { batchId } = claim;
    const calls: Promise<void>[] = [];
    let notCalled: string[] = [];
    try {
      const ready = await this.#prepare(claim);
      for (let group = await this.#nextGroup(ready); group.length > 0; group = await this.#nextGroup(ready)) {
        notCalled = group.map(({ claimed }) => claimed.id);
        const lastMs = this.#deps.timers.monotonic() + LONGEST_TO_CALL_MS;
        const { started, releases, lapsed } = await this.#start(batchId, group);
        notCalled = [];
        drained.started += started.length;
        for (const each of started) calls.push(this.#call(batchId, each, lastMs));
        if (lapsed) return await giveBackBatch(db, batchId, [], now());
        await releaseClaims(db, batchId, releases, now());
      }
      const rest = ready.map(({ claimed }) => waiting(claimed, claimed.next_at, null));
      await releaseClaims(db, batchId, rest, now());
    } catch (error) {
      await this.#leftovers.add({ batchId, notCalled });
      throw error;
    } finally {
      await Promise.all(calls);
    }
  }

  /** Gives back or ends what can't go now. @returns the rest, oldest first */
  async #prepare(claim: Claim): Promise<Ready[]> {
    const { db, now } = this.#deps;
    const owners = await findSourcesWithAuthority(db, [...new Set(claim.map((reminder) => reminder.source_id))]);
    await this.#texts.load([...owners.values()].map((owner) => owner.authority));
    const ready: Ready[] = [];
    // A clock that was set since the claim would put them off for days, or end them.
    if (this.#deps.sending.clocksApart) {
      await giveBackBatch(db, claim.batchId, [], now());
      return ready;
    }
    const releases: ReleaseRow[] = [];
    for (const claimed of claim) {
      const owner = owners.get(claimed.source_id);
      const template = this.#texts.choose(owner?.authority, claimed.template, claimed.language);
      const prepared = prepareReminder(this.#deps, claimed, owner, template, now());
      if ('ready' in prepared) ready.push(prepared.ready);
      else releases.push(prepared.release);
    }
    await releaseClaims(db, claim.batchId, releases, now());
    return ready;
  }

  /**
   * Takes the next of `ready`, with a permit for each; none when nothing may be started any more. Half of what may be in hand: while one half is started
   * or settled, calls of the other are open.
   */
  async #nextGroup(ready: Ready[]): Promise<Ready[]> {
    if (!this.#mayClaim()) return [];
    const least = Math.min(ready.length, Math.max(1, Math.floor(this.#most / 2)));
    const permits = await this.#permits.take(least, Math.min(ready.length, Math.ceil(this.#most / 2)));
    // The wait may have been long: calls that failed in the meantime give their permits back too.
    if (this.#mayClaim()) return ready.splice(0, permits);
    this.#permits.giveBack(permits);
    return [];
  }

  /** Each that is started keeps its permit until its outcome is recorded. */
  async #start(batchId: string, group: readonly Ready[]): Promise<StartedGroup> {
    const now = this.#deps.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    let kept = 0;
    try {
      const result = await startReady(this.#deps, { batchId, gateway: this.#caller.gateway.id, now, leaseUntil }, group);
      kept = result.started.length;
      return result;
    } finally {
      this.#permits.giveBack(group.length - kept);
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
    const sms = { reference: messageId, to, from: owner.authority.sender, text, encoding, validUntil: claimed.expires_at };
    const result = await this.#caller.send(sms, lastMs);
    if (result.kind === 'rejected' && result.reason === 'opted_out') {
      await recordRefusal(this.#deps, { authorityId: claimed.authority_id, phone: to, gateway: gateway.id });
    }
    // A clock that was set while the call was open would put the next try off by as much, or past the deadline.
    const now = this.#deps.sending.clocksApart ? at : this.#deps.now();
    this.#settler.add(outcomeOf(call, result, now, this.#deps.random()));
  }
}
