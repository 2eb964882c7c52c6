import type { AppointmentEvent, PatientEvent } from '../domain/appointment.ts';
import { Problem } from '../domain/errors.ts';
import { bareIdsOf } from '../domain/identity/searches.ts';
import { type AcceptRequest, type Envelope, type EventResult, refusedResult } from './envelope.ts';

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
  const key = (...parts: (string | undefined)[]) => JSON.stringify([source.id, ...parts]);
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
