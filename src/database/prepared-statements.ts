import { type ClientBase, DatabaseError } from 'pg';
import { sha256 } from '../domain/sha256.ts';

/** Executions of a text from which on it is prepared: the plan of what is asked once in a while isn't worth keeping. */
const PREPARED_FROM = 5;
/** Texts that are counted, and texts that are prepared, at the most: each connection keeps the plans of its own. */
const MOST_COUNTED = 2_000;
const MOST_PREPARED = 300;

/** A prepared statement that the session does not know, or has already (PostgreSQL 18, appendix A). */
const NAME_ERRORS = new Set(['26000', '42P05']);
/** The server's function that finds other columns than were prepared, after a migration beside running processes. */
const COLUMNS_CHANGED = 'RevalidateCachedQuery';

/**
 * The statements of a process that are prepared: those with parameters that it executes again and again get a name, by
 * which a connection plans them once (PostgreSQL 18, "Extended Query" and the notes of PREPARE).
 */
export class PreparedStatements {
  readonly #executions = new Map<string, number>();
  readonly #names = new Map<string, string | null>();
  #on = false;

  /** Prepares from now on; before, each execution plans its statement. */
  start(): void {
    this.#on = true;
  }

  /**
   * Counts an execution. A name is made of the text, so that it means the same to all processes behind one pooler.
   * @returns null for a text that is not prepared
   */
  nameOf(text: string): string | null {
    if (!this.#on) return null;
    const name = this.#names.get(text);
    return name === undefined ? this.#count(text) : name;
  }

  #count(text: string): string | null {
    if (this.#names.size >= MOST_PREPARED) return null;
    const executions = 1 + (this.#executions.get(text) ?? 0);
    if (executions >= PREPARED_FROM) {
      const name = `easysms_${sha256(text).toString('hex').slice(0, 32)}`;
      this.#executions.delete(text);
      this.#names.set(text, name);
      return name;
    }
    if (this.#executions.size >= MOST_COUNTED) this.#executions.clear();
    this.#executions.set(text, executions);
    return null;
  }

  /** Prepares a text no more, or none at all, after an error for which `isNotExecuted` is true. */
  giveUp(text: string, error: DatabaseError): void {
    // A pooler was put between, or is set differently since: no connection keeps anything any more.
    if (error.routine !== COLUMNS_CHANGED) this.#on = false;
    this.#names.set(text, null);
  }
}

/** True where a statement was not executed since it was prepared: it may be tried again without. */
export function isNotExecuted(error: unknown): error is DatabaseError {
  if (!(error instanceof DatabaseError)) return false;
  return NAME_ERRORS.has(error.code ?? '') || error.routine === COLUMNS_CHANGED;
}

const PROBE = 'easysms_probe';

/**
 * Finds out whether what one transaction prepares is there in the next one. It is on a connection to PostgreSQL, whose
 * process has the number that it introduced itself with. A pooler has numbers of its own, and where it keeps prepared
 * statements it gives them other names (PgBouncer from 1.21 with `max_prepared_statements`).
 */
export async function keepsPreparedStatements(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { processID } = client as ClientBase & { readonly processID: number | null };
  return rows[0]?.pid === processID || isRenamed(client);
}

/** True where the server knows a prepared statement by another name. Nothing of it stays behind on the connection. */
async function isRenamed(client: ClientBase): Promise<boolean> {
  const text = 'select from pg_prepared_statements where name = $1';
  try {
    await client.query('begin');
    const { rowCount } = await client.query({ name: PROBE, text, values: [PROBE] });
    if (rowCount) await client.query(`deallocate ${PROBE}`);
    return rowCount === 0;
  } catch (error) {
    if (isNotExecuted(error)) return false;
    throw error;
  } finally {
    await client.query('rollback');
  }
}
