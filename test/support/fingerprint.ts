import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/database/tables.ts';

/** Tables that a refusal itself writes to. */
const OF_REFUSALS = ['sign_in_failure', 'session'];

async function tablesOf(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema and table_type = 'BASE TABLE' order by 1`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !OF_REFUSALS.includes(name));
}

const withoutReads = (table: string) =>
  table === 'audit'
    ? sql`action not like '%.refused' and action not like 'number.%' and action <> 'citizen.look-up'`
    : sql`true`;

/** The number of the next transaction that writes: it stays the same while nobody tries to. */
export async function nextWrite(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ next: string }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(db);
  return rows[0]?.next ?? '';
}

/** The tables that have rows of this transaction or a later one, but those of refusals and of pages that were shown. */
export async function writtenSince(db: Kysely<Database>, first: string): Promise<string[]> {
  const parts = (await tablesOf(db)).map(
    (name) => sql`select ${name} as name where exists (
      select from ${sql.table(name)} where xmin::text::bigint >= ${first}::bigint and ${withoutReads(name)})`,
  );
  const { rows } = await sql<{ name: string }>`${sql.join(parts, sql` union all `)}`.execute(db);
  return rows.map(({ name }) => name);
}

/** A mark of each table's rows, by its name: it changes with anything that is written, but refusals and what was shown. */
export async function fingerprintOf(db: Kysely<Database>): Promise<Readonly<Record<string, string>>> {
  const marks: Record<string, string> = {};
  for (const name of await tablesOf(db)) {
    const { rows } = await sql<{ mark: string | null }>`
      select md5(string_agg(t::text, '|' order by t::text)) as mark from ${sql.table(name)} t
      where ${withoutReads(name)}`.execute(db);
    marks[name] = rows[0]?.mark ?? '';
  }
  return marks;
}
