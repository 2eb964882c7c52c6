import type { AppointmentEvent, GroupEvent } from '../appointment.ts';
import type { Alias } from '../reference.ts';
import { type HashedAlias, type HashId, type Known, referenceAlias, storedAlias } from './match-known.ts';

/** Element about an appointment of one or of several patients. */
export type AppointmentElement =
  | { readonly kind: 'appointment'; readonly event: AppointmentEvent }
  | { readonly kind: 'group'; readonly group: GroupEvent };

/** Look-up of stored appointments that an element may be about, within its source. */
export interface Search {
  /**
   * `reference` and `group` search by that column, `alias` by `kind` and `value`, `deceased` by the `key` of a patient
   * who has died, `bare` by an id that means an appointment only together with the patient: as an alias, with the `key`
   * of the patient, or without a kind as a reference.
   */
  readonly what: 'reference' | 'group' | 'alias' | 'deceased' | 'bare';
  readonly kind: string | null;
  readonly value: string | null;
  readonly key: Buffer | null;
}

/** Stored appointment with the search that found it. */
export interface Match extends Known {
  /**
   * `shared`: found by an alias that several appointments have, and that therefore identifies none. `successor`: went
   * on in place of one that was found otherwise.
   */
  readonly what: Search['what'] | 'shared' | 'successor';
}

/** Each appointment once. */
export function distinct(found: readonly Match[]): Match[] {
  return [...new Map(found.map((each) => [each.reference, each])).values()];
}

/** True for one found by an id that is enough, its own or that of its group. */
export function isFoundById({ what }: Match): boolean {
  return what !== 'shared' && what !== 'deceased' && what !== 'bare';
}

/** The further ids without an issuer by which the patient's own appointment is recognised. */
export function bareIdsOf({ aliases = [] }: Pick<AppointmentEvent, 'aliases'>): Alias[] {
  return aliases.filter(({ namespace, ofPatient }) => namespace === null && ofPatient === true);
}

/** True for an event whose appointment may be stored under another reference. */
export function mayHaveOtherReference(event: AppointmentEvent): boolean {
  return event.aliases !== undefined || event.replaces !== undefined;
}

/** Look-ups for an element; none for most of our own JSON, where the reference is the only id. */
export function searchesOf(element: AppointmentElement, hash: HashId): Search[] {
  if (element.kind === 'appointment')
    return mayHaveOtherReference(element.event) ? searchesOfEvent(element.event, hash) : [];
  const { id, aliases = [], members } = element.group;
  return [
    ...searchesOfIds(id, aliases, hash),
    search('group', { value: id }),
    ...members.flatMap((member) => searchesOfEvent(member, hash)),
  ];
}

function searchesOfEvent(event: AppointmentEvent, hash: HashId): Search[] {
  const deceased =
    event.patientKey && event.deceased === undefined ? [search('deceased', { key: event.patientKey })] : [];
  const formerly = event.formerly ? [search('reference', { value: event.formerly.reference })] : [];
  const replaced = (event.replaces ?? []).flatMap((id) => searchesOfReplaced(event, id, hash));
  return [
    ...searchesOfIds(event.reference, event.permanent ? [] : (event.aliases ?? []), hash),
    ...searchesOfSeries(event, hash),
    ...formerly,
    ...bareIdsOf(event).flatMap((alias) => searchesOfBareId(alias, event, hash)),
    ...replaced,
    ...deceased,
  ];
}

/** The occurrences of a series, for an event that names none; for one of them what is stored of the series. */
function searchesOfSeries({ reference, occurrence, group }: AppointmentEvent, hash: HashId): Search[] {
  if (occurrence === null) return [search('group', { value: reference })];
  return occurrence !== undefined && group !== undefined ? searchesOfReference(group, hash) : [];
}

function searchesOfIds(reference: string, aliases: readonly Alias[], hash: HashId): Search[] {
  return [
    ...searchesOfReference(reference, hash),
    ...aliases.filter(({ namespace }) => namespace !== null).map((alias) => searchOf(storedAlias(alias, hash))),
  ];
}

function searchesOfBareId(alias: Alias, { reference, patientKey }: AppointmentEvent, hash: HashId): Search[] {
  const byAlias = search('bare', { ...storedAlias(alias, hash), key: patientKey ?? null });
  return alias.value === reference ? [byAlias] : [byAlias, search('bare', { value: alias.value })];
}

function searchesOfReplaced(event: AppointmentEvent, replaces: string, hash: HashId): Search[] {
  const kinds = (event.aliases ?? []).map((alias) => searchOf(storedAlias({ ...alias, value: replaces }, hash)));
  return [...searchesOfReference(replaces, hash), search('group', { value: replaces }), ...kinds];
}

function searchesOfReference(reference: string, hash: HashId): Search[] {
  return [search('reference', { value: reference }), searchOf(referenceAlias(reference, hash))];
}

function searchOf({ kind, value }: HashedAlias): Search {
  return search('alias', { kind, value });
}

function search(what: Search['what'], fields: Partial<Search>): Search {
  return { what, kind: null, value: null, key: null, ...fields };
}
