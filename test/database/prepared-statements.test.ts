import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase, openMigratedDatabase } from '../../src/database/connect.ts';
import type { Db } from '../../src/database/tables.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createEmptyPostgres } from '../support/database.ts';

let postgres: Awaited<ReturnType<typeof createEmptyPostgres>>;
let database: OpenDatabase;

beforeEach(async () => {
  postgres = await createEmptyPostgres();
  database = await openMigratedDatabase({ databaseUrl: postgres.url }, { connections: 1 });
});
afterEach(async () => {
  await database.close();
  await postgres.drop();
});

const ask = async (db: Db, n: number) => (await sql`select ${n}::integer as n`.execute(db)).rows;

/** Statements that the one connection has prepared,. */
async function prepared(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from pg_prepared_statements`.execute(database.db);
  return rows[0]?.n ?? -1;
}

async function askTimes(times: number): Promise<void> {
  for (let n = 0; n < times; n++) expect(await ask(database.db, n)).toEqual([{ n }]);
}

it('a statement is prepared once it is executed again and again', async () => {
  await askTimes(4);
  expect(await prepared()).toBe(0);
  await askTimes(4);
  expect(await prepared()).toBe(1);
});

it('what is prepared has a bound, however many texts are executed', async () => {
  for (let text = 0; text < 320; text++)
    for (let times = 0; times < 5; times++)
      await sql`select ${text}::integer as ${sql.ref(`n${text}`)}`.execute(database.db);
  expect(await prepared()).toBe(300);
});

it('a connection that has lost what was prepared fails no statement', async () => {
  await askTimes(6);
  await sql`deallocate all`.execute(database.db);
  await askTimes(6);
  expect(await prepared()).toBe(0);
});

it('a transaction on a connection that has lost what was prepared is repeated', async () => {
  await askTimes(6);
  await sql`create table kept (n integer not null)`.execute(database.db);
  await sql`deallocate all`.execute(database.db);
  await inTransaction(database.db, async (trx) => {
    await sql`insert into kept values (1)`.execute(trx);
    expect(await ask(trx, 7)).toEqual([{ n: 7 }]);
  });
  expect((await sql`select n from kept`.execute(database.db)).rows).toEqual([{ n: 1 }]);
});

it('a start that cannot find out whether they are kept ends with the error, and leaves no connection behind', async () => {
  const own = await createEmptyPostgres();
  const admin = await openDatabase({ databaseUrl: own.url }, { connections: 1 });
  await sql`create schema broken`.execute(admin.db);
  await sql`create function broken.pg_backend_pid() returns integer language plpgsql as
    'begin raise exception ''not told''; end'`.execute(admin.db);
  await sql`do ${sql.lit(`begin execute format('alter database %I ', current_database()) || 'set search_path = public, broken, pg_catalog'; end`)}`.execute(
    admin.db,
  );
  await expect(openMigratedDatabase({ databaseUrl: own.url })).rejects.toThrow('not told');
  await admin.close();
  await own.drop();
});

it('a column that a migration adds beside a running process fails no statement', async () => {
  await sql`create table kept (n integer not null)`.execute(database.db);
  await sql`insert into kept values (1)`.execute(database.db);
  const all = async (db: Db) => (await sql`select * from kept where n = ${1}`.execute(db)).rows;
  for (let times = 0; times < 6; times++) await all(database.db);
  await sql`alter table kept add column more text`.execute(database.db);
  expect(await all(database.db)).toEqual([{ n: 1, more: null }]);
  await askTimes(6);
  expect(await prepared()).toBeGreaterThan(1);
});
