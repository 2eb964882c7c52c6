import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';

/** The ids that an appointment is stored under, as its booking system gave them. */
export interface StoredIds {
  readonly id: string;
  readonly source_id: string;
  readonly reference: string;
  readonly group_reference: string | null;
  readonly replaced_by: string | null;
}

const COLUMNS = sql`id, source_id, reference, group_reference, replaced_by`;

/** References that an appointment is followed back through; systems that give a new one at each move give a few. */
const MOST_NAMES = 50;

/** Finds the ids of these appointments, and of what they replaced: the marks under their earlier references. */
export async function findIds(
  db: Kysely<Database>,
  authorityId: string,
  appointmentIds: readonly string[],
): Promise<StoredIds[]> {
  const { rows } = await sql<StoredIds>`
    with recursive chain as (
      select a.id, a.source_id, a.reference, a.group_reference, a.replaced_by, 1 as nth from appointment a
        where a.authority_id = ${authorityId} and a.id = any(${appointmentIds}::uuid[])
      union
      select a.id, a.source_id, a.reference, a.group_reference, a.replaced_by, c.nth + 1
        from chain c join appointment a on a.source_id = c.source_id and a.replaced_by = c.reference
        where c.nth < ${MOST_NAMES})
    select distinct ${COLUMNS} from chain`.execute(db);
  return rows;
}

/** Ids of a source. */
export interface SourceIds {
  readonly sourceId: string;
  readonly ids: readonly string[];
}

/** Finds those of the ids that others share: of a group of which not every patient was erased. */
export async function findSharedIds(
  db: Kysely<Database>,
  { sourceId, ids }: SourceIds,
  appointmentIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ group_reference: string }>`
    select distinct group_reference from appointment
    where source_id = ${sourceId} and group_reference = any(${ids}::text[]) and erased_at is null
      and replaced_by is null and id <> all(${appointmentIds}::uuid[])`.execute(db);
  return new Set(rows.map((row) => row.group_reference));
}

/** Locks every appointment of the source that has one of these ids, in one order for everybody. */
export async function lockWithIds(db: Kysely<Database>, { sourceId, ids }: SourceIds): Promise<StoredIds[]> {
  const { rows } = await sql<StoredIds>`
    select ${COLUMNS} from appointment where id = any(array(
      select id from appointment where source_id = ${sourceId} and reference = any(${ids}::text[])
      union select id from appointment where source_id = ${sourceId} and group_reference = any(${ids}::text[])
      union select id from appointment where source_id = ${sourceId} and replaced_by = any(${ids}::text[])))
    order by source_id, reference for update`.execute(db);
  return rows;
}

/** Replaces the ids of locked appointments. */
export async function replaceIds(db: Kysely<Database>, rows: readonly StoredIds[]): Promise<void> {
  const given = unnest(rows, {
    id: 'uuid',
    source_id: 'text',
    reference: 'text',
    group_reference: 'text',
    replaced_by: 'text',
  });
  await sql`
    update appointment a set reference = x.reference, group_reference = x.group_reference, replaced_by = x.replaced_by
    from ${given} where a.id = x.id`.execute(db);
}

/** The references that the events about these appointments tell. */
export async function findEventReferences(
  db: Kysely<Database>,
  appointmentIds: readonly string[],
): Promise<{ readonly source_id: string; readonly reference: string }[]> {
  const { rows } = await sql<{ source_id: string; reference: string }>`
    select distinct source_id, reference from event
    where appointment_id = any(${appointmentIds}::uuid[]) and reference is not null`.execute(db);
  return rows;
}

/** Replaces references in the events about these appointments. */
export async function replaceEventReferences(
  db: Kysely<Database>,
  appointmentIds: readonly string[],
  replaced: readonly { readonly source_id: string; readonly reference: string; readonly by: string }[],
): Promise<void> {
  const given = unnest(replaced, { source_id: 'text', reference: 'text', by: 'text' });
  await sql`
    update event e set reference = x.by from ${given}
    where e.appointment_id = any(${appointmentIds}::uuid[]) and e.source_id = x.source_id
      and e.reference = x.reference`.execute(db);
}
