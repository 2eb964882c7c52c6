import type { AppointmentEvent } from './appointment.ts';
import { withPlainDigits } from './text/unicode.ts';

/** Number and language that a source told of a patient beside the appointment that an event is about. */
export interface OfPatient {
  /** In E.164; null: no number, or several that differ. */
  readonly phone: string | null;
  readonly language: string | null;
  /** Name and address are protected. */
  readonly protected: boolean;
}

type PatientKey = Buffer | null | undefined;

/** Patients on whom a code or a name of a department must be seen before it counts as telling of none of them. */
export const MANY_PATIENTS = 5;
/** Bytes that are kept of each patient's keyed hash, to count different patients up to `MANY_PATIENTS`. */
export const PATIENT_BYTES = 8;

/** True for the keys of one patient; false when one of them is unknown. */
export function isSamePatient(a: PatientKey, b: PatientKey): boolean {
  return a !== undefined && a !== null && b !== undefined && b !== null && a.equals(b);
}

/** True for the keys of two different patients; false when one of them is unknown. */
export function isOtherPatient(a: PatientKey, b: PatientKey): boolean {
  return a !== undefined && a !== null && b !== undefined && b !== null && !a.equals(b);
}

/** A patient, and the number that SMS go to. */
interface Reached {
  readonly patientKey?: PatientKey;
  readonly phone: string | null;
}

/**
 * True for two different patients, the second of whom has another number, or none that has come yet. With the same
 * number both are one citizen, who would get each reminder twice: some systems change the ids of their patients.
 */
export function isOtherPatientAtOtherNumber(before: Reached, after: Reached): boolean {
  return isOtherPatient(before.patientKey, after.patientKey) && !keepsNumber(before, after);
}

/** True where the number is known and stays the same. */
export function keepsNumber(before: Pick<Reached, 'phone'>, after: Pick<Reached, 'phone'>): boolean {
  return after.phone !== null && after.phone === before.phone;
}

/** Separators that people and systems write between the parts of a CPR number. */
const BETWEEN = /[\s\p{Pd}\p{Cf}.]/gu;
/** A CPR number, or a substitute for one, in one piece. */
const CPR = /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[0-9A-Z]{4}$/;

/** The OIDs of CPR numbers and of their substitutes, X-eCPR and the D-eCPR of the regions (HL7 Denmark, DK Core). */
const CPR_OID = /(?:^|[^\d.])1\.2\.208\.176\.1\.(?:2|6\.1)(?:\.|$)/;

/**
 * True for a system or an issuer of numbers that is named by an OID of CPR numbers, or by one below it, also behind
 * `urn:oid:`. Names such as `CPR` are for each format to know.
 */
export function isCprSystem(system: string): boolean {
  return CPR_OID.test(system);
}

/**
 * The id of a patient in the form that is hashed: a CPR number is the same with and without a hyphen, blanks or its
 * OID; any other id stays as it is.
 */
export function hashedPatientId(id: string): string {
  const bar = id.indexOf('|');
  const bare = bar >= 0 && isCprSystem(id.slice(0, bar)) ? id.slice(bar + 1) : id;
  const plain = withPlainDigits(bare).toUpperCase().replace(BETWEEN, '');
  return CPR.test(plain) ? plain : id;
}

/** Keyed hash of a patient's id at a source; CPR numbers in `hashedPatientId`'s form unless hashed as given. */
export type HashPatient = (patientId: string, form?: { readonly asGiven: boolean }) => Buffer;

/**
 * Key of a patient by the id that a booking system gave, with the key that the first release made of it where that was
 * another one: it hashed a CPR number as it was written. What it stored is gone one retention period after the upgrade:
 * then the former key can go, too.
 */
export function patientKeysOf(
  id: string,
  hashPatient: HashPatient,
): { readonly patientKey: Buffer } & Pick<AppointmentEvent, 'formerPatientKeys'> {
  const hashed = hashedPatientId(id);
  const patientKey = hashPatient(hashed, { asGiven: true });
  return hashed === id ? { patientKey } : { patientKey, formerPatientKeys: [hashPatient(id, { asGiven: true })] };
}

/** The key and the former ones in one list. */
export function allKeysOf(id: string, hashPatient: HashPatient): readonly Buffer[] {
  const { patientKey, formerPatientKeys = [] } = patientKeysOf(id, hashPatient);
  return [patientKey, ...formerPatientKeys];
}
