import { type AppointmentEvent, isUpcoming } from '../../domain/appointment.ts';
import { isUuid } from '../../domain/ids.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { type IngestContext, MAX_ELEMENTS, type Steps } from '../format.ts';
import { type Json, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import { type PatientReading, readPatient } from './patient.ts';
import { type LocationActor, type PlaceFields, placeCandidates, readPlace } from './place.ts';
import type { ReadingScope } from './reading.ts';
import { follow, isFhirId, type Target } from './references.ts';

/** Patient who participates in an appointment. */
interface PatientActor {
  readonly target: Target;
  /** The Patient, else what the reference itself holds. */
  readonly resource: Json | undefined;
  readonly declined: boolean;
  /** RelatedPersons who participate for this patient. */
  readonly related: readonly Json[];
}

/** Participants of an appointment. */
interface Participants {
  /** At most `MAX_PATIENTS` and one more. */
  readonly patients: readonly PatientActor[];
  readonly locations: readonly LocationActor[];
}

/** Most patients of one appointment, each of whom gets an appointment of its own. */
export const MAX_PATIENTS = MAX_ELEMENTS;

interface Listed {
  readonly actor: Json;
  readonly declined: boolean;
  readonly target: Target;
}

/** Reads the participants, each once. R5's `subject` counts when no participant is a patient. */
export function* readParticipants(appointment: Json, scope: ReadingScope): Steps<Participants> {
  const listed = new Distinct();
  for (const participant of objectsOf(appointment, 'participant')) {
    const actor = objectOf(participant, 'actor');
    // Danish care teams are an extension of a participant without actor.
    if (!actor) continue;
    const declined = ['declined', 'entered-in-error'].includes(textOf(participant, 'status')?.toLowerCase() ?? '');
    listed.add({ actor, declined, target: targetOf(participant, actor, follow(actor, appointment, scope.index)) });
    yield;
  }
  const subject = objectOf(appointment, 'subject');
  const participating = patientsOf(listed.all, scope);
  const patients =
    participating.length > 0 || !subject
      ? participating
      : patientsOf([{ actor: subject, declined: false, target: follow(subject, appointment, scope.index) }], scope);
  const related = relatedOf(listed.all, patients, scope);
  return {
    patients: patients.map(({ actor, target, declined }) => ({
      target,
      declined,
      resource:
        target.resource ??
        (propertyOf(actor, 'identifier') === undefined ? undefined : { identifier: propertyOf(actor, 'identifier') }),
      related: related.get(identityOf(target)) ?? [],
    })),
    locations: listed.all.filter(({ target, declined }) => target.type === 'Location' && !declined),
  };
}

/** A place may be told by its display alone: then the participation says what it is. */
function targetOf(participant: Json, actor: Json, target: Target): Target {
  if (target.type !== null || textOf(actor, 'reference') !== undefined) return target;
  return objectsOf(participant, 'type').some(isPlace) ? { ...target, type: 'Location' } : target;
}

/** `LOC` of the participation types of HL7 v3, or the word. */
function isPlace(type: Json): boolean {
  const codes = objectsOf(type, 'coding').map((coding) => textOf(coding, 'code'));
  return codes.includes('LOC') || textOf(type, 'text')?.toLowerCase() === 'location';
}

/** Replaces a Group by its members where the request includes them. */
function patientsOf(listed: readonly Listed[], scope: ReadingScope): readonly Listed[] {
  const patients = new Distinct();
  for (const each of listed) {
    const group = each.target.type === 'Group' ? each.target.resource : undefined;
    if (group) for (const member of patientsIn(group, scope)) patients.add({ ...member, declined: each.declined });
    else if (each.target.type === 'Patient') patients.add(each);
    if (patients.all.length > MAX_PATIENTS) break;
  }
  return patients.all.slice(0, MAX_PATIENTS + 1);
}

function patientsIn(group: Json, scope: ReadingScope): readonly Omit<Listed, 'declined'>[] {
  const members = scope.once(readMembers, group);
  // A group that is refused for its size does not count.
  if (members.length <= MAX_PATIENTS) scope.countGroupMembers(members.length);
  return members;
}

function readMembers(group: Json, { index }: ReadingScope): readonly Listed[] {
  const members = new Distinct();
  for (const member of objectsOf(group, 'member')) {
    if (propertyOf(member, 'inactive') === true) continue;
    for (const actor of objectsOf(member, 'entity')) {
      const target = follow(actor, group, index);
      if (target.type === 'Patient') members.add({ actor, declined: false, target });
      if (members.all.length > MAX_PATIENTS) return members.all;
    }
  }
  return members.all;
}

/** Keeps the first of each; a patient listed as declined and as accepted participates. */
class Distinct {
  readonly all: Listed[] = [];
  readonly #places = new Map<unknown, number>();

  add(each: Listed): void {
    const { id, localId, type } = each.target;
    const key =
      id !== null ? `${type}/${id}` : localId !== null ? `${type}#${localId}` : (each.target.resource ?? each);
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, this.all.push(each) - 1);
    else if (this.all[place]?.declined && !each.declined) this.all[place] = each;
  }
}

/** RelatedPersons by the patient's `identityOf`. One without a patient belongs to the only patient. */
function relatedOf(
  listed: readonly Listed[],
  patients: readonly Listed[],
  { index }: ReadingScope,
): ReadonlyMap<unknown, readonly Json[]> {
  const related = new Map<unknown, Json[]>();
  const [only] = patients.length === 1 ? patients : [];
  for (const { target, declined } of listed) {
    if (target.type !== 'RelatedPerson' || declined || !target.resource) continue;
    const reference = objectOf(target.resource, 'patient');
    const of = reference ? follow(reference, target.resource, index) : only?.target;
    if (!of) continue;
    const identity = identityOf(of);
    const known = related.get(identity);
    if (known) known.push(target.resource);
    else related.set(identity, [target.resource]);
  }
  return related;
}

/** The same value for two references to one patient. */
function identityOf(target: Target): unknown {
  return target.id ?? target.resource ?? target;
}

/** Participants and place of an appointment. */
interface Participation extends Participants {
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
