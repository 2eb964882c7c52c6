import type { PageLanguage } from '../kit/language.ts';

/** The words of the page on which an authority is chosen. */
export interface AuthorityChoiceWords {
  readonly title: string;
  readonly search: string;
  readonly button: string;
  readonly none: string;
  readonly more: (shown: number) => string;
  readonly replies: (count: number) => string;
}

const DANISH: AuthorityChoiceWords = {
  title: 'Vælg myndighed',
  search: 'Navn eller id',
  button: 'Søg',
  none: 'Ingen myndighed hedder sådan. Prøv med en del af navnet.',
  more: (shown) => `Her vises ${shown} af dem. Søg for at finde flere.`,
  replies: (count) => `${count} svar venter`,
};

const ENGLISH: AuthorityChoiceWords = {
  title: 'Choose authority',
  search: 'Name or id',
  button: 'Search',
  none: 'No authority has that name. Try a part of it.',
  more: (shown) => `${shown} of them are shown. Search to find more.`,
  replies: (count) => (count === 1 ? '1 reply waits' : `${count} replies wait`),
};

/** The words of the page on which an authority is chosen. */
export const AUTHORITY_CHOICE_WORDS: Readonly<Record<PageLanguage, AuthorityChoiceWords>> = { da: DANISH, en: ENGLISH };
