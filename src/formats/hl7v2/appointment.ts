import type { AppointmentEvent, AppointmentStatus } from '../../domain/appointment.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { mayHaveEnded } from '../../domain/unclear-status.ts';
import type { IngestContext, IngestElement, Steps } from '../format.ts';
import { mappedKind, unreadableStart } from '../source-maps.ts';
import { missingSegment, refusal, refusedElement, statusWarning, warningsOf, warningsOfIds } from './faults.ts';
import { type Identity, identify } from './identity.ts';
import { fieldValue, type Hl7Message, type Hl7Value, isTest, type Segment, segmentOf, segmentsOf } from './parse.ts';
import { patientKeyOf, readPatient } from './patient.ts';
import { readPlace } from './place.ts';
import { endsAppointment, type StatusReading } from './status.ts';
import { isDeleted, readTimes, stampOf, type Times, type WrongStart } from './times.ts';

/** Reads an SIU message whose event is about an appointment. */
export function* readAppointment(
  message: Hl7Message,
  reading: StatusReading,
  context: IngestContext,
): Steps<IngestElement> {
  const { status, about } = reading;
  const [sch, ...further] = segmentsOf(message, 'SCH');
  if (!sch) return refusedElement(null, missingSegment('SCH', message));
  if (further.length > 0) {
    const detail = 'The message has several appointments: send one message, with one SCH segment, for each.';
    return refusedElement(null, refusal('several_appointments', 'SCH^2', detail));
  }
  if (status === 'ignore') return { kind: 'ignored', why: 'blocked_slot' };
  const mayEnd = mayHaveEnded(reading);
  if (about === 'slot' && status === null && !mayEnd) {
    const { unmapped } = reading;
    const warnings = [NOTHING_OF_SLOT, ...statusWarning(reading)];
    return { kind: 'ignored', why: 'slot_changed', warnings, ...(unmapped.length > 0 && { unmapped }) };
  }
  const ids = identify(message, sch, context.source);
  if (ids instanceof Problem) return refusedElement(null, ids);
  const times = yield* readTimes(message, context.source.timeZone);
  // What may have ended needs as little as what has: a reminder would go all the same.
  const ends = endsAppointment(status) || mayEnd;
  const hasSeveralPatients = yield* namesSeveralPatients(message, context);
  if (hasSeveralPatients && !ends) {
    const detail = 'The appointment has several patients: send a message, with an id of its own, for each.';
    return refusedElement(ids.reference, refusal('several_patients', 'PID^2', detail));
  }
  const wrong = ends ? undefined : wrongStart(times, reading);
  if (wrong) return { ...refusedElement(ids.reference, wrong.problem), unmapped: unreadableStart(wrong.text) };
  const isStart = !('problem' in times) && times.start instanceof Date;
  const content: AppointmentContent = {
    ids,
    // A cancelled appointment with a move that names no new time must not take place at its old one.
    status: about === 'content' && reading.onlyMoved && !isStart ? null : status,
    times: 'problem' in times ? { start: undefined, end: undefined } : times,
    reading,
    hasSeveralPatients,
  };
  return { kind: 'appointment', event: yield* toEvent(message, content, context) };
}

const NOTHING_OF_SLOT: Fault = {
  pointer: 'MSH^1^9',
  code: 'nothing_stored',
  detail: 'A change of a slot in a schedule says nothing about an appointment: nothing was stored.',
};

interface AppointmentContent {
  readonly ids: Identity;
  readonly status: AppointmentStatus | null;
  readonly times: Times;
  readonly reading: StatusReading;
  /** The message has several patients; only its id tells whose appointment it is. */
  readonly hasSeveralPatients: boolean;
}

/**
 * The refusal of a message that names no start where it must: a reminder of the old time would go although the
 * appointment has moved. A message that changes other content keeps the stored start.
 */
function wrongStart(times: Times | WrongStart, { about, status }: StatusReading) {
  if ('problem' in times) return times;
  const isNeeded = about === 'time' || (about === 'booking' && status === 'booked');
  if (!isNeeded || times.start instanceof Date) return undefined;
  const detail = 'No start was found in TQ1-7, SCH-11, AIS-4, AIG-8, AIL-6 or AIP-6.';
  return { problem: refusal('required', 'SCH^1^11', detail), text: null };
}

function* toEvent(
  message: Hl7Message,
  content: AppointmentContent,
  { source, hashPatient, now }: IngestContext,
): Steps<AppointmentEvent> {
  const pid = content.hasSeveralPatients ? undefined : segmentOf(message, 'PID');
  const patient = pid && readPatient(message, pid, hashPatient);
  const { locationCode, locationText, unmapped } = yield* readPlace(message, source);
  const { start, end } = content.times;
  const { about } = content.reading;
  const event: AppointmentEvent = {
    ...content.ids,
    status: content.status,
    version: null,
    ...stampOf(message, source, now),
    start,
    end,
    kind: mappedKind(yield* typeCodesOf(message), source),
    patientKey: patient?.patientKey,
    phone: patient?.phone,
    language: patient?.language,
    locationCode,
    locationText,
    department: undefined,
    departmentCode: undefined,
    contactPhone: undefined,
    test: isTest(message),
    locationPrintable: false,
    unmapped: content.reading.unmapped.length === 0 ? unmapped : [...content.reading.unmapped, ...unmapped],
    ...(content.reading.unclear && { unclear: content.reading.unclear }),
    ...(about === 'booking' ? { newBooking: true as const } : {}),
    ...(about === 'resources' || about === 'slot' ? { ignoredIfUnknown: true } : {}),
    ...(about === 'content' && content.status === null && content.reading.unclear === undefined
      ? { bookedIfMoved: true }
      : {}),
  };
  const further = mayHaveEnded(event) ? [] : warningsOf(event, about, source);
  const warnings = [...(content.ids.warnings ?? []), ...statusWarning(content.reading), ...further];
  const warned: AppointmentEvent = {
    ...event,
    ...(warnings.length > 0 && { warnings }),
    ...warningsOfIds(event, source),
  };
  // Without a patient the message can only change a known appointment.
  if (!patient) return { ...warned, onlyKnown: true };
  return {
    ...warned,
    ...(patient.firstReleaseKeys.length > 0 && { formerPatientKeys: patient.firstReleaseKeys }),
    ...(patient.deceased !== undefined && { deceased: patient.deceased }),
  };
}

/** Codes of the type of an appointment: SCH-7 (reason), SCH-8 (type), AIS-3 (service), each before its text. */
function* typeCodesOf(message: Hl7Message): Steps<Hl7Value[]> {
  const codesIn = (segment: Segment | undefined, field: number) =>
    [1, 2].map((component) => fieldValue(message, segment, field, component));
  const sch = segmentOf(message, 'SCH');
  const codes = [...codesIn(sch, 7), ...codesIn(sch, 8)];
  for (const service of segmentsOf(message, 'AIS')) {
    if (!isDeleted(message, service)) codes.push(...codesIn(service, 3));
    yield;
  }
  return codes;
}

/** True for several patients. One of them would otherwise get no reminder, or that of another one. */
function* namesSeveralPatients(message: Hl7Message, { hashPatient }: IngestContext): Steps<boolean> {
  const [pid, ...others] = segmentsOf(message, 'PID');
  if (!pid || others.length === 0) return false;
  const first = patientKeyOf(message, pid, hashPatient);
  for (const other of others) {
    const key = patientKeyOf(message, other, hashPatient);
    if (!key || !first?.equals(key)) return true;
    yield;
  }
  return false;
}
