import { normalized } from './unicode.ts';

/** Beginnings of words by which booking systems say that an appointment has ended, in one spelling: `plainWords`. */
const BEGINNINGS = [
  'cancel',
  'cancl',
  'canc',
  'cncl',
  'aflys',
  'afmeld',
  'afbestil',
  'afbud',
  'annul',
  'avlys',
  'kansel',
  'slet',
  'delet',
  'void',
  'declin',
  'missed',
  'udeblev',
  'noshow',
] as const;
const WORDS: ReadonlySet<string> = new Set(['cx', 'dna', 'lwbs']);
/** Phrases likewise; the last word may go on, such as in "not attended". */
const PHRASES = [
  'no show',
  'not arrived',
  'not attend',
  'didnt attend',
  'doesnt attend',
  'left without',
  'ikke moedt',
  'ikke fremmoedt',
  'moedte ikke',
] as const;
const JOINED = PHRASES.map((phrase) => phrase.replaceAll(' ', ''));
/** Characters that are looked at. */
const LOOKED_AT = 100;

/**
 * True for a text of a booking system in which a word stands that may end the appointment, whatever stands beside it:
 * a denial may mean anything. In any case, with any signs, and with any spelling of æ, ø and å.
 */
export function hasEndingWord(text: string): boolean {
  const looked = text.slice(0, LOOKED_AT);
  // `NoShow` are two words to a programmer, `CaNcElLeD` is one.
  return saysEnd(plainWords(looked)) || saysEnd(plainWords(partedAtCapitals(looked)));
}

function saysEnd(words: readonly string[]): boolean {
  const isEnd = (word: string) =>
    WORDS.has(word) || [...BEGINNINGS, ...JOINED].some((beginning) => word.startsWith(beginning));
  if (words.some(isEnd)) return true;
  const whole = ` ${words.join(' ')}`;
  return PHRASES.some((phrase) => whole.includes(` ${phrase}`));
}

/** The words of a text in lower case, without apostrophes, each æ, ø and å as two letters. */
function plainWords(text: string): string[] {
  const plain = normalized(text, 'NFKC')
    .toLowerCase()
    .replace(/['’`´]/g, '')
    .replace(/[æä]/g, 'ae')
    .replace(/[øö]/g, 'oe')
    .replace(/å/g, 'aa');
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function partedAtCapitals(text: string): string {
  return text.replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ');
}
