type PatientKey = Buffer | null | undefined;

/** True for the keys of one patient; false when one of them is unknown. */
export function isSamePatient(a: PatientKey, b: PatientKey): boolean {
  return a !== undefined && a !== null && b !== undefined && b !== null && a.equals(b);
}

/** True for the keys of two different patients; false when one of them is unknown. */
export function isOtherPatient(a: PatientKey, b: PatientKey): boolean {
  return a !== undefined && a !== null && b !== undefined && b !== null && !a.equals(b);
}
