import { z } from 'zod';
import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { Fault } from '../../domain/errors.ts';
import { pointerStep } from '../../domain/json.ts';
import { MAX_REFERENCE, STORABLE_TEXT } from '../../domain/reference.ts';
import { MAX_CODE, MAX_ELEMENTS, MAX_PATIENT_ID, MAX_WORDING } from '../format.ts';

/** Event type in the JSON of EasySMS → status of the appointment; null: it says none. */
export const STATUS_OF_TYPE: Readonly<Record<string, AppointmentStatus | null>> = {
  'appointment.booked': 'booked',
  'appointment.updated': null,
  'appointment.rescheduled': 'booked',
  'appointment.cancelled': 'cancelled',
  'appointment.deleted': 'entered-in-error',
  'appointment.arrived': 'arrived',
  'appointment.fulfilled': 'fulfilled',
  'appointment.noshow': 'noshow',
};

const printed = z.string().max(MAX_WORDING).nullish();
const moment = z.string().max(64);

/** A text that is stored as received must be acceptable to a database. */
function plain(max: number) {
  return z.string().max(max).regex(STORABLE_TEXT, 'Control characters and invalid Unicode are not accepted.');
}

/** Schema of an event's `data`. */
export const dataSchema = z.object({
  id: plain(MAX_REFERENCE).min(1),
  replaces: plain(MAX_REFERENCE).nullish(),
  version: z.int().nonnegative().nullish(),
  start: moment.nullish(),
  end: moment.nullish(),
  kind: z.enum(['visit', 'phone', 'video', 'home']).nullish(),
  patient: z
    .object({
      id: z.string().max(MAX_PATIENT_ID).nullish(),
      phone: z.string().max(64).nullish(),
      language: z
        .string()
        .regex(/^([A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*)?$/, 'A language is written as da or en-GB.')
        .nullish(),
    })
    .nullish(),
  location: z.object({ code: plain(MAX_CODE).nullish(), text: printed }).nullish(),
  department: printed,
  departmentCode: plain(MAX_CODE).nullish(),
  contactPhone: z
    .string()
    .regex(
      /^(\+?[0-9][0-9 ()-]{2,22})?$/,
      'A phone number is required: digits, blanks, brackets and hyphens, optionally with + in front.',
    )
    .nullish(),
});

/** Schema of an event at `POST /v1/webhooks/{source}`. Unknown keys are ignored. */
export const webhookEventSchema = z.object({
  type: z.enum(Object.keys(STATUS_OF_TYPE) as [string, ...string[]]),
  timestamp: moment.nullish(),
  data: dataSchema,
});

/** Schema of the webhook's body: one event, or up to 1,000. */
export const webhookSchema = z.union([webhookEventSchema, z.array(webhookEventSchema).min(1).max(MAX_ELEMENTS)]);

/** Keys of national ids. The sender has to leave them out: the request is refused rather than stripped. */
export function* forbiddenKeys(value: unknown, at: string): Generator<Fault> {
  for (const path of pathsOfForbiddenKeys(value, 0)) {
    const pointer = at + path.map(pointerStep).join('');
    yield { pointer, code: 'cpr', detail: 'CPR numbers are not accepted: leave this key out.' };
  }
}

function* pathsOfForbiddenKeys(value: unknown, depth: number): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null || depth > 8) return;
  for (const key of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, key);
    if (isCprKey(key)) yield [key];
    else if (typeof inner === 'object') for (const path of pathsOfForbiddenKeys(inner, depth + 1)) yield [key, ...path];
  }
}

/** True for the name of a field that is for CPR numbers, whatever signs and digits stand in it. */
export function isCprKey(key: string): boolean {
  // Every name for a CPR number has a p. Testing that first is cheap: an object may have 70,000 keys.
  return /p/i.test(key) && CPR_KEY.test(key.replace(/[^A-Za-z]/g, ''));
}

const CPR_KEY = /^(?:patients?)?(?:cpr(?:nr|no|number|nummer|id)?|person(?:nr|no|number|nummer))$/i;

/**
 * Converts an issue of the schema library to a fault.
 * @param body the value that was validated
 * @param at JSON pointer to it in the request
 */
export function faultOf(issue: z.core.$ZodIssue, body: unknown, at: string): Fault {
  const pointer = at + issue.path.map(pointerStep).join('');
  const given = issue.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
  if (given === undefined) return { pointer, code: 'required', detail: 'This is required.' };
  const allowed = issue.code === 'invalid_value' && { allowed: issue.values.map(String) };
  const isMoment = issue.code === 'invalid_type' && MOMENTS.has(issue.path.at(-1));
  const detail = isMoment ? `A text is needed here, such as ${EXAMPLE_MOMENT}.` : inWords(issue);
  return { pointer, code: issue.code, detail, ...allowed };
}

/** Fields that some systems fill with a number, such as the seconds since 1970. */
const MOMENTS: ReadonlySet<PropertyKey | undefined> = new Set(['start', 'end', 'timestamp']);
const EXAMPLE_MOMENT = '2026-12-01T09:00:00+01:00';

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
      return `This must be one of: ${issue.values.join(', ')}.`;
    default:
      return issue.message;
  }
}
