import type { PageLanguage } from '../language.ts';

/** The words of the to-do page. */
export interface TodoWords {
  readonly title: string;
  readonly nothing: string;
  readonly replies: (count: number) => string;
}

const DANISH: TodoWords = {
  title: 'Opgaver',
  nothing: 'Der er intet, der venter på dig lige nu.',
  replies: (count) => (count === 1 ? '1 svar fra en borger venter' : `${count} svar fra borgere venter`),
};

const ENGLISH: TodoWords = {
  title: 'To do',
  nothing: 'Nothing waits for you right now.',
  replies: (count) => (count === 1 ? '1 reply of a citizen waits' : `${count} replies of citizens wait`),
};

/** The words of the to-do page. */
export const TODO_WORDS: Readonly<Record<PageLanguage, TodoWords>> = { da: DANISH, en: ENGLISH };
