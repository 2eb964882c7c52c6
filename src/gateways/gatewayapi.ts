import { createHmac } from 'node:crypto';
import { DAY_MS } from '../domain/duration.ts';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type {
  CallbackHead,
  DeliveryCause,
  DeliveryEvent,
  DeliveryState,
  GatewayContext,
  GatewayFactory,
  InboundEvent,
  InboundPart,
  OutboundSms,
  RawCallback,
  SendOptions,
  SendResult,
  SmsGateway,
} from './gateway.ts';
import { type HttpResponse, resultOfStatus, type SupplierRequest } from './http.ts';
import {
  codeOf,
  instantOf,
  type JsonObject,
  readJson,
  toJsonObject,
  toJsonObjects,
  withPlus,
  wordOf,
} from './reading.ts';
import { notTaken, refused, unclear, withUnknownCode } from './results.ts';
import { type AccountSettings, SupplierGateway, type TimedSms } from './supplier-gateway.ts';

/** GatewayAPI's tables of errors, by the last hex digits of the code (docs/errors.rst of its documentation). */
const CAUSES: readonly (readonly [cause: DeliveryCause, codes: string])[] = [
  ['invalid_number', '1010 1020 1040 1048 1049 1051 1052 1060 1061 1062 1084'],
  ['handset', '1018'],
  ['network', '1013 1015 1019 101a 101b 1021 1022 1023 1027 102a 1042 1047 104a 106a 1080 1091'],
  ['barred', '1011 1034 103c 1093'],
  ['content', '1035 1903 1904'],
  ['sender', '1033 1065 1905'],
  ['opted_out', '0215'],
];
const BY_CODE = new Map(CAUSES.flatMap(([cause, codes]) => codes.split(' ').map((code) => [`0x${code}`, cause])));

const BY_STATUS: ReadonlyMap<string, DeliveryCause> = new Map([
  ['EXPIRED', 'expired'],
  ['UNDELIVERABLE', 'network'],
]);

/** Why a message was not delivered: by its code where that is known, else by its status. @param code in lower case */
function causeOf(status: string, code: string | null): DeliveryCause {
  return BY_CODE.get(code ?? '') ?? BY_STATUS.get(status) ?? 'rejected';
}

const ACCOUNT = '0210 0211 0212 0213 0223 0224 0225 0226 0227 0228 0229 022a';
const RESULTS: ReadonlyMap<string, SendResult> = new Map([
  ...ACCOUNT.split(' ').map((code) => [`0x${code}`, notTaken('auth', `0x${code}`, true)] as const),
  ['0x0214', notTaken('temporary', '0x0214')],
  ['0x0215', refused('opted_out', '0x0215')],
  ['0x0216', notTaken('credit', '0x0216', true)],
  ['0x0312', refused('content', '0x0312')],
  ...[...BY_CODE].flatMap(([code, cause]) => {
    if (cause === 'invalid_number' || cause === 'content' || cause === 'sender') {
      return [[code, refused(cause, code)] as const];
    }
    return cause === 'barred' ? [[code, refused('permanent', code)] as const] : [];
  }),
]);

/** GatewayAPI's code, in lower case; null for anything that is none. */
function errorCodeOf(value: unknown): string | null {
  const code = codeOf(value)?.toLowerCase() ?? '';
  return /^0x[0-9a-f]{2,8}$/.test(code) ? code : null;
}

/**
 * Result of a response with an error code, whatever its HTTP status below 500 is; null for a code that the tables don't
 * have. Codes of the network and of the phone prove that nothing was sent only where the request was refused.
 * @param taken the HTTP status says that the message was taken
 */
function resultOfCode(code: string | null, taken: boolean): SendResult | null {
  if (code === null) return null;
  // Codes that end in 09 stand for "try again".
  if (/^0x[0-9a-f]{2}09$/.test(code)) return notTaken('temporary', code);
  const cause = BY_CODE.get(code);
  if (cause === 'network' || cause === 'handset') return taken ? unclear(code) : notTaken('temporary', code);
  return RESULTS.get(code) ?? null;
}

const LIMITS = {
  maxCharacters: 39_015,
  maxPerCall: 1_000,
  ownOptOutList: true,
  validityS: { least: 60, most: 432_000 },
};
/** GatewayAPI repeats a callback for a day at least; what is older than this is not taken from anybody. */
const OLDEST_MS = 7 * DAY_MS;

/** States by `event.status`; those of what was not delivered get their cause from the code. */
const STATES: ReadonlyMap<string, DeliveryState> = new Map([
  ...(['SCHEDULED', 'BUFFERED', 'ENROUTE', 'ACCEPTED'] as const).map((status) => [status, 'accepted'] as const),
  ...(['DELIVERED', 'READ'] as const).map((status) => [status, 'delivered'] as const),
  ...(['EXPIRED', 'DELETED', 'REJECTED', 'SKIPPED', 'UNDELIVERABLE'] as const).map(
    (status) => [status, 'undelivered'] as const,
  ),
]);

interface GatewayApiSettings extends AccountSettings {
  readonly token: string;
  readonly secret: string;
}

/**
 * Messaging API of GatewayAPI (`/mobile/single`, `/mobile/multi`). It chooses the encoding itself, echoes our
 * reference in signed callbacks, and can't be asked about a message.
 */
class GatewayApiGateway extends SupplierGateway<GatewayApiSettings> implements SmsGateway {
  readonly id = 'gatewayapi';

  constructor(settings: GatewayApiSettings, context: GatewayContext) {
    super(settings, context, LIMITS);
  }

  protected requestFor(sms: TimedSms): SupplierRequest {
    return this.#request('/mobile/single', messageOf(sms));
  }

  #request(path: string, content: JsonObject): SupplierRequest {
    const headers = { Authorization: `Token ${this.settings.token}`, 'Content-Type': 'application/json' };
    return { method: 'POST', path, headers, body: JSON.stringify(content) };
  }

  sendMany(sms: readonly OutboundSms[], options: SendOptions): Promise<readonly SendResult[]> {
    return this.sendTogether(sms, options, {
      requestFor: (timed) => this.#request('/mobile/multi', { messages: timed.map(messageOf) }),
      namedIn: ({ body, status }) =>
        toJsonObjects(toJsonObject(readJson(body)).responses).map((each) => ({
          reference: wordOf(each.reference),
          result: resultOfMessage(each, status),
        })),
      resultOf: (response) => this.resultOf(response),
    });
  }

  protected resultOf(response: HttpResponse): SendResult {
    const { status } = response;
    const body = toJsonObject(readJson(response.body));
    if (status >= 200 && status < 300) return resultOfMessage(body, status);
    // After a 5xx GatewayAPI may have taken the SMS all the same.
    const code = codeIn(body);
    const known = status < 500 ? (resultOfCode(code, false) ?? faultIn(body, status)) : null;
    return known ?? withUnknownCode(resultOfStatus(response, this.context.now()), code, response.body);
  }

  senderFault(sender: string): string | null {
    if (/^\d{3,15}$/.test(sender) || (/^[A-Za-z0-9 ]{3,11}$/.test(sender) && /\D/.test(sender))) return null;
    return 'must have 3 to 11 letters and digits, or 3 to 15 digits, for the gateway gatewayapi';
  }

  verifyHead({ headers }: CallbackHead): false | undefined {
    return headers.signature === undefined ? false : undefined;
  }

  /** The signature covers the body alone; the time is signed within it. */
  verify({ headers, body }: RawCallback): boolean {
    const expected = createHmac('sha256', this.settings.secret).update(body).digest('hex');
    const given = (headers.signature ?? '').split(',', 4).map((one) => one.trim());
    // All are compared, so that the time doesn't tell which one fits.
    const fits = given.map((one) => equalInConstantTime(one.toLowerCase(), `v1=${expected}`));
    return fits.includes(true) && this.#isRecent(body);
  }

  /** A callback that says no time is as good as its signature. */
  #isRecent(body: Uint8Array): boolean {
    const [event] = eventsOf(body);
    const at = instantOf(event?.timestamp)?.getTime();
    const now = this.context.now().getTime();
    return at === undefined || (at >= now - OLDEST_MS && at <= now + DAY_MS);
  }

  repeatKey({ body }: RawCallback): string | null {
    const events = eventsOf(body);
    const [event] = events;
    const [type, id] = [wordOf(event?.event_type), wordOf(event?.event_id)];
    return events.length === 1 && type !== null && id !== null ? JSON.stringify([type, id]) : null;
  }

  readReceipts({ body }: RawCallback): readonly DeliveryEvent[] {
    return eventsOf(body).flatMap(({ event_type: type, event }) =>
      type === 'message.status.sms' || type === 'message.status.rcs' ? [readReceipt(toJsonObject(event))] : [],
    );
  }

  readInbound({ body, query }: RawCallback): readonly InboundEvent[] {
    return eventsOf(body).flatMap(({ event_type: type, event }) =>
      type === 'user-message.text.sms' || type === 'user-message.text.rcs'
        ? readMessage(toJsonObject(event), query.to || null)
        : [],
    );
  }
}

function messageOf(sms: TimedSms): JsonObject {
  return {
    sender: sms.from,
    // GatewayAPI wants the number as an integer.
    recipient: Number(sms.to.replace('+', '')),
    message: sms.text,
    reference: sms.reference,
    expiration: sms.validitySeconds,
  };
}

function codeIn({ code, error }: JsonObject): string | null {
  return errorCodeOf(code ?? toJsonObject(error).hex_code);
}

/** Result of one message of a request that was taken; it may be refused all the same. */
function resultOfMessage(message: JsonObject, status: number): SendResult {
  const code = codeIn(message);
  const known = resultOfCode(code, true);
  if (known) return known;
  const gatewayMessageId = wordOf(message.msg_id);
  if (gatewayMessageId !== null) return { kind: 'accepted', gatewayMessageId, segments: null };
  return withUnknownCode(unclear(String(status)), code, '');
}

/** The event of a callback, or each of its list. */
function eventsOf(body: Uint8Array): readonly JsonObject[] {
  const read = readJson(body);
  return Array.isArray(read) ? toJsonObjects(read) : [toJsonObject(read)];
}

function readReceipt({ msg_id: id, reference, status, status_at: at, error }: JsonObject): DeliveryEvent {
  const word = codeOf(status) ?? 'unknown';
  const hex = codeOf(toJsonObject(error).hex_code)?.toLowerCase() ?? null;
  const state = STATES.get(word) ?? 'unknown';
  return {
    reference: wordOf(reference),
    gatewayMessageId: wordOf(id),
    state,
    cause: state === 'undelivered' ? causeOf(word, hex) : null,
    code: hex === null ? word : `${word} ${hex}`,
    at: instantOf(at),
    segments: null,
  };
}

/** Parts of a longer SMS come one by one. @param to the number that the webhook is for, which the event doesn't say */
function readMessage({ msg_id: id, sender, sent_at: sentAt, content }: JsonObject, to: string | null): InboundEvent[] {
  const from = wordOf(sender);
  const { message, header } = toJsonObject(content);
  const text = typeof content === 'string' ? content : message;
  if (from === null || typeof text !== 'string') return [];
  const part = partOf(wordOf(header) ?? '');
  const event = { gatewayMessageId: wordOf(id), from: withPlus(from), to, text, at: instantOf(sentAt) };
  return [part === null ? event : { ...event, part }];
}

/** Concatenation of a user data header in hex, with a reference of 8 or 16 bits (3GPP TS 23.040 §9.2.3.24). */
function partOf(header: string): InboundPart | null {
  const bytes = /^[0-9a-f]{2,280}$/i.test(header) ? Buffer.from(header, 'hex') : Buffer.alloc(0);
  for (let at = 1; at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    const [element, length = 0] = [bytes[at], bytes[at + 1]];
    const width = element === 0x00 && length === 3 ? 1 : element === 0x08 && length === 4 ? 2 : 0;
    if (width === 0) continue;
    const reference = bytes.subarray(at + 2, at + 2 + width).toString('hex');
    const [of = 0, nth = 0] = bytes.subarray(at + 2 + width, at + 4 + width);
    return of > 1 && nth > 0 && nth <= of ? { reference, nth, of } : null;
  }
  return null;
}

/** The field that a 422 complains of: `{ detail: [ { loc: ["body", "recipient"], … } ] }`. */
function faultIn({ detail }: JsonObject, status: number): SendResult | null {
  const [first] = toJsonObjects(detail);
  const field = status === 422 && Array.isArray(first?.loc) ? first.loc.at(-1) : undefined;
  if (field === 'recipient') return refused('invalid_number', '422 recipient');
  if (field === 'sender') return refused('sender', '422 sender');
  return field === 'message' ? refused('content', '422 message') : null;
}

/** Factory of GatewayAPI, with its settings GATEWAYAPI_*. */
export const gatewayapi: GatewayFactory = {
  id: 'gatewayapi',
  prefix: 'GATEWAYAPI_',
  read(settings, context) {
    const account = {
      url: settings.baseUrl('GATEWAYAPI_BASE_URL', 'https://messaging.gatewayapi.com'),
      token: settings.required('GATEWAYAPI_TOKEN'),
      secret: settings.callbackToken('GATEWAYAPI_WEBHOOK_SECRET'),
      maxPerSecond: settings.perSecond('GATEWAYAPI_MAX_PER_SECOND'),
    };
    return () => new GatewayApiGateway(account, context);
  },
};
