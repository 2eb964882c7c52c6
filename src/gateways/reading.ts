import { isUuid } from '../domain/ids.ts';
import { parseJsonText } from '../domain/json.ts';
import { holdsCpr } from '../domain/text/cpr.ts';
import { holdsNumber } from '../domain/text/numbers.ts';

/** Object of JSON whose content is not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Most elements that are read of one callback. */
const MOST_ELEMENTS = 1_000;

/** Parses JSON of a supplier. @returns undefined for anything that is no JSON, nested too deep, or ambiguous */
export function readJson(text: string | Uint8Array): unknown {
  try {
    return parseJsonText(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The value as an object; an empty one for anything else. */
export function toJsonObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The objects of a list, the first thousand; none for anything else. */
export function toJsonObjects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.slice(0, MOST_ELEMENTS).map(toJsonObject) : [];
}

/** A text that isn't empty, or a number as text; null for anything else. */
export function wordOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A supplier's own code: letters, digits and a few signs, so that nothing else can be shown as one. */
export function codeOf(value: unknown): string | null {
  const word = wordOf(value);
  return word !== null && /^-?[A-Za-z0-9_.]{1,32}$/.test(word) ? word : null;
}

/** Whole number, also written as text; null for anything else. */
export function wholeOf(value: unknown): number | null {
  const word = wordOf(value);
  return word !== null && /^-?\d{1,9}$/.test(word) ? Number(word) : null;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Instant with its offset (RFC 3339); null for anything else, also for a time without a zone. */
export function instantOf(value: unknown): Date | null {
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

/** Number as a supplier writes it without +; short numbers, which are senders within a country, stay as they are. */
export function withPlus(number: string): string {
  return /^\d{7,15}$/.test(number) ? `+${number}` : number;
}

/** Most fields of a form that are read: no supplier sends a tenth of them. */
const MOST_FIELDS = 500;

/** Fields of a form (application/x-www-form-urlencoded), the first value of each name; 500 fields at most. */
export function readForm(body: Uint8Array): Readonly<Record<string, string>> {
  const text = Buffer.from(body).toString('utf8').split('&', MOST_FIELDS).join('&');
  const pairs = [...new URLSearchParams(text)];
  return Object.fromEntries(pairs.reverse());
}

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
