/**
 * The words and phrases that replies are read by, in upper case, as `wordsOf` splits them: each entry is one word or
 * several with a blank in between. docs/replies.md names all that carry a meaning, and a test holds that each of them
 * decides at least one reply of test/domain/replies/answers.tsv.
 */
export interface Vocabulary {
  /** Whole replies that opt out, of both languages. */
  readonly stop: readonly string[];
  /** Danish ones. */
  readonly stopDanish: readonly string[];
  /** English ones. */
  readonly stopEnglish: readonly string[];
  /** Whole replies that opt in, of both languages. */
  readonly start: readonly string[];
  /** Danish ones. */
  readonly startDanish: readonly string[];
  /** English ones. */
  readonly startEnglish: readonly string[];
  /** Whole replies that ask for help, of both languages. */
  readonly help: readonly string[];
  /** Danish ones. */
  readonly helpDanish: readonly string[];
  /** English ones. */
  readonly helpEnglish: readonly string[];
  /** Words that change nothing beside the whole replies above. */
  readonly polite: readonly string[];
  /** Beginnings of a reply that may opt out. */
  readonly stopLike: readonly string[];
  /** Phrases that, anywhere in a reply, say that the citizen may not want SMS. */
  readonly noMore: readonly string[];
  /** Words that a first word with one typing error counts as, for `maybe_stop`. */
  readonly mistyped: readonly string[];
  /** Words of their own that are one letter away from those. */
  readonly notMistyped: readonly string[];
  /** Phrases behind `STOP`, after which it may be said that the number is wrong. */
  readonly stopWhat: readonly string[];
  /** Danish phrases that say that the number is not the patient's. */
  readonly wrongDanish: readonly string[];
  /** English ones. */
  readonly wrongEnglish: readonly string[];
  /** Beginnings of a Danish sentence that ends with such a phrase. */
  readonly beforeWrongDanish: readonly string[];
  /** English ones. */
  readonly beforeWrongEnglish: readonly string[];
  /** Danish sentences that say the same. */
  readonly notMeDanish: readonly string[];
  /** English ones. */
  readonly notMeEnglish: readonly string[];
  /** Words that deny: a cancellation with one of them may follow a refusal (`No, I can't come`). */
  readonly denials: readonly string[];
  /** Danish phrases that cancel, after which an object may stand. */
  readonly cancelDanish: readonly string[];
  /** Beginnings of such phrases, each of which goes with all of the ends below it. */
  readonly mustDanish: readonly string[];
  readonly mustWhatDanish: readonly string[];
  /** Likewise; a beginning of these is a phrase by itself, too. */
  readonly cannotDanish: readonly string[];
  readonly cannotWhatDanish: readonly string[];
  /** Likewise. */
  readonly prevented: readonly string[];
  readonly preventedFrom: readonly string[];
  /** English phrases that cancel. */
  readonly cancelEnglish: readonly string[];
  /** Beginnings in front of `CANCEL`. */
  readonly mustEnglish: readonly string[];
  /** Beginnings, each of which goes with all of the ends below it. */
  readonly cannotEnglish: readonly string[];
  readonly cannotWhatEnglish: readonly string[];
  /** Danish phrases that excuse a cancellation, and are none by themselves. */
  readonly excusesDanish: readonly string[];
  /** English ones. */
  readonly excusesEnglish: readonly string[];
  /** Phrases behind which a reason of up to three words stands. */
  readonly reasons: readonly string[];
  /** Danish phrases that confirm, and emoji. */
  readonly confirmDanish: readonly string[];
  /** English ones. */
  readonly confirmEnglish: readonly string[];
  /** Danish words of persons that may stand before a Danish phrase. */
  readonly subjectsDanish: readonly string[];
  /** English ones: `I` is "you" in Danish. */
  readonly subjectsEnglish: readonly string[];
  /** Nouns for the thing that is cancelled. */
  readonly objects: readonly string[];
  /** Those that may stand behind `AFBUD` alone. */
  readonly objectsOfAfbud: readonly string[];
  /** Phrases that go with a cancellation and contradict a confirmation. */
  readonly refusals: readonly string[];
  /** Words that change nothing wherever they stand. */
  readonly adverbs: readonly string[];
  /** Those of them after which a Danish sentence is turned round: `Desværre kan jeg ikke komme`. */
  readonly turning: readonly string[];
  /** Phrases that change nothing between the others: greetings, conjunctions, kind emoji. */
  readonly neutral: readonly string[];
  /** Words in front of a day. */
  readonly beforeDays: readonly string[];
  /** Phrases that name the day of the SMS. */
  readonly today: readonly string[];
  /** Phrases that name the day after. */
  readonly tomorrow: readonly string[];
  /** Phrases that name a day of the week, each language from Monday to Sunday. */
  readonly weekdays: readonly string[];
  /** Phrases behind which a name stands. */
  readonly signatures: readonly string[];
  /** Words that are no names: behind the phrase of a signature, such a word belongs to the reply again. */
  readonly notNames: readonly string[];
  /** Phrases behind which a device stands. */
  readonly sentFrom: readonly string[];
  /** Devices that SMS are sent from. */
  readonly devices: readonly string[];
}
