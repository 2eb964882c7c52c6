import type { DeliveryCause, DeliveryEvent, DeliveryState, OpenMessage, SendResult } from './gateway.ts';
import { codeOf, type JsonObject, wordOf } from './reading.ts';
import { notTaken, refused, unclear } from './results.ts';

/** Twilio's error dictionary (twilio.com/docs/api/errors), where a code says more than that something failed. */
const CAUSES: readonly (readonly [cause: DeliveryCause, codes: string])[] = [
  ['invalid_number', '21211 21614 30005 30006'],
  ['opted_out', '21610'],
  ['barred', '30004'],
  ['content', '21617 30007'],
  ['sender', '21212 21603 21606 21659 21703'],
  ['handset', '30003'],
  ['network', '30001 30002 30008 30010'],
  ['expired', '30036'],
  ['rejected', '21408 21612'],
];
const BY_CODE = new Map(CAUSES.flatMap(([cause, codes]) => codes.split(' ').map((code) => [code, cause] as const)));

/** @param code empty where Twilio gave none */
function causeOf(code: string): DeliveryCause {
  return BY_CODE.get(code) ?? 'network';
}

/** Codes of faults that would refuse the next message, too: a wrong or suspended account, a wrong callback URL. */
const ACCOUNT = ['10001', '20003', '20005', '21609', '30002'];
const THROTTLED = ['14107', '20429', '21611', '30001'];
const TEMPORARY = ['30003', '30008', '30010'];

/** Twilio's error code; null for anything that is none. */
export function errorCodeOf(value: unknown): string | null {
  const code = wordOf(value);
  return code !== null && /^\d{5,6}$/.test(code) ? code : null;
}

/**
 * Result of a refused request with an error code. Codes of 21xxx that the tables don't have refuse the message; null
 * for all others.
 */
export function resultOfCode(code: string): SendResult | null {
  if (ACCOUNT.includes(code)) return notTaken('auth', code, true);
  if (THROTTLED.includes(code)) return notTaken('throttled', code);
  if (TEMPORARY.includes(code)) return notTaken('temporary', code);
  const cause = BY_CODE.get(code);
  if (cause === 'invalid_number' || cause === 'opted_out' || cause === 'content' || cause === 'sender')
    return refused(cause, code);
  return cause !== undefined || /^21\d{3}$/.test(code) ? refused('permanent', code) : null;
}

/** States by `MessageStatus`; partially_delivered and those to come are unknown. */
const STATES: ReadonlyMap<string, DeliveryState> = new Map([
  ...(['queued', 'accepted', 'scheduled', 'sending', 'sent'] as const).map((status) => [status, 'accepted'] as const),
  ...(['delivered', 'read'] as const).map((status) => [status, 'delivered'] as const),
  ...(['undelivered', 'failed', 'canceled'] as const).map((status) => [status, 'undelivered'] as const),
]);

/**
 * Result of a response that has created a message and given it up at once: a refusal in spite of its HTTP status. Codes
 * of the carriers, codes that nobody knows, and `undelivered`, which a carrier has said, are no proof that nothing was
 * sent: what became of it is asked by its id.
 * @returns null for a message that is under way
 */
export function resultOfGivenUp({ status, error_code: error }: JsonObject, sid: string): SendResult | null {
  const word = wordOf(status) ?? '';
  if (STATES.get(word) !== 'undelivered') return null;
  const code = errorCodeOf(error);
  const known = code === null ? null : resultOfCode(code);
  if (known?.kind === 'rejected') return known;
  if (known?.kind === 'retry' && known.reason !== 'temporary' && word === 'failed') return known;
  const result = { ...unclear(code ?? word), gatewayMessageId: sid };
  return code !== null && known === null ? { ...result, unknownCode: true } : result;
}

/** The state of a message as Twilio tells it, in a callback or in its resource. */
export function eventOf({ sid, status, error_code: errorCode }: JsonObject, reference: string | null): DeliveryEvent {
  const word = codeOf(status) ?? 'unknown';
  const error = codeOf(errorCode) ?? '';
  const state = STATES.get(word) ?? 'unknown';
  const cause = word === 'canceled' ? 'rejected' : causeOf(error);
  return {
    reference,
    gatewayMessageId: wordOf(sid),
    state,
    cause: state === 'undelivered' ? cause : null,
    code: error === '' || error === '0' ? word : `${word} ${error}`,
    at: null,
    segments: null,
  };
}

/** How long after its hand-over Twilio may say that it has sent a message. */
export const SENT_AFTER_MS = 900_000;

/** Messages handed over soon after the first: the list of a whole day would be too long. */
export function around(lost: readonly OpenMessage[]): readonly OpenMessage[] {
  const first = Math.min(...lost.map(({ handedOverAt }) => handedOverAt.getTime()));
  return lost.filter(({ handedOverAt }) => handedOverAt.getTime() <= first + SENT_AFTER_MS);
}

/** Messages that exactly one of the list fits by number and text, and no other message of ours. */
export function matched(lost: readonly OpenMessage[], listed: readonly JsonObject[]): DeliveryEvent[] {
  return lost.flatMap(({ reference, to, text }) => {
    const alike = lost.filter((other) => other.to === to && other.text === text);
    const fits = listed.filter((one) => one.to === to && one.body === text && wordOf(one.sid) !== null);
    const [only] = fits;
    return only && fits.length === 1 && alike.length === 1 ? [eventOf(only, reference)] : [];
  });
}
