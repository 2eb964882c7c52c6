import type { DeliveryState } from '../../src/gateways/gateway.ts';

/**
 * What the gateway does with the reference that it is given. `lookup`: it can be asked about one; `echoed`: it stands
 * in receipts only.
 */
export type GatewayKind = 'deduplicates' | 'lookup' | 'echoed' | 'none';

/** What goes wrong with a call; each a share of all calls, in [0, 1]. */
export interface CallFaults {
  /** Refused for good: 400. */
  readonly refuse: number;
  /** 429 with Retry-After 1. */
  readonly throttle: number;
  /** 500 without having taken it. */
  readonly fail: number;
  /** Cut before anything is kept. */
  readonly cutBefore: number;
  /** Kept, then cut instead of answered. */
  readonly cutAfter: number;
  /** Kept, and cut in the middle of the answer's body, after its 200. */
  readonly cutBody: number;
  /** Kept, and nothing comes after the head of the answer. */
  readonly stall: number;
  /** Kept, and answered with something that makes no sense. */
  readonly babble: number;
  /** Kept only `lateMs` after the call came, and answered then. */
  readonly late: number;
  /** Kept, and not named in the response to a call of many: a share of the SMS of such calls, beside these faults. */
  readonly omit: number;
}

export interface GatewayBehaviour {
  readonly faults: CallFaults;
  readonly lateMs: number;
  /** From the call to its answer. */
  readonly delayMs: number;
  /** Answers with this instead of an own answer, having kept nothing: status, headers, body in base64. */
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  } | null;
  /** How long every call is kept unanswered, while true. */
  readonly silent: boolean;
  /** Takes SMS, and answers only once this is false again. */
  readonly holdsAnswers: boolean;
  readonly receipts: ReceiptBehaviour;
  /** Milliseconds that the world's clock is ahead of this machine's. */
  readonly offsetMs: number;
}

export interface ReceiptBehaviour {
  /** Where to; null: no receipts. */
  readonly url: string | null;
  /** The share of messages that no receipt comes for. */
  readonly missing: number;
  readonly undelivered: number;
  readonly repeat: number;
  /** Sent before the call is answered. */
  readonly early: number;
  /** A contrary receipt after the final one. */
  readonly contrary: number;
  readonly delayMs: number;
}

export const NO_FAULTS: CallFaults = {
  refuse: 0,
  throttle: 0,
  fail: 0,
  cutBefore: 0,
  cutAfter: 0,
  cutBody: 0,
  stall: 0,
  babble: 0,
  late: 0,
  omit: 0,
};
export const NO_RECEIPTS: ReceiptBehaviour = {
  url: null,
  missing: 0,
  undelivered: 0,
  repeat: 0,
  early: 0,
  contrary: 0,
  delayMs: 50,
};
export const WELL_BEHAVED: GatewayBehaviour = {
  faults: NO_FAULTS,
  lateMs: 0,
  delayMs: 5,
  answer: null,
  silent: false,
  holdsAnswers: false,
  receipts: NO_RECEIPTS,
  offsetMs: 0,
};

/** A line of the gateway's book: an SMS that it took, and that a phone will get. Instants by the world's clock. */
export interface Acceptance {
  readonly reference: string;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  /** When the call came, and when the SMS was taken. */
  readonly askedAt: number;
  readonly at: number;
}

/** A line of its second book: a receipt that was answered with 2xx. */
export interface AcknowledgedReceipt {
  readonly reference: string;
  readonly state: DeliveryState;
}

export interface GatewayCounts {
  readonly calls: number;
  /** Calls that it still works on, also those that the caller has given up; not those that it leaves unanswered. */
  readonly open: number;
  readonly accepted: number;
  /** Calls with a reference that it knew already. */
  readonly repeated: number;
  readonly lookUps: number;
  readonly receiptsAcknowledged: number;
  readonly receiptsWaiting: number;
}

/** Shared by the gateway and its adapter: proves a callback. */
export const CALLBACK_TOKEN = 'prove-callback-token';
