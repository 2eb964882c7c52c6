import { LOCALES, type PageLanguage } from './language.ts';

const UNKNOWN: Readonly<Record<PageLanguage, string>> = { da: 'Ukendt', en: 'Unknown' };

/** Made once: each takes longer than all names of a page. */
const REGIONS: Readonly<Record<PageLanguage, Intl.DisplayNames>> = {
  da: new Intl.DisplayNames([LOCALES.da], { type: 'region' }),
  en: new Intl.DisplayNames([LOCALES.en], { type: 'region' }),
};

/** The name of a country of numbers (ISO 3166-1 alpha-2); `none`: it is not known. */
export function countryName(language: PageLanguage, code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return UNKNOWN[language];
  return REGIONS[language].of(code) ?? code;
}
