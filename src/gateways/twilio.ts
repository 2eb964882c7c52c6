import { createHash, createHmac } from 'node:crypto';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import { hasMoreFields } from '../domain/text/form-fields.ts';
import type {
  CallbackHead,
  CallbackResponse,
  DeliveryEvent,
  GatewayContext,
  GatewayFactory,
  InboundEvent,
  OpenMessage,
  RawCallback,
  RecoveredReceipts,
  SendResult,
  SmsGateway,
  SupplierFailure,
} from './gateway.ts';
import { failureOf, type HttpResponse, resultOfStatus, type SupplierRequest } from './http.ts';
import { type JsonObject, readForm, readJson, toJsonObject, toJsonObjects, wholeOf, wordOf } from './reading.ts';
import { unclear, withUnknownCode } from './results.ts';
import { type AccountSettings, SupplierGateway, type TimedSms } from './supplier-gateway.ts';
import { around, errorCodeOf, eventOf, matched, resultOfCode, resultOfGivenUp, SENT_AFTER_MS } from './twilio-codes.ts';

const LIMITS = { maxCharacters: 1600, ownOptOutList: true, validityS: { least: 1, most: 36_000 } };
const CALLBACKS = '/v1/callbacks/';
/** Countries without names as senders, of those that authorities may allow. */
const NUMBERS_ONLY = ['US', 'CA', 'PR'];
const PAGE = 1000;
const MOST_PAGES = 5;
const SENT_BEFORE_MS = 60_000;
const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;

const KEYWORDS: ReadonlyMap<string, NonNullable<InboundEvent['handled']>> = new Map([
  ['STOP', 'stop'],
  ['START', 'start'],
  ['HELP', 'help'],
]);

interface TwilioSettings extends AccountSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** null: the authority's own sender is used. */
  readonly messagingServiceSid: string | null;
}

/** Programmable Messaging of Twilio. It knows no reference of ours but the one in the URL that it reports to. */
class TwilioGateway extends SupplierGateway<TwilioSettings> implements SmsGateway {
  readonly id = 'twilio';
  readonly recoverAtOnce = 50;
  readonly #authorization: string;
  readonly #path: string;

  constructor(settings: TwilioSettings, context: GatewayContext) {
    super(settings, context, LIMITS);
    const { accountSid, authToken } = settings;
    this.#authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;
    this.#path = `/2010-04-01/Accounts/${accountSid}/Messages`;
  }

  protected requestFor(sms: TimedSms): SupplierRequest {
    const { messagingServiceSid } = this.settings;
    const { reference } = sms;
    const body = new URLSearchParams({
      To: sms.to,
      ...(messagingServiceSid === null ? { From: fromOf(sms.from) } : { MessagingServiceSid: messagingServiceSid }),
      Body: sms.text,
      StatusCallback: `${this.context.publicUrl}${CALLBACKS}twilio/receipts?${new URLSearchParams({ reference })}`,
      ValidityPeriod: String(sms.validitySeconds),
    }).toString();
    const headers = { Authorization: this.#authorization, 'Content-Type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', path: `${this.#path}.json`, headers, body };
  }

  protected resultOf(response: HttpResponse): SendResult {
    const { status } = response;
    const body = toJsonObject(readJson(response.body));
    if (status < 200 || status > 299) {
      const code = errorCodeOf(body.code);
      const known = status < 500 && code !== null ? resultOfCode(code) : null;
      // For 429 and 401 the status says more than the code: how long to wait, and that credentials are refused.
      if (known && status !== 429 && status !== 401) return known;
      return withUnknownCode(resultOfStatus(response, this.context.now()), known ? null : code, response.body);
    }
    const gatewayMessageId = wordOf(body.sid);
    if (gatewayMessageId === null) return unclear(String(status));
    const accepted = { kind: 'accepted', gatewayMessageId, segments: wholeOf(body.num_segments) } as const;
    return resultOfGivenUp(body, gatewayMessageId) ?? accepted;
  }

  senderFault(sender: string, country: string): string | null {
    // The senders of a Messaging Service are kept at Twilio.
    if (this.settings.messagingServiceSid !== null || !/\D/.test(sender) || !NUMBERS_ONLY.includes(country))
      return null;
    return `must be a number for ${country} at the gateway twilio`;
  }

  /** The state of those with an id one by one; the others are looked for in the list of what was sent then. */
  async recover(
    messages: readonly OpenMessage[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<RecoveredReceipts> {
    const events: DeliveryEvent[] = [];
    const asked: string[] = [];
    const known = new Set(messages.flatMap(({ gatewayMessageId }) => gatewayMessageId ?? []));
    for (const { reference, gatewayMessageId } of messages) {
      if (gatewayMessageId === null) continue;
      if (SID.test(gatewayMessageId)) {
        const read = await this.#get(`${this.#path}/${gatewayMessageId}.json`, signal);
        if (isFailed(read)) return { events, asked, ...read };
        if (wordOf(read.sid) === gatewayMessageId) events.push(eventOf(read, reference));
      }
      asked.push(reference);
    }
    const lost = around(messages.filter(({ gatewayMessageId }) => gatewayMessageId === null));
    if (lost.length === 0) return { events, asked, failedWith: null };
    const listed = await this.#sentAround(lost, signal);
    if (isFailed(listed)) return { events, asked, ...listed };
    asked.push(...lost.map(({ reference }) => reference));
    const others = listed.filter(({ sid }) => !known.has(String(sid)));
    return { events: [...events, ...matched(lost, others)], asked, failedWith: null };
  }

  /** @returns none for a list that is longer than may be read */
  async #sentAround(
    lost: readonly OpenMessage[],
    signal: AbortSignal,
  ): Promise<readonly JsonObject[] | SupplierFailure> {
    const times = lost.map(({ handedOverAt }) => handedOverAt.getTime());
    const query = new URLSearchParams({
      PageSize: String(PAGE),
      'DateSent>': new Date(Math.min(...times) - SENT_BEFORE_MS).toISOString(),
      'DateSent<': new Date(Math.max(...times) + SENT_AFTER_MS).toISOString(),
    });
    const listed: JsonObject[] = [];
    let path: string | null = `${this.#path}.json?${query}`;
    for (let page = 0; path !== null && page < MOST_PAGES; page++) {
      const read: JsonObject | SupplierFailure = await this.#get(path, signal);
      // An incomplete list could lack a second message that fits.
      if (isFailed(read)) return read;
      listed.push(...toJsonObjects(read.messages));
      const next = wordOf(read.next_page_uri);
      path = next?.startsWith(`${this.#path}.json?`) ? next : null;
      if (path !== null && page === MOST_PAGES - 1) return [];
    }
    return listed;
  }

  /** @returns an empty object for what is gone */
  async #get(path: string, signal: AbortSignal): Promise<JsonObject | SupplierFailure> {
    const headers = { Authorization: this.#authorization };
    const response = await this.http.request({ method: 'GET', path, headers }, signal);
    if ('mayHaveLeft' in response) return failureOf(response);
    if (response.status === 404) return {};
    return response.status === 200 ? toJsonObject(readJson(response.body)) : failureOf(response);
  }

  verifyHead({ headers }: CallbackHead): false | undefined {
    return headers['x-twilio-signature'] === undefined ? false : undefined;
  }

  verify(callback: RawCallback): boolean {
    const at = callback.path.indexOf(CALLBACKS);
    // A proxy may have taken the path of PUBLIC_URL away.
    const url = this.context.publicUrl + callback.path.slice(Math.max(at, 0)) + (callback.search ?? '');
    return isSignedByTwilio(callback, url, this.settings.authToken);
  }

  repeatKey({ body, query }: RawCallback): string | null {
    const { MessageSid, MessageStatus, ErrorCode } = readForm(body);
    return MessageSid && MessageStatus
      ? JSON.stringify([MessageSid, MessageStatus, ErrorCode ?? '', query.reference ?? ''])
      : null;
  }

  readReceipts({ body, query }: RawCallback): readonly DeliveryEvent[] {
    const { MessageSid, MessageStatus, ErrorCode } = readForm(body);
    if (MessageStatus === undefined) return [];
    return [eventOf({ sid: MessageSid, status: MessageStatus, error_code: ErrorCode }, query.reference || null)];
  }

  readInbound({ body }: RawCallback): readonly InboundEvent[] {
    const { MessageSid, From, To, Body, OptOutType } = readForm(body);
    if (!From || Body === undefined) return [];
    const event = { gatewayMessageId: MessageSid || null, from: From, to: To || null, text: Body, at: null };
    const handled = KEYWORDS.get(OptOutType ?? '');
    return [handled === undefined ? event : { ...event, handled }];
  }

  override acknowledge(callback: RawCallback): CallbackResponse {
    if (callback.kind !== 'inbound') return super.acknowledge(callback);
    // TwiML without an answer to the citizen.
    return { status: 200, headers: { 'Content-Type': 'text/xml; charset=utf-8' }, body: '<Response/>' };
  }
}

function isFailed(read: JsonObject | readonly JsonObject[] | SupplierFailure): read is SupplierFailure {
  return 'failedWith' in read;
}

/** Twilio takes numbers with +, and short codes without. */
function fromOf(sender: string): string {
  return /^\d{7,15}$/.test(sender) ? `+${sender}` : sender;
}

/** Factory of Twilio, with its settings TWILIO_*. */
export const twilio: GatewayFactory = {
  id: 'twilio',
  prefix: 'TWILIO_',
  read(settings, context) {
    const account = {
      url: settings.baseUrl('TWILIO_BASE_URL', 'https://api.twilio.com'),
      accountSid: settings.required('TWILIO_ACCOUNT_SID'),
      authToken: settings.required('TWILIO_AUTH_TOKEN'),
      messagingServiceSid: settings.optional('TWILIO_MESSAGING_SERVICE_SID'),
      maxPerSecond: settings.perSecond('TWILIO_MAX_PER_SECOND'),
    };
    for (const [name, sid, prefix] of [
      ['TWILIO_ACCOUNT_SID', account.accountSid, 'AC'],
      ['TWILIO_MESSAGING_SERVICE_SID', account.messagingServiceSid, 'MG'],
    ] as const) {
      if (sid && !(sid.startsWith(prefix) && /^[A-Za-z0-9]{34}$/.test(sid)))
        settings.fault(`${name} must be ${prefix} with 32 letters and digits behind it`, null);
    }
    return () => new TwilioGateway(account, context);
  },
};

/**
 * Forms of Twilio have some forty fields, and a text of 1,600 characters at most. Larger ones are not looked at: a
 * stranger may send one, and it is parsed and sorted before its signature can be compared.
 */
const MOST_FIELDS = 200;
const LONGEST_FORM = 64 * 1024;

/**
 * True when Twilio has signed the callback (twilio.com/docs/usage/security): HMAC-SHA1 over the URL as Twilio knows it
 * and the sorted fields of the form, or over a URL that holds the SHA-256 of another body. Twilio signs the URL with
 * its port or without.
 * @param url the public URL of the callback, with its query
 */
export function isSignedByTwilio(callback: RawCallback, url: string, authToken: string): boolean {
  const { headers, body, query } = callback;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  if (!isForm && body.length > 0) {
    const digest = createHash('sha256').update(body).digest('hex');
    if (!equalInConstantTime((query.bodySHA256 ?? '').toLowerCase(), digest)) return false;
  }
  if (isForm && (body.length > LONGEST_FORM || hasMoreFields(body, MOST_FIELDS))) return false;
  const fields = isForm ? sortedFields(body) : '';
  const given = headers['x-twilio-signature'] ?? '';
  // All are compared, so that the time doesn't tell which one fits.
  const fits = spellingsOf(url).map((spelling) =>
    equalInConstantTime(
      given,
      createHmac('sha1', authToken)
        .update(spelling + fields)
        .digest('base64'),
    ),
  );
  return fits.includes(true);
}

/** Names and values, by name; a name that comes twice has its different values in order. */
function sortedFields(body: Uint8Array): string {
  const pairs = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(Buffer.from(body).toString('utf8')))
    pairs.set(name, (pairs.get(name) ?? new Set()).add(value));
  return [...pairs.keys()]
    .sort()
    .map((name) =>
      [...(pairs.get(name) ?? [])]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('');
}

function spellingsOf(url: string): string[] {
  const [, scheme = '', host = '', port = '', rest = ''] = /^(https?):\/\/([^/?:]+)(:\d+)?(.*)$/s.exec(url) ?? [];
  const usual = scheme === 'https' ? ':443' : ':80';
  return [url, `${scheme}://${host}${port === '' ? usual : ''}${rest}`];
}
