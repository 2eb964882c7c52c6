import { randomBytes } from 'node:crypto';
import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { HOUR_MS } from '../../domain/duration.ts';
import { notFound } from '../../domain/errors.ts';
import { sha256 } from '../../domain/sha256.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { insertInvitation } from './invitations.sql.ts';
import { findAccount, hasAdministrator } from './people.sql.ts';

const INVITATION_MS = 72 * HOUR_MS;
/** The form of the token of a link: 32 random bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** A one-time link. */
export interface Invitation {
  readonly link: string;
  readonly expiresAt: Date;
}

/** The hash by which a link's token is stored. @returns null for what can't be a token */
export function tokenHash(token: string): Buffer | null {
  return TOKEN.test(token) ? sha256(token) : null;
}

/**
 * Makes the link to the first account of the installation, as long as nobody administers it; earlier ones end.
 * @returns null once somebody does
 */
export async function offerFirstAccount(
  deps: DatabaseAccess & { readonly publicUrl: string },
  now: Date,
): Promise<Invitation | null> {
  return (await hasAdministrator(deps.db)) ? null : makeLink(deps.db, deps, null, now);
}

/**
 * Makes the link to an account; null: to the first account of the installation. Links to it that were made before end.
 */
export async function makeLink(
  db: Db,
  { publicUrl }: { readonly publicUrl: string },
  accountId: string | null,
  now: Date,
): Promise<Invitation> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + INVITATION_MS);
  const hash = sha256(token);
  await insertInvitation(db, { token_hash: hash, account_id: accountId, expires_at: expiresAt }, now);
  return { link: `${publicUrl}/admin/invitation/${token}`, expiresAt };
}

/**
 * Makes another link to an account that somebody was invited to; its role and its name stay. Links to it that were made
 * before end.
 * @throws Problem 404 for an unknown account, and for one that an identity provider gives
 */
export async function makeAnotherLink(
  deps: DatabaseAccess & { readonly publicUrl: string },
  { authorityId, id, actor }: { readonly authorityId: string | null; readonly id: string; readonly actor: string },
  now: Date,
): Promise<Invitation> {
  return inTransaction(deps.db, async (trx) => {
    const account = await findAccount(trx, authorityId, id);
    if (account?.origin !== 'invitation') throw notFound('person');
    const invitation = await makeLink(trx, deps, id, now);
    const { person_id: person, role, departments } = account;
    const entry = { actor, action: 'person.invite', authorityId, target: id, after: { person, role, departments } };
    await writeAudit(trx, entry, now);
    return invitation;
  });
}
