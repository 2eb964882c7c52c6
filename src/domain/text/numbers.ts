import { holdsCpr, looksLikeCpr } from './cpr.ts';
import { isPlaceCode, isPublicCode } from './public-codes.ts';
import { withPlainDigits } from './unicode.ts';

const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
const YEAR = '(?:19|20)\\d\\d';
const ANY_DATE = `(?:${YEAR}[-./]${MONTH}[-./]${DAY}|${DAY}[-./]${MONTH}[-./]${YEAR})`;
const DATE = `(?<!\\d)${ANY_DATE}(?!\\d)`;
/** Characters that people put between digits. */
const GAP = '[^\\p{L}\\p{N}]{0,3}';
const NOT_WITHIN = `(?<![\\d+]${GAP})`;
const NO_MORE = `(?!${GAP}\\d)`;
/** House numbers in front of a postcode and a town: `10-12 2100 Kbh`, `120, 2. 8000 Aarhus`, `3, 1. 2, 2650 Hvid`. */
const ADDRESS =
  '(?<![\\d+] ?)\\d{1,3}-\\d{1,3},? \\d{4}(?= \\p{L})|' +
  `${NOT_WITHIN}\\d{1,3}(?:, \\d{1,2}\\.|(?:[-./, ]{1,2}\\d{1,2}){0,2},) \\d{4}(?= \\p{L})`;
const TIME = '(?:[01]?\\d|2[0-3]):[0-5]\\d';
const DATE_IN_FRONT = `(?:(?:${ANY_DATE}|${DAY}[-./]${MONTH}\\.?),? )`;
/** Times of day and ranges of them, behind a date or not: `08:15, 09:15`, `1/12 09:00-12`. */
const TIMES = `\\(?${NOT_WITHIN}${DATE_IN_FRONT}?${TIME}(?: ?[-–/,;(] ?${TIME}| ${TIME}){0,9}(?:-\\d{1,2})?${NO_MORE}`;
const POINTED = '(?:[01]?\\d|2[0-3])\\.[0-5]\\d';
const RANGE_OF_TIMES = `${POINTED} ?[-–—] ?${POINTED}`;
/** Opening hours with points: `08.00-15.30`, `1/12 09.00-12.00, 13.00-15.30`. */
const HOURS = `\\(?${NOT_WITHIN}${DATE_IN_FRONT}?${RANGE_OF_TIMES}(?:[,;/] ?${RANGE_OF_TIMES}){0,9}${NO_MORE}`;
/** Rooms: `101, 102, 103`. */
const ROOMS = `${NOT_WITHIN}\\d{3}(?:, \\d{3}){2,9}${NO_MORE}`;
const AMOUNT = '\\d{1,3}(?:\\.\\d{3})*,\\d\\d';
/** Prices behind their currency: `kr. 1.250,00-1.500,00`. */
const PRICE = `(?<=\\bkr\\.? ?)${AMOUNT}(?: ?[-–] ?${AMOUNT})?${NO_MORE}`;
/** Characters between the digits of a phone number; a plus may begin another one: `Opgang 4 (+45 20 12 34 56)`. */
const GAP_WITHIN = '(?:[^\\p{L}\\p{N}+]{0,5}| ?\\+ |\\+)';
/** Eight digits or more, in any grouping; or pairs with an `x` between them. */
const PHONE = `\\(?\\+?\\d(?:${GAP_WITHIN}\\d){7,}\\)?|(?<!\\d)\\d\\d(?: ?x ?\\d\\d){3}(?!\\d)`;
const PHONES = new RegExp(PHONE, 'gu');
/** ISO 13616: country, check digits, and 11 to 30 letters and digits in groups. */
const IBAN = '(?<![\\p{L}\\p{N}])[A-Z]{2} ?\\d\\d(?:[ -]?[0-9A-Z]){11,30}(?![\\p{L}\\p{N}])';
const SHORTEST_IBAN = 15;
const ZERO = 0x30;
const NINE = 0x39;
const NUMBERS = new RegExp(`(${TIMES}|${HOURS}|${DATE}|${ADDRESS}|${ROOMS}|${PRICE})|${IBAN}|${PHONE}`, 'giu');

/** Two times of day from 20:00 on, with the words in front of them. */
const TWO_TIMES = /^\(?(|.*[^\d])(2[0-3]):(\d\d)( ?[-–] ?|[^\d]+)(\d\d):(\d\d)(?:-\d{1,2})?$/;
/** Words that announce times of day: `kl. 20:30, 21:45`, `Mandag 20:30 21:45`, `Åbent (20:30 21:45)`. */
const ANNOUNCED = new RegExp(
  '(?<!\\p{L})(?:kl|klokken|fra|mellem|åbent?|tid|tider|at|from|between|open|\\p{L}{2,6}dag|\\p{L}{3,6}day|' +
    'man|tirs|ons|tors|fre|lør|søn)[.:]? ?$',
  'iu',
);
const LONGEST_FRONT = 12;
const NEXT_MORNING = 12;

/**
 * True for two times of day that may as well be a Danish number, which begins with 2 or more: `22:30 21:50`. They are
 * times where words announce them or where they are a range, and the second is the later one, or of the next morning.
 */
function mayBePhone(times: string, before: string): boolean {
  const [, front = '', hour = '', minutes = '', between = '', nextHour = '', nextMinutes = ''] =
    TWO_TIMES.exec(times) ?? [];
  if (hour === '') return false;
  const isInOrder = `${hour}${minutes}` <= `${nextHour}${nextMinutes}` || Number(nextHour) < NEXT_MORNING;
  return !(isInOrder && (front !== '' || /[-–]/.test(between) || ANNOUNCED.test(before.slice(-LONGEST_FRONT))));
}

const RANGES_OF_TIMES = new RegExp(`(?<!\\d)(${POINTED}) ?[-–—] ?(${POINTED})(?!\\d)`, 'gu');
/** Minutes of a day from which a time may begin a Danish number: 20.00. */
const EVENING = 20 * 60;

/**
 * True for opening hours with points that may as well be numbers: out of order, or from 20.00 on, where a Danish number
 * may begin, without a word of times in front.
 */
function mayBePhoneWithPoints(hours: string, before: string): boolean {
  const announced = ANNOUNCED.test(before.slice(-LONGEST_FRONT));
  return [...hours.matchAll(RANGES_OF_TIMES)].some(([, from = '', to = '']) => {
    const [start, end] = [minutesOf(from), minutesOf(to)];
    return start >= end || (start >= EVENING && !announced);
  });
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split('.').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** A word directly in front, which house numbers follow: `Blegdamsvej `, `H.C. Andersens Blvd. `. */
const WORD_IN_FRONT = /[\p{L}\p{M}]\.? ?$/u;
/** Words that announce a phone number: `tlf. 20-12 3456 Mor`. */
const PHONE_IN_FRONT =
  /(?<!\p{L})(?:tlf|tel|telefon|phone|mobil|mob|ring|call|kontakt|sms|nummer)(?:nr|nummer)?\.? ?(?:nr\.? ?|til )?$/iu;
/** Words for places, whose numbers need not rise: `Lokale 22-10, 2730 Herlev`, `Strandvejen 20-20 2100 Kbh`. */
const PLACE_IN_FRONT = new RegExp(
  '(?:lokalet?|rum|stuen?|værelset?|bygning(?:en)?|opgang(?:en)?|indgang(?:en)?|afsnit|afdeling(?:en)?|' +
    'klinik(?:ken)?|etagen?|vej(?:en)?|gaden?|stræde(?:t)?|all[eé](?:en)?|boulevard(?:en)?|torv(?:et)?|' +
    'plads(?:en)?|parken|' +
    '(?<!\\p{L})(?:lok|bygn|opg|indg|afs|afd|blvd|room|building|entrance|ward|floor|clinic|department))' +
    '(?:\\.| nr\\.?)? ?$',
  'iu',
);
const LONGEST_IN_FRONT = 24;
/** The digits of a Danish number, and the fewest of a phone number that is found at all. */
const DIGITS_OF_A_NUMBER = 8;

/** House numbers of a range, which rise: `20-22`. */
const RANGE = /^(\d\d)-(\d\d)\D/;

/**
 * True for an address that may as well be a Danish number, and has no word in front, or neither a word for a place
 * there nor a range behind it: `20-12 3456 Mor`, `Jens 20-12 3456 Mor`.
 */
function mayBeAddressed(address: string, before: string): boolean {
  const digits = address.replace(/\D/g, '');
  const hasItsForm = digits.length === DIGITS_OF_A_NUMBER && /^[2-9]/.test(digits) && / \d{4}$/.test(address);
  const [, first = '', last = ''] = RANGE.exec(address) ?? [];
  const isNoRange = first !== '' && first >= last && !PLACE_IN_FRONT.test(before);
  return hasItsForm && (isNoRange || !WORD_IN_FRONT.test(before) || PHONE_IN_FRONT.test(before));
}

/** True for text that may contain a phone number or an IBAN; dates, times, addresses and prices don't count. */
export function holdsNumber(text: string): boolean {
  const plain = withPlainDigits(text);
  // Nearly every place and code is short and has few digits, and the pattern takes longer than all else about it.
  if (plain.length < SHORTEST_IBAN && hasFewDigits(plain)) return false;
  return replaceNumbers(plain, '') !== plain;
}

/** @param plain with digits as `0` to `9` alone */
function hasFewDigits(plain: string): boolean {
  let digits = 0;
  for (let at = 0; at < plain.length; at++) {
    const code = plain.charCodeAt(at);
    if (code >= ZERO && code <= NINE && ++digits === DIGITS_OF_A_NUMBER) return false;
  }
  return true;
}

/** The text with `replacement` in place of what may be a phone number or an IBAN; unchanged when there is none. */
export function withoutNumbers(text: string, replacement: string): string {
  return holdsNumber(text) ? replaceNumbers(withPlainDigits(text), replacement) : text;
}

function replaceNumbers(plain: string, replacement: string): string {
  return plain.replace(NUMBERS, (found: string, harmless: string | undefined, offset: number) => {
    if (harmless !== undefined) {
      const before = plain.slice(Math.max(0, offset - LONGEST_IN_FRONT), offset);
      const doubtful = [mayBePhone, mayBePhoneWithPoints, mayBeAddressed].some((may) => may(harmless, before));
      return doubtful ? replacement : found;
    }
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

/**
 * True for a word of a booking system, or a path of such words, that holds a phone number beside the codes of public
 * registers, which have as many digits.
 */
export function holdsNumberBesideCodes(word: string): boolean {
  if (isPublicCode(word)) return false;
  return holdsNumber(
    word
      .split('/')
      .filter((step) => !isPublicCode(step))
      .join('/'),
  );
}

/** True for a code that may be stored and shown: it holds no number of a citizen. */
export function isHarmlessCode(code: string): boolean {
  return isPlaceCode(code) || !(looksLikeCpr(code) || holdsCpr(code) || holdsNumber(code));
}
