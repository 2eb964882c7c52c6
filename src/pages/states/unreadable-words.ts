import type { MayBeUnreadable } from '../../runtime/opened-row.ts';
import type { PageLanguage } from '../kit/language.ts';

const WORDS = {
  da: { number: 'Nummeret kan ikke læses', text: 'Teksten kan ikke læses. Driften ser hvorfor.' },
  en: { number: 'The number cannot be read', text: 'The text cannot be read. Operations see why.' },
} as const satisfies Readonly<Record<PageLanguage, object>>;

/** Says why a number or a text of a row is not there: it can't be opened, or what `otherwise` says. */
export function whyMissing(
  { unreadable }: MayBeUnreadable,
  what: keyof (typeof WORDS)['da'],
  language: PageLanguage,
  otherwise: string,
): string {
  return unreadable ? WORDS[language][what] : otherwise;
}
