import { newId } from '../domain/ids.ts';
import { isOpen } from '../domain/sending-window.ts';
import {
  type ClaimedReminder,
  claimDue,
  type ReleaseRow,
  releaseClaims,
  type StartResult,
  type StartRow,
  startGroup,
} from '../store/dispatch.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { type GatewayCaller, HOLD_MS } from './call-gateway.ts';
import { TextChooser } from './choose-text.ts';
import type { Deps } from './deps.ts';
import { recordOptOut } from './opt-outs.ts';
import { type Call, outcomeOf } from './outcome.ts';
import { Permits } from './permits.ts';
import { dayStart, earlier, ended, prepareReminder, type Ready, waiting } from './prepare-reminder.ts';
import { Settler } from './settler.ts';

const LEASE_MS = 45_000;
const BATCH = 500;
/** What a drain did, for logs and tests. */
export interface Drained {
  claimed: number;
  started: number;
}

/**
 * Hands over what is due. Two lanes: one claims and renders while the other's calls are in flight. At most `concurrency` reminders are
 * started without a recorded outcome at any time, which is what a crash can leave uncertain.
 */
export class Dispatcher {
  readonly #deps: Deps;
  readonly #caller: GatewayCaller;
  readonly #permits: Permits;
  readonly #settler: Settler;
  readonly #texts: TextChooser;
  readonly #random: () => number;
  #stopping = false;
  #draining: Promise<Drained> | null = null;

  /** @param random in [0, 1), for the jitter of retries */
  constructor(deps: Deps, caller: GatewayCaller, random: () => number = Math.random) {
    this.#deps = deps;
    this.#caller = caller;
    this.#permits = new Permits(deps.concurrency);
    this.#settler = new Settler(deps, (count) => this.#permits.giveBack(count));
    this.#texts = new TextChooser(deps);
    this.#random = random;
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
    if (!this.#mayClaim()) return drained;
    const first = await this.#claim(drained, false);
    const lanes = [this.#lane(drained, first)];
    if (first.length === BATCH) lanes.push(this.#lane(drained, undefined));
    await Promise.all(lanes);
    // One at a time, and last: one that kills the process must not keep the others waiting again.
    while (this.#mayClaim()) {
      const suspect = await this.#claim(drained, true);
      if (suspect.length === 0) break;
      await this.#work(suspect, drained);
    }
    return drained;
  }

  #mayClaim(): boolean {
    return !this.#stopping && this.#deps.sending.heldReason() === null && this.#caller.gate.closedUntil(this.#deps.now()) === null;
  }

  async #lane(drained: Drained, first: Claim | undefined): Promise<void> {
    let claim = first ?? (await this.#claim(drained, false));
    while (claim.length > 0) {
      await this.#work(claim, drained);
      if (claim.length < BATCH || !this.#mayClaim()) return;
      claim = await this.#claim(drained, false);
    }
  }

  async #claim(drained: Drained, suspects: boolean): Promise<Claim> {
    const now = this.#deps.now();
    const batchId = newId(now);
    const reminders = await claimDue(this.#deps.db, {
      batchId,
      worker: this.#deps.worker,
      now,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      limit: suspects || this.#caller.gate.probing ? 1 : BATCH,
      suspects,
    });
    drained.claimed += reminders.length;
    return Object.assign(reminders, { batchId });
  }

  async #work(claim: Claim, drained: Drained): Promise<void> {
    const { db, now } = this.#deps;
    const owners = await findSourcesWithAuthority(db, [...new Set(claim.map((reminder) => reminder.source_id))]);
    await this.#texts.load([...owners.values()].map((owner) => owner.authority));
    const ready: Ready[] = [];
    const releases: ReleaseRow[] = [];
    for (const claimed of claim) {
      const owner = owners.get(claimed.source_id);
      const template = this.#texts.choose(owner?.authority, claimed.template, claimed.language);
      const prepared = prepareReminder(this.#deps, claimed, owner, template, now());
      if ('ready' in prepared) ready.push(prepared.ready);
      else releases.push(prepared.release);
    }
    await releaseClaims(db, claim.batchId, releases, now());
    const calls: Promise<void>[] = [];
    while (ready.length > 0) {
      if (!this.#mayClaim()) break;
      const least = Math.min(ready.length, Math.ceil(this.#deps.concurrency / 2));
      const permits = await this.#permits.take(least, Math.min(ready.length, this.#deps.concurrency));
      const group = ready.splice(0, permits);
      const started = await this.#start(claim.batchId, group).catch((error: unknown) => {
        this.#permits.giveBack(permits);
        throw error;
      });
      this.#permits.giveBack(permits - started.length);
      drained.started += started.length;
      calls.push(...started);
    }
    const backAt = this.#caller.gate.closedUntil(now()) ?? now();
    await releaseClaims(
      db,
      claim.batchId,
      ready.map(({ claimed }) => waiting(claimed, earlier(backAt, claimed.expires_at), null)),
      now(),
    );
    await Promise.all(calls);
  }

  /** @returns a promise for each call that was made, resolved when it has its outcome */
  async #start(batchId: string, group: readonly Ready[]): Promise<Promise<void>[]> {
    const now = this.#deps.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    // The window once more, since the permits may have taken a while: a closed one is left to the next claim.
    const open = group.filter(({ owner: { authority } }) => isOpen(authority.sendingWindow, authority.timeZone, now));
    const rows = this.#startRows(open, now);
    const results = await startGroup(this.#deps.db, { batchId, gateway: this.#caller.gateway.id, now, leaseUntil }, rows);
    const byReminder = new Map(results.map((result) => [result.reminder_id, result]));
    const releases = group.filter((ready) => !open.includes(ready)).map(({ claimed }) => waiting(claimed, now, null));
    const calls: Promise<void>[] = [];
    for (const ready of open) {
      const result = byReminder.get(ready.claimed.id);
      if (result?.verdict === 'start') calls.push(this.#call(batchId, ready, result, now));
      else if (result) releases.push(...releaseFor(ready.claimed, result, now));
    }
    await releaseClaims(this.#deps.db, batchId, releases, now);
    return calls;
  }

  #startRows(group: readonly Ready[], now: Date): StartRow[] {
    const { cipher } = this.#deps.keyring;
    const toNumber = new Map<string, number>();
    return group.map((ready): StartRow => {
      const { claimed, owner } = ready;
      const key = `${claimed.authority_id} ${ready.to}`;
      const nth = toNumber.get(key) ?? 0;
      toNumber.set(key, nth + 1);
      return {
        reminder_id: claimed.id,
        revision: claimed.revision,
        authority_version: owner.authority.version,
        source_version: owner.source.version,
        nth,
        day_start: dayStart(owner.authority, now),
        message_id: newId(now),
        sender: owner.authority.sender,
        phone_ciphertext: cipher.encrypt(claimed.authority_id, 'message.phone', ready.to),
        text_ciphertext: cipher.encrypt(claimed.authority_id, 'message_text.text', ready.text),
        encoding: ready.encoding,
        segments: ready.segments,
        template_version: ready.template.version,
      };
    });
  }

  async #call(batchId: string, ready: Ready, started: StartResult, startedAt: Date): Promise<void> {
    const { claimed, owner, to, text, encoding } = ready;
    const { gateway } = this.#caller;
    const call: Call = {
      reminderId: claimed.id,
      batchId,
      messageId: started.message_id as string,
      attempts: started.attempts ?? 1,
      expiresAt: claimed.expires_at,
      resend: claimed.resend,
      resendAfterMs: owner.authority.onUncertain === 'resend' ? HOLD_MS[gateway.capabilities.reference] : null,
    };
    this.#deps.metrics.lateness.observe(Math.max(0, startedAt.getTime() - claimed.next_at.getTime()) / 1000);
    const sms = { reference: call.messageId, to, from: owner.authority.sender, text, encoding, validUntil: claimed.expires_at };
    const result = await this.#caller.send(sms);
    const now = this.#deps.now();
    if (result.kind === 'rejected' && result.reason === 'opted_out') {
      const optOut = { authorityId: claimed.authority_id, phone: to, reason: 'gateway', recordedBy: `gateway:${gateway.id}` };
      await recordOptOut(this.#deps, optOut, now).catch((error: unknown) => {
        this.#deps.log.error({ error: error instanceof Error ? error.name : 'unknown' }, "a gateway's opt-out could not be recorded");
      });
    }
    this.#settler.add(outcomeOf(call, result, now, this.#random()));
  }
}

type Claim = ClaimedReminder[] & { batchId: string };

function releaseFor(claimed: ClaimedReminder, { verdict }: StartResult, now: Date): ReleaseRow[] {
  switch (verdict) {
    case 'changed':
      return [waiting(claimed, now, null)];
    case 'held':
      return [waiting(claimed, claimed.expires_at, 'reply_needs_a_person')];
    case 'too_late':
      return [ended(claimed, 'expired', 'too_late')];
    case 'opted_out':
    case 'too_many_today':
      return [ended(claimed, 'suppressed', verdict)];
    default:
      return [];
  }
}
