import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Language } from '../../domain/authority.ts';
import type { TemplateName } from '../../domain/reminder.ts';

/** Wording of an authority's own: its latest version. */
export interface OwnTemplate {
  readonly authorityId: string;
  readonly name: TemplateName;
  readonly language: Language;
  readonly version: number;
  readonly text: string;
}

/** The wording in force of these authorities, where it is not the shipped one. */
export async function readOwnTemplates(db: Db, authorityIds: readonly string[]): Promise<OwnTemplate[]> {
  if (authorityIds.length === 0) return [];
  const { rows } = await sql<OwnTemplate>`
    select authority_id as "authorityId", name, language, version, text from (
      select distinct on (authority_id, name, language) authority_id, name, language, version, text
      from template_version
      where authority_id = any(${authorityIds}::text[]) order by authority_id, name, language, version desc) latest
    where text is not null`.execute(db);
  return rows;
}
