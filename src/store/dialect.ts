import { type Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely';

/** Any number that nothing else in the database uses; all processes must share it. */
const LOCK_ID = 7302026;

/**
 * PostgreSQL as Kysely knows it, but for the lock of its migrator. Kysely takes a lock of the session, which a pooler in transaction mode
 * leaves behind on a server connection that nobody owns: here the migrations' own transaction holds it, and its end lets it go.
 */
export class TransactionLockDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new TransactionLockAdapter();
  }
}

class TransactionLockAdapter extends PostgresAdapter {
  // The migrator hands over one connection and runs everything between the two calls on it.
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`begin`.execute(db);
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_ID)})`.execute(db);
  }

  // After a failed statement PostgreSQL answers a commit with a rollback, so that one word ends both.
  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`commit`.execute(db);
  }
}
