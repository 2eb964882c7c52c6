import { createSecretKey, type KeyObject } from 'node:crypto';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type {
  CallbackHead,
  CallbackResponse,
  DeliveryCause,
  DeliveryEvent,
  DeliveryState,
  GatewayCapabilities,
  GatewayContext,
  GatewayFactory,
  InboundEvent,
  OutboundSms,
  RawCallback,
  SendResult,
  SmsGateway,
} from './gateway.ts';
import { resultOfFailure, resultOfStatus, SupplierHttp } from './http.ts';
import { TOO_SHORT, validitySeconds } from './results.ts';
import { signReference } from './supplier-gateway.ts';

/**
 * Delivery reports for success and failure at the phone, and for acceptance, buffering and refusal at the SMSC (Kannel
 * user guide, "Delivery Reports").
 */
const DLR_MASK = '31';
/** Kannel takes whole minutes, and passes on as many as the carrier lets it. */
const VALIDITY_S = { least: 60, most: Number.POSITIVE_INFINITY };
/**
 * The first nine words of what the SMSC said, from `id:` to `err:` (SMPP 3.4, appendix B). The code %A stands for all
 * of it, and the tenth word begins the SMS, which has no place in a URL. Kannel parts a receipt as it does an SMS: %k
 * is its first word, and each %s the next one.
 */
const ANSWER = ['%k', ...Array.from({ length: 8 }, () => '%s')].join('+');
const PLAIN = /^[\x20-\x7e]+$/;

interface KannelSettings {
  readonly url: URL;
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly maxPerSecond: number | null;
}

/**
 * HTTP interface of Kannel 1.4.5 (sendsms), in front of any SMPP carrier. It returns no message id and doesn't detect
 * duplicates.
 */
class KannelGateway implements SmsGateway {
  readonly id = 'kannel';
  readonly capabilities: GatewayCapabilities;
  readonly #settings: KannelSettings;
  readonly #context: GatewayContext;
  readonly #http: SupplierHttp;
  /** Signs references. */
  readonly #key: KeyObject;
  /** The address for receipts without its query, as Kannel takes it. */
  readonly #receipts: string;

  constructor(settings: KannelSettings, context: GatewayContext) {
    this.#settings = settings;
    this.#key = createSecretKey(Buffer.from(settings.token));
    this.#receipts = `${context.publicUrl}/v1/callbacks/kannel/receipts`.replaceAll('%', '%%');
    this.#context = context;
    const { maxPerSecond } = settings;
    const validityS = VALIDITY_S;
    this.capabilities = { reference: 'echoed', maxPerSecond, maxSegments: 10, ownOptOutList: false, validityS };
    this.#http = new SupplierHttp(settings.url);
  }

  async send(sms: OutboundSms, { signal }: { readonly signal: AbortSignal }): Promise<SendResult> {
    const { username, password } = this.#settings;
    const now = this.#context.now();
    const detail = this.senderFault(sms.from);
    if (detail !== null) return { kind: 'rejected', reason: 'sender', code: 'sender', detail };
    const seconds = validitySeconds(sms, now, VALIDITY_S);
    if (seconds === null) return TOO_SHORT;
    const headers = {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-Kannel-Username': username,
      'X-Kannel-Password': password,
      'X-Kannel-From': sms.from,
      // The + marks the number as international to the carrier.
      'X-Kannel-To': sms.to,
      // Kannel silently replaces characters that coding 0 lacks; the encoding was determined before.
      'X-Kannel-Coding': sms.encoding === 'gsm7' ? '0' : '2',
      'X-Kannel-DLR-Mask': DLR_MASK,
      'X-Kannel-DLR-Url': this.#receiptUrl(sms.reference),
      // Rounded down, so that the SMS does not arrive after its deadline.
      'X-Kannel-Validity': String(Math.floor(seconds / 60)),
    };
    const response = await this.#http.post(headers, sms.text, signal);
    if ('mayHaveLeft' in response) return resultOfFailure(response);
    if (response.status === 202 && /^[03]:/.test(response.body))
      return { kind: 'accepted', gatewayMessageId: null, segments: null };
    if (response.status === 400 && /receiver|denied/i.test(response.body)) {
      return { kind: 'rejected', reason: 'invalid_number', code: '400', detail: 'Kannel refused the number' };
    }
    if (response.status === 403 && /not routable/i.test(response.body)) {
      return { kind: 'rejected', reason: 'permanent', code: '403', detail: 'Kannel has no SMSC for the number' };
    }
    return resultOfStatus(response, now);
  }

  senderFault(sender: string): string | null {
    // Kannel reads headers as octets: another sender would arrive corrupted, or not at all.
    return PLAIN.test(sender) ? null : 'must consist of ASCII characters for the gateway kannel';
  }

  /**
   * A receipt proves itself by the signature of its reference. The token itself is good for a reply, whose URL Kannel
   * has from its configuration, and for receipts to the URLs of earlier versions, which Kannel may hold for days; to
   * accept it there gives nothing away, since its holder can sign. Kannel asks for a receipt's URL by GET: a body,
   * which no signature covers, is refused before it is read.
   */
  verify(callback: RawCallback): boolean {
    return this.verifyHead(callback);
  }

  verifyHead({ kind, method, query, headers }: CallbackHead): boolean {
    if (kind === 'receipts' && method !== 'GET') return false;
    if (query.signature !== undefined)
      return (
        kind === 'receipts' && equalInConstantTime(query.signature, signReference(this.#key, query.reference ?? ''))
      );
    return equalInConstantTime(query.token ?? passwordOf(headers.authorization), this.#settings.token);
  }

  /** Parameters that a stranger adds to a receipt's URL make no other receipt of it. */
  repeatKey({ kind, query }: RawCallback): string | null {
    const { reference = null, d = null, answer = null, smscId = null } = query;
    return kind === 'receipts' ? JSON.stringify(['receipt', reference, d, answer, smscId]) : null;
  }

  readReceipts({ query }: RawCallback): readonly DeliveryEvent[] {
    const { reference, d, answer: smscResponse = '', smscId } = query;
    if (!reference || d === undefined) return [];
    return [
      { reference, gatewayMessageId: smscId || null, ...readDelivery(d, smscResponse), at: null, segments: null },
    ];
  }

  readInbound({ method, query, headers, body }: RawCallback): readonly InboundEvent[] {
    const posted = method === 'POST';
    const from = posted ? headers['x-kannel-from'] : query.from;
    const to = posted ? headers['x-kannel-to'] : query.to;
    const text = posted ? decode(body, headers['content-type']) : query.text;
    if (!from || text === undefined) return [];
    // Without an id the time distinguishes a second STOP from a repeated callback.
    const at = posted ? readTime(headers['x-kannel-time']) : readSeconds(query.ts);
    return [{ gatewayMessageId: query.id || null, from: international(from), to: to || null, text, at }];
  }

  acknowledge(): CallbackResponse {
    // Kannel would send a body in the response to an inbound message to the citizen.
    return { status: 200, body: '' };
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  /**
   * URL for receipts. Kannel fills in the % codes, and `%%` is a literal %. The reference is part of the URL, since
   * receipts contain nothing else of ours.
   */
  #receiptUrl(reference: string): string {
    const query = `reference=${encodeURIComponent(reference)}&signature=${signReference(this.#key, reference)}`;
    return `${this.#receipts}?${query.replaceAll('%', '%%')}&d=%d&answer=${ANSWER}&smscId=%F`;
  }
}

/** The password of HTTP Basic (RFC 7617), which Kannel sends for `https://user:password@…`; empty without one. */
function passwordOf(authorization = ''): string {
  const [, base64 = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : '';
}

/**
 * Adds the + that many carriers leave out. A short number is a sender within the country and stays as it is, and so
 * does one with control characters, which is refused.
 */
function international(number: string): string {
  const plain = /\p{Cc}/u.test(number) ? number : number.trim();
  if (/^00\d{8,}$/.test(plain)) return `+${plain.slice(2)}`;
  return /^\d{10,15}$/.test(plain) ? `+${plain}` : plain;
}

/**
 * Decodes a message. 8-bit messages have no charset: those that are not UTF-8 are most likely Latin-1. Never throws.
 */
function decode(body: Uint8Array, contentType: string | undefined): string {
  const charset = /charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  for (const label of [charset, 'utf-8']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(body);
    } catch {}
  }
  return new TextDecoder('windows-1252').decode(body);
}

/** `2026-11-24 08:00:00`, in UTC. */
function readTime(text: string | undefined): Date | null {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text ?? '')
    ? valid(new Date(`${text?.replace(' ', 'T')}Z`))
    : null;
}

function readSeconds(text: string | undefined): Date | null {
  return /^\d{1,12}$/.test(text ?? '') ? valid(new Date(Number(text) * 1000)) : null;
}

function valid(date: Date): Date | null {
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Factory of the Kannel gateway, with its settings KANNEL_*. */
export const kannel: GatewayFactory = {
  id: 'kannel',
  // Kubernetes and Docker set variables such as KANNEL_PORT for a service named kannel.
  prefix: null,
  read(settings, context) {
    const address = settings.required('KANNEL_SENDSMS_URL');
    const url = URL.canParse(address) ? new URL(address) : null;
    if (address && !(url && /^https?:$/.test(url.protocol)))
      settings.fault('KANNEL_SENDSMS_URL is not an http or https URL', null);
    const account = {
      username: settings.required('KANNEL_USERNAME'),
      password: settings.required('KANNEL_PASSWORD'),
      token: settings.callbackToken('KANNEL_CALLBACK_TOKEN'),
      maxPerSecond: settings.perSecond('KANNEL_MAX_PER_SECOND'),
    };
    return () => new KannelGateway({ ...account, url: new URL(address) }, context);
  },
};

type Delivery = Pick<DeliveryEvent, 'state' | 'cause' | 'code'>;

/** Causes for a command_status that is more specific than a refusal (SMPP 3.4 §5.1.3). */
const NACK_CAUSES: Readonly<Record<string, DeliveryCause>> = {
  '0x0000000b': 'invalid_number',
  '0x0000000a': 'sender',
  '0x00000048': 'sender',
  '0x00000049': 'sender',
  '0x00000008': 'network',
  '0x00000014': 'network',
  '0x00000058': 'network',
  '0x00000064': 'network',
};

/** States by `stat` in the text of a receipt (SMPP 3.4, appendix B). */
const STATS: Readonly<Record<string, { state: DeliveryState; cause: DeliveryCause | null }>> = {
  DELIVRD: { state: 'delivered', cause: null },
  UNDELIV: { state: 'undelivered', cause: 'network' },
  EXPIRED: { state: 'undelivered', cause: 'expired' },
  REJECTD: { state: 'undelivered', cause: 'rejected' },
  DELETED: { state: 'undelivered', cause: 'rejected' },
  ENROUTE: { state: 'accepted', cause: null },
  ACCEPTD: { state: 'accepted', cause: null },
  UNKNOWN: { state: 'unknown', cause: null },
};

/** State of a message by a receipt. @param d Kannel's delivery code @param smscResponse response of the SMSC */
function readDelivery(d: string, smscResponse: string): Delivery {
  switch (d) {
    case '1':
      return { state: 'delivered', cause: null, code: codeOf(smscResponse) ?? 'd=1' };
    case '2': {
      const stat = /\bstat:(\w+)/.exec(smscResponse)?.[1]?.toUpperCase();
      const known = stat === undefined ? ({ state: 'undelivered', cause: 'network' } as const) : STATS[stat];
      return { ...(known ?? { state: 'unknown', cause: null }), code: codeOf(smscResponse) ?? 'd=2' };
    }
    case '4':
    case '8':
      return { state: 'accepted', cause: null, code: codeOf(smscResponse) ?? `d=${d}` };
    case '16': {
      const status = /0x[0-9a-f]{8}/i.exec(smscResponse)?.[0].toLowerCase();
      if (status !== undefined) return { state: 'undelivered', cause: NACK_CAUSES[status] ?? 'rejected', code: status };
      const cause = /retries exceeded/i.test(smscResponse) ? 'network' : 'rejected';
      return { state: 'undelivered', cause, code: 'NACK' };
    }
    default:
      return { state: 'unknown', cause: null, code: 'unknown' };
  }
}

/** `stat` and `err` of a receipt. The rest of its text begins the SMS, and is not shown to anyone. */
function codeOf(smscResponse: string): string | null {
  const stat = /\bstat:([a-z]{1,10})/i.exec(smscResponse)?.[1];
  const err = /\berr:(\w{1,6})\b/.exec(smscResponse)?.[1];
  return stat ? `${stat}${err ? ` ${err}` : ''}` : null;
}
