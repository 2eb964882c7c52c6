import type { Language } from '../authority.ts';
import type { OwnKeywords } from '../keywords.ts';
import { type Phrase, type PhraseKind, phrasesOf } from './phrases.ts';
import type { Vocabulary } from './vocabulary.ts';
import { wordsOf } from './words.ts';

/** Meaning of a whole reply, about the appointment, or of the number that the SMS went to. */
export type Attitude = 'cancel' | 'confirm' | 'wrong_number';

/** A meaning, and the language of the words that carry it; null: of both, or an authority's own. */
export interface Said<M> {
  readonly meaning: M;
  readonly language: Language | null;
}

/** Words of a reply whose meaning may be certain; a longer one tells a story. */
export const MOST_WORDS = 40;
/** Words of a name behind a signature. */
export const MOST_SIGNED = 2;
/** Words of a reason behind `pga.`. */
export const MOST_REASON = 3;

/**
 * Makes a reader of whole replies. A reply means something only when it consists of known phrases from end to end, and
 * none of them says the contrary: one unknown word (but, before, not, later) or a question mark leaves the meaning to a
 * person. A refusal (NO) goes with a cancellation that denies, right behind it (`No, I can't come`), and with no other
 * (`No cancel`). A reason and an excuse go with a cancellation alone.
 */
export function attitudeReader(vocabulary: Vocabulary) {
  const adverbs = new Set(vocabulary.adverbs);
  const turning = new Set(vocabulary.turning);
  const denials = new Set(vocabulary.denials);
  const { find, isOfName, isOfReason } = phraseFinder(vocabulary);

  /** @returns null when it isn't certain */
  return (words: readonly string[], own: OwnKeywords): Said<Attitude> | null => {
    if (words.length > MOST_WORDS) return null;
    const mine = ownPhrases(own);
    // An authority's own word may be one of those that change nothing elsewhere.
    const kept = words.flatMap((word, at) => (!adverbs.has(word) || mine.has(word) ? [at] : []));
    const reply = kept.map((at) => words[at] ?? '');
    const said = new Map<PhraseKind, Set<Language | null>>();
    let last: PhraseKind | null = null;
    let refused = false;
    for (let at = 0; at < reply.length; ) {
      const turned = last === 'reason' || last === 'day' || turning.has(words[(kept[at] ?? 0) - 1] ?? '');
      const found = find(reply, at, mine, turned);
      if (!found || (found.kind === 'object' && last !== 'cancel')) return null;
      const phrase = reply.slice(at, at + found.length);
      at += found.length;
      last = found.kind;
      said.set(last, (said.get(last) ?? new Set()).add(found.language));
      if (last === 'cancel' && refused && !phrase.some((word) => denials.has(word))) return null;
      if (last === 'cancel' || last === 'refusal') refused = last === 'refusal';
      if (last === 'signature') at += countOf(reply, at, MOST_SIGNED, isOfName);
      const reason = last === 'reason' ? countOf(reply, at, MOST_REASON, (place) => isOfReason(reply, place, mine)) : 0;
      if (last === 'reason' && reason === 0) return null;
      at += reason;
    }
    return refused && said.has('cancel') ? null : decide(said);
  };
}

/** How many words from this place on fit, up to the most. */
function countOf(words: readonly string[], at: number, most: number, fits: (at: number, word: string) => boolean) {
  let count = 0;
  while (count < most && at + count < words.length && fits(at + count, words[at + count] ?? '')) count++;
  return count;
}

/** Makes what finds the phrases of a reply, and tells what may be a name or a reason. */
function phraseFinder(vocabulary: Vocabulary) {
  const shipped = phrasesOf(vocabulary);
  const subjects = new Set(vocabulary.subjectsDanish);
  const listed = new Set(vocabulary.notNames);
  // An initial is part of a name.
  const known = [...shipped.keys()].flatMap((phrase) => phrase.split(' ')).filter((word) => word.length > 1);
  const notNames = new Set([...known, ...listed]);
  const isWord = (word: string) => /^\p{L}/u.test(word);

  /** The phrase at this place; behind what turns a sentence round also one with its verb in front of its subject. */
  const find = (reply: readonly string[], at: number, mine: Phrases, turned: boolean): Found | null => {
    const found = longest(reply, at, mine) ?? longest(reply, at, shipped);
    const [verb, subject] = reply.slice(at, at + 2);
    if (found || !turned || verb === undefined || subject === undefined || !subjects.has(subject)) return found;
    const straight = longest([subject, verb, ...reply.slice(at + 2, at + LONGEST)], 0, shipped);
    return straight?.kind === 'cancel' && straight.length > 1 ? straight : null;
  };
  const isOfName = (_: number, word: string) => isWord(word) && !notNames.has(word);
  const isOfReason = (reply: readonly string[], at: number, mine: Phrases): boolean => {
    const word = reply[at] ?? '';
    const kind = find(reply, at, mine, true)?.kind ?? 'excuse';
    return isWord(word) && !listed.has(word) && (kind === 'object' || kind === 'excuse');
  };
  return { find, isOfName, isOfReason };
}

function decide(said: ReadonlyMap<PhraseKind, ReadonlySet<Language | null>>): Said<Attitude> | null {
  const [meaning, another] = (['cancel', 'confirm', 'wrong_number'] as const).filter((each) => said.has(each));
  if (!meaning || another) return null;
  if (meaning !== 'cancel' && (said.has('reason') || said.has('excuse'))) return null;
  if (meaning === 'confirm' && said.has('refusal')) return null;
  const [language = null, other] = said.get(meaning) ?? [];
  return { meaning, language: other === undefined ? language : null };
}

type Phrases = ReadonlyMap<string, Phrase>;

function ownPhrases({ cancel, confirm }: OwnKeywords): Phrases {
  const each = (phrases: readonly string[], kind: PhraseKind): [string, Phrase][] =>
    phrases.map((phrase) => [wordsOf(phrase).join(' '), { kind, language: null }]);
  return new Map([...each(confirm, 'confirm'), ...each(cancel, 'cancel')]);
}

interface Found extends Phrase {
  readonly length: number;
}

/** The most words of a phrase, with its beginning. */
const LONGEST = 10;

function longest(words: readonly string[], at: number, phrases: Phrases): Found | null {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length--) {
    const phrase = phrases.get(words.slice(at, at + length).join(' '));
    if (phrase) return { ...phrase, length };
  }
  return null;
}
