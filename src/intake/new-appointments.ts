import { asksToTryAgain } from '../database/transaction.ts';
import { isUnstorable } from '../database/unstorable.ts';
import type { AppointmentEvent } from '../domain/appointment.ts';
import { asksOfPatient } from '../domain/identity/kept-patient.ts';
import { type HashId, referenceAlias } from '../domain/identity/match-known.ts';
import { resolveNew } from '../domain/identity/resolve.ts';
import { bareIdsOf, mayHaveOtherReference, searchesOf } from '../domain/identity/searches.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { TimeSlices } from '../runtime/time-slices.ts';
import type { ReminderInsert } from '../store/reminders.ts';
import { findSourcesWithAuthority, type Owner } from '../store/sources.ts';
import { decideNew } from './decide.ts';
import type { DepartmentAccess } from './departments.ts';
import {
  type AcceptRequest,
  type Change,
  type Envelope,
  type EventResult,
  envelopesOf,
  resultsOf,
} from './envelope.ts';
import { erasedIdsIn, withoutNames } from './erased-ids.ts';
import { newKeys } from './idempotency.ts';
import type { StoredAlias } from './known-appointments.sql.ts';
import { patientLocksOf, sharedIdsOf } from './locks.ts';
import { type AbsentRow, acceptNew, type NewArrival } from './new-appointments.sql.ts';
import { askingForOneAnother } from './patients.ts';
import { rounds } from './rounds.ts';

const KEPT_AT_MOST = 10_000;

/** A request with its results, and as it is written, if nothing about it is stored. */
interface Draft {
  readonly index: number;
  readonly owner: Owner;
  readonly arrival: NewArrival;
  readonly results: readonly EventResult[];
}

/**
 * The fast path of intake: most of what booking systems send is new, and complete by itself. It is decided as if
 * nothing were stored about it, and written in one round trip that checks whether that was so. Everything else is left
 * to the general way, which locks before it decides.
 */
export class NewArrivals {
  readonly #deps: DatabaseAccess & KeyringAccess & DepartmentAccess;
  /** Owners as last read; the commit compares their versions. */
  readonly #owners = new Map<string, Owner>();

  constructor(deps: DatabaseAccess & KeyringAccess & DepartmentAccess) {
    this.#deps = deps;
  }

  /** Writes requests that hold new appointments only. @returns the results of each; undefined: it was not written */
  async accept(requests: readonly AcceptRequest[], now: Date): Promise<(readonly EventResult[] | undefined)[]> {
    const drafts = await this.#drafts(requests, now);
    const known = await this.#write(drafts, now);
    const written = new Map(
      drafts.map(({ index, results }, position) => [index, known?.has(position) === false ? results : undefined]),
    );
    return requests.map((_, index) => written.get(index));
  }

  async #drafts(requests: readonly AcceptRequest[], now: Date): Promise<Draft[]> {
    const owners = await this.#ownersOf(requests);
    const opened = requests.map((request) => {
      const owner = owners.get(request.source.id);
      return owner && { owner, envelopes: envelopesOf(request, owner) };
    });
    // An element about the same appointment as one before it must see what that one leaves, whichever way it goes.
    const all = opened.flatMap((each) => each?.envelopes ?? []);
    const firsts = new Set(rounds(all)[0]);
    for (const envelope of askingForOneAnother(all)) firsts.delete(envelope);
    const slices = new TimeSlices();
    const drafts: Draft[] = [];
    for (const [index, request] of requests.entries()) {
      const own = opened[index];
      // A source that has changed, and keys of single elements, are left to the general way.
      if (!own || own.owner.source.version !== request.source.version || request.elementKeys || request.furtherKey)
        continue;
      if (!own.envelopes.every((envelope) => firsts.has(envelope) && mayBeNew(envelope))) continue;
      drafts.push({ index, owner: own.owner, ...(await draft(this.#deps, request, own.envelopes, { now, slices })) });
    }
    return drafts;
  }

  async #ownersOf(requests: readonly AcceptRequest[]): Promise<ReadonlyMap<string, Owner>> {
    const missing = new Set<string>();
    for (const { source } of requests)
      if (this.#owners.get(source.id)?.source.version !== source.version) missing.add(source.id);
    if (this.#owners.size + missing.size > KEPT_AT_MOST) this.#owners.clear();
    for (const [id, owner] of await findSourcesWithAuthority(this.#deps.db, [...missing])) this.#owners.set(id, owner);
    return this.#owners;
  }

  /** @returns the positions of the drafts that were not written; null: none was */
  async #write(drafts: readonly Draft[], now: Date): Promise<ReadonlySet<number> | null> {
    if (drafts.length === 0) return null;
    const { db, keyring } = this.#deps;
    const sources = [...new Set(drafts.map(({ owner }) => owner))].map(({ source, authority }) => {
      return { id: source.id, version: source.version, authorityVersion: authority.version };
    });
    try {
      const arrivals = drafts.map(({ arrival }) => arrival);
      const known = await acceptNew(db, sources, arrivals, keyring, now);
      if (!known) for (const { id } of sources) this.#owners.delete(id);
      return known;
    } catch (error) {
      if (asksToTryAgain(error) || isUnstorable(error)) return null;
      throw error;
    }
  }
}

/** A booking may be the first event of its appointment; other events hardly are. */
function mayBeNew(envelope: Envelope): boolean {
  const event = eventOf(envelope);
  if (event?.protected) return false;
  return event !== null && event.status === 'booked' && !event.onlyKnown && event.replaces === undefined;
}

/** @returns null for an element about a patient, or about several patients */
function eventOf({ element }: Envelope): AppointmentEvent | null {
  if (element.kind === 'appointment') return element.event;
  const [only, ...others] = element.kind === 'group' ? element.group.members : [];
  return only && others.length === 0 ? { ...only, aliases: only.aliases ?? [] } : null;
}

async function draft(
  deps: KeyringAccess & DepartmentAccess,
  request: AcceptRequest,
  envelopes: readonly Envelope[],
  { now, slices }: { readonly now: Date; readonly slices: TimeSlices },
): Promise<Pick<Draft, 'results' | 'arrival'>> {
  const hash: HashId = (id) => deps.keyring.idHash(request.source.id, id);
  const absent: AbsentRow[] = [];
  const appointments: NewArrival['appointments'][number][] = [];
  const reminders: ReminderInsert[] = [];
  const aliases: StoredAlias[] = [];
  const own: EventResult[] = [];
  for (const envelope of envelopes) {
    const event = eventOf(envelope);
    if (!event) continue;
    const others = slices.pass();
    if (others) await others;
    const change: Change = { envelope, ...resolveNew(event, hash) };
    const { result, rows } = decideNew(deps, change, now);
    own.push(result);
    absent.push(...locksOf(envelope, hash), ...erasedFor(envelope, hash));
    const sourceId = request.source.id;
    for (const key of event.formerPatientKeys ?? []) absent.push({ what: 'deceased', sourceId, key });
    if (asksOfPatient(event, request.source)) absent.push({ what: 'number', sourceId, key: event.patientKey });
    const provenByRows = rows !== null && isProvenByRows(envelope);
    if (!provenByRows) absent.push(...absentFor(change, hash));
    if (!rows) continue;
    const { reference } = rows.appointment;
    const aliased = provenByRows && mayHaveOtherReference(event) ? referenceAlias(reference, hash).value : null;
    appointments.push({ stored: rows.appointment, aliased });
    reminders.push(...rows.reminders);
    const { id: appointmentId, authorityId } = rows.appointment;
    for (const { kind, value } of change.aliases) aliases.push({ kind, value, sourceId, authorityId, appointmentId });
  }
  const results = resultsOf(request, own);
  const [taken] = newKeys(request, results);
  const key = taken ? withoutNames(deps, taken) : null;
  const { source, idempotency } = request;
  if (idempotency && !key) absent.push({ what: 'key', sourceId: source.id, value: idempotency.key });
  return { results, arrival: { absent, appointments, aliases, reminders, key } };
}

/** What the appointment would be stored under if its citizen had been erased. */
function erasedFor({ element, source }: Envelope, hash: HashId): AbsentRow[] {
  return erasedIdsIn(element, hash).flatMap((value): AbsentRow[] => {
    const row = { sourceId: source.id, value };
    return [
      { what: 'reference', ...row },
      { what: 'group', ...row },
    ];
  });
}

/** Locks that an element needs before anything is looked up. */
function locksOf(envelope: Envelope, hash: HashId): AbsentRow[] {
  const sourceId = envelope.source.id;
  return [
    ...sharedIdsOf(envelope, hash).map((value): AbsentRow => ({ what: 'lock', sourceId, value })),
    ...patientLocksOf(envelope).map(({ lock, holder }): AbsentRow => {
      return { what: holder === 'booking' ? 'patient' : 'death', sourceId, value: `${lock}` };
    }),
  ];
}

/** True where everything that could match this to a stored appointment is written with it. */
function isProvenByRows({ element }: Envelope): boolean {
  if (element.kind !== 'appointment' || element.event.permanent || element.event.occurrence) return false;
  return bareIdsOf(element.event).length === 0 && element.event.formerly === undefined;
}

/**
 * The rows that must not exist: those that would match an event to a stored appointment, and appointments with one of
 * the ids that it would get; a bare id may stay with those.
 */
function absentFor({ envelope, event, aliases }: Change, hash: HashId): AbsentRow[] {
  const { element, source } = envelope;
  const sourceId = source.id;
  // The aliases of any other event are looked up anyway.
  const permanent = event.permanent ? aliases.filter(({ value }) => !value.startsWith('|')) : [];
  const ids = permanent.map(({ kind, value }): AbsentRow => ({ what: 'alias', sourceId, kind, value }));
  const searches = element.kind === 'patient' ? [] : searchesOf(element, hash);
  if (searches.length === 0) return [...ids, { what: 'reference', sourceId, value: event.reference }];
  return [...ids, ...searches.map((search): AbsentRow => ({ ...search, sourceId }))];
}
