import type { Language } from '../authority.ts';
import { isLettered } from './words.ts';

type Words = readonly string[];

/** A death that a reply tells of, in the language of its words; null: of both. */
interface Death {
  readonly language: Language | null;
}

/** Words that begin a clause of its own. */
const CONJUNCTIONS = new Set(['OG', 'SÅ', 'MEN', 'DA', 'FORDI', 'AND', 'SO', 'BUT', 'BECAUSE']);
/** Words by which a clause belongs to the one in front of it: `Det passer ikke, at min mor er død`. */
const SUBORDINATE = new Set(['AT', 'THAT']);
/** Words of a clause that stands between a noun and its verb: `Min mor, som I skriver til, er død`. */
const RELATIVE = new Set(['SOM', 'DER', 'WHO']);
/** Words behind which another noun is meant than the one in front of them: `Min far har en papegøje, der er død`. */
const OF_ANOTHER = new Set([
  'MIN',
  'MIT',
  'MINE',
  'SIN',
  'SIT',
  'VORES',
  'EN',
  'ET',
  'DE',
  'AT',
  'MY',
  'OUR',
  'HIS',
  'HER',
  'THE',
  'A',
  'AN',
  'THAT',
]);
/** Verbs at the head of a question that has no question mark. */
const ASKING = new Set(['ER', 'HAR', 'DØDE', 'IS', 'HAS', 'DID']);
/** Words between the first word of a phrase and the others: `er min mor Karen Hansen desværre død`. */
const MOST_WITHIN = 6;
/** Words between who has died and the phrase. */
const MOST_BETWEEN = 15;
/** Words behind a phrase that may belong to it. */
const MOST_BEHIND = 2;

/**
 * Makes a reader of deaths. A sentence tells of one where a relation or pronoun is the noun next to a phrase for it,
 * and the clause of that phrase neither denies nor asks. Things and animals die as well, and are not meant.
 */
export function deathReader(words: DeathWords) {
  const languages = (danish: Words, english: Words) =>
    new Map<string, Language>([
      ...danish.map((word): [string, Language] => [word, 'da']),
      ...english.map((word): [string, Language] => [word, 'en']),
    ]);
  const who = languages(words.whoDanish, words.whoEnglish);
  const died = [...languages(words.diedDanish, words.diedEnglish)].map(([phrase, language]) => ({
    phrase: phrase.split(' '),
    language,
  }));
  const things = new Set(words.things);
  const denials = new Set(words.noDeath);
  const figures = new Set(words.figures);

  /** Who has died: the relation next to the phrase, in front of it or, where there is no noun, behind it. */
  const whoDied = (front: Words, behind: Words): string | undefined => {
    const found = front.slice(-MOST_BETWEEN).findLast((word) => who.has(word) || OF_ANOTHER.has(word));
    if (found !== undefined) return who.has(found) ? found : undefined;
    return behind.slice(0, MOST_BEHIND).find((word) => who.has(word));
  };
  const readClause = (before: Words, clause: Words): Death | null => {
    const asks = ASKING.has(clause[0] ?? '') && !before.some((word) => who.has(word));
    if (asks || clause.some((word) => word === '?' || things.has(word))) return null;
    for (const { phrase, language } of died) {
      const found = placesOf(clause, phrase);
      if (!found) continue;
      const rest = clause.filter((_, at) => !found.places.includes(at));
      const behind = clause.slice(found.end);
      if (rest.some((word) => denials.has(word))) continue;
      if (behind.slice(0, MOST_BEHIND).some((word) => figures.has(word))) continue;
      const front = clause.slice(0, found.end).filter((_, at) => !found.places.includes(at));
      // A clause that has a beginning of its own has its noun there: `Min mor svarer ikke, mobiltelefonen er død`.
      const within = found.places[0] === 0 ? [...before, ...front] : front;
      const subject = who.has(phrase[0] ?? '') ? phrase[0] : whoDied(within, behind);
      if (subject !== undefined) return { language: who.get(subject) === language ? language : null };
    }
    return null;
  };

  /** @param sentences as `sentencesOf` splits them. @returns null where the reply tells of no death */
  return (sentences: readonly (readonly Words[])[]): Death | null => {
    for (const sentence of sentences) {
      let before: Words = [];
      for (const clause of clausesOf(sentence)) {
        const death = readClause(before, clause);
        if (death) return death;
        if (!RELATIVE.has(clause[0] ?? '')) before = [...before, ...clause].slice(-MOST_BETWEEN);
      }
    }
    return null;
  };
}

/** The clauses of a sentence, parted at conjunctions too; a single word, such as `…, ikke?`, goes with those before. */
function clausesOf(sentence: readonly Words[]): string[][] {
  const clauses: string[][] = [];
  for (const part of sentence) {
    const first = part[0] ?? '';
    const joins = SUBORDINATE.has(first) || part.filter(isLettered).length <= 1;
    if (!joins || clauses.length === 0) clauses.push([]);
    for (const [at, word] of part.entries()) {
      if (at > 0 && CONJUNCTIONS.has(word)) clauses.push([]);
      clauses.at(-1)?.push(word);
    }
  }
  return clauses;
}

/** Where the words of a phrase stand in a clause, with a few others behind the first; null: they don't. */
function placesOf(clause: Words, phrase: Words): { readonly places: readonly number[]; readonly end: number } | null {
  const [first, ...rest] = phrase;
  for (let at = clause.indexOf(first ?? ''); at !== -1; at = clause.indexOf(first ?? '', at + 1)) {
    if (rest.length === 0) return { places: [at], end: at + 1 };
    for (let next = at + 1; next <= at + 1 + MOST_WITHIN; next++) {
      if (!rest.every((word, nth) => clause[next + nth] === word)) continue;
      return { places: [at, ...rest.map((_, nth) => next + nth)], end: next + rest.length };
    }
  }
  return null;
}

/** The words that a death is told by, in upper case, as `wordsOf` splits them. docs/replies.md names them all. */
interface DeathWords {
  /** Danish relations and pronouns of who has died. */
  readonly whoDanish: readonly string[];
  /** English ones. */
  readonly whoEnglish: readonly string[];
  /** Danish phrases for a death; between the first word of several and the others there may be more. */
  readonly diedDanish: readonly string[];
  /** English ones. */
  readonly diedEnglish: readonly string[];
  /** Things and animals, which die as well. Others have a word such as `min` or `the` in front. */
  readonly things: readonly string[];
  /** Words that deny a death. */
  readonly noDeath: readonly string[];
  /** Words right behind a death that make it a figure of speech. */
  readonly figures: readonly string[];
}

/** The shipped words for a death, Danish and English. */
export const DEATH_WORDS: DeathWords = {
  whoDanish: [
    ...list('MOR, MODER, FAR, FADER, MAND, MANDEN, KONE, KONEN, HUSTRU, ÆGTEFÆLLE, SAMLEVER, KÆRESTE, SØN'),
    ...list('DATTER, BARN, BARNEBARN, BROR, BRODER, SØSTER, MORMOR, FARMOR, MORFAR, FARFAR, BEDSTEMOR, BEDSTEFAR'),
    ...list('SVIGERMOR, SVIGERFAR, ONKEL, TANTE, MOSTER, FASTER, PATIENTEN, BORGEREN, VEDKOMMENDE, HAN, HUN, HAM'),
    ...list('HENDE'),
  ],
  whoEnglish: [
    ...list('MOTHER, MUM, MOM, FATHER, DAD, HUSBAND, WIFE, PARTNER, SON, DAUGHTER, CHILD, BROTHER, SISTER'),
    ...list('GRANDMOTHER, GRANDFATHER, GRANDMA, GRANDPA, UNCLE, AUNT, PATIENT, HE, SHE, HES, SHES'),
  ],
  diedDanish: [
    ...list('ER DØD, ER AFDØD, DØDE, ER GÅET BORT, GIK BORT, ER AFGÅET VED DØDEN, AFGIK VED DØDEN, ER SOVET IND'),
    ...list('LEVER IKKE MERE, LEVER IKKE LÆNGERE'),
  ],
  diedEnglish: list('DIED, IS DEAD, HES DEAD, SHES DEAD, IS DECEASED, PASSED AWAY'),
  things: list('HUNDEN, KATTEN, HESTEN, BILEN, TELEFONEN, MOBILEN, BATTERIET, COMPUTEREN, SKÆRMEN'),
  noDeath: list('IKKE, IKK, ALDRIG, HVERKEN, NÆSTEN, HVIS, INGEN, NOT, HASNT, NEVER, ALMOST, NEARLY, IF'),
  figures: list('TRÆT, SULTEN, GRIN, TIRED, LAUGHING, LAUGHTER'),
};

function list(entries: string): string[] {
  return entries.split(', ');
}
