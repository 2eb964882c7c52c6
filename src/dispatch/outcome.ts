import type { SendResult } from '../gateways/gateway.ts';
import { storableSegments, storableWord } from '../gateways/storable.ts';
import type { SettleRow } from './settle.sql.ts';

const FIRST_BACKOFF_MS = 2_000;
const LONGEST_BACKOFF_MS = 300_000;
const LONGEST_ASKED_MS = 3_600_000;

/**
 * How long to wait after a try that was certainly not sent: what the gateway asks for, else doubling, with jitter so
 * that a crowd doesn't come back at once.
 * @param random in [0, 1)
 */
export function backoffMs(attempts: number, retryAfterMs: number | null, random: number): number {
  const asked = askedMs(retryAfterMs);
  if (asked !== null) return Math.round(asked * (1 + random / 10));
  const base = Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(0, attempts - 1), LONGEST_BACKOFF_MS);
  return Math.round(base * (0.5 + random / 2));
}

/** What a gateway asks for, an hour at most; null where it asks for nothing that makes sense. */
export function askedMs(retryAfterMs: number | null): number | null {
  return retryAfterMs !== null && retryAfterMs >= 0 ? Math.min(retryAfterMs, LONGEST_ASKED_MS) : null;
}

/** A call that was made. */
export interface Call {
  readonly reminderId: string;
  readonly batchId: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly expiresAt: Date;
  /** A repetition of one whose first outcome was uncertain. */
  readonly resend: boolean;
  /** How long an uncertain one waits before it is sent again; null: it never is. */
  readonly resendAfterMs: number | null;
}

/** What a call's result makes of reminder and message. */
export function outcomeOf(call: Call, result: SendResult, now: Date, random: number): SettleRow {
  const common = {
    reminder_id: call.reminderId,
    batch_id: call.batchId,
    message_id: call.messageId,
    attempts: call.attempts,
    code: storableWord(result.kind === 'accepted' ? null : result.code),
    gateway_message_id: storableWord(result.kind === 'accepted' ? result.gatewayMessageId : null),
    gateway_segments: storableSegments(result.kind === 'accepted' ? result.segments : null),
    next_at: null,
  };
  switch (result.kind) {
    case 'accepted':
      return { ...common, status: 'accepted', reason: null, message_status: 'accepted', message_reason: null };
    case 'rejected':
      // The first try of a repeated one may have arrived all the same.
      if (call.resend)
        return {
          ...common,
          status: 'uncertain',
          reason: null,
          message_status: 'uncertain',
          message_reason: result.reason,
        };
      return {
        ...common,
        status: 'rejected',
        reason: result.reason,
        message_status: 'rejected',
        message_reason: result.reason,
      };
    case 'uncertain': {
      const again = call.resend || call.resendAfterMs === null ? null : new Date(now.getTime() + call.resendAfterMs);
      return {
        ...common,
        status: 'uncertain',
        reason: null,
        message_status: 'uncertain',
        message_reason: null,
        next_at: again,
      };
    }
    case 'retry': {
      const next = new Date(now.getTime() + backoffMs(call.attempts, result.retryAfterMs, random));
      if (call.resend) {
        return {
          ...common,
          status: 'uncertain',
          reason: null,
          message_status: 'uncertain',
          message_reason: result.reason,
          next_at: next,
        };
      }
      if (next >= call.expiresAt) {
        return {
          ...common,
          status: 'expired',
          reason: 'too_late',
          message_status: 'not_sent',
          message_reason: result.reason,
        };
      }
      return {
        ...common,
        status: 'planned',
        reason: null,
        message_status: 'not_sent',
        message_reason: result.reason,
        next_at: next,
      };
    }
  }
}
