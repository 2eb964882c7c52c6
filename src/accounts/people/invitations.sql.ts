import type { Selectable } from 'kysely';
import type { Database, Db } from '../../database/tables.ts';

type InvitationRow = Selectable<Database['invitation']>;

/** Stores a link by the hash of its token; earlier ones to the same account end, and so do those that have expired. */
export async function insertInvitation(
  trx: Db,
  invitation: Pick<InvitationRow, 'token_hash' | 'account_id' | 'expires_at'>,
  now: Date,
): Promise<void> {
  const { account_id: accountId } = invitation;
  await trx
    .deleteFrom('invitation')
    .where((eb) =>
      eb.or([
        eb('expires_at', '<=', now),
        accountId === null ? eb('account_id', 'is', null) : eb('account_id', '=', accountId),
      ]),
    )
    .execute();
  await trx
    .insertInto('invitation')
    .values({ ...invitation, created_at: now })
    .execute();
}

/** The link that can still be used. @returns undefined for one that is unknown, used or expired */
export async function findInvitation(db: Db, tokenHash: Buffer, now: Date): Promise<InvitationRow | undefined> {
  return db
    .selectFrom('invitation')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Uses a link up: of two at once, one finds it. @returns undefined for one that is unknown, used or expired */
export async function takeInvitation(trx: Db, tokenHash: Buffer, now: Date): Promise<InvitationRow | undefined> {
  return trx
    .deleteFrom('invitation')
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
}

/** The actor who made the latest link to an account, by the audit; undefined: none stands there. */
export async function findInviter(db: Db, authorityId: string | null, accountId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('audit')
    .select('actor')
    .where('action', '=', 'person.invite')
    .where('authority_id', 'is not distinct from', authorityId)
    .where('target', '=', accountId)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.actor;
}
