import type { PageLanguage } from '../kit/language.ts';

interface SenderWords {
  /** For those who may change texts and sender: the parts of a sentence, two of which are links. */
  readonly say: string;
  readonly texts: string;
  readonly or: string;
  readonly number: string;
  /** In its place, for everybody else. */
  readonly ask: string;
}

/** Sentences about a sender that nobody can reply to, with what can be done. */
export const SENDER_WORDS: Readonly<Record<PageLanguage, SenderWords>> = {
  da: {
    say: 'Skriv i ',
    texts: 'teksterne',
    or: ', hvordan man framelder sig, eller ',
    number: 'brug et nummer som afsender',
    ask: 'En administrator kan skrive i teksterne, hvordan man framelder sig, eller bruge et nummer som afsender.',
  },
  en: {
    say: 'Say in ',
    texts: 'the texts',
    or: ' how to opt out, or ',
    number: 'use a number as the sender',
    ask: 'An administrator can say in the texts how to opt out, or use a number as the sender.',
  },
};
