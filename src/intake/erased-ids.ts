import type { Trx } from '../database/tables.ts';
import type { AppointmentEvent } from '../domain/appointment.ts';
import type { HashId } from '../domain/identity/match-known.ts';
import type { Keyring } from '../domain/keyring.ts';
import { erasedReference } from '../domain/reference.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import { type AcceptRequest, type Actionable, type Change, type Envelope, eventsOf } from './envelope.ts';
import type { IdempotencyKey } from './idempotency.sql.ts';
import { type ErasedId, findErasedIds } from './known-appointments.sql.ts';

/** The ids in an element that may name its citizen, each as it is stored once that one is erased. */
export function erasedIdsIn(element: Actionable, hash: HashId): string[] {
  const ids = new Set(element.kind === 'group' ? [element.group.id] : []);
  for (const { reference, group, replaces } of eventsOf(element))
    for (const id of [reference, group, ...(replaces ?? [])]) if (id !== undefined) ids.add(id);
  return [...ids].flatMap((id) => {
    const erased = erasedReference(id, hash);
    return erased === id ? [] : [erased];
  });
}

/**
 * The envelopes with the ids that appointments of erased citizens are stored under, in place of those that their
 * booking system gave: what comes late about one finds it, and brings nothing back.
 */
export async function withErasedIds(
  { keyring }: KeyringAccess,
  trx: Trx,
  envelopes: readonly Envelope[],
): Promise<Envelope[]> {
  const hashFor =
    (sourceId: string): HashId =>
    (id) =>
      keyring.idHash(sourceId, id);
  const wanted = envelopes.flatMap(({ element, source: { id: sourceId } }) =>
    erasedIdsIn(element, hashFor(sourceId)).map((value): ErasedId => ({ sourceId, value })),
  );
  const found = new Set((await findErasedIds(trx, wanted)).map(keyOf));
  if (found.size === 0) return [...envelopes];
  return envelopes.map((envelope) => {
    const sourceId = envelope.source.id;
    const stored = (id: string) => {
      const value = erasedReference(id, hashFor(sourceId));
      return found.has(keyOf({ sourceId, value })) ? value : id;
    };
    return { ...envelope, element: withIds(envelope.element, stored) };
  });
}

/** True when one of these changes, about nothing that is stored, is about the appointment of an erased citizen. */
export async function isErasedMeanwhile(
  { keyring }: KeyringAccess,
  trx: Trx,
  changes: readonly Change[],
): Promise<boolean> {
  const ids = changes.flatMap(({ event: { reference }, envelope: { source } }): ErasedId[] => {
    const value = erasedReference(reference, (id) => keyring.idHash(source.id, id));
    return value === reference ? [] : [{ sourceId: source.id, value }];
  });
  return (await findErasedIds(trx, ids)).length > 0;
}

/** The ids by which an appointment is stored. */
type Ids = Pick<StoredAppointment, 'reference' | 'group' | 'replacedBy'>;

/** The ids after a message: it brings no number of a citizen who was erased back as an id that is new. */
export function idsAfter(keyring: Keyring, before: StoredAppointment | null, after: Ids): Ids {
  if (!before?.erased) return after;
  const hash: HashId = (id) => keyring.idHash(before.sourceId, id);
  const idAfter = (given: string, stored: string | null) => (given === stored ? given : erasedReference(given, hash));
  return {
    reference: idAfter(after.reference, before.reference),
    group: after.group === null ? null : idAfter(after.group, before.group),
    replacedBy: after.replacedBy === null ? null : idAfter(after.replacedBy, before.replacedBy),
  };
}

/** Has what the appointment of an erased citizen replaces name it as it is stored. */
export function withErasedSuccessors<Accepted extends { readonly change: Change; readonly after: StoredAppointment }>(
  accepted: readonly Accepted[],
): readonly Accepted[] {
  const renamed = new Map(
    accepted.flatMap(({ change: { event }, after: { sourceId, reference } }) =>
      reference === event.reference ? [] : [[keyOf({ sourceId, value: event.reference }), reference] as const],
    ),
  );
  if (renamed.size === 0) return accepted;
  return accepted.map((each) => {
    const { sourceId, replacedBy: value } = each.after;
    const replacedBy = value === null ? undefined : renamed.get(keyOf({ sourceId, value }));
    return replacedBy === undefined ? each : { ...each, after: { ...each.after, replacedBy } };
  });
}

function keyOf({ sourceId, value }: ErasedId): string {
  return `${sourceId} ${value}`;
}

function withIds(element: Actionable, stored: (id: string) => string): Actionable {
  const renamed = (event: AppointmentEvent): AppointmentEvent => ({
    ...event,
    reference: stored(event.reference),
    ...(event.group !== undefined && { group: stored(event.group) }),
    ...(event.replaces !== undefined && { replaces: event.replaces.map(stored) }),
  });
  if (element.kind === 'appointment') return { ...element, event: renamed(element.event) };
  if (element.kind === 'patient') return element;
  const { id, members } = element.group;
  return { ...element, group: { ...element.group, id: stored(id), members: members.map(renamed) } };
}

type NamedResult = { readonly reference: string | null };

/** The key with results as they may be kept: without a reference that may name a citizen, who may be erased since. */
export function withoutNames({ keyring }: KeyringAccess, key: IdempotencyKey): IdempotencyKey {
  const hash: HashId = (id) => keyring.idHash(key.sourceId, id);
  const results = (key.results as NamedResult[]).map((result) => {
    return result.reference === null ? result : { ...result, reference: erasedReference(result.reference, hash) };
  });
  return { ...key, results };
}

/** The keys with the references that the request, which repeats another, names itself. */
export function withNamesOf(
  { keyring }: KeyringAccess,
  { source, elements }: Pick<AcceptRequest, 'source' | 'elements'>,
  keys: readonly IdempotencyKey[],
): readonly IdempotencyKey[] {
  if (keys.length === 0) return keys;
  const hash: HashId = (id) => keyring.idHash(source.id, id);
  const named = new Map(
    elements.flatMap((element) => idsIn(element)).map((id) => [erasedReference(id, hash), id] as const),
  );
  return keys.map((key) => {
    if (key.sourceId !== source.id) return key;
    const results = (key.results as NamedResult[]).map((result) => {
      return { ...result, reference: named.get(result.reference ?? '') ?? result.reference };
    });
    return { ...key, results };
  });
}

function idsIn(element: AcceptRequest['elements'][number]): string[] {
  if (element.kind === 'refused') return element.reference === null ? [] : [element.reference];
  if (element.kind === 'ignored') return [];
  const ids = eventsOf(element).flatMap(({ reference, aliases = [] }) => [
    reference,
    ...aliases.map(({ value }) => value),
  ]);
  return element.kind === 'group' ? [...ids, element.group.id] : ids;
}
