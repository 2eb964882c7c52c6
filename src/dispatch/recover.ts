import { inTransaction } from '../database/transaction.ts';
import type { DatabaseAccess, GatewayAccess, Logging } from '../runtime/deps.ts';
import { holdMs } from './gateways/gateway-caller.ts';
import { deleteReserved, expireHeartbeats, type Hold, recoverGone, recoverGroups } from './look/processes.sql.ts';

/**
 * Settles what processes left that are gone.
 * @param aheadMs how far the clock of `now` is ahead of the database's, by which all write their heartbeats
 * @returns how many processes were gone: one of them may have died over what is due
 */
export async function recover(deps: DatabaseAccess & Logging & GatewayAccess, now: Date, aheadMs = 0): Promise<number> {
  const databaseNow = new Date(now.getTime() - aheadMs);
  const recovered = await inTransaction(deps.db, (trx) => recoverGone(trx, holdsOf(deps), now, databaseNow));
  if (recovered.processes > 0 || recovered.uncertain > 0)
    deps.log.warn(recovered, 'processes ended without a shutdown: their messages without outcome count as uncertain');
  await deleteReserved(deps.db, now);
  return recovered.processes;
}

/** Declares every process gone: the caller knows that it is alone with this database. */
export async function declareAllGone({ db }: DatabaseAccess): Promise<void> {
  await expireHeartbeats(db);
}

/** Makes uncertain what this process handed over and could not record the outcome of. */
export async function recoverUnrecorded(
  deps: DatabaseAccess & Logging & GatewayAccess,
  groupIds: readonly string[],
  now: Date,
): Promise<void> {
  if (groupIds.length === 0) return;
  const uncertain = await inTransaction(deps.db, (trx) => recoverGroups(trx, groupIds, holdsOf(deps), now));
  deps.log.error({ uncertain }, 'outcomes could not be recorded; their messages count as uncertain');
}

function holdsOf({ gateways }: GatewayAccess): Hold[] {
  return gateways.map((gateway) => ({ gateway: gateway.id, ms: holdMs(gateway) }));
}
