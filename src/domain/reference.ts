import { looksLikeCpr } from './text/cpr.ts';
import { withPlainDigits } from './text/unicode.ts';

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
 * namespace identifies an appointment by itself, since several systems issue bare numbers such as `1`.
 */
export interface Alias {
  /** Issuer of the id: `filler`, `placer`, the system of a FHIR identifier, … */
  readonly kind: string;
  readonly namespace: string | null;
  readonly value: string;
  /** True for one without a namespace that identifies one of the same patient (`domain/identity/bare-ids`). */
  readonly ofPatient?: true;
}

/** Ids whose digits are nobody's number: UUIDs, and hexadecimal ids of sixteen characters and more. */
const MACHINE_MADE =
  /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\d*[a-f])[0-9a-f]{16,})(?![0-9a-z])/gi;
/** Eight digits of a Danish number, perhaps behind its country code, in any grouping. */
const DANISH = /(?<!\d)(?:(?:00)?45[^\p{L}\p{N}]{0,2})?[2-9](?:[^\p{L}\p{N}]{0,2}\d){7}(?!\d)/u;
/** Ten digits of a CPR number's shape, also where letters in front had them taken for a running number. */
const CPR_SHAPED =
  /(?<!\d)(?:0[1-9]|[12]\d|3[01])[^\p{L}\p{N}]{0,2}(?:0[1-9]|1[0-2])(?:[^\p{L}\p{N}]{0,2}\d){6}(?!\d)/u;

/**
 * True for a reference that may be its citizen's number: it holds the digits of a Danish phone number or a CPR number.
 * Nobody can tell them from a running number, so that it is taken, and replaced once its citizen is erased.
 */
export function mayNameCitizen(reference: string): boolean {
  const plain = withPlainDigits(reference).replace(MACHINE_MADE, '~');
  return DANISH.test(plain) || CPR_SHAPED.test(plain);
}

const ERASED = /^erased-[\w-]{22}$/;

/** What parts the id of a series (`#`) or of a group (`~`) from what tells its appointments apart. */
const PARTS = /([#~])/;

/** The id of the series or the group whose appointment has this reference, perhaps; else the reference. */
export function idOfWhole(reference: string): string {
  return reference.split(PARTS)[0] ?? '';
}

/**
 * The reference that stands in place of one that may name its citizen; any other as it is. The id of a series or a
 * group is replaced alone, so that its appointments still begin with it.
 * @param hash of ids of its source (`Keyring.idHash`)
 */
export function erasedReference(reference: string, hash: (id: string) => string): string {
  if (!mayNameCitizen(reference)) return reference;
  const erased = (id: string) => `erased-${hash(id)}`;
  const parts = reference.split(PARTS).map((id) => (mayNameCitizen(id) && !ERASED.test(id) ? erased(id) : id));
  const replaced = parts.join('');
  return replaced === reference && !parts.some((part) => ERASED.test(part)) ? erased(reference) : replaced;
}
