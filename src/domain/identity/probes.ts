import type { Alias, AppointmentEvent, GroupEvent } from '../appointment.ts';
import { type HashedAlias, type HashId, type Known, referenceAlias, storedAlias } from './match-known.ts';

/** Element about an appointment of one or of several patients. */
export type AppointmentElement =
  | { readonly kind: 'appointment'; readonly event: AppointmentEvent }
  | { readonly kind: 'group'; readonly group: GroupEvent };

/** Look-up of stored appointments that an element may be about, within its source. */
export interface Probe {
  /**
   * `reference` and `group` search by that column, `alias` by `kind` and `value`, `dead` for a dead patient's by `key`.
   */
  readonly what: 'reference' | 'group' | 'alias' | 'dead';
  readonly kind: string | null;
  readonly value: string | null;
  readonly key: Buffer | null;
}

/** Stored appointment with the probe that found it. */
export interface Found extends Known {
  /**
   * `shared`: found by an alias that several appointments have, and that therefore identifies none. `successor`: went
   * on in place of one that was found otherwise.
   */
  readonly what: Probe['what'] | 'shared' | 'successor';
}

/** Each appointment once. */
export function distinct(found: readonly Found[]): Found[] {
  return [...new Map(found.map((each) => [each.reference, each])).values()];
}

/** True for one found by an id, its own or that of its group. */
export function isFoundById({ what }: Found): boolean {
  return what !== 'shared' && what !== 'dead';
}

/** True for an event whose appointment may be stored under another reference. */
export function mayHaveOtherReference(event: AppointmentEvent): boolean {
  return event.aliases !== undefined || event.replaces !== undefined;
}

/** Look-ups for an element; none for most of our own JSON, where the reference is the only id. */
export function probesOf(element: AppointmentElement, hash: HashId): Probe[] {
  if (element.kind === 'appointment')
    return mayHaveOtherReference(element.event) ? probesOfEvent(element.event, hash) : [];
  const { id, aliases = [], members } = element.group;
  return [
    ...probesOfIds(id, aliases, hash),
    probe('group', { value: id }),
    ...members.flatMap((member) => probesOfEvent(member, hash)),
  ];
}

function probesOfEvent(event: AppointmentEvent, hash: HashId): Probe[] {
  const dead = event.patientKey && event.deceased === undefined ? [probe('dead', { key: event.patientKey })] : [];
  const replaced = (event.replaces ?? []).flatMap((id) => probesOfReplaced(event, id, hash));
  return [
    ...probesOfIds(event.reference, event.permanent ? [] : (event.aliases ?? []), hash),
    ...probesOfSeries(event, hash),
    ...replaced,
    ...dead,
  ];
}

/** The occurrences of a series, for an event that names none; for one of them what is stored of the series. */
function probesOfSeries({ reference, occurrence, group }: AppointmentEvent, hash: HashId): Probe[] {
  if (occurrence === null) return [probe('group', { value: reference })];
  return occurrence !== undefined && group !== undefined ? probesOfReference(group, hash) : [];
}

function probesOfIds(reference: string, aliases: readonly Alias[], hash: HashId): Probe[] {
  return [
    ...probesOfReference(reference, hash),
    ...aliases.filter(({ namespace }) => namespace !== null).map((alias) => probeOf(storedAlias(alias, hash))),
  ];
}

function probesOfReplaced(event: AppointmentEvent, replaces: string, hash: HashId): Probe[] {
  const kinds = (event.aliases ?? []).map((alias) => probeOf(storedAlias({ ...alias, value: replaces }, hash)));
  return [...probesOfReference(replaces, hash), probe('group', { value: replaces }), ...kinds];
}

function probesOfReference(reference: string, hash: HashId): Probe[] {
  return [probe('reference', { value: reference }), probeOf(referenceAlias(reference, hash))];
}

function probeOf({ kind, value }: HashedAlias): Probe {
  return probe('alias', { kind, value });
}

function probe(what: Probe['what'], fields: Partial<Probe>): Probe {
  return { what, kind: null, value: null, key: null, ...fields };
}
