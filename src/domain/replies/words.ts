import { normalized } from '../text/unicode.ts';

/** Characters of a reply that are read. The meaning of a longer one is never certain. */
export const MOST_READ = 1000;

const WORD = /[\p{L}\p{M}\p{Nd}]+|\p{Extended_Pictographic}|\?/gu;
const LETTERS = /^[\p{L}\p{M}\p{Nd}]/u;

/**
 * Splits a reply into words, emoji and question marks, in upper case and without skin tones; anything else (quotes,
 * full stops, line breaks) separates words. An apostrophe between letters joins them: `can't` is CANT.
 * @returns the first of them: nothing is read beyond `MOST_READ` characters
 */
export function wordsOf(text: string): string[] {
  const plain = normalized(text.slice(0, MOST_READ), 'NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/gu, '')
    .replace(/(?<=\p{L})['’´`](?=\p{L})/gu, '')
    .toUpperCase();
  return plain.match(WORD) ?? [];
}

/** Signs that part a reply into clauses; a dash does with blanks around it. */
const BETWEEN_CLAUSES = /([.!?\n]+)|[,;:()]|\s[-–—]\s/u;

/**
 * Splits a reply into sentences, these into clauses at commas and other signs, and those into words as `wordsOf` does.
 * A question mark stays at the end of its clause.
 * @returns what is within the first `MOST_READ` characters; no clause is empty
 */
export function sentencesOf(text: string): string[][][] {
  const sentences: string[][][] = [[]];
  // Every other part is the sign that ends a sentence, or undefined.
  for (const [at, part] of text.slice(0, MOST_READ).split(BETWEEN_CLAUSES).entries()) {
    if (part === undefined) continue;
    const words = wordsOf(part);
    if (at % 2 === 0 && words.length > 0) sentences.at(-1)?.push(words);
    if (at % 2 === 0) continue;
    if (words.includes('?')) sentences.at(-1)?.at(-1)?.push('?');
    sentences.push([]);
  }
  return sentences.filter((clauses) => clauses.length > 0);
}

/** True for a word, false for an emoji or a question mark. */
export function isLettered(word: string): boolean {
  return LETTERS.test(word);
}

/**
 * True when one letter was left out, added, replaced, or exchanged with its neighbour to get from `word` to `other`;
 * false for the same word.
 */
export function isOneLetterAway(word: string, other: string): boolean {
  if (word === other || Math.abs(word.length - other.length) > 1) return false;
  let from = 0;
  while (word[from] === other[from]) from++;
  const rest = (text: string, at: number) => text.slice(at);
  if (word.length < other.length) return rest(word, from) === rest(other, from + 1);
  if (word.length > other.length) return rest(word, from + 1) === rest(other, from);
  if (rest(word, from + 1) === rest(other, from + 1)) return true;
  const exchanged = word[from] === other[from + 1] && word[from + 1] === other[from];
  return exchanged && rest(word, from + 2) === rest(other, from + 2);
}
