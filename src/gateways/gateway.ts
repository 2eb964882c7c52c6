/** The port that every SMS supplier's adapter fills. Failure is data, not an exception. */

/** An SMS on its way to one number. */
export interface OutboundSms {
  /** Ours: the message's id. */
  readonly reference: string;
  /** E.164. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly validUntil: Date;
}

export type RejectedReason = 'permanent' | 'opted_out' | 'invalid_number' | 'sender' | 'content';
export type RetryReason = 'temporary' | 'throttled' | 'credit' | 'auth';

/**
 * accepted: the gateway took it. rejected: refused for good, not sent. retry: certainly not sent, may be tried again
 * (`stopQueue`: nothing else will get through either until someone acts). uncertain: it may have been sent. `code` and
 * `detail` hold no number.
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

export interface GatewayCapabilities {
  /** What the gateway does with our reference: refuses one that it knows, echoes it in receipts, or nothing. */
  readonly reference: 'deduplicates' | 'echoed' | 'none';
  /** Calls a second at most; null: no limit but EASYSMS_CONCURRENCY. */
  readonly maxPerSecond: number | null;
  /** Long texts in parts at most. */
  readonly maxSegments: number;
  /** The gateway itself blocks a number after STOP. */
  readonly ownOptOutList: boolean;
}

/** A callback as it came in. `url` is the public one; `query` holds the first value of each name. */
export interface RawCallback {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type DeliveryState = 'accepted' | 'delivered' | 'undelivered' | 'unknown';
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

export interface DeliveryEvent {
  readonly reference: string | null;
  readonly gatewayMessageId: string | null;
  readonly state: DeliveryState;
  readonly cause: DeliveryCause | null;
  /** The supplier's own words and number for it, kept for people. */
  readonly code: string;
  readonly at: Date | null;
  readonly segments: number | null;
}

/**
 * What a gateway knows of a reference. `not_found`: it never took it, and never will, also no call that is still on its
 * way.
 * `unknown`: it can't tell, or gave no answer.
 */
export type LookUpResult = DeliveryEvent | 'not_found' | 'unknown';

export interface InboundEvent {
  readonly gatewayMessageId: string | null;
  /** E.164. */
  readonly from: string;
  /** The number or short code that was answered; null where the gateway doesn't say. */
  readonly to: string | null;
  readonly text: string;
  readonly at: Date | null;
}

export interface CallbackAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SmsGateway {
  readonly id: string;
  readonly capabilities: GatewayCapabilities;
  /**
   * Never throws: a failure of the transport is a result too. `signal` ends the call, and the result is then uncertain
   * if bytes had left.
   */
  send(sms: OutboundSms, options: { readonly signal: AbortSignal }): Promise<SendResult>;
  /**
   * Only of a gateway that can be asked about one of our references. Never throws. `signal` ends the call.
   * @param gatewayMessageId the gateway's own id, where it ever told one
   */
  lookUp?(
    message: { readonly reference: string; readonly gatewayMessageId: string | null },
    options: { readonly signal: AbortSignal },
  ): Promise<LookUpResult>;
  /** True when the callback proves to come from the supplier. Before anything is parsed. */
  verify(callback: RawCallback): boolean;
  /** [] for what is no receipt; never throws on a status that it doesn't know (state unknown). */
  readReceipts(callback: RawCallback): readonly DeliveryEvent[];
  /** [] for what can't be read. */
  readInbound(callback: RawCallback): readonly InboundEvent[];
  /** What the supplier wants to hear once the callback is stored. */
  acknowledge(callback: RawCallback): CallbackAnswer;
  close(): Promise<void>;
}

/** What an adapter is made of: its settings come from the environment that it is handed. */
export interface GatewayFactory {
  readonly id: string;
  /**
   * @param env the process environment, read by main only
   * @returns the gateway, or one clear line for each setting that is missing or wrong, without its value
   */
  create(
    env: Readonly<Record<string, string | undefined>>,
    context: GatewayContext,
  ): SmsGateway | { readonly missing: readonly string[] };
}

export interface GatewayContext {
  /** Without a trailing slash; callback URLs start with it. */
  readonly publicUrl: string;
  readonly now: () => Date;
}
