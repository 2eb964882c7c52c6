import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { StartError } from '../domain/errors.ts';
import { type Cipher, Keyring, keyIdOf } from '../domain/keyring.ts';
import { protectCopied } from './clear-ids.ts';

/**
 * The identity of this database, which a copy made from a dump does not share: the copy is in another cluster, or its
 * tables have other object ids. Replication and fail-over keep the identity, and so does a copy of the files, which
 * can't be distinguished from the original; pg_upgrade makes another cluster.
 */
const IDENTITY = sql<string>`concat_ws('.', (select system_identifier from pg_control_system()),
  (select oid from pg_database where datname = current_database()),
  'installation'::regclass::oid, 'appointment'::regclass::oid, 'reminder'::regclass::oid, 'message'::regclass::oid)`;

const WRAPPED = ['lookup_key', 'patient_key'] as const;
/** The installation, of which there is one row. */
const ROW = '1';
type Wrapped = (typeof WRAPPED)[number];

/** The installation that a database belongs to. */
export interface Installation {
  readonly keyring: Keyring;
  /** False when the database was made, or last adopted, under another PUBLIC_URL: a copy or a restored backup. */
  readonly publicUrlMatches: boolean;
  /** The database was restored from a dump, and nobody has confirmed yet that it may send. */
  readonly restored: boolean;
}

/** Steps of the start that may take minutes: after the upgrade of a large database. */
export type StartStep = 'waiting' | 'protecting';

interface Binding {
  /** null before the first start. */
  readonly publicUrl: string | null;
  readonly restored: boolean;
}

/**
 * Opens the installation, or creates it at the first start. Its own keys are wrapped by the first encryption key; when
 * another key is first now, they are wrapped again, so that the old one can be removed once nothing else is encrypted
 * under it. Processes that start at the same time get the same keys.
 * Sets on the cipher whether ciphertexts that are not bound to their row may be read.
 * @param db a connection without a time limit
 * @param onStep is called with the long step that begins
 * @throws StartError when the key that they are wrapped by is missing
 */
export async function openInstallation(
  db: Db,
  cipher: Cipher,
  publicUrl: string,
  now: Date,
  onStep: (step: StartStep) => void = () => {},
): Promise<Installation> {
  return inTransaction(db, async (trx) => {
    const row = (await lock(trx, onStep)) ?? (await create(trx, cipher, publicUrl, now));
    cipher.readsUnbound = row.unbound_ciphertexts;
    const lookupKey = unwrap(cipher, 'lookup_key', row.lookup_key);
    const patientKey = unwrap(cipher, 'patient_key', row.patient_key);
    if (WRAPPED.some((column) => !cipher.isCurrent(row[column]))) {
      await trx
        .updateTable('installation')
        .set(wrap(cipher, { lookup_key: lookupKey, patient_key: patientKey }))
        .execute();
    }
    if (row.database_identity === null)
      await trx.updateTable('installation').set({ database_identity: IDENTITY }).execute();
    const { restored } = await readBinding(trx);
    const keyring = new Keyring(cipher, lookupKey, patientKey);
    if (row.clear_ids) {
      onStep('protecting');
      await protectCopied(trx, keyring);
    }
    return {
      keyring,
      publicUrlMatches: row.public_url === publicUrl,
      restored,
    };
  });
}

/** Binds the installation to this PUBLIC_URL, so that it may hand over again. */
export async function adoptInstallation(db: Db, publicUrl: string, now: Date): Promise<void> {
  await db.updateTable('installation').set({ public_url: publicUrl, adopted_at: now }).execute();
}

/** Binds a database that was restored from a backup to this PUBLIC_URL, and takes over its new identity. */
export async function bindRestored(db: Db, publicUrl: string, now: Date): Promise<void> {
  await db
    .updateTable('installation')
    .set({ public_url: publicUrl, adopted_at: now, database_identity: IDENTITY })
    .execute();
}

/** Reads which address the database is bound to, and whether it was restored from a dump. */
export async function readBinding(db: Db): Promise<Binding> {
  const row = await db
    .selectFrom('installation')
    .select(['public_url', sql<boolean>`database_identity <> ${IDENTITY}`.as('restored')])
    .executeTakeFirst();
  return { publicUrl: row?.public_url ?? null, restored: row?.restored ?? false };
}

/** True while the database holds ciphertexts that are not bound to their row. */
export async function holdsUnbound(db: Db): Promise<boolean> {
  const row = await db.selectFrom('installation').select('unbound_ciphertexts').executeTakeFirst();
  return row?.unbound_ciphertexts ?? false;
}

/** A batch of a run that encrypts everything anew. */
export interface ReencryptionStep {
  /** Cursor of the batch; null: the run began with it. */
  readonly from: string | null;
  /** Cursor of the next batch; null: it was the last one. */
  readonly next: string | null;
  /** Ciphertexts of it that are not bound to their row and could not be opened. */
  readonly unopened: number;
}

/**
 * Notes how far a run has come. A run that went from the first batch to the last without a gap, and opened everything
 * that was not bound to its row, has left no such ciphertext: they are refused from then on.
 * @returns true when this batch completed such a run
 */
export async function noteReencryption(db: Db, { from, next, unopened }: ReencryptionStep): Promise<boolean> {
  const before = sql`case when ${from}::text is null then 0 else (reencryption ->> 'unopened')::int end`;
  const continues = sql<boolean>`(${from}::text is null or reencryption ->> 'cursor' = ${from})`;
  if (next === null) {
    const bound = await sql`
      update installation set reencryption = null, unbound_ciphertexts = false
      where unbound_ciphertexts and ${continues} and ${before} + ${unopened}::int = 0`.execute(db);
    return (bound.numAffectedRows ?? 0n) > 0n;
  }
  await sql`
    update installation set
      reencryption = jsonb_build_object('cursor', ${next}::text, 'unopened', ${before} + ${unopened}::int)
    where unbound_ciphertexts and ${continues}`.execute(db);
  return false;
}

/** The PUBLIC_URL that the installation is bound to; null before the first start. */
export async function findPublicUrl(db: Db): Promise<string | null> {
  return (await db.selectFrom('installation').select('public_url').executeTakeFirst())?.public_url ?? null;
}

async function lock(trx: Trx, onStep: (step: StartStep) => void = () => {}) {
  const row = trx.selectFrom('installation').selectAll().forUpdate();
  const free = await row.skipLocked().executeTakeFirst();
  if (free) return free;
  const exists = await trx.selectFrom('installation').select('id').executeTakeFirst();
  if (exists) onStep('waiting');
  return row.executeTakeFirst();
}

async function create(trx: Trx, cipher: Cipher, publicUrl: string, now: Date) {
  const keys = wrap(cipher, { lookup_key: randomBytes(32), patient_key: randomBytes(32) });
  await trx
    .insertInto('installation')
    .values({ id: 1, public_url: publicUrl, created_at: now, ...keys })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  // Another process may have created the row first, with other keys.
  const row = await lock(trx);
  if (!row) throw new Error('the row of the installation is missing');
  return row;
}

function wrap(cipher: Cipher, keys: Record<Wrapped, Buffer>): Record<Wrapped, Buffer> {
  return {
    lookup_key: cipher.encrypt('', 'installation.lookup_key', ROW, keys.lookup_key),
    patient_key: cipher.encrypt('', 'installation.patient_key', ROW, keys.patient_key),
  };
}

function unwrap(cipher: Cipher, column: Wrapped, sealed: Buffer): Buffer {
  try {
    return cipher.decryptBytes('', `installation.${column}`, ROW, sealed);
  } catch (error) {
    throw new StartError(
      'encryption_keys',
      `The database was last used with the encryption key "${keyIdOf(sealed)}", which EASYSMS_ENCRYPTION_KEYS ` +
        'does not hold (or holds with other bytes). Put it back, after the key that is to encrypt from now on.',
      { cause: error },
    );
  }
}
