/**
 * SQLSTATEs of a server that answers and takes no write (PostgreSQL, appendix A): the disk is full, and a read-only
 * server or a standby where the primary was.
 */
const REFUSES_WRITES = new Set(['53100', '25006']);
/** A database that takes no write refuses several a minute: the heartbeat alone comes each five seconds. */
const REMEMBERED_MS = 60_000;

/** True for the error of a statement that was refused for want of space or by a read-only server. */
export function refusesWrites(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && REFUSES_WRITES.has(code);
}

/** Memory of whether the database takes writes, as this process last found out by its own statements. */
export class WriteRefusals {
  readonly #monotonic: () => number;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param monotonic milliseconds of a clock that never goes back */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Notes that a write was refused. */
  note(): void {
    this.#lastMs = this.#monotonic();
  }

  /** False for a minute after a refused write: where there is room for a change, there may be none for a new row. */
  get writable(): boolean {
    return this.#monotonic() - this.#lastMs > REMEMBERED_MS;
  }
}

/** SQLSTATE of text that PostgreSQL can't hold: NUL, or a lone half of a surrogate pair in jsonb. */
const CODES = new Set(['22021', '22P05', '22P02']);

/** True when a value can't be stored at all, such as an invalid character: the fault is the caller's. */
export function isUnstorable(error: unknown): boolean {
  return error instanceof Error && CODES.has(String(Reflect.get(error, 'code')));
}

/** True when another row has the key already (SQLSTATE unique_violation). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === '23505';
}

/** True when the database refused the values of a row (SQLSTATE classes 22 and 23), and would refuse them again. */
export function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && /^2[23]/.test(String(Reflect.get(error, 'code')));
}
