import type { PageLanguage } from '../kit/language.ts';
import { DANISH } from './danish.ts';
import { ENGLISH } from './english.ts';
import type { TodoWords } from './word-types.ts';

export type { ListWords, TodoWords } from './word-types.ts';

/** The words of the to-do page. */
export const TODO_WORDS: Readonly<Record<PageLanguage, TodoWords>> = { da: DANISH, en: ENGLISH };
