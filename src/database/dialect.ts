import {
  CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  sql,
  type TransactionSettings,
} from 'kysely';
import { MIGRATION_LOCK } from './lock-keys.ts';

/**
 * PostgreSQL as Kysely knows it, but for the lock of its migrator. Kysely takes a lock of the session, which a pooler
 * in transaction mode leaves behind on a server connection that nobody owns: here the migrations' own transaction holds
 * it, and its end lets it go.
 */
export class TransactionLockDialect extends PostgresDialect {
  /** Creates the adapter whose migration lock a transaction holds. */
  override createAdapter(): PostgresAdapter {
    return new TransactionLockAdapter();
  }
}

/**
 * The dialect for a server across a network. When the network forgets a connection in the middle of a transaction, the
 * server goes on waiting for the next statement, for hours, with every lock of it: here it gives the transaction up.
 * The limit goes along with `begin`, since a pooler in transaction mode gives nobody a session of its own.
 */
export class NetworkedDialect extends TransactionLockDialect {
  readonly #config: PostgresDialectConfig;
  readonly #idleMs: number;

  /** @param idleMs the time that a transaction may wait for its next statement */
  constructor(config: PostgresDialectConfig, idleMs: number) {
    super(config);
    this.#config = config;
    this.#idleMs = idleMs;
  }

  /** Creates a driver that limits the idle time of each transaction. */
  override createDriver(): PostgresDriver {
    return new ImpatientDriver(this.#config, this.#idleMs);
  }
}

class ImpatientDriver extends PostgresDriver {
  readonly #begin: CompiledQuery;

  constructor(config: PostgresDialectConfig, idleMs: number) {
    super(config);
    // A text without parameters may hold several statements, in one round trip.
    this.#begin = CompiledQuery.raw(`begin; set local idle_in_transaction_session_timeout = ${idleMs}`);
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    if (settings.isolationLevel || settings.accessMode)
      throw new Error('transactions here have the settings of the database');
    await connection.executeQuery(this.#begin);
  }
}

/** Waits for the lock of the migrations, and holds it until the transaction ends. */
export async function takeMigrationLock<DB>(trx: Kysely<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(trx);
}

class TransactionLockAdapter extends PostgresAdapter {
  // The migrator hands over one connection and runs everything between the two calls on it.
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`begin`.execute(db);
    await takeMigrationLock(db);
  }

  // PostgreSQL responds to a commit with a rollback after a failed statement, so that one word ends both.
  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`commit`.execute(db);
  }
}
