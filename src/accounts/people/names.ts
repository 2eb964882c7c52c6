import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { changedMeanwhile, notFound, Problem } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import type { Keyring } from '../../domain/keyring.ts';
import { personOfActor } from '../../domain/people/access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAccount, lockPerson } from './people.sql.ts';
import { findPersonNames, listNamesOf, type PersonNameRow, putPersonName } from './person-names.sql.ts';

/**
 * Names of people by the names that the audit has for them. Rows keep `person:<id>`, so that a name is erased in one
 * place, and no authority reads the name that another one gave.
 * @param authorityId the authority whose rows are read; null: the installation
 * @returns a function that turns an actor into `person:<id> <name>`, and leaves any other as it is
 */
export async function actorNames(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string | null,
  actors: readonly (string | null)[],
): Promise<<T extends string | null>(actor: T) => T | string> {
  const ids = new Set(actors.flatMap((actor) => (actor === null ? [] : (personOfActor(actor) ?? []))));
  const names = await readNames(deps, authorityId, [...ids]);
  return (actor) => {
    const name = actor === null ? null : names.get(personOfActor(actor) ?? '');
    return name ? `${actor} ${name}` : actor;
  };
}

/** The name alone, for pages: `person:<id> Anna Jensen` becomes `Anna Jensen`. */
export function shownActor(actor: string): string {
  return actor.replace(/^person:[0-9a-f-]{36} /, '');
}

const COLUMN = 'person_name.name';

/** Names a person for one authority, or for the installation, in place of the name from before. */
export async function namePerson(
  trx: Db,
  { cipher }: Keyring,
  { personId, authorityId, name }: Pick<Rename, 'authorityId' | 'name'> & { readonly personId: string },
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

/** The name that a person is to have in place of the one that somebody saw. */
interface Rename {
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
