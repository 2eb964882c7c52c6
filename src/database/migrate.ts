import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { StartError } from '../domain/errors.ts';
import { takeMigrationLock } from './dialect.ts';
import { appliedMigrations, MIGRATIONS_FOLDER, upgradeFirstRelease } from './first-release.ts';

/**
 * Brings the schema up to date: all that is pending in one transaction, or nothing. Several processes may do it at
 * once; one does, the others wait. Where nothing is pending nobody waits: a start must not depend on a lock that some
 * other session keeps. A database that the first release made is upgraded first, with everything in it.
 * @returns the names of the migrations that this call carried out
 * @throws StartError when one fails, or when the database was made by a newer version or before the first release
 */
export async function migrate<DB>(db: Kysely<DB>): Promise<string[]> {
  const known = await readMigrations();
  if (sameNames(await appliedMigrations(db), Object.keys(known))) return [];
  await upgradeLocked(db);
  // The lock's transaction is the migrations' transaction (dialect.ts).
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known }, disableTransactions: true });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw startError(error, results?.find((result) => result.status === 'Error')?.migrationName);
  return (results ?? []).map((result) => result.migrationName);
}

/** A database of the first release is upgraded before the migrator sees it, which would refuse its migrations. */
async function upgradeLocked<DB>(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await takeMigrationLock(trx);
    await upgradeFirstRelease(trx);
  });
}

function sameNames(applied: readonly string[], known: readonly string[]): boolean {
  return applied.length === known.length && known.every((name, nth) => name === applied[nth]);
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(fileURLToPath(new URL(name, MIGRATIONS_FOLDER)), 'utf8');
      const migration: Migration = { up: async (db) => void (await sql.raw(text).execute(db)) };
      return [name.slice(0, -'.sql'.length), migration] as const;
    }),
  );
  return Object.fromEntries(migrations);
}

function startError(error: unknown, migration: string | undefined): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (migration)
    return new StartError('migration', `The migration ${migration} failed, and nothing was changed: ${message}`, {
      cause: error,
    });
  if (message.startsWith('corrupted migrations')) {
    return new StartError(
      'migration',
      `The database holds migrations that this version does not know: it was made by a newer one. (${message})`,
      {
        cause: error,
      },
    );
  }
  return error instanceof Error ? error : new Error(message);
}
