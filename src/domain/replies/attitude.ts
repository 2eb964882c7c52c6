import type { OwnKeywords, Vocabulary } from './vocabulary.ts';
import { wordsOf } from './words.ts';

/** A citizen's will about an appointment: to cancel or to confirm it. */
export type Attitude = 'cancel' | 'confirm';

/** Words of a reply whose meaning may be certain; a longer one tells a story. */
const MOST_WORDS = 40;
/** Words of a name behind a signature. */
const MOST_SIGNED = 4;

type Part = Attitude | 'refusal' | 'neutral' | 'object' | 'signature';

/**
 * Makes a reader of replies about an appointment. A reply means `cancel` or `confirm` only when it consists of known
 * phrases from end to end, and none of them says the contrary: one unknown word (but, before, not, later) or a question
 * mark leaves the meaning to a person.
 */
export function attitudeReader(vocabulary: Vocabulary) {
  const parts = partsOf(vocabulary);
  const adverbs = new Set(vocabulary.adverbs);
  const loaded = new Set(
    [...parts]
      .filter(([, part]) => part === 'cancel' || part === 'confirm' || part === 'refusal')
      .flatMap(([phrase]) => phrase.split(' ')),
  );
  const isName = (word: string) => !loaded.has(word) && /^\p{L}/u.test(word);

  /** @returns null when it isn't certain */
  return (words: readonly string[], own: OwnKeywords): Attitude | null => {
    if (words.length > MOST_WORDS) return null;
    const mine = ownParts(own);
    // An authority's own word may be one of those that change nothing elsewhere.
    const reply = words.filter((word) => !adverbs.has(word) || mine.has(word));
    const said = new Set<Part>();
    let last: Part | null = null;
    for (let at = 0; at < reply.length; ) {
      const found: Found | null = longest(reply, at, mine) ?? longest(reply, at, parts);
      if (!found || (found.part === 'object' && last !== 'cancel')) return null;
      at += found.length;
      last = found.part;
      said.add(last);
      if (last !== 'signature') continue;
      const name = reply.slice(at);
      if (name.length > MOST_SIGNED || !name.every(isName)) return null;
      break;
    }
    return decide(said);
  };
}

function decide(said: ReadonlySet<Part>): Attitude | null {
  if (said.has('cancel')) return said.has('confirm') ? null : 'cancel';
  return said.has('confirm') && !said.has('refusal') ? 'confirm' : null;
}

type Parts = ReadonlyMap<string, Part>;

function partsOf(vocabulary: Vocabulary): Parts {
  const danish = (phrases: readonly string[]) => withSubject(phrases, vocabulary.subjectsDanish);
  const english = (phrases: readonly string[]) => withSubject(phrases, vocabulary.subjectsEnglish);
  return new Map<string, Part>([
    ...each(vocabulary.neutral, 'neutral'),
    ...each(vocabulary.objects, 'object'),
    ...each(vocabulary.signatures, 'signature'),
    ...each(vocabulary.refusals, 'refusal'),
    ...each(danish(vocabulary.confirmDanish), 'confirm'),
    ...each(english(vocabulary.confirmEnglish), 'confirm'),
    ...each(danish(vocabulary.cancelDanish), 'cancel'),
    ...each(english(vocabulary.cancelEnglish), 'cancel'),
  ]);
}

function withSubject(phrases: readonly string[], subjects: readonly string[]): string[] {
  return [...phrases, ...phrases.flatMap((phrase) => subjects.map((subject) => `${subject} ${phrase}`))];
}

function ownParts({ cancel, confirm }: OwnKeywords): Parts {
  const spelled = (phrases: readonly string[]) => phrases.map((phrase) => wordsOf(phrase).join(' '));
  return new Map<string, Part>([...each(spelled(confirm), 'confirm'), ...each(spelled(cancel), 'cancel')]);
}

function each(phrases: readonly string[], part: Part): [string, Part][] {
  return phrases.map((phrase) => [phrase, part]);
}

interface Found {
  readonly part: Part;
  readonly length: number;
}

/** The most words of a phrase, with its subject. */
const LONGEST = 8;

function longest(words: readonly string[], at: number, parts: Parts): Found | null {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length--) {
    const part = parts.get(words.slice(at, at + length).join(' '));
    if (part) return { part, length };
  }
  return null;
}
