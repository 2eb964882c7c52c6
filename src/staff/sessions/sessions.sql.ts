import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';

/** A sign-in to the pages, without the id that its browser holds. */
export interface SessionRow {
  readonly started_at: Date;
  readonly seen_at: Date;
}

/** Which sessions are alive: those of the present token that began and were seen after these instants. */
export interface Alive {
  readonly tokenHash: Buffer;
  readonly startedAfter: Date;
  readonly seenAfter: Date;
}

/** Stores a session, and removes all that are not alive any more. */
export async function insertSession(db: Kysely<Database>, idHash: Buffer, alive: Alive, now: Date): Promise<void> {
  await sql`
    with ended as (
      delete from session where started_at <= ${alive.startedAfter} or seen_at <= ${alive.seenAfter}
        or token_hash <> ${alive.tokenHash})
    insert into session (id_hash, token_hash, started_at, seen_at)
    values (${idHash}, ${alive.tokenHash}, ${now}, ${now})`.execute(db);
}

/** @returns undefined for one that is unknown or not alive any more */
export async function findSession(db: Kysely<Database>, idHash: Buffer, alive: Alive): Promise<SessionRow | undefined> {
  return db
    .selectFrom('session')
    .select(['started_at', 'seen_at'])
    .where('id_hash', '=', idHash)
    .where('token_hash', '=', alive.tokenHash)
    .where('started_at', '>', alive.startedAfter)
    .where('seen_at', '>', alive.seenAfter)
    .executeTakeFirst();
}

/** Notes that a session was used. One that was ended meanwhile stays ended. */
export async function markSeen(db: Kysely<Database>, idHash: Buffer, now: Date): Promise<void> {
  await db.updateTable('session').set({ seen_at: now }).where('id_hash', '=', idHash).execute();
}

/** Ends one session; null: all of them. @returns how many there were */
export async function deleteSessions(db: Kysely<Database>, idHash: Buffer | null): Promise<number> {
  const all = db.deleteFrom('session');
  const { numDeletedRows } = await (idHash === null ? all : all.where('id_hash', '=', idHash)).executeTakeFirst();
  return Number(numDeletedRows);
}
