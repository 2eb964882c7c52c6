import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.ts';

/**
 * The database server's time. The only statement that reads a clock, so that a process whose own clock is wrong
 * can be held back.
 */
export async function databaseClock(db: Kysely<Database>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return (rows[0] as { now: Date }).now;
}
