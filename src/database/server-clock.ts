import { sql } from 'kysely';
import type { Db } from './tables.ts';

/**
 * The database server's time. The only statement that reads a clock, so that a process whose own clock is wrong
 * can be held back.
 */
export async function databaseClock(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return (rows[0] as { now: Date }).now;
}
