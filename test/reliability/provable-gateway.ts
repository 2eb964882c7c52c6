import type {
  CallbackResponse,
  DeliveryEvent,
  DeliveryState,
  GatewayCapabilities,
  InboundEvent,
  LookUpResult,
  OutboundSms,
  RawCallback,
  SendOptions,
  SendResult,
  SmsGateway,
} from '../../src/gateways/gateway.ts';
import {
  type HttpFailure,
  type HttpResponse,
  resultOfFailure,
  resultOfStatus,
  SupplierHttp,
} from '../../src/gateways/http.ts';
import { resultOfWhole, resultsByReference } from '../../src/gateways/results.ts';
import { CALLBACK_TOKEN, type GatewayKind } from './gateway-protocol.ts';

export const GATEWAY_ID = 'provable';
/** Of a second one, which goes first where there is one. */
export const OTHER_GATEWAY_ID = 'other';

/** What a process does at marked points of a call; by default nothing. */
export interface CallPoints {
  beforeBytes(): void;
  afterBytes(): void;
  afterAccept(): void;
}

/** The adapter of the gateway process, written as one of a real supplier is. */
export class ProvableGateway implements SmsGateway {
  readonly id: string;
  readonly capabilities: GatewayCapabilities;
  readonly lookUp?: NonNullable<SmsGateway['lookUp']>;
  readonly #http: SupplierHttp;
  readonly #many: SupplierHttp;
  readonly #questions: SupplierHttp;
  readonly #points: CallPoints | null;

  constructor(
    url: string,
    kind: GatewayKind,
    points: CallPoints | null = null,
    id = GATEWAY_ID,
    maxPerSecond: number | null = null,
    maxPerCall = 1,
  ) {
    this.id = id;
    const reference = kind === 'lookup' ? 'echoed' : kind;
    this.capabilities = { reference, maxPerSecond, maxPerCall, maxSegments: 10, ownOptOutList: false };
    this.#http = new SupplierHttp(new URL('/send', url));
    this.#many = new SupplierHttp(new URL('/send-many', url));
    this.#questions = new SupplierHttp(new URL('/look-up', url));
    this.#points = points;
    if (kind === 'lookup') this.lookUp = ({ reference: asked }, { signal }) => this.#ask(asked, signal);
  }

  async send(sms: OutboundSms, { signal }: SendOptions): Promise<SendResult> {
    const answer = await this.#post(this.#http, contentOf(sms), signal);
    if ('mayHaveLeft' in answer) return resultOfFailure(answer);
    if (answer.status !== 200) return resultOfStatus(answer, new Date());
    const id = readId(answer.body);
    if (id === null) return { kind: 'uncertain', code: '200', detail: 'the answer has no id' };
    this.#points?.afterAccept();
    return { kind: 'accepted', gatewayMessageId: id, segments: null };
  }

  async sendMany(sms: readonly OutboundSms[], { signal }: SendOptions): Promise<readonly SendResult[]> {
    const answer = await this.#post(this.#many, sms.map(contentOf), signal);
    const whole = (result: SendResult) => sms.map(() => result);
    if ('mayHaveLeft' in answer) return whole(resultOfFailure(answer));
    if (answer.status !== 200) return whole(resultOfWhole(resultOfStatus(answer, new Date())));
    const taken = readIds(answer.body).map((id) => ({
      reference: id.replace('g-', ''),
      result: { kind: 'accepted', gatewayMessageId: id, segments: null } as const,
    }));
    if (taken.length > 0) this.#points?.afterAccept();
    const resultOf = resultsByReference(taken, '200');
    return sms.map(({ reference }) => resultOf(reference));
  }

  async #post(http: SupplierHttp, content: unknown, signal: AbortSignal): Promise<HttpResponse | HttpFailure> {
    this.#points?.beforeBytes();
    const answering = http.post({ 'content-type': 'application/json' }, JSON.stringify(content), signal);
    this.#points?.afterBytes();
    return answering;
  }

  async #ask(reference: string, signal: AbortSignal): Promise<LookUpResult> {
    const answer = await this.#questions.post(
      { 'content-type': 'application/json' },
      JSON.stringify({ reference }),
      signal,
    );
    const said = 'status' in answer && answer.status === 200 ? readJson(answer.body) : null;
    if (!isObject(said) || typeof said.found !== 'boolean') return 'unknown';
    if (!said.found) return 'not_found';
    return {
      reference,
      gatewayMessageId: `g-${reference}`,
      state: 'accepted',
      cause: null,
      code: 'found',
      at: null,
      segments: null,
    };
  }

  verify(callback: RawCallback): boolean {
    return callback.headers['x-prove-token'] === CALLBACK_TOKEN;
  }

  readReceipts(callback: RawCallback): readonly DeliveryEvent[] {
    const said = readJson(Buffer.from(callback.body).toString());
    if (!isObject(said) || typeof said.state !== 'string') return [];
    const reference = typeof said.reference === 'string' ? said.reference : null;
    const state = said.state as DeliveryState;
    return [{ reference, gatewayMessageId: null, state, cause: null, code: state, at: null, segments: null }];
  }

  readInbound(callback: RawCallback): readonly InboundEvent[] {
    const said = readJson(Buffer.from(callback.body).toString());
    if (!isObject(said) || typeof said.from !== 'string' || typeof said.text !== 'string') return [];
    const to = typeof said.to === 'string' ? said.to : null;
    const id = typeof said.id === 'string' ? said.id : null;
    return [{ gatewayMessageId: id, from: said.from, to, text: said.text, at: null }];
  }

  acknowledge(): CallbackResponse {
    return { status: 200, body: 'ok' };
  }

  async close(): Promise<void> {
    await Promise.all([this.#http.close(), this.#many.close(), this.#questions.close()]);
  }
}

function contentOf({ reference, to, from, text }: OutboundSms) {
  return { reference, to, from, text };
}

function readId(body: string): string | null {
  const said = readJson(body);
  return isObject(said) && typeof said.id === 'string' ? said.id : null;
}

/** The ids of a response to a call of many, which names those that it took. */
function readIds(body: string): readonly string[] {
  const said = readJson(body);
  const ids = isObject(said) && Array.isArray(said.ids) ? (said.ids as readonly unknown[]) : [];
  return ids.filter((id) => typeof id === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
