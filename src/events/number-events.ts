import { inTransaction } from '../database/transaction.ts';
import type { DatabaseAccess } from '../runtime/deps.ts';
import { numberEvents, tryNumberingLock } from './events.sql.ts';

const AT_ONCE = 1_000;

/**
 * Numbers the events that were recorded, in commits of a thousand. Leaves them to another process where one is
 * numbering.
 * @returns how many were numbered
 */
export async function numberRecordedEvents({ db }: DatabaseAccess, now: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const taken = await inTransaction(db, async (trx) =>
      (await tryNumberingLock(trx)) ? numberEvents(trx, AT_ONCE, now) : 0,
    );
    total += taken;
    if (taken < AT_ONCE) return total;
  }
}
