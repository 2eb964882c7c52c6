import { inTransaction } from '../../database/transaction.ts';
import { newId } from '../../domain/ids.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { deleteImportFile, type FileOwner, findImportFile, insertImportFile } from '../../store/import-files.ts';

export type { FileOwner } from '../../store/import-files.ts';

type FileDeps = DatabaseAccess & KeyringAccess;

const COLUMN = 'import_file.content';
/** Nobody but whoever tried the file can open it. */
const rowOf = (id: string, { personId }: FileOwner): string => `${id} ${personId ?? 'administrator'}`;

/** A file that somebody tried for a source. */
export interface TriedFile {
  readonly sourceId: string;
  readonly bytes: Uint8Array;
}

/** Keeps a file that was tried, encrypted, so that it can be imported without being chosen again. @returns its id */
export async function keepImportFile(
  { db, keyring }: FileDeps,
  owner: FileOwner,
  { sourceId, bytes }: TriedFile,
  now: Date,
): Promise<string> {
  const id = newId(now);
  const content_ciphertext = keyring.cipher.encrypt(owner.authorityId, COLUMN, rowOf(id, owner), Buffer.from(bytes));
  const { authorityId: authority_id, personId: person_id } = owner;
  const row = { id, authority_id, person_id, source_id: sourceId, content_ciphertext, created_at: now };
  await inTransaction(db, (trx) => insertImportFile(trx, row));
  return id;
}

/** Opens a file that is kept. @returns undefined for another's, one that is gone or too old, and one that is damaged */
export async function openImportFile(
  { db, keyring }: FileDeps,
  owner: FileOwner,
  id: string,
  now: Date,
): Promise<TriedFile | undefined> {
  const found = await findImportFile(db, owner, id, now);
  if (!found) return undefined;
  try {
    const bytes = keyring.cipher.decryptBytes(owner.authorityId, COLUMN, rowOf(id, owner), found.content);
    return { sourceId: found.sourceId, bytes };
  } catch {
    return undefined;
  }
}

/** Forgets a file that its owner has imported. */
export async function forgetImported({ db }: DatabaseAccess, owner: FileOwner, id: string): Promise<void> {
  await deleteImportFile(db, owner, id);
}
