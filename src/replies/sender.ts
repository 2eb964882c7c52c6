import { Problem } from '../domain/errors.ts';
import { readAnyNumber } from '../domain/phone.ts';
import type { InboundEvent } from '../gateways/gateway.ts';
import { storableWord } from '../gateways/reading.ts';

/** Line breaks, which would begin a header of their own at a gateway, and other characters that no sender has. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** True for a sender that a citizen or a service can have. */
export function hasPossibleSender({ from }: InboundEvent): boolean {
  return !CONTROL.test(from);
}

/** The number of a sender as it is without its control characters, in E.164; what is left of one that is no number. */
export function numberWithin({ from }: InboundEvent): string {
  return inE164(from.split(CONTROL).join(''));
}

/** A sender in E.164; a name or a short code, which is no number, as it is written. */
function inE164(sender: string): string {
  return readAnyNumber(sender) ?? sender;
}

/** The message with its sender in E.164, where that is a number, and its recipient in a form that can be stored. */
export function withParties(event: InboundEvent): InboundEvent {
  return { ...event, from: inE164(event.from), to: storableWord(event.to) };
}

/**
 * True for a message from one of our own senders, and for one from the number that it went to: an answer to it would
 * come back, and be answered. Where somebody has written to such a number all the same it is a citizen's, whose STOP
 * counts.
 * @param senders those that reminders are sent from
 */
export function isFromOwnSender({ from, to }: InboundEvent, senders: readonly string[]): boolean {
  return [...senders, ...(to === null ? [] : [to])].some(
    (sender) => isSameSender(sender, from) || inE164(sender) === from,
  );
}

/** True for two spellings of one sender: gateways write it with or without +, blanks and capitals. */
export function isSameSender(sender: string, to: string | null): boolean {
  return to !== null && plain(sender) === plain(to);
}

function plain(sender: string): string {
  return sender.replace(/^\+|^00|\s/g, '').toLowerCase();
}

/** The answer to a callback with one message, whose sender has control characters. */
export function impossibleSender(): Problem {
  const detail = 'The sender has a line break or another control character in it.';
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: 'from', code: 'control_character', detail }] });
}
