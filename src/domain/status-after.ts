import type { Appointment, AppointmentEvent, AppointmentStatus } from './appointment.ts';

const MAY_BE_BOOKED_AGAIN: ReadonlySet<AppointmentStatus> = new Set(['cancelled', 'entered-in-error', 'noshow']);

/** Status after an event: what it says, else the stored one; `booked` for an appointment that is not known. */
export function statusAfter(before: Appointment | null, event: AppointmentEvent): AppointmentStatus {
  if (event.status !== null || !before) return event.status ?? 'booked';
  const moved = event.start instanceof Date && event.start.getTime() !== before.start?.getTime();
  return event.bookedIfMoved && moved && MAY_BE_BOOKED_AGAIN.has(before.status) ? 'booked' : before.status;
}
