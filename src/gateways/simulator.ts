import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { parseJsonText } from '../domain/json.ts';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type {
  CallbackHead,
  CallbackResponse,
  DeliveryCause,
  DeliveryEvent,
  GatewayCapabilities,
  GatewayFactory,
  InboundEvent,
  OutboundSms,
  RawCallback,
  SendOptions,
  SendResult,
  SmsGateway,
} from './gateway.ts';

const SIGNATURE = 'x-simulator-signature';
const MAX_ENTRIES = 500;
const CALLBACK_ATTEMPTS = 5;
const RECEIPT_DELAY_MS = 1_000;
const LATE_RECEIPT_DELAY_MS = 10_000;

type Receipt = { state: 'delivered' | 'undelivered'; cause: DeliveryCause | null; afterMs: number; times: number };

/** Receipts by the last two digits of a number; `send` handles the remaining digits. */
const RECEIPTS: Readonly<Record<string, Receipt>> = {
  '51': { state: 'undelivered', cause: 'network', afterMs: RECEIPT_DELAY_MS, times: 1 },
  '52': { state: 'undelivered', cause: 'expired', afterMs: RECEIPT_DELAY_MS, times: 1 },
  '53': { state: 'undelivered', cause: 'rejected', afterMs: RECEIPT_DELAY_MS, times: 1 },
  '56': { state: 'delivered', cause: null, afterMs: RECEIPT_DELAY_MS, times: 0 },
  '58': { state: 'delivered', cause: null, afterMs: LATE_RECEIPT_DELAY_MS, times: 1 },
  '59': { state: 'delivered', cause: null, afterMs: RECEIPT_DELAY_MS, times: 2 },
};
/** Endings of numbers whose call gets no response, with all others in it. */
const UNANSWERED = ['63', '64'];
const MOST_PER_CALL = 250;
const DELIVERED: Receipt = { state: 'delivered', cause: null, afterMs: RECEIPT_DELAY_MS, times: 1 };

/** SMS on the simulated phone. */
export interface PhoneEntry {
  readonly id: string;
  /** Number of the citizen in E.164. */
  readonly phone: string;
  /** Sender of the SMS, or recipient of a reply. */
  readonly sender: string;
  readonly direction: 'received' | 'written';
  readonly text: string;
  readonly at: Date;
  /** State by the receipt; null before the receipt, and for replies. */
  readonly state: Receipt['state'] | null;
}

/** Dependencies of the simulator. */
export interface SimulatorOptions {
  readonly publicUrl: string;
  readonly now: () => Date;
  /** Most SMS of one call; 1 by default. */
  readonly maxPerCall?: number | null;
  /** Runs `work` after `ms`; a timer by default. */
  readonly schedule?: (ms: number, work: () => void) => void;
}

/**
 * Gateway for trials and tests: it keeps the SMS for the phone page, and posts receipts and replies to the same
 * callback routes as a real supplier, signed with a key of its own. The last two digits of the number choose the
 * outcome.
 */
export class SimulatorGateway implements SmsGateway {
  readonly id = 'simulator';
  readonly capabilities: GatewayCapabilities;
  readonly #options: SimulatorOptions;
  readonly #key = randomBytes(32);
  readonly #throttled = new Map<string, number>();
  readonly #entries: PhoneEntry[] = [];
  #deliver: ((request: Request) => Promise<Response>) | null = null;
  #closed = false;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    const maxPerCall = options.maxPerCall ?? 1;
    this.capabilities = { reference: 'echoed', maxPerSecond: null, maxPerCall, maxSegments: 10, ownOptOutList: false };
  }

  /**
   * Connects the simulator to the service.
   * @param deliver handles the simulator's callbacks, like the service's own routes
   */
  connect(deliver: (request: Request) => Promise<Response>): void {
    this.#deliver = deliver;
  }

  /** SMS on the phones, oldest first. */
  phone(): readonly PhoneEntry[] {
    return this.#entries;
  }

  /** Sends a citizen's reply. Resolves when the callback was accepted, or finally failed. */
  async reply(reply: { readonly from: string; readonly to: string; readonly text: string }): Promise<void> {
    const id = randomUUID();
    const at = this.#options.now();
    this.#keep({ id, phone: reply.from, sender: reply.to, direction: 'written', text: reply.text, at, state: null });
    await this.#callBack('inbound', { id, ...reply, at });
  }

  /** Takes an SMS as the last two digits of its number say (contract: `51` to `64`), and reports its receipt later. */
  async send(sms: OutboundSms, { signal }: SendOptions): Promise<SendResult> {
    const ending = sms.to.slice(-2);
    if (ending === '54') return { kind: 'rejected', reason: 'invalid_number', code: '54', detail: 'no such number' };
    if (ending === '55' && this.#throttles(sms.reference)) {
      return { kind: 'retry', reason: 'throttled', retryAfterMs: null, stopQueue: false, code: '55' };
    }
    if (ending === '63') return untilAborted(signal);
    if (ending === '64')
      return { kind: 'uncertain', code: '64', detail: 'the connection was dropped after the request was read' };
    const { text, from: sender, to: phone, reference } = sms;
    const at = this.#options.now();
    this.#keep({ id: reference, phone, sender, direction: 'received', text, at, state: null });
    if (ending === '60') await this.#report(reference, DELIVERED);
    else this.#schedule(RECEIPTS[ending] ?? DELIVERED, reference);
    return { kind: 'accepted', gatewayMessageId: `sim-${reference}`, segments: null };
  }

  /** Takes several SMS as it takes each; where one of them gets no response, nothing arrives of the whole call. */
  sendMany(sms: readonly OutboundSms[], options: SendOptions): Promise<readonly SendResult[]> {
    const unanswered = sms.find(({ to }) => UNANSWERED.includes(to.slice(-2)));
    if (unanswered) return this.send(unanswered, options).then((result) => sms.map(() => result));
    return Promise.all(sms.map((each) => this.send(each, options)));
  }

  /** Refuses a callback without a signature. @returns undefined for one with it, which `verify` judges */
  verifyHead({ headers }: CallbackHead): false | undefined {
    return headers[SIGNATURE] === undefined ? false : undefined;
  }

  /** True for a body that this simulator signed. The key lives as long as the process. */
  verify(callback: RawCallback): boolean {
    const given = Buffer.from(callback.headers[SIGNATURE] ?? '', 'hex');
    const expected = this.#sign(callback.body);
    return equalInConstantTime(given, expected);
  }

  /** Reads the one receipt of a callback; none where it names no reference. */
  readReceipts(callback: RawCallback): readonly DeliveryEvent[] {
    const body = readJson(callback.body);
    const state = body?.state;
    if (typeof body?.reference !== 'string') return [];
    const known = state === 'delivered' || state === 'undelivered' || state === 'accepted';
    return [
      {
        reference: body.reference,
        gatewayMessageId: `sim-${body.reference}`,
        state: known ? state : 'unknown',
        cause: (body.cause as DeliveryCause | null | undefined) ?? null,
        code: String(body.cause ?? state),
        at: readDate(body.at),
        segments: null,
      },
    ];
  }

  /** Reads the one reply of a callback; none without sender or text. */
  readInbound(callback: RawCallback): readonly InboundEvent[] {
    const body = readJson(callback.body);
    const { id, from, to, text, at } = body ?? {};
    if (typeof from !== 'string' || typeof text !== 'string') return [];
    const recipient = typeof to === 'string' && to !== '' ? to : null;
    return [{ gatewayMessageId: typeof id === 'string' ? id : null, from, to: recipient, text, at: readDate(at) }];
  }

  /** Acknowledges every stored callback with an empty 200. */
  acknowledge(): CallbackResponse {
    return { status: 200, body: '' };
  }

  /** Stops the callbacks: those that are still to come are dropped. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  #throttles(reference: string): boolean {
    const times = this.#throttled.get(reference) ?? 0;
    if (times === 2) return !this.#throttled.delete(reference);
    this.#throttled.set(reference, times + 1);
    return true;
  }

  #schedule(receipt: Receipt, reference: string): void {
    for (let nth = 0; nth < receipt.times; nth++)
      this.#after(receipt.afterMs, () => void this.#report(reference, receipt));
  }

  async #report(reference: string, { state, cause }: Receipt): Promise<void> {
    const index = this.#entries.findIndex((entry) => entry.id === reference);
    const entry = this.#entries[index];
    if (entry) this.#entries[index] = { ...entry, state };
    await this.#callBack('receipts', { reference, state, cause, at: this.#options.now() });
  }

  /** Repeats a callback with growing pauses until it is accepted, as suppliers do. */
  async #callBack(kind: 'receipts' | 'inbound', body: object, nth = 1): Promise<void> {
    if (!this.#deliver || this.#closed) return;
    const text = JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json', [SIGNATURE]: this.#sign(Buffer.from(text)).toString('hex') };
    const url = `${this.#options.publicUrl}/v1/callbacks/simulator/${kind}`;
    const accepted = await this.#deliver(new Request(url, { method: 'POST', headers, body: text })).then(
      (response) => response.ok,
      () => false,
    );
    if (!accepted && nth < CALLBACK_ATTEMPTS)
      this.#after(1000 * 2 ** nth, () => void this.#callBack(kind, body, nth + 1));
  }

  #after(ms: number, work: () => void): void {
    if (this.#options.schedule) this.#options.schedule(ms, work);
    else setTimeout(work, ms).unref();
  }

  #keep(entry: PhoneEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }

  #sign(body: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}

async function untilAborted(signal: AbortSignal): Promise<SendResult> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return { kind: 'uncertain', code: '63', detail: 'the gateway did not respond in time' };
}

function readJson(body: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = parseJsonText(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function readDate(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

/** Factory of the simulator, with its setting SIMULATOR_MAX_PER_CALL. */
export const simulator: GatewayFactory = {
  id: 'simulator',
  prefix: 'SIMULATOR_',
  read(settings, context) {
    const maxPerCall = settings.count('SIMULATOR_MAX_PER_CALL', MOST_PER_CALL);
    return () => new SimulatorGateway({ ...context, maxPerCall });
  },
};
