import { isRefusedRow } from '../database/write-refusals.ts';
import type { Probe } from '../domain/gateway-state.ts';
import type { SendResult } from '../gateways/gateway.ts';
import { recordRefusal } from '../opt-outs/opt-outs.ts';
import { type GatewayAccess, type KeyringAccess, maySend, type Randomness } from '../runtime/deps.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import { inBatches } from './gateways/batches.ts';
import { type GatewayCaller, holdMs, type Parcel } from './gateways/gateway-caller.ts';
import type { GatewayHealth, HealthDeps } from './gateways/health.ts';
import type { Turn } from './gateways/pace.ts';
import type { GroupStarter, Started } from './group-starter.ts';
import { type Call, OutcomeWriter, outcomeOf } from './outcomes.ts';
import type { ReminderWithSettings } from './start/due-settings.ts';

/** The time from start to call, at the longest: with ten more for the call, a process doesn't count as gone yet. */
const LONGEST_TO_CALL_MS = 30_000;
/** The wait of a started reminder for its turn at a gateway with a rate, at the longest. */
const LONGEST_TURN_S = 10;
/** The part of one page that goes to a gateway with a rate before the next look. */
const PAGE_S = 0.5;

/** The capabilities that reminders are handed over through a gateway with. */
export type HandOverDeps = HealthDeps & GatewayAccess & KeyringAccess & Randomness;

/** Numbers of a group's reminders: those taken up, the first ones, and those of them that were started. */
export interface GroupCounts {
  readonly taken: number;
  readonly started: number;
}

/** The conditions of the calls of one group. */
interface CallsOfGroup {
  /** Their turns, at a gateway with a rate. */
  readonly turns: readonly Turn[] | null;
  /** The probe that the only call is made for, at a gateway which is out of use. */
  readonly probe: Probe | null;
}

/** The conditions of one call. */
interface CallConditions {
  /** The last moment for it, by the monotonic clock. */
  readonly lastMs: number;
  /** Its turn, the last one of a call of many. */
  readonly turn: Turn | null;
  /** The probe that a call for one SMS is made for. */
  readonly probe: Probe | null;
}

/** A started reminder with its SMS. */
interface StartedParcel extends Parcel {
  readonly started: Started;
}

/** Tries after which a reminder goes alone: one that a supplier chokes on holds up others no longer. */
const TRIES_TOGETHER = 2;

/**
 * Hands groups over through one gateway: starts each in one commit (`GroupStarter`), calls the gateway for each
 * reminder, or for as many as it takes in one call (`GatewayCaller`), and has the outcomes recorded (`OutcomeWriter`).
 */
export class GatewayHandOver {
  readonly caller: GatewayCaller;
  /** Reminders of one group, at the most. */
  readonly groupSize: number;
  /** Reminders of one page, at the most. */
  readonly pageSize: number;
  /** The calls that are open, which never fail. */
  readonly calls = new Set<Promise<void>>();
  readonly #deps: HandOverDeps;
  readonly #starter: GroupStarter;
  readonly #stopping: AbortSignal;
  /** Limits the reminders that are started without a recorded outcome. */
  readonly #inHand: Semaphore;
  /** Free places in hand that a group begins with: to wait for more would let the gateway rest. */
  readonly #leastFree: number;
  readonly #outcomes: OutcomeWriter;
  /** Resolves with the end of the probe that is under way; null: none is. */
  #probing: Promise<void> | null = null;

  /** @param stopping aborted: nothing new is started */
  constructor(deps: HandOverDeps, caller: GatewayCaller, starter: GroupStarter, stopping: AbortSignal) {
    const perSecond = caller.gateway.capabilities.maxPerSecond ?? Number.POSITIVE_INFINITY;
    const inHand = Math.max(1, Math.min(2 * deps.concurrency, Math.floor(perSecond * LONGEST_TURN_S)));
    this.#deps = deps;
    this.#starter = starter;
    this.#stopping = stopping;
    this.caller = caller;
    this.groupSize = Math.ceil(inHand / 2);
    this.#leastFree = Math.ceil(inHand / 4);
    this.pageSize = Math.max(1, Math.ceil(perSecond * PAGE_S));
    this.#inHand = new Semaphore(inHand);
    this.#outcomes = new OutcomeWriter(deps, this.#inHand);
  }

  /** The id of the gateway. */
  get id(): string {
    return this.caller.gateway.id;
  }

  /** The state of the gateway, which its caller keeps. */
  get health(): GatewayHealth {
    return this.caller.health;
  }

  /** The hand-over of a probe that is under way here; null: there is none. */
  get probing(): Promise<void> | null {
    return this.#probing;
  }

  /** Hands a group over, as many of it as there is room for in hand and, at a gateway with a rate, as have turns. */
  async handOver(group: readonly ReminderWithSettings[]): Promise<GroupCounts> {
    const free = await this.#inHand.take(Math.min(this.#leastFree, group.length), group.length);
    const turns = await this.#turns(free);
    const taken = group.slice(0, turns?.length ?? free);
    this.#inHand.giveBack(free - taken.length);
    // The waits above may have been long: the gateway may be out of use by now, or the process about to stop.
    if (taken.length === 0 || !this.#isOpen()) {
      this.#inHand.giveBack(taken.length);
      this.caller.pace?.giveBack(turns ?? []);
      return { taken: 0, started: 0 };
    }
    return { taken: taken.length, started: await this.#startGroup(taken, { turns, probe: null }) };
  }

  /** Hands over the single message that a gateway is tried with which is out of use, if this process may. */
  async tryOne(reminder: ReminderWithSettings): Promise<GroupCounts> {
    const probe = await this.health.takeProbe();
    if (!probe) return { taken: 0, started: 0 };
    let started = 0;
    try {
      await this.#inHand.take(1, 1);
      started = await this.#startGroup([reminder], { turns: null, probe });
    } finally {
      if (started === 0) await this.health.returnProbe(probe);
    }
    return { taken: 1, started };
  }

  /** True while anything is started here that has no recorded outcome. */
  get anyInHand(): boolean {
    return this.#outcomes.anyOpen;
  }

  /** Resolves when every outcome is recorded. */
  idle(): Promise<void> {
    return this.#outcomes.idle();
  }

  /** Settles hand-overs whose outcomes this process could not record. @throws where the database is away */
  settleUnrecorded(): Promise<void> {
    return this.#outcomes.settleUnrecorded();
  }

  /** True while something may be started here: the gateway must be in use, unless it is tried with a probe. */
  #isOpen(probe: Probe | null = null): boolean {
    return maySend(this.#deps, this.#stopping) && (probe !== null || this.health.open);
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

  /**
   * Starts a group, or, where the database refuses the values of one, each alone: that one ends as `internal_error`, so
   * that it stops no other. @returns how many were started
   */
  async #startGroup(group: readonly ReminderWithSettings[], calls: CallsOfGroup): Promise<number> {
    try {
      return await this.#startAndCall(group, calls);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      const [first, another] = group;
      if (first && !another) await this.#starter.refuse(first.due);
      let started = 0;
      for (const reminder of another ? group : []) {
        if (!this.#isOpen(calls.probe)) break;
        await this.#inHand.take(1, 1);
        started += await this.#startGroup([reminder], { turns: null, probe: calls.probe });
      }
      return started;
    }
  }

  /** Starts a group that has taken its place in hand, then calls for each and settles it. @returns how many started */
  async #startAndCall(group: readonly ReminderWithSettings[], { turns, probe }: CallsOfGroup): Promise<number> {
    let kept = 0;
    try {
      const lastMs = this.#deps.timers.monotonic() + LONGEST_TO_CALL_MS;
      const through = { gateway: this.id, version: this.health.version ?? 0 };
      const { groupId, started, gatewayChanged } = await this.#starter.start(group, through);
      if (gatewayChanged) this.health.forget();
      kept = started.length;
      this.#outcomes.expect(groupId, kept);
      const calls = this.#callsFor(groupId, started, turns, { lastMs, probe }).map((call) => this.#track(call));
      if (probe && calls.length > 0) this.#watchProbing(Promise.all(calls));
      return kept;
    } finally {
      this.#inHand.giveBack(group.length - kept);
      if (turns) this.caller.pace?.giveBack(turns.slice(kept));
    }
  }

  #watchProbing(calls: Promise<unknown>): void {
    this.#probing = calls.then(() => {
      this.#probing = null;
    });
  }

  #track(call: Promise<void>): Promise<void> {
    this.calls.add(call);
    void call.finally(() => this.calls.delete(call));
    return call;
  }

  /** Makes the calls for what was started: one for each, or for many where the gateway takes many. */
  #callsFor(
    groupId: string,
    started: readonly Started[],
    turns: readonly Turn[] | null,
    { lastMs, probe }: Omit<CallConditions, 'turn'>,
  ): Promise<void>[] {
    const parcels = started.map(parcelOf);
    for (const { at, ready } of started)
      this.#deps.metrics.lateness.observe(Math.max(0, at.getTime() - ready.due.next_at.getTime()) / 1000);
    const { maxPerCall: most } = this.caller;
    if (most === 1)
      return parcels.map((each, nth) =>
        this.#callAndSettle(groupId, each, { lastMs, probe, turn: turns?.[nth] ?? null }),
      );
    const keyOf = (parcel: StartedParcel) => this.#batchKeyOf(parcel);
    return inBatches(parcels, turns, { most, keyOf }).map(({ members, turn }) => {
      const [first, another] = members;
      if (first && !another) return this.#callAndSettle(groupId, first, { lastMs, probe, turn });
      return this.#callManyAndSettle(groupId, members, { lastMs, turn });
    });
  }

  /** null: it goes alone, so that what a supplier refuses for it, or for its reference, is no other's end. */
  #batchKeyOf({ started: { ready, attempts }, sms }: StartedParcel): string | null {
    return ready.due.repeat || attempts > TRIES_TOGETHER ? null : this.caller.batchKeyOf(sms);
  }

  /** Calls the gateway and has the outcome recorded, until when the reminder stays in hand. */
  async #callAndSettle(
    groupId: string,
    { started, sms, alternatives, authority }: StartedParcel,
    conditions: CallConditions,
  ): Promise<void> {
    const result = await this.caller.send(sms, { ...conditions, unlessHeld: true, alternatives, authority });
    await this.#settle(groupId, started, result);
  }

  async #callManyAndSettle(
    groupId: string,
    parcels: readonly StartedParcel[],
    conditions: Omit<CallConditions, 'probe'>,
  ): Promise<void> {
    const sent = await this.caller.sendMany(parcels, { ...conditions, unlessHeld: true });
    await Promise.all(sent.map(({ parcel, result }) => this.#settle(groupId, parcel.started, result)));
  }

  async #settle(groupId: string, started: Started, result: SendResult): Promise<void> {
    const { at, messageId, ready } = started;
    const { to: phone, due } = ready;
    if (result.kind === 'rejected' && result.reason === 'opted_out')
      await recordRefusal(this.#deps, { authorityId: due.authority_id, phone, gateway: this.id, messageId });
    // A clock that was set while the call was open would put the next try off by as much, or past the deadline.
    const now = this.#deps.sending.clocksApart ? at : this.#deps.now();
    const call = this.#callOf(started);
    this.#outcomes.add(groupId, outcomeOf(call, result, now, this.#deps.random()));
  }

  #callOf({ ready, messageId, attempts }: Started): Call {
    const { due, owner } = ready;
    return {
      reminderId: due.id,
      messageId,
      attempts,
      expiresAt: due.expires_at,
      repeat: due.repeat,
      repeatAfterMs: owner.authority.onUncertain === 'resend' ? holdMs(this.caller.gateway) : null,
      another: !this.health.inUse && this.caller.isAnotherOpen(owner.callers),
    };
  }
}

function parcelOf(started: Started): StartedParcel {
  const { ready, messageId: reference } = started;
  const { due, owner, to, sender: from, text, encoding } = ready;
  const sms = { reference, to, from, text, encoding, validUntil: due.expires_at };
  return { started, sms, alternatives: owner.callers, authority: due.authority_id };
}
