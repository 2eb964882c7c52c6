import type { EventType } from '../../domain/event-types.ts';
import type { MessageStatus, ReminderStatus } from '../../domain/reminder.ts';
import type { PageLanguage } from '../kit/language.ts';
import { reminderWords, STATE_WORDS, type StateWords } from './state-words.ts';

/** An event that a booking system was told, as far as its words go. */
interface ShownEvent {
  readonly type: EventType;
  /** The state of the reminder, or of its message; null: the event tells of something else. */
  readonly status: string | null;
  readonly reason: string | null;
  /** Staff reported the number of the reminder as somebody else's. */
  readonly reportedWrong?: boolean | undefined;
}

/** True for an event that is about one reminder, and not about all of an appointment. */
export function aboutReminder({ type }: Pick<ShownEvent, 'type'>): boolean {
  return type.startsWith('reminder.');
}

/** Statuses of reminders that no SMS was sent for. */
const UNSENT: readonly string[] = ['expired', 'suppressed'] satisfies ReminderStatus[];
const FAILED: readonly string[] = [
  ...UNSENT,
  'undelivered' satisfies MessageStatus,
  'rejected' satisfies MessageStatus,
];

/** The words of an event, with the reason why a reminder was not sent or did not arrive. */
export function eventWords(language: PageLanguage, { type, status, reason, reportedWrong }: ShownEvent): StateWords {
  const { events } = STATE_WORDS[language];
  if (status === null || !aboutReminder({ type }) || !FAILED.includes(status)) return events[type];
  const { label } = reminderWords(language, { status: status as ReminderStatus, reason, reportedWrong });
  // An expired reminder is told to booking systems as `reminder.failed`, though nobody tried to send it.
  const { means } = UNSENT.includes(status) ? events['reminder.suppressed'] : events[type];
  return { label: `SMS ${lowerFirst(label)}`, means };
}

/** A name as it stands within a sentence; what begins with an abbreviation stays. */
export function lowerFirst(name: string): string {
  return /^\p{Lu}{2}/u.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** A name as it begins a sentence. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The label of a state as it stands behind a colon, its reason in brackets: `Not sent (a test)`. */
export function reasonInBrackets(label: string): string {
  const [state, ...reason] = label.split(': ');
  return reason.length === 0 ? label : `${state} (${reason.join(': ')})`;
}
