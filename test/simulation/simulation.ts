import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely } from 'kysely';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createPglite, pglitePool } from '../../src/database/pglite.ts';
import { Session } from './session.ts';
import { type SimulationOptions, type SimulationResult, simulate } from './world.ts';

/** Simulates seeds on one embedded database, one after another. */
export interface Simulation {
  simulate(seed: number, days: number, options?: SimulationOptions): Promise<SimulationResult>;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TABLES = `select string_agg(quote_ident(tablename), ', ') as tables from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`;

/** Opens a simulation. @param database migrated, and used by nobody else; absent: one is made */
export async function openSimulation(database?: PGlite): Promise<Simulation> {
  const pglite = database ?? (await migrated());
  const { rows } = await pglite.query<{ tables: string }>(TABLES);
  const session = new Session(pglite);
  return {
    async simulate(seed, days, options) {
      session.run(`truncate ${rows[0]?.tables} restart identity`, []);
      return simulate(session, seed, days, options);
    },
    close: () => pglite.close(),
  };
}

/**
 * Makes a migrated database. From a snapshot that is several times as fast as from nothing: a snapshot is kept for as
 * long as migrations and PGlite stay the same.
 */
async function migrated(): Promise<PGlite> {
  const file = snapshotFile();
  if (existsSync(file)) return createPglite({ snapshot: new Blob([readFileSync(file)]) });
  const pglite = await createPglite();
  await migrate(new Kysely<unknown>({ dialect: new TransactionLockDialect({ pool: pglitePool(pglite) }) }));
  const snapshot = Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer());
  mkdirSync(dirname(file), { recursive: true });
  // The file gets its name only when it is whole, since several workers may write it.
  writeFileSync(`${file}.${process.pid}`, snapshot);
  renameSync(`${file}.${process.pid}`, file);
  return pglite;
}

function snapshotFile(): string {
  const made = createHash('sha256');
  const migrations = join(ROOT, 'migrations');
  const sources = readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  for (const path of [
    ...sources.map((name) => join(migrations, name)),
    join(ROOT, 'node_modules/@electric-sql/pglite/package.json'),
  ])
    made.update(readFileSync(path));
  return join(ROOT, 'node_modules/.cache/easysms-simulation', `${made.digest('hex').slice(0, 16)}.tar`);
}
