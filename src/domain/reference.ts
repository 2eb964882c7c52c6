import { looksLikeCpr } from './text/cpr.ts';

/** Characters of an appointment's reference, in units of UTF-16, at the most. */
export const MAX_REFERENCE = 255;

/** A text of any length without control characters and lone surrogates, which no database can look for or hold. */
export const STORABLE_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** True for a text that can be stored as it is: see `STORABLE_TEXT`. */
export function isStorableText(text: string): boolean {
  return STORABLE_TEXT.test(text);
}

/** A visible character: no blank, control or unassigned one, and none that fonts leave out. */
const VISIBLE = /[^\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** True for a text without any visible character: empty, blanks, zero-width and filler characters. */
export function isInvisible(text: string): boolean {
  return !VISIBLE.test(text);
}

/** Faults of a reference; `code` is that of the API's `errors`. */
const FAULTS = {
  required: 'An id is required: blanks and invisible characters alone are not an id.',
  cpr: 'A CPR number cannot be the id of an appointment.',
} as const;

/**
 * Reason why a text can't be the reference or another id of an appointment; null when it can. Each format checks the
 * length, and `isStorableText`.
 */
export function referenceFault(text: string): { readonly code: keyof typeof FAULTS; readonly detail: string } | null {
  const code = isInvisible(text) ? 'required' : looksLikeCpr(text) ? 'cpr' : null;
  return code && { code, detail: FAULTS[code] };
}

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
