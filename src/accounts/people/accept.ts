import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { Problem } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { personOfActor } from '../../domain/people/access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAuthority } from '../../store/authorities.ts';
import { findInvitation, findInviter, takeInvitation } from './invitations.sql.ts';
import { tokenHash } from './invitations.ts';
import { namePerson, readNames } from './names.ts';
import { faultOfPassword, hashPassword, type PasswordFault } from './passwords.ts';
import {
  type AccountRow,
  acceptAccount,
  endSessionsOf,
  findAccountById,
  findPerson,
  findPersonBy,
  hasAdministrator,
  insertPerson,
  listAccountsOf,
  lockPerson,
  type PersonRow,
  putAccount,
  replaceRecoveryCodes,
  updatePerson,
} from './people.sql.ts';
import { emailHash, openEmail, sealEmail } from './people.ts';

type AcceptDeps = DatabaseAccess & KeyringAccess;

/** The account that somebody is invited to. */
export interface InvitedTo {
  readonly email: string;
  /** The name of its authority; null: the whole installation. */
  readonly authority: string | null;
  /** The name of whoever invited; null: nobody by name. */
  readonly by: string | null;
}

/** The invitation that a one-time link leads to. */
export type OpenInvitation =
  /** The first account of the installation: whoever has the link says who they are. */
  | { readonly kind: 'first' }
  /** A password is chosen: the person has none, or this link may replace it. */
  | (InvitedTo & { readonly kind: 'password'; readonly replaces: boolean })
  /** The person has a password, and accounts that the inviter has no say in: it takes that password to accept. */
  | (InvitedTo & { readonly kind: 'sign_in'; readonly personId: string });

/** Finds what the link leads to. @returns null for one that is unknown, used or expired */
export async function openInvitation(deps: AcceptDeps, token: string, now: Date): Promise<OpenInvitation | null> {
  const hash = tokenHash(token);
  const invitation = hash && (await findInvitation(deps.db, hash, now));
  if (!invitation) return null;
  if (invitation.account_id === null) return (await hasAdministrator(deps.db)) ? null : { kind: 'first' };
  return describeAccount(deps, invitation.account_id);
}

async function describeAccount(deps: AcceptDeps, accountId: string): Promise<OpenInvitation | null> {
  const { db, keyring } = deps;
  const account = await findAccountById(db, accountId);
  const person = account && (await findPerson(db, account.person_id));
  if (!person) return null;
  const email = openEmail(keyring, person);
  if (email === null) return null;
  const to = { email, ...(await readInviter(deps, account)) };
  if (await mayChoosePassword(db, person, account))
    return { ...to, kind: 'password', replaces: person.password_hash !== null };
  return { ...to, kind: 'sign_in', personId: person.id };
}

async function readInviter(
  deps: AcceptDeps,
  { id, authority_id: authorityId }: AccountRow,
): Promise<Omit<InvitedTo, 'email'>> {
  const authority = authorityId === null ? undefined : await findAuthority(deps.db, authorityId);
  const personId = personOfActor((await findInviter(deps.db, authorityId, id)) ?? '');
  const name = personId && (await readNames(deps, authorityId, [personId])).get(personId);
  return { authority: authority?.name ?? null, by: name || null };
}

/**
 * True where the link may set the password: nobody has one yet, or every account that it opens is within the reach of
 * whoever invited. An administrator of one authority gets into no other by a link of their own.
 */
async function mayChoosePassword(db: Db, person: PersonRow, account: AccountRow): Promise<boolean> {
  if (person.password_hash === null || account.authority_id === null) return true;
  const accounts = await listAccountsOf(db, person.id);
  return accounts.every((each) => each.accepted_at === null || each.authority_id === account.authority_id);
}

/** The outcome of accepting an invitation. */
export type AcceptedInvitation =
  | { readonly kind: 'accepted'; readonly personId: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fault'; readonly fault: PasswordFault | 'email_taken' };

/**
 * Accepts an invitation by choosing a password, which ends the person's sessions and removes a second factor: this is
 * also how somebody gets in again who lost both. Of two uses of a link at once, one succeeds.
 * @param given.who who takes the first account of the installation
 */
export async function acceptByPassword(
  deps: AcceptDeps,
  token: string,
  given: { readonly password: string; readonly who?: { readonly email: string; readonly name: string } },
  now: Date,
): Promise<AcceptedInvitation> {
  const open = await openInvitation(deps, token, now);
  const email = open?.kind === 'first' ? given.who?.email : open?.kind === 'password' ? open.email : undefined;
  if (!open || email === undefined) return { kind: 'gone' };
  const fault = faultOfPassword(given.password, email);
  if (fault) return { kind: 'fault', fault };
  if (open.kind === 'first' && (await findPersonBy(deps.db, 'email_hash', emailHash(deps.keyring, email))))
    return { kind: 'fault', fault: 'email_taken' };
  const passwordHash = await hashPassword(deps.keyring, given.password);
  return inTransaction(deps.db, async (trx) => {
    const invitation = await takeInvitation(trx, tokenHash(token) as Buffer, now);
    if (!invitation) return { kind: 'gone' } as const;
    if (invitation.account_id === null && given.who)
      return { kind: 'accepted', personId: await storeFirst(trx, deps, given.who, passwordHash, now) } as const;
    const account = invitation.account_id === null ? undefined : await findAccountById(trx, invitation.account_id);
    const person = account && (await lockPerson(trx, account.person_id));
    if (!person || !(await mayChoosePassword(trx, person, account))) return { kind: 'gone' } as const;
    await setPassword(trx, person.id, passwordHash);
    await finish(trx, account, now);
    return { kind: 'accepted', personId: person.id } as const;
  });
}

/** Accepts an invitation as the person who is signed in. @returns false unless the link is that person's */
export async function acceptSignedIn(deps: AcceptDeps, token: string, personId: string, now: Date): Promise<boolean> {
  const hash = tokenHash(token);
  const invitation = hash && (await findInvitation(deps.db, hash, now));
  if (!hash || !invitation || invitation.account_id === null) return false;
  const account = await findAccountById(deps.db, invitation.account_id);
  if (account?.person_id !== personId) return false;
  return inTransaction(deps.db, async (trx) => {
    if (!(await takeInvitation(trx, hash, now))) return false;
    await finish(trx, account, now);
    return true;
  });
}

/** Makes the first account of the installation for somebody who has signed in with the administrator's token. */
export async function makeFirstAccount(
  deps: AcceptDeps,
  given: { readonly password: string; readonly who: { readonly email: string; readonly name: string } },
  now: Date,
): Promise<AcceptedInvitation> {
  const { password, who } = given;
  const fault = faultOfPassword(password, who.email);
  if (fault) return { kind: 'fault', fault };
  if (await hasAdministrator(deps.db)) return { kind: 'gone' };
  if (await findPersonBy(deps.db, 'email_hash', emailHash(deps.keyring, who.email)))
    return { kind: 'fault', fault: 'email_taken' };
  const passwordHash = await hashPassword(deps.keyring, password);
  const personId = await inTransaction(deps.db, (trx) => storeFirst(trx, deps, who, passwordHash, now));
  return { kind: 'accepted', personId };
}

/** Stores an administrator of the installation. @throws Problem 409 for an e-mail that somebody took meanwhile */
async function storeFirst(
  trx: Db,
  { keyring }: KeyringAccess,
  who: { readonly email: string; readonly name: string },
  passwordHash: string,
  now: Date,
): Promise<string> {
  const id = newId(now);
  const hash = emailHash(keyring, who.email);
  const sealed = sealEmail(keyring, id, who.email);
  await insertPerson(trx, { id, email_hash: hash, identity_hash: null, email_ciphertext: sealed }, now);
  if ((await findPersonBy(trx, 'email_hash', hash))?.id !== id)
    throw new Problem(409, 'email-taken', 'Somebody has this e-mail already.');
  await namePerson(trx, keyring, { personId: id, authorityId: null, name: who.name }, now);
  await setPassword(trx, id, passwordHash);
  const access = { authorityId: null, role: 'administrator', departments: null } as const;
  const account = { id: newId(now), person_id: id, origin: 'invitation', accepted_at: now } as const;
  const target = await putAccount(trx, { ...account, ...access }, now);
  const after = { person: id, role: access.role };
  await writeAudit(trx, { actor: `person:${id}`, action: 'person.first', authorityId: null, target, after }, now);
  return id;
}

async function setPassword(trx: Db, personId: string, passwordHash: string): Promise<void> {
  const factor = { totp_ciphertext: null, totp_confirmed_at: null, totp_step: null };
  await updatePerson(trx, personId, { password_hash: passwordHash, ...factor });
  await replaceRecoveryCodes(trx, personId, []);
  await endSessionsOf(trx, personId, null);
}

async function finish(trx: Db, account: AccountRow, now: Date): Promise<void> {
  await acceptAccount(trx, account.id, now);
  const entry = { actor: `person:${account.person_id}`, action: 'person.accept', target: account.id };
  await writeAudit(trx, { ...entry, authorityId: account.authority_id }, now);
}
