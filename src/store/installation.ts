import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { StartError } from '../domain/errors.ts';
import { type Cipher, Keyring, keyIdOf } from '../domain/keyring.ts';
import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

const WRAPPED = ['lookup_key', 'patient_key'] as const;
type Wrapped = (typeof WRAPPED)[number];

export interface Installation {
  readonly keyring: Keyring;
  /** False when the database was made, or last adopted, under another PUBLIC_URL: a copy or a restored backup. */
  readonly publicUrlMatches: boolean;
}

/**
 * The installation's own keys, made the first time and wrapped by the first encryption key. When another one is first now, they are wrapped
 * anew, so that the old one can go once nothing else is encrypted under it. Processes that start at once end up with the same keys.
 * @throws StartError when the key that they are wrapped by is gone
 */
export async function openInstallation(db: Kysely<Database>, cipher: Cipher, publicUrl: string, now: Date): Promise<Installation> {
  return inTransaction(db, async (trx) => {
    const row = (await lock(trx)) ?? (await create(trx, cipher, publicUrl, now));
    const lookupKey = unwrap(cipher, 'lookup_key', row.lookup_key);
    const patientKey = unwrap(cipher, 'patient_key', row.patient_key);
    if (WRAPPED.some((column) => keyIdOf(row[column]) !== cipher.firstKeyId)) {
      await trx
        .updateTable('installation')
        .set(wrap(cipher, { lookup_key: lookupKey, patient_key: patientKey }))
        .execute();
    }
    return { keyring: new Keyring(cipher, lookupKey, patientKey), publicUrlMatches: row.public_url === publicUrl };
  });
}

/** Binds the installation to this PUBLIC_URL, so that it may hand over again. */
export async function adoptInstallation(db: Kysely<Database>, publicUrl: string, now: Date): Promise<void> {
  await db.updateTable('installation').set({ public_url: publicUrl, adopted_at: now }).execute();
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
  // Another process may have been first: what stands there holds.
  const row = await lock(trx);
  if (!row) throw new Error('the row of the installation has gone');
  return row;
}

function wrap(cipher: Cipher, keys: Record<Wrapped, Buffer>): Record<Wrapped, Buffer> {
  return {
    lookup_key: cipher.encrypt('', 'installation.lookup_key', keys.lookup_key),
    patient_key: cipher.encrypt('', 'installation.patient_key', keys.patient_key),
  };
}

function unwrap(cipher: Cipher, column: Wrapped, sealed: Buffer): Buffer {
  try {
    return cipher.decryptBytes('', `installation.${column}`, sealed);
  } catch (error) {
    throw new StartError(
      `The database was last used under the encryption key "${keyIdOf(sealed)}", which EASYSMS_ENCRYPTION_KEYS does not hold (or holds with other bytes). ` +
        'Put it back, after the key that is to encrypt from now on.',
      { cause: error },
    );
  }
}
