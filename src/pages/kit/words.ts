import type { PageLanguage } from './language.ts';

/** Something in both languages of the pages. */
export type Bilingual<T> = Readonly<Record<PageLanguage, T>>;

/** Words in both languages: the Danish ones say which there are, and the compiler asks for the English ones. */
export function bilingual<T>(words: { readonly da: T; readonly en: NoInfer<T> }): Bilingual<T> {
  return words;
}

/** The names of the languages of pages and texts. */
export const LANGUAGE_NAMES = bilingual({
  da: { da: 'Dansk', en: 'Engelsk' },
  en: { da: 'Danish', en: 'English' },
});
