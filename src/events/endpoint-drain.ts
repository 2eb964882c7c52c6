import { inTransaction } from '../database/transaction.ts';
import { SOURCE_DEFAULTS } from '../domain/authority.ts';
import type { NumberedEvent } from '../domain/events/event.ts';
import { FHIR_EVENT_TYPES } from '../domain/events/event-types.ts';
import type { Logging, Metering, Randomness, SendingPermission, Waiting } from '../runtime/deps.ts';
import { makeDue } from '../store/event-endpoints.ts';
import { markTaken } from '../store/taken-replies.ts';
import {
  type DeliveryOutcome,
  type DueDelivery,
  hasMore,
  readNext,
  readProbe,
  settleDeliveries,
} from './deliveries.sql.ts';
import { type Claimed, keepEndpoint, type OwnedEndpoint } from './endpoints.sql.ts';
import { readEventsBySequence } from './events.sql.ts';
import { afterCall, CallWindow, type Health, isProbed, MOST_CALLS } from './health.ts';
import type { SharedLimits } from './open-calls.ts';
import { forgotten, outcomeOf } from './outcome.ts';
import { type Destination, destinationOf, type SendDeps, sendEvent } from './send.ts';
import { failed, type Verdict } from './verdict.ts';

/** How long others are kept from an endpoint without a sign of life: three times as long as a call may last. */
export const LEASE_MS = 30_000;
/** A process gives an endpoint back after so long, so that others get their turn, and settings are read anew. */
const HELD_MS = 10_000;
const CALL_MS = 10_000;
/** A sign of life that is older: a call begun now could last longer than the lease. */
const STALE_MS = LEASE_MS - CALL_MS - 5_000;
/** How often a process that waits for calls looks for new events, and how often it shows at least that it lives. */
const LOOK_MS = 1_000;
const ALIVE_MS = 5_000;

/** The capabilities that a drain is made with. */
export interface DrainDeps extends SendDeps, Logging, Metering, Waiting, Randomness, SendingPermission {}

interface Ready {
  readonly due: DueDelivery;
  readonly event: NumberedEvent;
}

/**
 * Sends one endpoint what is due. Each call takes the first event of an appointment that was not delivered; the next of
 * the same appointment becomes due with the commit that records the outcome, and calls begin behind a commit that finds
 * the endpoint as it was. A process that ends in between leaves events that are sent again under the same id.
 */
export class EndpointDrain {
  readonly #deps: DrainDeps;
  readonly #limits: SharedLimits;
  readonly #endpoint: Claimed;
  readonly #owned: OwnedEndpoint;
  readonly #window = new CallWindow();
  #health: Health;
  #destination: Destination | null = null;
  #ready: Ready[] = [];
  /** Sequences that are ready, under way or not recorded. */
  readonly #inHand = new Set<number>();
  #outcomes: DeliveryOutcome[] = [];
  #underWay = 0;
  /** The endpoint takes events again: what waits for its next try is due. */
  #recovered: { readonly from: Health } | null = null;
  #aliveMs: number;
  #progressed: () => void = () => {};

  constructor(deps: DrainDeps, limits: SharedLimits, endpoint: Claimed, owner: string, claimedMs: number) {
    this.#deps = deps;
    this.#limits = limits;
    this.#endpoint = endpoint;
    this.#owned = { sourceId: endpoint.sourceId, channel: endpoint.channel, owner };
    const { state, failures, failingSince, nextAt, lastResult, deliveredAt } = endpoint;
    this.#health = { state, failures, failingSince, nextAt, lastResult, deliveredAt };
    this.#aliveMs = claimedMs;
  }

  /** Resolves when nothing is left to do now, or its time is over: then with true. */
  async run(): Promise<boolean> {
    const { timers } = this.#deps;
    const endMs = timers.monotonic() + HELD_MS;
    this.#destination = await this.#findDestination();
    for (;;) {
      const goesOn = timers.monotonic() < endMs && this.#mayCall();
      if (!goesOn) this.#putBack();
      const turns = await this.#isWorthATurn(goesOn);
      if (turns && !(await this.#turn(goesOn))) return false;
      if (turns) this.#callNext();
      if (this.#underWay === 0 && this.#outcomes.length === 0) break;
      if (this.#outcomes.length === 0) await this.#progress();
    }
    await this.#statement(() => keepEndpoint(this.#deps.db, this.#owned, this.#health, null));
    return timers.monotonic() >= endMs;
  }

  /** A turn is a commit: calls that last long must not cost one each time that nothing has come. */
  async #isWorthATurn(goesOn: boolean): Promise<boolean> {
    const { db, timers, now } = this.#deps;
    const isAlive = timers.monotonic() - this.#aliveMs < ALIVE_MS;
    if (this.#outcomes.length > 0 || this.#underWay === 0 || !isAlive) return true;
    if (!goesOn || this.#isHeldBack()) return false;
    if (this.#ready.length > 0 && this.#hasRoom()) return true;
    if (isProbed(this.#health) || this.#ready.length >= MOST_CALLS) return false;
    return this.#statement(() => hasMore(db, this.#owned, [...this.#inHand], now()));
  }

  /** Records what has come, stays the owner, and reads what is due. @returns false when another process has it */
  async #turn(goesOn: boolean): Promise<boolean> {
    const { db, timers, now, sending } = this.#deps;
    const [outcomes, recovered, health] = [this.#outcomes.splice(0), this.#recovered, this.#health];
    this.#recovered = null;
    const [aliveMs, at] = [timers.monotonic(), now()];
    const until = new Date(at.getTime() - (sending.aheadMs ?? 0) + LEASE_MS);
    const due = await this.#statement(() =>
      inTransaction(db, async (trx) => {
        if (!(await keepEndpoint(trx, this.#owned, health, until))) return null;
        await settleDeliveries(trx, this.#owned, outcomes, at);
        if (this.#endpoint.channel === 'webhook') await markTaken(trx, this.#owned.sourceId, takenOf(outcomes));
        if (recovered) await makeDue(trx, this.#owned, recovered.from.state === 'paused', at);
        if (!goesOn || this.#isHeldBack() || this.#ready.length >= MOST_CALLS) return [];
        const inHand = new Set(this.#inHand);
        for (const { sequence } of outcomes) inHand.delete(sequence);
        if (!isProbed(health)) return readNext(trx, this.#owned, this.#types(), [...inHand], at);
        return inHand.size > 0 ? [] : readProbe(trx, this.#owned, this.#types(), at);
      }),
    );
    if (due === null) return false;
    this.#aliveMs = aliveMs;
    for (const { sequence } of outcomes) this.#inHand.delete(sequence);
    await this.#prepare(due);
    return true;
  }

  #types() {
    if (this.#endpoint.channel === 'fhir') return FHIR_EVENT_TYPES;
    return this.#endpoint.settings.events?.types ?? null;
  }

  async #prepare(due: readonly DueDelivery[]): Promise<void> {
    if (due.length === 0) return;
    const { db, keyring, now } = this.#deps;
    const { sourceId, channel, settings } = this.#endpoint;
    const reader = { sourceId, includePhone: channel === 'webhook' && (settings.events?.includePhone ?? false) };
    const sequences = due.map(({ sequence }) => sequence);
    const events = await this.#statement(() => readEventsBySequence(db, keyring, reader, sequences));
    const bySequence = new Map(events.map((event) => [event.sequence, event]));
    for (const each of due) {
      this.#inHand.add(each.sequence);
      const event = bySequence.get(each.sequence);
      if (event) this.#ready.push({ due: each, event });
      else this.#outcomes.push(forgotten(each, now()));
    }
  }

  /** Begins as many calls as may be under way. After a turn alone: the endpoint may be another's, or have moved. */
  #callNext(): void {
    if (!this.#mayCall() || this.#isHeldBack()) this.#putBack();
    while (this.#ready.length > 0 && this.#hasRoom()) {
      const next = this.#ready.shift();
      if (next) void this.#call(next);
    }
  }

  #hasRoom(): boolean {
    return this.#underWay < this.#window.size(this.#health) && this.#limits.calls.hasRoom;
  }

  async #call({ due, event }: Ready): Promise<void> {
    const { timers, now, random, metrics } = this.#deps;
    const { calls } = this.#limits;
    this.#underWay++;
    const [call, beganMs] = [calls.begin(), timers.monotonic()];
    const callOff = timers.after(CALL_MS, () => call.abort());
    const verdict = await this.#send(event, call.signal);
    callOff();
    calls.end(call);
    this.#underWay--;
    // A call that the end of the process cut says nothing about the endpoint; its event goes again.
    if (!calls.cut) {
      this.#window.observe(verdict.kind, timers.monotonic() - beganMs);
      metrics.eventDeliveries.inc({ channel: this.#endpoint.channel, outcome: verdict.kind });
      const [before, at] = [this.#health, now()];
      this.#health = afterCall(before, verdict, at, random());
      this.#outcomes.push(outcomeOf(due, verdict, { before, after: this.#health }, at, random()));
      this.#tell(before);
    }
    this.#progressed();
  }

  async #send(event: NumberedEvent, signal: AbortSignal): Promise<Verdict> {
    if (!this.#destination) return failed('no secret, or no key that opens it');
    return sendEvent(this.#deps, this.#destination, event, signal);
  }

  async #findDestination(): Promise<Destination | null> {
    const { sourceId: id, authorityId, channel, settings, fhirAuthorization } = this.#endpoint;
    const source = { ...SOURCE_DEFAULTS, ...settings, id, authorityId, fhirAuthorization };
    return this.#statement(() => destinationOf(this.#deps, channel, source)).catch(() => null);
  }

  /** Notes and logs that the endpoint begins or ceases to fail. */
  #tell(before: Health): void {
    const [{ log }, { state, failures, lastResult: result }] = [this.#deps, this.#health];
    const at = { source: this.#endpoint.sourceId, channel: this.#endpoint.channel, result };
    if (isProbed(before) && failures === 0) {
      this.#recovered ??= { from: before };
      log.info(at, 'the endpoint takes events again');
    } else if (before.failures === 0 && failures > 0) log.warn(at, 'an endpoint does not take an event');
    if (state === before.state) return;
    if (state === 'paused') log.error(at, 'the endpoint has failed for an hour and is paused');
    if (state === 'ended') log.error(at, 'the endpoint answered that it is gone: nothing is sent until it is resumed');
  }

  /** False when a call begun now could outlast the lease, while sending is held, and at the end of the process. */
  #mayCall(): boolean {
    const { timers, sending } = this.#deps;
    if (timers.monotonic() - this.#aliveMs > STALE_MS) return false;
    return !this.#limits.stopping.aborted && sending.heldReason() === null && !sending.clocksApart;
  }

  #isHeldBack(): boolean {
    const { state, nextAt } = this.#health;
    return state === 'ended' || (nextAt !== null && nextAt > this.#deps.now());
  }

  #putBack(): void {
    for (const { due } of this.#ready.splice(0)) this.#inHand.delete(due.sequence);
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#deps.timers.after(LOOK_MS, resolve);
      this.#progressed = () => {
        callOff();
        resolve();
      };
    });
  }

  async #statement<T>(run: () => Promise<T>): Promise<T> {
    await this.#limits.statements.take(1, 1);
    try {
      return await run();
    } finally {
      this.#limits.statements.giveBack(1);
    }
  }
}

function takenOf(outcomes: readonly DeliveryOutcome[]): number[] {
  return outcomes.flatMap(({ status, sequence }) => (status === 'delivered' ? [sequence] : []));
}
