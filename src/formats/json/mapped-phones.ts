import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Fault } from '../../domain/errors.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import { tidyNumber } from '../../domain/phone.ts';
import { firstFilled, isEmpty, scalarText, siblingsNamed, toList, valueAt } from './mapped-values.ts';

const MAX_PHONES = 20;

/** Numbers of a vendor's event. */
export interface MappedPhones {
  /** In the order of the pointers; null when they are empty, undefined when they are absent. */
  readonly phone: string | readonly string[] | null | undefined;
  /** The same numbers as they were written. */
  readonly written: readonly string[];
  /** Countries that stand beside a number and are not read; pointers lead into the event. */
  readonly warnings: readonly Fault[];
}

/**
 * Reads the numbers at the mapped pointers, each with the country that the mapping points at. One beside which another
 * country stands that nothing reads would be the number of somebody else.
 * @param defaultRegion of the source: the country of a number that has none
 */
export function phonesIn(body: unknown, { fields }: JsonMapping, defaultRegion: string): MappedPhones {
  const countries = toList(fields.phoneCountry);
  const mapped = firstFilled(body, countries);
  const ofSource = callingCodeOf(defaultRegion);
  const code = mapped ? codeIn(mapped.value) : ofSource;
  const warnings: Fault[] = [];
  const found = toList(fields.phone).map((pointer) => ({ pointer, value: valueAt(body, pointer) }));
  const phones = found.flatMap(({ pointer, value }) => {
    const numbers = numbersIn(value);
    const unread = numbers.every(isWithCountry) ? [] : unreadCountries(body, pointer, countries, [code, ofSource]);
    warnings.push(...unread);
    if (!mapped && unread.length === 0) return numbers;
    return numbers.map((each) => numberOfCountry(each, unread.length === 0 ? code : null));
  });
  const written = found.flatMap(({ value }) => numbersIn(value));
  const [only, ...others] = phones.slice(0, MAX_PHONES);
  if (only !== undefined) return { phone: others.length === 0 ? only : [only, ...others], written, warnings };
  const isCleared = found.some(({ value }) => isEmpty(value) || (Array.isArray(value) && value.every(isEmpty)));
  return { phone: isCleared ? null : undefined, written, warnings };
}

function numbersIn(value: unknown): string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value.slice(0, MAX_PHONES) : [value];
  return all.flatMap((each) => scalarText(each) ?? []).filter((phone) => phone.length <= 64);
}

/** Names of fields that hold the country of the number beside them, in small letters without signs. */
const COUNTRY_NAMES: ReadonlySet<string> = new Set([
  'countrycode',
  'phonecountry',
  'phonecountrycode',
  'dialcode',
  'callingcode',
  'phoneprefix',
]);

const codeIn = (value: unknown): string | null => callingCodeOf(scalarText(value) ?? '');

function unreadCountries(
  body: unknown,
  phone: string,
  read: readonly string[],
  known: readonly (string | null)[],
): Fault[] {
  const others = siblingsNamed(body, phone, COUNTRY_NAMES).filter(({ pointer, value }) => {
    const other = codeIn(value);
    return !read.includes(pointer) && other !== null && !known.includes(other);
  });
  const detail =
    'This is another country than that of the number beside it, which is not used: point at it with `phoneCountry` ' +
    'in the mapping.';
  return others.map(({ pointer }) => ({ pointer, code: 'phone_country_not_read', detail }));
}

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
 * A number in E.164 by this calling code, without the zero that is dialled only within the country; as it is where it
 * says its country itself. @param callingCode null: the country is not known, nor is the number then
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
