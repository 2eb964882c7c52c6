import { inTransaction } from '../database/transaction.ts';
import { holdMs } from '../dispatch/gateway-caller.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { expireAnswers, settleAbandonedAnswers } from '../replies/answers.sql.ts';
import type { Deps } from '../runtime/deps.ts';
import { foldStatistics } from '../staff/statistics.sql.ts';
import { deleteOldBatches, expirePlanned, markWithoutReceipt, sweepLapsedClaims } from './sweep.sql.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FOLD = 10_000;

/**
 * Puts right what no call puts right by itself: lapsed claims, deadlines that passed, receipts that never came,
 * receipts stored but not applied, answers without an outcome; and folds the statistics. Each part repeats the state in
 * its update, so that running twice, or in two processes, changes nothing more.
 */
export async function sweep(
  deps: Pick<Deps, 'db' | 'log' | 'gateways'>,
  receipts: Pick<ReceiptAcceptor, 'applyLeftBehind'>,
  now: Date,
): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  await settleLapsed(deps, now);
  const expired = await inTransaction(deps.db, (trx) => expirePlanned(trx, now));
  if (expired > 0) deps.log.warn({ expired }, 'reminders expired before they could be handed over');
  const withoutReceipt = await inTransaction(deps.db, (trx) => markWithoutReceipt(trx, before(DAY_MS), now));
  if (withoutReceipt > 0) deps.log.warn({ withoutReceipt }, 'accepted messages stay without a receipt');
  const late = await expireAnswers(deps.db, now);
  if (late > 0) deps.log.warn({ late }, 'answers to citizens could not be handed over in time');
  await settleAbandonedAnswers(deps.db, before(2 * MINUTE_MS), now);
  const leftBehind = await receipts.applyLeftBehind();
  if (leftBehind > 0) deps.log.warn({ leftBehind }, 'receipts that a process left unapplied were applied');
  await deleteOldBatches(deps.db, before(HOUR_MS));
  while ((await foldStatistics(deps.db, FOLD)) === FOLD);
}

/** The first part of it: what processes held that are gone. */
export async function settleLapsed(deps: Pick<Deps, 'db' | 'log' | 'gateways'>, now: Date): Promise<void> {
  const holds = deps.gateways.map((gateway) => ({ gateway: gateway.id, ms: holdMs(gateway) }));
  const lapsed = await inTransaction(deps.db, (trx) => sweepLapsedClaims(trx, holds, now));
  if (lapsed.freed + lapsed.parked + lapsed.uncertain > 0)
    deps.log.warn(lapsed, 'claims of a process that is gone were settled');
}
