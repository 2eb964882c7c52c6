import type { Reminder } from '../domain/reminder.ts';
import type { StoredAppointment } from '../store/appointments.ts';

/** Why reminders of an accepted event are not planned, each reason once. */
export function unplannedBecause(
  { status, start, deceased, phoneReason }: StoredAppointment,
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
