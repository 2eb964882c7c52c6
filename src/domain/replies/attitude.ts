import type { OwnKeywords } from '../keywords.ts';
import type { Vocabulary } from './vocabulary.ts';
import { wordsOf } from './words.ts';

/** Meaning of a whole reply, about the appointment, or of the number that the SMS went to. */
export type Attitude = 'cancel' | 'confirm' | 'wrong_number';

/** Words of a reply whose meaning may be certain; a longer one tells a story. */
export const MOST_WORDS = 40;
/** Words of a name behind a signature. */
export const MOST_SIGNED = 2;

type PhraseKind = Attitude | 'refusal' | 'neutral' | 'object' | 'signature';

/**
 * Makes a reader of whole replies. A reply means something only when it consists of known phrases from end to end, and
 * none of them says the contrary: one unknown word (but, before, not, later) or a question mark leaves the meaning to a
 * person. A refusal (NO) goes with a cancellation that denies, right behind it (`No, I can't come`), and with no other
 * (`No cancel`).
 */
export function attitudeReader(vocabulary: Vocabulary) {
  const phrases = phrasesOf(vocabulary);
  const adverbs = new Set(vocabulary.adverbs);
  const denials = new Set(vocabulary.denials);
  // An initial is part of a name.
  const known = [...phrases.keys()].flatMap((phrase) => phrase.split(' ')).filter((word) => word.length > 1);
  const notNames = new Set([...known, ...vocabulary.notNames]);
  const isName = (word: string) => !notNames.has(word) && /^\p{L}/u.test(word);
  const lengthOfName = (reply: readonly string[], at: number) => {
    const words = reply.slice(at, at + MOST_SIGNED);
    const end = words.findIndex((word) => !isName(word));
    return end === -1 ? words.length : end;
  };

  /** @returns null when it isn't certain */
  return (words: readonly string[], own: OwnKeywords): Attitude | null => {
    if (words.length > MOST_WORDS) return null;
    const mine = ownPhrases(own);
    // An authority's own word may be one of those that change nothing elsewhere.
    const reply = words.filter((word) => !adverbs.has(word) || mine.has(word));
    const said = new Set<PhraseKind>();
    let last: PhraseKind | null = null;
    let refused = false;
    for (let at = 0; at < reply.length; ) {
      const found: Found | null = longest(reply, at, mine) ?? longest(reply, at, phrases);
      if (!found || (found.kind === 'object' && last !== 'cancel')) return null;
      const phrase = reply.slice(at, at + found.length);
      at += found.length;
      last = found.kind;
      said.add(last);
      if (last === 'cancel' && refused && !phrase.some((word) => denials.has(word))) return null;
      if (last === 'cancel' || last === 'refusal') refused = last === 'refusal';
      if (last === 'signature') at += lengthOfName(reply, at);
    }
    return refused && said.has('cancel') ? null : decide(said);
  };
}

function decide(said: ReadonlySet<PhraseKind>): Attitude | null {
  const [meaning, another] = (['cancel', 'confirm', 'wrong_number'] as const).filter((each) => said.has(each));
  if (!meaning || another) return null;
  return meaning === 'confirm' && said.has('refusal') ? null : meaning;
}

type Phrases = ReadonlyMap<string, PhraseKind>;

function phrasesOf(vocabulary: Vocabulary): Phrases {
  const danish = (phrases: readonly string[]) => behind(vocabulary.subjectsDanish, phrases);
  const english = (phrases: readonly string[]) => behind(vocabulary.subjectsEnglish, phrases);
  const { today, tomorrow, weekdays, sentFrom, devices, wrongNumber, beforeWrong, notMe } = vocabulary;
  const closings = sentFrom.flatMap((start) => devices.map((device) => `${start} ${device}`));
  return new Map<string, PhraseKind>([
    ...each([...vocabulary.neutral, ...today, ...tomorrow, ...weekdays, ...closings], 'neutral'),
    ...each(vocabulary.objects, 'object'),
    ...each(vocabulary.signatures, 'signature'),
    ...each(vocabulary.refusals, 'refusal'),
    ...each(danish(vocabulary.confirmDanish), 'confirm'),
    ...each(english(vocabulary.confirmEnglish), 'confirm'),
    ...each(danish(vocabulary.cancelDanish), 'cancel'),
    ...each(english(vocabulary.cancelEnglish), 'cancel'),
    ...each([...behind(beforeWrong, wrongNumber), ...notMe], 'wrong_number'),
  ]);
}

/** The phrases, alone and behind each of the beginnings. */
function behind(beginnings: readonly string[], phrases: readonly string[]): string[] {
  return [...phrases, ...phrases.flatMap((phrase) => beginnings.map((beginning) => `${beginning} ${phrase}`))];
}

function ownPhrases({ cancel, confirm }: OwnKeywords): Phrases {
  const spelled = (phrases: readonly string[]) => phrases.map((phrase) => wordsOf(phrase).join(' '));
  return new Map<string, PhraseKind>([...each(spelled(confirm), 'confirm'), ...each(spelled(cancel), 'cancel')]);
}

function each(phrases: readonly string[], kind: PhraseKind): [string, PhraseKind][] {
  return phrases.map((phrase) => [phrase, kind]);
}

interface Found {
  readonly kind: PhraseKind;
  readonly length: number;
}

/** The most words of a phrase, with its beginning. */
const LONGEST = 10;

function longest(words: readonly string[], at: number, phrases: Phrases): Found | null {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length--) {
    const kind = phrases.get(words.slice(at, at + length).join(' '));
    if (kind) return { kind, length };
  }
  return null;
}
