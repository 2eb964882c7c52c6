import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { UnmappedValue } from '../domain/appointment.ts';
import { MANY_PATIENTS, PATIENT_BYTES } from '../domain/patient-key.ts';

/** Codes kept of one source: enough to show that a sender makes them up. */
export const MOST_UNMAPPED = 200;

/** A code that a source sent and that its settings don't map. */
export interface UnmappedRow {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly field: UnmappedValue['field'];
  readonly value: string;
  /** Reference of the appointment, or of the group, that it came with; null: none is known. */
  readonly reference: string | null;
  /** The event names no kind: it is left out where the appointment is no visit, whose place may be an address. */
  readonly unlessAtHome: boolean;
}

/** An unmapped code as it is stored. */
export interface ListedUnmapped {
  readonly field: UnmappedValue['field'];
  readonly value: string;
  readonly firstAt: Date;
  /** Accurate to the hour. */
  readonly lastAt: Date;
}

/** Key of the citizen of an appointment `a`: by the patient, else by the number, else by the appointment itself. */
const PATIENT = sql`substring(coalesce(a.patient_key, a.phone_hash, substring(uuid_send(a.id) from 9))
  from 1 for ${sql.lit(PATIENT_BYTES)})`;

/**
 * Stores codes that sources' settings don't map, with whom they were seen on until those are five; the last time of a
 * known code is updated once an hour at most. An erased citizen's are left out.
 */
export async function noteUnmapped(db: Db, rows: readonly UnmappedRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const given = unnest(rows, {
    authorityId: 'text',
    sourceId: 'text',
    field: 'text',
    value: 'text',
    reference: 'text',
    unlessAtHome: 'boolean',
  });
  // seen: each code with the patients of the appointments it came with, unless all of these are erased, or one is no
  //   visit and the code may be the patient's own address (unlessAtHome). merged: one row a code. ranked: the new
  //   codes of each source in order, since those beyond MOST_UNMAPPED are left out.
  // The update: patients are kept until they are many (null); without them a code is written once an hour.
  await sql`
    with seen as (
      select x."authorityId" as authority_id, x."sourceId" as source_id, x.field, x.value, o.patients
      from ${given} cross join lateral (
        select coalesce(bool_or(a.kind <> 'visit'), false) as at_home,
          coalesce(bool_and(a.erased_at is not null), false) as erased,
          coalesce(array_agg(distinct ${PATIENT}) filter (where a.erased_at is null), '{}') as patients
        from (
          select id, kind, erased_at, patient_key, phone_hash from appointment
          where source_id = x."sourceId" and reference = x.reference
          union all
          select id, kind, erased_at, patient_key, phone_hash from appointment
          where source_id = x."sourceId" and group_reference = x.reference) a) o
      where not o.erased and not (x."unlessAtHome" and o.at_home)),
    merged as (
      select authority_id, source_id, field, value, array_agg(distinct p) filter (where p is not null) as patients
      from seen left join lateral unnest(patients) p on true group by 1, 2, 3, 4),
    ranked as (
      select e.*, u.source_id is not null as known,
        row_number() over (partition by e.source_id, u.source_id is not null order by e.field, e.value) as nth
      from merged e left join unmapped_value u using (source_id, field, value))
    insert into unmapped_value as u (authority_id, source_id, field, value, patients, first_at, last_at)
    select authority_id, source_id, field, value, ${unlessMany(sql`unnest(r.patients)`)}, ${now}, ${now} from ranked r
    where known or nth + (select count(*) from unmapped_value k where k.source_id = r.source_id) <= ${MOST_UNMAPPED}
    order by source_id, field, value
    on conflict (source_id, field, value) do update set
      last_at = case when ${IS_OLD} then excluded.last_at else u.last_at end,
      patients = case when u.patients is not null and excluded.patients is not null then
        ${unlessMany(sql`${partsOf(sql`u.patients`)} union select ${partsOf(sql`excluded.patients`)}`)} end
      where ${IS_OLD} or u.patients is not null`.execute(db);
}

const IS_OLD = sql`u.last_at <= excluded.last_at - interval '1 hour'`;

/** Patients as they are stored, of a query of one column; null when they are many. */
function unlessMany(patients: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select case when count(*) < ${sql.lit(MANY_PATIENTS)} then coalesce(string_agg(p, ''::bytea), '') end
    from (select ${patients}) few (p))`;
}

/** Each patient of a stored column, a row each. */
function partsOf(stored: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`substring(${stored} from generate_series(1, octet_length(${stored}), ${sql.lit(PATIENT_BYTES)})
    for ${sql.lit(PATIENT_BYTES)})`;
}

/** Forgets the codes that these appointments have, and those that were seen on their patients and few others. */
export async function forgetUnmapped(db: Db, appointmentIds: readonly string[]): Promise<void> {
  await sql`
    delete from unmapped_value u using appointment a
    where a.id = any(${appointmentIds}::uuid[]) and u.source_id = a.source_id
      and ((u.field = 'location' and u.value in (a.location_code, a.location_text)) or exists (
        select from (values (a.patient_key), (a.phone_hash), (substring(uuid_send(a.id) from 9))) k (hash)
        where position(substring(k.hash from 1 for ${sql.lit(PATIENT_BYTES)}) in u.patients) > 0))`.execute(db);
}

/** Forgets the codes that were seen on this number and few others, whatever number their appointments have now. */
export async function forgetUnmappedOf(db: Db, authorityId: string, phoneHash: Buffer): Promise<void> {
  await sql`
    delete from unmapped_value where authority_id = ${authorityId}
      and position(substring(${phoneHash}::bytea from 1 for ${sql.lit(PATIENT_BYTES)}) in patients) > 0`.execute(db);
}

/** The stored codes of the authority's source, by field and value: about 200 at most. */
export async function listUnmapped(db: Db, authorityId: string, sourceId: string): Promise<ListedUnmapped[]> {
  return db
    .selectFrom('unmapped_value')
    .select(['field', 'value', 'first_at as firstAt', 'last_at as lastAt'])
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .orderBy('field', 'desc')
    .orderBy('value')
    .execute();
}

/** A place in the list of the codes of several sources. */
export type UnmappedPlace = Pick<UnmappedRow, 'sourceId' | 'field' | 'value'>;

/** The stored codes of these sources of an authority behind a place, by source, field and value. */
export async function listUnmappedOf(
  db: Db,
  authorityId: string,
  sources: readonly string[],
  page: { readonly after: UnmappedPlace | null; readonly limit: number },
): Promise<(ListedUnmapped & { readonly sourceId: string })[]> {
  const { after, limit } = page;
  const behind = after
    ? sql`and (source_id > ${after.sourceId} or (source_id = ${after.sourceId}
        and (field < ${after.field} or (field = ${after.field} and value > ${after.value}))))`
    : sql``;
  const { rows } = await sql<ListedUnmapped & { sourceId: string }>`
    select source_id as "sourceId", field, value, first_at as "firstAt", last_at as "lastAt" from unmapped_value
    where authority_id = ${authorityId} and source_id = any(${sources}::text[]) ${behind}
    order by source_id, field desc, value limit ${limit}`.execute(db);
  return rows;
}

/** The ids of an authority's sources that have sent codes which were not known then, in order. */
export async function listSourcesOfUnmapped(db: Db, authorityId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('unmapped_value')
    .select('source_id')
    .distinct()
    .where('authority_id', '=', authorityId)
    .orderBy('source_id')
    .limit(limit)
    .execute();
  return rows.map(({ source_id }) => source_id);
}

/**
 * Deletes codes that were last sent before this instant; those that were seen on few patients, and so may be one's own,
 * already when they were first sent before it: they stand there again when they are sent.
 */
export async function purgeUnmapped(db: Db, authorityId: string, before: Date): Promise<void> {
  await sql`
    delete from unmapped_value where authority_id = ${authorityId}
      and (last_at < ${before} or (patients is not null and first_at < ${before}))`.execute(db);
}
