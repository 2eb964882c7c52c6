import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { MessageStatus, ReminderStatus } from '../../domain/reminder.ts';
import type { PageLanguage } from '../kit/language.ts';
import { bilingual } from '../kit/words.ts';
import { STATE_WORDS } from './other-words.ts';
import { REASON_WORDS } from './reason-words.ts';
import { REMINDER_STATE_WORDS, type StateWords } from './reminder-state-words.ts';
import { UNSENT_WORDS } from './unsent-words.ts';

export { STATE_WORDS } from './other-words.ts';
export type { StateWords } from './reminder-state-words.ts';

const ofReminders = (language: PageLanguage) => ({
  ...REMINDER_STATE_WORDS[language],
  /** Reasons of each status; a reason that is left out adds nothing to it. */
  reasons: { ...REASON_WORDS[language], ...UNSENT_WORDS[language] },
});

/** The words of statuses and reasons of reminders; `reminderWords` chooses among them. */
export const REMINDER_WORDS = bilingual({ da: ofReminders('da'), en: ofReminders('en') });

/** A reminder, as far as its words go. `heldReason` counts only while it is planned. */
export interface ShownReminder {
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly heldReason?: string | null;
  /** Another appointment goes on in place of its own. */
  readonly replaced?: boolean;
  /** The reminder reached a number that is somebody else's. */
  readonly toStranger?: boolean;
  /** Staff reported its number as somebody else's. */
  readonly reportedWrong?: boolean | undefined;
}

/** The words of a reminder: why it went, did not go, or waits, and what to do. */
export function reminderWords(language: PageLanguage, shown: ShownReminder): StateWords {
  const { status, reason, heldReason, replaced, toStranger, reportedWrong } = shown;
  const { statuses, held, ...words } = REMINDER_WORDS[language];
  // The booking system ends a replaced appointment like one that was entered in error.
  if (replaced && status === 'cancelled' && reason === 'entered-in-error') return words.replaced;
  if (toStranger) return words.stranger;
  if (reportedWrong && status === 'suppressed' && reason === 'invalid_number') return words.reported;
  const waits = status === 'planned' ? found(held, heldReason) : undefined;
  return waits ?? found(reasonsOf(language, status), reason) ?? statuses[status];
}

/** The words of a message, whose statuses are those of its reminder but for one that was not sent. */
export function messageWords(
  language: PageLanguage,
  { status, reason }: { readonly status: MessageStatus; readonly reason: string | null },
): StateWords {
  if (status !== 'not_sent') return reminderWords(language, { status, reason });
  const { reasons, notSent } = REMINDER_WORDS[language];
  const why = found(reasons.planned, reason);
  return why ? { ...why, label: notSent.label } : notSent;
}

/** The words of an appointment's status. @param replaced another appointment goes on in its place */
export function appointmentWords(language: PageLanguage, status: AppointmentStatus, replaced = false): StateWords {
  const words = STATE_WORDS[language];
  return replaced ? words.replaced : words.appointments[status];
}

/** The reasons that a reminder in this state may have, with their words. */
export function reasonsOf(language: PageLanguage, status: ReminderStatus): Readonly<Record<string, StateWords>> {
  const reasons: Readonly<Partial<Record<ReminderStatus, Readonly<Record<string, StateWords>>>>> =
    REMINDER_WORDS[language].reasons;
  return reasons[status] ?? {};
}

function found(words: Readonly<Record<string, StateWords>>, key: string | null | undefined): StateWords | undefined {
  return key && Object.hasOwn(words, key) ? words[key] : undefined;
}
