import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { MANY_PATIENTS, PATIENT_BYTES } from '../domain/patient-key.ts';

/** Departments of one authority that are counted by name, and as many that may become so. */
export const MOST_OF_AN_AUTHORITY = 500;

/** A department that was seen on a patient. */
export interface Sighting {
  readonly authorityId: string;
  readonly name: string;
  /** Keyed hash of the name: the name itself is stored once it is counted. */
  readonly key: string;
  /** The first `PATIENT_BYTES` of a keyed hash. */
  readonly patient: Buffer;
}

/** The names that are counted, by authority; one without any is missing. */
export async function findCounted(db: Db, authorityIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const { rows } = await sql<{ authority_id: string; names: string[] }>`
    select authority_id, array_agg(name) as names from department
    where authority_id = any(${authorityIds}::text[]) and name is not null group by 1`.execute(db);
  return new Map(rows.map((row) => [row.authority_id, new Set(row.names)]));
}

/**
 * Notes sightings; a department that was seen on five patients gets its name, unless the authority has enough.
 * @param sightings of each department one
 * @returns those that are counted from now on
 */
export async function noteSightings(
  db: Db,
  sightings: readonly Sighting[],
  now: Date,
): Promise<{ authorityId: string; name: string }[]> {
  const given = unnest(
    sightings.map(({ authorityId, name, key, patient }) => ({ authority_id: authorityId, key, name, patient })),
    { authority_id: 'text', key: 'text', name: 'text', patient: 'bytea' },
  );
  await sql`
    insert into department as d (authority_id, key, name, patients, seen_at)
    select authority_id, key, null, patient, ${now} from ${given} order by authority_id, key
    on conflict (authority_id, key) do update set
      patients = case when d.name is not null or position(excluded.patients in d.patients) > 0 then d.patients
        else d.patients || excluded.patients end,
      seen_at = excluded.seen_at`.execute(db);
  const { rows } = await sql<{ authorityId: string; name: string }>`
    update department d set name = x.name, patients = ''
    from (
      select x.*, row_number() over (partition by x.authority_id order by x.key) as nth
      from ${given} join department e using (authority_id, key)
      where octet_length(e.patients) >= ${MANY_PATIENTS * PATIENT_BYTES}) x
    where d.authority_id = x.authority_id and d.key = x.key
      and x.nth + (select count(*) from department c
        where c.authority_id = d.authority_id and c.name is not null) <= ${MOST_OF_AN_AUTHORITY}
    returning d.authority_id as "authorityId", d.name`.execute(db);
  await forgetTooMany(db, [...new Set(sightings.map(({ authorityId }) => authorityId))]);
  return rows;
}

/** Departments that were seen on few patients give way to those that were seen later. */
async function forgetTooMany(db: Db, authorityIds: readonly string[]): Promise<void> {
  await sql`
    delete from department d using (
      select authority_id, key, row_number() over (partition by authority_id order by seen_at desc, key) as nth
      from department where authority_id = any(${authorityIds}::text[]) and name is null) x
    where x.nth > ${MOST_OF_AN_AUTHORITY} and d.authority_id = x.authority_id and d.key = x.key`.execute(db);
}
