import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { SourceSettings } from '../../../src/domain/authority.ts';
import type { IngestElement, IngestResult } from '../../../src/formats/format.ts';
import { decodeHl7 } from '../../../src/formats/hl7v2/charset.ts';
import { type Hl7Message, parseHl7 } from '../../../src/formats/hl7v2/parse.ts';
import { readHl7v2 } from '../../../src/formats/hl7v2/read.ts';
import { eventIn, ingestContext } from '../../support/ingest.ts';
import { finished } from '../../support/steps.ts';

/** One segment: its id and the fields that matter, by their numbers. */
export type Fields = Readonly<Record<number, string>>;

/** `SCH|…|…` with these fields; for MSH the first one is the separator. */
export function segment(id: string, fields: Fields): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  const from = id === 'MSH' ? 2 : 1;
  const all = Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => fields[index + from] ?? '');
  return [id, ...all].join('|');
}

const MSH = {
  2: '^~\\&',
  3: 'EPJ',
  4: 'RH',
  5: 'SMS',
  6: 'RH',
  7: '20261124090000',
  9: 'SIU^S12',
  10: 'C-1',
  11: 'P',
  12: '2.5.1',
};
const SCH = { 2: 'A-4711^EPJ', 11: '^^^202612010900^202612010930' };
const PID = { 3: 'P-100^^^RH^MR', 13: '20123456^PRN^CP', 15: 'da' };
const AIL = { 1: '1', 3: 'AMB1^Stue 4' };

/** A plain booking with some fields changed; null leaves a segment out. `more` are segments after it. */
export interface Change {
  readonly msh?: Fields;
  readonly sch?: Fields | null;
  readonly pid?: Fields | null;
  readonly ail?: Fields | null;
  readonly more?: readonly string[];
}

export function siu({ msh, sch, pid, ail, more = [] }: Change = {}, event = 'S12'): string {
  const optional = (id: string, base: Fields, change: Fields | null | undefined) =>
    change === null ? [] : [segment(id, { ...base, ...change })];
  return [
    segment('MSH', { ...MSH, 9: `SIU^${event}`, ...msh }),
    ...[...optional('SCH', SCH, sch), ...optional('PID', PID, pid), ...optional('AIL', AIL, ail)],
    ...more,
  ].join('\r');
}

export function adt(event: string, ...segments: string[]): string {
  return [segment('MSH', { ...MSH, 9: `ADT^${event}` }), ...segments].join('\r');
}

export function parse(message: string | Uint8Array, httpCharset?: string): Hl7Message {
  return parseHl7(decodeHl7(typeof message === 'string' ? Buffer.from(message) : message, httpCharset));
}

export function read(
  message: string | Uint8Array,
  settings: Partial<SourceSettings> = {},
  httpCharset?: string,
): IngestResult {
  return finished(readHl7v2(parse(message, httpCharset), ingestContext(settings)));
}

export function elementOf(message: string | Uint8Array, settings: Partial<SourceSettings> = {}): IngestElement {
  const [only, ...others] = read(message, settings).elements;
  if (!only || others.length > 0) throw new Error('one element was expected');
  return only;
}

export function eventOf(message: string | Uint8Array, settings: Partial<SourceSettings> = {}): AppointmentEvent {
  return eventIn(elementOf(message, settings));
}

/** Location and reason of a refusal: `SCH^1^11 required`. */
export function refusalOf(message: string | Uint8Array, settings: Partial<SourceSettings> = {}): string {
  const element = elementOf(message, settings);
  if (element.kind !== 'refused') return `it was not refused: ${element.kind}`;
  return element.problem.faults.map(({ pointer, code }) => `${pointer} ${code}`).join(', ');
}
