import { HOUR_MS } from '../domain/duration.ts';
import type { AnsweredSms } from './conversation.sql.ts';
import { isSameSender } from './sender.ts';

/** The SMS that a reply answers. */
export interface Conversation {
  /** The last SMS of each authority, by authority. */
  readonly answered: ReadonlyMap<string, AnsweredSms>;
  /** The appointments ahead that the reply may be about, one SMS each, the latest first. */
  readonly candidates: readonly AnsweredSms[];
  /** The one that it is about; null for none, several, or one that has changed since the SMS. */
  readonly subject: AnsweredSms | null;
}

/** Two SMS within this time are shown below each other on the phone, so that a reply may answer either. */
const TOGETHER_MS = 12 * HOUR_MS;

/**
 * Finds what a reply answers: the last SMS from the sender that was answered, and the appointment of the last one that
 * is still ahead. Where others had an SMS within half a day before, it may be about each of them.
 * @param sent the latest first
 * @param to the number or short code that was answered; where no SMS came from it, all count
 */
export function conversationOf(sent: readonly AnsweredSms[], to: string | null, now: Date): Conversation {
  const from = sent.filter(({ sender }) => isSameSender(sender, to));
  const meant = from.length > 0 ? from : sent;
  const answered = new Map<string, AnsweredSms>();
  for (const sms of meant) if (!answered.has(sms.authorityId)) answered.set(sms.authorityId, sms);
  const ahead = meant.filter(({ start }) => start !== null && start > now);
  const since = (ahead[0]?.handedOverAt.getTime() ?? 0) - TOGETHER_MS;
  const candidates = ahead.filter(
    (sms, at) =>
      sms.handedOverAt.getTime() > since && ahead.findIndex((each) => each.appointmentId === sms.appointmentId) === at,
  );
  const [only, another] = candidates;
  return { answered, candidates, subject: only?.current && !another ? only : null };
}
