import { withPlainDigits } from './unicode.ts';

const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0[1-9]|1[0-2])';
/** Signs of ASCII that are neither letters nor digits; `withAsciiSigns` has written all others as one of them. */
const SIGN = '[\\0-/:-@[-`{-\\x7f]';
/** Characters that people put between digits; those that nobody sees are neither letters nor numbers. */
const GAP = `${SIGN}*`;
const TIME = '(?:[01]\\d|2[0-3])[:.][0-5]\\d';
const HOUR = '(?:[01]\\d|2[0-4])';
/** No times of day: `09:10-10:11`, nor a range in front of a postcode and a town: `kl. 09:10-12 2100 Kbh`. */
const NO_TIME = `(?!${HOUR}:\\d\\d(?:(?!:)${SIGN}){1,3}(?:${HOUR}:[0-5]\\d(?![:\\d])|${HOUR},? \\d{4} \\p{L}))`;
/** Ten digits with the date of birth in front: DDMMYY-SSSS, with gaps anywhere but within its parts. */
const PARTED = `${NO_TIME}${DAY}${GAP}${MONTH}${GAP}\\d\\d${GAP}\\d{4}(?!\\d)`;
/** Ten digits and no more, with one blank between any of them: `01 01 90 12 34`, `0 1 0 1 9 0 1 2 3 4`. */
const SPACED = '(?<!\\d )(?:0 ?[1-9]|[12] ?\\d|3 ?[01]) ?(?:0 ?[1-9]|1 ?[0-2])(?: ?\\d){6}(?! ?\\d)';
const SHORT_DATE = `${DAY}[-./]${MONTH}\\.?`;
const LONG_DATE = `${DAY}[-./]${MONTH}[-./]`;
/** No date of these years with a time: `10.12.26 10:30`, `10:30, 10.12.26`, `10/12 10.30-11`, `10.12.2026 (10)`. */
const NO_DATE =
  `(?!${LONG_DATE}[23]\\d,? ${TIME}|${TIME},? ${LONG_DATE}[23]\\d|${SHORT_DATE},? ${TIME}[-– ]|` +
  `${LONG_DATE}(?:19|20)\\d\\d(?!\\d))`;
const SHORT_GAP = `${SIGN}{0,2}`;
/** Ten digits and no more, with anything between any of them: `01-01-90-12-34`, `0.1.0.1.9.0.1.2.3.4`. */
const SPREAD =
  `(?<!\\d${SHORT_GAP})${NO_TIME}${NO_DATE}(?:0${SHORT_GAP}[1-9]|[12]${SHORT_GAP}\\d|3${SHORT_GAP}[01])${SHORT_GAP}` +
  `(?:0${SHORT_GAP}[1-9]|1${SHORT_GAP}[0-2])(?:${SHORT_GAP}\\d){6}(?!${SHORT_GAP}\\d)`;
const BIRTH_YEAR = '(?:19\\d\\d|20[01]\\d)';
/** The whole year of birth in a text: `01011990-1234`. From 2020 on it is the day of an appointment, with its time. */
const LONG = `(?:${DAY}${MONTH}|${DAY}-${MONTH}-)${BIRTH_YEAR}-\\d{4}(?!\\d)`;
/** A day with the hours of its evening: `24/12 1900-2000`. */
const EVENING = `${DAY}${GAP}${MONTH} +(?:19|20)[0-5]\\d ?- ?(?:[01]\\d|2[0-4])[0-5]\\d`;
/** A sign in front of the last four digits, but for white space and a comma, which stand in front of postcodes. */
const JOINT = '[\\0-\\x08\\x0e-\\x1f!-+\\--/:-@[-`{-\\x7f]';
/** White space in front of them: one character, or the two of a line break. */
const BLANK = '(?:\\r\\n|\\s)';
/**
 * A year up to 2009 in a text, however it is parted, but for a day in front of a postcode and a town that a comma or
 * several signs part.
 */
const LONG_AGO =
  `(?!${EVENING}(?!\\d))${DAY}${GAP}${MONTH}${GAP}(?:19\\d\\d|200\\d)` +
  `(?: ?-[- ]?\\d{4}|(?:${JOINT}|${BLANK})\\d{4}|${SIGN}+\\d{4}(?! \\p{L}))(?!\\d)`;
/**
 * A year from 2000 on in a text. Those numbers have 4 to 9 in front of the last three digits, where a time of day has 0
 * to 2: up to 2019 they are found however they are parted, but for such a day and half a phone number; from 2020 on,
 * when appointments may lie, behind one sign that is neither white space nor a comma. Nothing tells
 * `01.01.2021-5234 Ida` from the town of `10.12.2026-9000 Aalborg`, nor from the case of `sag 10-12-2026-4711`: all
 * three are found, since a number that is missed reaches somebody, and one too many only has a text cleaned or written
 * anew.
 */
const LONG_SINCE =
  `${DAY}${GAP}${MONTH}${GAP}(?:20[0-3]\\d${JOINT}[4-9]\\d{3}(?!\\d)|` +
  `20[01]\\d(?:${BLANK}[4-9]\\d{3}(?!\\d| \\d{4}(?!\\d))|${SIGN}+[4-9]\\d{3}(?!\\d| \\p{L}| \\d{4}(?!\\d))))`;
const ANNOUNCED = `CPR(?:-?NR)?${GAP}|(?<![A-Z])P`;
/**
 * A whole year in an id, behind what announces it; up to 2019 also behind a blank. Alone it is a day and a running
 * number.
 */
const LONG_IN_ID =
  `(?:${ANNOUNCED}|\\s)${DAY}${GAP}${MONTH}${GAP}${BIRTH_YEAR}${SIGN}+\\d{4}(?!\\d)|` +
  `(?:${ANNOUNCED})${DAY}${GAP}${MONTH}${GAP}20[23]\\d${SIGN}+[4-9]\\d{3}(?!\\d)`;
/** Substitutes for CPR numbers have letters among the last four characters (X-eCPR, D-eCPR). */
const SUBSTITUTE = `${DAY}${MONTH}\\d\\d[-\\s–]*[0-9A-Z]{4}(?![0-9A-Z])`;

/**
 * Ten digits in one piece, as a word of its own or with one to three letters behind them, which some systems put there:
 * `0107851234x`. Twelve characters of a hexadecimal id may look the same (`0107851234ab`).
 */
const WHOLE_IN_ID = `(?<![\\dA-Z])(?!\\d{10}[A-F]{2}(?![\\dA-Z]))${DAY}${MONTH}\\d{6}\\p{L}{0,3}(?![\\dA-Z])`;

const IN_TEXT = new RegExp(
  `(?<!\\d)(?:${PARTED}|${SPACED}|${SPREAD}|${LONG}|${LONG_AGO}|${LONG_SINCE}|${SUBSTITUTE})`,
  'gu',
);
const IN_ID = new RegExp(
  // With something between its parts it is found behind letters, too; in one piece only as a word of its own,
  `(?<!\\d)(?!\\d{10})(?:${PARTED}|${SPACED}|${SPREAD})|${LONG_IN_ID}|${WHOLE_IN_ID}|` +
    // or behind what announces it.
    `(?:CPR(?:-?NR)?|(?<![A-Z])P)${DAY}${MONTH}\\d{6}(?!\\d)`,
  'u',
);
const WHOLE = new RegExp(`^(?:${SUBSTITUTE})$`, 'u');
const UUID = /(?<![0-9A-F])[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}(?![0-9A-F])/g;
const FEWEST_CHARACTERS = 10;
/** Signs beyond ASCII, with letters that look like a dash: those that lengthen a vowel, Chinese and Korean strokes. */
const OTHER_SIGN = /[^\p{L}\p{N}\0-\x7f]|[\p{Lm}\u4e00\u1173\u3161]/gu;

/**
 * The text in plain digits with a sign of ASCII in place of every other, at the same places: a pattern that names a
 * class of Unicode twenty times takes a quarter of a second to be compiled.
 */
function withAsciiSigns(plain: string): string {
  return plain.replace(OTHER_SIGN, (sign) => (sign === '–' ? '-' : /\s/.test(sign) ? ' ' : '~'.repeat(sign.length)));
}

/**
 * True when a text contains a CPR number or anything of its shape, in digits of any script and with any blanks and
 * punctuation between its parts; with the whole year of birth as `LONG`, `LONG_AGO` and `LONG_SINCE` have it. This is
 * the last check before an SMS leaves.
 */
export function holdsCpr(text: string): boolean {
  if (text.length < FEWEST_CHARACTERS) return false;
  const bare = withoutEscapes(text);
  return holdsPlainCpr(text) || (bare !== text && holdsPlainCpr(bare));
}

function holdsPlainCpr(text: string): boolean {
  return withAsciiSigns(withPlainDigits(text)).search(IN_TEXT) >= 0;
}

/**
 * The text with `replacement` in place of every CPR number; unchanged when there is none. Escapes are written out where
 * one is made of them.
 */
export function replaceCpr(text: string, replacement: string): string {
  if (!holdsCpr(text)) return text;
  const replaced = holdsPlainCpr(text) ? replacePlainCpr(text, replacement) : text;
  return holdsCpr(replaced) ? replacePlainCpr(withoutEscapes(replaced), replacement) : replaced;
}

function replacePlainCpr(text: string, replacement: string): string {
  const plain = withPlainDigits(text);
  let shown = '';
  let end = 0;
  for (const { 0: found, index } of withAsciiSigns(plain).matchAll(IN_TEXT)) {
    shown += plain.slice(end, index) + replacement;
    end = index + found.length;
  }
  return shown + plain.slice(end);
}

/** The text as people may read it, with dots in place of every CPR number. */
export function maskCpr(text: string): string {
  return replaceCpr(text, '••••••-••••');
}

/**
 * True for an id or reference that is or contains a CPR number, also behind `CPR` and `P` without anything between. Ten
 * digits directly behind other letters are a running number, and UUIDs are none.
 */
export function looksLikeCpr(id: string): boolean {
  if (id.length < FEWEST_CHARACTERS) return false;
  const bare = withoutEscapes(id);
  return isPlainCpr(id) || (bare !== id && isPlainCpr(bare));
}

function isPlainCpr(id: string): boolean {
  // Signs are replaced before capitals are made: a few signs have a capital that is a letter.
  const plain = withAsciiSigns(withPlainDigits(id)).toUpperCase().replace(UUID, '~');
  return IN_ID.test(plain) || plain.split(/[~^|&#:/]/).some((part) => WHOLE.test(part.trim()));
}

const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|[a-z]{2,8});/gi;
const LAST_CODE = 0x10ffff;

/**
 * The text with percent escapes (RFC 3986 §2.1) and character references of HTML in plain characters, once; a named
 * reference becomes a blank, since nearly all of them are signs. Unchanged when there is none.
 */
function withoutEscapes(text: string): string {
  const plain = text.includes('%')
    ? text.replace(PERCENT, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'))
    : text;
  return plain.includes('&') ? plain.replace(REFERENCE, (_, decimal, hex) => characterOf(decimal, hex)) : plain;
}

function characterOf(decimal: string | undefined, hex: string | undefined): string {
  const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '20', 16);
  return code > LAST_CODE ? ' ' : String.fromCodePoint(code);
}
