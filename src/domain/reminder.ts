import type { Language } from './authority.ts';

export const REMINDER_STATUSES = [
  'planned',
  'claimed',
  'accepted',
  'delivered',
  'undelivered',
  'rejected',
  'uncertain',
  'expired',
  'suppressed',
  'cancelled',
  'superseded',
] as const;
export type ReminderStatus = (typeof REMINDER_STATUSES)[number];

export const TEMPLATE_NAMES = [
  'reminder',
  'confirmation',
  'cancellation',
  'rescheduled',
  'opt-out-confirmed',
  'opt-in-confirmed',
  'help',
  'reply-not-read',
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** The SMS about an appointment that no rule asks for; each is also the id that stands in a reminder's `rule`. */
export type NoticeName = 'confirmation' | 'rescheduled' | 'cancellation';
export const NOTICE_NAMES: readonly NoticeName[] = ['confirmation', 'rescheduled', 'cancellation'];

/**
 * So long after it was due a reminder was held up by an outage or a pause: what was planned apart may have come
 * together.
 */
export const LATE_MS = 3_600_000;

/** A reminder as planning and changing see it. */
export interface Reminder {
  readonly id: string;
  readonly rule: string;
  readonly template: TemplateName;
  readonly language: Language;
  readonly slot: number;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  /** A committed start: from then on it counts as handed over. */
  readonly started: boolean;
  /** Claimed to be sent again after an uncertain outcome: it never goes back to planned. */
  readonly resend: boolean;
}

/** True for one that was handed over and not refused: an SMS about the appointment has left, or may have. */
export function hasLeft(reminder: Pick<Reminder, 'status' | 'started' | 'resend'>): boolean {
  return (
    ['accepted', 'delivered', 'undelivered', 'uncertain'].includes(reminder.status) ||
    (reminder.status === 'claimed' && (reminder.started || reminder.resend))
  );
}

export const REMINDER_ACTIONS = ['phone_citizen', 'fix_settings', 'ask_gateway'] as const;
export type ReminderAction = (typeof REMINDER_ACTIONS)[number];

/**
 * What a person should do about a reminder that did not reach the citizen; null: nothing, or nothing yet.
 * `phone_citizen`: the citizen doesn't know, and no SMS will tell. `fix_settings`: ours or the gateway's settings
 * refuse what is right.
 * `ask_gateway`: whether it left is not known, and its receipt may still come.
 */
export function actionFor({ status, reason }: Pick<Reminder, 'status' | 'reason'>): ReminderAction | null {
  switch (status) {
    case 'rejected':
    case 'undelivered':
      return reason === 'sender' || reason === 'content' ? 'fix_settings' : 'phone_citizen';
    case 'suppressed':
      if (reason === 'internal_error' || reason === 'text_refused') return 'fix_settings';
      return ['opted_out', 'erased', 'shadow', 'test'].includes(reason ?? '') ? null : 'phone_citizen';
    case 'uncertain':
      return 'ask_gateway';
    case 'expired':
      return reason === 'too_late' ? 'phone_citizen' : null;
    default:
      return null;
  }
}

/** That come to nothing: after so many a reminder counts as what kills processes. */
export const MAX_CLAIMS = 3;
