import { type Kysely, sql } from 'kysely';
import { jsonMembers } from '../database/columns.ts';
import type { Database } from '../database/tables.ts';
import type { Search } from '../domain/identity/searches.ts';
import type { Keyring } from '../domain/keyring.ts';
import { TimeSlices } from '../runtime/time-slices.ts';
import { APPOINTMENT_COLUMNS, type StoredAppointment } from '../store/appointments.ts';
import { REMINDER_COLUMNS, type ReminderInsert } from '../store/reminders.ts';
import { type IdempotencyKey, KEY_COLUMNS } from './idempotency.sql.ts';
import { ALIAS_COLUMNS, type StoredAlias } from './known-appointments.sql.ts';

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

/** The members of such a row, as accept_new names them. */
const ABSENT_MEMBERS = [
  ['what', ',"what":'],
  ['sourceId', ',"source_id":'],
  ['kind', ',"kind":'],
  ['value', ',"value":'],
  ['key', ',"key":'],
] as const;

/** A request with the rows that it writes if nothing about it is stored. */
export interface NewArrival {
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

/** A source as it was read, with its authority. */
export interface SourceVersion {
  readonly id: string;
  readonly version: number;
  readonly authorityVersion: number;
}

/** Makes an array of JSON of one kind of row that arrivals have, each with the position of its arrival. */
async function jsonRows<T>(
  arrivals: readonly NewArrival[],
  of: (arrival: NewArrival) => readonly T[],
  membersOf: (each: T) => string,
  slices: TimeSlices,
): Promise<string> {
  const rows: string[] = [];
  for (const [request, arrival] of arrivals.entries()) {
    for (const each of of(arrival)) {
      rows.push(`{"request":${request}${membersOf(each)}}`);
      const others = slices.pass();
      if (others) await others;
    }
  }
  return `[${rows.join()}]`;
}

/**
 * Writes what is new, in one statement and one commit.
 * @returns the positions of those that are not about new appointments, of which nothing was written; null, and nothing
 * of any, where a source or its authority has changed
 * @throws an error that `asksToTryAgain` when another process came first
 */
export async function acceptNew(
  db: Kysely<Database>,
  sources: readonly SourceVersion[],
  arrivals: readonly NewArrival[],
  keyring: Keyring,
  now: Date,
): Promise<ReadonlySet<number> | null> {
  const slices = new TimeSlices();
  const rows = <T>(of: (arrival: NewArrival) => readonly T[], membersOf: (each: T) => string) =>
    jsonRows(arrivals, of, membersOf, slices);
  const writing = { keyring, now };
  const parameters = [
    JSON.stringify(
      sources.map(({ id, version, authorityVersion }) => ({ id, version, authority_version: authorityVersion })),
    ),
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
