import { z } from '@hono/zod-openapi';
import { refusedRequest, type ValueFault } from '../../domain/errors.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { isStorableText } from '../../domain/reference.ts';
import { holdsCpr, looksLikeCpr } from '../../domain/text/cpr.ts';
import { holdsNumber, holdsNumberBesideCodes } from '../../domain/text/numbers.ts';

/** The argument of a `refine` that refuses with a code of its own in `errors`. */
export const refuseWith = (code: string, error: string) => ({ error, params: { code } });

/** An issue that tells a fault which the domain found. @param rest `path` below the value, and whether to `continue` */
export function toIssue(
  { code, detail }: ValueFault,
  rest: { readonly path?: PropertyKey[]; readonly continue?: boolean } = {},
) {
  return { code: 'custom' as const, message: detail, params: { code }, ...rest };
}

/** Text for people: trimmed, without control characters and without lone surrogates, which no database can hold. */
export function text(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(isStorableText, refuseWith('unprintable', 'This holds characters that can not be printed.'));
}

const HOLDS_CPR = refuseWith('holds_cpr', 'This looks like it holds a CPR number: leave it out.');
const HOLDS_NUMBER = refuseWith('holds_number', 'This looks like it holds a phone number: leave it out.');

/** Text that is printed in an SMS or written to the audit: without a CPR number. */
export function printedText(max: number) {
  return text(max).refine((value) => !holdsCpr(value), HOLDS_CPR);
}

/** Characters of what an SMS prints for a place. */
export const MOST_PLACE_CHARACTERS = 60;

/** A schema of what an SMS prints for a place. */
export const printedPlaceText = printedText(MOST_PLACE_CHARACTERS);

/** Text that is stored in clear for staff, and in the audit: without a CPR number and without a phone number. */
export function noteText(max: number) {
  return printedText(max).refine((value) => holdsCpr(value) || !holdsNumber(value), HOLDS_NUMBER);
}

/**
 * A word of a booking system in the settings that read its messages, which stand in clear and in the audit: without a
 * CPR number and without a phone number. Codes of public registers are taken: see `holdsNumberBesideCodes`.
 */
export function sendersWord<T extends z.ZodType<string | number>>(schema: T): T {
  const hasCpr = (word: string) => holdsCpr(word) || looksLikeCpr(word);
  const hasNumber = (word: string) => !hasCpr(word) && holdsNumberBesideCodes(word);
  return schema
    .refine((word) => !hasCpr(String(word)), HOLDS_CPR)
    .refine((word) => !hasNumber(String(word)), HOLDS_NUMBER);
}

/** A citizen's number in a body; a number has no place in a URL. */
export const phoneInBody = z
  .string()
  .max(64)
  .openapi({ description: 'As people write it; Danish without a country code', example: '20 12 34 56' });

/**
 * Reads a number of any country as people write it.
 * @returns E.164
 * @throws Problem 422 for text that is no phone number
 */
export function readPhone(raw: string): string {
  const phone = readAnyNumber(raw);
  if (phone !== null) return phone;
  const faults = [{ pointer: '/phone', code: 'invalid_number', detail: 'This is not a phone number.' }];
  throw refusedRequest(faults);
}
