import { type Kysely, sql } from 'kysely';
import { LOCK_KEYS } from '../database/lock-keys.ts';
import type { Database } from '../database/tables.ts';

/** Id of one source that several appointments share, as `sharedIdsOf` gives it. */
export interface SharedId {
  readonly sourceId: string;
  readonly id: string;
}

/**
 * Makes other events under these ids wait until the transaction ends, like accept_new. Comes before everything that is
 * looked up or locked beside.
 */
export async function lockSharedIds(trx: Kysely<Database>, shared: readonly SharedId[]): Promise<void> {
  if (shared.length === 0) return;
  const keys = shared.map(({ sourceId, id }) => `${sourceId} ${id}`);
  await sql`select pg_advisory_xact_lock(${LOCK_KEYS.sharedIds}::int, k.key) from (
    select distinct hashtext(u.key) as key from unnest(${keys}::text[]) u (key) order by 1) k`.execute(trx);
}
