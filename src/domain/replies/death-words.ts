/** The words that a death is told by, in upper case, as `wordsOf` splits them. docs/replies.md names them all. */
export interface DeathWords {
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
