import type { ReminderStatus } from '../../domain/reminder.ts';
import { type AppointmentRecord, isReported } from '../appointments/appointments.sql.ts';
import type { AppointmentView } from '../appointments/appointments.ts';
import type { ReminderView } from '../appointments/reminder-view.ts';

/** States of reminders by how much they tell of what the citizen got, the most first. */
const TELLING: readonly ReminderStatus[] = [
  'delivered',
  'accepted',
  'handing_over',
  'planned',
  'uncertain',
  'undelivered',
  'rejected',
  'suppressed',
  'expired',
  'cancelled',
  'superseded',
];

/** A reminder that tells what the citizen got. */
export interface PresentReminder extends ReminderView {
  /** The reminder reached a number that is somebody else's, and so is `undelivered`. */
  readonly toStranger?: true;
  /** Staff reported the number of its appointment as somebody else's. */
  readonly reportedWrong?: boolean;
}

const TO_STRANGER = { status: 'undelivered', reason: null, toStranger: true } as const;

/** States in which somebody has got an SMS, or may have. */
const REACHED: readonly ReminderStatus[] = ['delivered', 'accepted', 'handing_over', 'uncertain'];

/** The reminders of one time of an appointment, with those marked that reached a number that is somebody else's. */
export function presentReminders(
  present: readonly ReminderView[],
  { appointment, messages }: Pick<AppointmentRecord, 'appointment' | 'messages'>,
): PresentReminder[] {
  const { wrong_phone_hash: wrong } = appointment;
  // A message has no number any more once the stranger who got it is erased.
  const strangers = messages.filter(({ phone_hash: hash }) => wrong && (hash === null || hash.equals(wrong)));
  const isStrangers = ({ id, status }: ReminderView) =>
    REACHED.includes(status) && strangers.some(({ reminder_id }) => reminder_id === id);
  return present.map((each) => ({
    ...each,
    reportedWrong: isReported(appointment, each),
    ...(isStrangers(each) && TO_STRANGER),
  }));
}

/** The reminder that tells best what the citizen got; a notice where there are no reminders, null for neither. */
export function mainReminder(present: readonly PresentReminder[]): PresentReminder | null {
  const reminders = present.filter(({ template }) => template === 'reminder');
  const eligible = reminders.length > 0 ? reminders : present;
  const rank = ({ status }: PresentReminder) => TELLING.indexOf(status);
  return eligible.reduce<PresentReminder | null>(
    (best, each) => (best && rank(best) <= rank(each) ? best : each),
    null,
  );
}

/** The reason why an appointment has no reminder. `past`: it had begun when it came; `rules`: none applies to it. */
export function noReminderReason({
  appointment: { start, receivedAt, status },
  deceased,
}: {
  readonly appointment: Pick<AppointmentView, 'start' | 'receivedAt' | 'status'>;
  readonly deceased: boolean;
}): 'deceased' | 'noStart' | 'status' | 'past' | 'rules' {
  if (deceased) return 'deceased';
  if (start === null) return 'noStart';
  if (status !== 'booked') return 'status';
  return start <= receivedAt ? 'past' : 'rules';
}
