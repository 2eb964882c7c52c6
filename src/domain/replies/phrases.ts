import type { Language } from '../authority.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Role of a phrase in a reply: a meaning of its own, or what may stand beside one. */
export type PhraseKind =
  | ('cancel' | 'confirm' | 'wrong_number')
  | ('refusal' | 'neutral' | 'day' | 'object' | 'signature' | 'reason' | 'excuse');

/** A phrase of a whole reply. */
export interface Phrase {
  readonly kind: PhraseKind;
  /** The language of the list that it stands in; null: of both, or it carries no meaning. */
  readonly language: Language | null;
}

/** The phrases that whole replies consist of, each with what stands in front of it. */
export function phrasesOf(vocabulary: Vocabulary): ReadonlyMap<string, Phrase> {
  const danish = (phrases: readonly string[]) => behind(vocabulary.subjectsDanish, phrases);
  const english = (phrases: readonly string[]) => behind(vocabulary.subjectsEnglish, phrases);
  const { today, tomorrow, weekdays, beforeDays, sentFrom, devices } = vocabulary;
  const { wrongDanish, wrongEnglish, beforeWrongDanish, beforeWrongEnglish, notMeDanish, notMeEnglish } = vocabulary;
  return new Map<string, Phrase>([
    ...each([...vocabulary.neutral, ...pairs(sentFrom, devices)], 'neutral'),
    ...each(behind(beforeDays, [...today, ...tomorrow, ...weekdays]), 'day'),
    ...each(vocabulary.objects, 'object'),
    ...each(vocabulary.signatures, 'signature'),
    ...each(vocabulary.refusals, 'refusal'),
    ...each(vocabulary.reasons, 'reason'),
    ...each([...danish(vocabulary.excusesDanish), ...english(vocabulary.excusesEnglish)], 'excuse'),
    ...each([...danish(vocabulary.confirmDanish), ...english(vocabulary.confirmEnglish)], 'confirm'),
    ...each(danish(danishCancellations(vocabulary)), 'cancel', 'da'),
    ...each(english(englishCancellations(vocabulary)), 'cancel', 'en'),
    ...each([...behind(beforeWrongDanish, wrongEnglish), ...behind(beforeWrongEnglish, wrongDanish)], 'wrong_number'),
    ...each([...behind(beforeWrongDanish, wrongDanish), ...notMeDanish], 'wrong_number', 'da'),
    ...each([...behind(beforeWrongEnglish, wrongEnglish), ...notMeEnglish], 'wrong_number', 'en'),
  ]);
}

/** The Danish phrases that cancel. */
function danishCancellations(vocabulary: Vocabulary): string[] {
  const { mustDanish, mustWhatDanish, cannotDanish, cannotWhatDanish, prevented, preventedFrom } = vocabulary;
  const phrases = [
    ...vocabulary.cancelDanish,
    ...pairs(mustDanish, mustWhatDanish),
    ...cannotDanish,
    ...pairs(cannotDanish, cannotWhatDanish),
    ...prevented,
    ...pairs(prevented, preventedFrom),
  ];
  return [
    ...phrases,
    ...pairs(
      phrases.filter((phrase) => phrase.endsWith('AFBUD')),
      vocabulary.objectsOfAfbud,
    ),
  ];
}

function englishCancellations({ cancelEnglish, mustEnglish, cannotEnglish, cannotWhatEnglish }: Vocabulary): string[] {
  return [...cancelEnglish, ...pairs(mustEnglish, ['CANCEL']), ...pairs(cannotEnglish, cannotWhatEnglish)];
}

function pairs(beginnings: readonly string[], ends: readonly string[]): string[] {
  return beginnings.flatMap((beginning) => ends.map((end) => `${beginning} ${end}`));
}

/** The phrases, alone and behind each of the beginnings. */
function behind(beginnings: readonly string[], phrases: readonly string[]): string[] {
  return [...phrases, ...pairs(beginnings, phrases)];
}

function each(phrases: readonly string[], kind: PhraseKind, language: Language | null = null): [string, Phrase][] {
  return phrases.map((phrase) => [phrase, { kind, language }]);
}
