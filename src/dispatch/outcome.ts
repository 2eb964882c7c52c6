import type { SendResult } from '../gateways/gateway.ts';
import { storableSegments, storableWord } from '../gateways/storable.ts';
import { backoffMs } from './gateways/backoff.ts';
import type { SettleRow } from './settle.sql.ts';

/** The try that a result is the outcome of, with what decides whether the reminder goes again, and when. */
export interface Call {
  readonly reminderId: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly expiresAt: Date;
  /** It repeats a hand-over whose outcome is unknown. */
  readonly repeat: boolean;
  /** How long an uncertain hand-over waits before it is repeated; null: it never is. */
  readonly repeatAfterMs: number | null;
  /** Its gateway is out of use by now, and another one of the authority is in use. */
  readonly another: boolean;
}

type ReminderOutcome = Pick<SettleRow, 'reminder_status' | 'reminder_reason' | 'next_at'>;

const UNCHANGED: ReminderOutcome = { reminder_status: null, reminder_reason: null, next_at: null };

/** Derives from a call's result the outcome of the message, and of its reminder where that is to be sent again. */
export function outcomeOf(call: Call, result: SendResult, now: Date, random: number): SettleRow {
  const accepted = result.kind === 'accepted';
  return {
    message_id: call.messageId,
    attempts: call.attempts,
    code: storableWord(accepted ? null : result.code),
    gateway_message_id: storableWord('gatewayMessageId' in result ? (result.gatewayMessageId ?? null) : null),
    gateway_segments: storableSegments(accepted ? result.segments : null),
    reminder_id: call.reminderId,
    ...statusOf(call, result, now, random),
  };
}

function statusOf(
  call: Call,
  result: SendResult,
  now: Date,
  random: number,
): Pick<SettleRow, 'status' | 'reason'> & ReminderOutcome {
  switch (result.kind) {
    case 'accepted':
      return { status: 'accepted', reason: null, ...UNCHANGED };
    case 'rejected':
      // The first try of a repeated hand-over may have arrived all the same.
      return { status: call.repeat ? 'uncertain' : 'rejected', reason: result.reason, ...UNCHANGED };
    case 'uncertain':
      return { status: 'uncertain', reason: null, ...afterUncertain(call, now) };
    case 'retry': {
      const waitMs = call.another && !call.repeat ? 0 : backoffMs(call.attempts, result.retryAfterMs, random);
      const next = new Date(now.getTime() + waitMs);
      return { status: call.repeat ? 'uncertain' : 'not_sent', reason: result.reason, ...afterRetry(call, next) };
    }
  }
}

function afterUncertain({ repeat, repeatAfterMs }: Call, now: Date): ReminderOutcome {
  if (repeat || repeatAfterMs === null) return UNCHANGED;
  return { reminder_status: 'handed_over', reminder_reason: null, next_at: new Date(now.getTime() + repeatAfterMs) };
}

function afterRetry({ repeat, expiresAt }: Call, next: Date): ReminderOutcome {
  if (repeat) return { reminder_status: 'handed_over', reminder_reason: null, next_at: next };
  if (next >= expiresAt) return { reminder_status: 'expired', reminder_reason: 'too_late', next_at: null };
  return { reminder_status: 'planned', reminder_reason: null, next_at: next };
}
