import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import { type ReminderInsert, toReminderRow } from '../store/reminders.ts';
import type { IdempotencyKey } from './idempotency.sql.ts';
import { type Probe, type StoredAlias, toAliasRow } from './known-appointments.sql.ts';
import { toAppointmentRow } from './write-appointments.sql.ts';

/** What must not be there for a request to be about new appointments only, and is not to be written with it. */
export interface Finding {
  /** `key`: an idempotency key; the others as in a `Probe`. */
  readonly what: Probe['what'] | 'key';
  readonly sourceId: string;
  readonly kind?: string | null;
  readonly value?: string | null;
  readonly key?: Buffer | null;
}

/** A request with what becomes of it if nothing of it is known. */
export interface NewArrival {
  /** Beside what is written: none of that may be there, nor an opt-out of a number, either. */
  readonly absent: readonly Finding[];
  /** `led`: others that its reference or its patient leads to must not be there, either. */
  readonly appointments: readonly { readonly stored: StoredAppointment; readonly led: boolean }[];
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

/**
 * Writes what is new, in one statement and one commit.
 * @returns the positions of those that are not about new appointments, of which nothing was written; null, and nothing
 * of any, where a source or its authority has changed
 * @throws an error that `asksToTryAgain` when somebody else came first
 */
export async function acceptNew(
  db: Kysely<Database>,
  sources: readonly SourceVersion[],
  arrivals: readonly NewArrival[],
  keyring: Keyring,
  now: Date,
): Promise<ReadonlySet<number> | null> {
  const rows = <T, Row extends object>(
    rowsOf: (arrival: NewArrival) => readonly T[],
    toRow: (each: T) => Row,
    more: (each: T) => string = () => '',
  ): string => {
    const write = rowWriter<Row>();
    return `[${arrivals.flatMap((arrival, request) => rowsOf(arrival).map((each) => write(request, toRow(each), more(each)))).join()}]`;
  };
  const parameters = [
    JSON.stringify(
      sources.map(({ id, version, authorityVersion }) => ({ id, version, authority_version: authorityVersion })),
    ),
    rows(
      ({ absent }) => absent,
      ({ what, sourceId, kind, value, key }) => ({ what, source_id: sourceId, kind, value, key }),
    ),
    rows(
      ({ appointments }) => appointments,
      ({ stored }) => toAppointmentRow(stored, keyring, now),
      ({ led }) => (led ? ',"led":true' : ''),
    ),
    rows(({ aliases }) => aliases, toAliasRow),
    rows(
      ({ reminders }) => reminders,
      (reminder) => toReminderRow(reminder, now),
    ),
    rows(
      ({ key }) => (key ? [key] : []),
      ({ sourceId, key, bodyHash, answer }) => ({
        source_id: sourceId,
        key,
        body_hash: bodyHash,
        answer,
        created_at: now,
      }),
    ),
  ];
  const { rows: results } = await sql<{ known: number[] | null }>`
    select accept_new(${sql.join(parameters.map((parameter) => sql`${parameter}::json`))}) as known`.execute(db);
  const known = results[0]?.known;
  return known ? new Set(known) : null;
}

/**
 * Writes rows of one shape as JSON, with the columns that are not null: much faster than to make other objects for
 * JSON.stringify first, or to ask each row for its columns.
 */
function rowWriter<Row extends object>(): (request: number, row: Row, more: string) => string {
  let columns: readonly (readonly [column: keyof Row, label: string])[] | undefined;
  return (request, row, more) => {
    columns ??= (Object.keys(row) as (keyof Row & string)[]).map((column) => [column, `,"${column}":`] as const);
    let text = `{"request":${request}${more}`;
    for (const [column, label] of columns) {
      const value = row[column];
      if (value !== null && value !== undefined) text += label + written(value);
    }
    return `${text}}`;
  };
}

function written(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return `"${value.toISOString()}"`;
  // bytea as PostgreSQL reads it; hex needs no escaping.
  return Buffer.isBuffer(value) ? `"\\\\x${value.toString('hex')}"` : JSON.stringify(value);
}
