import { type AppointmentEvent, isUpcoming } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { ifNothingCancelled, midnightWarning } from '../warnings.ts';
import type { Hl7Message } from './parse.ts';
import type { StatusReading, Subject } from './status.ts';

/** Refuses a message. `location` is the field in the form of ERR-2, `SCH^1^11`; it becomes the pointer of the fault. */
export function refusal(code: RefusalCode, location: string, detail: string): Problem {
  return new Problem(422, 'invalid', `The message was understood and refused: ${detail}`, {
    faults: [{ pointer: location, code, detail }],
  });
}

/** A refused message as an element. */
export function refusedElement(reference: string | null, problem: Problem) {
  return { kind: 'refused', reference, problem } as const;
}

/** The refusal of a message without a segment that it needs. */
export function missingSegment(id: string, { segments }: Pick<Hl7Message, 'segments'>): Problem {
  // Programs that send text, such as curl with -d, leave the ends of lines out.
  const why = segments.length > 1 ? '' : ' The message is a single segment: send a carriage return after each.';
  return refusal('missing_segment', id, `There is no ${id} segment.${why}`);
}

/** Code of a refusal, as callers see it. */
export type RefusalCode = keyof typeof CONDITIONS;

interface Condition {
  /** AE: an appointment message that can't be used; AR: not an appointment message. */
  readonly ackCode: 'AE' | 'AR';
  /** HL7 table 0357. */
  readonly code: string;
}

const CONDITIONS = {
  missing_segment: { ackCode: 'AE', code: '100' },
  several_appointments: { ackCode: 'AE', code: '100' },
  several_messages: { ackCode: 'AR', code: '100' },
  required: { ackCode: 'AE', code: '101' },
  date_only: { ackCode: 'AE', code: '102' },
  time_does_not_exist: { ackCode: 'AE', code: '102' },
  invalid_instant: { ackCode: 'AE', code: '102' },
  invalid: { ackCode: 'AE', code: '102' },
  several_patients: { ackCode: 'AE', code: '102' },
  cpr: { ackCode: 'AE', code: '102' },
  too_big: { ackCode: 'AE', code: '102' },
  too_far_ahead: { ackCode: 'AE', code: '102' },
  unsupported_type: { ackCode: 'AR', code: '200' },
  unsupported_event: { ackCode: 'AR', code: '201' },
  unknown_reference: { ackCode: 'AE', code: '204' },
  key_reused: { ackCode: 'AE', code: '205' },
  clock_off: { ackCode: 'AE', code: '207' },
} as const satisfies Readonly<Record<string, Condition>>;

/** Locations in the message for refusals of later steps, whose pointers refer to our JSON. */
const FIELDS: Readonly<Record<string, string>> = {
  '/data/start': 'SCH^1^11',
  '/data/id': 'SCH^1^2',
  '/data/occurrence': 'SCH^1^3',
};

/** Refusal in the terms of HL7. */
export interface Hl7Error extends Condition {
  /** Empty for the whole message. */
  readonly location: string;
  readonly text: string;
}

/**
 * Converts a problem with the content for the acknowledgement.
 * @param isPatientMissing true when the message names no patient: an unknown reference is then reported as that
 */
export function errorOf(problem: Problem, isPatientMissing = false): Hl7Error {
  const [fault] = problem.faults;
  const code = problem.code === 'idempotency-key-reused' ? 'key_reused' : (fault?.code ?? '');
  if (isPatientMissing && code === 'unknown_reference') {
    const text = 'No appointment is known under this id, and a new one needs a PID segment.';
    return { ...CONDITIONS.missing_segment, location: 'PID', text };
  }
  const condition = Object.hasOwn(CONDITIONS, code) ? CONDITIONS[code as RefusalCode] : CONDITIONS.invalid;
  const pointer = fault?.pointer ?? '';
  const location = FIELDS[pointer] ?? (/^[A-Z][A-Z0-9]{2}(?:\^\d+)*$/.test(pointer) ? pointer : '');
  return { ...condition, location, text: fault?.detail ?? problem.message };
}

const OF_REASON: Readonly<Record<string, readonly [pointer: string, detail: string]>> = {
  no_phone: ['PID^1^13', 'No phone number was found in PID-13 or PID-40, and no mobile one in PID-14: no SMS is sent.'],
  invalid_number: ['PID^1^13', 'The phone number is not a valid one: no SMS is sent.'],
  country_not_allowed: ['PID^1^13', 'The phone number is of a country that the settings do not allow: no SMS is sent.'],
  not_mobile: ['PID^1^13', 'The phone number is of a kind that takes no SMS.'],
  in_past: ['SCH^1^11', 'The start lies in the past: no SMS is sent.'],
};

/** Warning for a reason in the response to an accepted message; none for reasons that lie in the settings. */
export function warningOfReason(reason: string): readonly Fault[] {
  const [pointer, detail] = (Object.hasOwn(OF_REASON, reason) && OF_REASON[reason]) || [];
  return pointer === undefined || detail === undefined ? [] : [{ pointer, code: reason, detail }];
}

/** Warning about a message that was ignored because its appointment is not known. */
export function unknownAppointment({ ignoredIfUnknown }: AppointmentEvent): readonly Fault[] {
  return ignoredIfUnknown ? [UNKNOWN_APPOINTMENT] : [];
}

const UNKNOWN_APPOINTMENT: Fault = {
  pointer: 'SCH^1^2',
  code: 'unknown_reference',
  detail: 'No appointment is known under this id, and this event makes none: nothing was stored.',
};

/** Warnings that depend on what is known of the appointment: at the id that it is looked up by. */
export function warningsOfIds(
  event: Pick<AppointmentEvent, 'status' | 'aliases' | 'patientKey'>,
  { idField }: Pick<Source, 'idField'>,
): Pick<AppointmentEvent, 'warningsIfUnknown' | 'warningsIfDoubtful'> {
  const { aliases = [] } = event;
  const used = aliases[0]?.kind === 'placer' ? 'placer' : 'filler';
  const other =
    used === idField
      ? ''
      : `A booking that has ${FIELD[idField]} too is known by ${FIELD[used]} only with its issuer, or with its ` +
        'patient in PID-3.';
  const bare = aliases.find(({ ofPatient }) => ofPatient)?.kind;
  return {
    ...ifNothingCancelled(event, POINTER[used], other),
    ...(bare && { warningsIfDoubtful: [maybeAnotherId(bare === 'placer' ? 'placer' : 'filler')] }),
  };
}

function maybeAnotherId(kind: keyof typeof FIELD): Fault {
  const [own, further] = kind === 'placer' ? (['placer', 'filler'] as const) : (['filler', 'placer'] as const);
  const detail =
    `The id in ${FIELD[own]}, which has no issuer, is also that of another appointment, and the patients in PID-3 ` +
    `don't say whether it is the same one: nothing of that other one was changed. Send ${FIELD[further]} in all ` +
    `messages, or an issuer in ${FIELD[own]}.`;
  return { pointer: POINTER[kind], code: 'maybe_another_id', detail };
}

const FIELD = { filler: 'SCH-2', placer: 'SCH-1' } as const;
const POINTER = { filler: 'SCH^1^2', placer: 'SCH^1^1' } as const;

/** Warning about a status in words that nobody knows. */
export function statusWarning({ unclear }: Pick<StatusReading, 'unclear'>): readonly Fault[] {
  if (unclear === undefined) return [];
  return [{ ...UNKNOWN_STATUS, detail: unclear === 'kept' ? UNKNOWN_STATUS.detail : MAY_HAVE_ENDED }];
}

const UNKNOWN_STATUS: Fault = {
  pointer: 'SCH^1^25',
  code: 'unknown_status',
  detail: 'The status is not known: it changes nothing, until statusMap of the source has it.',
};
const MAY_HAVE_ENDED =
  'The status is not known, and may say that the appointment has ended: no SMS is sent about it, until statusMap of ' +
  'the source has it or a message has a status that is known.';

/** Warnings about what a message leaves out. An event that ends an appointment needs none of it. */
export function warningsOf(event: AppointmentEvent, about: Subject, source: Source): readonly Fault[] {
  const { status, kind, locationCode, locationText, start } = event;
  if (status !== null && !isUpcoming(status)) return [];
  const isPlaceAbsent = locationCode === undefined && locationText === undefined;
  return [
    ...(about === 'content' && start === undefined ? [NO_START] : []),
    ...(isPlaceAbsent && (kind ?? 'visit') === 'visit' && about !== 'resources' ? [NO_PLACE] : []),
    ...midnightWarning(event, source, 'SCH^1^11'),
  ];
}

const NO_START: Fault = {
  pointer: 'SCH^1^11',
  code: 'no_start',
  detail: 'No start was found in TQ1-7, SCH-11, AIS-4, AIG-8, AIL-6 or AIP-6: the one that is known stays.',
};

const NO_PLACE: Fault = {
  pointer: 'AIL^1^3',
  code: 'no_place',
  detail: 'No place was found in AIL-3 or PV1-3: an SMS names the place that is known already, or none.',
};
