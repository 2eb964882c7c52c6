import type { AuthoritySettings } from '../domain/authority.ts';
import type { TextName } from '../domain/reminder.ts';
import { nonGsmCharacters } from '../domain/sms/segments.ts';
import { foldPunctuation } from '../domain/sms/sms-text.ts';
import { holdsCpr } from '../domain/text/cpr.ts';
import { holdsLink } from '../domain/text/links.ts';
import { holdsNumber } from '../domain/text/numbers.ts';
import { revealingWords } from '../domain/text/privacy.ts';

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

/** A warning for the author of a template, as data: pages say it in their own language. */
export type TemplateWarning =
  | { readonly kind: 'missing'; readonly variable: string }
  | { readonly kind: 'costly'; readonly character: string }
  | { readonly kind: 'segments'; readonly segments: number }
  | { readonly kind: 'revealing'; readonly word: string }
  | { readonly kind: 'may_be_empty' | 'department' | 'holds_cpr' | 'holds_link' };

/** Finds what the author of a template should know; none of it refuses the template. */
export function templateWarningsOf(
  { text, variables, segments, mayBeEmpty }: CheckedText,
  name?: TextName,
): TemplateWarning[] {
  const missing =
    name && NEEDS_DATE_AND_TIME.has(name) ? ['date', 'time'].filter((variable) => !variables.includes(variable)) : [];
  return [
    ...missing.map((variable) => ({ kind: 'missing', variable }) as const),
    ...nonGsmCharacters(foldPunctuation(text)).map((character) => ({ kind: 'costly', character }) as const),
    ...(segments > 1 ? [{ kind: 'segments', segments } as const] : []),
    ...(mayBeEmpty ? [{ kind: 'may_be_empty' } as const] : []),
    ...revealingWords(text).map((word) => ({ kind: 'revealing', word }) as const),
    ...(variables.includes('department') ? [{ kind: 'department' } as const] : []),
    ...(holdsCpr(text) ? [{ kind: 'holds_cpr' } as const] : []),
    ...(holdsLink(text) ? [{ kind: 'holds_link' } as const] : []),
  ];
}

/** The sentence of the API for a warning. */
export function warningText(warning: TemplateWarning): string {
  switch (warning.kind) {
    case 'missing':
      return `It does not say the ${warning.variable} of the appointment: {{${warning.variable}}} is missing.`;
    case 'costly':
      return `"${warning.character}" (${codePoint(warning.character)}) limits an SMS to 70 characters instead of 160.`;
    case 'segments':
      return `It takes ${warning.segments} segments with long values; each segment is billed.`;
    case 'revealing':
      return `"${warning.word}" may reveal what the citizen is treated for.`;
    default:
      return SENTENCES[warning.kind];
  }
}

const SENTENCES = {
  may_be_empty: 'It is empty without place, department and number to phone: no SMS is sent then.',
  department: 'The name of a department may reveal what the citizen is treated for.',
  holds_cpr: 'It contains what looks like a CPR number: such an SMS is never sent.',
  holds_link: 'It contains a link: operators block SMS with links that they do not know.',
} as const;

/** The code point of a character as Unicode writes it: `U+0107`. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Things that a citizen can't do with the SMS of an authority: `stop`: get no more of them; `phone`: reach somebody.
 */
export type NoWayOut = 'stop' | 'phone';

const STOP_HINT = /stop|afmeld|frameld|unsubscribe|opt[ -]?out/i;

/** False for a sender that is a name: phones have nothing to send an answer to. */
export function canBeAnswered(sender: string): boolean {
  return /^\d+$/.test(sender);
}

/**
 * Tells how an SMS about an appointment leaves its reader: whether there is a way to opt out (senders that can be
 * answered, in each country, or a word of how to), and a number to phone.
 * @param text as written or as printed
 * @param printsPhone whether the text prints the number to phone
 */
export function noWayOut(
  text: string,
  printsPhone: boolean,
  { sender, senders, contactPhone }: Pick<AuthoritySettings, 'sender' | 'senders' | 'contactPhone'>,
): NoWayOut[] {
  const mute = ![sender, ...Object.values(senders)].every(canBeAnswered) && !STOP_HINT.test(text);
  const phone = (printsPhone && contactPhone !== null) || holdsNumber(text);
  return [...(mute ? (['stop'] as const) : []), ...(phone ? [] : (['phone'] as const))];
}

const WARNINGS: Readonly<Record<NoWayOut, string>> = {
  stop: 'The SMS does not say how to get no more SMS, and nobody can answer a sender that is a name.',
  phone: 'The SMS prints no number to phone: set contactPhone for the authority, and print {{contactPhone}}.',
};

/** The warning of what is missing, for those who set an authority up. */
export function wayOutWarning(missing: NoWayOut): string {
  return WARNINGS[missing];
}
