import { randomUUID } from 'node:crypto';
import type { Source } from '../../domain/authority.ts';
import { wallOf } from '../../domain/calendar.ts';
import { MINUTE_MS } from '../../domain/duration.ts';
import type { Fault } from '../../domain/errors.ts';
import { charsetInHeader, encodeHl7 } from './charset.ts';
import type { Hl7Error } from './faults.ts';
import { escapeHl7, fieldValue, type Hl7Message } from './parse.ts';

/** Condition texts of HL7 table 0357, for the codes in use. */
const MEANING: Readonly<Record<string, string>> = {
  100: 'Segment sequence error',
  101: 'Required field missing',
  102: 'Data type error',
  200: 'Unsupported message type',
  201: 'Unsupported event code',
  204: 'Unknown key identifier',
  205: 'Duplicate key identifier',
};
/**
 * Upper bounds for repeated values: the longest MSH-10 of any HL7 version, and enough for names of systems. An
 * acknowledgement must not grow with the message.
 */
const MAX_CONTROL_ID = 199;
const MAX_REPEATED = 255;
const MAX_WARNINGS = 10;
/** Framing characters of MLLP, which would end an acknowledgement early. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const FRAMING = /[\u000b\u001c]/g;

type AckSettings = Pick<Source, 'ackMode' | 'timeZone'>;

/**
 * Writes the acknowledgement of a message, with its delimiters and charset.
 * @param error null when the message was accepted, repeated or ignored
 * @param warnings about a message that was accepted, each with the place in the form of ERR-2
 * @returns null when the sender asked for none (enhanced mode, HL7 v2.5.1 §2.9.3)
 */
export function writeAck(
  message: Hl7Message,
  error: Hl7Error | null,
  source: AckSettings,
  now: Date,
  warnings: readonly Fault[] = [],
): Uint8Array | null {
  const code = codeOf(message, error, source);
  if (code === null) return null;
  const reports: Report[] = error
    ? [{ ...error, severity: 'E', ownCode: '' }]
    : warnings.slice(0, MAX_WARNINGS).map(warningOf);
  const segments = [
    headerOf(message, source, now),
    msaSegment(message, code, reports),
    ...(hasErrorSegment(message) ? reports.map((report) => errorSegment(message, report)) : []),
  ];
  const text = segments.join('\r').replaceAll(FRAMING, '');
  return encodeHl7(`${text}\r`, message.charset);
}

/** AA, AE or AR; in enhanced mode as MSH-15 (commit) or else MSH-16 (application) asks for. */
function codeOf(message: Hl7Message, error: Hl7Error | null, { ackMode }: AckSettings): string | null {
  const plain = error?.ackCode ?? 'AA';
  const part = (field: number) => (fieldValue(message, message.header, field) ?? '').toUpperCase();
  const [commit, application] = [part(15), part(16)];
  if (ackMode === 'original' || (!commit && !application)) return plain;
  if (isRequested(commit, error)) return plain.replace('A', 'C');
  return isRequested(application, error) ? plain : null;
}

/** Conditions of HL7 table 0155. */
function isRequested(condition: string | undefined, error: Hl7Error | null): boolean {
  return condition === 'AL' || (condition === 'ER' && error !== null) || (condition === 'SU' && error === null);
}

function headerOf(message: Hl7Message, { timeZone }: AckSettings, now: Date): string {
  const { header, delimiters } = message;
  const raw = (field: number) => (header.fields[field] ?? '').slice(0, MAX_REPEATED);
  const trigger = fieldValue(message, header, 9, 2) ?? '';
  const typed = isFrom(message, 2, 3, 1) && /^[A-Z][A-Z0-9]{2}$/.test(trigger);
  const type = typed ? ['ACK', trigger, 'ACK'].join(delimiters.component) : 'ACK';
  const charset = charsetInHeader(message.charset);
  const route = [5, 6, 3, 4].map(raw);
  const fields = [...route, timestamp(now, timeZone), '', type, newControlId(), raw(11), raw(12)];
  const upToCharset = Array<string>(5).fill('');
  return joined(message, [`MSH${raw(1)}${raw(2)}`, ...fields, ...upToCharset, escapeHl7(charset, delimiters)]);
}

/** Content of an ERR segment. */
interface Report extends Omit<Hl7Error, 'ackCode'> {
  readonly severity: 'E' | 'W';
  /** Our own code of a warning, for ERR-5. */
  readonly ownCode: string;
}

/** Conditions of warnings that are neither about a missing field nor about what stands in one. */
const CONDITION_OF: Readonly<Record<string, string>> = { unknown_reference: '204', maybe_another_id: '205' };

function warningOf({ pointer, code, detail }: Fault): Report {
  const isMissing = ['no_phone', 'no_place', 'no_start'].includes(code);
  const condition = CONDITION_OF[code] ?? '102';
  return { code: isMissing ? '101' : condition, location: pointer, text: detail, severity: 'W', ownCode: code };
}

/** Before version 2.5 the texts of all reports stand in MSA-3. */
function msaSegment(message: Hl7Message, code: string, reports: readonly Report[]): string {
  const controlId = (message.header.fields[10] ?? '').slice(0, MAX_CONTROL_ID);
  const text = hasErrorSegment(message) ? '' : reports.map(sentenceOf).join(' ');
  return joined(message, ['MSA', code, controlId, ...(text === '' ? [] : [escapeHl7(text, message.delimiters)])]);
}

function sentenceOf(report: Report): string {
  const what = report.severity === 'E' ? `${report.code} ${MEANING[report.code]}` : 'Warning';
  return `${what}: ${detailOf(report)}`;
}

function errorSegment(message: Hl7Message, { location, code, text, severity, ownCode }: Report): string {
  const { component } = message.delimiters;
  const write = (value: string) => escapeHl7(value, message.delimiters);
  const condition = [code, MEANING[code] ?? '', 'HL70357'].map(write).join(component);
  const place = location.replaceAll('^', component);
  return joined(message, ['ERR', '', place, condition, severity, ownCode, '', write(text)]);
}

function detailOf({ text, location }: Report): string {
  const [segment, , field] = location.split('^');
  return field === undefined ? text : `${text} (${segment}-${field})`;
}

/** The ERR segment has its present form since 2.5. */
function hasErrorSegment(message: Hl7Message): boolean {
  return isFrom(message, 2, 5);
}

/** True when MSH-12 is at least this version; a message without a version counts as old. */
function isFrom(message: Hl7Message, ...version: readonly number[]): boolean {
  const [, major, minor = '0', patch = '0'] =
    /^(\d{1,2})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?/.exec(fieldValue(message, message.header, 12) ?? '') ?? [];
  if (major === undefined) return false;
  const weight = ([a = 0, b = 0, c = 0]: readonly number[]) => a * 10_000 + b * 100 + c;
  return weight([Number(major), Number(minor), Number(patch)]) >= weight(version);
}

function joined(message: Hl7Message, fields: readonly string[]): string {
  return fields.join(message.delimiters.field);
}

/** Hexadecimal contains no delimiter, and every version allows 20 characters. */
function newControlId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 20);
}

/** YYYYMMDDHHMMSS±ZZZZ. */
function timestamp(now: Date, zone: string): string {
  const wall = wallOf(now.getTime(), zone);
  const minutes = Math.round((wall - now.getTime()) / MINUTE_MS);
  const part = (value: number) => String(value).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${part(Math.floor(Math.abs(minutes) / 60))}${part(Math.abs(minutes) % 60)}`;
  return new Date(wall).toISOString().replace(/[-:T]|\.\d+Z$/g, '') + offset;
}
