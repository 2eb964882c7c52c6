import { inTransaction } from '../database/transaction.ts';
import { type Problem, refusedRequest } from '../domain/errors.ts';
import { isBound } from '../domain/keyring.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging, Metering } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { noteReencryption, type ReencryptionStep } from '../store/installation.ts';
import { type ReencryptedValue, readSealedPage, replaceSealed, SEALED, type SealedColumn } from './reencrypt.sql.ts';

const PAGE = 1_000;
const CURSOR = /^(\d{1,2})(?: ([a-z0-9-]{1,63}))?$/;

/** The result of one batch. */
export interface Reencrypted {
  /** Rows that were looked at and are encrypted under the first key, bound to their row, by this batch. */
  readonly reencrypted: number;
  /** Ciphertexts that can't be opened: under a key that is gone, or changed. They stay as they are. */
  readonly failed: number;
  /** The column that was looked through: `table.column`. */
  readonly column: string;
  /** For the next batch; null: this was the last one. */
  readonly cursor: string | null;
  /** Every ciphertext is bound to its row, and any other is refused. */
  readonly boundOnly: boolean;
}

/**
 * Encrypts the next thousand rows of a column anew, under the first key and bound to their row. What is so already
 * stays, so that it may be stopped at any point and begun again; what is changed meanwhile is new, and stays too. After
 * a run from the first batch to the last, ciphertexts that are not bound to their row are refused.
 * @param cursor of the batch before; null: from the beginning, which is audited
 * @throws Problem 422 for a cursor that is none
 */
export async function reencryptBatch(
  deps: DatabaseAccess & KeyringAccess & CurrentTime & Logging,
  actor: string,
  cursor: string | null,
): Promise<Reencrypted> {
  const { nth, after } = positionOf(cursor);
  const column = SEALED[nth];
  if (!column) throw noCursor();
  if (cursor === null) {
    const entry = { actor, action: 'installation.reencrypt', authorityId: null, target: 'installation' };
    await writeAudit(deps.db, entry, deps.now());
  }
  const page = await readSealedPage(deps.db, column, after, PAGE);
  const fresh: ReencryptedValue[] = [];
  let [failed, unopened] = [0, 0];
  for (const value of page.values) {
    const sealed = renew(deps, column, value);
    if (sealed) fresh.push({ id: value.id, sealed: value.sealed, fresh: sealed });
    else if (sealed === undefined) {
      failed++;
      if (!isBound(value.sealed)) unopened++;
    }
  }
  const reencrypted = await replaceSealed(deps.db, column, fresh);
  const name = `${column.table}.${column.column}`;
  if (failed > 0) deps.log.error({ column: name, failed }, 'ciphertexts could not be decrypted, and stay as they are');
  const next = cursorAfter(nth, page.last);
  await noteStep(deps, actor, { from: cursor, next, unopened });
  return { reencrypted, failed, column: name, cursor: next, boundOnly: !deps.keyring.cipher.readsUnbound };
}

async function noteStep(
  deps: DatabaseAccess & KeyringAccess & CurrentTime & Logging,
  actor: string,
  step: ReencryptionStep,
): Promise<void> {
  const isDone = await inTransaction(deps.db, async (trx) => {
    if (!(await noteReencryption(trx, step))) return false;
    const entry = { actor, action: 'installation.refuse-unbound', authorityId: null, target: 'installation' };
    await writeAudit(trx, entry, deps.now());
    return true;
  });
  if (!isDone) return;
  deps.keyring.cipher.readsUnbound = false;
  deps.log.info('all ciphertexts are bound to their rows now: one that is not is refused');
}

/** @returns null for a ciphertext that is current; undefined for one that can't be opened */
function renew(
  { keyring: { cipher } }: KeyringAccess,
  { label }: SealedColumn,
  { owner, row, sealed }: { readonly owner: string; readonly row: string; readonly sealed: Buffer },
): Buffer | null | undefined {
  if (cipher.isCurrent(sealed)) return null;
  try {
    return cipher.encrypt(owner, label, row, cipher.decryptBytes(owner, label, row, sealed));
  } catch {
    return undefined;
  }
}

function positionOf(cursor: string | null): { nth: number; after: string | null } {
  if (cursor === null) return { nth: 0, after: null };
  const match = CURSOR.exec(cursor);
  if (!match) throw noCursor();
  return { nth: Number(match[1]), after: match[2] ?? null };
}

function cursorAfter(nth: number, last: string | null): string | null {
  if (last !== null) return `${nth} ${last}`;
  return nth + 1 < SEALED.length ? String(nth + 1) : null;
}

function noCursor(): Problem {
  const faults = [{ pointer: '/cursor', code: 'invalid', detail: 'Take the cursor of the batch before, or null.' }];
  return refusedRequest(faults);
}

/**
 * Has everything counted that can't be opened, by its table, wherever it is read. What browsers keep for us (forms,
 * cookies, places in lists) is no row: anybody may send another one.
 */
export function countUnreadable({ keyring, metrics }: KeyringAccess & Metering): void {
  const tables = new Map(SEALED.map(({ label, table }) => [label, table]));
  // Prometheus sees no increase in a counter that appears.
  for (const table of tables.values()) metrics.unreadable.inc({ table }, 0);
  keyring.cipher.onUnreadable = (column) => {
    const table = tables.get(column);
    if (table) metrics.unreadable.inc({ table });
  };
}
