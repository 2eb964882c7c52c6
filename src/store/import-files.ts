import { type Insertable, sql } from 'kysely';
import { LOCK_KEYS } from '../database/lock-keys.ts';
import type { Database, Db, Trx } from '../database/tables.ts';
import { HOUR_MS } from '../domain/duration.ts';

/** The time for which a file that was tried is kept. */
const KEPT_MS = HOUR_MS;
/** The most bytes of files that are kept for one person. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Somebody who tried a file for an authority. */
export interface FileOwner {
  readonly authorityId: string;
  /** null: the administrator's token. */
  readonly personId: string | null;
}

/** Stores a file, and deletes the oldest ones of the same person that there is no more room for. */
export async function insertImportFile(trx: Trx, row: Insertable<Database['import_file']>): Promise<void> {
  const personId = row.person_id ?? null;
  const person = sql`hashtext(coalesce(${personId}, ''))`;
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_KEYS.importFiles)}, ${person})`.execute(trx);
  await trx.insertInto('import_file').values(row).execute();
  await sql`
    delete from import_file f using (
      select id, sum(octet_length(content_ciphertext)) over (order by created_at desc, id desc) as bytes
      from import_file where person_id is not distinct from ${personId}::uuid) x
    where f.id = x.id and x.bytes > ${MOST_BYTES}`.execute(trx);
}

/** Finds a file that is still kept. @returns undefined for another's, and one that is gone or too old */
export async function findImportFile(
  db: Db,
  { authorityId, personId }: FileOwner,
  id: string,
  now: Date,
): Promise<{ readonly sourceId: string; readonly content: Buffer } | undefined> {
  return db
    .selectFrom('import_file')
    .select(['source_id as sourceId', 'content_ciphertext as content'])
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .where('person_id', 'is not distinct from', personId)
    .where('created_at', '>', keptSince(now))
    .executeTakeFirst();
}

const keptSince = (now: Date): Date => new Date(now.getTime() - KEPT_MS);

/** Deletes a file that was imported. */
export async function deleteImportFile(db: Db, { authorityId, personId }: FileOwner, id: string): Promise<void> {
  await db
    .deleteFrom('import_file')
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .where('person_id', 'is not distinct from', personId)
    .execute();
}

/** Deletes the files of somebody whose session was ended; null: of the administrator's token. */
export async function forgetImportFilesOf(db: Db, personId: string | null): Promise<void> {
  await db.deleteFrom('import_file').where('person_id', 'is not distinct from', personId).execute();
}

/** Deletes the files of an authority that a citizen is erased in. */
export async function forgetImportFilesIn(db: Db, authorityId: string): Promise<void> {
  await db.deleteFrom('import_file').where('authority_id', '=', authorityId).execute();
}

/** Deletes the files that are too old. */
export async function forgetOldImportFiles(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('import_file').where('created_at', '<=', keptSince(now)).execute();
}
