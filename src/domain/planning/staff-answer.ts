import type { AuthoritySettings } from '../authority.ts';
import { localDay, readLocal } from '../calendar.ts';
import { HOUR_MS, MINUTE_MS } from '../duration.ts';
import type { ValueFault } from '../errors.ts';
import { countSegments } from '../sms/segments.ts';
import { holdsCpr } from '../text/cpr.ts';
import { holdsLink } from '../text/links.ts';
import { holdsNumber } from '../text/numbers.ts';
import { STAFF_WINDOW } from './send-again.ts';
import { isOpen } from './sending-window.ts';

/** Why staff can't write to a citizen, in the order in which one outranks the next. */
export const NOT_ANSWERED = [
  'changed',
  'no_phone',
  'opted_out',
  'deceased',
  'answered_lately',
  'daily_limit',
  'night',
  'gateway_out',
  'paused',
  'shadow',
] as const;
/** A member of `NOT_ANSWERED`. */
export type NotAnswered = (typeof NOT_ANSWERED)[number];

/** The time in which a number gets one answer of staff from one authority, whoever writes. */
export const ANSWERED_LATELY_MS = 10 * MINUTE_MS;
/** How long an answer of staff waits for its gateway: later nobody expects it any more. */
const PROMPT_MS = HOUR_MS;
/** The most segments of own words. */
const MOST_SEGMENTS = 3;

/** The facts that decide whether staff may write, each true where it stands in the way, under its code. */
export type AnswerSituation = Readonly<Record<Exclude<NotAnswered, 'night'>, boolean>>;

/** The first reason why staff can't write at this moment; null: they can. */
export function whyNotAnswered(
  situation: AnswerSituation,
  { timeZone }: Pick<AuthoritySettings, 'timeZone'>,
  now: Date,
): NotAnswered | null {
  const is = { ...situation, night: !isOpen(STAFF_WINDOW, timeZone, now) };
  return NOT_ANSWERED.find((code) => is[code]) ?? null;
}

/** The moment from which an answer of staff that was written now is not handed over any more. */
export function startBefore({ timeZone }: Pick<AuthoritySettings, 'timeZone'>, now: Date): Date {
  const night = readLocal(`${localDay(now, timeZone)}T${STAFF_WINDOW.to}`, timeZone).at;
  return new Date(Math.min(night.getTime(), now.getTime() + PROMPT_MS));
}

/** Characters that no SMS can hold. */
const CONTROL = /(?![\n\t])[\p{Cc}\p{Cs}]/u;

/**
 * Finds what is wrong with a text that staff wrote themselves.
 * @param contactPhones the numbers that it may hold, as settings and booking systems have them
 */
export function faultsOfOwnWords(text: string, contactPhones: readonly string[]): ValueFault[] {
  if (text === '') return [{ code: 'empty', detail: 'It is empty.' }];
  const found: readonly (readonly [boolean, ValueFault])[] = [
    [CONTROL.test(text), { code: 'control_character', detail: 'Control characters cannot be sent.' }],
    [holdsCpr(text), { code: 'holds_cpr', detail: 'This looks like it holds a CPR number: leave it out.' }],
    [
      !holdsCpr(text) && holdsNumber(withoutContacts(text, contactPhones)),
      { code: 'holds_number', detail: 'This holds a number that is not contactPhone: leave it out.' },
    ],
    [holdsLink(text), { code: 'holds_link', detail: 'It holds a link: operators block SMS with unknown links.' }],
    [
      countSegments(text).segments > MOST_SEGMENTS,
      { code: 'too_long', detail: 'It takes more than 459 septets, or 201 units where it holds other characters.' },
    ],
  ];
  return found.flatMap(([isWrong, fault]) => (isWrong ? fault : []));
}

/** The text without these numbers, however they are usually written. */
function withoutContacts(text: string, contactPhones: readonly string[]): string {
  return contactPhones.flatMap(spellingsOf).reduce((rest, spelling) => rest.replaceAll(spelling, ' '), text);
}

/** The ways to write a number, the longest first; a Danish one alone has some beside its own. */
function spellingsOf(phone: string): string[] {
  const digits = phone.replace(/^(?:\+|00)45|\D/g, '');
  if (digits.length !== 8) return [phone];
  const pairs = digits.replace(/(\d\d)(?=\d)/g, '$1 ');
  const halves = `${digits.slice(0, 4)} ${digits.slice(4)}`;
  const bare = [pairs, halves, digits];
  return [...bare.flatMap((each) => [`+45 ${each}`, `+45${each}`]), phone, ...bare];
}
