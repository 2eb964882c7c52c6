import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { PageLanguage } from '../kit/language.ts';

/** Sentences that explain what a reply was taken for, that it holds reminders back, and what it may have left. */
export interface MeaningWords {
  readonly means: Readonly<Record<Meaning, string>>;
  readonly holds: string;
  /** Hint beside a START that a person has to read. */
  readonly startWaits: string;
}

/** The sentences by language. */
export const MEANING_WORDS: Readonly<Record<PageLanguage, MeaningWords>> = {
  da: {
    means: {
      cancel: 'Svaret lyder som et afbud.',
      deceased: 'Svaret fortæller, at borgeren eller en pårørende er død.',
      wrong_number: 'Nummeret kan være en andens end borgerens.',
      maybe_stop: 'Svaret kan betyde, at borgeren ikke vil have flere SMS’er.',
      confirm: 'Svaret lyder som et ja til aftalen.',
      other: 'EasySMS kan ikke se, hvad svaret betyder.',
      stop: 'Borgeren vil ikke have flere SMS’er.',
      start: 'Borgeren vil gerne have SMS’er igen.',
      help: 'Borgeren vil vide, hvem der sender, eller hvad man kan gøre.',
    },
    holds: 'Påmindelserne holdes tilbage, indtil svaret er behandlet.',
    startWaits: 'Se under Frameldinger, om nummeret stadig er frameldt: et STOP, der er skrevet senere, gælder.',
  },
  en: {
    means: {
      cancel: 'The reply sounds like a cancellation.',
      deceased: 'The reply says that the citizen, or somebody near, has died.',
      wrong_number: 'The number may be somebody else’s.',
      maybe_stop: 'The reply may mean that the citizen wants no more SMS.',
      confirm: 'The reply sounds like a yes to the appointment.',
      other: 'EasySMS cannot tell what the reply means.',
      stop: 'The citizen wants no more SMS.',
      start: 'The citizen wants SMS again.',
      help: 'The citizen wants to know who sends this, or what can be done.',
    },
    holds: 'The reminders are held back until the reply is settled.',
    startWaits: 'See under Opt-outs whether the number is still opted out: a STOP that was written later counts.',
  },
};
