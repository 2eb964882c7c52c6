import type {
  CallbackKind,
  CallbackResponse,
  DeliveryCause,
  DeliveryEvent,
  DeliveryState,
  GatewayCapabilities,
  InboundEvent,
  OutboundSms,
  RawCallback,
  SendOptions,
  SendResult,
  SmsGateway,
} from '../../src/gateways/gateway.ts';

export const ACCEPTED: SendResult = { kind: 'accepted', gatewayMessageId: null, segments: null };
export const UNCERTAIN: SendResult = {
  kind: 'uncertain',
  code: 'timeout',
  detail: 'the gateway did not respond in time',
};
export const RETRY: SendResult = {
  kind: 'retry',
  reason: 'temporary',
  retryAfterMs: null,
  stopQueue: false,
  code: '503',
};
export const AUTH: SendResult = { kind: 'retry', reason: 'auth', retryAfterMs: null, stopQueue: true, code: '401' };
export const REJECTED: SendResult = {
  kind: 'rejected',
  reason: 'invalid_number',
  code: '12',
  detail: 'no such number',
};
export const OPTED_OUT: SendResult = {
  kind: 'rejected',
  reason: 'opted_out',
  code: '21',
  detail: 'blocked by its owner',
};

/** The outcome of one call, or how to come to it. `nth` counts the calls for the same reference from 1. */
export type Script = SendResult | ((sms: OutboundSms, nth: number) => SendResult | Promise<SendResult>);

const TOKEN = 'test-token';

/**
 * A gateway that does what a test says, and remembers each call. Calls can be held open, so that races are made and not
 * hoped for.
 */
export class ScriptedGateway implements SmsGateway {
  readonly id: string;
  readonly capabilities: GatewayCapabilities;
  /** In the order of the calls. */
  readonly sent: OutboundSms[] = [];
  /** The SMS of each call of many. */
  readonly batches: (readonly OutboundSms[])[] = [];
  /** Changes the results of a call of many, which are those of the script. */
  answerMany: (results: readonly SendResult[], sms: readonly OutboundSms[]) => readonly SendResult[] = (results) =>
    results;
  /** The most SMS that were ever in open calls at once. */
  mostUnanswered = 0;
  /** The most calls that were ever open at once. */
  mostAtOnce = 0;
  #script: Script = ACCEPTED;
  readonly #byNumber = new Map<string, Script>();
  #open = 0;
  #unanswered = 0;
  #held: { readonly promise: Promise<void>; readonly release: () => void } | null = null;
  #watchers: { readonly count: number; readonly seen: () => void }[] = [];

  constructor(capabilities: Partial<GatewayCapabilities> = {}, id = 'scripted') {
    this.id = id;
    this.capabilities = {
      reference: 'echoed',
      maxPerSecond: null,
      maxSegments: 10,
      ownOptOutList: false,
      ...capabilities,
    };
  }

  /** From now on; of one number when given. */
  script(script: Script, phone?: string): void {
    if (phone === undefined) this.#script = script;
    else this.#byNumber.set(phone, script);
  }

  /** Calls stay open from now on, until `release`. */
  hold(): void {
    this.#held ??= deferred();
  }

  release(): void {
    this.#held?.release();
    this.#held = null;
  }

  /** Resolves once so many calls are open. */
  async open(count: number): Promise<void> {
    if (this.#open >= count) return;
    await new Promise<void>((resolve) => this.#watchers.push({ count, seen: resolve }));
  }

  textsTo(phone: string): string[] {
    return this.sent.filter((sms) => sms.to === phone).map((sms) => sms.text);
  }

  async send(sms: OutboundSms, { signal }: SendOptions): Promise<SendResult> {
    const [result = UNCERTAIN] = await this.#call([sms], signal);
    return result;
  }

  async sendMany(sms: readonly OutboundSms[], { signal }: SendOptions): Promise<readonly SendResult[]> {
    this.batches.push(sms);
    return this.answerMany(await this.#call(sms, signal), sms);
  }

  async #call(sms: readonly OutboundSms[], signal: AbortSignal): Promise<readonly SendResult[]> {
    this.sent.push(...sms);
    this.#open++;
    this.#unanswered += sms.length;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open);
    this.mostUnanswered = Math.max(this.mostUnanswered, this.#unanswered);
    this.#watchers = this.#watchers.filter(({ count, seen }) => {
      if (this.#open >= count) seen();
      return this.#open < count;
    });
    const aborted = new Promise<'aborted'>((resolve) =>
      signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
    );
    try {
      if (this.#held && (await Promise.race([this.#held.promise, aborted])) === 'aborted')
        return sms.map(() => UNCERTAIN);
      const answer = await Promise.race([Promise.all(sms.map((each) => this.#answerTo(each))), aborted]);
      return answer === 'aborted' ? sms.map(() => UNCERTAIN) : answer;
    } finally {
      this.#open--;
      this.#unanswered -= sms.length;
    }
  }

  async #answerTo(sms: OutboundSms): Promise<SendResult> {
    const script = this.#byNumber.get(sms.to) ?? this.#script;
    if (typeof script !== 'function') return script;
    return script(sms, this.sent.filter(({ reference }) => reference === sms.reference).length);
  }

  /** A receipt as it comes in over HTTP. */
  receipt(reference: string, state: DeliveryState, cause: DeliveryCause | null = null): RawCallback {
    const query = { reference, state, ...(cause === null ? {} : { cause }), token: TOKEN };
    return callbackTo(this.id, 'receipts', query);
  }

  verify(callback: RawCallback): boolean {
    return callback.query.token === TOKEN;
  }

  readReceipts({ query }: RawCallback): readonly DeliveryEvent[] {
    if (!query.reference) return [];
    const state = query.state as DeliveryState;
    const cause = (query.cause as DeliveryCause | undefined) ?? null;
    return [
      { reference: query.reference, gatewayMessageId: null, state, cause, code: state, at: null, segments: null },
    ];
  }

  /** An SMS from a citizen as it comes in over HTTP. */
  inbound(from: string, to: string | null, text: string): RawCallback {
    const query = { from, text, ...(to === null ? {} : { to }), token: TOKEN };
    return callbackTo(this.id, 'inbound', query);
  }

  readInbound({ query }: RawCallback): readonly InboundEvent[] {
    if (!query.from) return [];
    return [{ gatewayMessageId: null, from: query.from, to: query.to ?? null, text: query.text ?? '', at: null }];
  }

  acknowledge(): CallbackResponse {
    return { status: 200, body: 'ok' };
  }

  async close(): Promise<void> {}
}

function callbackTo(id: string, kind: CallbackKind, query: Readonly<Record<string, string>>): RawCallback {
  return { kind, method: 'GET', path: `/v1/callbacks/${id}/${kind}`, query, headers: {}, body: new Uint8Array() };
}

export function deferred(): { readonly promise: Promise<void>; readonly release: () => void } {
  let release = () => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}
