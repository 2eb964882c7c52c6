import { type AppointmentStatus, STATUSES } from '../../domain/appointment.ts';

/** The status of an appointment as one that has words; undefined for any other text. */
export function knownStatus(status: string): AppointmentStatus | undefined {
  return STATUSES.find((each) => each === status);
}
