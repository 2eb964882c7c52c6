/** Parts that reveal an illness wherever in a word they stand: `lungekræft`, `børnepsykiatri`. */
const REVEALING_PARTS = [
  'onkolog',
  'kræft',
  'cancer',
  'kemoterapi',
  'stråleterapi',
  'strålebehandling',
  'palliativ',
  'mammografi',
  'psykiatr',
  'psykolog',
  'psykose',
  'depression',
  'selvmord',
  'spiseforstyrrelse',
  'fertilitet',
  'gynækolog',
  'graviditet',
  'prævention',
  'krisecenter',
  'kønssygdom',
  'klamydia',
  'venerolog',
  'hepatitis',
  'misbrug',
  'alkohol',
  'rusmiddel',
  'afvænning',
  'metadon',
  'diabetes',
  'dialyse',
  'epilepsi',
  'sclerose',
  'neurolog',
  'oncolog',
  'chemotherapy',
  'radiotherapy',
  'psychiatr',
  'psycholog',
  'dementia',
  'gynaecolog',
  'gynecolog',
  'pregnan',
  'addiction',
  'chlamydia',
  'dialysis',
  'epilepsy',
];
/** Beginnings of words that do: elsewhere in a word they mean something else (`langstrakt`, `arkhiv`). */
const REVEALING_BEGINNINGS = [
  'tumor',
  'angst',
  'demens',
  'adhd',
  'autis',
  'abort',
  'urolog',
  'svangre',
  'hiv',
  'aids',
  'venerisk',
  'infektionsmed',
  'suicid',
  'fertility',
  'alcohol',
  'shelter',
  'jordemoder',
  'midwife',
];
/** Words that only look as if they named cancer. */
const HARMLESS = /^(?:bekræft|afkræft|kræftig|kræfter)/;
const REVEALING_PHRASES = ['substance abuse', 'sexual health'];

/** Beginnings of words for a part of a hospital or a kind of treatment, which do not tell of which illness. */
const HEALTH_BEGINNINGS = [
  'afdeling',
  'afsnit',
  'ambulatori',
  'klinik',
  'sengeafsnit',
  'operation',
  'undersøgelse',
  'behandling',
  'scanning',
  'røntgen',
  'blodprøve',
  'vaccination',
  'fysioterap',
  'ergoterap',
  'genoptræning',
  'tandlæge',
  'tandpleje',
  'indlæggelse',
  'forundersøgelse',
  'department',
  'clinic',
  'outpatient',
  'surgery',
  'treatment',
  'examination',
  'x-ray',
  'blood test',
  'physiotherap',
  'dentist',
  'check-up',
];

/** How much a text tells whoever reads it on a locked screen. */
export interface Privacy {
  /** 0: nothing of health; 1: a department or a kind of treatment; 2: a word that reveals an illness. */
  readonly grade: 0 | 1 | 2;
  /** Words of the text that caused the grade, in small letters, each once; none for 0. */
  readonly words: readonly string[];
}

/** Judges what a text reveals about the health of the citizen who gets it. */
export function privacyOf(text: string): Privacy {
  const revealing = revealingWords(text);
  if (revealing.length > 0) return { grade: 2, words: revealing };
  const words = found(text, (word) => HEALTH_BEGINNINGS.some((beginning) => word.startsWith(beginning)));
  const phrases = HEALTH_BEGINNINGS.filter((each) => /[ -]/.test(each) && text.toLowerCase().includes(each));
  const all = [...new Set([...words, ...phrases])];
  return { grade: all.length > 0 ? 1 : 0, words: all };
}

/** Words of a text that may reveal what its reader is treated for, in small letters, each once. */
export function revealingWords(text: string): string[] {
  const words = found(
    text,
    (word) =>
      !HARMLESS.test(word) &&
      (REVEALING_PARTS.some((part) => word.includes(part)) ||
        REVEALING_BEGINNINGS.some((part) => word.startsWith(part))),
  );
  return [...words, ...REVEALING_PHRASES.filter((phrase) => text.toLowerCase().includes(phrase))];
}

function found(text: string, isMeant: (word: string) => boolean): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [])].filter(isMeant);
}
