import { randomBytes } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
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
/** There is one row. */
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

/** The address that the database is bound to. */
export interface Binding {
  /** null before the first start. */
  readonly publicUrl: string | null;
  readonly restored: boolean;
}

/**
 * Opens the installation, or creates it at the first start. Its own keys are wrapped by the first encryption key; when
 * another key is first now, they are wrapped again, so that the old one can be removed once nothing else is encrypted
 * under it. Processes that start at the same time get the same keys.
 * @throws StartError when the key that they are wrapped by is missing
 */
export async function openInstallation(
  db: Kysely<Database>,
  cipher: Cipher,
  publicUrl: string,
  now: Date,
): Promise<Installation> {
  return inTransaction(db, async (trx) => {
    const row = (await lock(trx)) ?? (await create(trx, cipher, publicUrl, now));
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
    if (row.clear_ids) await protectCopied(trx, keyring);
    return {
      keyring,
      publicUrlMatches: row.public_url === publicUrl,
      restored,
    };
  });
}

/** Binds the installation to this PUBLIC_URL, so that it may hand over again. */
export async function adoptInstallation(db: Kysely<Database>, publicUrl: string, now: Date): Promise<void> {
  await db.updateTable('installation').set({ public_url: publicUrl, adopted_at: now }).execute();
}

/** Binds a database that was restored from a backup to this PUBLIC_URL, and takes over its new identity. */
export async function bindRestored(db: Kysely<Database>, publicUrl: string, now: Date): Promise<void> {
  await db
    .updateTable('installation')
    .set({ public_url: publicUrl, adopted_at: now, database_identity: IDENTITY })
    .execute();
}

/** Reads which address the database is bound to, and whether it was restored from a dump. */
export async function readBinding(db: Kysely<Database>): Promise<Binding> {
  const row = await db
    .selectFrom('installation')
    .select(['public_url', sql<boolean>`database_identity <> ${IDENTITY}`.as('restored')])
    .executeTakeFirst();
  return { publicUrl: row?.public_url ?? null, restored: row?.restored ?? false };
}

/** The PUBLIC_URL that the installation is bound to; null before the first start. */
export async function findPublicUrl(db: Kysely<Database>): Promise<string | null> {
  return (await db.selectFrom('installation').select('public_url').executeTakeFirst())?.public_url ?? null;
}

function lock(trx: Transaction<Database>) {
  return trx.selectFrom('installation').selectAll().forUpdate().executeTakeFirst();
}

async function create(trx: Transaction<Database>, cipher: Cipher, publicUrl: string, now: Date) {
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
      `The database was last used with the encryption key "${keyIdOf(sealed)}", which EASYSMS_ENCRYPTION_KEYS ` +
        'does not hold (or holds with other bytes). Put it back, after the key that is to encrypt from now on.',
      { cause: error },
    );
  }
}
