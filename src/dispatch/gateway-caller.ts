import type { OutboundSms, SendResult, SmsGateway } from '../gateways/gateway.ts';
import type { CallLimit, CurrentTime, Logging, Metering, Waiting } from '../runtime/deps.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

const CALL_MS = 10_000;
const CALL_WHEN_STOPPING_MS = 8_000;
const COMPLAIN_MS = 60_000;

const HOLD_MS: Readonly<Record<SmsGateway['capabilities']['reference'], number | null>> = {
  deduplicates: 60_000,
  echoed: 600_000,
  none: null,
};

/**
 * How long an uncertain message may still be cleared up by its receipt before a policy of `resend` repeats it. null: it
 * is never repeated for want of a receipt, since nothing would tell, or since the gateway can be asked.
 */
export function holdMs({ capabilities, lookUp }: SmsGateway): number | null {
  return lookUp ? null : HOLD_MS[capabilities.reference];
}

/** The SMS was not handed to the adapter. */
const notCalled = (code: 'stopping' | 'too_late' | 'queue_stopped' | 'held'): SendResult => ({
  kind: 'retry',
  reason: 'temporary',
  retryAfterMs: 0,
  stopQueue: false,
  code,
});

type CallerDeps = Logging & Metering & CurrentTime & Waiting & CallLimit;

/**
 * Calls one gateway: at most `concurrency` calls at once, each with its time-out and its pace, and reports the results
 * to the circuit breaker.
 */
export class GatewayCaller {
  readonly gateway: SmsGateway;
  readonly breaker = new CircuitBreaker();
  readonly #deps: CallerDeps;
  readonly #semaphore: Semaphore;
  readonly #calls = new Set<AbortController>();
  readonly #stopping = new AbortController();
  #callOffCut: () => void = () => {};
  #nextSlot = 0;
  #complainedAt = 0;

  constructor(gateway: SmsGateway, deps: CallerDeps) {
    this.gateway = gateway;
    this.#deps = deps;
    this.#semaphore = new Semaphore(deps.concurrency);
  }

  /** True since `hurry`: nothing new should be started. */
  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /**
   * Never throws.
   * @param lastMs by the monotonic clock: a process that was stopped for longer may count as gone, and another may have
   * asked about the message
   * @param mayCall asked once it is this call's turn: sending may have been held since it was started
   */
  async send(
    sms: OutboundSms,
    lastMs = Number.POSITIVE_INFINITY,
    mayCall: () => boolean = () => true,
  ): Promise<SendResult> {
    await this.#semaphore.take(1, 1);
    try {
      await this.#pace();
      if (this.stopping) return notCalled('stopping');
      if (this.#deps.timers.monotonic() > lastMs) return notCalled('too_late');
      if (this.breaker.closedUntil(this.#deps.now()) !== null) return notCalled('queue_stopped');
      if (!mayCall()) return notCalled('held');
      const result = await this.#call(sms);
      this.#observe(result);
      return result;
    } finally {
      this.#semaphore.giveBack(1);
    }
  }

  /** From now on a call in flight ends after 8 s at the latest, and one that still waits for its turn is not made. */
  hurry(): void {
    this.#stopping.abort();
    if (this.#calls.size === 0) return;
    this.#callOffCut = this.#deps.timers.after(CALL_WHEN_STOPPING_MS, () => {
      for (const call of this.#calls) call.abort();
    });
  }

  #observe(result: SendResult): void {
    const now = this.#deps.now();
    const gateway = this.gateway.id;
    this.#deps.metrics.handovers.inc({ gateway, outcome: result.kind });
    if (this.breaker.observe(result, now)) {
      const why = result.kind === 'retry' ? result.reason : result.kind;
      this.#deps.log.error(
        { gateway, why, until: this.breaker.closedUntil(now) },
        'the queue of the gateway is stopped',
      );
    }
    if (result.kind === 'retry' || result.kind === 'uncertain') this.#complain(result, now);
  }

  /** Once a minute at most: a gateway that is away fails many times a second. */
  #complain({ kind, code }: Extract<SendResult, { kind: 'retry' | 'uncertain' }>, now: Date): void {
    if (now.getTime() - this.#complainedAt < COMPLAIN_MS) return;
    this.#complainedAt = now.getTime();
    this.#deps.log.warn({ gateway: this.gateway.id, outcome: kind, code }, 'a call to the gateway did not get through');
  }

  async #call(sms: OutboundSms): Promise<SendResult> {
    const controller = new AbortController();
    this.#calls.add(controller);
    const callOff = this.#deps.timers.after(CALL_MS, () => controller.abort());
    try {
      return await this.gateway.send(sms, { signal: controller.signal });
    } catch {
      // An adapter never throws; one that does all the same may have sent.
      return { kind: 'uncertain', code: 'adapter_failed', detail: 'the adapter threw' };
    } finally {
      callOff();
      this.#calls.delete(controller);
      // A timer that has nothing to cut would only keep the process from its end.
      if (this.#calls.size === 0) this.#callOffCut();
    }
  }

  /** Spreads calls evenly where the gateway takes only so many a second. */
  async #pace(): Promise<void> {
    const perSecond = this.gateway.capabilities.maxPerSecond;
    if (perSecond === null) return;
    const now = this.#deps.timers.monotonic();
    const slot = Math.max(now, this.#nextSlot);
    this.#nextSlot = slot + 1000 / perSecond;
    if (slot > now) await this.#untilOrStopping(slot - now);
  }

  #untilOrStopping(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      const end = () => {
        callOff();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const callOff = this.#deps.timers.after(ms, end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }
}
