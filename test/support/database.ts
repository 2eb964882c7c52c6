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
  return kind === 'embedded' ? openEmbedded() : openPostgres();
}

/** A new database on the test run's PostgreSQL, without any table. */
export async function createEmptyPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  return reserve('/empty');
}

/** A new database on the test run's PostgreSQL, with all tables, and nothing in them. */
export async function createMigratedPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  return reserve('/postgres');
}

/** A new data folder with an embedded database that has all tables, and nothing in them. */
export async function createDataFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const answer = await ask('/data-folder');
  if (!('folder' in answer)) throw new Error('no data folder to copy');
  const folder = await mkdtemp(join(tmpdir(), 'easysms-data-'));
  await cp(answer.folder, folder, { recursive: true });
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

async function openPostgres(): Promise<TestDatabase> {
  const { url, drop } = await createMigratedPostgres();
  const opened = await openDatabase({ databaseUrl: url });
  const close = async (): Promise<void> => {
    await opened.close();
    await drop();
  };
  return { db: opened.db, kind: 'postgres', url, close };
}

/** Emptying one is much faster than making one, so those of earlier tests of the same file are used again. */
const idle: PGlite[] = [];

async function openEmbedded(): Promise<TestDatabase> {
  const pglite = idle.pop() ?? (await createEmbedded());
  const db = new Kysely<Database>({
    dialect: new TransactionLockDialect({ pool: { ...pglitePool(pglite), end: async () => {} } }),
  });
  const close = async (): Promise<void> => {
    await EMPTY.execute(db);
    await db.destroy();
    idle.push(pglite);
  };
  return { db, kind: 'embedded', url: '', close };
}

/**
 * Deletes all rows, and sets the sequences to their starts: a sixth of the time of truncating fifty tables, most of
 * which a test leaves empty. Deleted rows stay in their pages, so that tables are truncated after all once one of them
 * has many. As a replica, since triggers and keys would look for others at each row.
 */
const EMPTY = sql`do $$
  declare
    names text[] := array(
      select quote_ident(tablename) from pg_tables where schemaname = 'public' and tablename not like 'kysely%');
    name text;
  begin
    perform set_config('session_replication_role', 'replica', true);
    foreach name in array names loop
      execute 'delete from ' || name;
      if pg_relation_size(name::regclass) > 512 * 1024 then
        execute 'truncate ' || array_to_string(names, ', ') || ' restart identity';
        return;
      end if;
    end loop;
    for name in select sequencename from pg_sequences where schemaname = 'public' and last_value is not null loop
      execute format('alter sequence %I restart', name);
    end loop;
  end $$`;

/** A migrated, empty database in memory, for whoever speaks to it otherwise than through Kysely. */
export async function createEmbedded(): Promise<PGlite> {
  const answer = await ask('/embedded');
  if (!('snapshot' in answer)) throw new Error('no snapshot of an embedded database');
  return createPglite({ snapshot: new Blob([await readFile(answer.snapshot)]) });
}

async function reserve(path: '/postgres' | '/empty'): Promise<{ url: string; drop(): Promise<void> }> {
  const answer = await ask(path);
  if (!('url' in answer)) throw new Error(`no PostgreSQL for this test: ${'none' in answer ? answer.none : ''}`);
  const { url } = answer;
  // Whoever asks for an empty one may have made roles in it, which can be dropped once it is gone.
  const how = path === '/empty' ? '/drop-now' : '/drop';
  return { url, drop: async () => void (await ask(`${how}${new URL(url).pathname}`)) };
}

async function ask(path: string): Promise<Answer> {
  const response = await fetch(inject('databaseServer') + path);
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<Answer>;
}
