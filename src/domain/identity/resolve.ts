import type { AppointmentEvent, PatientEvent } from '../appointment.ts';
import { isSamePatient } from '../patient-key.ts';
import { leavesDoubt, meantByBareId } from './bare-ids.ts';
import { FoundAppointments } from './found.ts';
import { Marks } from './marks.ts';
import {
  conflictFreeReference,
  type HashedAlias,
  type HashId,
  isKnownAs,
  isReplacedBy,
  type Known,
  matchByAlias,
  REFERENCE_KIND,
  referenceAlias,
  silent,
  storedAlias,
} from './match-known.ts';
import { isOccurrence, matchSeries, matchUndivided } from './match-series.ts';
import { type ResolvedEvent, unaliased } from './resolved-event.ts';
import { bareIdsOf, distinct, isFoundById, type Match, mayHaveOtherReference } from './searches.ts';
import { withReplaced } from './successors.ts';

/**
 * Decides which appointments an event is about, by reference, alias and patient.
 * @param found appointments that the searches of the event found
 * @param hash of ids of the source
 * @returns one event per appointment; at least one
 */
export function resolveAppointment(event: AppointmentEvent, found: readonly Match[], hash: HashId): ResolvedEvent[] {
  const followed = withReplaced({ kind: 'appointment', event }, found, hash);
  if (Array.isArray(followed)) return followed.map(unaliased);
  const stored = new FoundAppointments(found);
  const own = resolveOne(asStored(followed.kind === 'appointment' ? followed.event : event, stored), stored, hash);
  const marks = new Marks(own, stored, hash);
  for (const each of own) marks.add(each);
  return [...own, ...marks.all];
}

/** The event under the ids that its appointment was stored under, where it stands under them. */
function asStored(event: AppointmentEvent, found: FoundAppointments): AppointmentEvent {
  const { formerly } = event;
  return formerly && found.withReference(formerly.reference) ? { ...event, ...formerly } : event;
}

const NOTHING = new FoundAppointments([]);

/** Resolves an event about an appointment of which nothing is stored. */
export function resolveNew(event: AppointmentEvent, hash: HashId): ResolvedEvent {
  return resolveOne(event, NOTHING, hash)[0] as ResolvedEvent;
}

/** Events for the stored appointments of a patient whose data changed. */
export function resolvePatient(patient: PatientEvent, references: readonly string[]): ResolvedEvent[] {
  const { patientKey, phone, language, deceased } = patient;
  return references.map((reference) => {
    const said = { ...silent(reference), patientKey, phone, language, ...(deceased !== undefined && { deceased }) };
    return { event: patient.protected ? withoutPlaceText(said) : said, derived: true, aliases: [] };
  });
}

/** The event of a patient whose name and address are protected: the text of a place may be an address. */
export function withoutPlaceText(event: AppointmentEvent): AppointmentEvent {
  return { ...event, locationText: null, locationPrintable: false };
}

/**
 * Decides about one event, of an appointment or of a member of a group.
 * @returns one event per appointment; at least one
 */
export function resolveOne(received: AppointmentEvent, found: FoundAppointments, hash: HashId): ResolvedEvent[] {
  if (!mayHaveOtherReference(received)) return [{ event: received, derived: false, aliases: [] }];
  const itself = found.withReference(received.reference);
  const meant = meantByBareId(received, found.all, hash);
  const known = bareIdsOf(received).length === 0 ? found.byId : withOwn(received, found);
  const series = matchSeries(received, itself, known, hash);
  if (series && 'code' in series) return [{ event: received, derived: false, aliases: [], fault: series }];
  if (series) return series.map((event) => ({ event, derived: false, aliases: [] }));
  const { event, targets } = targetsOf(received, found, hash);
  if (targets.length > 1)
    return targets.map((target, index) =>
      withAliases(index === 0 ? event : { ...event, aliases: [] }, target, found, hash),
    );
  const ofPatient = meant.ofPatient.length === 1 ? meant.ofPatient[0] : undefined;
  const target = targets[0] ?? ofPatient ?? (itself ? undefined : matchUndivided(received, known, hash));
  // An id that several appointments share can't create another one.
  const isAmbiguous =
    !target && found.all.some((each) => each.what === 'shared' && isKnownAs(each, event.reference, hash));
  const resolved = withAliases(isAmbiguous ? { ...event, onlyKnown: true } : event, target, found, hash);
  return [leavesDoubt(received, meant, [resolved.event.reference]) ? { ...resolved, doubtful: true } : resolved];
}

/** What ids alone lead to, and what a bare id leads to among the appointments of the patient. */
function withOwn({ patientKey }: AppointmentEvent, { all, byId }: FoundAppointments): readonly Match[] {
  const own = all.filter((each) => each.what === 'bare' && isSamePatient(patientKey, each.patientKey));
  return own.length === 0 ? byId : distinct([...byId, ...own]);
}

/** Appointments that an event is about: one, none, or all of a group. */
function targetsOf(
  received: AppointmentEvent,
  found: FoundAppointments,
  hash: HashId,
): { event: AppointmentEvent; targets: readonly Known[] } {
  const own = found.withReference(received.reference);
  const other = own ? conflictFreeReference(received, own, hash) : null;
  const event = other === null ? received : { ...received, reference: other };
  if (own && other === null) return { event, targets: [own] };
  const candidates =
    event.replaces === undefined
      ? found.named
      : found.all.filter((each) => isNamed(each) || (isFoundById(each) && isReplacedBy(each, event, hash)));
  const match =
    (other === null ? found.named.find(receivedBefore(event.reference, hash)) : undefined) ??
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

/** Finds an appointment whose events came under this reference before, and that nothing has replaced. */
export function receivedBefore(reference: string, hash: HashId): (known: Match) => boolean {
  const stored = referenceAlias(reference, hash);
  return ({ what, aliases, replacedBy }) =>
    what === 'alias' &&
    replacedBy === null &&
    aliases.some(([kind, value]) => kind === REFERENCE_KIND && value === stored.value);
}

function isNamed({ what }: Match): boolean {
  return what === 'reference' || what === 'alias';
}

/** The event under the reference of the stored appointment, with the aliases that are new. */
export function withAliases(
  event: AppointmentEvent,
  target: Known | undefined,
  found: FoundAppointments,
  hash: HashId,
): ResolvedEvent {
  const goesOn = target !== undefined && target.reference !== event.reference && isContinued(target, event, hash);
  const reference = goesOn ? event.reference : (target?.reference ?? event.reference);
  // A bare id goes on to mean the appointment only together with the patient.
  const isBare = bareIdsOf(event).some(({ value }) => value === event.reference);
  const received = reference === event.reference || isBare ? [] : [referenceAlias(event.reference, hash)];
  const wanted = [...(event.aliases ?? []).map((alias) => storedAlias(alias, hash)), ...received];
  const has = (known: Known, { kind, value }: HashedAlias) =>
    known.aliases.some((each) => each[0] === kind && each[1] === value);
  const aliases = wanted
    .filter((alias) => !target || !has(target, alias))
    // Only an alias with a namespace is unique, and the aliases of a permanent reference were not looked up.
    .map((alias) => ({
      ...alias,
      taken: event.permanent === true || alias.value.startsWith('|') || found.hasAlias(alias),
    }));
  const deceased = event.deceased === undefined && found.isDeceased(event.patientKey);
  // Most events stay as received, and a copy of so large an object is slow to read.
  const asReceived = reference === event.reference && !deceased;
  return {
    event: asReceived ? event : { ...event, reference, ...(deceased && { deceased }) },
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
