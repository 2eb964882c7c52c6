import { isPgbouncerInstalled, startPgbouncer } from '../support/pgbouncer.ts';
import { inWorld, type Setting } from './experiment.ts';
import type { Outcome } from './verdict.ts';
import type { World, WorldOptions } from './world.ts';

/** What a part says of its way to the database, behind its own name. */
export const POOLED = 'through PgBouncer in transaction mode';
/** Fewer than the workers would open. */
const CONNECTIONS = 8;

/** Like `inWorld`, with PgBouncer between workers and database; where it is not installed, an outcome that says so. */
export async function inPooledWorld(
  setting: Setting,
  options: Omit<WorldOptions, 'databaseUrl' | 'seed' | 'pooler'>,
  work: (world: World) => Promise<Outcome>,
): Promise<Outcome> {
  if (!isPgbouncerInstalled())
    return {
      part: `${POOLED}: not run on this machine, where it is not installed`,
      verdict: null,
      counts: {},
      failures: [],
    };
  const databaseUrl = await setting.databases.create();
  const pooler = await startPgbouncer(databaseUrl, CONNECTIONS);
  try {
    return await inWorld(setting, { ...options, databaseUrl, pooler }, work);
  } finally {
    await pooler.stop();
  }
}
