import { Kysely } from 'kysely';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createPglite, pglitePool } from '../../src/database/pglite.ts';
import type { Database } from '../../src/database/tables.ts';

/** A migrated, empty database in memory. */
export async function openInMemory(): Promise<Kysely<Database>> {
  const db = new Kysely<Database>({ dialect: new TransactionLockDialect({ pool: pglitePool(await createPglite()) }) });
  await migrate(db as Kysely<unknown>);
  return db;
}
