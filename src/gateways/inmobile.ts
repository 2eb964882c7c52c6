import { readAnyNumber } from '../domain/phone.ts';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type {
  CallbackHead,
  CallbackKind,
  DeliveryCause,
  DeliveryEvent,
  DeliveryState,
  GatewayContext,
  GatewayFactory,
  InboundEvent,
  OutboundSms,
  RawCallback,
  SendOptions,
  SendResult,
  SmsGateway,
  SupplierFailure,
} from './gateway.ts';
import { failureOf, type HttpResponse, resultOfStatus, type SupplierRequest } from './http.ts';
import {
  codeOf,
  instantOf,
  type JsonObject,
  readJson,
  toJsonObject,
  toJsonObjects,
  wholeOf,
  withPlus,
  wordOf,
} from './reading.ts';
import { refused, unclear } from './results.ts';
import { type AccountSettings, signReference, type TimedSms, TokenGateway } from './supplier-gateway.ts';

/** Most that inMobile takes in one request, gives out in one response, and posts in one callback. */
const PAGE = 250;
const LIMITS = {
  maxCharacters: 10_000,
  maxPerCall: PAGE,
  ownOptOutList: true,
  validityS: { least: 60, most: 172_800 },
};
const PATHS = { receipts: '/sms/outgoing/reports', inbound: '/sms/incoming/messages' } as const;

/** States by `deliveryInfo.stateCode`; others, of which 8 was seen, are unknown. */
const STATES: ReadonlyMap<number, { state: DeliveryState; cause: DeliveryCause | null }> = new Map([
  [1, { state: 'delivered', cause: null }],
  [-1, { state: 'undelivered', cause: 'network' }],
  [-2, { state: 'undelivered', cause: 'rejected' }],
]);

interface InMobileSettings extends AccountSettings {
  readonly apiKey: string;
  readonly token: string;
  readonly reports: 'push' | 'pull';
}

/**
 * REST API v4 of inMobile. Reports and replies are posted to us, or fetched by us: inMobile gives out each of them
 * once. Our message id is unique on the account; how inMobile responds to a repeated one is not documented.
 */
class InMobileGateway extends TokenGateway<InMobileSettings> implements SmsGateway {
  readonly id = 'inmobile';
  readonly pollsUnprovenOnly: boolean;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(settings: InMobileSettings, context: GatewayContext) {
    super(settings, context, LIMITS);
    // The API key is the password; the user name is ignored.
    this.#headers = {
      Authorization: `Basic ${btoa(`easysms:${settings.apiKey}`)}`,
      'Content-Type': 'application/json',
    };
    this.pollsUnprovenOnly = settings.reports === 'push';
  }

  protected requestFor(sms: TimedSms): SupplierRequest {
    return this.#requestFor([sms]);
  }

  #requestFor(sms: readonly TimedSms[]): SupplierRequest {
    const body = JSON.stringify({ messages: sms.map((each) => this.#messageOf(each)) });
    return { method: 'POST', path: '/sms/outgoing', headers: this.#headers, body };
  }

  #messageOf(sms: TimedSms): JsonObject {
    return {
      to: sms.to.replace('+', ''),
      text: sms.text,
      from: sms.from,
      messageId: sms.reference,
      respectBlacklist: true,
      encoding: sms.encoding,
      validityPeriodInSeconds: sms.validitySeconds,
      // With it, a report is posted. Whether it can be fetched, too, is not documented.
      ...(this.settings.reports === 'push' ? { statusCallbackUrl: this.#receiptUrl(sms.reference) } : {}),
    };
  }

  protected resultOf(response: HttpResponse): SendResult {
    const body = toJsonObject(readJson(response.body));
    if (response.status === 400) {
      const said = [body.errorMessage, ...(Array.isArray(body.details) ? body.details : [])].join(' ');
      // The id may be refused because an earlier call with it was accepted; if so, its report will come.
      if (/message ?id/i.test(said)) return unclear('400 messageId');
    }
    if (response.status < 200 || response.status > 299) return resultOfStatus(response, this.context.now());
    const [result = {}] = toJsonObjects(body.results);
    return resultOfMessage(result, response.status);
  }

  sendMany(sms: readonly OutboundSms[], options: SendOptions): Promise<readonly SendResult[]> {
    return this.sendTogether(sms, options, {
      requestFor: (timed) => this.#requestFor(timed),
      namedIn: ({ body, status }) =>
        toJsonObjects(toJsonObject(readJson(body)).results).map((each) => ({
          reference: wordOf(each.messageId),
          result: resultOfMessage(each, status),
        })),
      // A 400 refuses all of them, also one that names the messageId of one: alone that one is refused again.
      resultOf: (response) => resultOfStatus(response, this.context.now()),
    });
  }

  senderFault(sender: string): string | null {
    // inMobile shortens longer ones silently.
    if (/^\d{3,14}$/.test(sender) || (sender.length >= 3 && sender.length <= 11 && /\D/.test(sender))) return null;
    return 'must have 3 to 11 characters, or 3 to 14 digits, for the gateway inmobile';
  }

  async poll(
    kind: CallbackKind,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<RawCallback | SupplierFailure | null> {
    const path = `${PATHS[kind]}?limit=${PAGE}`;
    const response = await this.http.request({ method: 'GET', path, headers: this.#headers }, signal);
    if ('mayHaveLeft' in response || response.status !== 200) return failureOf(response);
    const { reports, messages } = toJsonObject(readJson(response.body));
    const list = reports ?? messages;
    if (Array.isArray(list) && list.length === 0) return null;
    return { kind, method: 'GET', path, query: {}, headers: {}, body: Buffer.from(response.body) };
  }

  /** URL for the reports of one message. */
  #receiptUrl(reference: string): string {
    const query = new URLSearchParams({ reference, signature: signReference(this.key, reference) });
    return `${this.context.publicUrl}/v1/callbacks/inmobile/receipts?${query}`;
  }

  /** A report proves itself by the signature in its URL, a reply by the token of its address. */
  override verifyHead(head: CallbackHead): boolean {
    if (head.kind !== 'receipts') return super.verifyHead(head);
    const { reference = '', signature = '' } = head.query;
    return equalInConstantTime(signature, signReference(this.key, reference));
  }

  /** The URL of one message does not prove a callback that only reports on others. */
  override verify(callback: RawCallback): boolean {
    if (!this.verifyHead(callback)) return false;
    const reports = callback.kind === 'receipts' ? readReports(callback.body) : [];
    return reports.length === 0 || reports.some((report) => isProven(report, callback));
  }

  /** The URL of a message lets nobody store more than can be said of that message. What was fetched has no URL. */
  repeatKey(callback: RawCallback): string | null {
    if (callback.kind !== 'receipts' || callback.query.signature === undefined) return null;
    const proven = readReports(callback.body).filter((report) => isProven(report, callback));
    return JSON.stringify(['receipt', callback.query.reference, ...proven.map(({ state, code }) => [state, code])]);
  }

  /** Reports on other messages than that of the URL are left without a reference, so that they change nothing. */
  readReceipts(callback: RawCallback): readonly DeliveryEvent[] {
    return readReports(callback.body).map((report) =>
      isProven(report, callback) ? report : { ...report, reference: null, unproven: { reference: report.reference } },
    );
  }

  readInbound({ body }: RawCallback): readonly InboundEvent[] {
    const read = toJsonObject(readJson(body));
    return (Array.isArray(read.messages) ? toJsonObjects(read.messages) : [read]).flatMap(readMessage);
  }
}

/** Result of one message of a request that was taken. */
function resultOfMessage({ messageId, numberDetails, smsCount }: JsonObject, status: number): SendResult {
  if (toJsonObject(numberDetails).isValidMsisdn === false) return refused('invalid_number', 'isValidMsisdn');
  const gatewayMessageId = wordOf(messageId);
  if (gatewayMessageId === null) return unclear(String(status));
  return { kind: 'accepted', gatewayMessageId, segments: wholeOf(smsCount) };
}

function readReports(body: Uint8Array): readonly DeliveryEvent[] {
  return toJsonObjects(toJsonObject(readJson(body)).reports).map(readReport);
}

/** True for a report on the message that the URL of its callback is signed for, and for all that we have fetched. */
function isProven({ reference }: DeliveryEvent, { query }: RawCallback): boolean {
  return query.signature === undefined || reference?.toLowerCase() === query.reference?.toLowerCase();
}

function readReport({ messageId, deliveryInfo, chargeInfo }: JsonObject): DeliveryEvent {
  const { stateCode, errorCode, doneTime } = toJsonObject(deliveryInfo);
  const code = wholeOf(stateCode);
  const known = code === null ? undefined : STATES.get(code);
  return {
    reference: wordOf(messageId),
    gatewayMessageId: null,
    ...(known ?? { state: 'unknown', cause: null }),
    code: [codeOf(stateCode) ?? 'unknown', codeOf(errorCode)].filter((word) => word !== null).join(' '),
    at: instantOf(doneTime),
    segments: wholeOf(toJsonObject(chargeInfo).smsCount),
  };
}

function readMessage({ from, to, text, receivedAt }: JsonObject): InboundEvent[] {
  const sender = numberOf(toJsonObject(from));
  if (sender === null || typeof text !== 'string') return [];
  return [{ gatewayMessageId: null, from: sender, to: numberOf(toJsonObject(to)), text, at: instantOf(receivedAt) }];
}

/**
 * A short number stands without its country code. Its length alone does not tell it: numbers of the Faroes and of
 * Greenland have six digits.
 */
function numberOf({ countryCode, phoneNumber, msisdn, rawSource, isValidMsisdn }: JsonObject): string | null {
  const [country, local] = [wordOf(countryCode), wordOf(phoneNumber)];
  if (local !== null && local.length <= 6)
    return (country !== null && isValidMsisdn !== false && readAnyNumber(`+${country}${local}`)) || local;
  const whole = wordOf(msisdn) ?? (country !== null && local !== null ? `${country}${local}` : null);
  return whole !== null && isValidMsisdn !== false ? withPlus(whole) : (wordOf(rawSource) ?? local);
}

/** Factory of inMobile, with its settings INMOBILE_*. */
export const inmobile: GatewayFactory = {
  id: 'inmobile',
  prefix: 'INMOBILE_',
  read(settings, context) {
    const account = {
      url: settings.baseUrl('INMOBILE_BASE_URL', 'https://api.inmobile.com/v4'),
      apiKey: settings.required('INMOBILE_API_KEY'),
      token: settings.callbackToken('INMOBILE_CALLBACK_TOKEN'),
      reports: settings.oneOf('INMOBILE_REPORTS', ['push', 'pull'], 'push'),
      maxPerSecond: settings.perSecond('INMOBILE_MAX_PER_SECOND'),
    };
    return () => new InMobileGateway(account, context);
  },
};
