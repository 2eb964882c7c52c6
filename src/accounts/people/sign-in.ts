import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { DatabaseAccess, KeyringAccess, Waiting } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { deviceOf } from './devices.ts';
import {
  BUSY_SECONDS,
  faultOfPassword,
  hashPassword,
  isPassword,
  type PasswordFault,
  PasswordsBusy,
} from './passwords.ts';
import {
  endSessionsOf,
  findPerson,
  findPersonBy,
  hasAdministrator,
  hasPeople,
  listAccountsOf,
  type PersonRow,
  updatePerson,
} from './people.sql.ts';
import { canonicalEmail, emailHash, openEmail } from './people.ts';
import { countOfAccount, delayTry, MANY_WRONG, takeBackOfAccount } from './slow-limit.ts';
import { beginAttempt, type Limit } from './throttle.ts';

type PasswordDeps = DatabaseAccess & KeyringAccess & Waiting;

/** Wrong passwords of one account from one address, or one device, within a quarter of an hour. */
const OF_ACCOUNT_FROM_ADDRESS = 5;
/** Wrong passwords from one address, of whatever account: a hospital may have one address for thousands. */
const FROM_ADDRESS = 100;

/** The outcome of a sign-in. */
type SignIn =
  | { readonly kind: 'right'; readonly personId: string }
  /** The e-mail is nobody's, the password is wrong, or there is no account: callers can't tell which. */
  | { readonly kind: 'wrong' }
  /** Too many tries: this one was not looked at, right or wrong. */
  | { readonly kind: 'wait'; readonly waitSeconds: number };

/** A password that somebody gives, and where from. */
interface Given {
  readonly email: string;
  readonly password: string;
  /** What the address of the caller is counted under. */
  readonly client: string;
  /** What the browser has of those who signed in on it lately. */
  readonly devices: readonly string[];
}

/**
 * Checks a password. Tries are limited for an account from an address, and for an address: who guesses is stopped where
 * they are, and the person gets in at once from anywhere else, and on a device of their own, whose tries are counted
 * apart. Many wrong ones of an account from wherever delay further ones, and refuse none.
 */
export async function signInByPassword(deps: PasswordDeps, given: Given, now: Date): Promise<SignIn> {
  const email = canonicalEmail(given.email);
  const hash = emailHash(deps.keyring, email);
  const device = deviceOf(deps.keyring, await findPersonBy(deps.db, 'email_hash', hash), given.devices, now);
  const attempt = await beginAttempt(deps, limitsOf({ device, client: given.client, email }), now);
  if ('waitSeconds' in attempt) return { kind: 'wait', ...attempt };
  const tries = await countOfAccount(deps, hash, now);
  if (device === null && tries > MANY_WRONG) await delayTry(deps);
  const checked = await checkPassword(deps, hash, given.password);
  if (checked.kind === 'wrong') {
    if (checked.person && tries === MANY_WRONG) await auditGuessed(deps, checked.person, now);
    return { kind: 'wrong' };
  }
  await takeBackOfAccount(deps, hash);
  if (checked.kind === 'busy') {
    await attempt.notMade();
    return { kind: 'wait', waitSeconds: BUSY_SECONDS };
  }
  await attempt.succeeded();
  return { kind: 'right', personId: checked.person.id };
}

function limitsOf(from: { readonly device: string | null; readonly client: string; readonly email: string }): Limit[] {
  if (from.device !== null) return [{ key: `device ${from.device}`, failures: OF_ACCOUNT_FROM_ADDRESS }];
  return [
    { key: `password ${from.client} ${from.email}`, failures: OF_ACCOUNT_FROM_ADDRESS },
    { key: `address ${from.client}`, failures: FROM_ADDRESS },
  ];
}

type Checked =
  | { readonly kind: 'right'; readonly person: PersonRow }
  | { readonly kind: 'wrong'; readonly person: PersonRow | undefined }
  /** Too many passwords are being checked: this one was not looked at. */
  | { readonly kind: 'busy' };

/** Reads the person behind a delay, and not before: the password may have been changed meanwhile. */
async function checkPassword(deps: PasswordDeps, hash: Buffer, password: string): Promise<Checked> {
  const person = await findPersonBy(deps.db, 'email_hash', hash);
  try {
    if (!(await isPassword(deps.keyring, password, person?.password_hash ?? null)) || !person)
      return { kind: 'wrong', person };
  } catch (error) {
    if (!(error instanceof PasswordsBusy)) throw error;
    return { kind: 'busy' };
  }
  const accounts = await listAccountsOf(deps.db, person.id);
  return { kind: accounts.some(({ accepted_at }) => accepted_at !== null) ? 'right' : 'wrong', person };
}

/** Names in the audit, once, that an account was guessed at. */
async function auditGuessed({ db }: PasswordDeps, { id }: PersonRow, now: Date): Promise<void> {
  const entry = { actor: 'anonymous', action: 'person.guessed', authorityId: null, target: id };
  await writeAudit(db, { ...entry, after: { wrongPasswords: MANY_WRONG } }, now);
}

/** The outcome of a change of one's own password. */
type PasswordChange = SignIn['kind'] | PasswordFault;

/**
 * Replaces one's own password, and ends all other sessions.
 * @param given.keep the hash of the session that goes on
 * @returns `right` when it was replaced, with the seconds to wait for `wait`
 */
export async function changePassword(
  deps: PasswordDeps,
  personId: string,
  given: Omit<Given, 'email'> & { readonly old: string; readonly keep: Buffer },
  now: Date,
): Promise<{ readonly kind: PasswordChange; readonly waitSeconds?: number }> {
  const person = await findPerson(deps.db, personId);
  const email = person ? openEmail(deps.keyring, person) : null;
  if (!person?.password_hash || email === null) return { kind: 'wrong' };
  const fault = faultOfPassword(given.password, email);
  if (fault) return { kind: fault };
  const { old, client, devices } = given;
  const checked = await signInByPassword(deps, { email, password: old, client, devices }, now);
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

/** Ways to sign in to the pages, beside an identity provider. */
interface WaysIn {
  /** Somebody has an account. */
  readonly password: boolean;
  /** Nobody administers the installation yet, so that its token does. */
  readonly token: boolean;
}

/** Finds the ways to sign in that are open now. */
export async function waysIn(db: Db): Promise<WaysIn> {
  const token = !(await hasAdministrator(db));
  return { token, password: !token || (await hasPeople(db)) };
}
