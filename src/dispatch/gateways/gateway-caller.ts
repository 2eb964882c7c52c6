import { setMaxListeners } from 'node:events';
import type { Probe } from '../../domain/gateway-state.ts';
import { countSegments } from '../../domain/sms/segments.ts';
import type { OutboundSms, SendResult, SmsGateway } from '../../gateways/gateway.ts';
import { refused, senderRuleFor } from '../../gateways/results.ts';
import { isSendingHeld } from '../../runtime/deps.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { hasFailed } from './call-results.ts';
import { GatewayHealth, type HealthDeps } from './health.ts';
import { Pace, type Turn } from './pace.ts';

const CALL_MS = 10_000;
const CALL_WHEN_STOPPING_MS = 8_000;
const COMPLAIN_MS = 60_000;
/** Calls that begin within this time share a time-out: an abort signal for each is what costs most of a call. */
const TOGETHER_MS = 1;

/** The time-out of calls that began together. */
interface Deadline {
  /** The beginning of the first of them, by the monotonic clock. */
  readonly beganMs: number;
  readonly calls: AbortController;
  readonly callOff: () => void;
  /** How many of them are open. */
  count: number;
}

const HOLD_MS: Readonly<Record<SmsGateway['capabilities']['reference'], number | null>> = {
  deduplicates: 60_000,
  echoed: 600_000,
  none: null,
};

/**
 * How long an uncertain message may still be cleared up by its receipt before a policy of `resend` repeats it. null: no
 * time decides, since the gateway can be asked, or since its receipts don't name our reference.
 */
export function holdMs({ capabilities, lookUp }: SmsGateway): number | null {
  return lookUp ? null : HOLD_MS[capabilities.reference];
}

/** The result of a call that was not made: the SMS was not handed to the adapter. */
const notCalled = (code: 'stopping' | 'too_late' | 'gateway_out' | 'held'): SendResult => ({
  kind: 'retry',
  reason: 'temporary',
  retryAfterMs: 0,
  stopQueue: false,
  code,
});

/** True for a text that the gateway would refuse, or cut without a word. */
function isTooLong({ text }: OutboundSms, { capabilities }: SmsGateway): boolean {
  const { maxSegments, maxCharacters = Number.POSITIVE_INFINITY } = capabilities;
  return text.length > maxCharacters || countSegments(text).segments > maxSegments;
}

/** How a call is made. */
export interface CallOptions {
  /**
   * The last moment for the call, by the monotonic clock: a process that stood still for longer may count as gone, and
   * another may have asked about the message.
   */
  readonly lastMs?: number;
  /** The call is not made while sending is held, as it may be by the time it is this call's turn. */
  readonly unlessHeld?: boolean;
  /** The turn that was taken for the call, at a gateway with a rate. */
  readonly turn?: Turn | null;
  /** The probe that the call is made for, at a gateway which is out of use; given back where it is not made. */
  readonly probe?: Probe | null;
  /** The call is made also while the gateway is out of use, without a probe: staff asked for this one SMS. */
  readonly evenIfOut?: boolean;
  /**
   * The gateways that the message may go through. While another of them is in use and could take over, fewer calls
   * without a result end this one's use.
   */
  readonly alternatives?: readonly GatewayCaller[];
  /** The authority of the message, where a refusal may be due to its settings. */
  readonly authority?: string;
}

/**
 * Calls one gateway: at most `concurrency` calls at once, each with its time-out and at its turn, and reports the
 * results to its health.
 */
export class GatewayCaller {
  readonly gateway: SmsGateway;
  readonly health: GatewayHealth;
  /** null: the gateway has no rate. */
  readonly pace: Pace | null;
  readonly #deps: HealthDeps;
  readonly #shortestMs: number;
  readonly #semaphore: Semaphore;
  readonly #open = new Set<Deadline>();
  #latest: Deadline | null = null;
  readonly #stopping = new AbortController();
  #callOffCut: () => void = () => {};
  #complainedAt = 0;

  constructor(gateway: SmsGateway, deps: HealthDeps) {
    this.gateway = gateway;
    this.health = new GatewayHealth(gateway.id, deps);
    const { maxPerSecond, validityS } = gateway.capabilities;
    this.#shortestMs = 1_000 * (validityS?.least ?? 0);
    this.pace = maxPerSecond === null ? null : new Pace(gateway.id, maxPerSecond, deps, this.#stopping.signal);
    this.#deps = deps;
    // Each call that waits for its turn adds a listener: Node's warning about many of them doesn't apply.
    setMaxListeners(0, this.#stopping.signal);
    this.#semaphore = new Semaphore(deps.concurrency);
  }

  /** True since `hurry`: nothing new should be started. */
  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** False where the gateway's shortest validity would end behind this deadline. */
  takesUntil(deadline: Date, now: Date): boolean {
    return deadline.getTime() - now.getTime() >= this.#shortestMs;
  }

  /** True where one of these, and not this one, is in use and does not pause. */
  isAnotherOpen(callers: readonly GatewayCaller[]): boolean {
    return callers.some((caller) => caller !== this && caller.health.open);
  }

  /** Sends an SMS, and resolves once what the result changed of the gateway's state is noted. Never throws. */
  async send(sms: OutboundSms, options: CallOptions = {}): Promise<SendResult> {
    try {
      return await this.#send(sms, options);
    } finally {
      if (options.probe) await this.health.returnProbe(options.probe);
    }
  }

  async #send(sms: OutboundSms, options: CallOptions): Promise<SendResult> {
    if (isTooLong(sms, this.gateway)) return refused('content', 'too_long');
    // The gateway would refuse such a sender, or shorten it silently.
    if (senderRuleFor(this.gateway, sms) !== null) return refused('sender', 'sender');
    const { lastMs = Number.POSITIVE_INFINITY, turn = null, probe = null, authority } = options;
    await this.#semaphore.take(1, 1);
    try {
      if (this.pace && !(await this.pace.wait(turn).catch(() => false)) && !this.stopping) return notCalled('too_late');
      if (this.stopping) return notCalled('stopping');
      const { monotonic } = this.#deps.timers;
      const began = monotonic();
      if (began > lastMs) return notCalled('too_late');
      if (!probe && !options.evenIfOut && !this.health.open) return notCalled('gateway_out');
      if (options.unlessHeld && isSendingHeld(this.#deps)) return notCalled('held');
      const result = await this.#call(sms);
      if (result.kind === 'retry' && result.notCalled) return result;
      this.#tell(result);
      const another = hasFailed(result) && this.isAnotherOpen(options.alternatives ?? []);
      await this.health.observe(result, monotonic() - began, probe, { another, authority });
      return result;
    } finally {
      this.#semaphore.giveBack(1);
    }
  }

  /** Ends a call in flight after 8 s at the latest, and makes none that still waits for its turn. */
  hurry(): void {
    this.#stopping.abort();
    if (this.#open.size === 0) return;
    this.#callOffCut = this.#deps.timers.after(CALL_WHEN_STOPPING_MS, () => {
      for (const { calls } of this.#open) calls.abort();
    });
  }

  #tell(result: SendResult): void {
    const gateway = this.gateway.id;
    this.#deps.metrics.handovers.inc({ gateway, outcome: result.kind });
    if ('unknownCode' in result) this.#deps.metrics.unknownCodes.inc({ gateway });
    if (result.kind === 'retry' || result.kind === 'uncertain') this.#complain(result, this.#deps.now());
  }

  /** Logs a failed call, once a minute at most: a gateway that is away fails many times a second. */
  #complain({ kind, code }: Extract<SendResult, { kind: 'retry' | 'uncertain' }>, now: Date): void {
    if (now.getTime() - this.#complainedAt < COMPLAIN_MS) return;
    this.#complainedAt = now.getTime();
    this.#deps.log.warn({ gateway: this.gateway.id, outcome: kind, code }, 'a call to the gateway failed');
  }

  async #call(sms: OutboundSms): Promise<SendResult> {
    const deadline = this.#deadline();
    deadline.count++;
    try {
      return await this.gateway.send(sms, { signal: deadline.calls.signal });
    } catch {
      // An adapter must not throw; one that does all the same may have sent the SMS before.
      return { kind: 'uncertain', code: 'adapter_failed', detail: 'the adapter threw' };
    } finally {
      if (--deadline.count === 0) this.#end(deadline);
    }
  }

  /** The time-out of a call that begins now. */
  #deadline(): Deadline {
    const { timers } = this.#deps;
    const now = timers.monotonic();
    if (this.#latest && now - this.#latest.beganMs < TOGETHER_MS) return this.#latest;
    const calls = new AbortController();
    setMaxListeners(0, calls.signal);
    const callOff = timers.after(CALL_MS, () => calls.abort());
    this.#latest = { beganMs: now, calls, callOff, count: 0 };
    this.#open.add(this.#latest);
    return this.#latest;
  }

  #end(deadline: Deadline): void {
    if (this.#latest === deadline) this.#latest = null;
    deadline.callOff();
    this.#open.delete(deadline);
    // Without open calls the timer that aborts them would only delay the end of the process.
    if (this.#open.size === 0) this.#callOffCut();
  }
}
