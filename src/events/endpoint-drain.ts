import type { NumberedEvent } from '../domain/events/event.ts';
import {
  type Logging,
  type Metering,
  maySend,
  type Randomness,
  type SendingPermission,
  type Waiting,
} from '../runtime/deps.ts';
import type { DeliveryOutcome, DueDelivery } from './deliveries.sql.ts';
import { EndpointStatements, LEASE_MS } from './endpoint-statements.ts';
import type { Claimed, KeepResult } from './endpoints.sql.ts';
import { afterCall, CallWindow, type Health, isProbed, MOST_CALLS } from './health.ts';
import type { SharedLimits } from './open-calls.ts';
import { CALL_MS, type EventDestination, type SendDeps, sendEvent } from './send.ts';
import { type EndpointVerdict, failed, nextTry } from './verdict.ts';

/** The time after which a process gives an endpoint back, so that others get their turn and settings are read anew. */
const HELD_MS = 10_000;
/** A lease renewed longer ago: a call begun now could outlast it. */
const STALE_MS = LEASE_MS - CALL_MS - 5_000;
/**
 * The interval in which a process that waits for calls looks for new events, and the longest time between two renewals
 * of its lease.
 */
const LOOK_MS = 1_000;
const ALIVE_MS = 5_000;
/** The time that outcomes wait for a common commit, as long as calls can be begun without it. */
const GATHER_MS = 200;

/** The capabilities that a drain is made with. */
export interface DrainDeps extends SendDeps, Logging, Metering, Waiting, Randomness, SendingPermission {}

interface ReadyDelivery {
  readonly due: DueDelivery;
  readonly event: NumberedEvent;
}

/**
 * Sends one endpoint what is due. Each call takes the first event of an appointment that was not delivered; the next of
 * the same appointment becomes due with the commit that records the outcome, and calls begin behind a statement that
 * finds the endpoint as it was. A process that ends in between leaves events that are sent again under the same id.
 */
export class EndpointDrain {
  readonly #deps: DrainDeps;
  readonly #limits: SharedLimits;
  readonly #endpoint: Claimed;
  readonly #statements: EndpointStatements;
  readonly #window = new CallWindow();
  #health: Health;
  #destination: EventDestination | null = null;
  #ready: ReadyDelivery[] = [];
  /** Sequences that are ready, under way or not recorded. */
  readonly #inHand = new Set<number>();
  #outcomes: DeliveryOutcome[] = [];
  #replied: number[] = [];
  #underWay = 0;
  /** The endpoint takes events again: what waits for its next try is due. */
  #recoveredFrom: Health | null = null;
  #aliveMs: number;
  #committedMs = Number.NEGATIVE_INFINITY;
  /** A call has ended since the last step began. */
  #hasNews = false;
  #progressed: () => void = () => {};

  constructor(deps: DrainDeps, limits: SharedLimits, endpoint: Claimed, owner: string, claimedMs: number) {
    this.#deps = deps;
    this.#limits = limits;
    this.#endpoint = endpoint;
    this.#statements = new EndpointStatements(deps, limits, endpoint, owner);
    const { state, failures, failingSince, nextAt, lastResult, deliveredAt } = endpoint;
    this.#health = { state, failures, failingSince, nextAt, lastResult, deliveredAt };
    this.#aliveMs = claimedMs;
  }

  /** Resolves when nothing is left to do now, or its time is over: then with true. */
  async run(): Promise<boolean> {
    const { timers } = this.#deps;
    const endMs = timers.monotonic() + HELD_MS;
    this.#destination = await this.#statements.findDestination();
    for (;;) {
      const goesOn = timers.monotonic() < endMs && this.#mayCall();
      if (!goesOn) this.#putBack();
      this.#hasNews = false;
      const kept = await this.#step(goesOn);
      if (kept === 'lost' || (kept === 'busy' && this.#limits.stopping.aborted)) return false;
      if (kept === 'kept') this.#callNext();
      if (kept !== 'busy' && this.#underWay === 0 && this.#outcomes.length === 0) break;
      if (!this.#hasNews && (this.#underWay > 0 || kept === 'busy')) await this.#progress();
    }
    while ((await this.#statements.giveBack(this.#health)) === 'busy' && !this.#limits.stopping.aborted)
      await this.#progress();
    return timers.monotonic() >= endMs;
  }

  /**
   * Makes sure that the endpoint is still this drain's and unchanged, before calls begin: by a commit, where one is
   * worth it, else by a read. @returns null where no call could begin now
   */
  async #step(goesOn: boolean): Promise<KeepResult | null> {
    if (await this.#isWorthACommit(goesOn)) return this.#commit(goesOn);
    if (!goesOn || this.#isHeldBack() || this.#ready.length === 0 || !this.#hasRoom()) return null;
    return (await this.#statements.isKept()) ? 'kept' : 'lost';
  }

  /** True when a commit is due: outcomes are gathered for one, so that neither quick nor slow calls cost one each. */
  async #isWorthACommit(goesOn: boolean): Promise<boolean> {
    const nowMs = this.#deps.timers.monotonic();
    if (this.#underWay === 0 || nowMs - this.#aliveMs >= ALIVE_MS) return true;
    const isWaiting = this.#ready.length < MOST_CALLS || nowMs - this.#committedMs >= GATHER_MS;
    if (this.#outcomes.length > 0) return isWaiting || !goesOn || this.#recoveredFrom !== null;
    if (!goesOn || this.#isHeldBack() || this.#ready.length > 0 || isProbed(this.#health)) return false;
    return this.#statements.hasMore([...this.#inHand]);
  }

  async #commit(goesOn: boolean): Promise<KeepResult> {
    const beganMs = this.#deps.timers.monotonic();
    const [outcomes, replied] = [this.#outcomes.splice(0), this.#replied.splice(0)];
    const [recoveredFrom, health] = [this.#recoveredFrom, this.#health];
    this.#recoveredFrom = null;
    const reads = goesOn && !this.#isHeldBack() && this.#ready.length < MOST_CALLS;
    const inHand = new Set(this.#inHand);
    for (const { sequence } of outcomes) inHand.delete(sequence);
    const progress = { outcomes, replied, health, recoveredFrom, reads, inHand: [...inHand] };
    const { kept, due } = await this.#statements.commit(progress);
    this.#committedMs = this.#deps.timers.monotonic();
    if (kept === 'busy') {
      this.#outcomes.unshift(...outcomes);
      this.#replied.unshift(...replied);
      this.#recoveredFrom ??= recoveredFrom;
    }
    if (kept !== 'kept') return kept;
    this.#aliveMs = beganMs;
    for (const { sequence } of outcomes) this.#inHand.delete(sequence);
    await this.#prepare(due);
    return kept;
  }

  async #prepare(due: readonly DueDelivery[]): Promise<void> {
    if (due.length === 0) return;
    const events = await this.#statements.readEvents(due);
    const bySequence = new Map(events.map((event) => [event.sequence, event]));
    for (const each of due) {
      this.#inHand.add(each.sequence);
      const event = bySequence.get(each.sequence);
      if (event) this.#ready.push({ due: each, event });
      else this.#outcomes.push(forgotten(each, this.#deps.now()));
    }
  }

  /** Begins as many calls as may be under way; only after a step has found the endpoint unchanged. */
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

  async #call({ due, event }: ReadyDelivery): Promise<void> {
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
      this.#outcomes.push(deliveryOutcomeOf(due, verdict, { before, after: this.#health }, at, random()));
      if (verdict.kind === 'delivered' && event.type === 'citizen.replied') this.#replied.push(due.sequence);
      this.#tell(before);
    }
    this.#hasNews = true;
    this.#progressed();
  }

  async #send(event: NumberedEvent, signal: AbortSignal): Promise<EndpointVerdict> {
    if (!this.#destination) return failed('no secret, or no key that opens it');
    return sendEvent(this.#deps, this.#destination, event, signal);
  }

  /** Notes and logs that the endpoint begins or ceases to fail. */
  #tell(before: Health): void {
    const [{ log }, { state, failures, lastResult: result }] = [this.#deps, this.#health];
    const at = { source: this.#endpoint.sourceId, channel: this.#endpoint.channel, result };
    if (isProbed(before) && failures === 0) {
      this.#recoveredFrom ??= before;
      log.info(at, 'the endpoint takes events again');
    } else if (before.failures === 0 && failures > 0) log.warn(at, 'an endpoint does not take an event');
    if (state === before.state) return;
    if (state === 'paused') log.error(at, 'the endpoint has failed for an hour and is paused');
    if (state === 'ended') log.error(at, 'the endpoint responded that it is gone: nothing is sent until it is resumed');
  }

  /** False when a call begun now could outlast the lease, while sending is held, and at the end of the process. */
  #mayCall(): boolean {
    if (this.#deps.timers.monotonic() - this.#aliveMs > STALE_MS) return false;
    return maySend(this.#deps, this.#limits.stopping);
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
      const callOff = this.#deps.timers.after(this.#outcomes.length > 0 ? GATHER_MS : LOOK_MS, resolve);
      this.#progressed = () => {
        callOff();
        resolve();
      };
    });
  }
}

/** The endpoint before a call and after it. */
interface EndpointChange {
  readonly before: Health;
  readonly after: Health;
}

/**
 * Decides what a call makes of its delivery. A try counts unless the endpoint is at fault: it asks for fewer calls,
 * ended, or takes nothing at all and is only tried with this event.
 * @param random in [0, 1)
 */
function deliveryOutcomeOf(
  { sequence, appointmentId, attempts }: DueDelivery,
  verdict: EndpointVerdict,
  { before, after }: EndpointChange,
  now: Date,
  random: number,
): DeliveryOutcome {
  const rest = { sequence, appointment_id: appointmentId, last_result: verdict.result, attempted_at: now };
  if (verdict.kind === 'delivered') return { ...rest, status: 'delivered', attempts: attempts + 1, next_at: null };
  const isItsFault = verdict.kind === 'failed' && !verdict.slower && !isProbed(before);
  if (!isItsFault) return { ...rest, status: 'pending', attempts, next_at: after.nextAt ?? now };
  const next = nextTry(attempts + 1, now, random);
  return { ...rest, status: next ? 'pending' : 'failed', attempts: attempts + 1, next_at: next };
}

/** The outcome of a delivery whose event is past its retention: it fails, since nothing is left to send. */
function forgotten({ sequence, appointmentId, attempts }: DueDelivery, now: Date): DeliveryOutcome {
  const rest = { sequence, appointment_id: appointmentId, attempts, attempted_at: now };
  return { ...rest, status: 'failed', next_at: null, last_result: 'no longer kept' };
}
