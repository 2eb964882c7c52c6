import { z } from 'zod';
import type { AppointmentEvent, AppointmentStatus } from '../domain/appointment.ts';
import { readInstant } from '../domain/calendar.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import { referenceFault } from '../domain/reference.ts';
import { cleanPrinted, holdsCpr, looksLikeCpr } from '../domain/sms-text.ts';
import type { IngestContext, IngestElement, IngestFormat, IngestResult } from './format.ts';

/** Event type of contract.md §4 → status of the appointment. */
export const STATUS_OF_TYPE: Readonly<Record<string, AppointmentStatus>> = {
  'appointment.booked': 'booked',
  'appointment.updated': 'booked',
  'appointment.rescheduled': 'booked',
  'appointment.cancelled': 'cancelled',
  'appointment.deleted': 'entered-in-error',
  'appointment.arrived': 'arrived',
  'appointment.fulfilled': 'fulfilled',
  'appointment.noshow': 'noshow',
};

/** Types that, without a start, can only concern a known appointment. */
const CHANGES: ReadonlySet<string> = new Set(['appointment.updated', 'appointment.rescheduled']);

/** Most events in one array. */
export const MAX_ELEMENTS = 1000;
const MAX_FAULTS = 20;
const printed = z.string().max(1000).nullish();
const moment = z.string().max(64);

/**
 * A text that is stored as received must be acceptable to a database: without control characters and lone surrogates.
 */
function plain(max: number) {
  return z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Control characters and broken Unicode are not taken here.');
}

const dataSchema = z.object({
  id: plain(255).min(1),
  version: z.int().nonnegative().nullish(),
  start: moment.nullish(),
  end: moment.nullish(),
  kind: z.enum(['visit', 'phone', 'video', 'home']).nullish(),
  patient: z
    .object({
      id: z.string().max(255).nullish(),
      phone: z.string().max(64).nullish(),
      language: z
        .string()
        .regex(/^([A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*)?$/, 'A language is written as da or en-GB.')
        .nullish(),
    })
    .nullish(),
  location: z.object({ code: plain(100).nullish(), text: printed }).nullish(),
  department: printed,
  departmentCode: plain(100).nullish(),
  contactPhone: z
    .string()
    .regex(
      /^(\+?[0-9][0-9 ()-]{2,22})?$/,
      'A phone number is needed: digits, blanks, brackets and hyphens, at most with + in front.',
    )
    .nullish(),
});

/** Schema of an event at `POST /v1/webhooks/{source}`. Unknown keys are ignored. */
export const eventSchema = z.object({
  type: z.enum(Object.keys(STATUS_OF_TYPE) as [string, ...string[]]),
  timestamp: moment.nullish(),
  data: dataSchema,
});

/** Schema of the webhook's body: one event, or up to 1,000. */
export const webhookSchema = z.union([eventSchema, z.array(eventSchema).min(1).max(MAX_ELEMENTS)]);

/** The JSON format of contract.md §4: one event or an array of them. */
export const easySmsJson: IngestFormat = {
  id: 'easysms',
  accepts: ({ body }) => typeof body === 'object' && body !== null,
  read: ({ body }, context) => readEvents(body, context),
};

/**
 * Reads one event or an array.
 * @throws Problem 422 for a single event that can't be used; in an array each event is refused by itself
 */
export function readEvents(body: unknown, context: IngestContext): IngestResult {
  if (!Array.isArray(body)) {
    const element = readElement(body, context, '');
    if (element.kind === 'refused') throw element.problem;
    return { elements: [element], array: false };
  }
  if (body.length === 0 || body.length > MAX_ELEMENTS) {
    throw new Problem(422, 'invalid', `Send 1 to ${MAX_ELEMENTS} events in an array; this one holds ${body.length}.`, {
      faults: [
        { pointer: '', code: body.length === 0 ? 'too_small' : 'too_big', detail: `1 to ${MAX_ELEMENTS} events` },
      ],
    });
  }
  return { elements: body.map((element, index) => readElement(element, context, `/${index}`)), array: true };
}

/**
 * Reads one event; never throws.
 * @param at JSON pointer to the event in the request
 */
export function readElement(body: unknown, context: IngestContext, at: string): IngestElement {
  const faults: Fault[] = [...forbiddenKeys(body, at)].slice(0, MAX_FAULTS);
  const parsed = eventSchema.safeParse(body);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => faultOf(issue, body, at)));
  const event = parsed.success && faults.length === 0 ? toEvent(parsed.data, context, at, faults) : undefined;
  if (event && faults.length === 0) return { kind: 'appointment', event };
  return {
    kind: 'refused',
    reference: referenceOf(body),
    problem: new Problem(422, 'invalid', 'The event was understood and refused: see errors.', { faults }),
  };
}

function toEvent(
  event: z.infer<typeof eventSchema>,
  context: IngestContext,
  at: string,
  faults: Fault[],
): AppointmentEvent {
  const { data } = event;
  const instant = (text: string | null | undefined, pointer: string): Date | null | undefined => {
    if (text === null || text === undefined) return text;
    const read = readInstant(text, context.source.timeZone);
    if (read instanceof Date) return read;
    faults.push({ pointer: at + pointer, ...WRONG_INSTANT[read] });
    return undefined;
  };
  const start = instant(data.start, '/data/start');
  const end = instant(data.end, '/data/end');
  const occurredAt = instant(event.timestamp, '/timestamp') ?? null;
  const wrongId = referenceFault(data.id);
  if (wrongId) faults.push({ pointer: `${at}/data/id`, ...wrongId });
  if (data.contactPhone && holdsCpr(data.contactPhone)) {
    faults.push({
      pointer: `${at}/data/contactPhone`,
      code: 'cpr',
      detail: 'This has the shape of a CPR number, not of a phone number.',
    });
  }
  const patient = data.patient === null ? { phone: null, language: null } : data.patient;
  const location = data.location === null ? { code: null, text: null } : data.location;
  const onlyKnown = CHANGES.has(event.type) && !start;
  // An event about a known appointment keeps its number, unless the source's settings clear absent numbers.
  const absent = onlyKnown && context.source.absentPhone === 'clear' ? null : undefined;
  return {
    reference: data.id,
    status: STATUS_OF_TYPE[event.type] as AppointmentStatus,
    version: data.version ?? null,
    occurredAt,
    start,
    end,
    kind: data.kind === null ? 'visit' : data.kind,
    patientKey: data.patient?.id ? context.hashPatient(data.patient.id) : undefined,
    phone: patient?.phone === undefined ? absent : patient.phone,
    language: emptyIsNull(patient?.language?.toLowerCase().split(/[-_]/)[0] ?? patient?.language),
    locationCode: emptyIsNull(withoutCpr(location?.code)),
    locationText: cleaned(location?.text),
    department: cleaned(data.department),
    departmentCode: emptyIsNull(withoutCpr(data.departmentCode)),
    contactPhone: emptyIsNull(data.contactPhone),
    test: false,
    ...(onlyKnown && { onlyKnown }),
  };
}

const NO_INSTANT =
  'No time of the years 1900 to 9998, written as 2026-12-01T09:00:00+01:00 or, local to the source, 2026-12-01T09:00:00: with a T between, on a ' +
  'day that there is, with hours to 23, minutes and seconds to 59.';
const WRONG_INSTANT = {
  date_only: { code: 'date_only', detail: 'A time of day is needed: 2026-12-01T09:00:00+01:00.' },
  gap: { code: 'time_does_not_exist', detail: 'The clocks skip this local time in spring; send it with an offset.' },
  invalid: { code: 'invalid_instant', detail: NO_INSTANT },
} as const;

/** undefined and null have different meanings and are passed through. */
function cleaned(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? cleanPrinted(text) : text;
}

/** Codes are stored as received and are only hints, so a code that may be a citizen's number is dropped. */
function withoutCpr(code: string | null | undefined): string | null | undefined {
  return typeof code === 'string' && looksLikeCpr(code) ? null : code;
}

function emptyIsNull(text: string | null | undefined): string | null | undefined {
  return text === '' ? null : text;
}

/** Keys of national ids. The sender has to leave them out: the request is refused rather than stripped. */
function* forbiddenKeys(value: unknown, at: string, depth = 0): Generator<Fault> {
  if (typeof value !== 'object' || value === null || depth > 8) return;
  for (const [key, inner] of Object.entries(value)) {
    const pointer = at + step(key);
    if (CPR_KEY.test(key.replace(/[^A-Za-z]/g, ''))) {
      yield { pointer, code: 'cpr', detail: 'CPR numbers are not taken here: leave this key out.' };
    } else yield* forbiddenKeys(inner, pointer, depth + 1);
  }
}

const CPR_KEY = /^(?:patients?)?(?:cpr(?:nr|no|number|nummer|id)?|person(?:nr|no|number|nummer))$/i;

/**
 * One step of a JSON pointer (RFC 6901 §3) in a fault. An arbitrary key may itself be a number, so it is not repeated.
 */
function step(key: PropertyKey): string {
  const text = String(key);
  const told = typeof key === 'number' || (text.length <= 80 && text.replace(/\D/g, '').length <= 5);
  return told ? `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}` : '/*';
}

function faultOf(issue: z.core.$ZodIssue, body: unknown, at: string): Fault {
  const pointer = at + issue.path.map(step).join('');
  const given = issue.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
  return given === undefined
    ? { pointer, code: 'required', detail: 'This is required.' }
    : { pointer, code: issue.code, detail: inWords(issue) };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'A text',
  int: 'A whole number',
  number: 'A number',
  object: 'An object',
};

/** Messages of the schema library address programmers; these address the sender. */
function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${TYPES[issue.expected] ?? 'Another type'} is needed here.`;
    case 'too_small':
      return issue.origin === 'string' ? 'This may not be empty.' : `At least ${issue.minimum}.`;
    case 'too_big':
      return `At most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}.`;
    case 'invalid_value':
      return `One of these is needed: ${issue.values.join(', ')}.`;
    default:
      return issue.message;
  }
}

function referenceOf(body: unknown): string | null {
  const id = (body as { data?: { id?: unknown } | null } | null)?.data?.id;
  const read = dataSchema.shape.id.safeParse(id);
  return read.success && !referenceFault(read.data) ? read.data : null;
}
