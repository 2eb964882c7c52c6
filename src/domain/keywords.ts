import { normalized } from './text/unicode.ts';

/**
 * Meaning of a citizen's reply. `maybe_stop`: it begins like a STOP and says more, so that a person has to read it.
 * `wrong_number`: it says that the number is not the patient's.
 */
export type Meaning = 'stop' | 'start' | 'help' | 'maybe_stop' | 'wrong_number' | 'other';

/** Reply of a citizen after reading. */
export interface Reply {
  readonly meaning: Meaning;
  /** Leased keyword in front of the reply, as spelled in the list; null without one. */
  readonly keyword: string | null;
}

/**
 * Whole replies in the form that `words` gives them. AFBUD, AFLYS, CANCEL, JA, NEJ, YES, SLUT and END are left out on
 * purpose, because they are about the appointment.
 */
const WHOLE_REPLIES: Readonly<Record<string, Meaning>> = {
  ...repliesMeaning(
    'stop',
    'STOP',
    'STOPP',
    'STOPALL',
    'STOP ALL',
    'STOP ALLE',
    'STOP SMS',
    'UNSUBSCRIBE',
    'UNSUB',
    'OPTOUT',
    'OPT OUT',
  ),
  ...repliesMeaning('stop', ...withObject('AFMELD'), ...withObject('AFMELDING'), ...withObject('FRAMELD')),
  ...repliesMeaning(
    'start',
    ...withObject('START'),
    ...withObject('TILMELD'),
    'UNSTOP',
    'SUBSCRIBE',
    'OPTIN',
    'OPT IN',
  ),
  ...repliesMeaning('help', 'HJÆLP', 'HJAELP', 'HELP', 'INFO'),
};
const STOP_LIKE = /^(?:STOPP?(?:ALL|\d+)?|AFMELD(?:ING)?|FRAMELD|UNSUB(?:SCRIBE)?|OPT ?OUT)(?: |$)/;
const WRONG_NUMBER = /(?:^| )(?:FORKERT (?:NUMMER|NR|TELEFONNUMMER|MOBILNUMMER|PERSON)|WRONG (?:NUMBER|PERSON))(?: |$)/;
const POLITE = new Set(['TAK', 'VENLIGST', 'MVH', 'NU', 'PLEASE', 'THANKS', 'HEJ', 'HI', 'HELLO']);

/**
 * Determines the meaning of a reply in Danish or English.
 * @param leasedKeywords keywords that replies to a shared short code begin with, such as `KBH`
 */
export function readReply(text: string, leasedKeywords: readonly string[]): Reply {
  const received = words(text);
  const keyword = leasedKeywords.find((leased) => startsWith(received, words(leased))) ?? null;
  const rest = keyword === null ? [] : received.slice(words(keyword).length);
  return { meaning: meaningOf(rest.length > 0 ? rest : received), keyword };
}

function meaningOf(reply: readonly string[]): Meaning {
  const relevant = reply.filter((word, at) => !POLITE.has(word) && word !== reply[at - 1]);
  // Spelled out: S T O P
  const joined = relevant.every((word) => word.length === 1) ? relevant.join('') : relevant.join(' ');
  const whole = WHOLE_REPLIES[joined];
  if (whole) return whole;
  if (STOP_LIKE.test(joined)) return 'maybe_stop';
  return WRONG_NUMBER.test(joined) ? 'wrong_number' : 'other';
}

/** Longer than any SMS in several parts is for what a person means by it. */
const MAX_READ = 2000;

/**
 * Splits a reply into words in upper case. Anything but letters and digits (quotes, full stops, emoji) separates words.
 */
function words(text: string): string[] {
  return normalized(text.slice(0, MAX_READ), 'NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .split(/[^\p{L}\p{M}\p{Nd}]+/u)
    .filter((word) => word !== '');
}

function startsWith(reply: readonly string[], keyword: readonly string[]): boolean {
  return keyword.length > 0 && keyword.every((word, at) => reply[at] === word);
}

function repliesMeaning(meaning: Meaning, ...replies: string[]): Record<string, Meaning> {
  return Object.fromEntries(replies.map((reply) => [reply, meaning]));
}

function withObject(verb: string): string[] {
  return [verb, `${verb} SMS`, `${verb} MIG`];
}
