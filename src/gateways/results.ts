import { countryOf } from '../domain/phone.ts';
import type { OutboundSms, RejectedReason, RetryReason, SendResult, SmsGateway } from './gateway.ts';

const DETAILS: Readonly<Record<RejectedReason, string>> = {
  permanent: 'the gateway refused the message',
  opted_out: 'the gateway blocks the number, which has opted out there',
  invalid_number: 'the gateway takes the number for invalid',
  sender: 'the gateway refused the sender',
  content: 'the gateway refused the text',
};

/** The message is refused for good. @param code the supplier's own, which is shown and logged */
export function refused(reason: RejectedReason, code: string): SendResult {
  return { kind: 'rejected', reason, code, detail: DETAILS[reason] };
}

/** The message was certainly not sent, and may be tried again. */
export function notTaken(reason: RetryReason, code: string, stopQueue = false): SendResult {
  return { kind: 'retry', reason, retryAfterMs: null, stopQueue, code };
}

/** Result that says neither that the message was taken nor that it was not. */
export function unclear(code: string): Extract<SendResult, { kind: 'uncertain' }> {
  return { kind: 'uncertain', code, detail: 'the response does not tell whether the SMS was accepted' };
}

/** Result of one SMS by a supplier's response to a call of many. */
export interface ResultOfOne {
  /** null: it names none. */
  readonly reference: string | null;
  readonly result: SendResult;
}

/**
 * Finds the result of an SMS in a response to a call of many: uncertain where the response does not name it, or says
 * two things of it. @param code of an uncertain one
 */
export function resultsByReference(named: readonly ResultOfOne[], code: string): (reference: string) => SendResult {
  const results = new Map<string, SendResult>();
  for (const { reference, result } of named) {
    if (reference === null) continue;
    const name = reference.toLowerCase();
    const before = results.get(name) ?? result;
    results.set(name, before.kind === result.kind ? before : unclear(code));
  }
  return (reference) => results.get(reference.toLowerCase()) ?? unclear(code);
}

/**
 * Result of each SMS of a call that was refused as a whole. What may be the fault of one of them, or of the address for
 * many, says nothing of the others: each goes alone.
 */
export function resultOfWhole(result: SendResult): SendResult {
  const ofAddress = result.kind === 'retry' && result.reason === 'unreachable' && result.stopQueue;
  const ofOne = result.kind === 'rejected' || (result.kind === 'retry' && result.reason === 'temporary');
  if (!ofOne && !ofAddress) return result;
  return { kind: 'retry', reason: 'temporary', retryAfterMs: null, stopQueue: false, code: result.code, alone: true };
}

/** Words of a response about the account rather than about one message. */
const ACCOUNT = /\b(?:account|credential|unauthori[sz]ed|authenticat)/i;

/**
 * Keeps a supplier's code that the tables don't have beside the result of its HTTP status. Behind a 403 it stands for
 * this message alone, unless the response speaks of the account.
 * @param result of the status, whose code it is
 * @param code null: the supplier gave none
 */
export function withUnknownCode(result: SendResult, code: string | null, body: string): SendResult {
  if (code === null || result.kind === 'accepted') return result;
  const both = { code: `${result.code} ${code}`, unknownCode: true } as const;
  if (result.kind === 'retry' && result.code === '403' && !ACCOUNT.test(body))
    return { ...notTaken('temporary', both.code), ...both };
  return { ...result, ...both };
}

/**
 * Seconds that a message may still take, rounded down so that it never arrives after its deadline, and capped at the
 * supplier's longest; null when the supplier's shortest would be too late.
 */
export function validitySeconds(
  { validUntil }: Pick<OutboundSms, 'validUntil'>,
  now: Date,
  { least, most }: { readonly least: number; readonly most: number },
): number | null {
  const left = Math.floor((validUntil.getTime() - now.getTime()) / 1000);
  return left < least ? null : Math.min(left, most);
}

/** The supplier can't be given a deadline as short as this message's, and was not called. */
export const TOO_SHORT: SendResult = {
  kind: 'retry',
  reason: 'temporary',
  retryAfterMs: null,
  stopQueue: false,
  code: 'validity',
  notCalled: true,
};

/** For numbers that belong to no country. */
const HOME = 'DK';

/** The rule of a gateway by which it would refuse the sender of an SMS to this number, or cut it; null: it takes it. */
export function senderRuleFor(gateway: SmsGateway, { from, to }: Pick<OutboundSms, 'from' | 'to'>): string | null {
  return gateway.senderFault?.(from, countryOf(to) ?? HOME) ?? null;
}
