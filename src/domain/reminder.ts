import type { Language } from './authority.ts';
import { HOUR_MS, MINUTE_MS } from './duration.ts';

/** States of a reminder and, once handed over, of its message. */
export const REMINDER_STATUSES = [
  'planned',
  'handing_over',
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
/** A member of `REMINDER_STATUSES`. */
export type ReminderStatus = (typeof REMINDER_STATUSES)[number];

/**
 * States of a reminder's own row. `handed_over`: the further state is that of its message. `uncertain`: a restored
 * backup does not tell whether it was handed over.
 */
export type StoredReminderStatus =
  | 'planned'
  | 'handed_over'
  | 'expired'
  | 'suppressed'
  | 'cancelled'
  | 'superseded'
  | 'uncertain';

/**
 * States of a message. `planned`: an answer to a citizen that is waiting; `not_sent`: the gateway proved that it did
 * not accept it.
 */
export const MESSAGE_STATUSES = [
  'planned',
  'handing_over',
  'not_sent',
  'accepted',
  'delivered',
  'undelivered',
  'rejected',
  'uncertain',
] as const;
/** A member of `MESSAGE_STATUSES`. */
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** State and reason of a reminder as callers see them. @param message the message of its hand-over, if there is one */
export function shownStatus(
  reminder: { readonly status: StoredReminderStatus; readonly reason: string | null },
  message: { readonly status: MessageStatus; readonly reason: string | null } | undefined,
): { readonly status: ReminderStatus; readonly reason: string | null } {
  if (reminder.status !== 'handed_over') return { status: reminder.status, reason: reminder.reason };
  const { status = 'handing_over', reason = null } = message ?? {};
  if (status === 'planned' || status === 'not_sent') return { status: 'handing_over', reason: null };
  return { status, reason: status === 'uncertain' ? reminder.reason : reason };
}

/** Names of the templates: of reminders, of notices and of answers to citizens. */
export const TEMPLATE_NAMES = [
  'reminder',
  'confirmation',
  'cancellation',
  'rescheduled',
  'opt-out-confirmed',
  'opt-in-confirmed',
  'not-opted-out',
  'help',
  'wrong-number-received',
  'deceased-received',
  'cancel-received',
  'cancel-forwarded',
  'cancel-with-staff',
  'reply-received',
] as const;
/** A member of `TEMPLATE_NAMES`. */
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** Stands in place of a template's name at what staff write to a citizen, their standard answers included. */
export const STAFF_ANSWER = 'staff-answer';
/** Name of a text: that of a template, or the one for answers of staff. */
export type TextName = TemplateName | typeof STAFF_ANSWER;

/** The name under which reminders stand of all departments that statistics do not count by name. */
export const OTHER_DEPARTMENTS = 'other';

/** SMS about an appointment that no rule asks for. The name is also the id in a reminder's `rule`. */
export type NoticeName = 'confirmation' | 'rescheduled' | 'cancellation';
/** All notices. */
export const NOTICE_NAMES: readonly NoticeName[] = ['confirmation', 'rescheduled', 'cancellation'];

/**
 * Stands in `rule` of the booking system's own cancellation of which the citizen had been told before; no rule of an
 * authority can have a point in its id.
 */
export const TOLD_BEFORE = 'cancellation.told';

/**
 * Delay after which a reminder counts as held up by an outage or a pause: reminders planned at different times may then
 * become due together.
 */
export const LATE_MS = HOUR_MS;

/**
 * How soon a due reminder that waits for a person is looked at again. Not at its deadline: what the person does may
 * cross the start that writes the wait, or what another person does, and would then pass over the reminder.
 */
export const LOOK_AGAIN_MS = MINUTE_MS;

/** Reminder as planning and changes see it. */
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
}

/** True for one that was handed over and not refused: an SMS about the appointment has left, or may have. */
export function hasLeft({ status }: Pick<Reminder, 'status'>): boolean {
  return ['handing_over', 'accepted', 'delivered', 'undelivered', 'uncertain'].includes(status);
}

/** Actions of staff for a reminder that did not reach the citizen. */
export const REMINDER_ACTIONS = ['phone_citizen', 'fix_settings', 'ask_gateway'] as const;
/** A member of `REMINDER_ACTIONS`. */
export type ReminderAction = (typeof REMINDER_ACTIONS)[number];

/**
 * Action for staff about a reminder that did not reach the citizen; null when nothing is to be done, or nothing yet.
 * `phone_citizen`: the citizen is not informed, and no SMS will follow. `fix_settings`: settings here or at the gateway
 * cause the refusal. `ask_gateway`: whether it left is unknown, and a receipt may still arrive.
 */
export function actionFor({ status, reason }: Pick<Reminder, 'status' | 'reason'>): ReminderAction | null {
  switch (status) {
    case 'rejected':
    case 'undelivered':
      return reason === 'sender' || reason === 'content' ? 'fix_settings' : 'phone_citizen';
    case 'suppressed':
      if (reason === 'internal_error' || reason === 'text_refused') return 'fix_settings';
      return ['opted_out', 'erased', 'shadow', 'test', 'already_told'].includes(reason ?? '') ? null : 'phone_citizen';
    case 'uncertain':
      return 'ask_gateway';
    case 'expired':
      return reason === 'too_late' || reason === 'validity_too_short' ? 'phone_citizen' : null;
    default:
      return null;
  }
}

/** Number of counted tries, each ended by the end of its process, after which a reminder is quarantined. */
export const MAX_TRIES = 3;
