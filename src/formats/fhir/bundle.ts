import { refusedFor } from '../../domain/errors.ts';
import { grouped } from '../../domain/grouped.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { type IngestContext, type IngestElement, MAX_ELEMENTS, type Steps, stepsOfEach } from '../format.ts';
import type { IgnoredCode } from '../ignored.ts';
import { deletedAppointment, readAppointment, refusedElement } from './appointment.ts';
import {
  type BundleEntry,
  baseOfUrl,
  fromOldToNew,
  indexOf,
  readEntries,
  readMessage,
  readNotification,
  serverIdOf,
} from './bundle-entries.ts';
import { asObject, type Json, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import { readPatientEvent } from './patient.ts';
import { createScope, type FhirEntry, type FhirReading, type ReadingScope } from './reading.ts';
import { isFhirId, patientIdAt, readAddress } from './references.ts';

const MAX_ENTRIES = 5000;
/** Methods of an entry that change its resource. */
const OWN_REQUESTS: ReadonlySet<string | undefined> = new Set(['PUT', 'POST']);

const ignored = (why: IgnoredCode): IngestElement => ({ kind: 'ignored', why });

/**
 * Reads a Bundle of any type: one element per entry. `document` and responses are ignored.
 * @param fetched resources read back earlier, by `Type/id`; null for one that no longer exists
 * @throws Problem 422 for one that holds too much
 */
export function* readBundle(
  bundle: Json,
  context: IngestContext,
  fetched: ReadonlyMap<string, unknown>,
): Steps<FhirReading> {
  const type = textOf(bundle, 'type')?.toLowerCase() ?? '';
  const entries = yield* readEntries(bundle, context);
  if (entries.length > MAX_ENTRIES)
    throw refusedFor('too_big', 'Bundle.entry', `A Bundle has at most ${MAX_ENTRIES} entries.`);
  const first = entries[0]?.resource;
  const notification = readNotification(type, first);
  const message = type === 'message' ? readMessage(first, entries[0]?.fullUrl) : undefined;
  const isResponse = message !== undefined && objectOf(first, 'response') !== undefined;
  const ignoreReason = reasonToIgnore(type, notification?.isEmpty === true, isResponse);
  // A history has the newest version first (FHIR R4 §3.1.0.9); a notification has events in order of arrival.
  const newestFirst = type === 'history' && !notification;
  const scope = createScope(context, indexOf(entries, newestFirst, fetched, context));
  const read = ignoreReason
    ? entries.map((entry) => toFhirEntry(entry, ignored(ignoreReason)))
    : [
        ...(yield* readAll(entries, newestFirst, scope)),
        ...(yield* readFocusResources(notification?.foci ?? [], entries, scope)),
      ];
  const members = read.flatMap(({ element }) => (element.kind === 'group' ? element.group.members : []));
  if (members.length > MAX_ELEMENTS)
    throw refusedFor('too_big', 'Bundle.entry', `Send at most ${MAX_ELEMENTS} appointments at once.`);
  return {
    entries: read,
    bundle: true,
    kind: message ? 'message' : notification ? 'notification' : 'bundle',
    size: entries.length,
    toReadBack: [...scope.toReadBack],
    changed: [...scope.changed],
    ...(notification?.feed && { feed: notification.feed }),
    ...(message && { message }),
  };
}

function reasonToIgnore(type: string, isEmpty: boolean, isResponse: boolean): IgnoredCode | null {
  if (type === 'document') return 'document_bundle';
  if (type.endsWith('-response')) return 'response_bundle';
  if (isEmpty) return 'no_event';
  return isResponse ? 'response_message' : null;
}

function* readAll(entries: readonly BundleEntry[], newestFirst: boolean, scope: ReadingScope): Steps<FhirEntry[]> {
  const appointments = entries.filter(({ type }) => type === 'Appointment');
  if (appointments.length > MAX_ELEMENTS)
    throw refusedFor('too_big', 'Bundle.entry', `Send at most ${MAX_ELEMENTS} appointments at once.`);
  const read = yield* stepsOfEach(inVersionOrder(appointments, newestFirst), function* (entry) {
    return toFhirEntry(entry, yield* readAppointmentEntry(entry, scope));
  });
  // The appointments are read first, because they decide which Patients are only there for an appointment.
  const others = entries.filter(({ type }) => type !== 'Appointment');
  const rest = yield* stepsOfEach(others, function* (entry) {
    return toFhirEntry(entry, yield* readOther(entry, scope));
  });
  return [...read, ...rest];
}

/** Keeps the order of the entries, except that versions of one appointment go from old to new. */
function inVersionOrder(entries: readonly BundleEntry[], newestFirst: boolean): readonly BundleEntry[] {
  const versions = grouped(entries, (entry) => serverIdOf(entry) ?? `entry ${entry.index}`);
  return [...versions.values()].flatMap((all) => (all.length === 1 ? all : fromOldToNew(all, newestFirst)));
}

function* readAppointmentEntry(entry: BundleEntry, scope: ReadingScope): Steps<IngestElement> {
  const { method, address, resource, path, fullUrl, version } = entry;
  const origin = { path, fullUrl, version };
  if (method === 'DELETE') {
    const id = address?.type === 'Appointment' ? address.id : serverIdOf(entry);
    if (id !== undefined) return deletedAppointment(id, origin, scope.context.now);
    return refusedEntry(path, 'required', 'A deletion needs Appointment/{id} in request.url.');
  }
  if (method === 'GET' || method === 'HEAD') return ignored('reading');
  if (method === 'PATCH')
    return refusedEntry(path, 'not_supported', 'Patches are not supported: send the whole Appointment.');
  const addressId = method === 'PUT' && address?.type === 'Appointment' ? address.id : undefined;
  if (resource) return yield* readAppointment(resource, { ...origin, addressId }, scope);
  return address ? yield* readBack(`Appointment/${address.id}`, address.base, path, scope) : ignored('no_appointment');
}

function* readOther(entry: BundleEntry, scope: ReadingScope): Steps<IngestElement> {
  const { type, resource, method, path } = entry;
  // The resource of a PATCH is a Parameters or Binary.
  if ((method === 'PATCH' || method === 'DELETE') && entry.address?.type === 'Appointment')
    return yield* readAppointmentEntry(entry, scope);
  if (type === 'Bundle' && holdsAppointment(resource))
    return refusedEntry(path, 'not_supported', 'Appointments in a Bundle within a Bundle are not read.');
  if (type !== 'Patient' || method === 'DELETE' || method === 'GET' || method === 'PATCH')
    return ignored('other_resource');
  const id = serverIdOf(entry);
  if (!resource)
    return id === undefined
      ? ignored('no_patient')
      : yield* readBack(`Patient/${id}`, entry.address?.base ?? null, path, scope);
  const isUsed = scope.usedPatients.has(resource);
  // One with a request of its own has changed, and the change is about all appointments of the patient.
  if (isUsed && (id === undefined || !OWN_REQUESTS.has(method))) return ignored('patient_used');
  if (id === undefined) return ignored('no_patient_id');
  return readSeparatePatient(entry, id, resource, scope);
}

function readSeparatePatient(
  { fullUrl, version }: BundleEntry,
  id: string,
  resource: Json,
  scope: ReadingScope,
): IngestElement {
  const { byAddress, ownBase, appointmentServers } = scope.index;
  const base = baseOfUrl(fullUrl);
  const servers = byAddress.get(`Patient/${textOf(resource, 'id') ?? id}`);
  const all = [...(servers?.values() ?? [])];
  const newest = servers?.get(base);
  const isUsedElsewhere = all.some((each) => each !== resource && scope.usedPatients.has(each));
  if ((newest && newest !== resource) || isUsedElsewhere) return ignored('newer_used');
  if (all.length > 1 && base !== (servers?.has(ownBase) ? ownBase : null)) return ignored('several_servers');
  const isFromSameServer = base === null || appointmentServers.size === 0 || appointmentServers.has(base);
  const patientId = isFromSameServer ? id : patientIdAt(id, base, null, scope.index);
  return { kind: 'patient', patient: readPatientEvent(patientId, resource, scope, { version }) };
}

/** Reads the resources that a notification names without including them. */
function* readFocusResources(
  foci: readonly string[],
  entries: readonly BundleEntry[],
  scope: ReadingScope,
): Steps<FhirEntry[]> {
  const included = new Set(entries.map((entry) => `${entry.type}/${serverIdOf(entry)}`));
  const path = 'Bundle.entry[0].resource';
  const read: FhirEntry[] = [];
  for (const focus of foci) {
    const address = readAddress(focus);
    const key = address && `${address.type}/${address.id}`;
    if (!address || !key || included.has(key) || (address.type !== 'Appointment' && address.type !== 'Patient'))
      continue;
    included.add(key);
    read.push({ element: yield* readBack(key, address.base, path, scope), index: null, path });
    yield;
  }
  return read;
}

/** Requests a read-back: only from the source's own server, never from an address in the message. */
function* readBack(key: string, base: string | null, path: string, scope: ReadingScope): Steps<IngestElement> {
  const { context, index, toReadBack, changed } = scope;
  const [type, id] = key.split('/') as [string, string];
  const isOwn = base === null || context.source.fhirBaseUrl === null || base === context.source.fhirBaseUrl;
  if (!isOwn || !isFhirId(id) || looksLikeCpr(id)) return ignored('other_server');
  if (!index.fetched.has(key)) {
    toReadBack.add(key);
    changed.add(key);
    return ignored('id_only');
  }
  const resource = asObject(index.fetched.get(key));
  if (!resource)
    return type === 'Appointment' ? deletedAppointment(id, { path }, context.now) : ignored('patient_gone');
  if (textOf(resource, 'resourceType') !== type) return ignored('other_type_read');
  if (type === 'Patient') return { kind: 'patient', patient: readPatientEvent(id, resource, scope) };
  return yield* readAppointment(resource, { path, addressId: id }, scope);
}

function holdsAppointment(bundle: Json | undefined): boolean {
  const resources = objectsOf(bundle, 'entry').map((entry) => propertyOf(entry, 'resource'));
  return resources.some((each) => ['Appointment', 'Bundle'].includes(textOf(each, 'resourceType') ?? ''));
}

function toFhirEntry({ index, path }: BundleEntry, element: IngestElement): FhirEntry {
  return { element, index, path };
}

function refusedEntry(pointer: string, code: string, detail: string): IngestElement {
  return refusedElement(null, [{ pointer, code, detail }]);
}
