import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** The attempts that were counted under a key. */
export interface Attempts {
  readonly key: Buffer;
  /** The last one included. */
  readonly count: number;
  readonly beganAt: Date;
}

/**
 * Counts attempts under each key; a new count begins where the last one began at `since` or before.
 * @param attempts each key once, with how often it was tried
 */
export async function countAttempts(
  db: Db,
  attempts: readonly { readonly key: Buffer; readonly times: number }[],
  since: Date,
  now: Date,
): Promise<Attempts[]> {
  const given = unnest(attempts, { key: 'bytea', times: 'int' });
  // In the order of the keys: two statements that share two of them must not wait for each other.
  const { rows } = await sql<Attempts>`
    insert into sign_in_failure as f (key_hash, failures, began_at)
    select x.key, x.times, ${now} from ${given} order by x.key
    on conflict (key_hash) do update set
      failures = case when f.began_at <= ${since} then excluded.failures else f.failures + excluded.failures end,
      began_at = case when f.began_at <= ${since} then excluded.began_at else f.began_at end
    returning f.key_hash as key, f.failures as count, f.began_at as "beganAt"`.execute(db);
  return rows;
}

/** Forgets the attempts of a key. */
export async function forgetAttempts(db: Db, key: Buffer): Promise<void> {
  await db.deleteFrom('sign_in_failure').where('key_hash', '=', key).execute();
}

/** Takes one attempt back: it succeeded. */
export async function takeAttemptBack(db: Db, key: Buffer): Promise<void> {
  await sql`update sign_in_failure set failures = failures - 1 where key_hash = ${key} and failures > 0`.execute(db);
}
