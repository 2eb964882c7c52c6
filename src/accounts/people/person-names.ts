import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { newId } from '../../domain/ids.ts';
import type { Keyring } from '../../domain/keyring.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import { findPersonNames, type PersonNameRow, putPersonName } from './person-names.sql.ts';

const COLUMN = 'person_name.name';

/** A name that an authority, or the installation (null), gives a person. */
export interface GivenName {
  readonly personId: string;
  readonly authorityId: string | null;
  readonly name: string;
}

/** Names a person for one authority, or for the installation, in place of the name from before. */
export async function namePerson(
  trx: Kysely<Database>,
  { cipher }: Keyring,
  { personId, authorityId, name }: GivenName,
  now: Date,
): Promise<void> {
  const id = newId(now);
  const sealed = cipher.encrypt(authorityId ?? '', COLUMN, id, name);
  await putPersonName(trx, { id, person_id: personId, authority_id: authorityId, name_ciphertext: sealed });
}

/** The name in a row; empty where it can't be opened. */
export function openName(
  keyring: Keyring,
  row: Omit<PersonNameRow, 'person_id'>,
  opened = new OpenedRow(keyring),
): string {
  return opened.open(row.authority_id ?? '', COLUMN, row.id, row.name_ciphertext) ?? '';
}

/**
 * Names of people by their ids, as an authority reads them: the name that it gave, else the one that the installation
 * gave, never that of another authority. The installation (null) reads its own, else the one given longest ago.
 * @returns without those who have no such name
 */
export async function readNames(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  authorityId: string | null,
  personIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await findPersonNames(db, personIds, authorityId);
  return new Map(rows.map((row) => [row.person_id, openName(keyring, row)]));
}
