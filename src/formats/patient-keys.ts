import type { AppointmentEvent } from '../domain/appointment.ts';
import { hashedPatientId } from '../domain/patient-key.ts';
import type { IngestContext } from './format.ts';

/**
 * Key of a patient by the id that a booking system gave, with the key that the first release made of it where that was
 * another one: it hashed a CPR number as it was written. What it stored is gone one retention period after the upgrade:
 * then the former key can go, too.
 */
export function patientKeysOf(
  id: string,
  hashPatient: IngestContext['hashPatient'],
): { readonly patientKey: Buffer } & Pick<AppointmentEvent, 'formerPatientKeys'> {
  const hashed = hashedPatientId(id);
  const patientKey = hashPatient(hashed, { asGiven: true });
  return hashed === id ? { patientKey } : { patientKey, formerPatientKeys: [hashPatient(id, { asGiven: true })] };
}

/** The key and the former ones in one list. */
export function allKeysOf(id: string, hashPatient: IngestContext['hashPatient']): readonly Buffer[] {
  const { patientKey, formerPatientKeys = [] } = patientKeysOf(id, hashPatient);
  return [patientKey, ...formerPatientKeys];
}
