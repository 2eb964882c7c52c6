import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import type { Allowed, Role } from '../../domain/people/access.ts';
import { type AccountRow, accessColumns } from './people.sql.ts';

/** An account with its person, the name that its authority gave, and until when its newest link can be used. */
export interface ListedAccount extends AccountRow {
  readonly email_ciphertext: Buffer | null;
  readonly name_id: string | null;
  readonly name_ciphertext: Buffer | null;
  readonly signed_in_at: Date | null;
  readonly totp_confirmed_at: Date | null;
  readonly invited_until: Date | null;
}

/** The accounts of one authority, or of the installation (null), with their people. */
function accountsOf(db: Kysely<Database>, authorityId: string | null) {
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
    .select(
      sql<Date | null>`(select max(i.expires_at) from invitation i where i.account_id = account.id)`.as(
        'invited_until',
      ),
    )
    .where('account.authority_id', authorityId === null ? 'is' : '=', authorityId);
}

/** The accounts of one authority, or of the installation (null), by id. `after`: only those with a higher id. */
export async function listAccounts(
  db: Kysely<Database>,
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
  db: Kysely<Database>,
  authorityId: string | null,
  id: string,
): Promise<ListedAccount | undefined> {
  return accountsOf(db, authorityId).where('account.id', '=', id).executeTakeFirst();
}

/** Gives an account another role and other departments. */
export async function updateAccount(trx: Kysely<Database>, id: string, access: Allowed): Promise<void> {
  await trx.updateTable('account').set(accessColumns(access)).where('id', '=', id).execute();
}

/**
 * Locks the accounts that administer an authority, or the installation (null), until the transaction ends: of two
 * administrators who remove each other one stays.
 * @returns their ids; invitations that nobody accepted are none
 */
export async function lockAdministrators(trx: Kysely<Database>, authorityId: string | null): Promise<string[]> {
  const rows = await trx
    .selectFrom('account')
    .select('id')
    .where('authority_id', authorityId === null ? 'is' : '=', authorityId)
    .where('role', '=', 'administrator' satisfies Role)
    .where('departments', 'is', null)
    .where('accepted_at', 'is not', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}
