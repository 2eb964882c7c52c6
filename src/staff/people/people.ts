import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import type { Keyring } from '../../domain/keyring.ts';
import type { Access } from '../../domain/people/access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { readAuthority } from '../authorities.ts';
import { type Invitation, makeLink } from './invitations.ts';
import {
  deleteAccounts,
  endSessionsOf,
  findAccount,
  findPersonBy,
  insertPerson,
  type ListedAccount,
  listAccounts,
  listAccountsOf,
  lockPerson,
  type PersonRow,
  putAccount,
  updatePerson,
} from './people.sql.ts';

type PeopleDeps = DatabaseAccess & KeyringAccess;

/** A person's account, as administrators read it. */
export interface AccountView extends Omit<Access, 'authorityId'> {
  readonly id: string;
  /** null: the identity provider gave none. */
  readonly email: string | null;
  readonly name: string;
  /** `provider`: an identity provider gives the role at each sign-in. */
  readonly origin: 'invitation' | 'provider';
  /** null: invited, and not yet accepted. */
  readonly acceptedAt: Date | null;
  /** Until when the link can be used; null: none is open. */
  readonly invitedUntil: Date | null;
  readonly lastSignInAt: Date | null;
  readonly secondFactor: boolean;
}

/** Keyed hash that a person is found by. @param email as it was typed */
export function emailHash(keyring: Keyring, email: string): Buffer {
  return keyring.digest('person.email', canonicalEmail(email));
}

/** An e-mail in the form in which it is compared: two that differ in case reach the same person. */
export function canonicalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Encrypts e-mail and name of a person. */
export function sealPerson(
  { cipher }: Keyring,
  id: string,
  { email, name }: { readonly email: string | null; readonly name: string },
): Pick<PersonRow, 'email_ciphertext' | 'name_ciphertext'> {
  return {
    email_ciphertext: email === null ? null : cipher.encrypt('', 'person.email', id, email),
    name_ciphertext: cipher.encrypt('', 'person.name', id, name),
  };
}

/** E-mail and name of a person, each null where it is erased or was never known. */
export function openPerson(
  { cipher }: Keyring,
  id: string,
  row: Pick<PersonRow, 'email_ciphertext' | 'name_ciphertext'>,
): { readonly email: string | null; readonly name: string | null } {
  const { email_ciphertext: email, name_ciphertext: name } = row;
  return {
    email: email && cipher.decrypt('', 'person.email', id, email),
    name: name && cipher.decrypt('', 'person.name', id, name),
  };
}

/**
 * The people of an authority, or of the whole installation (null), by id.
 * @param page.after the id that the page continues after
 * @throws Problem 404 for an unknown authority
 */
export async function readPeople(
  deps: PeopleDeps,
  authorityId: string | null,
  page: { readonly after: string | null; readonly limit: number },
  now: Date,
): Promise<AccountView[]> {
  if (authorityId !== null) await readAuthority(deps, authorityId);
  const rows = await listAccounts(deps.db, authorityId, page.after, page.limit);
  return rows.map((row) => toView(deps.keyring, row, now));
}

function toView(keyring: Keyring, row: ListedAccount, now: Date): AccountView {
  const { email, name } = openPerson(keyring, row.person_id, row);
  return {
    id: row.id,
    ...{ email, name: name ?? '', role: row.role, departments: row.departments, origin: row.origin },
    acceptedAt: row.accepted_at,
    invitedUntil: row.invited_until && row.invited_until > now ? row.invited_until : null,
    lastSignInAt: row.signed_in_at,
    secondFactor: row.totp_confirmed_at !== null,
  };
}

/** An invitation of a person; `actor` is a name for the audit. */
export interface Invite extends Access {
  readonly email: string;
  readonly name: string;
  readonly actor: string;
}

/**
 * Invites a person to an authority or to the whole installation. Who has an account there gets its role and departments
 * changed at once, and another link, by which a forgotten password can be replaced; links from before end.
 * @throws Problem 404 for an unknown authority
 */
export async function invitePerson(
  deps: PeopleDeps & { readonly publicUrl: string },
  invite: Invite,
  now: Date,
): Promise<{ readonly id: string } & Invitation> {
  const { authorityId, role, departments, actor } = invite;
  if (authorityId !== null) await readAuthority(deps, authorityId);
  return inTransaction(deps.db, async (trx) => {
    const person = await findOrMake(trx, deps.keyring, invite, now);
    const account = { id: newId(now), person_id: person.id, origin: 'invitation', accepted_at: null } as const;
    const id = await putAccount(trx, { ...account, authorityId, role, departments }, now);
    const invitation = await makeLink(trx, deps, id, now);
    const after = { person: person.id, role, departments };
    await writeAudit(trx, { actor, action: 'person.invite', authorityId, target: id, after }, now);
    return { id, ...invitation };
  });
}

/** The person with this e-mail; a name that somebody else gave stays as long as the person has other accounts. */
async function findOrMake(
  trx: Kysely<Database>,
  keyring: Keyring,
  { email, name, authorityId }: Invite,
  now: Date,
): Promise<PersonRow> {
  const hash = emailHash(keyring, email);
  const id = newId(now);
  const made = { id, email_hash: hash, identity_hash: null, ...sealPerson(keyring, id, { email, name }) };
  await insertPerson(trx, made, now);
  const found = await findPersonBy(trx, 'email_hash', hash);
  if (!found) throw new Error('a person who was stored just now is missing');
  const accounts = await listAccountsOf(trx, found.id);
  if (accounts.every((account) => account.authority_id === authorityId))
    await updatePerson(trx, found.id, sealPerson(keyring, found.id, { email, name }));
  return found;
}

/**
 * Removes a person's account and ends the person's sessions at once. With the last account e-mail, password and second
 * factor go; the name stays for a while, so that the audit can tell who it was.
 * @throws Problem 404 for an unknown account, and for one of another authority
 */
export async function removePerson(
  deps: DatabaseAccess,
  request: { readonly authorityId: string | null; readonly id: string; readonly actor: string },
  now: Date,
): Promise<void> {
  const { authorityId, id, actor } = request;
  await inTransaction(deps.db, async (trx) => {
    const account = await findAccount(trx, authorityId, id);
    if (!account) throw notFound('person');
    const { person_id: personId, role, departments } = account;
    await lockPerson(trx, personId);
    await deleteAccounts(trx, [id]);
    await endSessionsOf(trx, personId, null);
    await endWithoutAccounts(trx, personId, now);
    const before = { person: personId, role, departments };
    await writeAudit(trx, { actor, action: 'person.remove', authorityId, target: id, before }, now);
  });
}

/** Erases what lets a person sign in, once there is no account left. */
export async function endWithoutAccounts(trx: Kysely<Database>, personId: string, now: Date): Promise<void> {
  if ((await listAccountsOf(trx, personId)).length > 0) return;
  const credentials = { email_hash: null, email_ciphertext: null, identity_hash: null, password_hash: null };
  const factor = { totp_ciphertext: null, totp_confirmed_at: null, totp_step: null };
  await updatePerson(trx, personId, { ...credentials, ...factor, ended_at: now });
}
