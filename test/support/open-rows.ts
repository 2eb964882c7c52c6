import type { Kysely } from 'kysely';
import pino, { type Logger } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
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

/** The tools that each test of `openRowsForEach` gets. */
export interface EachRows {
  readonly db: Kysely<Database>;
  readonly rows: StoredRows;
  readonly log: Logger;
  /** Lines of `log`, as JSON. */
  readonly logged: readonly string[];
}

/**
 * Opens a database of its own for each test of a `describe`, and closes it behind it.
 * @param use gets the database, its rows and a log before each test
 */
export function openRowsForEach(open: () => Promise<TestDatabase>, now: Date, use: (opened: EachRows) => void): void {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await open();
    const logged: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
    use({ db: database.db, rows: new StoredRows(database.db, now), log, logged });
  });
  afterEach(() => database.close());
}
