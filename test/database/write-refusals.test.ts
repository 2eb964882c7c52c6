import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { WriteRefusals } from '../../src/database/write-refusals.ts';
import { createDataFolder, createEmptyPostgres } from '../support/database.ts';

const FULL_DISK = sql`do $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$`;

it.each([
  ['a server that is read-only, also at the commit', sql`set transaction read only; create table t (id int)`],
  ['a server whose disk is full', FULL_DISK],
])('a refused write is noticed: of %s', async (_name, statement) => {
  const { url, drop } = await createEmptyPostgres();
  let refused = 0;
  const { db, adminPool, close } = await openDatabase({ databaseUrl: url }, { onWriteRefused: () => refused++ });
  await expect(statement.execute(db)).rejects.toThrow();
  expect(refused).toBe(1);
  await expect(db.transaction().execute((trx) => statement.execute(trx))).rejects.toThrow();
  expect(refused).toBe(2);
  await expect(statement.execute(adminPool)).rejects.toThrow();
  await expect(sql`select no_such_column`.execute(db)).rejects.toThrow();
  expect(refused).toBe(3);
  await close();
  await drop();
});

it('a write that the embedded database refuses is noticed', async () => {
  const { folder, remove } = await createDataFolder();
  let refused = 0;
  const { db, close } = await openDatabase({ dataDir: folder }, { onWriteRefused: () => refused++ });
  await expect(FULL_DISK.execute(db)).rejects.toThrow();
  await expect(sql`select no_such_column`.execute(db)).rejects.toThrow();
  expect(refused).toBe(1);
  await close();
  await remove();
});

it('a database counts as writable until it refuses a write, and again a minute after the last refusal', () => {
  let ms = 0;
  const writes = new WriteRefusals(() => ms);
  expect(writes.writable).toBe(true);
  writes.note();
  ms = 30_000;
  writes.note();
  ms = 90_000;
  expect(writes.writable).toBe(false);
  ms = 90_001;
  expect(writes.writable).toBe(true);
});
