/** The interface that the adapter of every SMS supplier implements. Failures are results, not exceptions. */
import type { GatewaySettings } from './settings.ts';

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
/**
 * Why a gateway did not take a message now. `temporary` concerns this message alone; all others are the gateway's own
 * reasons, for which it would not take the next message either.
 */
export type RetryReason = 'temporary' | 'unreachable' | 'throttled' | 'credit' | 'auth';

/** The words of the supplier; no phone number. `unknownCode`: with a code that the adapter's tables don't have. */
interface Coded {
  readonly code: string;
  readonly unknownCode?: true;
}

/**
 * Result of a send. accepted: the gateway took it. rejected: refused for good, not sent. retry: certainly not sent, may
 * be tried again, also at another gateway (`stopQueue`: nothing else will be accepted either until someone acts).
 * uncertain: it may have been sent; also for a code that the adapter doesn't know, unless its HTTP status proves that
 * nothing was taken (`gatewayMessageId`: where the supplier gave one). `detail` contains no phone number.
 */
export type SendResult =
  | { readonly kind: 'accepted'; readonly gatewayMessageId: string | null; readonly segments: number | null }
  | (Coded & { readonly kind: 'rejected'; readonly reason: RejectedReason; readonly detail: string })
  | (Coded & {
      readonly kind: 'retry';
      readonly reason: RetryReason;
      readonly retryAfterMs: number | null;
      readonly stopQueue: boolean;
      /** The adapter made no call, so that this says nothing of the gateway. */
      readonly notCalled?: true;
      /** Refused with others in one call, for a reason that may be another's alone: it may go by itself at once. */
      readonly alone?: true;
    })
  | (Coded & { readonly kind: 'uncertain'; readonly detail: string; readonly gatewayMessageId?: string });

/** Terms that dispatch keeps to: how the gateway treats a repeated reference, and its limits of rate and length. */
export interface GatewayCapabilities {
  /** The gateway's treatment of our reference: refuses one that it knows, echoes it in receipts, or ignores it. */
  readonly reference: 'deduplicates' | 'echoed' | 'none';
  /** SMS per second of all processes together; null when only EASYSMS_CONCURRENCY limits them. */
  readonly maxPerSecond: number | null;
  /** Most SMS of one call of `sendMany`; absent without it. */
  readonly maxPerCall?: number;
  /** Most segments of one message. */
  readonly maxSegments: number;
  /** Most characters of one message; absent where segments are the only limit. */
  readonly maxCharacters?: number;
  /** True when the gateway itself blocks a number after STOP. */
  readonly ownOptOutList: boolean;
  /**
   * Shortest and longest validity of a message in seconds; absent: any. What is valid for longer is capped; what has to
   * arrive sooner than the shortest is not handed over.
   */
  readonly validityS?: { readonly least: number; readonly most: number };
}

/** The subject of a callback: receipts of our messages, or messages from citizens. Each has an address of its own. */
export type CallbackKind = 'receipts' | 'inbound';

/** Callback as received: `kind` is its route's, `path` is escaped as sent, `query` has the first value of each name. */
export interface RawCallback {
  readonly kind: CallbackKind;
  readonly method: string;
  readonly path: string;
  /** The query as sent, with its question mark; empty without one. Absent in callbacks stored by earlier versions. */
  readonly search?: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A callback before its body is read. */
export type CallbackHead = Omit<RawCallback, 'body'>;

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
  /** null: the supplier doesn't tell our reference, and the message is none of ours or can't be found. */
  readonly reference: string | null;
  readonly gatewayMessageId: string | null;
  readonly state: DeliveryState;
  readonly cause: DeliveryCause | null;
  /** The supplier's own words and code, for people. */
  readonly code: string;
  readonly at: Date | null;
  readonly segments: number | null;
  /** Set where the verified callback does not prove it: what it claims to report on. `reference` is null then. */
  readonly unproven?: { readonly reference: string | null };
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
  /** Set for one part of a longer SMS that the gateway does not join. */
  readonly part?: InboundPart;
  /** Set when the gateway itself has acted on a keyword, and has answered it: the number is on its list, or off it. */
  readonly handled?: 'stop' | 'start' | 'help';
}

/** Place of a part in its SMS (3GPP TS 23.040 §9.2.3.24.1). */
export interface InboundPart {
  /** Equal for the parts of one SMS of one sender; reused after some time. */
  readonly reference: string;
  /** From 1. */
  readonly nth: number;
  /** From 2 to 255. */
  readonly of: number;
}

/** Message whose end is not known, with what a supplier without our reference can find it by. */
export interface OpenMessage {
  readonly reference: string;
  readonly gatewayMessageId: string | null;
  /** In E.164. */
  readonly to: string;
  readonly text: string;
  readonly handedOverAt: Date;
}

/** A request to a supplier that got no response, or was refused. */
export interface SupplierFailure {
  /** The HTTP status, or the code of the error; for logs. */
  readonly failedWith: string;
}

/** Response of a supplier about messages that it was asked about. */
export interface RecoveredReceipts {
  readonly events: readonly DeliveryEvent[];
  /** References of those that it was really asked about, whether or not it knows them. */
  readonly asked: readonly string[];
  /** Why it was not asked about the others, as in `SupplierFailure`; null: all were. */
  readonly failedWith: string | null;
}

/** HTTP response to a callback. */
export interface CallbackResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a call is made; `signal` aborts it. */
export interface SendOptions {
  readonly signal: AbortSignal;
}

/** Account at one SMS supplier. */
export interface SmsGateway {
  readonly id: string;
  readonly capabilities: GatewayCapabilities;
  /**
   * Sends an SMS. Never throws: a failed transport is a result too. `signal` aborts the call; the result is then
   * uncertain if bytes had left.
   */
  send(sms: OutboundSms, options: SendOptions): Promise<SendResult>;
  /**
   * Sends several SMS in one call, up to `maxPerCall`, whose `batchKey` is the same. Never throws; aborted like `send`.
   * @returns the result of each, in their order: its own where the supplier named it; uncertain where it may have been
   *   taken and was not named; `alone` where the call was refused as a whole, so that none of them was taken
   */
  sendMany?(sms: readonly OutboundSms[], options: SendOptions): Promise<readonly SendResult[]>;
  /** The key that SMS of one call must share; absent: none. */
  batchKey?(sms: OutboundSms): string;
  /** Asks for the state of a message, by our reference or the gateway's id. Never throws. `signal` aborts the call. */
  lookUp?(
    message: { readonly reference: string; readonly gatewayMessageId: string | null },
    options: { readonly signal: AbortSignal },
  ): Promise<LookUpResult>;
  /** Most messages that one `recover` asks about; absent without it. */
  readonly recoverAtOnce?: number;
  /**
   * Asks the supplier what became of messages whose receipts may have been lost, within the supplier's own limits.
   * Never throws. `signal` aborts the calls.
   * @returns what it found, by our references, and which it could ask about
   */
  recover?(messages: readonly OpenMessage[], options: { readonly signal: AbortSignal }): Promise<RecoveredReceipts>;
  /** true: `poll` is for receipts alone, while messages wait whose reports a callback named and did not prove. */
  readonly pollsUnprovenOnly?: boolean;
  /**
   * Reads what the supplier gives out only once. The caller has made sure that nobody else reads, and stores the result
   * before anything looks at it. Never throws. `signal` aborts the call. @returns null when there is nothing
   */
  poll?(kind: CallbackKind, options: { readonly signal: AbortSignal }): Promise<RawCallback | SupplierFailure | null>;
  /** The supplier's rule against this sender in a country (ISO 3166), worded as `must be …`; null: it takes it. */
  senderFault?(sender: string, country: string): string | null;
  /** The supplier's rule against a text, worded as `must not …`; null: it takes it. */
  textFault?(text: string): string | null;
  /** The text as the supplier takes it, with signs in place of what it doesn't take: this is stored and counted. */
  fitText?(text: string): string;
  /**
   * Judges a callback before its body is read. true: it comes from the supplier, whatever the body is; false: it
   * does not; undefined, as without this method: the body decides.
   */
  verifyHead?(head: CallbackHead): boolean | undefined;
  /** True when the callback is proven to come from the supplier. Called before anything is parsed. */
  verify(callback: RawCallback): boolean;
  /** Equal for repeats of one callback that differ in their bytes; null or absent: repeats are equal in all. */
  repeatKey?(callback: RawCallback): string | null;
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
  /** Prefix of its settings, of which an unknown name stops the start; null: others use the prefix, too. */
  readonly prefix: string | null;
  /**
   * Reads all settings at once; what is missing or wrong is added to their faults.
   * @returns creates the gateway; only called without faults
   */
  read(settings: GatewaySettings, context: GatewayContext): () => SmsGateway;
}

/** Dependencies of an adapter. */
export interface GatewayContext {
  /** Without a trailing slash; callback URLs start with it. */
  readonly publicUrl: string;
  readonly now: () => Date;
}
