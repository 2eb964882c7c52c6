import { hash } from 'node:crypto';
import type { z } from 'zod';
import type { AppointmentEvent, AppointmentStatus } from '../../domain/appointment.ts';
import { readInstant } from '../../domain/calendar.ts';
import { type Fault, Problem, refusedEvent } from '../../domain/errors.ts';
import { patientKeysOf } from '../../domain/patient-key.ts';
import { referenceFault } from '../../domain/reference.ts';
import { cleanPrinted } from '../../domain/sms/sms-text.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import { isHarmlessCode } from '../../domain/text/numbers.ts';
import {
  type IngestContext,
  type IngestElement,
  type IngestFormat,
  type IngestResult,
  MAX_ELEMENTS,
  mapInSteps,
  type Steps,
} from '../format.ts';
import { phoneLikeWarning } from '../phone-like.ts';
import {
  endWarning,
  ifEndLeftOut,
  ifNothingCancelled,
  midnightWarning,
  OWN_NUMBER,
  withFurtherWarnings,
  withoutOwnNumber,
} from '../warnings.ts';
import { dataSchema, faultOf, forbiddenKeys, STATUS_OF_TYPE, webhookEventSchema } from './json-schema.ts';

/** Types that, without a start, can only concern a known appointment. */
const CHANGES: ReadonlySet<string> = new Set(['appointment.updated', 'appointment.rescheduled']);
const MAX_FAULTS = 20;

/** The JSON format of EasySMS: one event or an array of them. */
export const easySmsJson: IngestFormat = {
  id: 'easysms',
  accepts: ({ body }) => typeof body === 'object' && body !== null,
  read: ({ body }, context) => readEvents(body, context),
};

/**
 * Reads one event or an array.
 * @throws Problem 422 for a single event that can't be used; in an array each event is refused by itself
 */
export function* readEvents(body: unknown, context: IngestContext): Steps<IngestResult> {
  if (!Array.isArray(body)) {
    const element = readElement(body, context, '');
    if (element.kind === 'refused') throw element.problem;
    return { elements: [element], array: false };
  }
  if (body.length === 0 || body.length > MAX_ELEMENTS) {
    const code = body.length === 0 ? 'too_small' : 'too_big';
    throw new Problem(422, 'invalid', `Send 1 to ${MAX_ELEMENTS} events in an array; this one has ${body.length}.`, {
      faults: [{ pointer: '', code, detail: `1 to ${MAX_ELEMENTS} events` }],
    });
  }
  const elements = yield* mapInSteps(body, (element, index) => readElement(element, context, `/${index}`));
  return { elements, array: true };
}

const PHONE_ADVICE = 'send the number in data.patient.phone.';

/**
 * Reads one event; never throws.
 * @param at JSON pointer to the event in the request
 * @param zone of a start and an end without an offset
 */
export function readElement(
  body: unknown,
  context: IngestContext,
  at: string,
  zone = context.source.timeZone,
): IngestElement {
  const faults: Fault[] = firstOf(forbiddenKeys(body, at), MAX_FAULTS);
  const parsed = webhookEventSchema.safeParse(body);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => faultOf(issue, body, at)));
  const event =
    parsed.success && faults.length === 0 ? toEvent(parsed.data, { ...context, zone }, at, faults) : undefined;
  if (event && faults.length === 0) {
    const told = withFurtherWarnings(event, phoneLikeWarning(event, body, at, PHONE_ADVICE));
    return { kind: 'appointment', event: withSentJson(told, body, `${at}/data/id`) };
  }
  return { kind: 'refused', reference: referenceOf(body), problem: refusedEvent(faults) };
}

function toEvent(
  event: z.infer<typeof webhookEventSchema>,
  context: IngestContext & { readonly zone: string },
  at: string,
  faults: Fault[],
): AppointmentEvent {
  const { data } = event;
  const instant = (text: string | null | undefined, pointer: string, zone: string): Date | null | undefined => {
    if (text === null || text === undefined) return text;
    const read = readInstant(text, zone);
    if (read instanceof Date) return read;
    faults.push({ pointer: at + pointer, ...WRONG_INSTANT[read] });
    return undefined;
  };
  const start = instant(data.start, '/data/start', context.zone);
  const end = instant(data.end, '/data/end', context.zone);
  const occurredAt = instant(event.timestamp, '/timestamp', context.source.timeZone) ?? null;
  const replaces = data.replaces === data.id ? undefined : data.replaces || undefined;
  faults.push(...forbiddenTexts({ id: data.id, replaces, contactPhone: data.contactPhone }, `${at}/data`));
  const patient = data.patient === null ? { phone: null, language: null } : data.patient;
  const location = data.location === null ? { code: null, text: null } : data.location;
  const onlyKnown = CHANGES.has(event.type) && !start;
  // A cancelled appointment with a move that names no new time must not be booked again at its old one.
  const status = onlyKnown ? null : (STATUS_OF_TYPE[event.type] as AppointmentStatus | null);
  // An event about a known appointment keeps its number, unless the source's settings clear absent numbers.
  const warnings = [
    ...midnightWarning({ start, status }, context.source, `${at}/data/start`),
    ...endWarning({ start, end }, `${at}/data/end`),
    ...(event.type === 'appointment.rescheduled' && !start ? [notMoved(`${at}/data/start`)] : []),
  ];
  const absent = onlyKnown && context.source.absentPhone === 'clear' ? null : undefined;
  const read: AppointmentEvent = {
    reference: data.id,
    status,
    version: data.version ?? null,
    occurredAt,
    start,
    end,
    kind: data.kind === null ? 'visit' : data.kind,
    patientKey: undefined,
    phone: patient?.phone === undefined ? absent : patient.phone,
    language: emptyIsNull(patient?.language?.toLowerCase().split(/[-_]/)[0] ?? patient?.language),
    locationCode: emptyIsNull(harmless(location?.code)),
    locationText: cleaned(location?.text),
    department: cleaned(data.department),
    departmentCode: emptyIsNull(harmless(data.departmentCode)),
    contactPhone: emptyIsNull(data.contactPhone),
    test: false,
    ...(data.patient?.id && patientKeysOf(data.patient.id, context.hashPatient)),
    ...(status === null && { bookedIfMoved: true }),
    ...(onlyKnown && { onlyKnown }),
    ...(replaces !== undefined && { replaces: [replaces] }),
    ...(warnings.length > 0 && { warnings }),
    ...ifNothingCancelled({ status }, `${at}/data/id`),
    ...ifEndLeftOut({ start, end }, { start: `${at}/data/start`, end: `${at}/data/end` }),
  };
  return withoutOwnNumber(read, context.source, { pointer: `${at}/data/contactPhone`, ...OWN_NUMBER });
}

/** A move without a new start, as a rule one whose field is misspelt or misplaced: SMS would name the old time. */
function notMoved(pointer: string): Fault {
  return { pointer, code: 'not_moved', detail: 'The move holds no new start: the one that is known stays.' };
}

/** Faults of texts that a schema can't tell: ids that can't be one, and CPR numbers. */
function forbiddenTexts(
  { id, replaces, contactPhone }: Pick<z.infer<typeof webhookEventSchema>['data'], 'id' | 'replaces' | 'contactPhone'>,
  at: string,
): Fault[] {
  const wrongId = referenceFault(id);
  const wrongReplaced = replaces ? referenceFault(replaces) : null;
  const detail = 'This has the shape of a CPR number, not of a phone number.';
  return [
    ...(wrongId ? [{ pointer: `${at}/id`, ...wrongId }] : []),
    ...(wrongReplaced ? [{ pointer: `${at}/replaces`, ...wrongReplaced }] : []),
    ...(contactPhone && holdsCpr(contactPhone) ? [{ pointer: `${at}/contactPhone`, code: 'cpr', detail }] : []),
  ];
}

const NO_INSTANT =
  'Not a time of the years 1900 to 9998 such as 2026-12-01T09:00:00+01:00 or, local to the source, ' +
  '2026-12-01T09:00:00: with a T or a blank between, an existing date, hours to 23, minutes and seconds to 59.';
const WRONG_INSTANT = {
  date_only: { code: 'date_only', detail: 'A time of day is needed: 2026-12-01T09:00:00+01:00.' },
  gap: { code: 'time_does_not_exist', detail: 'The clocks skip this local time in spring; send it with an offset.' },
  invalid: { code: 'invalid_instant', detail: NO_INSTANT },
} as const;

function firstOf<T>(items: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const item of items) if (first.push(item) >= most) break;
  return first;
}

/** undefined and null have different meanings and are passed through. */
function cleaned(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? cleanPrinted(text) : text;
}

/** Codes are stored as received and are only hints, so a code that may be a citizen's number is dropped. */
function harmless(code: string | null | undefined): string | null | undefined {
  return typeof code === 'string' && !isHarmlessCode(code) ? null : code;
}

function emptyIsNull(text: string | null | undefined): string | null | undefined {
  return text === '' ? null : text;
}

function referenceOf(body: unknown): string | null {
  const id = (body as { data?: { id?: unknown } | null } | null)?.data?.id;
  const read = dataSchema.shape.id.safeParse(id);
  return read.success && !referenceFault(read.data) ? read.data : null;
}

/**
 * The event with a hash of its own JSON, by which it is known when it comes again, where neither a version nor a
 * timestamp orders it.
 * @param body the event as it was sent
 * @param at where the id stands in it, for the warning about a repeat
 */
export function withSentJson(event: AppointmentEvent, body: unknown, at: string): AppointmentEvent {
  if (event.version !== null || event.occurredAt !== null) return event;
  const detail =
    'This very event came before, and the appointment has changed since: nothing changes. A new event needs a ' +
    'version, a timestamp or a key of its own.';
  const warningsIfRepeated = [{ pointer: at, code: 'old_repeat', detail }];
  const sentAs = hash('sha256', JSON.stringify(body), 'base64');
  // These replace the ones of the body that a mapping made, which is not what was sent.
  return { ...event, sentAs, warningsIfRepeated };
}
