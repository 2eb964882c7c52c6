import type { AppointmentEvent } from '../domain/appointment.ts';
import { asksOfPatient, keptFor } from '../domain/identity/kept-patient.ts';
import type { HashId } from '../domain/identity/match-known.ts';
import { bareIdsOf, mayHaveOtherReference } from '../domain/identity/searches.ts';
import type { Envelope } from './envelope.ts';

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

/** One that names an appointment by a bare id, and one that names it by another id too, have no row in common. */
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
