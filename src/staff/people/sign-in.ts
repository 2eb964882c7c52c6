import { inTransaction } from '../../database/transaction.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { BUSY_SECONDS, hashPassword, isPassword, PasswordsBusy } from './password-hash.ts';
import { faultOfPassword, type PasswordFault } from './password-rules.ts';
import { endSessionsOf, findPerson, findPersonBy, listAccountsOf, updatePerson } from './people.sql.ts';
import { canonicalEmail, emailHash, openEmail } from './people.ts';
import { beginAttempt } from './throttle.ts';

type PasswordDeps = DatabaseAccess & KeyringAccess;

/** Wrong passwords of one account from one address within a quarter of an hour. */
const OF_ACCOUNT_FROM_ADDRESS = 5;
/** Wrong passwords from one address, of whatever account: a hospital may have one address for thousands. */
const FROM_ADDRESS = 100;

/** The outcome of a sign-in. */
export type SignIn =
  | { readonly kind: 'right'; readonly personId: string }
  /** The e-mail is nobody's, the password is wrong, or there is no account: callers can't tell which. */
  | { readonly kind: 'wrong' }
  /** Too many tries: this one was not looked at, right or wrong. */
  | { readonly kind: 'wait'; readonly waitSeconds: number };

/**
 * Checks a password. Tries are limited for an account from an address, and for an address: who guesses is stopped where
 * they are, and the person gets in at once from anywhere else.
 * @param given.client what the address of the caller is counted under
 */
export async function signInByPassword(
  deps: PasswordDeps,
  given: { readonly email: string; readonly password: string; readonly client: string },
  now: Date,
): Promise<SignIn> {
  const email = canonicalEmail(given.email);
  const limits = [
    { key: `password ${given.client} ${email}`, failures: OF_ACCOUNT_FROM_ADDRESS },
    { key: `address ${given.client}`, failures: FROM_ADDRESS },
  ];
  const attempt = await beginAttempt(deps, limits, now);
  if ('waitSeconds' in attempt) return { kind: 'wait', ...attempt };
  const person = await findPersonBy(deps.db, 'email_hash', emailHash(deps.keyring, email));
  try {
    if (!(await isPassword(deps.keyring, given.password, person?.password_hash ?? null)) || !person)
      return { kind: 'wrong' };
  } catch (error) {
    if (!(error instanceof PasswordsBusy)) throw error;
    await attempt.notMade();
    return { kind: 'wait', waitSeconds: BUSY_SECONDS };
  }
  const accounts = await listAccountsOf(deps.db, person.id);
  if (!accounts.some(({ accepted_at }) => accepted_at !== null)) return { kind: 'wrong' };
  await attempt.succeeded();
  return { kind: 'right', personId: person.id };
}

/** The outcome of a change of one's own password. */
export type PasswordChange = SignIn['kind'] | PasswordFault;

/**
 * Replaces one's own password, and ends all other sessions.
 * @param given.keep the hash of the session that goes on
 * @returns `right` when it was replaced, with the seconds to wait for `wait`
 */
export async function changePassword(
  deps: PasswordDeps,
  personId: string,
  given: { readonly old: string; readonly password: string; readonly client: string; readonly keep: Buffer },
  now: Date,
): Promise<{ readonly kind: PasswordChange; readonly waitSeconds?: number }> {
  const person = await findPerson(deps.db, personId);
  const email = person ? openEmail(deps.keyring, person) : null;
  if (!person?.password_hash || email === null) return { kind: 'wrong' };
  const fault = faultOfPassword(given.password, email);
  if (fault) return { kind: fault };
  const checked = await signInByPassword(deps, { email, password: given.old, client: given.client }, now);
  if (checked.kind !== 'right') return checked;
  const passwordHash = await hashPassword(deps.keyring, given.password);
  await inTransaction(deps.db, async (trx) => {
    await updatePerson(trx, personId, { password_hash: passwordHash });
    await endSessionsOf(trx, personId, given.keep);
    const entry = { actor: `person:${personId}`, action: 'person.password', authorityId: null, target: personId };
    await writeAudit(trx, entry, now);
  });
  return { kind: 'right' };
}
