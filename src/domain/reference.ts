import { looksLikeCpr } from './sms-text.ts';

/** A character that shows: no blank, no control or unassigned one, and none that fonts leave out. */
const VISIBLE = /[^\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** True for a text of which nothing would show: empty, blanks, zero-width and filler characters. */
export function isInvisible(text: string): boolean {
  return !VISIBLE.test(text);
}

/** The faults of a reference as they are reported: `code` is that of the API's `errors`. */
const FAULTS = {
  required: 'An id is required: blanks and invisible characters alone are not an id.',
  cpr: 'A CPR number cannot be the id of an appointment.',
} as const;

/**
 * The reason why a text can't be the reference of an appointment, or another id that it is known by; null when it can.
 * The length and the characters that a database refuses are judged by each format.
 */
export function referenceFault(text: string): { readonly code: keyof typeof FAULTS; readonly detail: string } | null {
  const code = isInvisible(text) ? 'required' : looksLikeCpr(text) ? 'cpr' : null;
  return code && { code, detail: FAULTS[code] };
}
