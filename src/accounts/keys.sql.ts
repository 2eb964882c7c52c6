import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import type { Role } from '../domain/people/access.ts';

/** An API key of an authority, without its secret part. */
export interface ApiKey {
  readonly id: string;
  readonly authorityId: string;
  readonly name: string;
  readonly role: Role;
  /** `esk_` and eight hexadecimal digits: the part by which people tell keys apart. */
  readonly prefix: string;
  readonly createdAt: Date;
  /** To the hour: it is written once an hour at most. null: it was never used. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const COLUMNS = [
  'id',
  'authority_id as authorityId',
  'name',
  'role',
  'prefix',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

/** The valid key with this SHA-256. @returns undefined for an unknown or a revoked one */
export async function findKeyByHash(db: Db, hash: Buffer): Promise<ApiKey | undefined> {
  return db
    .selectFrom('api_key')
    .select(COLUMNS)
    .where('key_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

/** Stores a key by the SHA-256 of its clear text. @returns false where that key is stored already */
export async function insertKey(
  db: Db,
  key: Omit<Selectable<Database['api_key']>, 'created_at' | 'last_used_at' | 'revoked_at'>,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('api_key')
    .values({ ...key, created_at: now, last_used_at: null, revoked_at: null })
    .onConflict((conflict) => conflict.column('key_hash').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** The authority's keys, newest first, revoked ones among them. `before`: only those with a lower id. */
export async function listKeys(db: Db, authorityId: string, before: string | null, limit: number): Promise<ApiKey[]> {
  return db
    .selectFrom('api_key')
    .select(COLUMNS)
    .where('authority_id', '=', authorityId)
    .$if(before !== null, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Writes that keys are used now. @param at.unless a use since then is known already, and stays */
export async function writeKeyUses(
  db: Db,
  ids: readonly string[],
  at: { readonly now: Date; readonly unless: Date },
): Promise<void> {
  // Locked in order: other processes write uses of the same keys.
  await sql`
    update api_key set last_used_at = ${at.now}
    where id = any(array(
      select id from api_key
      where id = any(${ids}::uuid[]) and (last_used_at is null or last_used_at <= ${at.unless})
      order by id for update))`.execute(db);
}

/** Revokes a key. @returns undefined where the authority has no such key, or it is revoked already */
export async function markKeyRevoked(db: Db, authorityId: string, id: string, now: Date): Promise<ApiKey | undefined> {
  return db
    .updateTable('api_key')
    .set({ revoked_at: now })
    .where('authority_id', '=', authorityId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(COLUMNS)
    .executeTakeFirst();
}
