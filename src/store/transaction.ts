import type { Kysely, Transaction } from 'kysely';
import type { Database } from './database.ts';
import { isReadTimeout } from './safe-client.ts';

/** Serialization failure and deadlock: PostgreSQL asks to try again (PostgreSQL 18, §13.5 and appendix A). */
const TRY_AGAIN = new Set(['40001', '40P01']);
const TRIES = 5;

/** Shutdowns of the server, too many connections, the disk full, and a standby where the primary was. */
const UNAVAILABLE = new Set(['57P01', '57P02', '57P03', '53300', '53100', '25006']);
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
]);
const LOST_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client was closed|Client has encountered a connection error)/;

/**
 * Runs `work` in a transaction, and anew when PostgreSQL asks for it, up to five times: `work` must be safe to repeat.
 * Inside a transaction it joins that one.
 */
export async function inTransaction<T>(db: Kysely<Database>, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Transaction<Database>);
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === TRIES || !TRY_AGAIN.has(codeOf(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

/** True when the database could not be reached or gave no answer: the caller may try later, and what was written may have been kept. */
export function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE.has(code) || code.startsWith('08') || LOST_SOCKET.has(code) || isReadTimeout(error)) return true;
  if (error instanceof AggregateError && error.errors.some(isConnectionFailure)) return true;
  return error instanceof Error && LOST_MESSAGE.test(error.message);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
