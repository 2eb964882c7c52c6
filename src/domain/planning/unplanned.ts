import type { Appointment } from '../appointment.ts';
import type { Reminder } from '../reminder.ts';

/** The reasons why reminders of an accepted event are not planned, each once. */
export function unplannedBecause(
  { status, start, deceased, phoneReason }: Pick<Appointment, 'status' | 'start' | 'deceased' | 'phoneReason'>,
  changed: readonly Pick<Reminder, 'status' | 'reason'>[],
  now: Date,
): string[] {
  const isBooked = status === 'booked';
  const ended = changed.filter((each) => each.status === 'suppressed' || each.status === 'expired');
  const inPast = isBooked && start !== null && start < now ? ['in_past'] : [];
  // Repeated where nothing new is planned: a sender that corrects a number sends more than once.
  const unusable = isBooked && phoneReason !== null ? [phoneReason] : [];
  const reasons = [...inPast, ...ended.flatMap(({ reason }) => reason ?? []), ...(deceased ? ['deceased'] : [])];
  return [...new Set([...reasons, ...unusable])];
}
