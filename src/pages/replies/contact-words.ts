import type { PageLanguage } from '../kit/language.ts';

interface ContactWords {
  /** The authority has no number to phone. */
  readonly none: string;
  /** The link for those who may enter one. */
  readonly enter: string;
  /** In its place, for everybody else. */
  readonly ask: string;
}

/** Sentences about citizens who have no number to phone. */
export const CONTACT_WORDS: Readonly<Record<PageLanguage, ContactWords>> = {
  da: {
    none: 'Myndigheden har intet telefonnummer, så SMS’erne siger ikke, hvor man ringer hen for at melde afbud.',
    enter: 'Skriv et nummer',
    ask: 'En administrator kan skrive det under »Regler«, »Svar og afbud«.',
  },
  en: {
    none: 'The authority has no phone number, so its SMS do not say where to call to cancel.',
    enter: 'Enter a number',
    ask: 'An administrator can enter one under “Rules”, “Replies and cancellations”.',
  },
};
