import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { PhoneReason } from './appointment.ts';

export interface PhoneRules {
  /** ISO 3166 alpha-2: where a number without a country code belongs. */
  readonly defaultRegion: string;
  readonly allowedCountries: readonly string[];
}

export type PhoneChoice =
  | { readonly phone: string; readonly reason: null }
  | { readonly phone: null; readonly reason: PhoneReason };

/**
 * Types that take no SMS. Danish numbers are all FIXED_LINE_OR_MOBILE: the plan doesn't part them, so they stay in.
 * Satellite numbers belong to no country and fall out by that.
 */
const NOT_MOBILE: ReadonlySet<string> = new Set([
  'FIXED_LINE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'PAGER',
]);

/**
 * The number in E.164 when an SMS can be sent to it, or the first reason that it can't.
 * @param raw as a booking system wrote it, or several, of which the first that an SMS can be sent to counts; a text
 * around the number, or two numbers in one text, make it invalid rather than guessed at
 */
export function choosePhone(raw: string | readonly string[] | null | undefined, rules: PhoneRules): PhoneChoice {
  if (raw === null || raw === undefined || typeof raw === 'string') return judge(raw, rules);
  const choices = raw.map((each) => judge(each, rules));
  return choices.find(({ phone }) => phone !== null) ?? choices[0] ?? judge(null, rules);
}

function judge(raw: string | null | undefined, rules: PhoneRules): PhoneChoice {
  const written = tidy(raw ?? '');
  if (written === '') return { phone: null, reason: 'no_phone' };
  const number = parse(written, rules.defaultRegion);
  if (!number?.isValid()) return { phone: null, reason: 'invalid_number' };
  if (!number.country || !rules.allowedCountries.includes(number.country))
    return { phone: null, reason: 'country_not_allowed' };
  if (NOT_MOBILE.has(number.getType() ?? '')) return { phone: null, reason: 'not_mobile' };
  return { phone: number.number, reason: null };
}

/**
 * E.164 of a number as a person or a gateway wrote it, of any country and type: for looking up, and for the senders of
 * replies. Digits alone are read as a number of the region first, then with a country code in front (`46701234567`).
 * @returns null for what is no number
 */
export function readAnyNumber(raw: string, defaultRegion = 'DK'): string | null {
  const written = tidy(raw);
  const international = /^(\+|00)/.test(written);
  const number = parse(written, defaultRegion);
  // Numbering plans change before the library learns of it: an international number counts when its length may be
  // right.
  if (number && (international ? number.isPossible() : number.isValid())) return number.number;
  const withCountry = /^\d+$/.test(written) ? parse(`+${written}`, defaultRegion) : undefined;
  return withCountry?.isValid() ? withCountry.number : null;
}

/** For people who may know that there is a number, not which: `+45••••••56`. */
export function maskPhone(phone: string): string {
  const country = phone.startsWith('+') ? (parse(phone, undefined)?.countryCallingCode ?? '') : '';
  const shown = country === '' ? '' : `+${country}`;
  const hidden = phone.length - shown.length - 2;
  return hidden < 2 ? '•'.repeat(phone.length) : `${shown}${'•'.repeat(hidden)}${phone.slice(-2)}`;
}

const LABEL = /^(?:tel|tlf|telefon|mobil|mobile|mob|phone|sms)\b[.: ]*/i;

/** Without invisible characters, a label in front, and the zero that is dialled only at home: `+45 (0) 20 12 34 56`. */
function tidy(raw: string): string {
  return raw
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim()
    .replace(LABEL, '')
    .replace(/^\((\+\d{1,3}|00\d{1,3})\)/, '$1')
    .replace(/^((?:\+|00)[\d ]{1,6})\(0\)/, '$1');
}

/** An extension makes it no number: an SMS can't be sent to one, and `20123456, 20123457` reads as one. */
function parse(written: string, region: string | undefined): PhoneNumber | undefined {
  const number = parsePhoneNumberFromString(written, {
    ...(region && { defaultCountry: region as CountryCode }),
    extract: false,
  });
  return number?.ext ? undefined : number;
}
