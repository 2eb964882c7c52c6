import type { Trx } from '../database/tables.ts';
import type { PatientEvent } from '../domain/appointment.ts';
import { distinctFaults } from '../domain/errors.ts';
import { grouped } from '../domain/grouped.ts';
import { keptFor } from '../domain/identity/kept-patient.ts';
import { resolveAppointment, resolvePatient } from '../domain/identity/resolve.ts';
import { resolveGroup } from '../domain/identity/resolve-group.ts';
import type { ResolvedEvent } from '../domain/identity/resolved-event.ts';
import { type Match, searchesOf } from '../domain/identity/searches.ts';
import { successorsOf } from '../domain/identity/successors.ts';
import type { Keyring } from '../domain/keyring.ts';
import { choosePhone } from '../domain/phone.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { inTimeSlices, TimeSlices } from '../runtime/time-slices.ts';
import { type KeptPatient, keepPatient, renameKnownPatient } from '../store/known-patients.ts';
import type { Owner } from '../store/sources.ts';
import { applyChanges } from './apply-changes.ts';
import { countriesOf } from './decide.ts';
import type { DepartmentAccess } from './departments.ts';
import { type Change, type Envelope, type EventResult, eventsOf, IGNORED_RESULT } from './envelope.ts';
import { findKnownAppointments, findSuccessors, lockBefore, type SharedId } from './known-appointments.sql.ts';
import { patientLocksOf, rounds, sharedIdsOf, tooMany } from './order.ts';
import { findAppointmentsOfPatient, mergePatient } from './patients.sql.ts';

/** Applies each element to the appointments that it is about. @returns the result of each @throws Overtaken */
export async function applyEnvelopes(
  deps: KeyringAccess & DepartmentAccess,
  trx: Trx,
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

/** How a patient is kept; null: not at all. */
type KeptAs = Extract<KeptPatient, 'kept' | 'new'> | null;

/** The appointments that an element is about. */
interface ResolvedEnvelope {
  /** None where a patient has no appointment ahead. */
  readonly changes: readonly Change[];
  /** Whether a patient is kept until an appointment comes, and nothing was stored of the patient before (`new`). */
  readonly kept: KeptAs;
}

/** Finds the appointments that these elements are about, by reference, alias, group and patient. */
async function resolveEnvelopes(
  { keyring }: KeyringAccess,
  trx: Trx,
  envelopes: readonly Envelope[],
  now: Date,
): Promise<ResolvedEnvelope[]> {
  const hashFor = (sourceId: string) => (id: string) => keyring.idHash(sourceId, id);
  const searches = envelopes.flatMap(({ element, source }, asked) =>
    element.kind === 'patient'
      ? []
      : searchesOf(element, hashFor(source.id)).map((search) => ({ ...search, asked, sourceId: source.id })),
  );
  await renamePatients(trx, keyring, envelopes, now);
  const found = await findKnownAppointments(trx, searches);
  const successors = successorsIn(envelopes, grouped(found, byElement), hashFor);
  const known = grouped([...found, ...(await findSuccessors(trx, successors))], byElement);
  const resolved: ResolvedEnvelope[] = [];
  const slices = new TimeSlices();
  for (const [asked, envelope] of envelopes.entries()) {
    await slices.pass();
    const { element, source } = envelope;
    const [stored, hash] = [known.get(asked) ?? [], hashFor(source.id)];
    const { events, kept = null } =
      element.kind === 'patient'
        ? await eventsOfPatient(trx, keyring, { ...envelope, patient: element.patient }, now)
        : element.kind === 'group'
          ? { events: await inTimeSlices(resolveGroup(element.group, stored, hash), slices) }
          : { events: resolveAppointment(element.event, stored, hash) };
    resolved.push({ changes: events.map((event) => ({ ...event, envelope })), kept });
  }
  return resolved;
}

const byElement = ({ asked }: { readonly asked: number }) => asked;

/** Ids to look up as well: of the appointments that have already replaced what an element replaces. */
function successorsIn(
  envelopes: readonly Envelope[],
  found: ReadonlyMap<number, readonly Match[]>,
  hashFor: (sourceId: string) => (id: string) => string,
): { asked: number; sourceId: string; value: string }[] {
  return envelopes.flatMap(({ element, source }, asked) => {
    if (element.kind === 'patient') return [];
    const [event] = element.kind === 'group' ? element.group.members : [element.event];
    const known = found.get(asked) ?? [];
    const references = event && event.replaces !== undefined ? successorsOf(event, known, hashFor(source.id)) : [];
    return references.map((value) => ({ asked, sourceId: source.id, value }));
  });
}

/** Brings what is stored under former keys of the patients of these appointments under their present ones. */
async function renamePatients(trx: Trx, keyring: Keyring, envelopes: readonly Envelope[], now: Date): Promise<void> {
  for (const { element, source } of envelopes) {
    for (const { patientKey, formerPatientKeys } of eventsOf(element)) {
      if (!patientKey || !formerPatientKeys) continue;
      await mergePatient(trx, source.id, patientKey, formerPatientKeys, now);
      const former = { keys: formerPatientKeys, sameRecord: true };
      await renameKnownPatient(trx, keyring, { sourceId: source.id, patientKey }, former, now);
    }
  }
}

async function eventsOfPatient(
  trx: Trx,
  keyring: Keyring,
  { patient, source, authority }: Owner & { readonly patient: PatientEvent },
  now: Date,
): Promise<{ readonly events: ResolvedEvent[]; readonly kept?: KeptAs }> {
  const { patientKey, formerKeys, deceased, keep } = patient;
  const key = { sourceId: source.id, patientKey };
  await mergePatient(trx, source.id, patientKey, formerKeys, now);
  await renameKnownPatient(trx, keyring, key, { keys: formerKeys, sameRecord: false }, now);
  const rules = { defaultRegion: source.defaultRegion, allowedCountries: countriesOf(source, authority) };
  const became = await keepPatient(
    trx,
    keyring,
    {
      ...key,
      authorityId: authority.id,
      version: patient.version ?? null,
      occurredAt: patient.occurredAt ?? null,
      deceased: deceased ?? null,
      protected: keep ? patient.protected === true : null,
      language: patient.language ?? null,
      phone: patient.phone === undefined ? undefined : choosePhone(patient.phone, rules).phone,
      keep: keep === true && keptFor(source) > 0,
    },
    now,
  );
  if (became === 'old') return { events: [] };
  const references = await findAppointmentsOfPatient(trx, key, deceased === true, now);
  return { events: resolvePatient(patient, references), kept: became === 'known' ? null : became };
}
