import { MAX_NUMBERS } from '../format.ts';
import { componentOf, type Hl7Message, type Hl7Value, repetitionsOf, type Segment } from './parse.ts';

/**
 * Values of XTN-2, -3 or -4 for connections that take no SMS, and for emergency and answering service numbers, which
 * belong to others.
 */
const NO_PHONE = new Set([
  'NET',
  'INTERNET',
  'X.400',
  'EMAIL',
  'FX',
  'FAX',
  'BP',
  'BPN',
  'PAGER',
  'MD',
  'TDD',
  'TTY',
  'EMR',
  'ASN',
]);
const MOBILE = new Set(['CP', 'PRS', 'MOBILE', 'CELL', 'MOB', 'SMS']);
const TEMPORARY = new Set(['VHN', 'TEMP']);
const WORK = new Set(['WPN', 'WORK', 'BUSINESS']);
const MAX_LENGTH = 64;

/** Home, work, of which the mobile ones alone are used, and the field that replaces both since version 2.7. */
const FIELDS = [13, 14, 40] as const;
const WORK_FIELD = 14;
/** Components of XTN for the use of a number and the equipment behind it. */
const USES = [2, 3, 4] as const;

/**
 * Numbers of the patient as received, the best first: mobile, home and others, temporary, work.
 * @returns null when the sender deletes them, undefined when there are none
 */
export function phonesOf(message: Hl7Message, pid: Segment | undefined): string[] | null | undefined {
  const ranked: { number: string; rank: number }[] = [];
  let deleted = false;
  for (const field of FIELDS) {
    for (const repetition of repetitionsOf(message, pid, field)) {
      deleted ||= componentOf(message, repetition) === null;
      const uses = USES.map((component) => (componentOf(message, repetition, component) ?? '').toUpperCase());
      if (uses.some((use) => NO_PHONE.has(use))) continue;
      if (field === WORK_FIELD && !isOwnMobile(message, repetition, uses)) continue;
      const rank = rankOf(uses);
      for (const number of numbersOf(message, repetition)) ranked.push({ number, rank });
    }
  }
  const numbers = [...new Set(ranked.sort((a, b) => a.rank - b.rank).map(({ number }) => number))].slice(
    0,
    MAX_NUMBERS,
  );
  if (numbers.length > 0) return numbers;
  return deleted ? null : undefined;
}

/** A number at work is used only where it is marked as a mobile one: an SMS to any other may reach a colleague. */
function isOwnMobile(message: Hl7Message, repetition: string, [use = '', kind = '']: readonly string[]): boolean {
  const part = (component: number) => componentOf(message, repetition, component) ?? '';
  const hasExtension = part(8) !== '' || [1, 4, 7, 12].some((component) => EXTENSION.test(part(component)));
  return !hasExtension && (use === 'PRS' || WORK_MOBILE.has(kind));
}

const WORK_MOBILE: ReadonlySet<string> = new Set(['CP', 'MOB', 'CELL', 'MOBILE']);
/** `X12` or `ext. 12` behind the digits. */
const EXTENSION = /\d[ .)]{0,3}(?:x|ext)/i;

function rankOf(uses: readonly string[]): number {
  if (uses.some((use) => MOBILE.has(use))) return 0;
  if (uses.some((use) => WORK.has(use))) return 3;
  return uses.some((use) => TEMPORARY.has(use)) ? 2 : 1;
}

/**
 * XTN-12, XTN-1 and the parts with XTN-7; where none of them holds a number, XTN-4, XTN-8 and the parts without XTN-7.
 * `choosePhone` decides which of them is a number.
 */
function numbersOf(message: Hl7Message, repetition: string): string[] {
  const part = (component: number): Hl7Value => componentOf(message, repetition, component);
  const [country, area, local] = [part(5), part(6), part(7)];
  const composed = composeNumber(country, area, local);
  const usual = [part(12), part(1), local && composed].filter((number) => isNumber(number));
  if (usual.some((number) => DIGITS.test(number))) return usual;
  return [...usual, ...[part(4), part(8), area && composed].filter((number) => isPlainNumber(number))];
}

function composeNumber(country: Hl7Value, area: Hl7Value, local: Hl7Value): string {
  const parts = [country && `+${country.replace(/^(?:\+|00)/, '')}`, area, local];
  return parts.filter(Boolean).join(' ');
}

const DIGITS = /\d/;
/** XTN-4 and XTN-8 also hold e-mail addresses, kinds of equipment and short extensions. */
const PLAIN_NUMBER = /^[+(]?\d[\d ()./-]{4,}$/;

function isNumber(text: Hl7Value): text is string {
  return typeof text === 'string' && text.length <= MAX_LENGTH && !text.includes('@');
}

function isPlainNumber(text: Hl7Value): text is string {
  return isNumber(text) && PLAIN_NUMBER.test(text);
}
