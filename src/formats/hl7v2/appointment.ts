import type { Alias, AppointmentEvent, AppointmentStatus } from '../../domain/appointment.ts';
import { Problem } from '../../domain/errors.ts';
import { isInvisible, referenceFault } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import type { IngestContext, IngestElement } from '../format.ts';
import { mappedKind } from '../type-map.ts';
import { fieldOf, type Hl7Message, type Hl7Value, type Segment, segmentOf, segmentsOf } from './parse.ts';
import { readPatient } from './patient.ts';
import { readPlace } from './place.ts';
import { refusal } from './refusal.ts';
import type { StatusReading } from './status.ts';
import { isDeleted, readTimes, type Times } from './times.ts';
import { warningsOf } from './warnings.ts';

const MAX_ID = 255;
/** Bare numbers this short are counters and no ids. */
const COUNTER = /^\d{1,3}$/;
const ID_FIELDS = { filler: 2, placer: 1 } as const;
/** Statuses that end an appointment. They need no time: a wrong one must not prevent a cancellation. */
const ENDS: ReadonlySet<string> = new Set<AppointmentStatus>([
  ...(['cancelled', 'entered-in-error', 'arrived', 'checked-in'] as const),
  ...(['fulfilled', 'noshow'] as const),
]);

/** Reads an SIU message whose event is about an appointment. */
export function readAppointment(message: Hl7Message, reading: StatusReading, context: IngestContext): IngestElement {
  const { status } = reading;
  const [sch, ...further] = segmentsOf(message, 'SCH');
  if (!sch) return refused(null, refusal('missing_segment', 'SCH', 'There is no SCH segment.'));
  if (further.length > 0) {
    const detail = 'The message has several appointments: send one message, with one SCH segment, for each.';
    return refused(null, refusal('several_appointments', 'SCH^2', detail));
  }
  if (status === 'ignore') return { kind: 'ignored', why: 'a blocked slot is not an appointment of a patient' };
  const ids = identify(message, sch, context.source.idField);
  if (ids instanceof Problem) return refused(null, ids);
  const times = readTimes(message, context.source.timeZone);
  const ends = status !== null && ENDS.has(status);
  const hasSeveralPatients = namesSeveralPatients(message, context);
  if (hasSeveralPatients && !ends) {
    return refused(
      ids.reference,
      refusal(
        'several_patients',
        'PID^2',
        'The appointment has several patients: send a message, with an id of its own, for each.',
      ),
    );
  }
  if (times instanceof Problem && !ends) return refused(ids.reference, times);
  const { reference, aliases } = ids;
  const content: AppointmentContent = {
    reference,
    aliases,
    status,
    times,
    unmapped: reading.unmapped,
    hasSeveralPatients,
  };
  return { kind: 'appointment', event: toEvent(message, content, context) };
}

interface AppointmentContent {
  readonly reference: string;
  readonly aliases: readonly Alias[];
  readonly status: AppointmentStatus | null;
  readonly times: Times | Problem;
  readonly unmapped: StatusReading['unmapped'];
  /** The message has several patients; only its id tells whose appointment it is. */
  readonly hasSeveralPatients: boolean;
}

function toEvent(
  message: Hl7Message,
  content: AppointmentContent,
  { source, hashPatient }: IngestContext,
): AppointmentEvent {
  const pid = content.hasSeveralPatients ? undefined : segmentOf(message, 'PID');
  const patient = pid && readPatient(message, pid, hashPatient);
  const { locationCode, locationText, unmapped } = readPlace(message, source);
  const { start, end } = content.times instanceof Problem ? { start: undefined, end: undefined } : content.times;
  const event: AppointmentEvent = {
    reference: content.reference,
    status: content.status,
    version: null,
    occurredAt: null,
    start,
    end,
    kind: mappedKind(typeCodesOf(message), source),
    patientKey: patient?.patientKey,
    phone: patient?.phone,
    language: patient?.language,
    locationCode,
    locationText,
    department: undefined,
    departmentCode: undefined,
    contactPhone: undefined,
    test: isTest(message),
    aliases: content.aliases,
    locationPrintable: false,
    unmapped: content.unmapped.length === 0 ? unmapped : [...content.unmapped, ...unmapped],
  };
  const warnings = warningsOf(event, source);
  const warned = warnings.length === 0 ? event : { ...event, warnings };
  // Without a patient the message can only change a known appointment.
  if (!patient) return { ...warned, onlyKnown: true };
  return patient.deceased === undefined ? warned : { ...warned, deceased: patient.deceased };
}

/** Codes of the type of an appointment: SCH-7 (reason), SCH-8 (type), AIS-3 (service), each before its text. */
function typeCodesOf(message: Hl7Message): Hl7Value[] {
  const sch = segmentOf(message, 'SCH');
  const services = segmentsOf(message, 'AIS').filter((segment) => !isDeleted(message, segment));
  const fields = [[sch, 7] as const, [sch, 8] as const, ...services.map((segment) => [segment, 3] as const)];
  return fields.flatMap(([segment, field]) => [1, 2].map((component) => fieldOf(message, segment, field, component)));
}

/** True for several patients. One of them would otherwise get no reminder, or that of another one. */
function namesSeveralPatients(message: Hl7Message, { hashPatient }: IngestContext): boolean {
  const pids = segmentsOf(message, 'PID');
  if (pids.length < 2) return false;
  const [first, ...others] = pids.map((pid) => readPatient(message, pid, hashPatient).patientKey);
  return others.some((key) => !key || !first?.equals(key));
}

/** True for a message of a test or training system (MSH-11 T or D). */
export function isTest(message: Hl7Message): boolean {
  return /^[TD]$/i.test(fieldOf(message, message.header, 11) ?? '');
}

/** Reference and aliases from SCH-2 and SCH-1; the one that `prefer` names becomes the reference. */
function identify(
  message: Hl7Message,
  sch: Segment,
  prefer: 'filler' | 'placer',
): { reference: string; aliases: Alias[] } | Problem {
  const filler = entityOf(message, sch, 'filler');
  const placer = entityOf(message, sch, 'placer');
  const ids = (prefer === 'filler' ? [filler, placer] : [placer, filler]).filter((id) => id !== undefined);
  const usable = ids.filter((id) => id === filler || id.namespace !== null || !COUNTER.test(id.value));
  const [first] = usable;
  if (!first)
    return refusal(
      'required',
      'SCH^1^2',
      'An id of the appointment is required in SCH-2 or SCH-1; up to three digits are not an id.',
    );
  const location = `SCH^1^${ID_FIELDS[first.kind as 'filler' | 'placer']}`;
  if (!isId(first.value))
    return refusal(
      'invalid',
      location,
      `The id of the appointment is longer than ${MAX_ID} characters or contains unprintable ones.`,
    );
  const wrong = referenceFault(first.value);
  if (wrong) return refusal(wrong.code, location, wrong.detail);
  return { reference: first.value, aliases: usable.filter(({ value }) => isId(value) && !referenceFault(value)) };
}

/** Reads an EI: its namespace is EI.2, else the universal id in EI.3. */
function entityOf(message: Hl7Message, sch: Segment, kind: 'filler' | 'placer'): Alias | undefined {
  const part = (component: number) => fieldOf(message, sch, ID_FIELDS[kind], component);
  const value = part(1);
  const namespace = part(2) ?? part(3) ?? null;
  return typeof value === 'string' && !isInvisible(value)
    ? { kind, value, namespace: isNamespace(namespace) ? namespace : null }
    : undefined;
}

function isNamespace(text: string | null): text is string {
  return text !== null && isId(text) && !looksLikeCpr(text);
}

function isId(text: string): boolean {
  return text.length <= MAX_ID && !/[\p{Cc}\p{Cs}]/u.test(text);
}

function refused(reference: string | null, problem: Problem): IngestElement {
  return { kind: 'refused', reference, problem };
}
