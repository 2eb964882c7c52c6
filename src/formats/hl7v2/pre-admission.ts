import { type AppointmentEvent, EMPTY_EVENT } from '../../domain/appointment.ts';
import { Problem } from '../../domain/errors.ts';
import { isInvisible } from '../../domain/reference.ts';
import type { IngestContext, IngestElement, Steps } from '../format.ts';
import { mappedKind, unreadableStart } from '../source-maps.ts';
import { refusal, refusedElement, warningsOf } from './faults.ts';
import { idProblem, isCounter, usableNamespace } from './identity.ts';
import { fieldValue, type Hl7Message, isTest, segmentOf } from './parse.ts';
import { readPatient } from './patient.ts';
import { readPlace } from './place.ts';
import { readTimestamp, stampOf, wrongTime } from './times.ts';

/** Pre-admission and its cancellation (HL7 v2.5.1 §3.3.5, §3.3.38). */
const STATUS = { A05: 'booked', A38: 'cancelled' } as const;

/** An ADT event by which some patient administration systems tell of appointments. */
export type PreAdmission = keyof typeof STATUS;

/** True for the trigger of a pre-admission or its cancellation. */
export function isPreAdmission(trigger: string): trigger is PreAdmission {
  return Object.hasOwn(STATUS, trigger);
}

/**
 * Reads a pre-admission as an appointment: its id is PV1-19 (visit number), its start PV2-8 (expected admission), its
 * place PV1-3 and its type, by `typeMap`, PV1-2 (class) or PV1-18 (type of patient). A cancellation needs the id only.
 */
export function* readPreAdmission(
  message: Hl7Message,
  trigger: PreAdmission,
  context: IngestContext,
): Steps<IngestElement> {
  const { source, hashPatient, now } = context;
  const status = STATUS[trigger];
  const pv1 = segmentOf(message, 'PV1');
  const reference = fieldValue(message, pv1, 19);
  const issuer = fieldValue(message, pv1, 19, 4);
  const namespace = usableNamespace(issuer ?? null);
  if (typeof reference !== 'string' || isInvisible(reference) || (namespace === null && isCounter(reference, source)))
    return refusedElement(null, refusal('required', 'PV1^1^19', NO_ID));
  const wrong = idProblem(reference, 'PV1^1^19');
  if (wrong) return refusedElement(reference, wrong);
  const start = startOf(message, source.timeZone);
  const startFault = start instanceof Problem ? start : start ? null : refusal('required', 'PV2^1^8', NO_START);
  if (status === 'booked' && startFault) {
    const text = fieldValue(message, segmentOf(message, 'PV2'), 8) ?? null;
    return { ...refusedElement(reference, startFault), unmapped: unreadableStart(text) };
  }
  const pid = segmentOf(message, 'PID');
  const patient = pid && readPatient(message, pid, hashPatient);
  const { locationCode, locationText, unmapped } = yield* readPlace(message, source);
  const event: AppointmentEvent = {
    ...EMPTY_EVENT,
    reference,
    status,
    ...stampOf(message, source, now),
    start: start instanceof Date ? start : undefined,
    kind: mappedKind(
      [2, 18].map((field) => fieldValue(message, pv1, field)),
      source,
    ),
    patientKey: patient?.patientKey,
    phone: patient?.phone,
    language: patient?.language,
    locationCode,
    locationText,
    locationPrintable: false,
    unmapped,
    test: isTest(message),
    aliases: namespace === null ? [] : [{ kind: 'visit', namespace, value: reference }],
    ...(patient && patient.firstReleaseKeys.length > 0 && { formerPatientKeys: patient.firstReleaseKeys }),
    ...(patient?.deceased !== undefined && { deceased: patient.deceased }),
    // Without a patient the message can only change a known appointment.
    ...(!patient && { onlyKnown: true }),
  };
  const warnings = warningsOf(event, status === 'booked' ? 'booking' : 'end', source);
  return { kind: 'appointment', event: warnings.length === 0 ? event : { ...event, warnings } };
}

const NO_ID = 'An id of the appointment is required in PV1-19; up to three digits without their issuer are not an id.';
const NO_START = 'No start was found in PV2-8 (expected admission).';

function startOf(message: Hl7Message, zone: string): Date | Problem | undefined {
  const text = fieldValue(message, segmentOf(message, 'PV2'), 8);
  if (typeof text !== 'string') return undefined;
  const read = readTimestamp(text, zone);
  return read instanceof Date ? read : wrongTime(read, 'PV2^1^8');
}
