import { inTransaction } from '../database/transaction.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { expireAnswers, settleAbandonedAnswers } from '../replies/answers.sql.ts';
import type { DatabaseAccess, Logging } from '../runtime/deps.ts';
import { foldStatistics } from '../staff/statistics/statistics.sql.ts';
import { expirePlanned, markWithoutReceipt } from './sweep.sql.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FOLD = 10_000;

/** How far the sweeps of a process have come with receipts that never came. */
export interface SweepMemory {
  /** Messages whose validity ended before were marked; null: none. */
  markedUntil: Date | null;
  /** When all of them were last gone through; null: never. */
  wholeAt: Date | null;
}

/**
 * Settles what no call settles by itself: deadlines that passed, receipts that never came, receipts stored but not
 * applied, answers without an outcome; and folds the statistics. Each part repeats the state in its update, so that
 * running twice, or in two processes, changes nothing more.
 */
export async function sweep(
  deps: DatabaseAccess & Logging,
  receipts: Pick<ReceiptAcceptor, 'applyLeftBehind'>,
  now: Date,
  memory: SweepMemory = { markedUntil: null, wholeAt: null },
): Promise<void> {
  const expired = await inTransaction(deps.db, (trx) => expirePlanned(trx, now));
  if (expired > 0) deps.log.warn({ expired }, 'reminders expired before they could be handed over');
  const withoutReceipt = await markOverdue(deps, now, memory);
  if (withoutReceipt > 0) deps.log.warn({ withoutReceipt }, 'accepted messages stay without a receipt');
  const late = await expireAnswers(deps.db, now);
  if (late > 0) deps.log.warn({ late }, 'answers to citizens could not be handed over in time');
  await settleAbandonedAnswers(deps.db, now);
  const leftBehind = await receipts.applyLeftBehind();
  if (leftBehind > 0) deps.log.warn({ leftBehind }, 'receipts that a process left unapplied were applied');
  while ((await foldStatistics(deps.db, FOLD)) === FOLD);
}

/**
 * No index tells which messages wait for a receipt, since it would cost every message: so each sweep goes through those
 * whose validity ended since the last one, and once a day through all.
 */
async function markOverdue({ db }: DatabaseAccess, now: Date, memory: SweepMemory): Promise<number> {
  const before = new Date(now.getTime() - DAY_MS);
  const isWhole = memory.wholeAt === null || Math.abs(now.getTime() - memory.wholeAt.getTime()) > DAY_MS;
  // The hour before again: a message may have been accepted late.
  const after = isWhole || !memory.markedUntil ? new Date(0) : new Date(memory.markedUntil.getTime() - HOUR_MS);
  const marked = await inTransaction(db, (trx) => markWithoutReceipt(trx, { after, before }, now));
  memory.markedUntil = before;
  if (isWhole) memory.wholeAt = now;
  return marked;
}
