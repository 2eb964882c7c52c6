import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Language } from '../../domain/authority.ts';
import type { TemplateName } from '../../domain/reminder.ts';

/** A saved version of a template; `text` is null when it returns to the shipped wording. */
export interface SavedVersion {
  readonly name: TemplateName;
  readonly language: Language;
  readonly version: number;
  readonly text: string | null;
  readonly savedAt: Date;
  readonly savedBy: string;
}

/** The last version of every template that the authority has changed. */
export async function readLastVersions(db: Db, authorityId: string): Promise<SavedVersion[]> {
  const { rows } = await sql<SavedVersion>`
    select distinct on (name, language) name, language, version, text, created_at as "savedAt", created_by as "savedBy"
    from template_version where authority_id = ${authorityId} order by name, language, version desc`.execute(db);
  return rows;
}

/**
 * Saves the next version, and raises the authority's version so that processes drop the texts that they cached.
 * @returns the version's number; undefined for an unknown authority
 */
export async function saveVersion(
  trx: Db,
  authorityId: string,
  saved: Pick<SavedVersion, 'name' | 'language' | 'text' | 'savedBy'>,
  now: Date,
): Promise<number | undefined> {
  // The row lock also keeps two concurrent saves from taking the same number.
  const raised = await sql`
    update authority set version = version + 1, updated_at = ${now} where id = ${authorityId} returning id`.execute(
    trx,
  );
  if (raised.rows.length === 0) return undefined;
  const { name, language, text, savedBy } = saved;
  const { rows } = await sql<{ version: number }>`
    insert into template_version (authority_id, name, language, version, text, created_at, created_by)
    select ${authorityId}, ${name}::text, ${language}::text, coalesce(max(version), 0) + 1, ${text}::text,
      ${now}::timestamptz, ${savedBy}::text
    from template_version where authority_id = ${authorityId} and name = ${name} and language = ${language}
    returning version`.execute(trx);
  return rows[0]?.version;
}

interface VersionKey {
  readonly authorityId: string;
  readonly name: TemplateName;
  readonly language: Language;
}

/** Reads a saved version. @returns undefined for an unknown one */
export async function findVersion(
  db: Db,
  { authorityId, name, language }: VersionKey,
  version: number,
): Promise<SavedVersion | undefined> {
  const { rows } = await sql<SavedVersion>`
    select name, language, version, text, created_at as "savedAt", created_by as "savedBy" from template_version
    where authority_id = ${authorityId} and name = ${name} and language = ${language} and version = ${version}`.execute(
    db,
  );
  return rows[0];
}

/** Saved versions of one template, the newest first. @param before only versions below this one; null: all */
export async function listVersions(
  db: Db,
  { authorityId, name, language }: VersionKey,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<SavedVersion[]> {
  const { rows } = await sql<SavedVersion>`
    select name, language, version, text, created_at as "savedAt", created_by as "savedBy" from template_version
    where authority_id = ${authorityId} and name = ${name} and language = ${language}
      and (${before}::integer is null or version < ${before}::integer)
    order by version desc limit ${limit}`.execute(db);
  return rows;
}
