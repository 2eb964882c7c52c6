import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../../database/tables.ts';
import type { Access, Allowed, Role } from '../../domain/people/access.ts';

/** A row of `person`. */
export type PersonRow = Selectable<Database['person']>;
/** A row of `account`. */
export type AccountRow = Selectable<Database['account']>;

/** Finds a person. @returns undefined for an unknown one */
export async function findPerson(db: Db, id: string): Promise<PersonRow | undefined> {
  return db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The person who is known by this hash. @returns undefined for nobody */
export async function findPersonBy(
  db: Db,
  column: 'email_hash' | 'identity_hash',
  hash: Buffer,
): Promise<PersonRow | undefined> {
  return db.selectFrom('person').selectAll().where(column, '=', hash).executeTakeFirst();
}

/** Stores a person, unless somebody is known by the same hash already. */
export async function insertPerson(
  db: Db,
  person: Pick<PersonRow, 'id' | 'email_hash' | 'identity_hash' | 'email_ciphertext'>,
  now: Date,
): Promise<void> {
  await db
    .insertInto('person')
    .values({ ...person, password_hash: null, totp_step: null, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Locks a person until the transaction ends. @returns undefined where there is none with this id */
export async function lockPerson(trx: Db, id: string): Promise<PersonRow | undefined> {
  return trx.selectFrom('person').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Changes columns of a person. */
export async function updatePerson(
  db: Db,
  id: string,
  change: Partial<Omit<PersonRow, 'id' | 'created_at'>>,
): Promise<void> {
  await db.updateTable('person').set(change).where('id', '=', id).execute();
}

/**
 * Notes that a code of this period was taken. @returns false where one of it, or of a later one, was taken before
 */
export async function takeStep(db: Db, id: string, step: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('person')
    .set({ totp_step: String(step) })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(totp_step, -1) < ${step}`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Replaces a person's recovery codes. */
export async function replaceRecoveryCodes(trx: Db, personId: string, hashes: readonly Buffer[]): Promise<void> {
  await trx.deleteFrom('recovery_code').where('person_id', '=', personId).execute();
  if (hashes.length > 0)
    await trx
      .insertInto('recovery_code')
      .values(hashes.map((hash) => ({ person_id: personId, code_hash: hash })))
      .execute();
}

/** Uses up a recovery code. @returns false for one that is unknown or used */
export async function takeRecoveryCode(db: Db, personId: string, hash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('recovery_code')
    .where('person_id', '=', personId)
    .where('code_hash', '=', hash)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** How many recovery codes a person has left. */
export async function countRecoveryCodes(db: Db, personId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_code')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Columns that say what an account allows. */
function accessColumns({ role, departments }: Allowed) {
  return { role, departments: departments && JSON.stringify(departments) };
}

/** Stores an account, or gives the one that the person has there another role and other departments. @returns its id */
export async function putAccount(
  trx: Db,
  account: Access & Pick<AccountRow, 'id' | 'person_id' | 'origin' | 'accepted_at'>,
  now: Date,
): Promise<string> {
  const { id, person_id, authorityId, origin, accepted_at } = account;
  const columns = accessColumns(account);
  const { rows } = await sql<{ id: string }>`
    insert into account (id, person_id, authority_id, role, departments, origin, accepted_at, created_at)
    values (${id}, ${person_id}, ${authorityId}, ${columns.role}, ${columns.departments}::jsonb, ${origin},
      ${accepted_at}, ${now})
    on conflict (person_id, coalesce(authority_id, '')) do update set role = excluded.role,
      departments = excluded.departments, origin = excluded.origin,
      accepted_at = coalesce(account.accepted_at, excluded.accepted_at)
    returning id`.execute(trx);
  return rows[0]?.id ?? id;
}

/** Finds an account of an authority, or of the installation (null). @returns undefined for an unknown one */
export async function findAccount(db: Db, authorityId: string | null, id: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .where('authority_id', authorityId === null ? 'is' : '=', authorityId)
    .executeTakeFirst();
}

/** Finds an account of whatever authority. @returns undefined for an unknown one */
export async function findAccountById(db: Db, id: string): Promise<AccountRow | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Locks an account until the transaction ends. @returns undefined for an unknown one */
export async function lockAccount(trx: Db, id: string): Promise<AccountRow | undefined> {
  return trx.selectFrom('account').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** All accounts of a person, accepted ones or invitations too, by id. */
export async function listAccountsOf(db: Db, personId: string): Promise<AccountRow[]> {
  return db.selectFrom('account').selectAll().where('person_id', '=', personId).orderBy('id').execute();
}

/** Notes that an invitation to an account was accepted. */
export async function acceptAccount(trx: Db, id: string, now: Date): Promise<void> {
  await trx
    .updateTable('account')
    .set({ accepted_at: now })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .execute();
}

/** Removes accounts, with their invitations. */
export async function deleteAccounts(trx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await trx.deleteFrom('account').where('id', 'in', ids).execute();
}

/** Ends a person's sessions, but for the one that is named. */
export async function endSessionsOf(db: Db, personId: string, except: Buffer | null): Promise<void> {
  await db
    .deleteFrom('session')
    .where('person_id', '=', personId)
    .$if(except !== null, (query) => query.where('id_hash', '<>', except as Buffer))
    .execute();
}

/** True when somebody administers the installation, so that its token signs nobody in any more. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  return (await administratorsOf(db, null).limit(1).executeTakeFirst()) !== undefined;
}

/** The accounts that administer an authority, or the installation (null); invitations that nobody accepted are none. */
export function administratorsOf(db: Db, authorityId: string | null) {
  return db
    .selectFrom('account')
    .select('id')
    .where('authority_id', authorityId === null ? 'is' : '=', authorityId)
    .where('role', '=', 'administrator' satisfies Role)
    .where('departments', 'is', null)
    .where('accepted_at', 'is not', null);
}

/** True when somebody has an account, so that there is a password to sign in by. */
export async function hasPeople(db: Db): Promise<boolean> {
  const accepted = db.selectFrom('account').select('id').where('accepted_at', 'is not', null);
  return (await accepted.limit(1).executeTakeFirst()) !== undefined;
}

/** An account with its person, the name that its authority gave, and until when its newest link can be used. */
export interface ListedAccount extends AccountRow {
  readonly email_ciphertext: Buffer | null;
  readonly name_id: string | null;
  readonly name_ciphertext: Buffer | null;
  readonly signed_in_at: Date | null;
  readonly totp_confirmed_at: Date | null;
  readonly invited_until: Date | null;
}

const INVITED_UNTIL = sql<Date | null>`(select max(i.expires_at) from invitation i where i.account_id = account.id)`;

/** The accounts of one authority, or of the installation (null), with their people. */
function accountsOf(db: Db, authorityId: string | null) {
  return db
    .selectFrom('account')
    .innerJoin('person', 'person.id', 'account.person_id')
    .leftJoin('person_name as n', (join) =>
      join
        .onRef('n.person_id', '=', 'account.person_id')
        .on(sql<boolean>`coalesce(n.authority_id, '') = coalesce(account.authority_id, '')`),
    )
    .selectAll('account')
    .select(['email_ciphertext', 'signed_in_at', 'totp_confirmed_at', 'n.id as name_id', 'n.name_ciphertext'])
    .select(INVITED_UNTIL.as('invited_until'))
    .where('account.authority_id', authorityId === null ? 'is' : '=', authorityId);
}

/** The accounts of one authority, or of the installation (null), by id. `after`: only those with a higher id. */
export async function listAccounts(
  db: Db,
  authorityId: string | null,
  after: string | null,
  limit: number,
): Promise<ListedAccount[]> {
  return accountsOf(db, authorityId)
    .$if(after !== null, (query) => query.where('account.id', '>', after as string))
    .orderBy('account.id')
    .limit(limit)
    .execute();
}

/** Finds one of these accounts. @returns undefined for an unknown one */
export async function findListedAccount(
  db: Db,
  authorityId: string | null,
  id: string,
): Promise<ListedAccount | undefined> {
  return accountsOf(db, authorityId).where('account.id', '=', id).executeTakeFirst();
}

/** Gives an account another role and other departments. */
export async function updateAccount(trx: Db, id: string, access: Allowed): Promise<void> {
  await trx.updateTable('account').set(accessColumns(access)).where('id', '=', id).execute();
}

/**
 * Locks the accounts that administer an authority, or the installation (null), until the transaction ends: of two
 * administrators who remove each other one stays.
 * @returns their ids
 */
export async function lockAdministrators(trx: Db, authorityId: string | null): Promise<string[]> {
  const rows = await administratorsOf(trx, authorityId).orderBy('id').forUpdate().execute();
  return rows.map(({ id }) => id);
}
