import { once } from 'node:events';
import { Client, type ClientConfig, DatabaseError, Pool, type PoolConfig, types } from 'pg';
import { MINUTE_MS } from '../domain/duration.ts';
import { isNotExecuted, PreparedStatements } from './prepared-statements.ts';
import { isReadTimeout } from './transaction.ts';
import { refusesWrites } from './write-refusals.ts';

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
  readonly #prepared: PreparedStatements;

  constructor(config?: ClientConfig & Partial<ClientOptions>) {
    super(config);
    this.#onWriteRefused = config?.onWriteRefused ?? (() => {});
    this.#prepared = config?.prepared ?? new PreparedStatements();
    // The pool listens only while a connection is idle. One that breaks between two statements of a transaction would
    // end the process; the next statement reports it.
    this.on('error', () => {});
  }

  // The base class has eight overloads; all of them end in one promise when no callback is given, as here.
  override query(...given: unknown[]): never {
    const [text, values] = given;
    const mayBePrepared = typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const name = mayBePrepared ? this.#prepared.nameOf(text) : null;
    return (name === null ? this.#watched(given) : this.#queryPrepared(name, text as string, values)) as never;
  }

  /** Executes a statement anew without its name where it was not executed, unless a transaction failed with it. */
  async #queryPrepared(name: string, text: string, values: unknown): Promise<unknown> {
    const inTransaction = this.getTransactionStatus() !== 'I';
    try {
      return await this.#watched([{ name, text, values }]);
    } catch (error) {
      if (!isNotExecuted(error)) throw error;
      this.#prepared.giveUp(text, error);
      if (inTransaction) throw error;
      return this.#watched([text, values]);
    }
  }

  #watched(given: readonly unknown[]): Promise<unknown> {
    const result: unknown = Reflect.apply(super.query, this, given);
    if (!(result instanceof Promise)) return result as never;
    return result.catch(async (error: unknown) => {
      if (refusesWrites(error)) this.#onWriteRefused();
      if (isReadTimeout(error) || endsConnection(error)) await this.#destroy();
      throw error;
    });
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

/** Networks forget connections on which nothing goes for longer, as load balancers do after about 4 minutes. */
const KEEP_ALIVE_AFTER_MS = MINUTE_MS;

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

/** Options that the pool hands on to each client that it makes. */
interface ClientOptions extends WriteObserver {
  readonly prepared: PreparedStatements;
}

/**
 * Makes a pool of connections, which use no setting of the session, so that a pooler in transaction mode may stand
 * between. They stay until they break: a new one has to read the catalogue and plan each statement.
 */
export function createPool(
  databaseUrl: string,
  limits: PoolLimits,
  prepared: PreparedStatements,
  observer: PoolObserver,
): Pool {
  const config: PoolConfig & ClientOptions = {
    onWriteRefused: observer.onWriteRefused,
    prepared,
    connectionString: databaseUrl,
    Client: SafeClient,
    max: limits.connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    ...(limits.queryTimeoutMs === null ? {} : { query_timeout: limits.queryTimeoutMs }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
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
