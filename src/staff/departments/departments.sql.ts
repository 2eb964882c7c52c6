import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';

interface SeenDepartment {
  readonly name: string;
  /** When the appointments of a fifth patient named it, from which on statistics count it by name. */
  readonly seenAt: Date;
}

/** The departments of an authority that are counted by name, in their order; there are 500 at most. */
export async function listSeenDepartments(db: Db, authorityId: string): Promise<SeenDepartment[]> {
  const { rows } = await sql<SeenDepartment>`
    select name, seen_at as "seenAt" from department
    where authority_id = ${authorityId} and name is not null order by name`.execute(db);
  return rows;
}

/** How many people of an authority are limited to each department, by its name. */
export async function countLimited(db: Db, authorityId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; people: number }>`
    select d.name, count(*)::int as people
    from account a cross join lateral jsonb_array_elements_text(a.departments) d(name)
    where a.authority_id = ${authorityId} and a.departments is not null group by 1`.execute(db);
  return new Map(rows.map(({ name, people }) => [name, people]));
}

/** Finds which keyed hashes of names were seen on a patient of the authority, counted by name or not. */
export async function findSeenKeys(db: Db, authorityId: string, keys: readonly string[]): Promise<Set<string>> {
  const found = db.selectFrom('department').select('key').where('authority_id', '=', authorityId);
  const rows = await found.where('key', 'in', keys).execute();
  return new Set(rows.map(({ key }) => key));
}
