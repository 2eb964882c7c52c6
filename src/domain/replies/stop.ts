import type { Vocabulary } from './vocabulary.ts';
import { isLettered, isOneLetterAway } from './words.ts';

type Words = readonly string[];

/** A number typed right behind the word. */
const STOP_AND_DIGITS = /^STOPP?\d+$/;
/** Words behind STOP that say what shall stop, at most. */
const MOST_OF_STOP = 6;

/** Makes a reader of what is, or may be, a STOP. */
export function stopReader(vocabulary: Vocabulary) {
  const polite = new Set(vocabulary.polite);
  const notMistyped = new Set(vocabulary.notMistyped);
  const denials = new Set(vocabulary.denials);
  const stopWhat = new Set(vocabulary.stopWhat);

  /** A reply without polite words and repetitions. */
  const core = (words: Words): string => {
    const lettered = words.filter(isLettered);
    const kept = lettered.filter((word, at) => !polite.has(word) && word !== lettered[at - 1]);
    // Spelled out: S T O P
    return kept.every((word) => word.length === 1) ? kept.join('') : kept.join(' ');
  };
  const mayBeStop = (joined: string): boolean => {
    const first = joined.split(' ', 1)[0] ?? '';
    if (STOP_AND_DIGITS.test(first) || vocabulary.stopLike.some((phrase) => begins(joined, phrase))) return true;
    if (vocabulary.noMore.some((phrase) => holds(joined, phrase))) return true;
    if (notMistyped.has(first)) return false;
    return vocabulary.mistyped.some((word) =>
      [word.includes(' ') ? joined : first, joined].some((it) => isOneLetterAway(it, word)),
    );
  };
  /** What may stand behind a STOP: behind the word, behind what shall stop, and behind the first clause. */
  const behindStop = (words: Words, clauses: readonly Words[]): readonly Words[] => {
    const isPolite = (word: string) => polite.has(word);
    const head = words.findIndex((word) => !isPolite(word));
    const stop = vocabulary.stopLike.find((phrase) => begins(words.slice(head).join(' '), phrase));
    if (stop === undefined) return [];
    const end = head + stop.split(' ').length;
    const places = Array.from({ length: MOST_OF_STOP }, (_, nth) => end + nth + 1);
    const known = places.filter((place) => stopWhat.has(words.slice(end, place).join(' ')));
    const clause = clauses.findIndex((each) => !each.every(isPolite));
    const isDenied = clauses[clause]?.some((word) => denials.has(word));
    return [...[end, ...known].map((place) => words.slice(place)), isDenied ? [] : clauses.slice(clause + 1).flat()];
  };
  return { core, mayBeStop, behindStop };
}

function begins(joined: string, phrase: string): boolean {
  return `${joined} `.startsWith(`${phrase} `);
}

function holds(joined: string, phrase: string): boolean {
  return ` ${joined} `.includes(` ${phrase} `);
}
