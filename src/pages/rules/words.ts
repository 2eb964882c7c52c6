import type { PageLanguage } from '../kit/language.ts';
import { DANISH } from './danish.ts';
import { DANISH_TOOLS } from './danish-tools.ts';
import { ENGLISH } from './english.ts';
import { ENGLISH_TOOLS } from './english-tools.ts';

/** The words of the pages of rules. */
export type RulesWords = typeof ENGLISH & { readonly tools: typeof ENGLISH_TOOLS };

/** The words of the pages of rules, by language. */
export const RULES_WORDS: Readonly<Record<PageLanguage, RulesWords>> = {
  da: { ...DANISH, tools: DANISH_TOOLS },
  en: { ...ENGLISH, tools: ENGLISH_TOOLS },
};
