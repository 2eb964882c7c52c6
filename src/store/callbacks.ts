import { type RawBuilder, sql } from 'kysely';
import { columnList } from '../database/columns.ts';
import type { Db } from '../database/tables.ts';
import { newId } from '../domain/ids.ts';
import type { CallbackKind, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { KeyringAccess } from '../runtime/deps.ts';

/** A callback that is stored longer than this is abandoned: a process that lives has applied it by then. */
export const ABANDONED_CALLBACK_MS = 30_000;

/** A callback as it is stored: encrypted, and known again by its hash. */
export interface CallbackRow {
  readonly id: string;
  readonly gateway: string;
  readonly kind: 'receipt' | 'inbound';
  readonly dedupeKey: Buffer;
  readonly rawCiphertext: Buffer;
  /** The number of the citizen who wrote; null for receipts, which are found by their message. */
  readonly phoneHash: Buffer | null;
  readonly receivedAt: Date;
  readonly appliedAt: Date | null;
  readonly note: string | null;
}

/** Makes the row of a callback: encrypted, and known again by a keyed hash of all that it says. */
export function callbackRow(deps: KeyringAccess, gateway: SmsGateway, callback: RawCallback, now: Date): CallbackRow {
  const raw = JSON.stringify({ ...callback, body: Buffer.from(callback.body).toString('base64') });
  const said =
    gateway.repeatKey?.(callback) ??
    JSON.stringify([
      callback.method,
      Object.entries(callback.query).sort(),
      Buffer.from(callback.body).toString('base64'),
    ]);
  const id = newId(now);
  return {
    id,
    gateway: gateway.id,
    kind: callback.kind === 'receipts' ? 'receipt' : 'inbound',
    dedupeKey: deps.keyring.digest('callback', said),
    rawCiphertext: deps.keyring.cipher.encrypt('', 'callback.raw', id, raw),
    phoneHash: null,
    receivedAt: now,
    appliedAt: null,
    note: null,
  };
}

/** Reads the decrypted content of `rawCiphertext` of a row of this kind. @throws SyntaxError */
export function readRaw(text: string, kind: CallbackKind): RawCallback {
  const raw = JSON.parse(text) as RawCallback & { body: string };
  return { ...raw, kind, body: Buffer.from(raw.body, 'base64') };
}

/** The columns of a callback that its row has from the first. */
const CALLBACK_COLUMNS = columnList<'callback', CallbackRow>({
  id: ['uuid', ({ id }) => id],
  gateway: ['text', ({ gateway }) => gateway],
  kind: ['text', ({ kind }) => kind],
  dedupe_key: ['bytea', ({ dedupeKey }) => dedupeKey],
  raw_ciphertext: ['bytea', ({ rawCiphertext }) => rawCiphertext],
  phone_hash: ['bytea', ({ phoneHash }) => phoneHash],
  received_at: ['timestamptz', ({ receivedAt }) => receivedAt],
  applied_at: ['timestamptz', ({ appliedAt }) => appliedAt],
  note: ['text', ({ note }) => note],
});

/** Stores callbacks. @returns the ids of those that were new; a repeat of one that is stored is missing */
export async function insertCallbacks(db: Db, callbacks: readonly CallbackRow[]): Promise<Set<string>> {
  if (callbacks.length === 0) return new Set();
  const { names } = CALLBACK_COLUMNS;
  const { rows: inserted } = await sql<{ id: string }>`
    insert into callback (${names}) select ${names} from ${CALLBACK_COLUMNS.unnest(callbacks)}
    order by gateway, kind, dedupe_key
    on conflict (gateway, kind, dedupe_key) do nothing returning id`.execute(db);
  return new Set(inserted.map((row) => row.id));
}

/** Notes why nothing came of a callback. */
export async function noteCallback(db: Db, id: string, note: string): Promise<void> {
  await db.updateTable('callback').set({ note }).where('id', '=', id).execute();
}

/**
 * Forgets what gateways posted about these messages. The rows of the callbacks stay, without content and number, so
 * that a repeat is known as one and brings nothing back. A callback may be about other people's messages, too: one that
 * is applied is forgotten whole, since everybody's receipt stands in a row by then; one that waits is kept for the
 * others, and forgotten when it is applied (`markApplied`).
 */
export async function forgetCallbacksAbout(db: Db, messageIds: readonly string[]): Promise<void> {
  await forgetCallbacks(
    db,
    sql`select c.id from receipt r join callback c on c.id = r.callback_id
      where r.message_id = any(${messageIds}::uuid[]) and c.applied_at is not null`,
  );
}

/**
 * Forgets the content and the number of callbacks; their rows stay, so that a repeat is known as one.
 * @param ids a query of one column, or an array's elements
 * @returns how many there were
 */
export async function forgetCallbacks(db: Db, ids: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows } = await sql`
    update callback set raw_ciphertext = null, phone_hash = null
    where id = any(array(select id from callback where id in (${ids}) order by id for update))`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/**
 * Forgets the content of callbacks of which nothing came: nobody can tell whom they are about, so that no erasure of a
 * citizen finds them.
 * @returns how many
 */
export async function forgetUnread(db: Db, before: Date, limit: number): Promise<number> {
  return forgetCallbacks(
    db,
    sql`select id from callback where received_at < ${before} and raw_ciphertext is not null
      and note in ('unreadable', 'unknown_reference') order by received_at limit ${limit}`,
  );
}
