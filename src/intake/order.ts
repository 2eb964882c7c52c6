import type { AppointmentEvent, PatientEvent } from '../domain/appointment.ts';
import { Problem } from '../domain/errors.ts';
import { asksOfPatient, keptFor } from '../domain/identity/kept-patient.ts';
import type { HashId } from '../domain/identity/match-known.ts';
import { bareIdsOf, mayHaveOtherReference } from '../domain/identity/searches.ts';
import { type AcceptRequest, type Envelope, type EventResult, eventsOf, refusedResult } from './envelope.ts';

/** Elements about one appointment that one request may hold. */
const MOST_OF_ONE = 50;

/**
 * Bounds how many elements of one request are about one appointment, since each costs a round of its own.
 * @returns the results of those that are too many: they are left out
 */
export function tooMany(envelopes: readonly Envelope[]): Map<Envelope, EventResult> {
  const results = new Map<Envelope, EventResult>();
  if (envelopes.length <= MOST_OF_ONE) return results;
  const byAppointment = new Map<AcceptRequest, Map<string, Envelope[]>>();
  for (const envelope of envelopes) {
    const { id } = idAndVersion(envelope);
    if (id === null) continue;
    const ofRequest = byAppointment.get(envelope.request) ?? new Map<string, Envelope[]>();
    byAppointment.set(envelope.request, ofRequest);
    ofRequest.set(id, [...(ofRequest.get(id) ?? []), envelope]);
  }
  for (const all of [...byAppointment.values()].flatMap((ofRequest) => [...ofRequest.values()])) {
    if (all.length <= MOST_OF_ONE) continue;
    const hasVersions = all.every((envelope) => idAndVersion(envelope).version !== null);
    // Among events of one version the last received counts.
    const byAge = hasVersions
      ? all.toReversed().sort((a, b) => Number(idAndVersion(b).version) - Number(idAndVersion(a).version))
      : all;
    for (const envelope of byAge.slice(MOST_OF_ONE)) results.set(envelope, leftOut(envelope));
  }
  return results;
}

function idAndVersion({ element }: Envelope): { id: string | null; version: number | null } {
  if (element.kind === 'patient') return { id: null, version: null };
  if (element.kind === 'appointment') return { id: element.event.reference, version: element.event.version };
  return { id: element.group.id, version: element.group.members[0]?.version ?? null };
}

/** An event with a version is overtaken by newer ones; any other has to be sent again. */
function leftOut(envelope: Envelope): EventResult {
  const { id, version } = idAndVersion(envelope);
  if (version !== null) return { result: 'stale', reference: id, reminders: 0, alreadyHandedOver: [] };
  const detail = `${MOST_OF_ONE} events about one appointment at most in one request: send the others in another.`;
  return refusedResult(id, new Problem(422, 'invalid', detail, { faults: [{ pointer: '', code: 'too_big', detail }] }));
}

/**
 * Parts elements into rounds: those that may be about one appointment are applied one after another, each to what the
 * one before it left.
 */
export function rounds(envelopes: readonly Envelope[]): Envelope[][] {
  const result: Envelope[][] = [];
  const next = new Map<string, number>();
  const patients = new Set(
    envelopes.flatMap(({ element }) => (element.kind === 'patient' ? keysOfPatient(element.patient) : [])),
  );
  const lookedUp = new Set(
    envelopes.flatMap(({ element }) => eventsIn(element).flatMap((event) => (event.permanent ? [] : aliasesOf(event)))),
  );
  for (const envelope of envelopes) {
    const keys = keysOf(envelope, patients, lookedUp);
    const round = Math.max(0, ...keys.map((key) => next.get(key) ?? 0));
    for (const key of keys) next.set(key, round + 1);
    const ofRound = result[round] ?? [];
    ofRound.push(envelope);
    result[round] = ofRound;
  }
  return result;
}

function keysOfPatient({ patientKey, formerKeys }: PatientEvent): string[] {
  return [patientKey, ...formerKeys].map((key) => key.toString('hex'));
}

function eventsIn(element: Envelope['element']): readonly AppointmentEvent[] {
  if (element.kind === 'patient') return [];
  if (element.kind === 'appointment') return [element.event];
  const { members, aliases } = element.group;
  // The group itself may be matched by the aliases that all of its members share.
  return aliases && members[0] ? [...members, { ...members[0], aliases, permanent: false }] : members;
}

function aliasesOf({ aliases = [] }: AppointmentEvent): string[] {
  return aliases.flatMap(({ kind, namespace, value }) => (namespace === null ? [] : [`${kind} ${namespace}|${value}`]));
}

/**
 * @param patients those with an event of their own: they alone tie appointments together
 * @param lookedUp aliases by which an element may be matched: others, such as the number of a series on appointments
 * with ids of their own, tie nothing together
 */
function keysOf({ source, element }: Envelope, patients: ReadonlySet<string>, lookedUp: ReadonlySet<string>): string[] {
  // None of the parts but the last can hold a blank.
  const key = (...parts: readonly string[]) => [source.id, ...parts].join(' ');
  const patient = (hash: string | undefined) =>
    hash !== undefined && patients.has(hash) ? [key('patient', hash)] : [];
  const bareId = ({ patientKey }: AppointmentEvent, id: string) =>
    patientKey ? [key('bare', patientKey.toString('hex'), id)] : [];
  const ofEvent = (event: AppointmentEvent) => [
    key('id', event.reference),
    ...(event.group === undefined ? [] : [key('id', event.group)]),
    ...(event.replaces ?? []).map((id) => key('id', id)),
    ...aliasesOf(event).flatMap((alias) => (lookedUp.has(alias) ? [key('alias', alias)] : [])),
    ...bareIdsOf(event).flatMap(({ value }) => bareId(event, value)),
    ...(patients.size > 0 ? patient(event.patientKey?.toString('hex')) : []),
  ];
  if (element.kind === 'appointment') return ofEvent(element.event);
  if (element.kind === 'group') return [key('id', element.group.id), ...element.group.members.flatMap(ofEvent)];
  return keysOfPatient(element.patient).flatMap(patient);
}

/**
 * Different locks for the aliases of a source, and for all patients: few enough that no request fills the table of
 * locks of PostgreSQL. Strangers that share one wait for each other.
 */
const LOCKS = 1024;

/** Replaced ids of one element that are locked, for the same reason: a move replaces one. */
const REPLACED = 2;

/**
 * Ids of the series or the group that an element may be about. Its appointments have no key in common that would let
 * one of two events wait for the other, so their events wait for each other by these, before anything is looked up.
 * None for an event about one appointment alone.
 */
export function sharedIdsOf({ element }: Envelope, hash: HashId): string[] {
  if (element.kind === 'patient') return [];
  if (element.kind === 'appointment') {
    const { occurrence, group, reference } = element.event;
    // An event that names no occurrence is about the whole series.
    return [...(occurrence === undefined ? [] : [group ?? reference]), ...locksOfBareIds(element.event, hash)];
  }
  const { id, aliases = [], members } = element.group;
  const named = aliases.filter(({ namespace }) => namespace !== null);
  const replaced = members[0]?.replaces?.slice(0, REPLACED) ?? [];
  return [id, ...replaced, ...named.map(({ value }) => lockOfAlias(value, hash))];
}

/** Events that name an appointment by a bare id alone, and by another id too, have no row in common. */
function locksOfBareIds(event: AppointmentEvent, hash: HashId): string[] {
  const patient = event.patientKey?.toString('hex');
  return patient === undefined ? [] : bareIdsOf(event).map(({ value }) => `|${hash(`${patient} ${value}`)}`);
}

function lockOfAlias(value: string, hash: HashId): string {
  return `|${Buffer.from(hash(value), 'base64url').readUInt16BE(0) % LOCKS}`;
}

/** Lock of a patient. */
export interface PatientLock {
  readonly lock: number;
  readonly sourceId: string;
  readonly patientKey: Buffer;
  /**
   * `death`: alone, for what tells of a death; `kept`: alone, for what is kept until a booking comes; `alive`: alone
   * where the patient is known as dead, since many systems say of everybody that they live; `booking`: shared with
   * other bookings, which never wait for each other.
   */
  readonly holder: 'death' | 'kept' | 'alive' | 'booking';
}

/**
 * Locks of the patients of whom an element tells whether they have died, or what is kept, or for whom that is looked
 * up. A patient's event and a first booking have no row in common: without a lock neither would see the other. None for
 * events that look nothing of that up, such as most of our own JSON.
 */
export function patientLocksOf({ element, source }: Envelope): PatientLock[] {
  const lockOf = (patientKey: Buffer, holder: PatientLock['holder']): PatientLock => {
    return { lock: lockOfPatient(patientKey), sourceId: source.id, patientKey, holder };
  };
  if (element.kind === 'patient') {
    const { patientKey, formerKeys, deceased, keep, phone } = element.patient;
    const isKept = keep === true && phone !== undefined && keptFor(source) > 0;
    const holder = deceased === true || formerKeys.length > 0 ? 'death' : isKept ? 'kept' : 'alive';
    return deceased === undefined && formerKeys.length === 0 && !isKept
      ? []
      : [patientKey, ...formerKeys].map((key) => lockOf(key, holder));
  }
  const events = element.kind === 'group' ? element.group.members : [element.event];
  return events.flatMap((event) => {
    const { patientKey, formerPatientKeys = [], deceased } = event;
    if (!patientKey) return [];
    if (deceased === true) return [patientKey, ...formerPatientKeys].map((key) => lockOf(key, 'death'));
    const looks = element.kind === 'group' || mayHaveOtherReference(event);
    if (asksOfPatient(event, source)) return [patientKey, ...formerPatientKeys].map((key) => lockOf(key, 'booking'));
    if (!looks || (deceased === false && formerPatientKeys.length === 0)) return [];
    return [patientKey, ...formerPatientKeys].map((key) => lockOf(key, 'booking'));
  });
}

/** Lock of a patient by the key, which is a hash that includes the source. */
function lockOfPatient(key: Buffer): number {
  return Number.parseInt(key.toString('hex', 0, 2), 16) % LOCKS;
}

/**
 * Elements that ask for a patient whom another one of the same commit is about as well: what that one brings counts for
 * them. Costs nothing where none asks.
 */
export function askingForOneAnother(envelopes: readonly Envelope[]): ReadonlySet<Envelope> {
  const asking = envelopes.filter(({ element, source }) =>
    eventsOf(element).some((event) => asksOfPatient(event, source)),
  );
  if (asking.length === 0) return new Set();
  const patientsOf = ({ element, source }: Envelope) =>
    new Set(eventsOf(element).flatMap(({ patientKey: key }) => (key ? [`${source.id} ${key.toString('hex')}`] : [])));
  const counts = new Map<string, number>();
  for (const envelope of envelopes)
    for (const patient of patientsOf(envelope)) counts.set(patient, (counts.get(patient) ?? 0) + 1);
  return new Set(
    asking.filter((envelope) => [...patientsOf(envelope)].some((patient) => (counts.get(patient) ?? 0) > 1)),
  );
}
