import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import type { Pool } from 'pg';
import { StartError, unusableDataFolder } from '../domain/errors.ts';
import { NetworkedDialect, TransactionLockDialect } from './dialect.ts';
import { migrate } from './migrate.ts';
import { createPglite, lockDataFolder, pglitePool } from './pglite.ts';
import { createPool, type PoolLimits } from './pool.ts';
import { keepsPreparedStatements, PreparedStatements } from './prepared-statements.ts';
import type { Database, Db } from './tables.ts';

/** The place of the database: a server, or the folder of the embedded one. */
export type DatabasePlace = { readonly databaseUrl: string } | { readonly dataDir: string };

/** An open database, with what is known of its kind. */
export interface OpenDatabase {
  readonly db: Db;
  /**
   * A few connections of their own to the database, for work that must not keep other work waiting; the embedded one
   * has a single connection for everything.
   */
  readonly adminPool: Db;
  readonly kind: 'postgres' | 'embedded';
  /** False: each execution plans its statement, since a pooler stands between that keeps no prepared statements. */
  readonly preparesStatements: boolean;
  /** Connections, and how many wait for one; null: the embedded database, which has a single one. */
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number } | null;
  close(): Promise<void>;
}

/** Limits of a process's connections: how many there are, and when one counts as lost. */
export interface OpenOptions {
  /** Connections to PostgreSQL at once, 10 unless given. */
  readonly connections?: number;
  /**
   * The time that a query may take, and a transaction may wait for its next one, before the connection counts as lost:
   * 9 s unless given; null: as long as it takes.
   */
  readonly queryTimeoutMs?: number | null;
  /** Called when an idle connection breaks. */
  readonly onIdleError?: (error: Error) => void;
  /** Called for each write that is refused for want of space or by a read-only server. */
  readonly onWriteRefused?: () => void;
}

const OLDEST_POSTGRESQL = 14;
const ADMIN_CONNECTIONS = 3;
/** Connections that are there before anybody asks for one. */
const WARM_CONNECTIONS = 2;
/** A post whose query gets no response is to be refused within ten seconds, and spends time on more than that. */
const QUERY_MS = 9_000;

/** Opens the database and leaves its schema as it is. @throws StartError when another process has the data folder */
export async function openDatabase(place: DatabasePlace, options: OpenOptions = {}): Promise<OpenDatabase> {
  return 'databaseUrl' in place
    ? openPostgres(place.databaseUrl, options).database
    : openEmbedded(place.dataDir, options);
}

/**
 * Opens the database and brings its schema up to date, which no time limit cuts short.
 * @throws StartError when it can't be used: it doesn't exist or refuses the user, another process has the data folder,
 * PostgreSQL is too old, a migration failed
 */
export async function openMigratedDatabase(place: DatabasePlace, options: OpenOptions = {}): Promise<OpenDatabase> {
  const first = await openDatabase(place, { ...options, connections: 1, queryTimeoutMs: null });
  try {
    await refuseOldPostgres(first.db);
    await migrate(first.db);
  } catch (error) {
    await first.close();
    throw refusalOf(error) ?? error;
  }
  if (!('databaseUrl' in place)) return first;
  await first.close();
  return openPrepared(place.databaseUrl, options);
}

/** Opens a connection of the pool, and finds out whether it keeps prepared statements. */
async function probe(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    return await keepsPreparedStatements(client);
  } finally {
    // The pool ends once everybody has given back what they took.
    client.release();
  }
}

/** Opens the database with connections that are there before anybody asks, and with statements that are prepared. */
async function openPrepared(databaseUrl: string, options: OpenOptions): Promise<OpenDatabase> {
  const { database, pool, prepared } = openPostgres(databaseUrl, options);
  try {
    const { connections = WARM_CONNECTIONS } = options;
    const count = Math.min(WARM_CONNECTIONS, connections);
    const kept = await Promise.all(Array.from({ length: count }, () => probe(pool)));
    const preparesStatements = kept.every(Boolean);
    if (preparesStatements) prepared.start();
    return { ...database, preparesStatements };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Does work of the start over a connection of its own, for which no time limit holds: after an upgrade it goes through
 * whole tables. The embedded database has one connection and no limit.
 */
export async function withoutTimeLimit<T>(
  place: DatabasePlace,
  { db, kind }: Pick<OpenDatabase, 'db' | 'kind'>,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  if (kind === 'embedded') return work(db);
  const own = await openDatabase(place, { connections: 1, queryTimeoutMs: null });
  try {
    return await work(own.db);
  } finally {
    await own.close();
  }
}

/** Error codes of a server that refuses what DATABASE_URL says (PostgreSQL, appendix A). */
const REFUSALS: Readonly<Record<string, string>> = {
  '3D000': 'The database that DATABASE_URL names does not exist: create it first (createdb).',
  '28000': 'The database server refuses the user of DATABASE_URL.',
  '28P01': 'The database server refuses the user or the password of DATABASE_URL.',
  42501: 'The user of DATABASE_URL may not do what a migration needs: let the owner of the schema run it.',
};

function refusalOf(error: unknown): StartError | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const sentence = typeof code === 'string' && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return sentence === undefined ? undefined : new StartError('database_refused', sentence, { cause: error });
}

function openPostgres(databaseUrl: string, options: OpenOptions) {
  const { connections = 10, queryTimeoutMs = QUERY_MS }: Partial<PoolLimits> = options;
  const observer = { onIdleError: options.onIdleError ?? (() => {}), onWriteRefused: onWriteRefused(options) };
  const prepared = new PreparedStatements();
  const open = (atMost: number) => {
    const pool = createPool(databaseUrl, { connections: atMost, queryTimeoutMs }, prepared, observer);
    const dialect =
      queryTimeoutMs === null ? new TransactionLockDialect({ pool }) : new NetworkedDialect({ pool }, queryTimeoutMs);
    return { pool, db: new Kysely<Database>({ dialect }) };
  };
  const { pool, db } = open(connections);
  const { db: adminPool } = open(ADMIN_CONNECTIONS);
  // A request counts as waiting for an instant even where a connection is idle.
  const waiting = () => Math.max(0, pool.waitingCount - pool.idleCount);
  const counts = () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: waiting() });
  const close = async (): Promise<void> => {
    await Promise.all([db.destroy(), adminPool.destroy()]);
    // Kysely ends only a pool that it has used.
    if (!pool.ending) await pool.end();
  };
  const database: OpenDatabase = { db, adminPool, kind: 'postgres', preparesStatements: false, pool: counts, close };
  return { database, pool, prepared };
}

function onWriteRefused(options: OpenOptions): () => void {
  return options.onWriteRefused ?? (() => {});
}

async function openEmbedded(dataDir: string, options: OpenOptions): Promise<OpenDatabase> {
  const lock = await withDataFolder(dataDir, async () => {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return lockDataFolder(dataDir);
  });
  try {
    const pglite = await withDataFolder(dataDir, () => createPglite({ dataDir: join(dataDir, 'database') }));
    const observer = { afterEach: readWhatArrived, onWriteRefused: onWriteRefused(options) };
    const db = new Kysely<Database>({
      dialect: new TransactionLockDialect({ pool: pglitePool(pglite, observer) }),
    });
    const close = async (): Promise<void> => {
      await db.destroy();
      // Kysely ends only a pool that it has used.
      if (!pglite.closed) await pglite.close();
      lock.release();
    };
    return { db, adminPool: db, kind: 'embedded', preparesStatements: false, pool: () => null, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Does something with the data folder, whose failure is one of the folder. @throws StartError that names it */
async function withDataFolder<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unusableDataFolder(resolve(dataDir), error);
  }
}

/**
 * A statement of the embedded database keeps this thread, and nothing is read while it runs: without this each request
 * would be committed alone, before the next is seen. The first turn of the event loop ends the one that is under way;
 * the second has looked at the network.
 */
async function readWhatArrived(): Promise<void> {
  await turn();
  await turn();
}

async function refuseOldPostgres(db: Db): Promise<void> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major < OLDEST_POSTGRESQL) {
    throw new StartError(
      'database_refused',
      `The database is PostgreSQL ${major}; EasySMS needs PostgreSQL ${OLDEST_POSTGRESQL} or newer.`,
    );
  }
}
