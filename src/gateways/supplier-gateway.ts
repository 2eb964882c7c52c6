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
  SendResult,
} from './gateway.ts';
import { type HttpResponse, resultOfFailure, SupplierHttp, type SupplierRequest } from './http.ts';
import { TOO_SHORT, validitySeconds } from './results.ts';

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
export type SupplierLimits = Pick<GatewayCapabilities, 'maxCharacters' | 'ownOptOutList'> & {
  readonly validityS: NonNullable<GatewayCapabilities['validityS']>;
};

/** An SMS with the seconds that it may still take. */
export type TimedSms = OutboundSms & { readonly validitySeconds: number };

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
  async send(sms: OutboundSms, { signal }: { readonly signal: AbortSignal }): Promise<SendResult> {
    const seconds = validitySeconds(sms, this.context.now(), this.#limits.validityS);
    if (seconds === null) return TOO_SHORT;
    const response = await this.http.request(this.requestFor({ ...sms, validitySeconds: seconds }), signal);
    return 'mayHaveLeft' in response ? resultOfFailure(response) : this.resultOf(response);
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
