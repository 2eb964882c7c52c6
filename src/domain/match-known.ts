import { isCalledOff } from './apply-event.ts';
import type { Alias, AppointmentEvent, AppointmentStatus, GroupEvent } from './appointment.ts';

/** An appointment that is stored, as far as it takes to know it again. */
export interface Known {
  readonly reference: string;
  readonly status: AppointmentStatus;
  readonly patientKey: Buffer | null;
  /** Values as `aliasValue` writes them. */
  readonly aliases: readonly (readonly [kind: string, value: string])[];
  /** The id that the appointments of several patients share; the reference of one that stands alone. */
  readonly group: string;
  readonly version: number | null;
  readonly occurredAt: Date | null;
}

/** Under this kind an appointment keeps the references of events that were led to it. */
export const REFERENCE_KIND = 'reference';

/** An alias as it is stored: one without a namespace starts with the bar. */
export function aliasValue(alias: Pick<Alias, 'namespace' | 'value'>): string {
  return `${alias.namespace ?? ''}|${alias.value}`;
}

/**
 * The appointment that an event is about although none has its reference.
 * @returns undefined for none, and where several fit: a guess could remind the wrong person
 */
export function matchByAlias(event: AppointmentEvent, known: readonly Known[]): Known | undefined {
  const possible = known.filter(({ patientKey }) => !areDifferent(event.patientKey, patientKey));
  const replaced = possible.filter((each) => event.replaces !== undefined && names(each, event.replaces));
  const ids = event.lasting ? [] : (event.aliases ?? []);
  const fitting =
    replaced.length > 0 ? replaced : possible.filter((each) => shares(each, ids) && !contradicts(each, ids));
  const different = new Map(fitting.map((each) => [each.reference, each]));
  return different.size === 1 ? fitting[0] : undefined;
}

/** True of two patients; not where one of them is not known. */
function areDifferent(said: Buffer | null | undefined, stored: Buffer | null): boolean {
  return said !== undefined && said !== null && stored !== null && !said.equals(stored);
}

/**
 * The reference of an event that has the same number as a stored appointment, from another giver of ids and about
 * another patient: with its namespace.
 * @returns null where the two are one, as far as can be told
 */
export function referenceApart(event: AppointmentEvent, known: Known): string | null {
  if (!areDifferent(event.patientKey, known.patientKey)) return null;
  const own = (event.aliases ?? []).find(({ namespace, value }) => namespace !== null && value === event.reference);
  const theirs = known.aliases.filter(
    ([kind, value]) => kind !== REFERENCE_KIND && !value.startsWith('|') && idIn(value) === event.reference,
  );
  if (!own || theirs.length === 0 || theirs.some(([, value]) => value === aliasValue(own))) return null;
  return `${own.value}^${own.namespace}`;
}

/** True where something newer is known: by version where both have one, else by time. */
export function isOutdated(event: Pick<AppointmentEvent, 'version' | 'occurredAt'>, known: readonly Known[]): boolean {
  return known.some(({ version, occurredAt }) => {
    if (event.version !== null && version !== null) return event.version < version;
    return event.occurredAt !== null && occurredAt !== null && event.occurredAt < occurredAt;
  });
}

/** True when the stored appointment goes by this id. */
export function names(known: Known, id: string): boolean {
  return known.reference === id || known.aliases.some(([, value]) => idIn(value) === id);
}

function idIn(aliasValue: string): string {
  return aliasValue.slice(aliasValue.indexOf('|') + 1);
}

function shares(known: Known, aliases: readonly Alias[]): boolean {
  return aliases.some(
    (alias) =>
      alias.namespace !== null &&
      known.aliases.some(([kind, value]) => kind === alias.kind && value === aliasValue(alias)),
  );
}

/** Two ids of one kind are those of two appointments, whatever else the two share: an order number, a series. */
function contradicts(known: Known, aliases: readonly Alias[]): boolean {
  return aliases.some((alias) => {
    const ofKind = known.aliases.filter(([kind]) => kind === alias.kind);
    return ofKind.length > 0 && !ofKind.some(([, value]) => value === aliasValue(alias));
  });
}

/**
 * Which stored appointment each member of a group is: the same patient's before the one with the same reference, so
 * that a group may grow from one patient and shrink to one.
 * @returns the members under the references that they are stored by, and who is no member any more
 */
export function fillGroup(
  group: GroupEvent,
  known: readonly Known[],
): { readonly members: AppointmentEvent[]; readonly left: Known[] } {
  const free = new Map(known.map((each) => [each.reference, each]));
  const take = (found: Known | undefined): string | undefined => {
    if (found) free.delete(found.reference);
    return found?.reference;
  };
  const byPatient = group.members.map((member) => take(samePatient(member, [...free.values()])));
  const members = group.members.map((member, index) => {
    const reference = byPatient[index] ?? take(free.get(member.reference)) ?? member.reference;
    return reference === member.reference ? member : { ...member, reference };
  });
  return { members, left: [...free.values()].filter(({ status }) => !isCalledOff(status)) };
}

function samePatient(member: AppointmentEvent, known: readonly Known[]): Known | undefined {
  const same = known.filter(
    ({ patientKey }) => member.patientKey !== undefined && patientKey?.equals(member.patientKey),
  );
  return same.find(({ reference }) => reference === member.reference) ?? same[0];
}
