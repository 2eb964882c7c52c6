import type { DeliveryEvent, OpenMessage } from './gateway.ts';
import { type JsonObject, wordOf } from './reading.ts';
import { eventOf } from './twilio-codes.ts';

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
