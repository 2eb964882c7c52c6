import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

/** First key of the advisory locks of what suppliers give out once. */
const FETCH_LOCK = 0x46_45_54_43;

/** Takes the lock of the only reader until the end of the transaction. @returns false while another one reads */
export async function tryFetchLock(trx: Kysely<Database>, gateway: string, kind: string): Promise<boolean> {
  const name = `${gateway} ${kind}`;
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(${FETCH_LOCK}, hashtext(${name})) as taken`.execute(trx);
  return rows[0]?.taken === true;
}
