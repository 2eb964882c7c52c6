/** Marks on a letter; U+FF9E and U+FF9F are letters that NFKC turns into marks. */
const MARKS = /[\p{M}\uff9e\uff9f]+/gu;
const MOST_MARKS = 30;
const BEYOND_ASCII = /[\u0080-\uffff]/;
/** Ligatures that NFKC writes out: U+FDFA 18 times as long, the words of U+3300 to U+3357 up to 6 times. */
const WRITTEN_OUT = /[\ufdfa\ufdfb\u3300-\u3357]/g;

/**
 * The text in a normal form of Unicode (UAX #15), in time in proportion to its length: putting a run of marks in
 * order takes the square of its length. Marks beyond the thirtieth in a row are cut, as in the Stream-Safe Text
 * Format (§13), which no writing exceeds. NFKC, which is for comparing and searching only, leaves out ligatures of
 * whole words; it may make a text four times as long.
 */
export function normalized(text: string, form: 'NFC' | 'NFKC'): string {
  if (!BEYOND_ASCII.test(text)) return text;
  const shortened = text.replace(MARKS, firstMarks);
  return form === 'NFC' ? shortened.normalize('NFC') : shortened.replace(WRITTEN_OUT, ' ').normalize('NFKC');
}

function firstMarks(marks: string): string {
  return marks.length <= MOST_MARKS ? marks : [...marks].slice(0, MOST_MARKS).join('');
}

/** The text in NFKC, with the digits of every script as `0` to `9`: full-width, Arabic and mathematical ones. */
export function withPlainDigits(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text;
  return asciiDigits(normalized(text, 'NFKC'));
}

/** The text with digits of every kind as `0` to `9`, also raised and circled ones, and otherwise unchanged. */
export function asciiDigits(text: string): string {
  return BEYOND_ASCII.test(text) ? text.replace(OTHER_NUMBER, asDigits) : text;
}

const OTHER_NUMBER = /(?![0-9])\p{N}/gu;
const DIGIT = /^\p{Nd}$/u;

function asDigits(number: string): string {
  if (DIGIT.test(number)) return valueOfDigit(number);
  const plain = number.normalize('NFKC');
  return /^[0-9]+$/.test(plain) ? plain : number;
}

/** Unicode lists the digits of a script one after the other, beginning with zero (§4.6). */
function valueOfDigit(digit: string): string {
  const code = digit.codePointAt(0) as number;
  let value = 0;
  while (DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
  // Two such lists may adjoin.
  return String(value % 10);
}
