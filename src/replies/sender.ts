import { Problem } from '../domain/errors.ts';
import { readAnyNumber } from '../domain/phone.ts';
import type { InboundEvent } from '../gateways/gateway.ts';
import { storableWord } from '../gateways/storable.ts';

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
export function inE164(sender: string): string {
  return readAnyNumber(sender) ?? sender;
}

/** The message with its sender in E.164, where that is a number, and its recipient in a form that can be stored. */
export function withParties(event: InboundEvent): InboundEvent {
  return { ...event, from: inE164(event.from), to: storableWord(event.to) };
}

/** The answer to a callback with one message, whose sender has control characters. */
export function impossibleSender(): Problem {
  const detail = 'The sender has a line break or another control character in it.';
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: 'from', code: 'control_character', detail }] });
}
