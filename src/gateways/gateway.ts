/** The interface that the adapter of every SMS supplier implements. Failures are results, not exceptions. */

/** SMS to one number. */
export interface OutboundSms {
  /** Our reference: the id of the message. */
  readonly reference: string;
  /** In E.164. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly validUntil: Date;
}

/** Why a gateway refused a message for good. */
export type RejectedReason = 'permanent' | 'opted_out' | 'invalid_number' | 'sender' | 'content';
/** Why a gateway did not take a message now. */
export type RetryReason = 'temporary' | 'throttled' | 'credit' | 'auth';

/**
 * Result of a send. accepted: the gateway took it. rejected: refused for good, not sent. retry: certainly not sent, may
 * be tried again (`stopQueue`: nothing else will be accepted either until someone acts). uncertain: it may have been
 * sent. `code` and `detail` contain no phone number.
 */
export type SendResult =
  | { readonly kind: 'accepted'; readonly gatewayMessageId: string | null; readonly segments: number | null }
  | { readonly kind: 'rejected'; readonly reason: RejectedReason; readonly code: string; readonly detail: string }
  | {
      readonly kind: 'retry';
      readonly reason: RetryReason;
      readonly retryAfterMs: number | null;
      readonly stopQueue: boolean;
      readonly code: string;
    }
  | { readonly kind: 'uncertain'; readonly code: string; readonly detail: string };

/** Capabilities of a gateway. */
export interface GatewayCapabilities {
  /** How the gateway treats our reference: refuses one that it knows, echoes it in receipts, or ignores it. */
  readonly reference: 'deduplicates' | 'echoed' | 'none';
  /** Calls per second at most; null when only EASYSMS_CONCURRENCY limits them. */
  readonly maxPerSecond: number | null;
  /** Most segments of one message. */
  readonly maxSegments: number;
  /** True when the gateway itself blocks a number after STOP. */
  readonly ownOptOutList: boolean;
}

/** Callback as received. `path` is that of the public URL; `query` has the first value of each name. */
export interface RawCallback {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** State of a message by a receipt; `unknown` changes nothing. */
export type DeliveryState = 'accepted' | 'delivered' | 'undelivered' | 'unknown';
/** Why a message was not delivered. */
export type DeliveryCause =
  | 'invalid_number'
  | 'opted_out'
  | 'barred'
  | 'content'
  | 'sender'
  | 'handset'
  | 'network'
  | 'expired'
  | 'rejected';

/** Content of one delivery receipt. */
export interface DeliveryEvent {
  readonly reference: string | null;
  readonly gatewayMessageId: string | null;
  readonly state: DeliveryState;
  readonly cause: DeliveryCause | null;
  /** The supplier's own words and code, for people. */
  readonly code: string;
  readonly at: Date | null;
  readonly segments: number | null;
}

/**
 * State of a reference at the gateway. `not_found`: it never took it and never will, not even by a call still under
 * way. `unknown`: it can't tell, or did not respond.
 */
export type LookUpResult = DeliveryEvent | 'not_found' | 'unknown';

/** SMS from a citizen. */
export interface InboundEvent {
  readonly gatewayMessageId: string | null;
  /** In E.164. */
  readonly from: string;
  /** Number or short code that the citizen wrote to; null when the gateway doesn't tell it. */
  readonly to: string | null;
  readonly text: string;
  readonly at: Date | null;
}

/** HTTP response to a callback. */
export interface CallbackResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Account at one SMS supplier. */
export interface SmsGateway {
  readonly id: string;
  readonly capabilities: GatewayCapabilities;
  /**
   * Sends an SMS. Never throws: a failed transport is a result too. `signal` aborts the call; the result is then
   * uncertain if bytes had left.
   */
  send(sms: OutboundSms, options: { readonly signal: AbortSignal }): Promise<SendResult>;
  /**
   * Asks for the state of a message, for gateways that can be queried by our reference. Never throws. `signal` aborts
   * the call.
   * @param gatewayMessageId the gateway's own id, if it is known
   */
  lookUp?(
    message: { readonly reference: string; readonly gatewayMessageId: string | null },
    options: { readonly signal: AbortSignal },
  ): Promise<LookUpResult>;
  /** True when the callback is proven to come from the supplier. Called before anything is parsed. */
  verify(callback: RawCallback): boolean;
  /** Receipts of a callback; empty when it holds none. Never throws on an unknown status (its state is `unknown`). */
  readReceipts(callback: RawCallback): readonly DeliveryEvent[];
  /** Inbound messages of a callback; empty when it can't be read. */
  readInbound(callback: RawCallback): readonly InboundEvent[];
  /** Response that the supplier expects once the callback is stored. */
  acknowledge(callback: RawCallback): CallbackResponse;
  close(): Promise<void>;
}

/** Creates a gateway from its settings in the environment. */
export interface GatewayFactory {
  readonly id: string;
  /**
   * @param env the process environment, which only main reads
   * @returns the gateway, or one line for each setting that is missing or wrong, without its value
   */
  create(
    env: Readonly<Record<string, string | undefined>>,
    context: GatewayContext,
  ): SmsGateway | { readonly missing: readonly string[] };
}

/** Dependencies of an adapter. */
export interface GatewayContext {
  /** Without a trailing slash; callback URLs start with it. */
  readonly publicUrl: string;
  readonly now: () => Date;
}
