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
