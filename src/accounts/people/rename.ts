import { inTransaction } from '../../database/transaction.ts';
import { changedMeanwhile, notFound, Problem } from '../../domain/errors.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAccount, lockPerson } from './people.sql.ts';
import { listNamesOf } from './person-names.sql.ts';
import { namePerson, openName } from './person-names.ts';

/** The name that a person is to have in place of the one that somebody saw. */
export interface Rename {
  /** null: in the installation. */
  readonly authorityId: string | null;
  /** The id of the account. */
  readonly id: string;
  readonly name: string;
  /** The name that was seen; empty: there was none. */
  readonly seen: string;
  readonly actor: string;
}

/**
 * Gives a person another name in an authority, or in the installation (null); names elsewhere stay. The audit tells
 * that it was changed, and neither of the two, so that a name is erased in one place.
 * @throws Problem 404 for an unknown account; 409 for one that an identity provider names at each sign-in, and
 * `changed` where somebody else has given another name since
 */
export async function renamePerson(deps: DatabaseAccess & KeyringAccess, request: Rename, now: Date): Promise<void> {
  const { authorityId, id, name, seen, actor } = request;
  await inTransaction(deps.db, async (trx) => {
    const account = await findAccount(trx, authorityId, id);
    if (!account) throw notFound('person');
    if (account.origin === 'provider')
      throw new Problem(409, 'name-of-provider', 'The identity provider gives this person the name.');
    const { person_id: personId } = account;
    await lockPerson(trx, personId);
    const before = (await listNamesOf(trx, personId)).find((row) => row.authority_id === authorityId);
    const current = before ? openName(deps.keyring, before) : '';
    if (current === name) return;
    if (current !== seen) throw changedMeanwhile('Somebody else has given this person another name in the meantime.');
    await namePerson(trx, deps.keyring, { personId, authorityId, name }, now);
    const entry = { actor, action: 'person.rename', authorityId, target: id, after: { person: personId } };
    await writeAudit(trx, entry, now);
  });
}
