import { replaceCpr } from '../text/cpr.ts';
import { holdsLink } from '../text/links.ts';
import { callsToSignIn, withoutDisguisedLinks } from '../text/lures.ts';
import { withoutNumbers } from '../text/numbers.ts';
import { normalized } from '../text/unicode.ts';

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

const MAX_PRINTED = 60;
const MAX_READ = 300;
const LINE_BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const UNPRINTABLE = /[\p{C}\p{Default_Ignorable_Code_Point}]+/gu;
/**
 * Cleans a value of a booking system that will be printed in an SMS: one line, without control, bidirectional and
 * invisible characters, links, phone numbers, IBANs and anything of the shape of a CPR number.
 * @param numbers `kept`: phone numbers may stay, and disguised links, since staff have written the value
 * @returns at most 60 characters, trimmed; null if nothing is left, or the text calls people to sign in or to pay
 */
export function cleanPrinted(value: string, numbers: 'removed' | 'kept' = 'removed'): string | null {
  let text = oneLine(beginning(value));
  if (numbers === 'removed' && callsToSignIn(text)) return null;
  // A removal may join two halves of a number or a link, so it is repeated until nothing changes.
  for (let before = ''; before !== text; ) {
    before = text;
    // CPR numbers first: what looks like a link may be the beginning of one, whose end would be left.
    const harmless = withoutLinks(replaceCpr(text, ' '));
    const printed = numbers === 'kept' ? harmless : withoutNumbers(withoutDisguisedLinks(harmless), ' ');
    // Half a surrogate pair at the cut is unprintable, and removed as such.
    text = oneLine(printed.slice(0, MAX_PRINTED));
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

function withoutLinks(text: string): string {
  return text
    .split(' ')
    .filter((word) => !holdsLink(word))
    .join(' ');
}
