import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { StartError } from '../domain/errors.ts';

/** The folder of the migrations. */
export const MIGRATIONS_FOLDER = new URL('../../migrations/', import.meta.url);

/** The migrations of the first release, the first and the last. */
const FIRST = '0001_init';
const LAST = '0010_at_once';
/** The migrations whose schema the upgrade makes anew. */
const MADE = ['0001_schema', '0002_functions'];

/**
 * Brings a database that the first release made to the present schema, with everything in it. Nothing happens to any
 * other. All of it is one transaction of the caller, who holds the migrations' lock; no process of the first release
 * may run: what one was handing over becomes uncertain.
 * @returns true when the database was upgraded
 * @throws StartError when the database was made by a version before the first release
 */
export async function upgradeFirstRelease<DB>(trx: Kysely<DB>): Promise<boolean> {
  const names = await appliedMigrations(trx);
  if (!names.includes(FIRST)) return false;
  if (!names.includes(LAST))
    throw new StartError(
      'migration',
      `The database was made by a version before the first release (its last migration is ${names.at(-1)}, ` +
        `not ${LAST}). Start the first release with it once, then this version.`,
    );
  await run(trx, 'first-release/set-aside.sql');
  for (const name of MADE) await run(trx, `${name}.sql`);
  await run(trx, 'first-release/copy.sql');
  await sql`delete from kysely_migration`.execute(trx);
  for (const [nth, name] of MADE.entries())
    await sql`insert into kysely_migration (name, timestamp) values (${name}, ${new Date(nth).toISOString()})`.execute(
      trx,
    );
  return true;
}

/** The names of the migrations that a database has had, in order; none where it has no list of them. */
export async function appliedMigrations<DB>(trx: Kysely<DB>): Promise<string[]> {
  const { rows: tables } = await sql`select 1 from pg_tables where schemaname = current_schema
    and tablename = 'kysely_migration'`.execute(trx);
  if (tables.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(trx);
  return rows.map((row) => row.name);
}

async function run<DB>(trx: Kysely<DB>, name: string): Promise<void> {
  await sql.raw(await readFile(fileURLToPath(new URL(name, MIGRATIONS_FOLDER)), 'utf8')).execute(trx);
}
