import { refusedFor } from '../../domain/errors.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import type { IngestContext, IngestElement, Steps } from '../format.ts';
import { deletedAppointment, readAppointment } from './appointment.ts';
import { readBundle } from './bundle.ts';
import { indexOf } from './bundle-entries.ts';
import { asObject, isDeeperThan, type Json, propertyOf, textOf } from './json-values.ts';
import { readPatientEvent } from './patient.ts';
import { createScope, type FhirReading, type FhirRequest, type ReadingScope } from './reading.ts';
import { isStorable, readAddress } from './references.ts';

const MAX_LEVELS = 30;
const NOTHING_FETCHED: ReadonlyMap<string, unknown> = new Map();

/**
 * Reads a request of a FHIR server: a resource, a Bundle, a notification of a subscription, or an empty body.
 * @param fetched resources read back for an earlier reading, by `Type/id`; null for one that no longer exists
 * @throws Problem 422 for a single resource that can't be used and for a body that is not FHIR; in a Bundle each entry
 * is refused by itself. The pointers of faults are FHIRPaths
 */
export function* readFhir(request: FhirRequest, context: IngestContext, fetched = NOTHING_FETCHED): Steps<FhirReading> {
  const { method, resourceType, id, body } = request;
  if (method === 'DELETE') return single('delete', deleted(resourceType, id, context.now), resourceType);
  const isEmpty = body === undefined || isEmptyObject(body);
  // Medplum sends `{}` for a deleted resource; a resource in the body outranks the header.
  if (request.deletedResource !== undefined && isEmpty) {
    const gone = readAddress(request.deletedResource.trim());
    return single('delete', deleted(gone?.type, gone?.id, context.now), gone?.type);
  }
  if (isDeeperThan(body, MAX_LEVELS))
    throw refusedFor('too_deep', '', `The body is nested deeper than ${MAX_LEVELS} levels.`);
  const resource = asObject(body);
  if (method === 'POST' && isEmpty)
    return { entries: [], bundle: false, kind: 'ping', size: 0, toReadBack: [], changed: [] };
  if (!resource)
    throw refusedFor('invalid_type', '', 'A FHIR resource is required: a JSON object with a resourceType.');
  const type = textOf(resource, 'resourceType');
  if (type === undefined) throw refusedFor('required', 'resourceType', 'The resourceType is required.');
  if (resourceType !== undefined && type !== resourceType) {
    throw refusedFor('invalid_value', 'resourceType', 'The type of the resource differs from that in the address.');
  }
  const messageId = messageIdOf(resource, type, id);
  const withMessageId = messageId === undefined ? {} : { messageId };
  if (type === 'Bundle') return { ...(yield* readBundle(resource, context, fetched)), ...withMessageId };
  const scope = createScope(context, indexOf([], false, fetched, context));
  const read = single('resource', yield* readResource(resource, type, id, scope), type);
  return { ...read, toReadBack: [...scope.toReadBack], ...withMessageId };
}

function isEmptyObject(body: unknown): boolean {
  const object = asObject(body);
  return object !== undefined && Object.keys(object).length === 0;
}

function* readResource(
  resource: Json,
  type: string,
  addressId: string | undefined,
  scope: ReadingScope,
): Steps<IngestElement> {
  if (type === 'Appointment') return yield* readAppointment(resource, { path: type, addressId }, scope);
  const id = addressId ?? textOf(resource, 'id');
  if (type !== 'Patient') return { kind: 'ignored', why: 'other_resource' };
  if (id === undefined) return { kind: 'ignored', why: 'no_patient_id' };
  return { kind: 'patient', patient: readPatientEvent(id, resource, scope) };
}

function deleted(type: string | undefined, id: string | undefined, now: Date): IngestElement {
  if (type !== 'Appointment' || id === undefined) return { kind: 'ignored', why: 'other_resource' };
  return deletedAppointment(id, { path: type }, now);
}

/** @throws Problem when the resource was refused */
function single(kind: 'resource' | 'delete', element: IngestElement, type: string | undefined): FhirReading {
  if (element.kind === 'refused') throw element.problem;
  const entries = [{ element, index: 0, path: type ?? '' }];
  return { entries, bundle: false, kind, size: 1, toReadBack: [], changed: [] };
}

/** Message id: `Type/id/versionId` of a resource, `Bundle/id` of a Bundle; undefined when a part is missing. */
function messageIdOf(resource: Json, type: string, addressId: string | undefined): string | undefined {
  const id = addressId ?? textOf(resource, 'id');
  const version = textOf(propertyOf(resource, 'meta'), 'versionId');
  if (id === undefined || (type !== 'Bundle' && version === undefined)) return undefined;
  // A numeric version orders an appointment's events and detects repetitions without being stored as a message id.
  if (type === 'Appointment' && /^\d{1,15}$/.test(version ?? '')) return undefined;
  const whole = type === 'Bundle' ? `${type}/${id}` : `${type}/${id}/${version}`;
  return isStorable(whole) && !looksLikeCpr(whole) ? whole : undefined;
}
