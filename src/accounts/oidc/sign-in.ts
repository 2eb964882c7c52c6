import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { newId } from '../../domain/ids.ts';
import { type Access, isSameAccess } from '../../domain/people/access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { listAuthorities } from '../../store/authorities.ts';
import { namePerson, openName } from '../people/names.ts';
import {
  type AccountRow,
  deleteAccounts,
  endSessionsOf,
  findPersonBy,
  insertPerson,
  listAccountsOf,
  putAccount,
  updatePerson,
} from '../people/people.sql.ts';
import { endWithoutAccounts, sealEmail } from '../people/people.ts';
import { listNamesOf } from '../people/person-names.sql.ts';
import { claimOf, grantedAccess, isHighEnough, personIn } from './claims.ts';
import type { ProvidedIdentity } from './provider.ts';
import type { StaffProviderSettings } from './settings.ts';

const MOST_AUTHORITIES = 10_000;
/** The name of somebody whose name and e-mail the provider does not give. */
const NAMELESS = 'OpenID Connect';

/** The outcome of a sign-in at the provider, whose claims are believed. */
type ProviderSignIn =
  | { readonly kind: 'right'; readonly personId: string }
  /** The level is too low, or the claims give no role here. */
  | { readonly kind: 'level' | 'role' };

/**
 * Signs somebody in by the claims of the provider. Issuer and subject tell who it is, never the e-mail. The roles are
 * those of this sign-in: what the one before gave, and this one doesn't, is taken away, and ends other sessions.
 */
export async function signInByProvider(
  deps: DatabaseAccess & KeyringAccess,
  settings: StaffProviderSettings,
  { sub, claims, complete }: ProvidedIdentity,
  now: Date,
): Promise<ProviderSignIn> {
  if (!isHighEnough(settings, claims)) return { kind: 'level' };
  const identity = deps.keyring.digest('person.identity', `${settings.issuer.href}\n${sub}`);
  const authorities = await listAuthorities(deps.db, { only: null, after: null, limit: MOST_AUTHORITIES });
  const granted = grantedAccess(settings.roleMap, claimOf(claims, settings.roleClaim), authorities);
  return inTransaction(deps.db, async (trx) => {
    const known = await findPersonBy(trx, 'identity_hash', identity);
    if (!known && granted.length === 0) return { kind: 'role' };
    const personId = known?.id ?? (await makePerson(trx, identity, now));
    const { email, name } = personIn(claims);
    const sealed = email === null ? null : sealEmail(deps.keyring, personId, email);
    // A name or an e-mail that the provider could not say this time stays as it was.
    if (complete || sealed) await updatePerson(trx, personId, { email_ciphertext: sealed });
    await nameWhereGranted(trx, deps, { personId, name: name ?? (complete ? NAMELESS : null), granted }, now);
    await replaceAccounts(trx, personId, granted, now);
    return granted.length === 0 ? { kind: 'role' } : { kind: 'right', personId };
  });
}

/** Stores a person; of two first sign-ins at once, both find the same. */
async function makePerson(trx: Db, identity: Buffer, now: Date): Promise<string> {
  const id = newId(now);
  await insertPerson(trx, { id, identity_hash: identity, email_hash: null, email_ciphertext: null }, now);
  return (await findPersonBy(trx, 'identity_hash', identity))?.id ?? id;
}

/**
 * Names the person in each place that the claims give a role in, where its name there is another one.
 * @param name null: it is not known this time
 */
async function nameWhereGranted(
  trx: Db,
  { keyring }: KeyringAccess,
  person: { readonly personId: string; readonly name: string | null; readonly granted: readonly Access[] },
  now: Date,
): Promise<void> {
  const { personId, name, granted } = person;
  const names = new Map((await listNamesOf(trx, personId)).map((row) => [row.authority_id, openName(keyring, row)]));
  for (const { authorityId } of granted) {
    const known = names.get(authorityId);
    const given = name ?? (known || NAMELESS);
    if (known !== given) await namePerson(trx, keyring, { personId, authorityId, name: given }, now);
  }
}

async function replaceAccounts(trx: Db, personId: string, granted: readonly Access[], now: Date): Promise<void> {
  const accounts = await listAccountsOf(trx, personId);
  const before = accounts.map(accessOf);
  const has = (access: Access) =>
    before.some((each) => each.authorityId === access.authorityId && isSameAccess(each, access));
  if (before.length === granted.length && granted.every(has)) return;
  const kept = new Set(granted.map(({ authorityId }) => authorityId));
  const gone = accounts.filter(({ authority_id }) => !kept.has(authority_id));
  await deleteAccounts(
    trx,
    gone.map(({ id }) => id),
  );
  for (const access of granted) {
    const account = { id: newId(now), person_id: personId, origin: 'provider', accepted_at: now } as const;
    await putAccount(trx, { ...account, ...access }, now);
  }
  await endSessionsOf(trx, personId, null);
  await endWithoutAccounts(trx, personId, now);
  const entry = { actor: `person:${personId}`, action: 'person.provider', authorityId: null, target: personId };
  await writeAudit(trx, { ...entry, before, after: granted }, now);
}

function accessOf({ authority_id, role, departments }: AccountRow): Access {
  return { authorityId: authority_id, role, departments };
}
