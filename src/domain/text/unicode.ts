/**
 * Thirty marks on a letter at most, in one piece; U+FF9E and U+FF9F are letters that NFKC turns into marks. A piece
 * without limit makes the matcher remember each mark of a run, in memory that is got and given back every time.
 */
const MARKS = /[\p{M}\uff9e\uff9f]{1,30}/gu;
/**
 * Characters that every normal form leaves as they are, and of which only `0` to `9` are digits: ASCII and the letters
 * and signs of Western Europe. Nearly every text that comes is of these alone.
 */
const PLAIN = /^[\0-\x7f\xa1-\xa7\xa9\xab-\xae\xb0\xb1\xb6\xb7\xbb\xbf-\xff\u2013\u2014\u2018-\u201d\u20ac]*$/;
/** Ligatures that NFKC writes out: U+FDFA 18 times as long, the words of U+3300 to U+3357 up to 6 times. */
const WRITTEN_OUT = /[\ufdfa\ufdfb\u3300-\u3357]/g;

/**
 * The text in a normal form of Unicode (UAX #15), in time in proportion to its length: putting a run of marks in
 * order takes the square of its length. Marks beyond the thirtieth in a row are cut, as in the Stream-Safe Text
 * Format (§13), which no writing exceeds. NFKC, which is for comparing and searching only, leaves out ligatures of
 * whole words; it may make a text four times as long.
 */
export function normalized(text: string, form: 'NFC' | 'NFKC'): string {
  if (PLAIN.test(text)) return text;
  const shortened = withoutLongRuns(text);
  return form === 'NFC' ? shortened.normalize('NFC') : shortened.replace(WRITTEN_OUT, ' ').normalize('NFKC');
}

function withoutLongRuns(text: string): string {
  let end = -1;
  return text.replace(MARKS, (marks, at: number) => {
    const goesOn = at === end;
    end = at + marks.length;
    return goesOn ? '' : marks;
  });
}

/** The text in NFKC, with the digits of every script as `0` to `9`: full-width, Arabic and mathematical ones. */
export function withPlainDigits(text: string): string {
  if (PLAIN.test(text)) return text;
  return asciiDigits(normalized(text, 'NFKC'));
}

/** The text with digits of every kind as `0` to `9`, also raised and circled ones, and otherwise unchanged. */
export function asciiDigits(text: string): string {
  return PLAIN.test(text) ? text : text.replace(OTHER_NUMBER, asDigits);
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
  // The digits of two scripts may follow each other without a gap.
  return String(value % 10);
}
