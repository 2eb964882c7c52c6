import type { AppointmentEvent } from '../appointment.ts';
import { isUpcoming } from '../appointment.ts';
import type { SourceSettings } from '../authority.ts';
import { durationOf, spanMs } from '../duration.ts';

/**
 * Milliseconds for which a Patient of FHIR is kept until an appointment refers to it. None where an absent number
 * removes the stored one: then an appointment is told its number, or has none.
 */
export function keptFor({ keepPatients, absentPhone }: Pick<SourceSettings, 'keepPatients' | 'absentPhone'>): number {
  return absentPhone === 'keep' ? spanMs(durationOf(keepPatients)) : 0;
}

/** True for an event whose number is taken from what else its source said of the patient. */
export function asksOfPatient(
  event: AppointmentEvent,
  { absentPhone }: Pick<SourceSettings, 'absentPhone'>,
): event is AppointmentEvent & { readonly patientKey: Buffer } {
  const { ofPatient, phone, patientKey, status } = event;
  if (ofPatient !== true || phone !== undefined || patientKey === undefined) return false;
  return absentPhone === 'keep' && status !== null && isUpcoming(status);
}
