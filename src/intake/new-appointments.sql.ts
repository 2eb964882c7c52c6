import { sql } from 'kysely';
import { jsonMembers } from '../database/columns.ts';
import type { Db } from '../database/tables.ts';
import { asksToTryAgain } from '../database/transaction.ts';
import { isUnstorable } from '../database/write-refusals.ts';
import type { AppointmentEvent } from '../domain/appointment.ts';
import { asksOfPatient } from '../domain/identity/kept-patient.ts';
import { type HashId, referenceAlias } from '../domain/identity/match-known.ts';
import { resolveNew } from '../domain/identity/resolve.ts';
import { bareIdsOf, mayHaveOtherReference, type Search, searchesOf } from '../domain/identity/searches.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { TimeSlices } from '../runtime/time-slices.ts';
import { APPOINTMENT_COLUMNS, type StoredAppointment } from '../store/appointments.ts';
import { REMINDER_COLUMNS, type ReminderInsert } from '../store/reminders.ts';
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
import { type IdempotencyKey, KEY_COLUMNS } from './idempotency.sql.ts';
import { newKeys } from './idempotency.ts';
import { ALIAS_COLUMNS, type StoredAlias } from './known-appointments.sql.ts';
import { askingForOneAnother, patientLocksOf, rounds, sharedIdsOf } from './order.ts';

const KEPT_AT_MOST = 10_000;

/** A row that must not exist for a request to be about new appointments only, beside the rows that it writes. */
export interface AbsentRow {
  /**
   * `key`: an idempotency key; `lock`: nothing to find, but an id whose other events wait for this one; `patient`: the
   * same with a patient's lock, which bookings share, `death`: which they don't; `number`: a number, or a protection,
   * that is known of a patient; the others as in a `Search`.
   */
  readonly what: Search['what'] | 'key' | 'lock' | 'patient' | 'death' | 'number';
  readonly sourceId: string;
  readonly kind?: string | null;
  readonly value?: string | null;
  readonly key?: Buffer | null;
}

/** A request of new appointments: its results, and the rows that it writes if nothing about it is stored. */
interface NewRequest {
  readonly index: number;
  readonly owner: Owner;
  readonly results: readonly EventResult[];
  /** Checked beside the written rows, of which none may exist either, nor an opt-out of a number. */
  readonly absent: readonly AbsentRow[];
  /**
   * `aliased`: its reference as a stored alias, which no other appointment may have, nor may one of its patient be
   * deceased; null: nothing of that is to be looked for.
   */
  readonly appointments: readonly { readonly stored: StoredAppointment; readonly aliased: string | null }[];
  readonly aliases: readonly StoredAlias[];
  readonly reminders: readonly ReminderInsert[];
  readonly key: IdempotencyKey | null;
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
    const decided = await this.#decide(requests, now);
    const known = await this.#write(decided, now);
    const written = new Map(
      decided.map(({ index, results }, position) => [index, known?.has(position) === false ? results : undefined]),
    );
    return requests.map((_, index) => written.get(index));
  }

  async #decide(requests: readonly AcceptRequest[], now: Date): Promise<NewRequest[]> {
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
    const decided: NewRequest[] = [];
    for (const [index, request] of requests.entries()) {
      const own = opened[index];
      // A source that has changed, and keys of single elements, are left to the general way.
      if (own?.owner.source.version !== request.source.version || request.elementKeys || request.keys.length > 1)
        continue;
      if (!own.envelopes.every((envelope) => firsts.has(envelope) && mayBeNew(envelope))) continue;
      const rows = await decideRequest(this.#deps, request, own.envelopes, { now, slices });
      decided.push({ index, owner: own.owner, ...rows });
    }
    return decided;
  }

  async #ownersOf(requests: readonly AcceptRequest[]): Promise<ReadonlyMap<string, Owner>> {
    const missing = new Set<string>();
    for (const { source } of requests)
      if (this.#owners.get(source.id)?.source.version !== source.version) missing.add(source.id);
    if (this.#owners.size + missing.size > KEPT_AT_MOST) this.#owners.clear();
    for (const [id, owner] of await findSourcesWithAuthority(this.#deps.db, [...missing])) this.#owners.set(id, owner);
    return this.#owners;
  }

  /** @returns the positions of those that were not written; null: none was */
  async #write(requests: readonly NewRequest[], now: Date): Promise<ReadonlySet<number> | null> {
    if (requests.length === 0) return null;
    try {
      const known = await acceptNew(this.#deps.db, requests, this.#deps.keyring, now);
      if (!known) for (const { owner } of requests) this.#owners.delete(owner.source.id);
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

async function decideRequest(
  deps: KeyringAccess & DepartmentAccess,
  request: AcceptRequest,
  envelopes: readonly Envelope[],
  { now, slices }: { readonly now: Date; readonly slices: TimeSlices },
): Promise<Omit<NewRequest, 'index' | 'owner'>> {
  const hash: HashId = (id) => deps.keyring.idHash(request.source.id, id);
  const absent: AbsentRow[] = [];
  const appointments: NewRequest['appointments'][number][] = [];
  const reminders: ReminderInsert[] = [];
  const aliases: StoredAlias[] = [];
  const own: EventResult[] = [];
  const sourceId = request.source.id;
  for (const envelope of envelopes) {
    const event = eventOf(envelope);
    if (!event) continue;
    const others = slices.pass();
    if (others) await others;
    const change: Change = { envelope, ...resolveNew(event, hash) };
    const { result, appointment, inserts } = decideNew(deps, change, now);
    own.push(result);
    absent.push(...locksOf(envelope, hash), ...erasedFor(envelope, hash));
    for (const key of event.formerPatientKeys ?? []) absent.push({ what: 'deceased', sourceId, key });
    if (asksOfPatient(event, request.source)) absent.push({ what: 'number', sourceId, key: event.patientKey });
    const provenByRows = appointment !== null && isProvenByRows(envelope);
    if (!provenByRows) absent.push(...absentFor(change, hash));
    if (!appointment) continue;
    const { id: appointmentId, authorityId, reference } = appointment;
    const aliased = provenByRows && mayHaveOtherReference(event) ? referenceAlias(reference, hash).value : null;
    appointments.push({ stored: appointment, aliased });
    reminders.push(...inserts);
    for (const { kind, value } of change.aliases) aliases.push({ kind, value, sourceId, authorityId, appointmentId });
  }
  const results = resultsOf(request, own);
  const [taken] = newKeys(request, results);
  const key = taken ? withoutNames(deps, taken) : null;
  const [named] = request.keys;
  if (named && !key) absent.push({ what: 'key', sourceId, value: named.key });
  return { results, absent, appointments, aliases, reminders, key };
}

/** The references that the appointment would be stored under if its citizen had been erased. */
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

/** The members of such a row, as accept_new names them. */
const ABSENT_MEMBERS = [
  ['what', ',"what":'],
  ['sourceId', ',"source_id":'],
  ['kind', ',"kind":'],
  ['value', ',"value":'],
  ['key', ',"key":'],
] as const;

/**
 * Writes what is new, in one statement and one commit.
 * @returns the positions of those that are not about new appointments, of which nothing was written; null, and nothing
 * of any, where a source or its authority has changed
 * @throws an error that `asksToTryAgain` when another process came first
 */
async function acceptNew(
  db: Db,
  requests: readonly NewRequest[],
  keyring: Keyring,
  now: Date,
): Promise<ReadonlySet<number> | null> {
  const sources = [...new Set(requests.map(({ owner }) => owner))].map(({ source, authority }) => {
    return { id: source.id, version: source.version, authority_version: authority.version };
  });
  const slices = new TimeSlices();
  const rows = async <T>(of: (request: NewRequest) => readonly T[], membersOf: (each: T) => string) => {
    const written: string[] = [];
    for (const [position, request] of requests.entries()) {
      for (const each of of(request)) {
        written.push(`{"request":${position}${membersOf(each)}}`);
        const others = slices.pass();
        if (others) await others;
      }
    }
    return `[${written.join()}]`;
  };
  const writing = { keyring, now };
  const parameters = [
    JSON.stringify(sources),
    await rows(
      ({ absent }) => absent,
      (row) => jsonMembers(ABSENT_MEMBERS, (member) => row[member]),
    ),
    await rows(
      ({ appointments }) => appointments,
      ({ stored, aliased }) =>
        (aliased === null ? '' : `,"aliased":"${aliased}"`) + APPOINTMENT_COLUMNS.jsonMembers(stored, writing),
    ),
    await rows(
      ({ aliases }) => aliases,
      (alias) => ALIAS_COLUMNS.jsonMembers(alias),
    ),
    await rows(
      ({ reminders }) => reminders,
      (reminder) => REMINDER_COLUMNS.jsonMembers(reminder, now),
    ),
    await rows(
      ({ key }) => (key ? [key] : []),
      (key) => KEY_COLUMNS.jsonMembers(key, now),
    ),
  ];
  const { rows: results } = await sql<{ known: number[] | null }>`
    select accept_new(${sql.join(parameters.map((parameter) => sql`${parameter}::json`))}) as known`.execute(db);
  const known = results[0]?.known;
  return known ? new Set(known) : null;
}
