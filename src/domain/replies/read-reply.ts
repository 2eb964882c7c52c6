import type { Language } from '../authority.ts';
import type { OwnKeywords } from '../keywords.ts';
import { attitudeReader, type Said } from './attitude.ts';
import { DEATH_WORDS, deathReader } from './deceased.ts';
import { stopReader } from './stop.ts';
import { VOCABULARY, type Vocabulary } from './vocabulary.ts';
import { isLettered, isOneLetterAway, MOST_READ, sentencesOf, wordsOf } from './words.ts';

/**
 * Meanings of a citizen's reply. `maybe_stop`: the citizen may not want SMS, so that a person has to read it.
 * `wrong_number`: the number is not the patient's. `deceased`: the patient may have died, or somebody near.
 * `cancel` and `confirm` are about the appointment.
 */
export const MEANINGS = [
  'stop',
  'maybe_stop',
  'start',
  'help',
  'wrong_number',
  'deceased',
  'cancel',
  'confirm',
  'other',
] as const;
/** A member of `MEANINGS`. */
export type Meaning = (typeof MEANINGS)[number];

/** Meanings that hold all that is planned for the number until a person has read the reply. */
export const HOLD_NUMBER: readonly Meaning[] = ['maybe_stop', 'wrong_number', 'deceased'];

/** Meanings of replies that a person always has to read: they hold reminders, or cancel. */
export const ALWAYS_FOR_PERSON: readonly Meaning[] = [...HOLD_NUMBER, 'cancel'];

const NO_KEYWORDS: OwnKeywords = { cancel: [], confirm: [], stop: [] };

/** A reply without the leased keyword in front of it. */
export interface Addressed {
  /** As spelled in the list of leased keywords; null without one. */
  readonly keyword: string | null;
  readonly words: readonly string[];
  /** The same, by sentences and their clauses. */
  readonly sentences: readonly (readonly (readonly string[])[])[];
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
  const addressee = keyword === null ? 0 : (lettered[wordsOf(keyword).length - 1] ?? 0) + 1;
  const ofAddressee = addressee < words.length ? addressee : 0;
  return { keyword, words: words.slice(ofAddressee), sentences: without(sentencesOf(trimmed), ofAddressee), cut };
}

/** Sentences without so many words at their head. */
function without(sentences: readonly string[][][], count: number): string[][][] {
  let left = count;
  const clauseWithout = (clause: string[]) => {
    const rest = clause.slice(left);
    left -= clause.length - rest.length;
    return rest.length > 0 ? [rest] : [];
  };
  return count === 0 ? [...sentences] : sentences.map((clauses) => clauses.flatMap(clauseWithout));
}

/** Tells the meaning of a reply, and its language, by the shipped words and those of an authority. */
export type InterpretReply = (reply: Unaddressed, own?: OwnKeywords) => Said<Meaning>;

type Unaddressed = Omit<Addressed, 'keyword'>;

/** Makes a reader of replies in Danish and English. */
export function replyInterpreter(vocabulary: Vocabulary, deathWords = DEATH_WORDS): InterpretReply {
  const whole = wholeReplies(vocabulary);
  const readDeath = deathReader(deathWords);
  const readAttitude = attitudeReader(vocabulary);
  const { core, mayBeStop, behindStop } = stopReader(vocabulary);

  /** The whole phrase, polite words of its own included: `nej tak` is not said by `nej`. */
  const isOwn = (phrase: string, words: readonly string[]): boolean => {
    const spelled = wordsOf(phrase).filter(isLettered);
    const said = [words.filter(isLettered).join(' '), core(words)];
    return core(spelled) !== '' && said.includes(spelled.join(' '));
  };
  /** Who writes STOP and then says that the number is wrong, in a whole sentence, is told about that. */
  const readPossibleStop = ({ words, sentences, cut }: Unaddressed): Said<Meaning> => {
    const rest = cut || words.includes('?') ? [] : behindStop(words, sentences.flat());
    const said = rest.map((each) => readAttitude(each, NO_KEYWORDS));
    return said.find((each) => each?.meaning === 'wrong_number') ?? { meaning: 'maybe_stop', language: null };
  };

  return (reply, own = NO_KEYWORDS) => {
    const { words, sentences, cut } = reply;
    const death = readDeath(sentences);
    if (death) return { meaning: 'deceased', language: death.language };
    const joined = core(words);
    const mine = own.stop.some((phrase) => isOwn(phrase, words));
    const known: Said<Meaning> | undefined = mine ? { meaning: 'stop', language: null } : whole.get(joined);
    const asks = words.includes('?');
    if (known && !cut && (!asks || known.meaning === 'help')) return known;
    if ((known?.meaning === 'stop' && asks) || mayBeStop(joined)) return readPossibleStop(reply);
    const attitude = cut ? null : readAttitude(words, own);
    const mistyped = own.stop.some((phrase) => isMistyped(phrase, joined));
    return attitude ?? { meaning: mistyped ? 'maybe_stop' : 'other', language: null };
  };
}

/** Tells meaning and language of a reply by the words of `VOCABULARY` and those of an authority. */
export const interpretReply: InterpretReply = replyInterpreter(VOCABULARY);

/** Tells the meaning alone. */
export function readMeaning(...reply: Parameters<InterpretReply>): Meaning {
  return interpretReply(...reply).meaning;
}

/** The replies that mean something as a whole. */
function wholeReplies(vocabulary: Vocabulary): ReadonlyMap<string, Said<Meaning>> {
  const each = (phrases: readonly string[], meaning: Meaning, language: Language | null) =>
    phrases.map((phrase): [string, Said<Meaning>] => [phrase, { meaning, language }]);
  const replies = (['help', 'start', 'stop'] as const).flatMap((meaning) => [
    ...each(vocabulary[meaning], meaning, null),
    ...each(vocabulary[`${meaning}Danish`], meaning, 'da'),
    ...each(vocabulary[`${meaning}English`], meaning, 'en'),
  ]);
  return new Map(replies);
}

/** The fewest letters of an authority's own word that may have a typing error: a shorter one resembles others. */
const LONG_ENOUGH = 6;

function isMistyped(phrase: string, joined: string): boolean {
  const word = wordsOf(phrase).join(' ');
  return word.length >= LONG_ENOUGH && isOneLetterAway(joined, word);
}

function startsWith(reply: readonly (string | undefined)[], keyword: readonly string[]): boolean {
  return keyword.length > 0 && keyword.every((word, at) => reply[at] === word);
}
