import { sql } from 'kysely';
import { LOCK_KEYS } from '../database/lock-keys.ts';
import type { Db } from '../database/tables.ts';

/** Takes the lock of the only reader until the end of the transaction. @returns false while another one reads */
export async function tryFetchLock(trx: Db, gateway: string, kind: string): Promise<boolean> {
  const name = `${gateway} ${kind}`;
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(${LOCK_KEYS.fetch}::int, hashtext(${name})) as taken`.execute(trx);
  return rows[0]?.taken === true;
}
