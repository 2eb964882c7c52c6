import tlds from 'tlds' with { type: 'json' };
import { normalized } from './unicode.ts';

/** Registered endings of hosts (IANA's list); those in Punycode are recognised by their beginning. */
const ENDINGS: ReadonlySet<string> = new Set(tlds);
const PUNYCODE = /^xn--[a-z\d-]+$/;
/** A word that may be a host, and the beginning of a path behind it. */
const WORD = /([\p{L}\p{M}\p{N}.-]+)((?:(?::\d{1,5})?\/|[?#])\S)?/gu;
/**
 * Marks of a link, whatever stands around them: a scheme, `www.`, the host of an address of e-mail, this very machine.
 * People write `Tel:35453545` and `SMS:STOP`, too: links of these two have a plus or a query.
 */
const MARKS = [
  ':\\/\\/',
  'www\\.',
  '@[\\p{L}\\p{N}-]+\\.',
  '(?<!\\p{L})(?:mailto|smsto|geo):\\S',
  'localhost[:/]',
  '(?<!\\p{L})(?:tel|sms):(?:\\+|\\d{0,15}[?&]{1,2}[a-z])',
];
const GROUP = '[\\da-f]{1,4}';
/** Addresses of IPv6 in their brackets: shortened by `::`, or whole; no time of day, as `[09:30:15]` is one. */
const IPV6 = [`\\[(?:${GROUP}(?::${GROUP}){0,6})?::[\\da-f:.]{0,40}\\]`, `\\[(?:${GROUP}:){6}[\\da-f:.]{1,15}\\]`];
const MARKED = new RegExp([...MARKS, ...IPV6].join('|'), 'iu');
/** Abbreviations of Danish addresses and titles that are endings, too, each with what stands in front: `st.tv`. */
const ADDRESS_WORDS: ReadonlyMap<string, RegExp> = new Map([
  ...['tv', 'th'].map((side) => [side, /^(?:\d{1,2}|st|sal|k[dl]?|kld|etage|tv|th|mf)$/] as const),
  ['st', /^(?:\d{1,3}|opg|opgang|bygn|bygning|nr|vej|gade|tv|th|mf)$/],
  ['nr', /^(?:lok|lokale|bygn|bygning|opg|opgang|afs|afsnit|afd|rum|stue|hus|indgang|tlf|sags|sal|st|gade|vej)$/],
  ['med', /^(?:dr|cand|stud)$/],
]);

/**
 * True when a phone would turn a part of the text into a link: an address with a scheme, a host with a registered
 * ending (`example.dk`, also `123.dk`), a bare IPv4 address, an address of e-mail.
 */
export function holdsLink(text: string): boolean {
  if (!text.includes('.') && !text.includes(':') && PLAIN_LETTERS.test(text)) return false;
  const plain = normalized(text, 'NFKC').replaceAll('。', '.').toLowerCase();
  return (
    MARKED.test(plain) || [...plain.matchAll(WORD)].some(([, word = '', path]) => isHost(word, path !== undefined))
  );
}

const PLAIN_LETTERS = /^[\x20-\x7eæøåÆØÅ]*$/;

/** @param hasPath true: the last label is no abbreviation of an address, since a path stands behind it */
function isHost(word: string, hasPath: boolean): boolean {
  if (!word.includes('.')) return false;
  const labels = word.split('.');
  return (
    isAddress(labels) ||
    labels.some((label, at) => isEnding(label, labels[at - 1] ?? '', hasPath && at === labels.length - 1))
  );
}

/** @param before the label in front; empty: there is none */
function isEnding(label: string, before: string, hasPath: boolean): boolean {
  if (before === '' || !(ENDINGS.has(label) || PUNYCODE.test(label))) return false;
  return hasPath || ADDRESS_WORDS.get(label)?.test(before) !== true;
}

function isAddress(labels: readonly string[]): boolean {
  const numbers = labels.filter((label) => label !== '');
  return numbers.length === 4 && numbers.every((label) => /^\d{1,3}$/.test(label) && Number(label) <= 255);
}
