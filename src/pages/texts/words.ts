import type { PageLanguage } from '../kit/language.ts';
import { DANISH } from './danish.ts';
import { ENGLISH } from './english.ts';

/** The words of the pages of texts. */
export type TextsWords = typeof ENGLISH;

/** The words of the pages of texts, by language. */
export const TEXTS_WORDS: Readonly<Record<PageLanguage, TextsWords>> = { da: DANISH, en: ENGLISH };
