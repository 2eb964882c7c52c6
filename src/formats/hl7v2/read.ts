import type { PatientEvent } from '../../domain/appointment.ts';
import { type IngestContext, type IngestElement, type IngestResult, mapInSteps, type Steps } from '../format.ts';
import { readAppointment } from './appointment.ts';
import { missingSegment, refusal, refusedElement } from './faults.ts';
import { fieldValue, type Hl7Message, isTest, segmentsOf } from './parse.ts';
import { formerKeysOf, readPatient } from './patient.ts';
import { isPreAdmission, readPreAdmission } from './pre-admission.ts';
import { readStatus } from './status.ts';

/** ADT events about a patient's identity and contact data. */
const PATIENT_EVENTS: ReadonlySet<string> = new Set(['A08', 'A31', 'A40']);
const MERGE = 'A40';

/**
 * Reads an HL7 v2 message as one element, or one per patient of a merge. Faults in the content refuse the element;
 * nothing is thrown. Each of the segments that may be repeated is a step.
 */
export function* readHl7v2(message: Hl7Message, context: IngestContext): Steps<IngestResult> {
  const id = messageIdOf(message);
  const elements = yield* readElements(message, context);
  return { elements, array: false, ...(id !== undefined && { messageId: id }) };
}

/** True for an acknowledgement, which gets no response. */
export function isAcknowledgement(message: Hl7Message): boolean {
  return typeOf(message).type === 'ACK';
}

function* readElements(message: Hl7Message, context: IngestContext): Steps<IngestElement[]> {
  if (message.isBatch)
    return refusals('several_messages', '', 'Batches are not supported: send their messages one at a time.');
  if (segmentsOf(message, 'MSH').length > 1) {
    return refusals('several_messages', 'MSH^2', 'The request contains several messages: send one at a time.');
  }
  if (message.tooLarge)
    return refusals('too_big', '', 'The message has too many segments, or a segment too many fields.');
  const { type, trigger } = typeOf(message);
  if (type === 'ACK') return [{ kind: 'ignored', why: 'acknowledgement' }];
  if (type === '') return refusals('required', 'MSH^1^9', 'The type of the message is required in MSH-9.');
  const status = type === 'SIU' ? readStatus(message, trigger, context.source) : undefined;
  if (status) return [yield* readAppointment(message, status, context)];
  if (type === 'ADT' && PATIENT_EVENTS.has(trigger))
    return [...(yield* readPatients(message, trigger, context)), ...unreadAppointment(message)];
  if (type === 'ADT' && isPreAdmission(trigger) && context.source.preAdmissions === 'appointment')
    return [yield* readPreAdmission(message, trigger, context)];
  if (context.source.unknownEvents === 'accept') return [ignored(message, type, trigger)];
  if (type !== 'SIU' && type !== 'ADT')
    return refusals('unsupported_type', 'MSH^1^9', 'Messages of this type are not supported: send SIU.');
  const detail = 'This event is not supported: send SIU S12 to S24 and S26, ADT A08, A31 and A40.';
  return refusals('unsupported_event', 'MSH^1^9', detail);
}

/** Types of messages about appointments, of which SIU alone is read: requests, their responses, and queries. */
const SCHEDULING: ReadonlySet<string> = new Set(['SIU', 'SRM', 'SRR', 'SQM']);

/** What may hold an appointment is ignored with a warning: its sender must not take AA for a booking. */
function ignored(message: Hl7Message, type: string, trigger: string): IngestElement {
  const why = 'not_about_appointment';
  const [segment] = segmentsOfAppointment(message);
  const isAdmission = type === 'ADT' && isPreAdmission(trigger);
  if (!segment && !isAdmission && !SCHEDULING.has(type)) return { kind: 'ignored', why };
  const ofAdmission = isAdmission && segmentsOf(message, 'PV2').length > 0 ? 'PV2' : 'MSH^1^9';
  const detail =
    'Nothing of this message was stored: send appointments, and their cancellations, as SIU S12 to S24 and S26' +
    (isAdmission ? ', or set `preAdmissions` to "appointment".' : '.');
  return { kind: 'ignored', why, warnings: [{ pointer: segment ?? ofAdmission, code: 'nothing_stored', detail }] };
}

/** An appointment beside the data of a patient, which alone are read. */
function unreadAppointment(message: Hl7Message): IngestElement[] {
  const [pointer] = segmentsOfAppointment(message);
  if (pointer === undefined) return [];
  const detail = `Nothing of the appointment in ${pointer} was stored: send appointments as SIU S12 to S24 and S26.`;
  return [{ kind: 'ignored', why: 'not_about_appointment', warnings: [{ pointer, code: 'nothing_stored', detail }] }];
}

/** The segments that hold an appointment, or ask for one. */
function segmentsOfAppointment(message: Hl7Message): string[] {
  return ['SCH', 'ARQ'].filter((id) => segmentsOf(message, id).length > 0);
}

/** MSH-9; the trigger also from EVN-1 or the message structure. */
function typeOf(message: Hl7Message): { type: string; trigger: string } {
  const part = (component: number) => (fieldValue(message, message.header, 9, component) ?? '').toUpperCase();
  const [type = '', joined = ''] = part(1).split('_');
  const trigger =
    part(2) ||
    joined ||
    part(3).split('_')[1] ||
    (fieldValue(message, segmentsOf(message, 'EVN')[0], 1) ?? '').toUpperCase();
  return { type, trigger };
}

/** Each PID with the MRG that follows it. */
function* readPatients(message: Hl7Message, trigger: string, { hashPatient }: IngestContext): Steps<IngestElement[]> {
  // Test messages use real patients with invented data.
  if (isTest(message)) return [{ kind: 'ignored', why: 'test_patient' }];
  const pids = message.segments.flatMap((segment, index) => (segment.id === 'PID' ? [{ pid: segment, index }] : []));
  if (pids.length === 0) return [refusedElement(null, missingSegment('PID', message))];
  const counted = trigger === MERGE ? pids : pids.slice(0, 1);
  return yield* mapInSteps(counted, ({ pid, index }, position): IngestElement => {
    const { patientKey, firstReleaseKeys, ...rest } = readPatient(message, pid, hashPatient);
    if (!patientKey)
      return refusedElement(
        null,
        refusal('required', `PID^${position + 1}^3`, 'An id of the patient is required in PID-3.'),
      );
    const next = pids[position + 1]?.index ?? message.segments.length;
    const mrg = message.segments.slice(index, next).find(({ id }) => id === 'MRG');
    if (trigger === MERGE && !mrg)
      return refusedElement(null, refusal('missing_segment', 'MRG', 'There is no MRG segment.'));
    const merged = trigger === MERGE && mrg ? formerKeysOf(message, mrg, pid, hashPatient) : [];
    const former = [...merged, ...firstReleaseKeys];
    const patient: PatientEvent = { patientKey, formerKeys: former.filter((key) => !key.equals(patientKey)), ...rest };
    return { kind: 'patient', patient };
  });
}

/** Sender and control id. */
function messageIdOf({ header }: Hl7Message): string | undefined {
  return header.fields[10] ? [3, 4, 10].map((field) => header.fields[field] ?? '').join('|') : undefined;
}

function refusals(...why: Parameters<typeof refusal>): IngestElement[] {
  return [refusedElement(null, refusal(...why))];
}
