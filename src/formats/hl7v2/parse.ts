import { Problem } from '../../domain/errors.ts';
import { type DecodedHl7, decodeBytes } from './charset.ts';

/** Value of a field: `null` when the sender deletes it (two quotation marks), `undefined` when it is absent. */
export type Hl7Value = string | null | undefined;

/** Segment with its fields as received: `fields[n]` is field n, in MSH too, where field 1 is the separator. */
export interface Segment {
  readonly id: string;
  readonly fields: readonly string[];
}

/** Message, or batch of messages, split into segments and fields; `fieldValue` and `componentOf` decode the values. */
export interface Hl7Message {
  readonly delimiters: Delimiters;
  /** Label of the Encoding Standard. */
  readonly charset: string;
  /** MSH; for a batch that of its first message, or one made of the batch header. */
  readonly header: Segment;
  /** True when it began with the header of a batch, or of a file of batches. */
  readonly isBatch: boolean;
  readonly segments: readonly Segment[];
  /** True when the message exceeds the size limit: `segments` is then incomplete. */
  readonly tooLarge: boolean;
}

const MAX_SEGMENTS = 5000;
const MAX_FIELDS = 1000;
/** Further repetitions are not read. */
const MAX_REPETITIONS = 100;
/** Longer values are cut: no field that is read may have a quarter of it, and most are refused for their length. */
const MAX_VALUE = 4096;
const SEGMENT_ID = /^[A-Z][A-Z0-9]{2}$/;
const NULL = '""';
const END_OF_BLOCK = '\u001c';

/**
 * Splits a message into segments and fields, without MLLP framing. Segments end with CR, LF or both; lines without a
 * segment id are left out.
 * @throws Problem 400 when it doesn't begin with MSH, BHS or FHS and its delimiters
 */
export function parseHl7({ text, charset }: DecodedHl7): Hl7Message {
  const plain = (text.includes(END_OF_BLOCK) ? text.replaceAll(END_OF_BLOCK, '') : text).trimStart();
  const lines = plain.split(plain.includes('\n') ? /\r\n?|\n/ : '\r', MAX_SEGMENTS + 1).map((line) => line.trimStart());
  const isBatch = isBatchHeader(lines[0] ?? '');
  const delimiters = readDelimiters((isBatch && lines.find((line) => line.startsWith('MSH'))) || (lines[0] ?? ''));
  let tooLarge = lines.length > MAX_SEGMENTS;
  const segments: Segment[] = [];
  for (const line of tooLarge ? lines.slice(0, MAX_SEGMENTS) : lines) {
    const id = line.slice(0, 3);
    if ((line.length > 3 && line.charAt(3) !== delimiters.field) || !SEGMENT_ID.test(id)) continue;
    const fields = line.split(delimiters.field, MAX_FIELDS + 1);
    if (fields.length > MAX_FIELDS) tooLarge = true;
    if (id === 'MSH' || isBatchHeader(id)) fields.splice(1, 0, delimiters.field);
    segments.push({ id, fields });
  }
  const [first = { id: 'MSH', fields: [] }] = segments;
  const header = isBatch ? (segments.find(({ id }) => id === 'MSH') ?? headerOf(first)) : first;
  return { delimiters, charset, header, isBatch, segments, tooLarge };
}

/** HL7 v2.5.1 §2.10.3. */
function isBatchHeader(line: string): boolean {
  return line.startsWith('BHS') || line.startsWith('FHS');
}

/** Header built of the fields that a batch header shares with MSH, for the acknowledgement. */
function headerOf({ fields }: Segment): Segment {
  return { id: 'MSH', fields: [...fields.slice(0, 7), '', '', '', fields[11] ?? ''] };
}

/** Segments with this id, in order. */
export function segmentsOf(message: Hl7Message, id: string): Segment[] {
  return message.segments.filter((segment) => segment.id === id);
}

/** First segment with this id; undefined where there is none. */
export function segmentOf(message: Hl7Message, id: string): Segment | undefined {
  return message.segments.find((segment) => segment.id === id);
}

/** Repetitions of a field as received; none for an empty field. */
export function repetitionsOf(message: Hl7Message, segment: Segment | undefined, field: number): string[] {
  const raw = segment?.fields[field] ?? '';
  return raw === '' ? [] : raw.split(message.delimiters.repetition, MAX_REPETITIONS);
}

/** Component of a repetition, counted from 1, unescaped and trimmed: its first subcomponent unless another is given. */
export function componentOf(message: Hl7Message, repetition: string, component = 1, subcomponent = 1): Hl7Value {
  if (repetition === NULL) return null;
  const { delimiters, charset } = message;
  const whole = partOf(repetition, delimiters.component, component);
  const raw = partOf(whole, delimiters.subcomponent, subcomponent);
  if (raw === '') return undefined;
  if (raw === NULL) return null;
  const text = unescapeHl7(raw.slice(0, MAX_VALUE), delimiters, charset).trim();
  return text === '' ? undefined : text;
}

/** Component of a field's first repetition; undefined where the segment or the field is absent. */
export function fieldValue(
  message: Hl7Message,
  segment: Segment | undefined,
  field: number,
  component = 1,
  subcomponent = 1,
): Hl7Value {
  const raw = segment?.fields[field] ?? '';
  return raw === ''
    ? undefined
    : componentOf(message, partOf(raw, message.delimiters.repetition, 1), component, subcomponent);
}

/**
 * The nth part, counted from 1, without splitting the rest; '' when there is none. Without a separator the whole text
 * is the first part.
 */
function partOf(text: string, separator: string, nth: number): string {
  if (separator === '') return nth === 1 ? text : '';
  let start = 0;
  for (let part = 1; part < nth; part++) {
    const end = text.indexOf(separator, start);
    if (end < 0) return '';
    start = end + separator.length;
  }
  const end = text.indexOf(separator, start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}

/** True for a message of a test or training system (MSH-11 T or D). */
export function isTest(message: Hl7Message): boolean {
  return /^[TD]$/i.test(fieldValue(message, message.header, 11) ?? '');
}

/** Delimiters of a message, from its header (HL7 v2.5.1 §2.5.4). */
interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  /** Empty when the sender uses none; likewise for the next two. */
  readonly escape: string;
  readonly subcomponent: string;
  /** Since version 2.7. */
  readonly truncation: string;
}

/** First segments of a message, a batch, a file of batches (HL7 v2.5.1 §2.10.3), with the delimiters in one place. */
const HEADERS = ['MSH', 'BHS', 'FHS'];
const PUNCTUATION = /^[!-/:-@[-`{-~]+$/;

/**
 * Reads the delimiters from MSH-1 and MSH-2, or the same fields of a batch header.
 * @throws Problem 400 for another segment and for unusable delimiters
 */
function readDelimiters(header: string): Delimiters {
  const field = header.charAt(3);
  const end = header.indexOf(field, 4);
  const encoding = header.slice(4, end < 0 ? undefined : end);
  const all = field + encoding;
  const usable =
    encoding.length >= 2 && encoding.length <= 5 && PUNCTUATION.test(all) && new Set(all).size === all.length;
  if (!HEADERS.includes(header.slice(0, 3)) || !usable) {
    const detail =
      'The body is not an HL7 v2 message: send one whose first segment is MSH, with its delimiters in MSH-1 and ' +
      'MSH-2, one message at a time.';
    throw new Problem(400, 'malformed-hl7', detail);
  }
  const [component = '', repetition = '', mark = '', subcomponent = '', truncation = ''] = encoding;
  return { field, component, repetition, escape: mark, subcomponent, truncation };
}

/**
 * Resolves the escape sequences of a single value (HL7 v2.5.1 §2.7): delimiters, hexadecimal bytes, line breaks.
 * Highlighting and unknown sequences are dropped; an unclosed escape character stays.
 */
function unescapeHl7(raw: string, delimiters: Delimiters, charset: string): string {
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
  const escaped = (character: string, code?: string) =>
    code === undefined ? character : mark === '' ? ' ' : `${mark}${code}${mark}`;
  return Array.from(text, (character) => escaped(character, codes.get(character))).join('');
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
