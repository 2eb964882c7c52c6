import type { OwnKeywords } from '../keywords.ts';
import { attitudeReader } from './attitude.ts';
import { VOCABULARY, type Vocabulary } from './vocabulary.ts';
import { isLettered, isOneLetterAway, MOST_READ, wordsOf } from './words.ts';

/**
 * Meanings of a citizen's reply. `maybe_stop`: the citizen may not want SMS, so that a person has to read it.
 * `wrong_number`: the number is not the patient's. `cancel` and `confirm` are about the appointment.
 */
export const MEANINGS = ['stop', 'maybe_stop', 'start', 'help', 'wrong_number', 'cancel', 'confirm', 'other'] as const;
/** A member of `MEANINGS`. */
export type Meaning = (typeof MEANINGS)[number];

/** Meanings that hold all that is planned for the number until a person has read the reply. */
export const HOLD_NUMBER: readonly Meaning[] = ['maybe_stop', 'wrong_number'];

/** Meanings of replies that a person always has to read: they hold reminders, or cancel. */
export const ALWAYS_FOR_PERSON: readonly Meaning[] = [...HOLD_NUMBER, 'cancel'];

const NO_KEYWORDS: OwnKeywords = { cancel: [], confirm: [], stop: [] };

/** A number typed right behind the word. */
const STOP_AND_DIGITS = /^STOPP?\d+$/;

/** A reply without the leased keyword in front of it. */
export interface Addressed {
  /** As spelled in the list of leased keywords; null without one. */
  readonly keyword: string | null;
  readonly words: readonly string[];
  /** The reply is longer than what was read of it. */
  readonly cut: boolean;
}

/**
 * Takes the leased keyword off a reply; one that says nothing else keeps it.
 * @param leasedKeywords keywords that replies to a shared short code begin with, such as `KBH`
 */
export function readAddressee(text: string, leasedKeywords: readonly string[]): Addressed {
  const trimmed = text.trim();
  const words = wordsOf(trimmed);
  const cut = trimmed.length > MOST_READ;
  const lettered = words.flatMap((word, at) => (isLettered(word) ? [at] : []));
  const heads = lettered.map((at) => words[at]);
  const keyword = leasedKeywords.find((leased) => startsWith(heads, wordsOf(leased))) ?? null;
  const rest = keyword === null ? words : words.slice((lettered[wordsOf(keyword).length - 1] ?? 0) + 1);
  return { keyword, words: rest.length > 0 ? rest : words, cut };
}

/** Tells the meaning of a reply by the shipped words and those of an authority. */
export type ReadMeaning = (reply: Pick<Addressed, 'words' | 'cut'>, own?: OwnKeywords) => Meaning;

/** Makes a reader of replies in Danish and English. */
export function meaningReader(vocabulary: Vocabulary): ReadMeaning {
  const whole = new Map<string, Meaning>();
  for (const meaning of ['help', 'start', 'stop'] as const)
    for (const phrase of vocabulary[meaning]) whole.set(phrase, meaning);
  const polite = new Set(vocabulary.polite);
  const notMistyped = new Set(vocabulary.notMistyped);
  const readAttitude = attitudeReader(vocabulary);

  const core = (words: readonly string[]): string => {
    const lettered = words.filter(isLettered);
    const kept = lettered.filter((word, at) => !polite.has(word) && word !== lettered[at - 1]);
    // Spelled out: S T O P
    return kept.every((word) => word.length === 1) ? kept.join('') : kept.join(' ');
  };
  /** The whole phrase, polite words of its own included: `nej tak` is not said by `nej`. */
  const isOwn = (phrase: string, words: readonly string[]): boolean => {
    const spelled = wordsOf(phrase).filter(isLettered);
    const said = [words.filter(isLettered).join(' '), core(words)];
    return core(spelled) !== '' && said.includes(spelled.join(' '));
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

  return ({ words, cut }, own = NO_KEYWORDS) => {
    const joined = core(words);
    const known = own.stop.some((phrase) => isOwn(phrase, words)) ? 'stop' : whole.get(joined);
    const asks = words.includes('?');
    if (known && !cut && (!asks || known === 'help')) return known;
    if ((known === 'stop' && asks) || mayBeStop(joined)) return 'maybe_stop';
    const attitude = cut ? null : readAttitude(words, own);
    return attitude ?? (own.stop.some((phrase) => isMistyped(phrase, joined)) ? 'maybe_stop' : 'other');
  };
}

/** Tells the meaning of a reply by the words of `VOCABULARY` and those of an authority. */
export const readMeaning: ReadMeaning = meaningReader(VOCABULARY);

/** The fewest letters of an authority's own word that may have a typing error: a shorter one resembles others. */
const LONG_ENOUGH = 6;

function isMistyped(phrase: string, joined: string): boolean {
  const word = wordsOf(phrase).join(' ');
  return word.length >= LONG_ENOUGH && isOneLetterAway(joined, word);
}

function begins(joined: string, phrase: string): boolean {
  return `${joined} `.startsWith(`${phrase} `);
}

function holds(joined: string, phrase: string): boolean {
  return ` ${joined} `.includes(` ${phrase} `);
}

function startsWith(reply: readonly (string | undefined)[], keyword: readonly string[]): boolean {
  return keyword.length > 0 && keyword.every((word, at) => reply[at] === word);
}
