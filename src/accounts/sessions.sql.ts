import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';

/** A sign-in to the pages. */
export type SessionRow = Selectable<Database['session']>;

/** Condition of a session that is alive: begun and seen after these instants, by a person or the present token. */
export interface Alive {
  readonly tokenHash: Buffer;
  readonly startedAfter: Date;
  readonly seenAfter: Date;
}

/** Stores a session, notes the sign-in of its person, and removes all that have not been alive for `endedMs`. */
export async function insertSession(
  db: Db,
  session: Omit<SessionRow, 'started_at' | 'seen_at'>,
  alive: Alive,
  endedMs: number,
  now: Date,
): Promise<void> {
  const before = (at: Date) => new Date(at.getTime() - endedMs);
  const { id_hash, token_hash, person_id, method, second_factor } = session;
  await sql`
    with ended as (
      delete from session where started_at <= ${before(alive.startedAfter)} or seen_at <= ${before(alive.seenAfter)}
        or token_hash <> ${alive.tokenHash}),
      noted as (update person set signed_in_at = ${now} where id = ${person_id})
    insert into session (id_hash, token_hash, person_id, method, second_factor, started_at, seen_at)
    values (${id_hash}, ${token_hash}, ${person_id}, ${method}, ${second_factor}, ${now}, ${now})`.execute(db);
}

/** Finds whose session it is, alive or not. @returns undefined for an unknown one */
export async function findOwner(db: Db, idHash: Buffer): Promise<Pick<SessionRow, 'person_id'> | undefined> {
  return db.selectFrom('session').select('person_id').where('id_hash', '=', idHash).executeTakeFirst();
}

/** Notes that a session was used. One that was ended meanwhile stays ended. */
export async function markSeen(db: Db, idHash: Buffer, now: Date): Promise<void> {
  await db.updateTable('session').set({ seen_at: now }).where('id_hash', '=', idHash).execute();
}

/** Ends one session. @returns whose it was; undefined where there is none with this id */
export async function deleteSession(db: Db, idHash: Buffer): Promise<Pick<SessionRow, 'person_id'> | undefined> {
  return db.deleteFrom('session').where('id_hash', '=', idHash).returning('person_id').executeTakeFirst();
}

/**
 * Ends every session of a person; null: every session that the administrator's token began.
 * @returns how many there were
 */
export async function deleteSessionsOf(db: Db, personId: string | null): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('person_id', personId === null ? 'is' : '=', personId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
