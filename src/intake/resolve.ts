import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { isCalledOff } from '../domain/apply-event.ts';
import {
  type Alias,
  type AppointmentEvent,
  type GroupEvent,
  type PatientEvent,
  SAYS_NOTHING,
} from '../domain/appointment.ts';
import {
  aliasValue,
  conflictFreeReference,
  isKnownAs,
  isOutdated,
  type Known,
  matchByAlias,
  matchMembers,
  REFERENCE_KIND,
} from '../domain/match-known.ts';
import type { IngestElement } from '../formats/format.ts';
import { keepPatient } from '../store/known-patients.ts';
import {
  findAppointmentsOfPatient,
  findKnownAppointments,
  type KnownAppointment,
  mergePatient,
  type Probe,
} from './known-appointments.sql.ts';

/** What of a request asks for a change. */
export type Actionable = Extract<IngestElement, { kind: 'appointment' | 'group' | 'patient' }>;

/** An element on its way to the appointments that it is about. */
export interface Question {
  readonly sourceId: string;
  readonly element: Actionable;
}

/** An event under the reference that its appointment is stored by. */
export interface ResolvedEvent {
  readonly event: AppointmentEvent;
  /** Follows from what was said about a patient or a group: where it changes nothing, it is nothing new. */
  readonly derived: boolean;
  /** Still to be stored with the appointment. */
  readonly aliases: readonly {
    readonly kind: string;
    readonly value: string /** Somebody else's was seen. */;
    readonly taken: boolean;
  }[];
}

/** True for an event that may be about an appointment with another reference. */
export function isLedElsewhere(event: AppointmentEvent): boolean {
  return event.aliases !== undefined || event.replaces !== undefined;
}

/**
 * Finds the appointments that these elements are about, by reference, alias, group and patient.
 * @returns for each question its events, none where a patient has no appointment ahead
 */
export async function resolveEvents(
  trx: Transaction<Database>,
  questions: readonly Question[],
  now: Date,
): Promise<ResolvedEvent[][]> {
  const known = await findKnownAppointments(trx, questions.flatMap(probesOf));
  const resolved: ResolvedEvent[][] = [];
  for (const [asked, { sourceId, element }] of questions.entries()) {
    const found = known.filter((each) => each.asked === asked);
    if (element.kind === 'patient') resolved.push(await resolvePatient(trx, sourceId, element.patient, now));
    else if (element.kind === 'group') resolved.push(resolveGroup(element.group, found));
    else resolved.push(resolveOne(element.event, found));
  }
  return resolved;
}

/** What is asked about an element; nothing for most of our own JSON, whose reference says all. */
export function probesOf({ sourceId, element }: Question, asked: number): Probe[] {
  if (element.kind === 'patient') return [];
  const probe = (what: Probe['what'], fields: Partial<Probe>): Probe => ({
    asked,
    sourceId,
    what,
    kind: null,
    value: null,
    key: null,
    ...fields,
  });
  const ofIds = (reference: string, aliases: readonly Alias[]): Probe[] => [
    probe('reference', { value: reference }),
    probe('alias', { kind: REFERENCE_KIND, value: `|${reference}` }),
    ...aliases
      .filter(({ namespace }) => namespace !== null)
      .map((alias) => probe('alias', { kind: alias.kind, value: aliasValue(alias) })),
  ];
  const ofEvent = (event: AppointmentEvent): Probe[] => {
    const dead = event.patientKey && event.deceased === undefined ? [probe('dead', { key: event.patientKey })] : [];
    const before = event.replaces === undefined ? [] : replacedProbes(event, event.replaces, probe);
    return [...ofIds(event.reference, event.permanent ? [] : (event.aliases ?? [])), ...before, ...dead];
  };
  if (element.kind === 'appointment') return isLedElsewhere(element.event) ? ofEvent(element.event) : [];
  const { id, aliases = [], members } = element.group;
  return [...ofIds(id, aliases), probe('group', { value: id }), ...members.flatMap(ofEvent)];
}

function replacedProbes(
  event: AppointmentEvent,
  replaces: string,
  probe: (what: Probe['what'], fields: Partial<Probe>) => Probe,
): Probe[] {
  const kinds = (event.aliases ?? []).map((alias) =>
    probe('alias', { kind: alias.kind, value: aliasValue({ ...alias, value: replaces }) }),
  );
  return [
    probe('reference', { value: replaces }),
    probe('alias', { kind: REFERENCE_KIND, value: `|${replaces}` }),
    ...kinds,
  ];
}

/** The event of an appointment of which nothing is known. */
export function resolveNew(event: AppointmentEvent): ResolvedEvent {
  return resolveOne(event, [])[0] as ResolvedEvent;
}

function resolveOne(said: AppointmentEvent, found: readonly KnownAppointment[]): ResolvedEvent[] {
  if (!isLedElsewhere(said)) return [{ event: said, derived: false, aliases: [] }];
  const { event, targets } = leadOne(said, found);
  if (targets.length > 1)
    return targets.map((target, index) => withAliases(index === 0 ? event : { ...event, aliases: [] }, target, found));
  const [target] = targets;
  // An id that several go by can't make another one.
  const isAmbiguous = !target && found.some((each) => each.what === 'shared' && isKnownAs(each, event.reference));
  const resolved = withAliases(isAmbiguous ? { ...event, onlyKnown: true } : event, target, found);
  // The old one is known beside the new: it goes without an SMS, since the citizen is still expected.
  const old = found.find(
    (each) =>
      event.replaces !== undefined &&
      isNamed(each) &&
      isKnownAs(each, event.replaces) &&
      each.reference !== target?.reference,
  );
  return old && !isCalledOff(old.status) ? [resolved, leaving(old.reference, 'entered-in-error', event)] : [resolved];
}

/** Which appointments an event is about: one, none, or all of a group. */
function leadOne(
  said: AppointmentEvent,
  found: readonly KnownAppointment[],
): { event: AppointmentEvent; targets: readonly Known[] } {
  const own = found.find(({ what, reference }) => what === 'reference' && reference === said.reference);
  const apart = own ? conflictFreeReference(said, own) : null;
  const event = apart === null ? said : { ...said, reference: apart };
  if (own && apart === null) return { event, targets: [own] };
  const candidates = found.filter(isNamed);
  const led = (apart === null ? found.find(ledTo(event.reference)) : undefined) ?? matchByAlias(event, candidates);
  // The ids of a group are kept with one of its patients.
  const whole = led ?? matchByAlias({ ...event, patientKey: undefined }, candidates);
  const group = distinct(candidates.filter((each) => each.group === whole?.group));
  if (group.length < 2 || event.group !== undefined) return { event, targets: led ? [led] : [] };
  if (event.patientKey)
    return {
      event,
      targets: group.filter(({ patientKey }) => patientKey?.equals(event.patientKey as Buffer)).slice(0, 1),
    };
  // A number is one patient's: nobody says whose.
  return { event, targets: event.phone === undefined ? group : [] };
}

function distinct(found: readonly KnownAppointment[]): KnownAppointment[] {
  return [...new Map(found.map((each) => [each.reference, each])).values()];
}

function ledTo(reference: string): (known: KnownAppointment) => boolean {
  return ({ what, aliases }) =>
    what === 'alias' && aliases.some(([kind, value]) => kind === REFERENCE_KIND && value === `|${reference}`);
}

function isNamed({ what }: KnownAppointment): boolean {
  return what === 'reference' || what === 'alias';
}

function withAliases(
  event: AppointmentEvent,
  target: Known | undefined,
  found: readonly KnownAppointment[],
): ResolvedEvent {
  const reference = target?.reference ?? event.reference;
  const led = reference !== event.reference ? [{ kind: REFERENCE_KIND, value: `|${event.reference}` }] : [];
  const wanted = [...(event.aliases ?? []).map((alias) => ({ kind: alias.kind, value: aliasValue(alias) })), ...led];
  const has = (known: Known, { kind, value }: { kind: string; value: string }) =>
    known.aliases.some((each) => each[0] === kind && each[1] === value);
  const aliases = wanted
    .filter((alias) => !target || !has(target, alias))
    // Only a namespace makes an id one of a kind; and the aliases of a permanent reference were not asked about.
    .map((alias) => ({
      ...alias,
      taken: event.permanent === true || alias.value.startsWith('|') || found.some((each) => has(each, alias)),
    }));
  const dead =
    event.deceased === undefined &&
    found.some(({ what, patientKey }) => what === 'dead' && event.patientKey && patientKey?.equals(event.patientKey));
  // Most stay as they came, and a copy of so large an object is slow to read.
  const asCame = reference === event.reference && !dead;
  return { event: asCame ? event : { ...event, reference, ...(dead && { deceased: true }) }, derived: false, aliases };
}

function resolveGroup(said: GroupEvent, found: readonly KnownAppointment[]): ResolvedEvent[] {
  const group = { ...said, id: idOfGroup(said, found) };
  const ofGroup = distinct(
    found.filter(({ what, group: id }) => what !== 'shared' && what !== 'dead' && id === group.id),
  );
  const first = said.members[0];
  // Whoever had left by then must not come back.
  const isLate = first !== undefined && isOutdated(first, ofGroup);
  const { members, left } = matchMembers(group, ofGroup);
  const used = new Set<string>();
  const events = members.flatMap((member, index) => {
    const own = ofGroup.find(({ reference }) => reference === member.reference);
    const named = said.members[index] as AppointmentEvent;
    if (own) return [withAliases({ ...named, reference: member.reference }, own, found)];
    if (isLate) return [];
    const joined = ofGroup.length > 0 ? { ...member, group: group.id } : member;
    return resolveOne({ ...joined, aliases: member.aliases ?? [] }, found);
  });
  const once = events.filter(({ event }) => !used.has(event.reference) && used.add(event.reference));
  return [...once, ...(isLate ? [] : left).map((each) => leaving(each.reference, group.rest, first))];
}

/** The id that a group is known by: its own, or that to which its aliases lead. */
function idOfGroup({ id, aliases, members }: GroupEvent, found: readonly KnownAppointment[]): string {
  const [first] = members;
  if (!aliases || !first || found.some(({ what, group }) => what !== 'shared' && what !== 'dead' && group === id))
    return id;
  // Without a patient it is about all of them, and ends nobody's part.
  if (members.every(({ patientKey }) => patientKey === undefined)) return id;
  const whole = { ...first, reference: id, patientKey: undefined, aliases, permanent: false };
  return (found.find(ledTo(id)) ?? matchByAlias(whole, found.filter(isNamed)))?.group ?? id;
}

/** An event for an appointment that another one's event ends; it is as new as that one. */
function leaving(
  reference: string,
  status: 'cancelled' | 'entered-in-error',
  by: AppointmentEvent | undefined,
): ResolvedEvent {
  const event = { ...silent(reference), status, version: by?.version ?? null, occurredAt: by?.occurredAt ?? null };
  return { event, derived: true, aliases: [] };
}

async function resolvePatient(
  trx: Transaction<Database>,
  sourceId: string,
  patient: PatientEvent,
  now: Date,
): Promise<ResolvedEvent[]> {
  const { patientKey, formerKeys, phone, language, deceased } = patient;
  await mergePatient(trx, sourceId, patientKey, formerKeys, now);
  if (!(await keepPatient(trx, sourceId, patient, now))) return [];
  const references = await findAppointmentsOfPatient(trx, { sourceId, patientKey }, deceased === true, now);
  return references.map((reference) => ({
    event: {
      ...silent(reference),
      ...{ patientKey, phone, language },
      ...(deceased !== undefined && { deceased }),
      ...(patient.protected && { locationText: null, locationPrintable: false }),
    },
    derived: true,
    aliases: [],
  }));
}

/** An event that says nothing about an appointment that must be there. */
function silent(reference: string): AppointmentEvent {
  return { ...SAYS_NOTHING, reference, status: null, onlyKnown: true };
}
