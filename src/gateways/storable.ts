import { isUuid } from '../domain/ids.ts';
import { holdsCpr } from '../domain/text/cpr.ts';
import { holdsNumber } from '../domain/text/numbers.ts';

const LONGEST_WORD = 200;
const MOST_SEGMENTS = 255;

/** Text of a gateway in a form that can be stored: no content may prevent an outcome from being recorded. */
export function storableWord(word: string | null): string | null {
  // PostgreSQL accepts neither NUL nor lone surrogates.
  return word === null ? null : Buffer.from(word.replaceAll('\0', '').slice(0, LONGEST_WORD)).toString();
}

const ID = /^[\x21-\x7e]+$/;

/**
 * Id that a gateway gave a citizen's SMS; null for one that may be a CPR or phone number, and for one with blanks or
 * signs beyond ASCII. It is kept in clear, and only to talk with the supplier about: the callback itself has it, too.
 */
export function storableId(id: string | null): string | null {
  const word = storableWord(id);
  if (word === null || !ID.test(word)) return null;
  // The digits of a UUID make phone numbers by chance.
  return isUuid(word) || !(holdsCpr(word) || holdsNumber(word)) ? word : null;
}

/** Segment count of a gateway; null when it is not plausible. */
export function storableSegments(count: number | null): number | null {
  return count !== null && Number.isInteger(count) && count > 0 && count <= MOST_SEGMENTS ? count : null;
}
