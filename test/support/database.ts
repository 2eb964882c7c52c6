import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, sql } from 'kysely';
import { describe, inject } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import { createPglite, pglitePool } from '../../src/database/pglite.ts';
import type { Database } from '../../src/database/tables.ts';
import type { Answer } from './database-server.ts';
import { EMPTY, MARK } from './emptied.ts';

export type DatabaseKind = 'embedded' | 'postgres';

export interface TestDatabase {
  readonly db: Kysely<Database>;
  readonly kind: DatabaseKind;
  /** Of PostgreSQL: for a second connection that must not share this one's pool. Empty for an embedded one. */
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated, empty database of its own: in memory unless PostgreSQL is asked for. Close it when done. */
export async function openTestDatabase(kind: DatabaseKind = 'embedded'): Promise<TestDatabase> {
  return kind === 'embedded' ? openEmbedded() : openPostgres(await reserve('/postgres', '/give-back'));
}

/**
 * A PostgreSQL that no test has used before, for tests of plans by statistics that are made of empty tables: these go by
 * the pages of a table, which one that was emptied still has.
 */
export async function openNewPostgres(): Promise<TestDatabase> {
  return openPostgres(await reserve('/new-postgres', '/drop'));
}

/** A new database on the test run's PostgreSQL, without any table. */
export async function createEmptyPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  // Whoever asks for an empty one may have made roles in it, which can be dropped once it is gone.
  return reserve('/empty', '/drop-now');
}

/** A new database on the test run's PostgreSQL, with all tables, and nothing in them. */
export async function createMigratedPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  // Processes that tests have started and killed may come back to it.
  return reserve('/postgres', '/drop');
}

/** A new data folder with an embedded database that has all tables, and nothing in them. */
export async function createDataFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const response = await ask('/data-folder');
  if (!('folder' in response)) throw new Error('no data folder to copy');
  const folder = await mkdtemp(join(tmpdir(), 'easysms-data-'));
  await cp(response.folder, folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Runs a suite on the embedded database and on PostgreSQL; `open` opens the one in question. */
export function describeDatabases(
  name: string,
  suite: (open: () => Promise<TestDatabase>, kind: DatabaseKind) => void,
): void {
  describe.each<DatabaseKind>(['embedded', 'postgres'])(`${name} (%s)`, (kind) =>
    suite(() => openTestDatabase(kind), kind),
  );
}

async function openPostgres({ url, drop }: Reserved): Promise<TestDatabase> {
  const opened = await openDatabase({ databaseUrl: url });
  const close = async (): Promise<void> => {
    await opened.close();
    await drop();
  };
  return { db: opened.db, kind: 'postgres', url, close };
}

/** Emptying one is much faster than making one, so those of earlier tests of the same worker are used again. */
const idle: PGlite[] = [];
/** The mark of a new one, which is the same for all. */
let newMark: string | undefined;

async function openEmbedded(): Promise<TestDatabase> {
  const pglite = idle.pop() ?? (await createEmbedded());
  newMark ??= await markWithin(pglite);
  const db = new Kysely<Database>({
    dialect: new TransactionLockDialect({ pool: { ...pglitePool(pglite), end: async () => {} } }),
  });
  const close = async (): Promise<void> => {
    // A database whose schema was changed, or whose tables have statistics, would answer the next test otherwise.
    if ((await markWithin(pglite)) !== newMark) return pglite.close();
    await sql.raw(EMPTY).execute(db);
    await db.destroy();
    idle.push(pglite);
  };
  return { db, kind: 'embedded', url: '', close };
}

async function markWithin(pglite: PGlite): Promise<string> {
  const { rows } = await pglite.query<{ mark: string }>(MARK);
  return rows[0]?.mark ?? '';
}

/** A migrated, empty database in memory, for whoever speaks to it otherwise than through Kysely. */
export async function createEmbedded(): Promise<PGlite> {
  const response = await ask('/embedded');
  if (!('snapshot' in response)) throw new Error('no snapshot of an embedded database');
  return createPglite({ snapshot: new Blob([await readFile(response.snapshot)]) });
}

interface Reserved {
  readonly url: string;
  drop(): Promise<void>;
}

async function reserve(
  path: '/postgres' | '/new-postgres' | '/empty',
  after: '/give-back' | '/drop' | '/drop-now',
): Promise<Reserved> {
  const response = await ask(path);
  if (!('url' in response)) throw new Error(`no PostgreSQL for this test: ${'none' in response ? response.none : ''}`);
  const { url } = response;
  return { url, drop: async () => void (await ask(`${after}${new URL(url).pathname}`)) };
}

async function ask(path: string): Promise<Answer> {
  const response = await fetch(inject('databaseServer') + path);
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<Answer>;
}
