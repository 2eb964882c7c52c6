import { looksLikeCpr } from './cpr.ts';
import { withPlainDigits } from './unicode.ts';

const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
const YEAR = '(?:19|20)\\d\\d';
const DATE = `(?<!\\d)(?:${YEAR}[-./]${MONTH}[-./]${DAY}|${DAY}[-./]${MONTH}[-./]${YEAR})(?!\\d)`;
/** House numbers in front of a postcode and a town: `10-12 2100 Kbh`. */
const ADDRESS = '(?<![\\d+] ?)\\d{1,3}-\\d{1,3},? \\d{4}(?= \\p{L})';
/** Eight digits or more, in any grouping. */
const PHONE = '\\(?\\+?\\d(?:[\\s\\p{Cf}().\\-–/]{0,3}\\d){7,}\\)?';
const PHONES = new RegExp(PHONE, 'gu');
/** ISO 13616: country, check digits, and 11 to 30 letters and digits in groups. */
const IBAN = '(?<![\\p{L}\\p{N}])[A-Z]{2} ?\\d\\d(?:[ -]?[0-9A-Z]){11,30}(?![\\p{L}\\p{N}])';
const SHORTEST_IBAN = 15;
const NUMBERS = new RegExp(`(${DATE}|${ADDRESS})|${IBAN}|${PHONE}`, 'giu');

/** True for text that may contain a phone number or an IBAN; dates and addresses don't count. */
export function holdsNumber(text: string): boolean {
  const plain = withPlainDigits(text);
  return replaceNumbers(plain, '') !== plain;
}

/** The text with `replacement` in place of what may be a phone number or an IBAN; unchanged when there is none. */
export function withoutNumbers(text: string, replacement: string): string {
  return holdsNumber(text) ? replaceNumbers(withPlainDigits(text), replacement) : text;
}

function replaceNumbers(plain: string, replacement: string): string {
  return plain.replace(NUMBERS, (found: string, harmless: string | undefined) => {
    if (harmless !== undefined) return found;
    if (!/^[A-Z]/i.test(found)) return replacement;
    const account = ibanAtStart(found);
    return account === '' ? found.replace(PHONES, replacement) : replacement + found.slice(account.length);
  });
}

/** @param text what has the form of an IBAN, perhaps with words behind it. @returns '' when it begins with none */
function ibanAtStart(text: string): string {
  const ends = Array.from({ length: text.length + 1 }, (_, end) => end).filter((end) =>
    /[ -]|^$/.test(text.charAt(end)),
  );
  const account = ends.reverse().find((end) => isIban(text.slice(0, end)));
  return text.slice(0, account ?? 0);
}

/** ISO 13616: the remainder of the whole by 97, with the first four characters at the end and letters as 10 to 35. */
function isIban(text: string): boolean {
  const plain = text.replace(/[ -]/g, '').toUpperCase();
  if (plain.length < SHORTEST_IBAN) return false;
  const turned = plain.slice(4) + plain.slice(0, 4);
  const digits = [...turned].map((character) => Number.parseInt(character, 36)).join('');
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

/** Codes of SOR, the Danish register of health care organisations, which are longer than phone numbers, and GLN. */
const PUBLIC_CODE = /^(?:\d{15,18}|57\d{11})$/;

/** True for a code that may be stored and shown: it holds no number of a citizen. */
export function isHarmlessCode(code: string): boolean {
  return PUBLIC_CODE.test(code) || !(looksLikeCpr(code) || holdsNumber(code));
}
