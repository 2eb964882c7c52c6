import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import { createMigratedPostgres } from '../support/database.ts';
import { makeAsNew, markOf } from '../support/emptied.ts';
import { fingerprintOf } from '../support/fingerprint.ts';
import { MONDAY, PHONE } from '../support/sending.ts';
import { StoredRows } from '../support/stored-rows.ts';

let url: string;
let drop: () => Promise<void>;
let mark: string;
beforeEach(async () => {
  ({ url, drop } = await createMigratedPostgres());
  mark = await markOf(url);
});
afterEach(() => drop());

async function opened<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const database = await openDatabase({ databaseUrl: url });
  try {
    return await work(database.db);
  } finally {
    await database.close();
  }
}

async function write(db: Kysely<Database>): Promise<void> {
  const rows = new StoredRows(db, MONDAY);
  await rows.authority('rh');
  await rows.reminder('rh', await rows.appointment('rh', PHONE));
}

const ordinals = (db: Kysely<Database>) =>
  sql`select sequencename, last_value from pg_sequences order by 1`.execute(db).then(({ rows }) => rows);

it('a database of a test is as new for the next one: without its rows, sequences at their start, nobody connected', async () => {
  const [before, started] = await opened(async (db) => [await fingerprintOf(db), await ordinals(db)]);
  const left = await openDatabase({ databaseUrl: url });
  await write(left.db);
  expect(await fingerprintOf(left.db)).not.toEqual(before);
  expect(await ordinals(left.db)).not.toEqual(started);
  expect(await makeAsNew(url, mark)).toBe(true);
  const { rows } = await opened((db) =>
    sql`select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(db),
  );
  expect(rows).toEqual([]);
  expect(await opened(fingerprintOf)).toEqual(before);
  expect(await opened(ordinals)).toEqual(started);
  expect(await markOf(url)).toBe(mark);
  await left.close();
});

it.each([
  'create table more (id int)',
  'alter table receipt rename to receipt_away',
  "alter table appointment alter column department set default 'x'",
  'alter table message add constraint none check (false) not valid',
  'alter table installation disable trigger installation_stays_bound',
  'create function more() returns int language sql as $$ select 1 $$',
  'create index more on message (sender)',
  'grant select on appointment to public',
  'create schema more',
  'analyze appointment',
  "insert into audit (id, at, actor, action, target) select gen_random_uuid(), now(), 'a', 'b', repeat('c', 100) from generate_series(1, 2000)",
])('one that the planner or the schema tells from a new one is not used again: %s', async (statement) => {
  await opened(async (db) => {
    await write(db);
    await sql.raw(statement).execute(db);
  });
  expect(await makeAsNew(url, mark)).toBe(false);
});
