import { isNotExecuted } from './prepared-statements.ts';
import type { Db, Trx } from './tables.ts';

/** Serialization failure and deadlock: PostgreSQL asks to try again (PostgreSQL 18, §13.5 and appendix A). */
const TRY_AGAIN = new Set(['40001', '40P01']);
const TRIES = 5;

/**
 * Shutdowns of the server, too many connections, the disk full, a standby where the primary was, and a transaction that
 * it ended for being idle too long.
 */
const UNAVAILABLE = new Set(['57P01', '57P02', '57P03', '53300', '53100', '25006', '25P03']);
/**
 * The server's lock_timeout and statement_timeout, where an operator has set them (PostgreSQL 18, appendix A): the
 * statement was rolled back, and nothing is wrong with it.
 */
const CUT_SHORT = new Set(['55P03', '57014']);
const LOST_SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The process, or the machine, has no socket left for now.
  'EMFILE',
  'ENFILE',
]);
/** The beginnings of messages that pg and pg-pool give errors without a code. */
const LOST_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client was closed',
  'Client has encountered a connection error',
];

/**
 * Runs `work` in a transaction, and anew when PostgreSQL asks for it, up to five times: `work` must be safe to repeat.
 * Inside a transaction it joins that one.
 */
export async function inTransaction<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Trx);
  return tried(() => db.transaction().execute(work));
}

/** Runs work in a transaction of its own, as `inTransaction` does, and rolls it back at the end. */
export async function inRolledBackTransaction<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return tried(async () => {
    const trx = await db.startTransaction().execute();
    try {
      return await work(trx);
    } finally {
      await trx.rollback().execute();
    }
  });
}

async function tried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !asksToTryAgain(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

/**
 * True when PostgreSQL took everything back because of what others did at the same time, or did not execute a
 * statement since it was prepared.
 */
export function asksToTryAgain(error: unknown): boolean {
  return TRY_AGAIN.has(codeOf(error)) || isNotExecuted(error);
}

/**
 * True when the database could not be reached or gave no response: the caller may try later, and what was written may
 * have been kept.
 */
export function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE.has(code) || code.startsWith('08') || LOST_SOCKET.has(code) || isTimeOut(error)) return true;
  if (error instanceof AggregateError && error.errors.some(isConnectionFailure)) return true;
  return error instanceof Error && LOST_MESSAGES.some((beginning) => error.message.startsWith(beginning));
}

/**
 * True when a statement took longer than it may, by the server's limit or by ours: whoever has waited for it should not
 * wait as long again.
 */
export function isTimeOut(error: unknown): boolean {
  return isReadTimeout(error) || CUT_SHORT.has(codeOf(error));
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** True for the error of a query that got no response within the time limit: it may have been carried out. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}
