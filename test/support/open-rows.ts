import type { Kysely } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import type { TestDatabase } from './database.ts';
import { StoredRows } from './stored-rows.ts';

/**
 * Opens a database of its own for the tests of a `describe`, and closes it behind them.
 * @param use gets the database and its rows before the first test
 */
export function openRows(
  open: () => Promise<TestDatabase>,
  now: Date,
  use: (opened: { readonly db: Kysely<Database>; readonly rows: StoredRows }) => void,
): void {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    use({ db: database.db, rows: new StoredRows(database.db, now) });
  });
  afterAll(() => database.close());
}
