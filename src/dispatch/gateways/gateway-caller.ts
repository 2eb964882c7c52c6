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
import { TimeOuts } from './time-outs.ts';

const COMPLAIN_MS = 60_000;

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

type NotCalledCode = 'stopping' | 'too_late' | 'gateway_out' | 'held';

/** The result of a call that was not made: the SMS was not handed to the adapter. */
const notCalled = (code: NotCalledCode): SendResult => ({
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

/** An adapter must not throw; one that does all the same may have sent the SMS before. */
const ADAPTER_FAILED: SendResult = { kind: 'uncertain', code: 'adapter_failed', detail: 'the adapter threw' };

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

/** An SMS of a call of many, with its own options. */
export interface Parcel extends Required<Pick<CallOptions, 'alternatives' | 'authority'>> {
  readonly sms: OutboundSms;
}

/** How a call of many is made; `turn` is the last of its turns. */
type ManyOptions = Pick<CallOptions, 'lastMs' | 'unlessHeld' | 'turn'>;

/**
 * Calls one gateway: at most `concurrency` calls at once, each with its time-out and at its turn, and reports the
 * results to its health.
 */
export class GatewayCaller {
  readonly gateway: SmsGateway;
  readonly health: GatewayHealth;
  /** null: the gateway has no rate. */
  readonly pace: Pace | null;
  /** Most SMS of one call: what the gateway takes, and the setting lets it. */
  readonly maxPerCall: number;
  readonly #deps: HealthDeps;
  readonly #shortestMs: number;
  readonly #semaphore: Semaphore;
  readonly #timeOuts: TimeOuts;
  readonly #stopping = new AbortController();
  #complainedAt = 0;

  constructor(gateway: SmsGateway, deps: HealthDeps) {
    this.gateway = gateway;
    this.health = new GatewayHealth(gateway.id, deps);
    const { maxPerSecond, validityS, maxPerCall = 1 } = gateway.capabilities;
    this.maxPerCall = gateway.sendMany ? Math.min(maxPerCall, deps.maxPerCall) : 1;
    this.#shortestMs = 1_000 * (validityS?.least ?? 0);
    this.pace = maxPerSecond === null ? null : new Pace(gateway.id, maxPerSecond, deps, this.#stopping.signal);
    this.#deps = deps;
    this.#timeOuts = new TimeOuts(deps);
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
    const refusal = this.#refusalOf(sms);
    if (refusal) return refusal;
    const { turn = null, probe = null } = options;
    await this.#semaphore.take(1, 1);
    try {
      if (this.pace && !(await this.#waitForTurns(turn, 1)) && !this.stopping) return notCalled('too_late');
      const began = this.#deps.timers.monotonic();
      const hindrance = this.#hindranceAt(began, options);
      if (hindrance) return notCalled(hindrance);
      const result = await this.#call(sms);
      await this.#note(result, began, options, probe);
      return result;
    } finally {
      this.#semaphore.giveBack(1);
    }
  }

  /** The key that SMS of one call share, by the gateway's terms; null: this one is refused without a call. */
  batchKeyOf(sms: OutboundSms): string | null {
    return this.#refusalOf(sms) ? null : (this.gateway.batchKey?.(sms) ?? '');
  }

  /**
   * Sends SMS with one key in one call, and each alone that the gateway refused for what may be another's fault.
   * Resolves as `send` does. Never throws.
   * @param parcels `maxPerCall` at the most
   * @returns the result of each
   */
  async sendMany<T extends Parcel>(
    parcels: readonly T[],
    options: ManyOptions,
  ): Promise<readonly { readonly parcel: T; readonly result: SendResult }[]> {
    const results = await this.#sendTogether(parcels, options);
    return Promise.all(
      parcels.map(async (parcel, nth) => {
        const result = results[nth] ?? ADAPTER_FAILED;
        if (result.kind !== 'retry' || !result.alone) return { parcel, result };
        const { sms, alternatives, authority } = parcel;
        return { parcel, result: await this.send(sms, { ...options, turn: null, alternatives, authority }) };
      }),
    );
  }

  async #sendTogether(parcels: readonly Parcel[], options: ManyOptions): Promise<readonly SendResult[]> {
    const { length } = parcels;
    const none = (code: NotCalledCode) => parcels.map(() => notCalled(code));
    await this.#semaphore.take(1, 1);
    try {
      const inTurn = await this.#waitForTurns(options.turn ?? null, length);
      if (!inTurn && !this.stopping) return none('too_late');
      const began = this.#deps.timers.monotonic();
      const hindrance = this.#hindranceAt(began, options);
      if (hindrance) return none(hindrance);
      const results = await this.#callMany(parcels.map(({ sms }) => sms));
      for (const [nth, parcel] of parcels.entries())
        await this.#note(results[nth] ?? ADAPTER_FAILED, began, parcel, null, nth);
      return results;
    } finally {
      this.#semaphore.giveBack(1);
    }
  }

  /** The gateway's refusal of an SMS before any call; null: it may be called. */
  #refusalOf(sms: OutboundSms): SendResult | null {
    if (isTooLong(sms, this.gateway)) return refused('content', 'too_long');
    // The gateway would refuse such a sender, or shorten it silently.
    return senderRuleFor(this.gateway, sms) === null ? null : refused('sender', 'sender');
  }

  /** @returns false where the turns could not be waited for */
  #waitForTurns(last: Turn | null, count: number): Promise<boolean> {
    return this.pace?.wait(last, count).catch(() => false) ?? Promise.resolve(true);
  }

  /** Why no call may be made now; null: it may. */
  #hindranceAt(began: number, options: CallOptions): NotCalledCode | null {
    if (this.stopping) return 'stopping';
    if (began > (options.lastMs ?? Number.POSITIVE_INFINITY)) return 'too_late';
    if (!options.probe && !options.evenIfOut && !this.health.open) return 'gateway_out';
    return options.unlessHeld && isSendingHeld(this.#deps) ? 'held' : null;
  }

  /** Counts the result of an SMS, and resolves once what it changed of the gateway's state is noted. */
  #note(
    result: SendResult,
    began: number,
    { alternatives = [], authority }: Pick<CallOptions, 'alternatives' | 'authority'>,
    probe: Probe | null,
    nth = 0,
  ): Promise<void> | undefined {
    // The calls for each alone say more than a refusal of all for what may be one SMS.
    if (result.kind === 'retry' && (result.notCalled || result.alone)) return undefined;
    this.#tell(result);
    const another = hasFailed(result) && this.isAnotherOpen(alternatives);
    return this.health.observe(result, this.#deps.timers.monotonic() - began, probe, { another, authority, nth });
  }

  /** Ends a call in flight after 8 s at the latest, and makes none that still waits for its turn. */
  hurry(): void {
    this.#stopping.abort();
    this.#timeOuts.hurry();
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
    const deadline = this.#timeOuts.begin();
    try {
      return await this.gateway.send(sms, { signal: deadline.calls.signal });
    } catch {
      return ADAPTER_FAILED;
    } finally {
      this.#timeOuts.end(deadline);
    }
  }

  /** @returns fewer results than SMS where the adapter failed */
  async #callMany(sms: readonly OutboundSms[]): Promise<readonly SendResult[]> {
    const deadline = this.#timeOuts.begin();
    try {
      return (await this.gateway.sendMany?.(sms, { signal: deadline.calls.signal })) ?? [];
    } catch {
      return [];
    } finally {
      this.#timeOuts.end(deadline);
    }
  }
}
