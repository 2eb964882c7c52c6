import type { DecodedHl7 } from './charset.ts';
import { type Delimiters, readDelimiters, unescapeHl7 } from './delimiters.ts';

/** `null`: the sender deletes the value (two quotation marks); `undefined`: it says nothing of it. */
export type Hl7Value = string | null | undefined;

/** `fields[n]` is field n as it came; of MSH too, whose first is the separator itself. */
export interface Segment {
  readonly id: string;
  readonly fields: readonly string[];
}

export interface Hl7Message {
  readonly delimiters: Delimiters;
  /** By its name in the Encoding Standard. */
  readonly charset: string;
  /** MSH; of a batch that of its first message, or as much of one as the batch's own header says. */
  readonly header: Segment;
  /** It began with the header of a batch, or of a file of batches. */
  readonly isBatch: boolean;
  readonly segments: readonly Segment[];
  /** The message is larger than what is read: `segments` ends before its end. */
  readonly tooLarge: boolean;
}

const MAX_SEGMENTS = 5000;
const MAX_FIELDS = 1000;
/** Further ones are not looked at. */
const MAX_REPETITIONS = 100;
const SEGMENT_ID = /^[A-Z][A-Z0-9]{2}$/;
const NULL = '""';
const END_OF_BLOCK = '\u001c';

/**
 * Takes a message apart as far as its fields, without the framing of MLLP. Segments end with CR, LF or both; lines that
 * begin with no segment's id are left out.
 * @throws Problem 400 for what begins with no MSH, BHS or FHS that tells its delimiters
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

/** What a batch's header has in common with MSH, so that whoever sent it can be answered. */
function headerOf({ fields }: Segment): Segment {
  return { id: 'MSH', fields: [...fields.slice(0, 7), '', '', '', fields[11] ?? ''] };
}

/** Segments with this id, in order. */
export function segmentsOf(message: Hl7Message, id: string): Segment[] {
  return message.segments.filter((segment) => segment.id === id);
}

/** The first segment with this id. */
export function segmentOf(message: Hl7Message, id: string): Segment | undefined {
  return message.segments.find((segment) => segment.id === id);
}

/** The repetitions of a field, each as it came; none of an empty one. */
export function repetitionsOf(message: Hl7Message, segment: Segment | undefined, field: number): string[] {
  const raw = segment?.fields[field] ?? '';
  return raw === '' ? [] : raw.split(message.delimiters.repetition, MAX_REPETITIONS);
}

/** A component of a repetition, counted from 1: its first subcomponent unless told otherwise, unescaped and trimmed. */
export function componentOf(message: Hl7Message, repetition: string, component = 1, subcomponent = 1): Hl7Value {
  if (repetition === NULL) return null;
  const { delimiters, charset } = message;
  const whole = partOf(repetition, delimiters.component, component);
  const raw = partOf(whole, delimiters.subcomponent, subcomponent);
  if (raw === '') return undefined;
  if (raw === NULL) return null;
  const text = unescapeHl7(raw, delimiters, charset).trim();
  return text === '' ? undefined : text;
}

/** A component of a field's first repetition. */
export function fieldOf(
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
 * The nth part, counted from 1, without making the others; '' where there is none. Without a separator all is the first
 * part.
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
