import type { Dice } from '../simulation/dice.ts';

/**
 * The beginning of citizens' numbers that must come out nowhere. There are ninety, so that each gets hundreds of
 * appointments: with tens of thousands each START of the number would take seconds, and a callback of 250 messages
 * minutes. What so many cost is bounded by `test/invariants/one-number-in-batches.test.ts`. The 1 keeps ids from looking
 * like them: the third group of a UUID begins with its version, 4 or 7.
 */
const SECRET_PHONES = '209815';
/** A CPR number that must come out nowhere. */
export const CPR = '0101801234';
const GAP = '[^\\p{L}\\p{N}]{0,3}';
const secret = (digits: string) => [...digits].join(GAP);
/** The secrets, in whatever way they are written, when the digits of the text are ASCII. */
export const CANARY = new RegExp(`(?<!\\d)(?:${secret(SECRET_PHONES)}(?:${GAP}\\d){2}|${secret(CPR)})(?!\\d)`, 'u');

const GOOD = [
  'Opgang 4, 3. sal',
  'Ambulatoriet',
  'Øre-næse-hals',
  'Stue 12',
  'Nørregade 1, st.tv',
  'Hal “B” – nord',
] as const;

/** A text that everybody would write. */
export function goodText(dice: Dice): string {
  return dice.pick(GOOD);
}

/** A number that can be written to. Each fifth is a secret one. */
export function goodPhone(dice: Dice): string {
  return dice.chance(0.2) ? secretPhone(dice) : `20${dice.between(100_000, 899_999)}`;
}

function secretPhone(dice: Dice): string {
  return `${SECRET_PHONES}${dice.between(10, 99)}`;
}

const SEPARATORS = ['', ' ', '-', '.', '/', '\u00a0', '\u200b', ' - '] as const;

/** The CPR number with something between its parts, perhaps in other digits. */
function cprAsWritten(dice: Dice): string {
  const [day, month, year, last] = ['01', '01', '80', '1234'];
  const within = dice.pick(SEPARATORS);
  const text = `${day}${within}${month}${within}${year}${dice.pick(SEPARATORS)}${last}`;
  const zero = dice.pick([0x30, 0x30, 0xff10, 0x660]);
  return text.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

function phoneAsWritten(dice: Dice): string {
  const gap = dice.pick(['', ' ', '-', '.', '\u200b']);
  const written = (secretPhone(dice).match(/../g) ?? []).join(gap);
  return dice.pick([written, `+45 ${written}`, `tlf. ${written}`, `Jens ${written} Opgang 4`]);
}

const HOSTILE: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  cprAsWritten,
  (dice) => `CPR: ${cprAsWritten(dice)}`,
  (dice) => `a${'\u0301\u0323'.repeat(dice.between(1, 5_000))}`,
  (dice) => `a${'\u0301\uff9e'.repeat(dice.between(1, 5_000))}`,
  (dice) => '\ufdfa'.repeat(dice.between(1, 3_000)),
  (dice) => '\u3316'.repeat(dice.between(1, 3_000)),
  (dice) => 'a.dk '.repeat(dice.between(1, 3_000)),
  (dice) => '1 '.repeat(dice.between(1, 5_000)),
  (dice) => 'c.'.repeat(dice.between(1, 5_000)),
  (dice) => '/~'.repeat(dice.between(1, 150)),
  (dice) => 'x'.repeat(dice.between(1, 100_000)),
  (dice) =>
    dice.pick(['', ' ', '\u200b', '\u0000', '\ud800', '\u202e', '\ufeff', '\\', '|', '^~\\&', '\r\n', '"', ';']),
  (dice) =>
    dice.pick(['=1+1', '+1', '@SUM(A1)', '{{ phone }}', '{% for %}', 'https://evil.dk', '__proto__', 'constructor']),
  (dice) =>
    dice.pick(['2026-02-30T09:00:00Z', '9998-12-31T23:59:59Z', '1900-01-01', '00000000', '1e999', '99999999999999999']),
];

/**
 * Where a number may stand: the ids of an appointment and of a supplier, which nobody can tell from one, the sender of
 * an authority, and what staff or a clinic say people should phone.
 */
const MAY_BE_NUMBER = new RegExp(
  '^(?:id|nr|uid|old|rescheduleUid|versionId|refId|msg_id|event_id|messageId|reference|sender|contactPhone|' +
    'kontakttelefon|phone|text|locationMap)$',
);

/** A text that somebody writes to do harm. @param place its key, or the name of its column */
export function hostileText(dice: Dice, place = ''): string {
  if (!MAY_BE_NUMBER.test(place) && dice.chance(0.15)) return phoneAsWritten(dice);
  return dice.pick(HOSTILE)(dice);
}

/** A value of any type. */
export function hostileValue(dice: Dice, place: string): unknown {
  if (dice.chance(0.7)) return hostileText(dice, place);
  const depth = dice.between(1, 200);
  return dice.pick<unknown>([
    null,
    ...[true, -1, 1e308, 0.1, [], {}, [[]], [null, null]],
    JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown,
    Array.from({ length: 300 }, () => 'x'),
    Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${at}`, at])),
    { cpr: CPR },
    { [phoneAsWritten(dice)]: { cpr: '', mobil: '+45 30 00 00 00', [cprAsWritten(dice)]: { personnummer: 1 } } },
  ]);
}

/** The message with one value replaced, wherever it stands. */
export function withOneReplaced(
  message: unknown,
  dice: Dice,
  replace: (dice: Dice, place: string) => unknown,
  place = '',
): unknown {
  if (typeof message !== 'object' || message === null) return replace(dice, place);
  const keys = Object.keys(message);
  const [first, ...rest] = keys;
  if (first === undefined || dice.chance(0.05)) return replace(dice, place);
  const key = dice.pick([first, ...rest]);
  const copy = (Array.isArray(message) ? [...message] : { ...message }) as Record<string, unknown>;
  copy[key] = withOneReplaced(
    copy[key],
    dice,
    replace,
    Array.isArray(message) || MAY_BE_NUMBER.test(place) ? place : key,
  );
  return copy;
}

/** The bytes with some of them changed, or the end cut off. */
export function damaged(body: string, dice: Dice): Buffer {
  const bytes = Buffer.from(body);
  if (bytes.length === 0) return bytes;
  if (dice.chance(0.3)) return bytes.subarray(0, dice.between(0, bytes.length));
  for (let times = dice.between(1, 5); times > 0; times--)
    bytes[dice.between(0, bytes.length - 1)] = dice.between(0, 255);
  return bytes;
}
