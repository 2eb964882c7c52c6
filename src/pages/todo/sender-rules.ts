import type { RefusedSender } from '../../staff/gateways/rules.ts';
import { countryName } from '../kit/country-name.ts';
import type { PageLanguage } from '../kit/language.ts';

/** The rules of suppliers for senders in Danish, by the ids of their gateways: each has one. */
const DANISH: Readonly<Record<string, (country: string) => string>> = {
  gatewayapi: () => 'Afsenderen skal have 3 til 11 bogstaver fra a til z og cifre, eller 3 til 15 cifre.',
  inmobile: () => 'Afsenderen skal have 3 til 11 tegn, eller 3 til 14 cifre.',
  kannel: () => 'Afsenderen må kun have bogstaver fra a til z, cifre og almindelige tegn, ikke æ, ø og å.',
  link: () =>
    'Afsenderen skal have 2 til 11 bogstaver fra a til z og cifre, med et bogstav først, eller 3 til 15 cifre.',
  twilio: (country) => `Til numre fra ${country} skal afsenderen være et nummer.`,
};

/** The rule of a supplier that senders of an authority break; English sentences come from the supplier's adapter. */
export function senderRuleText({ gateway, rule, countries }: RefusedSender, language: PageLanguage): string {
  if (language === 'en') return rule;
  const words = Object.hasOwn(DANISH, gateway) ? DANISH[gateway] : undefined;
  return words?.(countries.map((country) => countryName(language, country)).join(', ')) ?? `»${rule}« (på engelsk)`;
}
