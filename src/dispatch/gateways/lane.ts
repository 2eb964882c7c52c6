import { isRefusedRow } from '../../database/unstorable.ts';
import type { Authority } from '../../domain/authority.ts';
import type { Probe } from '../../domain/gateway-state.ts';
import { recordRefusal } from '../../opt-outs/record-refusal.ts';
import type { GatewayAccess, KeyringAccess, Randomness } from '../../runtime/deps.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { type GatewayCaller, holdMs } from '../gateway-caller.ts';
import type { GroupStarter, Owners } from '../group-starter.ts';
import type { DueReminder } from '../look.sql.ts';
import { type Call, outcomeOf } from '../outcome.ts';
import { OutcomeWriter } from '../outcome-writer.ts';
import { recoverUnrecorded } from '../recover.ts';
import type { Started } from '../start.ts';
import type { GatewayHealth, HealthDeps } from './health.ts';
import type { Turn } from './pace.ts';

/** From the start to the call, at the longest: with ten more for the call, a process doesn't count as gone yet. */
const LONGEST_TO_CALL_MS = 30_000;
/** Where a gateway has a rate: how long a started reminder may wait for its turn. */
const LONGEST_TURN_S = 10;
/** Where a gateway has a rate: how much of one page goes there before the next look. */
const PAGE_S = 2;

export type LaneDeps = HealthDeps & GatewayAccess & KeyringAccess & Randomness;

/** The parts around a lane that it shares with the others. */
export interface LaneSurroundings {
  readonly starter: GroupStarter;
  /** The calls that are open, of all lanes; they never fail. */
  readonly calls: Set<Promise<void>>;
  readonly mayStart: () => boolean;
  /** True when sending as a whole is held. */
  readonly isHeld: () => boolean;
  /** True when another gateway of the authority is in use. */
  readonly hasAnother: (authority: Authority, than: Lane) => boolean;
}

/** Hands over through one gateway: what is in hand there, and the outcomes of its calls. */
export class Lane {
  readonly caller: GatewayCaller;
  /** Reminders of one group, at the most. */
  readonly group: number;
  /** Reminders of one page, at the most. */
  readonly page: number;
  readonly #deps: LaneDeps;
  readonly #shortestMs: number;
  readonly #around: LaneSurroundings;
  /** Limits the reminders that are started without a recorded outcome. */
  readonly #inHand: Semaphore;
  readonly #outcomes: OutcomeWriter;
  /** Resolves with the end of the probe that is under way; null: none is. */
  #probe: Promise<void> | null = null;

  constructor(deps: LaneDeps, caller: GatewayCaller, around: LaneSurroundings) {
    const { maxPerSecond, validityS } = caller.gateway.capabilities;
    const perSecond = maxPerSecond ?? Number.POSITIVE_INFINITY;
    const inHand = Math.max(1, Math.min(2 * deps.concurrency, Math.floor(perSecond * LONGEST_TURN_S)));
    this.#deps = deps;
    this.#around = around;
    this.#shortestMs = 1_000 * (validityS?.least ?? 0);
    this.caller = caller;
    this.group = Math.ceil(inHand / 2);
    this.page = Math.max(1, Math.ceil(perSecond * PAGE_S));
    this.#inHand = new Semaphore(inHand);
    this.#outcomes = new OutcomeWriter(deps, (count) => this.#inHand.giveBack(count));
  }

  get gateway(): string {
    return this.caller.gateway.id;
  }

  get health(): GatewayHealth {
    return this.caller.health;
  }

  /** False where the gateway's shortest validity would end behind this deadline. */
  takesUntil(deadline: Date, now: Date): boolean {
    return deadline.getTime() - now.getTime() >= this.#shortestMs;
  }

  get probe(): Promise<void> | null {
    return this.#probe;
  }

  /** Hands a group over, all of it or, at a gateway with a rate, as many as have turns. @returns what was taken up */
  async handOver(group: readonly DueReminder[], owners: Owners): Promise<{ taken: number; started: number }> {
    await this.#inHand.take(group.length, group.length);
    const turns = await this.#turns(group.length);
    const taken = group.slice(0, turns?.length ?? group.length);
    this.#inHand.giveBack(group.length - taken.length);
    // The wait may have been long.
    if (taken.length === 0 || !this.#around.mayStart() || !this.health.open) {
      this.#inHand.giveBack(taken.length);
      this.caller.pace?.giveBack(turns ?? []);
      return { taken: 0, started: 0 };
    }
    return { taken: taken.length, started: await this.#startGroup(taken, owners, turns) };
  }

  /** Hands over the single message that a gateway is tried with which is out of use, if this process may. */
  async tryOne(due: DueReminder, owners: Owners): Promise<{ taken: number; started: number }> {
    const probe = await this.health.takeProbe();
    if (!probe) return { taken: 0, started: 0 };
    let started = 0;
    try {
      await this.#inHand.take(1, 1);
      started = await this.#startGroup([due], owners, null, probe);
    } finally {
      if (started === 0) await this.health.returnProbe(probe);
    }
    return { taken: 1, started };
  }

  /** Resolves when every outcome is recorded. */
  async idle(): Promise<void> {
    await this.#outcomes.idle();
  }

  /** Settles hand-overs whose outcomes this process could not record. */
  async settleUnrecorded(): Promise<void> {
    await this.#outcomes.settleUnrecorded((groupIds) => recoverUnrecorded(this.#deps, groupIds, this.#deps.now()));
  }

  /** @returns null: the gateway has no rate */
  async #turns(count: number): Promise<Turn[] | null> {
    if (!this.caller.pace) return null;
    try {
      return await this.caller.pace.take(count);
    } catch (error) {
      this.#inHand.giveBack(count);
      throw error;
    }
  }

  async #startGroup(
    group: readonly DueReminder[],
    owners: Owners,
    turns: readonly Turn[] | null,
    probe: Probe | null = null,
  ): Promise<number> {
    try {
      return await this.#start(group, owners, turns, probe);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      let started = 0;
      for (const due of group) started += await this.#startAlone(due, owners, probe);
      return started;
    }
  }

  /** Hands one over; it ends as `internal_error` where the database refuses its values, so that it stops no other. */
  async #startAlone(due: DueReminder, owners: Owners, probe: Probe | null): Promise<number> {
    if (!this.#around.mayStart() || (!probe && !this.health.open)) return 0;
    await this.#inHand.take(1, 1);
    try {
      return await this.#start([due], owners, null, probe);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      await this.#around.starter.refuse(due);
      return 0;
    }
  }

  /** Starts a group that has taken its place in hand, and makes its calls. @returns how many were started */
  async #start(
    group: readonly DueReminder[],
    owners: Owners,
    turns: readonly Turn[] | null,
    probe: Probe | null,
  ): Promise<number> {
    let kept = 0;
    try {
      const lastMs = this.#deps.timers.monotonic() + LONGEST_TO_CALL_MS;
      const through = { gateway: this.gateway, version: this.health.version ?? 0 };
      const { groupId, started, gatewayChanged } = await this.#around.starter.start(group, owners, through);
      if (gatewayChanged) this.health.forget();
      kept = started.length;
      this.#outcomes.expect(groupId, kept);
      const calls = started.map((each, nth) =>
        this.#track(this.#call(groupId, each, { lastMs, probe, turn: turns?.[nth] ?? null })),
      );
      if (probe && calls.length > 0) this.#watchProbe(Promise.all(calls));
      return kept;
    } finally {
      this.#inHand.giveBack(group.length - kept);
      if (turns) this.caller.pace?.giveBack(turns.slice(kept));
    }
  }

  #watchProbe(calls: Promise<unknown>): void {
    this.#probe = calls.then(() => {
      this.#probe = null;
    });
  }

  #track(call: Promise<void>): Promise<void> {
    const { calls } = this.#around;
    calls.add(call);
    void call.finally(() => calls.delete(call));
    return call;
  }

  /** Calls the gateway; the reminder stays in hand until the outcome is recorded. */
  async #call(
    groupId: string,
    { ready, messageId, attempts, at }: Started,
    options: { readonly lastMs: number; readonly probe: Probe | null; readonly turn: Turn | null },
  ): Promise<void> {
    const { due, owner, to, sender: from, text, encoding } = ready;
    const { gateway } = this.caller;
    this.#deps.metrics.lateness.observe(Math.max(0, at.getTime() - due.next_at.getTime()) / 1000);
    const { onUncertain } = owner.authority;
    const sms = { reference: messageId, to, from, text, encoding, validUntil: due.expires_at };
    const hasAnother = () => this.#around.hasAnother(owner.authority, this);
    const mayCall = () => !this.#around.isHeld();
    const result = await this.caller.send(sms, { ...options, mayCall, hasAnother, authority: due.authority_id });
    if (result.kind === 'rejected' && result.reason === 'opted_out')
      await recordRefusal(this.#deps, { authorityId: due.authority_id, phone: to, gateway: gateway.id, messageId });
    const call: Call = {
      reminderId: due.id,
      messageId,
      attempts,
      expiresAt: due.expires_at,
      repeat: due.repeat,
      repeatAfterMs: onUncertain === 'resend' ? holdMs(gateway) : null,
      another: !this.health.inUse && hasAnother(),
    };
    // A clock that was set while the call was open would put the next try off by as much, or past the deadline.
    const now = this.#deps.sending.clocksApart ? at : this.#deps.now();
    this.#outcomes.add(groupId, outcomeOf(call, result, now, this.#deps.random()));
  }
}
