import {
  type AppointmentEvent,
  type AppointmentStatus,
  EMPTY_EVENT,
  type GroupEvent,
  isCalledOff,
} from '../appointment.ts';
import { precedesDeletion } from '../event-order.ts';
import { grouped } from '../grouped.ts';
import { isOtherPatient } from '../patient-key.ts';
import type { Alias } from '../reference.ts';

/** Stored appointment with what is needed to recognise it. */
export interface Known {
  readonly reference: string;
  readonly status: AppointmentStatus;
  readonly start: Date | null;
  readonly patientKey: Buffer | null;
  /** As `storedAlias` writes them. */
  readonly aliases: readonly (readonly [kind: string, value: string])[];
  /** Id shared by the appointments of several patients; its own reference for an appointment of one patient. */
  readonly group: string;
  readonly version: number | null;
  readonly occurredAt: Date | null;
  /** As in `Appointment`. */
  readonly cancelStamp: Date | null;
  /** As in `Appointment`. */
  readonly replacedBy: string | null;
}

/** Kind of alias under which an appointment stores the other references that its events were received with. */
export const REFERENCE_KIND = 'reference';

/** Kinds that EasySMS defines; any other kind is an id of the sender's, such as the system of an identifier. */
const OWN_KINDS = new Set([REFERENCE_KIND, 'filler', 'placer', 'uid']);

/** Keyed hash of an id that one source gave (`Keyring.idHash`). */
export type HashId = (id: string) => string;

/** An alias as it is stored. */
export interface HashedAlias {
  readonly kind: string;
  /** `namespace|value`, each as its keyed hash; without a namespace it starts with the bar. */
  readonly value: string;
}

/** Stored form of an alias, which tells nobody the id. */
export function storedAlias({ kind, namespace, value }: Alias, hash: HashId): HashedAlias {
  return {
    kind: OWN_KINDS.has(kind) ? kind : hash(kind),
    value: `${namespace ? hash(namespace) : ''}|${hash(value)}`,
  };
}

/** Stored form of a reference as an alias: a bare id, which starts with the bar. */
export function referenceAlias(reference: string, hash: HashId): HashedAlias {
  return { kind: REFERENCE_KIND, value: `|${hash(reference)}` };
}

/**
 * Finds the stored appointment that an event without a stored reference is about, by `replaces` or by aliases.
 * @returns undefined when none fits, and when several do: a guess could remind the wrong person
 */
export function matchByAlias(event: AppointmentEvent, known: readonly Known[], hash: HashId): Known | undefined {
  const possible = known.filter(({ patientKey }) => !isOtherPatient(event.patientKey, patientKey));
  const replaced = possible.filter((each) => isReplacedBy(each, event, hash));
  const ids = event.permanent ? [] : (event.aliases ?? []).map((alias) => storedAlias(alias, hash));
  const matching =
    replaced.length > 0 ? replaced : possible.filter((each) => shares(each, ids) && !contradicts(each, ids));
  const distinct = new Map(matching.map((each) => [each.reference, each]));
  return distinct.size === 1 ? matching[0] : undefined;
}

/**
 * New reference for an event whose reference is taken by another patient's appointment of another issuer: the reference
 * with the namespace of its issuer.
 * @returns null when both are the same appointment, as far as can be determined
 */
export function conflictFreeReference(event: AppointmentEvent, known: Known, hash: HashId): string | null {
  if (!isOtherPatient(event.patientKey, known.patientKey)) return null;
  const own = (event.aliases ?? []).find(({ namespace, value }) => namespace !== null && value === event.reference);
  if (!own) return null;
  const id = hash(event.reference);
  const storedIds = known.aliases.filter(
    ([kind, value]) => kind !== REFERENCE_KIND && !value.startsWith('|') && idIn(value) === id,
  );
  const stored = storedAlias(own, hash);
  if (storedIds.length === 0 || storedIds.some(([, value]) => value === stored.value)) return null;
  return `${own.value}^${own.namespace}`;
}

/** True when one of the stored appointments is newer than the event: by version where both have one, else by time. */
export function isOutdated(
  event: Pick<AppointmentEvent, 'permanent' | 'version' | 'occurredAt'>,
  known: readonly Known[],
): boolean {
  return known.some((each) => {
    const { version, occurredAt } = each;
    if (precedesDeletion(each, event)) return true;
    if (event.version !== null && version !== null) return event.version < version;
    return event.occurredAt !== null && occurredAt !== null && event.occurredAt < occurredAt;
  });
}

/** True for a stored appointment, or one of a stored group, that the event replaces and that no other one has. */
export function isReplacedBy(
  known: Known,
  { replaces = [] }: Pick<AppointmentEvent, 'replaces'>,
  hash: HashId,
): boolean {
  return known.replacedBy === null && replaces.some((id) => isKnownAs(known, id, hash) || known.group === id);
}

/** True when `id` is the reference or an alias of the stored appointment. */
export function isKnownAs(known: Known, id: string, hash: HashId): boolean {
  if (known.reference === id) return true;
  const hashed = known.aliases.length > 0 ? hash(id) : '';
  return known.aliases.some(([, value]) => idIn(value) === hashed);
}

/** The hash of the id without its namespace. */
function idIn(value: string): string {
  return value.slice(value.indexOf('|') + 1);
}

/** True when one of these aliases, with a namespace, is the appointment's. */
export function shares(known: Known, aliases: readonly HashedAlias[]): boolean {
  return aliases.some(
    (alias) =>
      !alias.value.startsWith('|') &&
      known.aliases.some(([kind, value]) => kind === alias.kind && value === alias.value),
  );
}

/**
 * Two different ids of one kind belong to two appointments, even when the appointments share an order number or a
 * series.
 */
export function contradicts(known: Known, aliases: readonly HashedAlias[]): boolean {
  return aliases.some((alias) => {
    const ofKind = known.aliases.filter(([kind]) => kind === alias.kind);
    return ofKind.length > 0 && !ofKind.some(([, value]) => value === alias.value);
  });
}

/**
 * Assigns the members of a group to stored appointments: by patient first, then by reference, so that a group may grow
 * from one patient and shrink to one.
 * @returns the members with the references that they are stored under, and the stored members that are not listed any
 * more
 */
export function matchMembers(
  group: GroupEvent,
  known: readonly Known[],
): { readonly members: AppointmentEvent[]; readonly left: Known[] } {
  const free = new Map(known.map((each) => [each.reference, each]));
  const ofPatients = grouped(known, ({ patientKey }) => patientKey?.toString('hex'));
  const take = (found: Known | undefined): string | undefined => {
    if (found) free.delete(found.reference);
    return found?.reference;
  };
  const byPatient = group.members.map(({ patientKey, reference }) => {
    const same = (patientKey && ofPatients.get(patientKey.toString('hex')))?.filter((each) => free.has(each.reference));
    return take(same?.find((each) => each.reference === reference) ?? same?.[0]);
  });
  const members = group.members.map((member, index) => {
    const reference = byPatient[index] ?? take(free.get(member.reference)) ?? member.reference;
    return reference === member.reference ? member : { ...member, reference };
  });
  return { members, left: [...free.values()].filter(({ status }) => !isCalledOff(status)) };
}

/** Event without any change, for an appointment that must be stored already. */
export function silent(reference: string): AppointmentEvent {
  return { ...EMPTY_EVENT, reference, status: null, onlyKnown: true };
}
