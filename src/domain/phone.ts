import { createHash } from 'node:crypto';
import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { PhoneReason } from './appointment.ts';
import { normalized } from './text/unicode.ts';

/** Settings that decide which numbers are used. */
interface PhoneRules {
  /** ISO 3166-1 alpha-2 code of the country of numbers without a country code. */
  readonly defaultRegion: string;
  readonly allowedCountries: readonly string[];
}

/** Usable number, or the reason why there is none. */
type PhoneChoice =
  | { readonly phone: string; readonly reason: null }
  | { readonly phone: null; readonly reason: PhoneReason };

/**
 * Types of numbers that can receive SMS; numbers of any other may cost like premium ones. All Danish numbers are
 * FIXED_LINE_OR_MOBILE, since the numbering plan doesn't separate them, and are used. Satellite numbers belong to no
 * country and are excluded by that.
 */
const MOBILE: ReadonlySet<string> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP']);

/** Groups the digits of a foreign number as its country does. @returns the text itself where it is no whole number */
export function groupedNumber(phone: string): string {
  return parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;
}

/**
 * Chooses the number that an SMS can be sent to.
 * @param raw one number as written by a booking system, or several, of which the first usable one is chosen;
 * surrounding text, or two numbers in one text, make a number invalid instead of being guessed at
 * @returns the number in E.164, or the reason of the first number that is not usable
 */
export function choosePhone(raw: string | readonly string[] | null | undefined, rules: PhoneRules): PhoneChoice {
  if (raw === null || raw === undefined || typeof raw === 'string') return judge(raw, rules);
  const choices = raw.map((each) => judge(each, rules));
  return choices.find(({ phone }) => phone !== null) ?? choices[0] ?? judge(null, rules);
}

function judge(raw: string | null | undefined, rules: PhoneRules): PhoneChoice {
  const [, code, digits] = DANISH.exec(raw ?? '') ?? [];
  if (digits !== undefined && (code !== undefined || rules.defaultRegion === 'DK')) return judgeDanish(digits, rules);
  const written = tidyNumber(raw ?? '');
  if (written === '') return { phone: null, reason: 'no_phone' };
  const number = parse(written, rules.defaultRegion);
  if (!number?.isValid()) return { phone: null, reason: 'invalid_number' };
  if (!number.country || !rules.allowedCountries.includes(number.country))
    return { phone: null, reason: 'country_not_allowed' };
  if (!MOBILE.has(number.getType() ?? '')) return { phone: null, reason: 'not_mobile' };
  return { phone: number.number, reason: null };
}

/** A Danish number as most systems write it. */
const DANISH = /^(\+45 ?)?(\d\d ?\d\d ?\d\d ?\d\d)$/;

/** Why numbers that begin with these three digits are not used; null: they are. */
const danishClasses = new Map<string, 'invalid_number' | 'not_mobile' | null>();

/**
 * The first three digits of a Danish number tell all that is decided about it, since the numbering plan has no longer
 * ranges: the library is asked once for each of them.
 */
function judgeDanish(written: string, { allowedCountries }: PhoneRules): PhoneChoice {
  const digits = written.replaceAll(' ', '');
  const range = digits.slice(0, 3);
  let reason = danishClasses.get(range);
  if (reason === undefined) {
    const number = parse(`+45${digits}`, 'DK');
    if (!number?.isValid()) reason = 'invalid_number';
    else reason = MOBILE.has(number.getType() ?? '') ? null : 'not_mobile';
    danishClasses.set(range, reason);
  }
  if (reason !== 'invalid_number' && !allowedCountries.includes('DK'))
    return { phone: null, reason: 'country_not_allowed' };
  return reason === null ? { phone: `+45${digits}`, reason } : { phone: null, reason };
}

/**
 * Parses a number of any country and type as written by a person or a gateway, for look-ups and for the senders of
 * replies. Digits alone are tried as a number of the region first, then with a country code in front (`46701234567`).
 * @returns the number in E.164; null for anything that is not a number
 */
export function readAnyNumber(raw: string, defaultRegion = 'DK'): string | null {
  const written = tidyNumber(raw);
  const international = /^(\+|00)/.test(written);
  const number = parse(written, defaultRegion);
  // Numbering plans change earlier than the library: an international number counts when its length is possible.
  if (number && (international ? number.isPossible() : number.isValid())) return number.number;
  const withCountry = /^\d+$/.test(written) ? parse(`+${written}`, defaultRegion) : undefined;
  return withCountry?.isValid() ? withCountry.number : null;
}

/** True for two ways of writing one number. Two that end differently are not read, which takes long. */
export function isSameNumber(one: string, other: string, defaultRegion: string): boolean {
  const [ofOne, ofOther] = [lastDigits(one), lastDigits(other)];
  if (ofOne !== null && ofOther !== null && ofOne !== ofOther) return false;
  const read = readAnyNumber(one, defaultRegion);
  return read !== null && readAnyNumber(other, defaultRegion) === read;
}

/** The last four digits; null where more than digits is written, such as an extension. */
function lastDigits(raw: string): string | null {
  const written = tidyNumber(raw);
  return /^[\d\s()+./-]*$/.test(written) ? written.replace(/\D/g, '').slice(-4) : null;
}

/** Masks a number for people who may see that there is one but not which: `+45••••••56`. */
export function maskPhone(phone: string): string {
  const country = phone.startsWith('+') ? (parse(phone, undefined)?.countryCallingCode ?? '') : '';
  const shown = country === '' ? '' : `+${country}`;
  const hidden = phone.length - shown.length - 2;
  return hidden < 2 ? '•'.repeat(phone.length) : `${shown}${'•'.repeat(hidden)}${phone.slice(-2)}`;
}

/** The country of a number in E.164, ISO 3166-1 alpha-2; null for one that belongs to none. */
export function countryOf(phone: string): string | null {
  // Most are Danish; no other country shares this code.
  return phone.startsWith('+45') ? 'DK' : (parse(phone, undefined)?.country ?? null);
}

const LABEL = /^(?:tel|tlf|telefon|mobil|mobile|mob|phone|sms)\b[.: ]*/i;

/**
 * Removes invisible characters, a label in front, and the zero that is dialled only within the country: `+45 (0) 20 12
 * 34 56`.
 */
export function tidyNumber(raw: string): string {
  return normalized(raw, 'NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim()
    .replace(LABEL, '')
    .replace(/^\((\+\d{1,3}|00\d{1,3})\)/, '$1')
    .replace(/^((?:\+|00)[\d ]{1,6})\(0\)/, '$1');
}

/** A number with an extension counts as none: an SMS can't be sent to it, and `20123456, 20123457` parses as one. */
function parse(written: string, region: string | undefined): PhoneNumber | undefined {
  const number = parsePhoneNumberFromString(written, {
    ...(region && { defaultCountry: region as CountryCode }),
    extract: false,
  });
  return number?.ext ? undefined : number;
}

/**
 * The rest of a wrong number after its citizen was erased: it keeps the booking system from giving the number back to
 * this one appointment, and can't be found by the number. `forgetLost` and `forgetWrong` of concerned.sql.ts compute
 * the same.
 * @param phoneHash the keyed hash of the number
 * @param appointmentId a UUID
 */
export function erasedWrongNumber(phoneHash: Buffer, appointmentId: string): Buffer {
  const id = Buffer.from(appointmentId.replaceAll('-', ''), 'hex');
  return createHash('sha256').update(phoneHash).update(id).digest();
}

/** True when `kept` stands for this number, whether its citizen was erased or not. */
export function isWrongNumber(kept: Buffer, phoneHash: Buffer, appointmentId: string): boolean {
  return kept.equals(phoneHash) || kept.equals(erasedWrongNumber(phoneHash, appointmentId));
}
