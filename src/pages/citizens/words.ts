import type { PageLanguage } from '../kit/language.ts';
import { DANISH } from './danish.ts';
import { type CitizensWords, ENGLISH } from './english.ts';

export type { CitizensWords, HeldKind } from './english.ts';

/** The words of the pages about the rights of citizens. */
export const CITIZENS_WORDS: Readonly<Record<PageLanguage, CitizensWords>> = { da: DANISH, en: ENGLISH };
