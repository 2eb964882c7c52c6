import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { tidyNumber } from '../../domain/phone.ts';

/** A text that counts as an invalid number, in place of one whose country nobody can tell. */
const UNUSABLE_NUMBER = '?';

const CODES: ReadonlyMap<string, string> = new Map(
  getCountries().map((country) => [country, getCountryCallingCode(country)]),
);
const KNOWN_CODES: ReadonlySet<string> = new Set(CODES.values());

/** The calling code (`47`) of a country that is named by it (`47`, `+47`, `0047`) or by ISO 3166-1; null: of none. */
export function callingCodeOf(country: string): string | null {
  const written = country.trim();
  const [, digits] = /^(?:\+|00)?(\d{1,3})$/.exec(written) ?? [];
  if (digits !== undefined) return KNOWN_CODES.has(digits) ? digits : null;
  return CODES.get(written.toUpperCase()) ?? null;
}

/** True for a number that says its country itself. */
export function isWithCountry(written: string): boolean {
  return /^(?:\+|00)/.test(tidyNumber(written));
}

/**
 * A number as one of the country with this calling code: in E.164, without the zero that is dialled only within the
 * country. One that says its country itself stays as it is.
 * @param callingCode null: the country is not known, nor is the number then
 */
export function numberOfCountry(written: string, callingCode: string | null): string {
  if (isWithCountry(written)) return written;
  if (callingCode === null) return UNUSABLE_NUMBER;
  const digits = tidyNumber(written);
  return inE164(digits, callingCode) ?? inE164(digits.replace(/^0/, ''), callingCode) ?? UNUSABLE_NUMBER;
}

function inE164(digits: string, defaultCallingCode: string): string | null {
  const number = parsePhoneNumberFromString(digits, { defaultCallingCode, extract: false });
  return number?.isValid() && !number.ext ? number.number : null;
}
