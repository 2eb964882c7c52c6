import type { Trx } from '../database/tables.ts';
import { inTransaction, isConnectionFailure, isTimeOut } from '../database/transaction.ts';
import { DAY_MS } from '../domain/duration.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { expireAnswers, settleAbandonedAnswers } from '../replies/answers.sql.ts';
import type { DatabaseAccess, Logging } from '../runtime/deps.ts';
import { foldStatistics } from '../staff/statistics/statistics.sql.ts';
import { findAuthorities } from '../store/authorities.ts';
import { forgetOldImportFiles } from '../store/import-files.ts';
import { planWord } from '../store/words-of-cancellation.ts';
import { expirePlanned, markWithoutReceipt, settleSpokenReplies } from './sweep.sql.ts';

const FOLD = 10_000;

/** Slices of messages that one sweep goes through. */
const SLICES = 20;

/** The progress of the sweeps of a process with receipts that never came. */
export interface SweepMemory {
  /** Messages whose validity ended before were gone through; null: none. */
  markedUntil: Date | null;
  /** The time at which the sweeps last began with the first message; null: never. */
  begunAt: Date | null;
}

/**
 * Settles what no call settles by itself: deadlines that passed, receipts that never came, receipts stored but not
 * applied, answers without an outcome; folds the statistics, and forgets files that wait for their import no longer.
 * Each part repeats the state in its update, so that running twice, or in two processes, changes nothing more. A part
 * that fails does not keep the others from running.
 * @throws what the first failed part threw; at once where the database is away
 */
export async function sweep(
  deps: DatabaseAccess & Logging,
  receipts: Pick<ReceiptAcceptor, 'applyAbandoned'>,
  now: Date,
  memory: SweepMemory = { markedUntil: null, begunAt: null },
): Promise<void> {
  const { db, log } = deps;
  const parts = [
    async () => {
      const expired = await inTransaction(db, (trx) => expirePlanned(trx, now));
      if (expired > 0) log.warn({ expired }, 'reminders expired before they could be handed over');
    },
    async () => {
      const withoutReceipt = await markOverdue(deps, now, memory);
      if (withoutReceipt > 0) log.warn({ withoutReceipt }, 'accepted messages stay without a receipt');
    },
    async () => {
      const late = await expireAnswers(db, now);
      if (late > 0) log.warn({ late }, 'answers to citizens could not be handed over in time');
    },
    () => settleAbandonedAnswers(db, now),
    () => inTransaction(db, (trx) => settleSpoken(trx, now)),
    async () => {
      const abandoned = await receipts.applyAbandoned();
      if (abandoned > 0) log.warn({ abandoned }, 'receipts that a process had abandoned were applied');
    },
    async () => {
      while ((await foldStatistics(db, FOLD)) === FOLD);
    },
    () => forgetOldImportFiles(db, now),
  ];
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      if (isConnectionFailure(error) && !isTimeOut(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * No index tells which messages wait for a receipt, since it would cost every message: so sweeps go through all of them
 * once a day, slice by slice, and else through those whose validity ended since the last sweep.
 */
async function markOverdue({ db }: DatabaseAccess, now: Date, memory: SweepMemory): Promise<number> {
  const before = new Date(now.getTime() - DAY_MS);
  if (memory.begunAt === null || Math.abs(now.getTime() - memory.begunAt.getTime()) > DAY_MS) {
    memory.begunAt = now;
    memory.markedUntil = null;
  }
  let total = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    const validity = { after: memory.markedUntil ?? new Date(0), before };
    const { marked, next } = await inTransaction(db, (trx) => markWithoutReceipt(trx, validity, now));
    memory.markedUntil = next ?? before;
    total += marked;
    if (next === null) break;
  }
  return total;
}

/**
 * Settles what the booking system has acted on. A citizen who was promised word of a cancellation gets it also where
 * the authority sends no notices of cancellations.
 */
async function settleSpoken(trx: Trx, now: Date): Promise<void> {
  const spoken = (await settleSpokenReplies(trx, now)).filter(({ promised }) => promised.length > 0);
  const authorities = await findAuthorities(trx, [...new Set(spoken.map(({ authorityId }) => authorityId))]);
  for (const { authorityId, phoneHash: to, promised } of spoken) {
    const authority = authorities.find(({ id }) => id === authorityId);
    if (authority) for (const booked of promised) await planWord(trx, authority, booked, { to, from: now }, now);
  }
}
