import type { TemplateName } from '../domain/reminder.ts';
import { nonGsmCharacters } from '../domain/segments.ts';
import { foldPunctuation } from '../domain/sms-text.ts';
import { holdsCpr } from '../domain/text/cpr.ts';
import { holdsLink } from '../domain/text/links.ts';

/** Beginnings of words that reveal a treatment: an SMS can be read on a locked screen. */
const SENSITIVE_WORDS = [
  ...[
    'onkolog',
    'kræft',
    'cancer',
    'tumor',
    'kemoterapi',
    'stråleterapi',
    'strålebehandling',
    'palliativ',
    'mammografi',
  ],
  ...[
    'psykiatr',
    'psykolog',
    'psykose',
    'depression',
    'angst',
    'selvmord',
    'demens',
    'adhd',
    'autis',
    'spiseforstyrrelse',
  ],
  ...['abort', 'fertilitet', 'gynækolog', 'urolog', 'graviditet', 'svangre', 'prævention', 'krisecenter'],
  ...['hiv', 'aids', 'kønssygdom', 'klamydia', 'venerolog', 'venerisk', 'hepatitis', 'infektionsmed'],
  ...[
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
  ],
  ...[
    'oncolog',
    'chemotherapy',
    'radiotherapy',
    'psychiatr',
    'psycholog',
    'suicid',
    'dementia',
    'fertility',
    'gynaecolog',
    'gynecolog',
  ],
  ...[
    'pregnan',
    'addiction',
    'alcohol',
    'substance abuse',
    'sexual health',
    'chlamydia',
    'dialysis',
    'epilepsy',
    'shelter',
  ],
];
const SENSITIVE_WORD = new RegExp(`(?<![\\p{L}\\d])(?:${SENSITIVE_WORDS.join('|')})[\\p{L}\\d]*`, 'giu');

/** Template as the warnings see it. */
export interface CheckedText {
  readonly text: string;
  readonly variables: readonly string[];
  readonly segments: number;
  /** True when it prints nothing without place, department and number to phone. */
  readonly mayBeEmpty: boolean;
}

/** Templates about an appointment, which have to mention its time. */
const NEEDS_DATE_AND_TIME: ReadonlySet<string> = new Set(['reminder', 'confirmation', 'rescheduled', 'cancellation']);

/** Warnings for the author of a template; none of them refuses it. */
export function warningsFor({ text, variables, segments, mayBeEmpty }: CheckedText, name?: TemplateName): string[] {
  const missing =
    name && NEEDS_DATE_AND_TIME.has(name) ? ['date', 'time'].filter((variable) => !variables.includes(variable)) : [];
  return [
    ...missing.map((variable) => `It does not say the ${variable} of the appointment: {{${variable}}} is missing.`),
    ...nonGsmCharacters(foldPunctuation(text)).map(
      (character) => `"${character}" (${codePoint(character)}) limits an SMS to 70 characters instead of 160.`,
    ),
    ...(segments > 1 ? [`It takes ${segments} segments with long values; each segment is billed.`] : []),
    ...(mayBeEmpty ? ['It is empty without place, department and number to phone: no SMS is sent then.'] : []),
    ...new Set(
      [...text.matchAll(SENSITIVE_WORD)].map(
        ([word]) => `"${word.toLowerCase()}" may reveal what the citizen is treated for.`,
      ),
    ),
    ...(variables.includes('department')
      ? ['The name of a department may reveal what the citizen is treated for.']
      : []),
    ...(holdsCpr(text) ? ['It contains what looks like a CPR number: such an SMS is never sent.'] : []),
    ...(holdsLink(text) ? ['It contains a link: operators block SMS with links that they do not know.'] : []),
  ];
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}
