import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { distinctFaults } from '../domain/errors.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { TimeSlices } from '../runtime/time-slices.ts';
import { applyChanges } from './apply-changes.ts';
import type { DepartmentAccess } from './departments.ts';
import { type Change, type Envelope, type EventResult, IGNORED_RESULT } from './envelope.ts';
import { lockBefore, type SharedId } from './locks.sql.ts';
import { patientLocksOf, sharedIdsOf } from './locks.ts';
import { type KeptAs, type ResolvedEnvelope, resolveEnvelopes } from './resolve.ts';
import { rounds, tooMany } from './rounds.ts';

/** Applies each element to the appointments that it is about. @returns the result of each @throws Overtaken */
export async function applyEnvelopes(
  deps: KeyringAccess & DepartmentAccess,
  trx: Transaction<Database>,
  envelopes: readonly Envelope[],
  now: Date,
): Promise<ReadonlyMap<Envelope, EventResult>> {
  await lockBefore(trx, await sharedIdsIn(deps, envelopes), envelopes.flatMap(patientLocksOf));
  const results = tooMany(envelopes);
  const kept = results.size === 0 ? envelopes : envelopes.filter((envelope) => !results.has(envelope));
  for (const round of rounds(kept)) {
    for (let rest: readonly Envelope[] = round; rest.length > 0; ) {
      const { first, later } = withoutConflicts(rest, await resolveEnvelopes(deps, trx, rest, now));
      const ofChanges = await applyChanges(
        deps,
        trx,
        first.flatMap(({ changes }) => changes),
        now,
      );
      for (const { envelope, changes, kept } of first) {
        results.set(
          envelope,
          kept !== null && changes.length === 0 ? keptResult(envelope, kept) : merge(envelope, changes, ofChanges),
        );
      }
      rest = later;
    }
  }
  return results;
}

async function sharedIdsIn({ keyring }: KeyringAccess, envelopes: readonly Envelope[]): Promise<SharedId[]> {
  const slices = new TimeSlices();
  const shared: SharedId[] = [];
  for (const envelope of envelopes) {
    const sourceId = envelope.source.id;
    for (const id of sharedIdsOf(envelope, (each) => keyring.idHash(sourceId, each))) shared.push({ sourceId, id });
    const pause = slices.pass();
    if (pause) await pause;
  }
  return shared;
}

/**
 * Elements do not always show that they are about one appointment: a patient and an appointment that doesn't name its
 * patient, two ids of one. Of those that turn out to be, the first is applied, and the others are resolved again after
 * it.
 */
function withoutConflicts(
  envelopes: readonly Envelope[],
  resolved: readonly ResolvedEnvelope[],
): { first: (ResolvedEnvelope & { readonly envelope: Envelope })[]; later: Envelope[] } {
  const taken = new Set<string>();
  const first: (ResolvedEnvelope & { readonly envelope: Envelope })[] = [];
  const later: Envelope[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const { changes, kept } = resolved[index] ?? { changes: [], kept: null };
    const rows = changes
      .flatMap(({ event, continues }) => [event.reference, continues ?? event.reference])
      .map((reference) => `${envelope.source.id} ${reference}`);
    if (rows.some((row) => taken.has(row))) later.push(envelope);
    else first.push({ envelope, changes, kept });
    for (const row of rows) taken.add(row);
  }
  return { first, later };
}

function keptResult({ source }: Envelope, kept: KeptAs): EventResult {
  return {
    result: 'accepted',
    reference: null,
    reminders: 0,
    alreadyHandedOver: [],
    keptFor: source.keepPatients,
    ...(kept === 'new' && { created: true }),
  };
}

/**
 * Combines the results of all changes of an element: that of the sender's own events first, then what followed from
 * them.
 */
function merge(
  { element }: Envelope,
  changes: readonly Change[],
  results: ReadonlyMap<Change, EventResult>,
): EventResult {
  const resultOf = (change: Change) => results.get(change) as EventResult;
  const [first] = changes;
  if (!first) return IGNORED_RESULT;
  const own = changes.filter(({ derived }) => !derived);
  // The element was set aside for a newer one, which has replaced the same appointment.
  if (own.length > 0 && own.every(({ event }) => event.replacedBy !== undefined))
    return { result: 'stale', reference: referenceOf(element, own.slice(0, 1)), reminders: 0, alreadyHandedOver: [] };
  if (changes.length === 1 && element.kind === 'appointment') return resultOf(first);
  const refused = own.map(resultOf).find(({ result }) => result === 'refused');
  if (refused) return refused;
  const taken = changes.map(resultOf).flatMap((result) => (result.result === 'refused' ? [] : [result]));
  const result = (['accepted', 'stale', 'duplicate'] as const).find((word) =>
    taken.some((result) => result.result === word),
  );
  const changed =
    element.kind === 'patient'
      ? taken.flatMap((each) => (each.result === 'accepted' && each.reference !== null ? [each.reference] : []))
      : [];
  // What ends other appointments of the element changes what is known.
  const isCreated = own.length > 0 && changes.map(resultOf).every((each) => each.result === 'accepted' && each.created);
  const reasons = [...new Set(taken.flatMap((result) => result.reasons ?? []))];
  const warnings = distinctFaults(taken.flatMap((result) => result.warnings ?? []));
  return {
    result: result ?? 'ignored',
    reference: referenceOf(element, own),
    reminders: taken.reduce((sum, result) => sum + result.reminders, 0),
    alreadyHandedOver: taken.flatMap((result) => [...result.alreadyHandedOver]),
    ...(reasons.length > 0 && { reasons }),
    ...(warnings.length > 0 && { warnings }),
    ...(changed.length > 0 && { changed }),
    ...(isCreated && { created: true }),
  };
}

function referenceOf(element: Envelope['element'], own: readonly Change[]): string | null {
  const [first] = own;
  if (element.kind === 'group' && own.length !== 1) return element.group.id;
  return first?.event.reference ?? null;
}
