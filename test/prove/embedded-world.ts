import { Kysely } from 'kysely';
import type { Database } from '../../src/store/database.ts';
import { TransactionLockDialect } from '../../src/store/dialect.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPglite, pglitePool } from '../../src/store/pglite.ts';

/** A migrated, empty database in memory. */
export async function openInMemory(): Promise<Kysely<Database>> {
  const db = new Kysely<Database>({ dialect: new TransactionLockDialect({ pool: pglitePool(await createPglite()) }) });
  await migrate(db as Kysely<unknown>);
  return db;
}
