import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../../database/tables.ts';

/** A row of `person_name`. */
export type PersonNameRow = Selectable<Database['person_name']>;

/** Stores a name in place of the one that the authority, or the installation (null), gave the person before. */
export async function putPersonName(
  trx: Db,
  { id, person_id, authority_id, name_ciphertext }: PersonNameRow,
): Promise<void> {
  // A ciphertext belongs to its id, so that another name brings another id.
  await sql`
    insert into person_name (id, person_id, authority_id, name_ciphertext)
    values (${id}, ${person_id}, ${authority_id}, ${name_ciphertext})
    on conflict (person_id, coalesce(authority_id, '')) do update set id = excluded.id,
      name_ciphertext = excluded.name_ciphertext`.execute(trx);
}

/** All names of a person, in no order. */
export async function listNamesOf(db: Db, personId: string): Promise<PersonNameRow[]> {
  return db.selectFrom('person_name').selectAll().where('person_id', '=', personId).execute();
}

/**
 * The names of people that an authority may read: its own, else the installation's. The installation (null) reads its
 * own, else the one that was given longest ago. People without such a name are missing.
 */
export async function findPersonNames(
  db: Db,
  personIds: readonly string[],
  authorityId: string | null,
): Promise<PersonNameRow[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql<PersonNameRow>`
    select distinct on (person_id) id, person_id, authority_id, name_ciphertext from person_name
    where person_id = any(${personIds}::uuid[])
      and (${authorityId}::text is null or authority_id is null or authority_id = ${authorityId})
    order by person_id, authority_id is distinct from ${authorityId}::text, id`.execute(db);
  return rows;
}
