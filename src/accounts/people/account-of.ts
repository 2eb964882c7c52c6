import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { findPersonBy, listAccountsOf } from './people.sql.ts';
import { emailHash } from './people.ts';

/** The id of the account that somebody with this e-mail has in an authority, or in the installation; null: none. */
export async function findAccountOf(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string | null,
  email: string,
): Promise<string | null> {
  const person = await findPersonBy(deps.db, 'email_hash', emailHash(deps.keyring, email));
  const accounts = person ? await listAccountsOf(deps.db, person.id) : [];
  return accounts.find((account) => account.authority_id === authorityId)?.id ?? null;
}
