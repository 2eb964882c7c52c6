import type { Alias, AppointmentEvent, GroupEvent } from './appointment.ts';
import { aliasValue, type Known, REFERENCE_KIND } from './match-known.ts';

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
  /** `shared`: found by an alias that several appointments have, and that therefore identifies none. */
  readonly what: Probe['what'] | 'shared';
}

/** True for an event whose appointment may be stored under another reference. */
export function mayHaveOtherReference(event: AppointmentEvent): boolean {
  return event.aliases !== undefined || event.replaces !== undefined;
}

/** Look-ups for an element; none for most of our own JSON, where the reference is the only id. */
export function probesOf(element: AppointmentElement): Probe[] {
  if (element.kind === 'appointment') return mayHaveOtherReference(element.event) ? probesOfEvent(element.event) : [];
  const { id, aliases = [], members } = element.group;
  return [...probesOfIds(id, aliases), probe('group', { value: id }), ...members.flatMap(probesOfEvent)];
}

function probesOfEvent(event: AppointmentEvent): Probe[] {
  const dead = event.patientKey && event.deceased === undefined ? [probe('dead', { key: event.patientKey })] : [];
  const replaced = (event.replaces ?? []).flatMap((id) => probesOfReplaced(event, id));
  return [...probesOfIds(event.reference, event.permanent ? [] : (event.aliases ?? [])), ...replaced, ...dead];
}

function probesOfIds(reference: string, aliases: readonly Alias[]): Probe[] {
  return [
    ...probesOfReference(reference),
    ...aliases
      .filter(({ namespace }) => namespace !== null)
      .map((alias) => probe('alias', { kind: alias.kind, value: aliasValue(alias) })),
  ];
}

function probesOfReplaced(event: AppointmentEvent, replaces: string): Probe[] {
  const kinds = (event.aliases ?? []).map((alias) =>
    probe('alias', { kind: alias.kind, value: aliasValue({ ...alias, value: replaces }) }),
  );
  return [...probesOfReference(replaces), probe('group', { value: replaces }), ...kinds];
}

function probesOfReference(reference: string): Probe[] {
  return [probe('reference', { value: reference }), probe('alias', { kind: REFERENCE_KIND, value: `|${reference}` })];
}

function probe(what: Probe['what'], fields: Partial<Probe>): Probe {
  return { what, kind: null, value: null, key: null, ...fields };
}
