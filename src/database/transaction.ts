import { once } from 'node:events';
import { Client, type ClientConfig, DatabaseError, Pool, type PoolConfig, types } from 'pg';
import { MINUTE_MS } from '../domain/duration.ts';
import type { Db, Trx } from './tables.ts';
import { refusesWrites } from './write-refusals.ts';

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

/** True when PostgreSQL took everything back because of what others did at the same time. */
export function asksToTryAgain(error: unknown): boolean {
  return TRY_AGAIN.has(codeOf(error));
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

const DATE = 1082;
const TIMESTAMPTZ = 1184;
const DATE_ARRAY = 1182;
const TEXT = 25;
const TEXT_ARRAY = 1009;

/** `2026-11-27 09:00:00+00`: where its day and its zone are. */
const DAY_ENDS = 10;
const UTC_LENGTH = 3;
const TIMESTAMP_BEGINS = DAY_ENDS + UTC_LENGTH;

/**
 * A client that gives up lost connections. One that a silent network has swallowed looks sound to the pool, and would
 * be handed out for ever; one that the server is closing looks sound until the end of its socket arrives, after the
 * error. When a response does not come in time, or is the server's last, the socket is destroyed, so that the pool
 * makes a new one (node-postgres issue 3399).
 */
class SafeClient extends Client {
  readonly #onWriteRefused: () => void;

  constructor(config?: ClientConfig & Partial<WriteObserver>) {
    super(config);
    this.#onWriteRefused = config?.onWriteRefused ?? (() => {});
    // The pool listens only while a connection is idle. One that breaks between two statements of a transaction would
    // end the process; the next statement reports it.
    this.on('error', () => {});
  }

  // The base class has eight overloads; all of them end in one promise when no callback is given, as here.
  override query(...given: unknown[]): never {
    const result: unknown = Reflect.apply(super.query, this, given);
    if (!(result instanceof Promise)) return result as never;
    return result.catch(async (error: unknown) => {
      if (refusesWrites(error)) this.#onWriteRefused();
      if (isReadTimeout(error) || endsConnection(error)) await this.#destroy();
      throw error;
    }) as never;
  }

  async #destroy(): Promise<void> {
    const { stream } = (this as unknown as { connection: { stream: import('node:net').Socket } }).connection;
    if (stream.destroyed) return;
    // The client takes note of its socket's end in listeners that were there before this one.
    const ended = once(stream, 'close');
    stream.destroy();
    await ended;
  }
}

/** True for the error of a query that got no response within the time limit: it may have been carried out. */
function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/**
 * True for an error after which the server closes the connection (PostgreSQL, protocol-flow "Termination" and
 * errcodes-appendix, class 57P), and for a write that found a standby where the primary was: a connection that outlived
 * a switch-over stays there for ever. The severity may be in the server's language; the code never is.
 */
function endsConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return (
    error.severity === 'FATAL' ||
    error.severity === 'PANIC' ||
    error.code === '25006' ||
    error.code?.startsWith('57P') === true
  );
}

/** Connections that a pool keeps, since a new one has to plan each statement anew: that doubles the time of a page. */
const KEPT_WARM = 2;
/** The time after which the others end when nobody uses them. */
const IDLE_MS = 10 * MINUTE_MS;

/** The limits of a pool of connections. */
export interface PoolLimits {
  readonly connections: number;
  /** null: queries may take as long as they take (migrations). */
  readonly queryTimeoutMs: number | null;
}

/** Listener for writes that the database refuses, for want of space or as a read-only server. */
export interface WriteObserver {
  readonly onWriteRefused: () => void;
}

/** Listeners of a pool. */
interface PoolObserver extends WriteObserver {
  /** Called when a connection that nobody uses breaks; the pool replaces it. */
  readonly onIdleError: (error: Error) => void;
}

/**
 * Makes a pool of connections, which use no setting of the session and no named statement, so that a pooler in
 * transaction mode may stand between.
 */
export function createPool(databaseUrl: string, limits: PoolLimits, observer: PoolObserver): Pool {
  // The pool hands its settings on to each client that it makes.
  const config: PoolConfig & WriteObserver = {
    onWriteRefused: observer.onWriteRefused,
    connectionString: databaseUrl,
    Client: SafeClient,
    max: limits.connections,
    min: Math.min(KEPT_WARM, limits.connections),
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: 5_000,
    ...(limits.queryTimeoutMs === null ? {} : { query_timeout: limits.queryTimeoutMs }),
    keepAlive: true,
    application_name: 'easysms',
    types: { getTypeParser },
  };
  const pool = new Pool(config);
  pool.on('error', observer.onIdleError);
  return pool;
}

const parseAnyTimestamp: (text: string) => Date = types.getTypeParser(TIMESTAMPTZ, 'text');

/**
 * Parses a `timestamptz`. In UTC, as servers mostly are, it is read as ISO 8601 in half the time that the driver takes:
 * a hand-over reads five of them. All others, such as `infinity`, are left to the driver.
 */
export function parseTimestamp(text: string): Date {
  if (text.length > TIMESTAMP_BEGINS && text.endsWith('+00')) {
    const at = new Date(`${text.slice(0, DAY_ENDS)}T${text.slice(DAY_ENDS + 1, -UTC_LENGTH)}Z`);
    if (!Number.isNaN(at.getTime())) return at;
  }
  return parseAnyTimestamp(text);
}

/** A date has no zone: as an instant it would mean another day elsewhere. */
const getTypeParser = ((oid: number, format: 'text') => {
  if (oid === TIMESTAMPTZ && format === 'text') return parseTimestamp;
  return types.getTypeParser(oid === DATE ? TEXT : oid === DATE_ARRAY ? TEXT_ARRAY : oid, format);
}) as typeof types.getTypeParser;
