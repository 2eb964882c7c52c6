/** Replies of ten thousand characters, each of a kind that a reader could take long for. */
export const LONG_REPLIES: readonly (readonly [what: string, text: string])[] = [
  ['long', 'AFBUD '.repeat(2_000)],
  ['long and a STOP at its end', `${'x '.repeat(4_000)}STOP`],
  ['of one letter', 'a'.repeat(10_000)],
  ['of one sign', '?'.repeat(10_000)],
  ['of emoji', '👍🏽'.repeat(5_000)],
  ['of blanks', `JA${' '.repeat(10_000)}X`],
  ['of apostrophes', "x'".repeat(5_000)],
  ['of characters that grow', '\uFDFA'.repeat(5_000)],
  ['of marks', 'a\u0301'.repeat(5_000)],
  ['of half a character', '\uD83D'.repeat(5_000)],
];
