import { Problem } from '../../domain/errors.ts';
import { decodeBytes } from './charset.ts';

/** Delimiters of a message, from its header (HL7 v2.5.1 §2.5.4). */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  /** Empty when the sender uses none; likewise for the next two. */
  readonly escape: string;
  readonly subcomponent: string;
  /** Since version 2.7. */
  readonly truncation: string;
}

/**
 * First segments of a message, a batch and a file of batches (HL7 v2.5.1 §2.10.3); all have the delimiters in the same
 * place.
 */
const HEADERS = ['MSH', 'BHS', 'FHS'];
const PUNCTUATION = /^[!-/:-@[-`{-~]+$/;

/**
 * Reads the delimiters from MSH-1 and MSH-2, or the same fields of a batch header.
 * @throws Problem 400 for another segment and for unusable delimiters
 */
export function readDelimiters(header: string): Delimiters {
  const field = header.charAt(3);
  const end = header.indexOf(field, 4);
  const encoding = header.slice(4, end < 0 ? undefined : end);
  const all = field + encoding;
  const usable =
    encoding.length >= 2 && encoding.length <= 5 && PUNCTUATION.test(all) && new Set(all).size === all.length;
  if (!HEADERS.includes(header.slice(0, 3)) || !usable) {
    throw new Problem(
      400,
      'malformed-hl7',
      'The body is not an HL7 v2 message: send one whose first segment is MSH, with its delimiters in MSH-1 and ' +
        'MSH-2, one message at a time.',
    );
  }
  const [component = '', repetition = '', mark = '', subcomponent = '', truncation = ''] = encoding;
  return { field, component, repetition, escape: mark, subcomponent, truncation };
}

/**
 * Resolves the escape sequences of a single value (HL7 v2.5.1 §2.7): delimiters, hexadecimal bytes, line breaks.
 * Highlighting and unknown sequences are dropped; an unclosed escape character stays.
 */
export function unescapeHl7(raw: string, delimiters: Delimiters, charset: string): string {
  const mark = delimiters.escape;
  if (mark === '' || !raw.includes(mark)) return raw;
  const parts = raw.split(mark);
  let text = parts[0] ?? '';
  for (let index = 1; index < parts.length; index += 2) {
    const sequence = parts[index] ?? '';
    text += index + 1 < parts.length ? meaningOf(sequence, delimiters, charset) + parts[index + 1] : mark + sequence;
  }
  return text;
}

/** Escapes a text as a value of a message with these delimiters; characters that can't be escaped become blanks. */
export function escapeHl7(text: string, delimiters: Delimiters): string {
  const mark = delimiters.escape;
  if (!CODES.some(([, name]) => delimiters[name] !== '' && text.includes(delimiters[name]))) return text;
  const codes = new Map<string, string>(CODES.map(([code, name]) => [delimiters[name], code]));
  const escaped = (code: string) => (mark === '' ? ' ' : `${mark}${code}${mark}`);
  return Array.from(text, (character) => (codes.has(character) ? escaped(codes.get(character) ?? '') : character)).join(
    '',
  );
}

const CODES = [
  ['F', 'field'],
  ['S', 'component'],
  ['R', 'repetition'],
  ['T', 'subcomponent'],
  ['P', 'truncation'],
  ['E', 'escape'],
] as const;

function meaningOf(sequence: string, delimiters: Delimiters, charset: string): string {
  const name = CODES.find(([code]) => code === sequence)?.[1];
  if (name) return delimiters[name];
  if (/^\.(?:br|sp)/i.test(sequence)) return '\n';
  return /^X(?:[0-9A-F]{2})+$/i.test(sequence) ? decodeBytes(Buffer.from(sequence.slice(1), 'hex'), charset) : '';
}
