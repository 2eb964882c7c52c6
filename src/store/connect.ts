import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { StartError } from '../domain/errors.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import type { Database } from './database.ts';
import { TransactionLockDialect } from './dialect.ts';
import { migrate } from './migrate.ts';
import { createPglite, pglitePool } from './pglite.ts';
import { createPool, type PoolLimits } from './safe-client.ts';

export type DatabasePlace = { readonly databaseUrl: string } | { readonly dataDir: string };

export interface OpenDatabase {
  readonly db: Kysely<Database>;
  readonly kind: 'postgres' | 'embedded';
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Connections to PostgreSQL at once, 10 unless given. */
  readonly connections?: number;
  /** How long a query may take before its connection counts as lost, 10 s unless given; null: as long as it takes. */
  readonly queryTimeoutMs?: number | null;
  /** Told when an idle connection breaks. */
  readonly onIdleError?: (error: Error) => void;
}

const OLDEST_POSTGRESQL = 14;

/**
 * Opens the database and leaves its schema as it is.
 * @throws StartError when another process has the data folder
 */
export async function openDatabase(place: DatabasePlace, options: OpenOptions = {}): Promise<OpenDatabase> {
  return 'databaseUrl' in place ? openPostgres(place.databaseUrl, options) : openEmbedded(place.dataDir);
}

/**
 * Opens the database and brings its schema up to date, which no time limit cuts short.
 * @throws StartError when it can't be used: another process has the data folder, PostgreSQL is too old, a migration failed
 */
export async function openMigratedDatabase(place: DatabasePlace, options: OpenOptions = {}): Promise<OpenDatabase> {
  const first = await openDatabase(place, { ...options, connections: 1, queryTimeoutMs: null });
  try {
    await refuseOldPostgres(first.db);
    await migrate(first.db);
  } catch (error) {
    await first.close();
    throw error;
  }
  if (first.kind === 'embedded') return first;
  await first.close();
  return openDatabase(place, options);
}

function openPostgres(databaseUrl: string, options: OpenOptions): OpenDatabase {
  const { connections = 10, queryTimeoutMs = 10_000 }: Partial<PoolLimits> = options;
  const pool = createPool(databaseUrl, { connections, queryTimeoutMs }, options.onIdleError ?? (() => {}));
  const db = new Kysely<Database>({ dialect: new TransactionLockDialect({ pool }) });
  return { db, kind: 'postgres', close: () => db.destroy() };
}

async function openEmbedded(dataDir: string): Promise<OpenDatabase> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockDataFolder(dataDir);
  try {
    const pglite = await createPglite({ dataDir: join(dataDir, 'database') });
    const db = new Kysely<Database>({ dialect: new TransactionLockDialect({ pool: pglitePool(pglite) }) });
    const close = async (): Promise<void> => {
      await db.destroy();
      // Kysely ends only a pool that it has used.
      if (!pglite.closed) await pglite.close();
      lock.release();
    };
    return { db, kind: 'embedded', close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function refuseOldPostgres(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major < OLDEST_POSTGRESQL) {
    throw new StartError(`The database is PostgreSQL ${major}; EasySMS needs PostgreSQL ${OLDEST_POSTGRESQL} or newer.`);
  }
}
