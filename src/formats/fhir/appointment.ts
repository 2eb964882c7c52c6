import { type AppointmentEvent, EMPTY_EVENT, isUpcoming } from '../../domain/appointment.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { referenceFault } from '../../domain/reference.ts';
import type { IngestContext, IngestElement, Steps } from '../format.ts';
import { endWarning, ifEndLeftOut, ifNothingCancelled, midnightWarning } from '../warnings.ts';
import {
  type AppointmentId,
  checkedId,
  idOf,
  isTest,
  localStatus,
  statusOf,
  timesOf,
  versionOf,
} from './appointment-fields.ts';
import { type Json, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import { MAX_PATIENTS, membersOf, readParticipants } from './participants.ts';
import { isRestricted } from './patient.ts';
import { readDepartment, readKind } from './place.ts';
import type { ReadingScope, ResourceOrigin } from './reading.ts';
import { aliasesOf, bestIdentifier, follow, isStorable, type ResourceIndex } from './references.ts';

/** Reads an Appointment of R4, R4B, R5 or STU3: one event per patient. Only fields in use are validated. */
export function* readAppointment(resource: Json, origin: ResourceOrigin, scope: ReadingScope): Steps<IngestElement> {
  if (localStatus(resource, scope.context) === 'ignore') return { kind: 'ignored', why: 'no_patient_status' };
  const faults: Fault[] = [];
  const identity = idOf(resource, origin);
  const id = checkedId(identity, origin, faults);
  const status = statusOf(resource, origin, scope.context, faults);
  const isTemplate =
    propertyOf(resource, 'recurrenceTemplate') !== undefined && textOf(resource, 'start') === undefined;
  if (isTemplate && faults.length === 0) return { kind: 'ignored', why: 'pattern' };
  const times = timesOf(resource, status, origin, scope.context, faults);
  const { patients, locations } = yield* readParticipants(resource, scope);
  if (patients.length > MAX_PATIENTS) {
    const detail = `One appointment has at most ${MAX_PATIENTS} patients.`;
    faults.push({ pointer: `${origin.path}.participant`, code: 'too_big', detail });
  }
  if (id === undefined || status === undefined || faults.length > 0) return refusedElement(id ?? null, faults);
  const { version, occurredAt } = versionOf(resource, origin, scope.context);
  const replaces = replacedIds(resource, id, scope.index);
  const reason = isUpcoming(status) ? cancellationReason(resource) : undefined;
  const base: AppointmentEvent = {
    ...EMPTY_EVENT,
    reference: id,
    status,
    version,
    occurredAt,
    start: times.start,
    end: times.end,
    kind: readKind(resource, scope.context.source),
    department: readDepartment(resource, scope.context.source.departmentFrom),
    test: isTest(resource),
    permanent: identity.permanent,
    aliases: aliasesOf(resource),
    ...(reason !== undefined && { unclear: [] }),
    ...(replaces.length > 0 && { replaces }),
    ...ifNothingCancelled({ status }, `${origin.path}.id`),
    ...ifEndLeftOut(times, { start: `${origin.path}.start`, end: `${origin.path}.end` }),
  };
  const contrary = reason === undefined ? [] : [unclearStatus(`${origin.path}.${reason}`)];
  const warnings = [...contrary, ...warningsOf(base, identity, origin, scope.context)];
  const warned = warnings.length === 0 ? base : { ...base, warnings };
  const members = yield* membersOf(warned, { patients, locations, restricted: isRestricted(resource) }, scope);
  const rest = status === 'entered-in-error' ? 'entered-in-error' : 'cancelled';
  return { kind: 'group', group: { id, members, rest, ...(!identity.permanent && { aliases: base.aliases ?? [] }) } };
}

function warningsOf(
  base: AppointmentEvent,
  { messageOnly }: AppointmentId,
  { path }: ResourceOrigin,
  { source }: IngestContext,
): readonly Fault[] {
  const isKnownByUuid = messageOnly && !base.aliases?.length;
  return [
    ...(isKnownByUuid ? [temporaryId(`${path}.id`)] : []),
    ...midnightWarning(base, source, `${path}.start`),
    ...endWarning(base, `${path}.end`),
  ];
}

/** The element that gives a reason for a cancellation, in R4 or in R5; undefined: none does. */
function cancellationReason(resource: Json): string | undefined {
  return ['cancelationReason', 'cancellationReason'].find((name) => {
    const reason = objectOf(resource, name);
    return reason !== undefined && Object.keys(reason).length > 0;
  });
}

function unclearStatus(pointer: string): Fault {
  const detail =
    'A reason for a cancellation stands beside a status that is still ahead: no SMS is sent, until a version comes ' +
    'without the reason, or with the status of a cancelled appointment.';
  return { pointer, code: 'status_unclear', detail };
}

function temporaryId(pointer: string): Fault {
  const detail =
    'The only id is the UUID of this message: a change or a cancellation with another UUID would be a new ' +
    'appointment. Send an id of your server, or an identifier with a system.';
  return { pointer, code: 'temporary_id', detail };
}

/** Reads the deletion of an Appointment. Only a history has its time, else that of receipt by our clock counts. */
export function deletedAppointment(id: string, origin: ResourceOrigin, now: Date): IngestElement {
  const faults: Fault[] = [];
  const reference = checkedId({ id }, origin, faults);
  if (reference === undefined) return refusedElement(null, faults);
  // The version makes later deliveries of older versions stale, so that none books the appointment again.
  const { version = null, occurredAt = null } = origin.version ?? {};
  const isDated = version !== null || occurredAt !== null;
  const order = isDated ? { version, occurredAt } : { version, occurredAt: now, atReceipt: true as const };
  const member: AppointmentEvent = { ...EMPTY_EVENT, reference, status: 'entered-in-error', ...order };
  return { kind: 'group', group: { id: reference, members: [member], rest: 'entered-in-error' } };
}

/** A refused element with its faults. */
export function refusedElement(reference: string | null, faults: readonly Fault[]): IngestElement {
  const problem = new Problem(422, 'invalid', 'The resource was understood and refused: see the issues.', { faults });
  return { kind: 'refused', reference, problem };
}

/** Extensions of R4 that say what `Appointment.replaces` says in R5. */
const EXTENSIONS: ReadonlySet<string | undefined> = new Set([
  'http://hl7.org/fhir/StructureDefinition/request-replaces',
  'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.replaces',
]);
const MOST = 20;

/** Ids of the appointments that this one replaces, as `idOf` reads them; without its own id. */
function replacedIds(resource: Json, id: string, index: ResourceIndex): string[] {
  const extensions = objectsOf(resource, 'extension').filter((each) => EXTENSIONS.has(textOf(each, 'url')));
  const references = [
    ...objectsOf(resource, 'replaces'),
    ...extensions.flatMap((each) => objectsOf(each, 'valueReference', 1)),
  ];
  const ids = references.slice(0, MOST).flatMap((reference) => {
    const target = follow(reference, resource, index);
    if (target.type !== null && target.type !== 'Appointment') return [];
    const identifier = textOf(objectOf(reference, 'identifier'), 'value');
    const named = target.resource && bestIdentifier(target.resource);
    return target.id ?? named ?? target.localId ?? identifier ?? [];
  });
  return [...new Set(ids)].filter((each) => each !== id && isStorable(each) && !referenceFault(each));
}
