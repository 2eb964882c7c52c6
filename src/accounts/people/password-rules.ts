import { dictionary } from '@zxcvbn-ts/language-common';
import { normalized } from '../../domain/text/unicode.ts';

/** The fewest characters of a password (NIST SP 800-63B-4 §3.1.1.2 asks for 8 beside a second factor, 15 without). */
export const SHORTEST_PASSWORD = 12;
/** The most characters of a password. */
export const LONGEST_PASSWORD = 200;

/** Why a password is refused. */
export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'own_email';

/** 49,233 passwords that are used most, those of the list that zxcvbn ranks by (MIT, github.com/zxcvbn-ts/zxcvbn). */
let common: ReadonlySet<string> | undefined;
/** Words that are common here, and that the international list lacks. */
const COMMON_HERE = [
  'adgangskode',
  'kodeord',
  'hemmelig',
  'velkommen',
  'sommer',
  'vinter',
  'foraar',
  'forår',
  'efteraar',
  'efterår',
  'sygehus',
  'hospital',
  'hospitalet',
  'kommune',
  'kommunen',
  'region',
  'koebenhavn',
  'københavn',
  'danmark',
  'aarhus',
  'århus',
  'odense',
  'aalborg',
  'easysms',
  'nemsms',
  'paamindelse',
  'påmindelse',
  'administrator',
];

function isListed(word: string): boolean {
  common ??= new Set([...dictionary['passwords-common'], ...COMMON_HERE]);
  return common.has(word);
}

/** A password in the form in which it is compared and hashed, however its keyboard composes letters. */
export function normalizedPassword(password: string): string {
  return normalized(password, 'NFC');
}

/**
 * Why the password may not be chosen. Common ones are refused also with digits and signs in front and behind, since
 * that is how a rule of length is met, and so is one thing over and over.
 * @param email null: unknown, so that the password is compared with none
 * @returns null for one that may
 */
export function faultOfPassword(password: string, email: string | null): PasswordFault | null {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) return 'too_short';
  if (length > LONGEST_PASSWORD) return 'too_long';
  const lower = normalizedPassword(password).toLowerCase();
  const core = betweenLetters(lower);
  if (email !== null && holdsEmail(lower, core, email.toLowerCase())) return 'own_email';
  return isCommon(lower) || isCommon(core) ? 'common' : null;
}

function holdsEmail(password: string, core: string, email: string): boolean {
  const name = email.slice(0, email.indexOf('@'));
  return password.includes(email) || email.includes(password) || core === name || repeated(core) === name;
}

function isCommon(text: string): boolean {
  if (text === '' || isListed(text)) return true;
  const unit = repeated(text);
  return unit !== text && (unit.length <= 3 || isListed(unit) || isListed(betweenLetters(unit)));
}

/** The text from its first to its last letter; empty without letters. */
function betweenLetters(text: string): string {
  const characters = [...text];
  const isLetter = (character: string) => /\p{L}/u.test(character);
  const first = characters.findIndex(isLetter);
  return first < 0 ? '' : characters.slice(first, characters.findLastIndex(isLetter) + 1).join('');
}

/** The shortest text that gives this one when it is repeated. */
function repeated(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at < 0 ? text.length : at);
}
