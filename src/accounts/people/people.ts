import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { changedMeanwhile, notFound, Problem } from '../../domain/errors.ts';
import { type IdPage, newId } from '../../domain/ids.ts';
import type { Keyring } from '../../domain/keyring.ts';
import { type Access, type Allowed, isSameAccess } from '../../domain/people/access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAuthority } from '../../store/authorities.ts';
import { type Invitation, makeLink } from './invitations.ts';
import { namePerson, openName } from './names.ts';
import {
  deleteAccounts,
  endSessionsOf,
  findAccount,
  findListedAccount,
  findPersonBy,
  insertPerson,
  type ListedAccount,
  listAccounts,
  listAccountsOf,
  lockAccount,
  lockAdministrators,
  lockPerson,
  type PersonRow,
  putAccount,
  updateAccount,
  updatePerson,
} from './people.sql.ts';

type PeopleDeps = DatabaseAccess & KeyringAccess;

const EMAIL = 'person.email';

/** A person's account, as administrators read it. */
export interface AccountView extends Allowed, MayBeUnreadable {
  readonly id: string;
  /** The person whose account it is, as the audit names it. */
  readonly personId: string;
  /** null: the identity provider gave none. */
  readonly email: string | null;
  /** The name that the authority gave, or the installation for its own accounts. */
  readonly name: string;
  /** `provider`: an identity provider gives the role at each sign-in. */
  readonly origin: 'invitation' | 'provider';
  /** null: invited, and not yet accepted; until then the last two tell nothing of accounts elsewhere. */
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

/** Encrypts a person's e-mail, in the form in which it is compared: how another authority typed it shows nowhere. */
export function sealEmail({ cipher }: Keyring, id: string, email: string): Buffer {
  return cipher.encrypt('', EMAIL, id, canonicalEmail(email));
}

/** A person's e-mail; null where it is erased, was never known, or can't be opened. */
export function openEmail(
  keyring: Keyring,
  row: Pick<PersonRow, 'id' | 'email_ciphertext'>,
  opened = new OpenedRow(keyring),
): string | null {
  return opened.open('', EMAIL, row.id, row.email_ciphertext);
}

/**
 * The people of an authority, or of the whole installation (null), by id.
 * @throws Problem 404 for an unknown authority
 */
export async function readPeople(
  deps: PeopleDeps,
  authorityId: string | null,
  page: IdPage,
  now: Date,
): Promise<AccountView[]> {
  const rows = await listAccounts(deps.db, authorityId, page.after, page.limit);
  // Asked for an empty part alone, since a list is read in many: an unknown authority has nobody.
  if (rows.length === 0) await checkAuthority(deps, authorityId);
  return rows.map((row) => toView(deps.keyring, row, now));
}

/** @throws Problem 404 for an unknown authority; null is the installation */
async function checkAuthority({ db }: PeopleDeps, authorityId: string | null): Promise<void> {
  if (authorityId !== null && !(await findAuthority(db, authorityId))) throw notFound('authority');
}

function toView(keyring: Keyring, row: ListedAccount, now: Date): AccountView {
  const { name_id: nameId, name_ciphertext: sealed } = row;
  const opened = new OpenedRow(keyring);
  const email = openEmail(keyring, { id: row.person_id, email_ciphertext: row.email_ciphertext }, opened);
  const name = nameId && sealed ? openName(keyring, { ...row, id: nameId, name_ciphertext: sealed }, opened) : '';
  return {
    id: row.id,
    personId: row.person_id,
    email,
    name,
    role: row.role,
    departments: row.departments,
    origin: row.origin,
    acceptedAt: row.accepted_at,
    invitedUntil: row.invited_until && row.invited_until > now ? row.invited_until : null,
    lastSignInAt: row.accepted_at && row.signed_in_at,
    secondFactor: row.accepted_at !== null && row.totp_confirmed_at !== null,
    ...opened.mark,
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
  await checkAuthority(deps, authorityId);
  return inTransaction(deps.db, async (trx) => {
    const person = await findOrMake(trx, deps.keyring, invite.email, now);
    await namePerson(trx, deps.keyring, { personId: person.id, authorityId, name: invite.name }, now);
    const account = { id: newId(now), person_id: person.id, origin: 'invitation', accepted_at: null } as const;
    const id = await putAccount(trx, { ...account, authorityId, role, departments }, now);
    const invitation = await makeLink(trx, deps, id, now);
    const after = { person: person.id, role, departments };
    await writeAudit(trx, { actor, action: 'person.invite', authorityId, target: id, after }, now);
    return { id, ...invitation };
  });
}

/** The person with this e-mail. */
async function findOrMake(trx: Db, keyring: Keyring, email: string, now: Date): Promise<PersonRow> {
  const hash = emailHash(keyring, email);
  const id = newId(now);
  const made = { id, email_hash: hash, identity_hash: null, email_ciphertext: sealEmail(keyring, id, email) };
  await insertPerson(trx, made, now);
  const found = await findPersonBy(trx, 'email_hash', hash);
  if (!found) throw new Error('a person who was stored just now is missing');
  return found;
}

/** An account of an authority, or of the installation (null), that is changed or removed. */
interface AccountChange {
  readonly authorityId: string | null;
  readonly id: string;
  readonly actor: string;
  /** True: also where nobody administers the authority, or the installation, any more afterwards. */
  readonly evenLast: boolean;
}

/** The account. @throws Problem 404 for an unknown one, and for one of another authority */
export async function readPerson(
  deps: PeopleDeps,
  authorityId: string | null,
  id: string,
  now: Date,
): Promise<AccountView> {
  const row = await findListedAccount(deps.db, authorityId, id);
  if (!row) throw notFound('person');
  return toView(deps.keyring, row, now);
}

/**
 * Gives a person another role and other departments, from the next page on that it opens. Where it has them already,
 * nothing is written.
 * @param request.seen what the sender saw that it replaces
 * @throws Problem 404 for an unknown account; 409 for the last administrator, for an account whose role an identity
 * provider gives, and `changed` where somebody else has changed it since `seen`
 */
export async function changePerson(
  deps: DatabaseAccess,
  request: AccountChange & Allowed & { readonly seen: Allowed },
  now: Date,
): Promise<void> {
  const { authorityId, id, actor, role, departments, seen } = request;
  await inTransaction(deps.db, async (trx) => {
    const found = await findAccount(trx, authorityId, id);
    if (!found) throw notFound('person');
    if (found.origin === 'provider')
      throw new Problem(409, 'role-of-provider', 'The identity provider gives this person the role.');
    if (role !== 'administrator' || departments !== null) await keepAdministrator(trx, request);
    // Whoever changes the account at the same moment comes first, so that the comparison sees that change.
    const account = await lockAccount(trx, id);
    if (!account) throw notFound('person');
    if (isSameAccess(account, request)) return;
    if (!isSameAccess(account, seen)) throw changedMeanwhile('Somebody else has changed the access in the meantime.');
    await updateAccount(trx, id, { role, departments });
    const before = { person: account.person_id, role: account.role, departments: account.departments };
    const after = { person: account.person_id, role, departments };
    await writeAudit(trx, { actor, action: 'person.change', authorityId, target: id, before, after }, now);
  });
}

/** @throws Problem 409 where the account is that of the only administrator, unless that is meant */
async function keepAdministrator(trx: Db, { authorityId, id, evenLast }: AccountChange): Promise<void> {
  const administrators = await lockAdministrators(trx, authorityId);
  if (evenLast || !administrators.includes(id) || administrators.length > 1) return;
  throw new Problem(409, LAST, 'This is the last administrator.');
}

const LAST = 'last-administrator';

/** True for the refusal to remove the last administrator, or to take that role away. */
export function isLastAdministrator(error: unknown): boolean {
  return error instanceof Problem && error.code === LAST;
}

/**
 * Removes a person's account and ends the person's sessions at once. With the last account e-mail, password and second
 * factor go; names stay for a while, so that each audit can tell who it was.
 * @throws Problem 404 for an unknown account, and for one of another authority; 409 for the last administrator
 */
export async function removePerson(deps: DatabaseAccess, request: AccountChange, now: Date): Promise<void> {
  const { authorityId, id, actor } = request;
  await inTransaction(deps.db, async (trx) => {
    const account = await findAccount(trx, authorityId, id);
    if (!account) throw notFound('person');
    await keepAdministrator(trx, request);
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
export async function endWithoutAccounts(trx: Db, personId: string, now: Date): Promise<void> {
  if ((await listAccountsOf(trx, personId)).length > 0) return;
  const credentials = { email_hash: null, email_ciphertext: null, identity_hash: null, password_hash: null };
  const factor = { totp_ciphertext: null, totp_confirmed_at: null, totp_step: null };
  await updatePerson(trx, personId, { ...credentials, ...factor, ended_at: now });
}

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
