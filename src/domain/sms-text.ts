import { holdsLink } from './text/links.ts';
import { normalized, withPlainDigits } from './text/unicode.ts';

const PUNCTUATION: Readonly<Record<string, string>> = {
  ...each('‘’‚‛′', "'"),
  ...each('“”„‟«»″', '"'),
  ...each('‐‑‒–—―−', '-'),
  ...each('\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000', ' '),
  '…': '...',
};
const FOLDED = new RegExp(`[${Object.keys(PUNCTUATION).join('')}]`, 'g');
/** Invisible characters: zero width, direction marks, soft hyphen, BOM, line and paragraph separators. */
const INVISIBLE = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;
/** Texts that need no folding, composing or removing: the fast path for most texts. */
const PLAIN = /^[\n\r\x20-\x7e¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü€]*$/;

/**
 * Replaces typographic punctuation by what GSM-7 has and blanks of every kind by a space, removes invisible characters
 * and composes letters (NFC). Letters stay otherwise unchanged: a name keeps its letters, though they may cost a second
 * segment.
 */
export function foldPunctuation(text: string): string {
  if (PLAIN.test(text)) return text;
  return normalized(text.replace(INVISIBLE, ''), 'NFC').replace(
    FOLDED,
    (character) => PUNCTUATION[character] as string,
  );
}

function each(characters: string, to: string): Record<string, string> {
  return Object.fromEntries([...characters].map((character) => [character, to]));
}

/**
 * Six digits of a date and four more characters, which may be letters in substitutes for CPR numbers (X-eCPR, D-eCPR).
 */
const CPR = '(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{2}[-\\s]{0,3}(?:\\d{4}(?!\\d)|[0-9A-Z]{4}(?![0-9A-Z]))';
const CPR_INSIDE = new RegExp(`(?<!\\d)${CPR}`, 'g');
const CPR_WHOLE = new RegExp(`^${CPR}$`);

/** True when the text contains a CPR number, or anything of its shape. This is the last check before an SMS leaves. */
export function holdsCpr(text: string): boolean {
  return plainDigits(text).search(CPR_INSIDE) >= 0;
}

const SIX_DIGITS = /\d{6}/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CPR_DAY = '(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{2}';
/**
 * CPR number inside an id: with its dash or blank, or as a word of its own. A running number with letters in front is
 * none.
 */
const CPR_IN_ID = new RegExp(`(?<!\\d)${CPR_DAY}[- ]{1,3}\\d{4}(?!\\d)|(?<![\\dA-Z])${CPR_DAY}\\d{4}(?![\\dA-Z])`, 'i');

/**
 * True for an id or reference that is or contains a CPR number, with or without dash or blank, also behind a prefix
 * such as `CPR:`.
 */
export function looksLikeCpr(value: string): boolean {
  const plain = plainDigits(value).toUpperCase();
  // This decides most ids: every CPR number begins with the six digits of a date.
  if (!SIX_DIGITS.test(plain) || UUID.test(value)) return false;
  return CPR_IN_ID.test(plain) || plain.split(/[~^|&#:/]/).some((part) => CPR_WHOLE.test(part.trim()));
}

/** Replaces full-width digits and the like by plain ones, dashes and blanks by `-` and ` `. */
function plainDigits(text: string): string {
  return PLAIN.test(text) ? text : foldPunctuation(withPlainDigits(text));
}

const MAX_PRINTED = 60;
const MAX_READ = 300;
const LINE_BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const UNPRINTABLE = /[\p{C}\p{Default_Ignorable_Code_Point}]+/gu;
/**
 * Cleans a value of a booking system that will be printed in an SMS: one line, without control, bidirectional and
 * invisible characters, links and anything of the shape of a CPR number.
 * @returns at most 60 characters, trimmed; null if nothing is left
 */
export function cleanPrinted(value: string): string | null {
  let text = oneLine(beginning(value));
  // A removal may join two halves of a number or a link, so it is repeated until nothing changes.
  for (let before = ''; before !== text; ) {
    before = text;
    // Half a surrogate pair at the cut is unprintable, and removed as such.
    text = oneLine(withoutCpr(withoutLinks(text)).slice(0, MAX_PRINTED));
  }
  return text === '' ? null : text;
}

/** The text as far as it is read; behind the cut nothing may be left of a number. */
function beginning(value: string): string {
  if (value.length <= MAX_READ) return value;
  let end = MAX_READ;
  while (end > 0 && !/\p{L}/u.test(value.charAt(end - 1))) end--;
  return value.slice(0, end);
}

function oneLine(text: string): string {
  return foldPunctuation(text.replace(LINE_BREAKS_AND_CONTROLS, ' ').replace(UNPRINTABLE, ''))
    .replace(/ {2,}/g, ' ')
    .trim();
}

function withoutCpr(text: string): string {
  return holdsCpr(text) ? plainDigits(text).replace(CPR_INSIDE, ' ') : text;
}

function withoutLinks(text: string): string {
  return text
    .split(' ')
    .filter((word) => !holdsLink(word))
    .join(' ');
}

/** Eight digits or more, in any grouping. */
const NUMBER = /(?:\d[ ().-]{0,2}){8,}/;
const DATE = /(?<!\d)(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?!\d)/g;

/** True for text that may contain a phone number; dates don't count. */
export function holdsNumber(text: string): boolean {
  return NUMBER.test(normalized(text, 'NFKC').replace(DATE, ' | '));
}
