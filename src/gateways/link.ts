import type {
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
} from './gateway.ts';
import { type HttpResponse, resultOfStatus, type SupplierRequest } from './http.ts';
import {
  instantOf,
  type JsonObject,
  readForm,
  readJson,
  toJsonObject,
  toJsonObjects,
  wholeOf,
  withPlus,
  wordOf,
} from './reading.ts';
import { notTaken, refused, unclear, withUnknownCode } from './results.ts';
import { type AccountSettings, type TimedSms, TokenGateway } from './supplier-gateway.ts';

const LIMITS = { maxPerCall: 1_000, ownOptOutList: false, validityS: { least: 900, most: 172_800 } };
/** Steps from one validity to twice as much: SMS of one call have the shortest of theirs, a twelfth less at most. */
const VALIDITY_STEPS = 8;
/** Characters outside the basic plane, with what joins them to one sign. LINK takes none of them. */
const SUPPLEMENTARY = /[\u{10000}-\u{10ffff}](?:[\u{10000}-\u{10ffff}]|\u200d|\ufe0f)*/gu;
const QUEUED = 1005;
const UNKNOWN_ERROR = 106_000;

type Delivery = readonly [state: DeliveryState, cause: DeliveryCause | null];

/** States by `resultCode`; the last code of each range included. LINK calls all that were not delivered final. */
const RESULTS: readonly (readonly [first: number, last: number, delivery: Delivery])[] = [
  [1000, 1000, ['accepted', null]],
  [1001, 1001, ['delivered', null]],
  [1002, 1002, ['undelivered', 'expired']],
  [1004, 1004, ['undelivered', 'handset']],
  [1005, 1005, ['accepted', null]],
  [1006, 1006, ['undelivered', 'rejected']],
  [1007, 1008, ['accepted', null]],
  [1011, 1011, ['accepted', null]],
  [2104, 2104, ['undelivered', 'invalid_number']],
  [2106, 2106, ['undelivered', 'invalid_number']],
  [2107, 2107, ['undelivered', 'network']],
  [2100, 2103, ['undelivered', 'rejected']],
  [2105, 2105, ['undelivered', 'rejected']],
  [2205, 2205, ['undelivered', 'barred']],
  [3000, 4007, ['undelivered', 'rejected']],
  [1, 1, ['undelivered', 'network']],
  [3, 3, ['undelivered', 'network']],
  [6, 6, ['undelivered', 'network']],
  [105, 105, ['undelivered', 'network']],
  [2, 2, ['undelivered', 'rejected']],
  [104, 104, ['undelivered', 'rejected']],
];
/** Codes of what concerns the account: credentials, platform, partner, gate. */
const ACCOUNT = [106_100, 106_101, 106_200, 106_201, 106_300, 106_301];

interface LinkSettings extends AccountSettings {
  readonly username: string;
  readonly password: string;
  readonly platformId: string;
  readonly platformPartnerId: string;
  readonly gateId: string;
  readonly token: string;
}

/** Common SMS REST API of LINK Mobility. It chooses the encoding itself, echoes our reference, and can't be asked. */
class LinkGateway extends TokenGateway<LinkSettings> implements SmsGateway {
  readonly id = 'link';

  constructor(settings: LinkSettings, context: GatewayContext) {
    super(settings, context, LIMITS);
  }

  protected requestFor(sms: TimedSms): SupplierRequest {
    return this.#request('/sms/send', { ...this.#messageOf(sms), ...this.#commonOf([sms]) });
  }

  #request(path: string, content: JsonObject): SupplierRequest {
    const { username, password } = this.settings;
    const headers = { Authorization: `Basic ${btoa(`${username}:${password}`)}`, 'Content-Type': 'application/json' };
    return { method: 'POST', path, headers, body: JSON.stringify(content) };
  }

  #messageOf({ from, to, text, reference }: TimedSms): JsonObject {
    return { ...sourceOf(from), destination: to, userData: this.fitText(text), dcs: 'TEXT', refId: reference };
  }

  /** Members that a request has once, however many SMS it has. */
  #commonOf(sms: readonly TimedSms[]): JsonObject {
    const { platformId, platformPartnerId, gateId } = this.settings;
    return {
      platformId,
      platformPartnerId,
      useDeliveryReport: true,
      deliveryReportGates: [gateId],
      relativeValidityTime: Math.min(...sms.map(({ validitySeconds }) => validitySeconds)) * 1000,
      // Ignored, the response would be an empty 204.
      ignoreResponse: false,
      customParameters: { replySmsCount: 'true' },
    };
  }

  sendMany(sms: readonly OutboundSms[], options: SendOptions): Promise<readonly SendResult[]> {
    return this.sendTogether(sms, options, {
      requestFor: (timed) =>
        this.#request('/sms/sendbatch', {
          ...this.#commonOf(timed),
          sendRequestMessages: timed.map((each) => this.#messageOf(each)),
        }),
      namedIn: ({ body, status }) =>
        toJsonObjects(readJson(body)).map((each) => ({
          reference: wordOf(each.refId),
          result: resultOfMessage(each, status),
        })),
      resultOf: (response) => this.resultOf(response),
    });
  }

  batchKey(sms: OutboundSms): string {
    return String(Math.floor(VALIDITY_STEPS * Math.log2(this.secondsLeft(sms) ?? 1)));
  }

  protected resultOf(response: HttpResponse): SendResult {
    const { status } = response;
    const body = toJsonObject(readJson(response.body));
    if (status >= 200 && status < 300) return resultOfMessage(body, status);
    const code = codeIn(body);
    const known = code !== null && status < 500 ? refusalOf(code) : null;
    if (known) return known;
    if (code === UNKNOWN_ERROR && status === 400) return unclear(String(code));
    const unknown = code === null || code === QUEUED ? null : String(code);
    return withUnknownCode(resultOfStatus(response, this.context.now()), unknown, response.body);
  }

  senderFault(sender: string): string | null {
    if (/^\d{3,15}$/.test(sender) || /^[A-Za-z][A-Za-z0-9]{1,10}$/.test(sender)) return null;
    return 'must have 2 to 11 letters and digits, the first one a letter, or 3 to 15 digits, for the gateway link';
  }

  textFault(text: string): string | null {
    return /[\u{10000}-\u{10ffff}]/u.test(text) ? 'must not contain emoji, which the gateway link does not take' : null;
  }

  fitText(text: string): string {
    return text.replace(SUPPLEMENTARY, '?');
  }

  readReceipts(callback: RawCallback): readonly DeliveryEvent[] {
    return fieldsOf(callback).flatMap(readReport);
  }

  readInbound(callback: RawCallback): readonly InboundEvent[] {
    return fieldsOf(callback).flatMap(readMessage);
  }
}

function sourceOf(sender: string): { readonly source: string; readonly sourceTON: string } {
  if (/^\d{3,6}$/.test(sender)) return { source: sender, sourceTON: 'SHORTNUMBER' };
  if (/^\d{7,15}$/.test(sender)) return { source: `+${sender}`, sourceTON: 'MSISDN' };
  return { source: sender, sourceTON: 'ALPHANUMERIC' };
}

function deliveryOf(code: number | null): Delivery {
  const known = RESULTS.find(([first, last]) => code !== null && first <= code && code <= last);
  return known?.[2] ?? ['unknown', null];
}

function codeIn({ resultCode, status }: JsonObject): number | null {
  return wholeOf(resultCode) ?? wholeOf(status);
}

/** Result of one message of a request that was taken; it may be refused all the same. */
function resultOfMessage(message: JsonObject, status: number): SendResult {
  const code = codeIn(message);
  if (code === QUEUED)
    return { kind: 'accepted', gatewayMessageId: wordOf(message.messageId), segments: wholeOf(message.smsCount) };
  if (code === null) return unclear(String(status));
  return refusalOf(code) ?? { ...unclear(String(code)), unknownCode: true };
}

/** Reads the code of a response, also where its HTTP status is 200; null: nothing that is known. */
function refusalOf(number: number): SendResult | null {
  const code = String(number);
  if (ACCOUNT.includes(number)) return notTaken('auth', code, true);
  const [state, cause] = deliveryOf(number);
  if (state !== 'undelivered') return null;
  if (cause === 'invalid_number') return refused('invalid_number', code);
  return cause === 'network' || cause === 'handset' ? notTaken('temporary', code) : refused('permanent', code);
}

/** Gates post JSON, or key-value pairs in a form or in the URL, as LINK has set them up. */
function fieldsOf({ body, query }: RawCallback): readonly JsonObject[] {
  const read = readJson(body);
  if (Array.isArray(read)) return toJsonObjects(read);
  return [typeof read === 'object' && read !== null ? toJsonObject(read) : { ...query, ...readForm(body) }];
}

function readReport({ refId, id, resultCode, operatorResultCode, timestamp, segments }: JsonObject): DeliveryEvent[] {
  const code = wholeOf(resultCode);
  const reference = wordOf(refId);
  if (reference === null && code === null) return [];
  const [state, cause] = deliveryOf(code);
  const words = [code ?? 'unknown', wholeOf(operatorResultCode)].filter((word) => word !== null);
  return [
    {
      reference,
      gatewayMessageId: wordOf(id),
      state,
      cause,
      code: words.join(' '),
      at: instantOf(timestamp),
      segments: wholeOf(segments),
    },
  ];
}

/** JSON has the text within `content`; in key-value pairs each field stands by itself. */
function readMessage({ messageId, source, destination, content, timestamp, ...pairs }: JsonObject): InboundEvent[] {
  // A + that a form does not escape is read as a blank.
  const from = wordOf(source)?.trim() || null;
  const text = toJsonObject(content).userData ?? pairs['content.userData'] ?? pairs.userData ?? content;
  if (from === null || typeof text !== 'string') return [];
  // A short number has its country in front: DK1204.
  const to =
    wordOf(destination)
      ?.trim()
      .replace(/^[A-Z]{2}(?=\d)/, '') ?? null;
  return [{ gatewayMessageId: wordOf(messageId), from: withPlus(from), to, text, at: instantOf(timestamp) }];
}

/** Factory of LINK Mobility, with its settings LINK_*. */
export const link: GatewayFactory = {
  id: 'link',
  prefix: 'LINK_',
  read(settings, context) {
    const account = {
      url: settings.baseUrl('LINK_BASE_URL', 'https://n-eu.linkmobility.io'),
      username: settings.required('LINK_USERNAME'),
      password: settings.required('LINK_PASSWORD'),
      platformId: settings.required('LINK_PLATFORM_ID'),
      platformPartnerId: settings.required('LINK_PLATFORM_PARTNER_ID'),
      gateId: settings.required('LINK_GATE_ID'),
      token: settings.callbackToken('LINK_CALLBACK_TOKEN'),
      maxPerSecond: settings.perSecond('LINK_MAX_PER_SECOND'),
    };
    return () => new LinkGateway(account, context);
  },
};
