import type { AppointmentEvent, GroupEvent, PatientEvent } from '../appointment.ts';
import type { Fault } from '../errors.ts';
import { isSamePatient } from '../patient-key.ts';
import {
  conflictFreeReference,
  type HashedAlias,
  type HashId,
  isKnownAs,
  isOutdated,
  isReplacedBy,
  type Known,
  matchByAlias,
  matchMembers,
  REFERENCE_KIND,
  referenceAlias,
  silent,
  storedAlias,
} from './match-known.ts';
import { isOccurrence, matchSeries, matchUndivided } from './match-series.ts';
import { type AppointmentElement, distinct, type Found, isFoundById, mayHaveOtherReference } from './probes.ts';
import { withReplaced } from './successors.ts';

/** Event with the reference that its appointment is stored under. */
export interface ResolvedEvent {
  readonly event: AppointmentEvent;
  /** True for an event that follows from a patient's or a group's: without any change it has no result of its own. */
  readonly derived: boolean;
  /** Reference under which the appointment is stored, where it goes on under that of the event. */
  readonly continues?: string;
  /** Why the event can't be applied. */
  readonly fault?: Fault;
  /** Aliases to store with the appointment. */
  readonly aliases: readonly (HashedAlias & {
    /** True when another appointment has the alias. */
    readonly taken: boolean;
  })[];
}

/**
 * Decides which appointments an element is about, by reference, alias, group and patient.
 * @param found appointments that the element's probes found
 * @param hash of ids of the source
 * @returns one event per appointment; at least one
 */
export function resolve(element: AppointmentElement, found: readonly Found[], hash: HashId): ResolvedEvent[] {
  const followed = withReplaced(element, found, hash);
  if (Array.isArray(followed)) return followed.map((event) => ({ event, derived: false, aliases: [] }));
  const own =
    followed.kind === 'group' ? resolveGroup(followed.group, found, hash) : resolveOne(followed.event, found, hash);
  return own.some(({ event }) => event.replaces !== undefined) ? [...own, ...marksOf(own, found, hash)] : own;
}

/** Resolves an event about an appointment of which nothing is stored. */
export function resolveNew(event: AppointmentEvent, hash: HashId): ResolvedEvent {
  return resolveOne(event, [], hash)[0] as ResolvedEvent;
}

/** Events for the stored appointments of a patient whose data changed. */
export function resolvePatient(patient: PatientEvent, references: readonly string[]): ResolvedEvent[] {
  const { patientKey, phone, language, deceased } = patient;
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

function resolveOne(received: AppointmentEvent, found: readonly Found[], hash: HashId): ResolvedEvent[] {
  if (!mayHaveOtherReference(received)) return [{ event: received, derived: false, aliases: [] }];
  const itself = found.find(({ what, reference }) => what === 'reference' && reference === received.reference);
  const byId = distinct(found.filter(isFoundById));
  const series = matchSeries(received, itself, byId, hash);
  if (series && 'code' in series) return [{ event: received, derived: false, aliases: [], fault: series }];
  if (series) return series.map((event) => ({ event, derived: false, aliases: [] }));
  const { event, targets } = targetsOf(received, found, hash);
  if (targets.length > 1)
    return targets.map((target, index) =>
      withAliases(index === 0 ? event : { ...event, aliases: [] }, target, found, hash),
    );
  const target = targets[0] ?? (itself ? undefined : matchUndivided(received, byId, hash));
  // An id that several appointments share can't create another one.
  const isAmbiguous = !target && found.some((each) => each.what === 'shared' && isKnownAs(each, event.reference, hash));
  return [withAliases(isAmbiguous ? { ...event, onlyKnown: true } : event, target, found, hash)];
}

/**
 * Marks everything that events replace, known or not, so that nothing later about it has an effect. What is known ends
 * without an SMS, since the citizen is still expected at the new appointment.
 * @param resolved own events of one element
 */
function marksOf(resolved: readonly ResolvedEvent[], found: readonly Found[], hash: HashId): ResolvedEvent[] {
  const references = new Set(resolved.map(({ event }) => event.reference));
  const stored = new Set(found.map((each) => each.reference));
  const marks = new Map<string, ResolvedEvent>();
  const mark = (reference: string, by: AppointmentEvent) => {
    const { event, ...rest } = leaving(reference, 'entered-in-error', by);
    const replaced = { ...event, onlyKnown: false, replacedBy: by.reference, test: by.test };
    if (!references.has(reference) && !marks.has(reference)) marks.set(reference, { event: replaced, ...rest });
  };
  for (const { event, continues } of resolved) if (continues !== undefined) mark(continues, event);
  for (const { event } of resolved) {
    for (const each of found) if (isFoundById(each) && isReplacedBy(each, event, hash)) mark(each.reference, event);
    // A test must not keep a real booking out that comes later.
    for (const id of event.replaces ?? []) if (!event.test && !stored.has(id)) mark(id, event);
  }
  return [...marks.values()];
}

/** Appointments that an event is about: one, none, or all of a group. */
function targetsOf(
  received: AppointmentEvent,
  found: readonly Found[],
  hash: HashId,
): { event: AppointmentEvent; targets: readonly Known[] } {
  const own = found.find(({ what, reference }) => what === 'reference' && reference === received.reference);
  const other = own ? conflictFreeReference(received, own, hash) : null;
  const event = other === null ? received : { ...received, reference: other };
  if (own && other === null) return { event, targets: [own] };
  const candidates = found.filter((each) => isNamed(each) || (isFoundById(each) && isReplacedBy(each, event, hash)));
  const match =
    (other === null ? found.find(receivedBefore(event.reference, hash)) : undefined) ??
    matchByAlias(event, candidates, hash);
  // A group's ids are stored with one appointment of it.
  const whole = match ?? matchByAlias({ ...event, patientKey: undefined }, candidates, hash);
  const group = distinct(candidates.filter((each) => each.group === whole?.group));
  if (group.length < 2 || event.group !== undefined) return { event, targets: match ? [match] : [] };
  if (event.patientKey)
    return { event, targets: group.filter((each) => isSamePatient(each.patientKey, event.patientKey)).slice(0, 1) };
  // A number belongs to one patient, and the event does not tell which.
  return { event, targets: event.phone === undefined ? group : [] };
}

function receivedBefore(reference: string, hash: HashId): (known: Found) => boolean {
  const stored = referenceAlias(reference, hash);
  return ({ what, aliases, replacedBy }) =>
    what === 'alias' &&
    replacedBy === null &&
    aliases.some(([kind, value]) => kind === REFERENCE_KIND && value === stored.value);
}

function isNamed({ what }: Found): boolean {
  return what === 'reference' || what === 'alias';
}

function withAliases(
  event: AppointmentEvent,
  target: Known | undefined,
  found: readonly Found[],
  hash: HashId,
): ResolvedEvent {
  const goesOn = target !== undefined && target.reference !== event.reference && isContinued(target, event, hash);
  const reference = goesOn ? event.reference : (target?.reference ?? event.reference);
  const received = reference !== event.reference ? [referenceAlias(event.reference, hash)] : [];
  const wanted = [...(event.aliases ?? []).map((alias) => storedAlias(alias, hash)), ...received];
  const has = (known: Known, { kind, value }: HashedAlias) =>
    known.aliases.some((each) => each[0] === kind && each[1] === value);
  const aliases = wanted
    .filter((alias) => !target || !has(target, alias))
    // Only an alias with a namespace is unique, and the aliases of a permanent reference were not looked up.
    .map((alias) => ({
      ...alias,
      taken: event.permanent === true || alias.value.startsWith('|') || found.some((each) => has(each, alias)),
    }));
  const dead =
    event.deceased === undefined &&
    found.some(({ what, patientKey }) => what === 'dead' && isSamePatient(event.patientKey, patientKey));
  // Most events stay as received, and a copy of so large an object is slow to read.
  const asReceived = reference === event.reference && !dead;
  return {
    event: asReceived ? event : { ...event, reference, ...(dead && { deceased: true }) },
    derived: false,
    aliases,
    ...(goesOn && { continues: target.reference }),
  };
}

/** True where the appointment goes on under the reference of the event. */
function isContinued(target: Known, event: AppointmentEvent, hash: HashId): boolean {
  const isNamedNow = event.occurrence !== undefined && event.occurrence !== null && !isOccurrence(target);
  return isNamedNow || isReplacedBy(target, event, hash);
}

function resolveGroup(received: GroupEvent, found: readonly Found[], hash: HashId): ResolvedEvent[] {
  const [first] = received.members;
  // The whole was replaced, whoever its patients are.
  if (first && found.some(({ reference, replacedBy }) => reference === received.id && replacedBy !== null))
    return [{ event: { ...first, reference: received.id }, derived: false, aliases: [] }];
  const group = { ...received, id: idOfGroup(received, found, hash) };
  const ofGroup = distinct(
    found.filter(({ what, group: id }) => what !== 'shared' && what !== 'dead' && id === group.id),
  );
  // A patient who had left the group before must not be booked again.
  const isLate = first !== undefined && isOutdated(first, ofGroup);
  const { members, left } = matchMembers(group, ofGroup);
  const used = new Set<string>();
  const events = members.flatMap((member, index) => {
    const own = ofGroup.find(({ reference }) => reference === member.reference);
    const named = received.members[index] as AppointmentEvent;
    if (own) return [withAliases({ ...named, reference: member.reference }, own, found, hash)];
    if (isLate) return [];
    const joined = ofGroup.length > 0 ? { ...member, group: group.id } : member;
    return resolveOne({ ...joined, aliases: member.aliases ?? [] }, found, hash);
  });
  const once = events.filter(({ event }) => !used.has(event.reference) && used.add(event.reference));
  return [...once, ...(isLate ? [] : left).map((each) => leaving(each.reference, group.rest, first))];
}

/** Id that a group is stored under: its own, or that of the appointment with its aliases. */
function idOfGroup({ id, aliases, members }: GroupEvent, found: readonly Found[], hash: HashId): string {
  const [first] = members;
  if (!aliases || !first || found.some(({ what, group }) => what !== 'shared' && what !== 'dead' && group === id))
    return id;
  // Without a patient the event is about all members, and no member leaves.
  if (members.every(({ patientKey }) => patientKey === undefined)) return id;
  const whole = { ...first, reference: id, patientKey: undefined, aliases, permanent: false };
  return (found.find(receivedBefore(id, hash)) ?? matchByAlias(whole, found.filter(isNamed), hash))?.group ?? id;
}

/** Event for an appointment that another appointment's event ends, with the version of that event. */
function leaving(
  reference: string,
  status: 'cancelled' | 'entered-in-error',
  by: AppointmentEvent | undefined,
): ResolvedEvent {
  const event = { ...silent(reference), status, version: by?.version ?? null, occurredAt: by?.occurredAt ?? null };
  return { event, derived: true, aliases: [] };
}
