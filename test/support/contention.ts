import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../src/database/tables.ts';
import { deferred } from './gateway.ts';

export interface OpenTransaction<T> {
  /** What the work came to; nothing of it is committed yet. */
  readonly result: T;
  commit(): Promise<void>;
  /** As if it had never been. */
  rollback(): Promise<void>;
}

/** Does the work and leaves its transaction open, with all its locks, until the test ends it. */
export async function inOpenTransaction<T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<OpenTransaction<T>> {
  const end = deferred();
  let undo = false;
  let whole: Promise<void> = Promise.resolve();
  const result = await new Promise<T>((resolve, reject) => {
    whole = db.transaction().execute(async (trx) => {
      resolve(await work(trx));
      await end.promise;
      if (undo) throw new RolledBack();
    });
    whole.catch(reject);
  });
  const finish = async (roll: boolean) => {
    undo = roll;
    end.release();
    await whole.catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  };
  return { result, commit: () => finish(false), rollback: () => finish(true) };
}

class RolledBack extends Error {}

/** Guards against hanging only. */
const LONGEST_WAIT_MS = 240_000;

/**
 * Resolves once so many sessions of this database wait for a lock: the race is on. @throws Error when none comes to
 * wait
 */
export async function waitingForLock(db: Kysely<Database>, count = 1): Promise<void> {
  const last = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < last) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      db,
    );
    if ((rows[0]?.waiting ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('nobody waits for a lock: what was to be held back was not');
}

/** Deadlocks that the server has broken in this database. */
export async function deadlocks(db: Kysely<Database>): Promise<number> {
  await sql`select pg_stat_clear_snapshot()`.execute(db);
  const { rows } = await sql<{
    deadlocks: string;
  }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(db);
  return Number(rows[0]?.deadlocks);
}
