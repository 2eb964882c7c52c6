/**
 * Additional id of an appointment. Two different aliases of one `kind` belong to two appointments. Only an alias with a
 * namespace identifies an appointment by itself, since several systems issue bare numbers such as `1`; one with
 * `ofPatient` does so together with the patient (`domain/identity/bare-ids`).
 */
export interface Alias {
  /** Issuer of the id: `filler`, `placer`, the system of a FHIR identifier, … */
  readonly kind: string;
  readonly namespace: string | null;
  readonly value: string;
  /** True for one without a namespace that identifies an appointment among those of the same patient. */
  readonly ofPatient?: true;
}
