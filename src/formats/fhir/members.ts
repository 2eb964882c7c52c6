import { type AppointmentEvent, isUpcoming } from '../../domain/appointment.ts';
import { isUuid } from '../../domain/ids.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import type { IngestContext } from '../format.ts';
import type { Steps } from '../steps.ts';
import type { PatientActor } from './participants.ts';
import { type PatientReading, readPatient } from './patient.ts';
import { type LocationActor, type PlaceFields, placeCandidates, readPlace } from './place.ts';
import { isFhirId } from './references.ts';
import type { ReadingScope } from './scope.ts';

/** Participants and place of an appointment. */
export interface Participation {
  readonly patients: readonly PatientActor[];
  readonly locations: readonly LocationActor[];
  /** True when the appointment itself is marked as restricted. */
  readonly restricted: boolean;
}

/**
 * Creates one event per patient from their common fields; without a patient, one event without a number. Patients to be
 * read back are noted in `scope`.
 */
export function* membersOf(
  base: AppointmentEvent,
  { patients, locations, restricted }: Participation,
  scope: ReadingScope,
): Steps<AppointmentEvent[]> {
  const { source, now } = scope.context;
  const places = yield* placeCandidates(locations, scope);
  const [shown, hidden] = [readPlace(places, restricted, source), readPlace(places, true, source)];
  if (patients.length === 0) return [{ ...base, ...shown }];
  const participating = patients.filter(({ declined }) => !declined);
  // An appointment without remaining participants is cancelled for all.
  const status =
    participating.length === 0 && base.status !== null && isUpcoming(base.status) ? 'cancelled' : base.status;
  const upcoming = status !== null && isUpcoming(status);
  const used = new Set<string>();
  const members: AppointmentEvent[] = [];
  for (const [order, patient] of (participating.length > 0 ? participating : patients).entries()) {
    const { target, resource, related } = patient;
    scope.usedPatients.add(target.resource);
    if (upcoming && isToReadBack(target.readBack, scope)) scope.toReadBack.add(target.readBack);
    const read = readPatient(target.id, resource, related, base.start ?? now, scope);
    const reference =
      patients.length === 1 ? base.reference : `${base.reference}~${memberId(patient, read, order, scope.context)}`;
    yield;
    if (used.has(reference)) continue;
    used.add(reference);
    members.push(memberOf({ ...base, status }, reference, read, read.isProtected === true ? hidden : shown));
  }
  return members;
}

function isToReadBack(readBack: string | null, { index }: ReadingScope): readBack is string {
  return readBack !== null && !looksLikeCpr(readBack) && !index.fetched.has(readBack);
}

/** Fields are listed one by one: V8 makes a slow dictionary of a large object built from spreads. */
function memberOf(
  base: AppointmentEvent,
  reference: string,
  read: PatientReading,
  place: PlaceFields,
): AppointmentEvent {
  const isOne = reference === base.reference;
  return {
    reference,
    status: base.status,
    version: base.version,
    occurredAt: base.occurredAt,
    start: base.start,
    end: base.end,
    kind: base.kind,
    patientKey: read.patientKey,
    ofPatient: true,
    ...(read.isProtected !== undefined && { protected: read.isProtected }),
    phone: read.phone,
    language: read.language,
    locationCode: place.locationCode,
    locationText: place.locationText,
    department: base.department,
    departmentCode: base.departmentCode,
    contactPhone: base.contactPhone,
    test: base.test,
    // Aliases common to several patients identify none of them.
    permanent: !isOne || base.permanent === true,
    aliases: base.aliases ?? [],
    ...(!isOne && { group: base.reference }),
    ...(read.formerPatientKeys && { formerPatientKeys: read.formerPatientKeys }),
    ...(read.deceased !== undefined && { deceased: read.deceased }),
    ...(place.locationPrintable !== undefined && { locationPrintable: place.locationPrintable }),
    ...(place.unmapped && { unmapped: place.unmapped }),
    ...(base.unclear && { unclear: base.unclear }),
    ...(base.warnings && { warnings: base.warnings }),
    ...(base.warningsIfUnknown && { warningsIfUnknown: base.warningsIfUnknown }),
    ...(base.warningsIfEndLeftOut && { warningsIfEndLeftOut: base.warningsIfEndLeftOut }),
    ...(base.replaces && { replaces: base.replaces }),
  };
}

/**
 * Id of one patient within a group, the same in every message where possible: the sender's own, since it looks the
 * appointment up by it. A hash, which `HASHED` tells from ids, stands for one that is a CPR number or the patient's
 * phone number.
 */
function memberId(
  { target }: PatientActor,
  { patientKey: key, phone }: PatientReading,
  order: number,
  { hashPatient, source }: IngestContext,
): string {
  const isTemporary = isUuid(target.localId);
  const id = target.id ?? (key !== undefined && isTemporary ? null : target.localId);
  if (id !== null && isFhirId(id) && !looksLikeCpr(id) && !isOneOf(id, phone ?? [], source.defaultRegion)) return id;
  const secret = key ?? (id === null ? undefined : hashPatient(id));
  return secret ? HASHED + secret.toString('hex').slice(0, 12) : `p${order + 1}`;
}

/** Stands before a hash. No FHIR id has this sign (R4 §2.24.0.1), so that nobody takes it for the id of a Patient. */
const HASHED = '_';
const FEWEST_DIGITS = 8;

/** True for an id that is one of the numbers, however each is written. */
function isOneOf(id: string, phones: readonly string[], defaultRegion: string): boolean {
  if (phones.length === 0 || id.replace(/\D/g, '').length < FEWEST_DIGITS) return false;
  const number = readAnyNumber(id, defaultRegion);
  return number !== null && phones.some((phone) => readAnyNumber(phone, defaultRegion) === number);
}
