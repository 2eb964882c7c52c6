import { createHmac } from 'node:crypto';
import type { Dice } from '../simulation/dice.ts';
import type { Handed } from './others.ts';
import type { FuzzRequest } from './request.ts';
import { CALLBACK, SIGNING, SUPPLIERS } from './service-process.ts';
import { damaged, goodPhone, hostileText, hostileValue, withOneReplaced } from './values.ts';

type Kind = 'receipts' | 'inbound';
type Fields = Readonly<Record<string, unknown>>;

const JSON_TYPE = { 'Content-Type': 'application/json' };
const REPLIES = ['STOP', 'START', 'HJÆLP', 'ja tak', 'forkert nummer', 'stop alle sms', 'AFBUD', 'Jeg kommer ikke'];

/** Makes what suppliers post: receipts, most of them of messages that were handed over, and replies. */
export class Callbacks {
  readonly #dice: Dice;
  readonly #handed: readonly Handed[];
  readonly #now: number;
  readonly #origin: string;
  #made = 0;

  /** @param origin of the service, as suppliers know it */
  constructor(dice: Dice, handed: readonly Handed[], now: number, origin: string) {
    this.#dice = dice;
    this.#handed = handed;
    this.#now = now;
    this.#origin = origin;
  }

  next(): FuzzRequest {
    this.#made++;
    const kind = this.#dice.pick<Kind>(['receipts', 'inbound']);
    const gateway = this.#dice.pick(SUPPLIERS);
    if (gateway === 'kannel') return this.#kannel(kind);
    if (gateway === 'twilio') return this.#twilio(kind);
    return this.#json(gateway, kind);
  }

  #request(gateway: string, kind: Kind, sent: Omit<FuzzRequest, 'format' | 'path'> & { search: string }): FuzzRequest {
    const { search, ...rest } = sent;
    return { ...rest, format: `${gateway} ${kind}`, path: `/v1/callbacks/${gateway}/${kind}${search}`.slice(0, 8_000) };
  }

  /** The reference of a message that was handed over, or of none. */
  #reference(): string {
    const known = this.#handed.at(this.#dice.between(0, 500) - 501);
    if (known !== undefined && this.#dice.chance(0.7)) return known.reference;
    return this.#dice.chance(0.1)
      ? hostileText(this.#dice, 'id').slice(0, 500)
      : `01936a8e-1234-7123-8123-${String(this.#made).padStart(12, '0')}`;
  }

  #phone(): string {
    const known = this.#handed.at(this.#dice.between(0, 500) - 501);
    return known !== undefined && this.#dice.chance(0.5) ? known.to.replace(/^\+?45/, '') : goodPhone(this.#dice);
  }

  #text(): string {
    return this.#dice.chance(0.8) ? this.#dice.pick(['STOP', ...REPLIES]) : hostileText(this.#dice);
  }

  #at(): string {
    return new Date(this.#now - this.#dice.between(0, 3_600_000)).toISOString();
  }

  #kannel(kind: Kind): FuzzRequest {
    const dice = this.#dice;
    const token = { token: CALLBACK };
    if (kind === 'receipts') {
      const answer = dice.chance(0.2) ? hostileText(dice).slice(0, 2_000) : dice.pick(['ok', 'stat:DELIVRD err:000']);
      const d = dice.pick(['1', '2', '4', '8', '16', 'x']);
      const query = new URLSearchParams({ ...token, reference: this.#reference(), d, answer });
      return this.#request('kannel', kind, { method: 'GET', search: `?${query}`, headers: {}, body: null });
    }
    const headers = {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Kannel-From': `+45${this.#phone()}`,
      'X-Kannel-To': dice.pick(['1204', '+4512345678', 'RegionH']),
    };
    const search = `?${new URLSearchParams({ ...token, id: `r-${this.#made}` })}`;
    return this.#request('kannel', kind, { method: 'POST', search, headers, body: this.#text() });
  }

  #json(gateway: 'inmobile' | 'gatewayapi' | 'link', kind: Kind): FuzzRequest {
    const dice = this.#dice;
    const one = () => this.#changed(this.#fields(gateway, kind));
    const list = Array.from({ length: dice.chance(0.05) ? 250 : dice.between(1, 3) }, one);
    const several: Readonly<Record<typeof gateway, unknown>> = {
      inmobile: { [kind === 'receipts' ? 'reports' : 'messages']: list },
      gatewayapi: dice.chance(0.9) ? list[0] : list,
      link: list[0],
    };
    const whole = JSON.stringify(several[gateway]);
    const body = dice.chance(0.03) ? damaged(whole, dice) : whole;
    const signature = `v1=${createHmac('sha256', SIGNING).update(body).digest('hex')}`;
    const signed = gateway === 'gatewayapi';
    const search = signed ? dice.pick(['', '?to=4560575797']) : `?${new URLSearchParams(proofOf(gateway, kind, list))}`;
    const headers = signed ? { ...JSON_TYPE, Signature: signature } : JSON_TYPE;
    return this.#request(gateway, kind, { method: 'POST', search, headers, body });
  }

  #changed(fields: Fields): unknown {
    return this.#dice.chance(0.8) ? fields : withOneReplaced(fields, this.#dice, hostileValue);
  }

  #fields(gateway: 'inmobile' | 'gatewayapi' | 'link', kind: Kind): Fields {
    if (gateway === 'inmobile') return kind === 'receipts' ? this.#inMobileReport() : this.#inMobileMessage();
    if (gateway === 'link') return kind === 'receipts' ? this.#linkReport() : this.#linkMessage();
    const event = kind === 'receipts' ? this.#gatewayApiStatus() : this.#gatewayApiMessage();
    const type = kind === 'receipts' ? 'message.status.sms' : 'user-message.text.sms';
    return { event_id: `e-${this.#made}`, timestamp: this.#at(), event_type: type, event };
  }

  #inMobileReport(): Fields {
    return {
      messageId: this.#reference(),
      numberDetails: { countryCode: '45', phoneNumber: this.#phone(), isValidMsisdn: true },
      deliveryInfo: { stateCode: this.#dice.pick([1, 1, -1, -2, 0, 8]), errorCode: 0, doneTime: this.#at() },
      chargeInfo: { isCharged: true, smsCount: this.#dice.between(1, 4) },
    };
  }

  #inMobileMessage(): Fields {
    const from = { countryCode: '45', phoneNumber: this.#phone(), isValidMsisdn: true };
    const to = { countryCode: '45', phoneNumber: '1204', msisdn: '451204' };
    return { from, to, text: this.#text(), receivedAt: this.#at() };
  }

  #linkReport(): Fields {
    const resultCode = this.#dice.pick([1001, 1001, 1000, 1002, 1004, 2104, 2205, 4, 999_999]);
    const times = { sentTimestamp: this.#at(), timestamp: this.#at() };
    return { refId: this.#reference(), id: `Dvc-${this.#made}`, ...times, resultCode, segments: 1 };
  }

  #linkMessage(): Fields {
    return {
      ...{ messageId: `Dvc-${this.#made}`, source: `+45${this.#phone()}`, destination: 'DK1204' },
      content: { type: 'TEXT', userData: this.#text(), encoding: 'GSM' },
      timestamp: this.#at(),
    };
  }

  #gatewayApiStatus(): Fields {
    const status = this.#dice.pick(['DELIVERED', 'ENROUTE', 'EXPIRED', 'UNDELIVERABLE', 'SKIPPED', 'NEW']);
    const error = this.#dice.chance(0.3) ? { hex_code: this.#dice.pick(['0215', '1010', '1018']), details: 'x' } : null;
    const own = { msg_id: `m-${this.#made}`, reference: this.#reference() };
    return { ...own, recipient: Number(`45${this.#phone()}`), status, status_at: this.#at(), error };
  }

  #gatewayApiMessage(): Fields {
    const header = this.#dice.chance(0.2) ? `050003CC0${this.#dice.between(1, 3)}0${this.#dice.between(0, 4)}` : null;
    const content = { message: this.#text(), encoding: 'UCS2', header };
    return { msg_id: `i-${this.#made}`, sender: Number(`45${this.#phone()}`), sent_at: this.#at(), content };
  }

  #twilio(kind: Kind): FuzzRequest {
    const dice = this.#dice;
    const sid = { MessageSid: `SM${String(this.#made).padStart(32, '0')}` };
    const fields: Record<string, string> =
      kind === 'receipts'
        ? {
            ...sid,
            MessageStatus: dice.pick(['delivered', 'sent', 'undelivered', 'failed', 'new']),
            ErrorCode: '30003',
          }
        : { ...sid, From: `+45${this.#phone()}`, To: '+4560575797', Body: this.#text(), NumSegments: '1' };
    if (dice.chance(0.1)) fields[dice.pick(['ErrorCode', 'Body', 'From', 'OptOutType', 'x'])] = hostileText(dice, 'id');
    const search = kind === 'receipts' ? `?${new URLSearchParams({ reference: this.#reference() })}` : '';
    const url = `${this.#origin}/v1/callbacks/twilio/${kind}${search}`;
    const signed =
      url +
      [...Object.keys(fields)]
        .sort()
        .map((name) => `${name}${fields[name]}`)
        .join('');
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      'X-Twilio-Signature': createHmac('sha1', SIGNING).update(signed).digest('base64'),
    };
    const body = new URLSearchParams(fields).toString();
    return this.#request('twilio', kind, { method: 'POST', search, headers, body });
  }
}

/** Proof of a callback in its URL: that of its first report, or of its address. */
function proofOf(gateway: string, kind: Kind, list: readonly unknown[]): Readonly<Record<string, string>> {
  const hmac = (text: string) => createHmac('sha256', CALLBACK).update(text);
  if (gateway !== 'inmobile' || kind === 'inbound') return { token: hmac(`${gateway} ${kind}`).digest('hex') };
  const [first] = list as readonly Readonly<Record<string, unknown>>[];
  const reference = String(first?.messageId ?? '');
  return { reference, signature: hmac(`receipt ${reference}`).digest('base64url') };
}
