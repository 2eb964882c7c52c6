import { Problem } from '../domain/errors.ts';
import { readAnyNumber } from '../domain/phone.ts';
import type { InboundEvent } from '../gateways/gateway.ts';

/** Line breaks, which would begin a header of their own at a gateway, and other characters that no sender has. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** True for a sender that a citizen or a service can have. */
export function hasPossibleSender({ from }: InboundEvent): boolean {
  return !CONTROL.test(from);
}

/** The number of a sender as it is without its control characters, in E.164; what is left of one that is no number. */
export function numberWithin({ from }: InboundEvent): string {
  const left = from.split(CONTROL).join('');
  return readAnyNumber(left) ?? left;
}

/** The answer to a callback with one message, whose sender has control characters. */
export function impossibleSender(): Problem {
  const detail = 'The sender has a line break or another control character in it.';
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: 'from', code: 'control_character', detail }] });
}
