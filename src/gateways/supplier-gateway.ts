import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type {
  CallbackHead,
  CallbackKind,
  CallbackResponse,
  GatewayCapabilities,
  GatewayContext,
  OutboundSms,
  RawCallback,
  SendOptions,
  SendResult,
} from './gateway.ts';
import { type HttpFailure, type HttpResponse, resultOfFailure, SupplierHttp, type SupplierRequest } from './http.ts';
import { type ResultOfOne, resultOfWhole, resultsByReference, TOO_SHORT, validitySeconds } from './results.ts';

/**
 * Signature of a message's reference, for the URL that its receipts come to: wherever that URL is logged, it is good
 * for this message alone. HMAC-SHA256 in base64url.
 */
export function signReference(key: KeyObject, reference: string): string {
  return createHmac('sha256', key).update(`receipt ${reference}`).digest('base64url');
}

/**
 * Token for an address that a supplier has from its own settings, and so the same for all callbacks: good for this kind
 * of callback of this gateway, and neither for others nor to make signatures. HMAC-SHA256 in hex.
 */
export function addressToken(key: KeyObject, gateway: string, kind: CallbackKind): string {
  return createHmac('sha256', key).update(`${gateway} ${kind}`).digest('hex');
}

/** Settings of every supplier's account. */
export interface AccountSettings {
  readonly url: URL;
  readonly maxPerSecond: number | null;
}

/** Limits of a supplier, which say what its adapter's `capabilities` are. */
export type SupplierLimits = Pick<GatewayCapabilities, 'maxCharacters' | 'maxPerCall' | 'ownOptOutList'> & {
  readonly validityS: NonNullable<GatewayCapabilities['validityS']>;
};

/** An SMS with the seconds that it may still take. */
export type TimedSms = OutboundSms & { readonly validitySeconds: number };

/** Shape of one supplier's request for several SMS, and of the responses to it. */
export interface ManyShape {
  readonly requestFor: (sms: readonly TimedSms[]) => SupplierRequest;
  /** The result of each SMS that a response of 2xx names; none where it can't be read. */
  readonly namedIn: (response: HttpResponse) => readonly ResultOfOne[];
  /** Meaning of a response that refuses the request, for whatever of it. */
  readonly resultOf: (response: HttpResponse) => SendResult;
}

/** Parts that are equal in the adapters of suppliers with an HTTP API which echo our reference. */
export abstract class SupplierGateway<Settings extends AccountSettings> {
  readonly capabilities: GatewayCapabilities;
  protected readonly settings: Settings;
  protected readonly context: GatewayContext;
  protected readonly http: SupplierHttp;
  readonly #limits: SupplierLimits;

  constructor(settings: Settings, context: GatewayContext, limits: SupplierLimits) {
    this.settings = settings;
    this.context = context;
    this.http = new SupplierHttp(settings.url);
    this.#limits = limits;
    this.capabilities = { reference: 'echoed', maxPerSecond: settings.maxPerSecond, maxSegments: 10, ...limits };
  }

  /** Request that has the supplier send an SMS. */
  protected abstract requestFor(sms: TimedSms): SupplierRequest;

  /** Meaning of the supplier's response to `requestFor`. */
  protected abstract resultOf(response: HttpResponse): SendResult;

  /** Sends an SMS: see `SmsGateway`. */
  async send(sms: OutboundSms, { signal }: SendOptions): Promise<SendResult> {
    const seconds = this.secondsLeft(sms);
    if (seconds === null) return TOO_SHORT;
    const response = await this.http.request(this.requestFor({ ...sms, validitySeconds: seconds }), signal);
    return 'mayHaveLeft' in response ? resultOfFailure(response) : this.resultOf(response);
  }

  /** Sends several SMS in one request of the supplier's shape: see `SmsGateway.sendMany`. */
  protected async sendTogether(
    sms: readonly OutboundSms[],
    { signal }: SendOptions,
    shape: ManyShape,
  ): Promise<readonly SendResult[]> {
    const timed = sms.map((each) => ({ ...each, validitySeconds: this.secondsLeft(each) }));
    const going = timed.filter((each): each is TimedSms => each.validitySeconds !== null);
    if (going.length === 0) return sms.map(() => TOO_SHORT);
    const resultOf = resultsOfMany(
      await this.http.request({ ...shape.requestFor(going), listed: true }, signal),
      shape,
    );
    return timed.map((each) => (each.validitySeconds === null ? TOO_SHORT : resultOf(each.reference)));
  }

  /** Seconds that the supplier is given for an SMS; null when its shortest would be too late. */
  protected secondsLeft(sms: OutboundSms): number | null {
    return validitySeconds(sms, this.context.now(), this.#limits.validityS);
  }

  /** An empty 200, which these suppliers take for "received". */
  acknowledge(_callback: RawCallback): CallbackResponse {
    return { status: 200, body: '' };
  }

  /** Closes the connections to the supplier. */
  async close(): Promise<void> {
    await this.http.close();
  }
}

/** The result of each SMS, by its reference. */
function resultsOfMany(
  response: HttpResponse | HttpFailure,
  { namedIn, resultOf }: ManyShape,
): (reference: string) => SendResult {
  if (!('mayHaveLeft' in response) && response.status >= 200 && response.status < 300)
    return resultsByReference(namedIn(response), String(response.status));
  const result = 'mayHaveLeft' in response ? resultOfFailure(response) : resultOfWhole(resultOf(response));
  return () => result;
}

/**
 * Parts that are equal in the adapters of suppliers that sign nothing, besides. A token in the addresses that they have
 * from their settings (`?token=`) proves callbacks; it is derived from the secret of the gateway, so that an access log
 * gives the secret away nowhere.
 */
export abstract class TokenGateway<
  Settings extends AccountSettings & { readonly token: string },
> extends SupplierGateway<Settings> {
  abstract readonly id: string;
  /** The secret of the gateway, for proofs that are derived from it. */
  protected readonly key: KeyObject;

  constructor(settings: Settings, context: GatewayContext, limits: SupplierLimits) {
    super(settings, context, limits);
    this.key = createSecretKey(Buffer.from(settings.token));
  }

  /** True for a callback with the token of its address. */
  verifyHead({ kind, query }: CallbackHead): boolean {
    return equalInConstantTime(query.token ?? '', addressToken(this.key, this.id, kind));
  }

  /** The body proves nothing more. */
  verify(callback: RawCallback): boolean {
    return this.verifyHead(callback);
  }
}
