import { withPlainDigits } from './unicode.ts';

const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0[1-9]|1[0-2])';
/** Whatever people put between digits; characters that nobody sees are neither letters nor numbers. */
const GAP = '[^\\p{L}\\p{N}]{0,3}';
/** No time of day with a range behind it: `kl. 09:10-12 2100 Kbh`. */
const NO_TIME = '(?!\\d\\d:\\d\\d[^\\p{L}\\p{N}:])';
/** Ten digits with the date of birth in front: DDMMYY-SSSS, with gaps anywhere but within its parts. */
const PARTED = `${NO_TIME}${DAY}${GAP}${MONTH}${GAP}\\d\\d${GAP}\\d{4}(?!\\d)`;
/** Ten digits and no more, with one blank between any of them: `01 01 90 12 34`, `0 1 0 1 9 0 1 2 3 4`. */
const SPACED = '(?<!\\d )(?:0 ?[1-9]|[12] ?\\d|3 ?[01]) ?(?:0 ?[1-9]|1 ?[0-2])(?: ?\\d){6}(?! ?\\d)';
/** Substitutes for CPR numbers have letters among the last four characters (X-eCPR, D-eCPR). */
const SUBSTITUTE = `${DAY}${MONTH}\\d\\d[-\\s–]{0,3}[0-9A-Z]{4}(?![0-9A-Z])`;

const IN_TEXT = new RegExp(`(?<!\\d)(?:${PARTED}|${SPACED}|${SUBSTITUTE})`, 'gu');
const IN_ID = new RegExp(
  // With something between its parts it is found behind letters, too; in one piece only as a word of its own,
  `(?<!\\d)(?!\\d{10})(?:${PARTED}|${SPACED})|(?<![\\dA-Z])${DAY}${MONTH}\\d{6}(?![\\dA-Z])|` +
    // or behind what announces it.
    `(?:CPR(?:-?NR)?|(?<![A-Z])P)${DAY}${MONTH}\\d{6}(?!\\d)`,
  'u',
);
const WHOLE = new RegExp(`^(?:${SUBSTITUTE})$`, 'u');
const UUID = /(?<![0-9A-F])[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}(?![0-9A-F])/g;
const FEWEST_CHARACTERS = 10;

/**
 * True when a text contains a CPR number or anything of its shape, in digits of any script and with any blanks and
 * punctuation between its parts. This is the last check before an SMS leaves.
 */
export function holdsCpr(text: string): boolean {
  return text.length >= FEWEST_CHARACTERS && withPlainDigits(text).search(IN_TEXT) >= 0;
}

/** The text with `replacement` in place of every CPR number; unchanged when there is none. */
export function replaceCpr(text: string, replacement: string): string {
  return holdsCpr(text) ? withPlainDigits(text).replace(IN_TEXT, replacement) : text;
}

/**
 * True for an id or reference that is or contains a CPR number, also behind `CPR` and `P` without anything between. Ten
 * digits directly behind other letters are a running number, and UUIDs are none.
 */
export function looksLikeCpr(id: string): boolean {
  if (id.length < FEWEST_CHARACTERS) return false;
  const plain = withPlainDigits(id).toUpperCase().replace(UUID, '~');
  return IN_ID.test(plain) || plain.split(/[~^|&#:/]/).some((part) => WHOLE.test(part.trim()));
}
