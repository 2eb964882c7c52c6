import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import { NUMBER_BATCH } from '../../store/appointments-of-number.ts';
import { OF_CITIZEN } from '../appointments/clear-number.sql.ts';

/** Ids of locked appointments that an erasure of a number concerns: `NUMBER_BATCH` together at most. */
export interface Concerned {
  /** Appointments that have the number. */
  readonly own: readonly string[];
  /** Appointments without a number about which an SMS went to this one: the citizen's, or somebody else's. */
  readonly lost: readonly string[];
  /** Appointments that staff found the number to be wrong for: they are somebody else's. */
  readonly wrong: readonly string[];
}

interface Locked {
  readonly id: string;
  readonly source_id: string;
  readonly reference: string;
  readonly part: keyof Concerned | null;
}

/**
 * Locks all of the authority's appointments that have or had this number, in one order for everybody. One that had it
 * and has another one now is somebody else's, and not among them.
 */
export async function lockConcerned(db: Db, authorityId: string, phoneHash: Buffer): Promise<readonly Concerned[]> {
  const batches: Concerned[] = [];
  for (let last: Locked | undefined, first = true; first || last; first = false) {
    const rows = await lockBatch(db, authorityId, phoneHash, last);
    const idsOf = (part: keyof Concerned) => rows.flatMap((row) => (row.part === part ? [row.id] : []));
    if (rows.length > 0) batches.push({ own: idsOf('own'), lost: idsOf('lost'), wrong: idsOf('wrong') });
    last = rows[NUMBER_BATCH - 1];
  }
  return batches;
}

/** @param last of the batch before */
async function lockBatch(db: Db, authorityId: string, phoneHash: Buffer, last: Locked | undefined): Promise<Locked[]> {
  const own = sql`authority_id = ${authorityId}`;
  const behind = last ? sql`where (source_id, reference) > (${last.source_id}::text, ${last.reference}::text)` : sql``;
  // `part` is computed from the row as it is after the lock: it may have changed while the lock was waited for.
  const { rows } = await sql<Locked>`
    select id, source_id, reference, case when phone_hash = ${phoneHash} then 'own'
      when wrong_phone_hash = ${phoneHash} then 'wrong'
      when phone_hash is null and erased_at is null then 'lost' end as part
    from appointment where id = any(array(select id from (
      select id, source_id, reference from appointment where ${own} and phone_hash = ${phoneHash}
      union select id, source_id, reference from appointment where ${own} and wrong_phone_hash = ${phoneHash}
      union select a.id, a.source_id, a.reference from message m
        join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
        where m.phone_hash = ${phoneHash} and m.authority_id = ${authorityId} and a.authority_id = ${authorityId}
          and a.phone_hash is null and a.erased_at is null) concerned
      ${behind} order by source_id, reference limit ${NUMBER_BATCH}))
    order by source_id, reference for update`.execute(db);
  return rows;
}

/** A number's hash that fits the row's appointment alone, as `erasedWrongNumber` of the domain makes it. */
function fitsAlone(phoneHash: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`sha256(${phoneHash} || uuid_send(id))`;
}

/**
 * Forgets whose appointments these were, and leaves them as they are: whether the number was wrong for them nobody
 * knows. This number doesn't come back (`erasedWrongNumber` of the domain), unless another one is known as wrong; a
 * right one does. A department that is counted by name stays, so that its staff go on seeing the appointment.
 * @param ids locked before
 */
export async function forgetLost(
  db: Db,
  authorityId: string,
  ids: readonly string[],
  phoneHash: Buffer,
  now: Date,
): Promise<void> {
  await sql`
    update appointment a set ${OF_CITIZEN}, department = (
        select d.name from department d where d.authority_id = ${authorityId} and d.name = a.department limit 1),
      wrong_phone_hash = coalesce(wrong_phone_hash, ${fitsAlone(sql`${phoneHash}::bytea`)}),
      revision = revision + 1, updated_at = greatest(updated_at, ${now}::timestamptz)
    where authority_id = ${authorityId} and id = any(${ids}::uuid[])`.execute(db);
}

/**
 * Leaves, of appointments that this number was wrong for, a hash that fits each of them alone, so that the booking
 * system can't give the number back to them (`erasedWrongNumber` of the domain). They stay somebody else's.
 * @param ids locked before
 */
export async function forgetWrong(db: Db, authorityId: string, ids: readonly string[]): Promise<void> {
  await sql`
    update appointment set wrong_phone_hash = ${fitsAlone(sql`wrong_phone_hash`)}
    where authority_id = ${authorityId} and id = any(${ids}::uuid[])`.execute(db);
}

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
export async function findIds(db: Db, authorityId: string, appointmentIds: readonly string[]): Promise<StoredIds[]> {
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
interface SourceIds {
  readonly sourceId: string;
  readonly ids: readonly string[];
}

/** Finds those of the ids that others share: of a group of which not every patient was erased. */
export async function findSharedIds(
  db: Db,
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
export async function lockWithIds(db: Db, { sourceId, ids }: SourceIds): Promise<StoredIds[]> {
  const { rows } = await sql<StoredIds>`
    select ${COLUMNS} from appointment where id = any(array(
      select id from appointment where source_id = ${sourceId} and reference = any(${ids}::text[])
      union select id from appointment where source_id = ${sourceId} and group_reference = any(${ids}::text[])
      union select id from appointment where source_id = ${sourceId} and replaced_by = any(${ids}::text[])))
    order by source_id, reference for update`.execute(db);
  return rows;
}

/** Replaces the ids of locked appointments. */
export async function replaceIds(db: Db, rows: readonly StoredIds[]): Promise<void> {
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
  db: Db,
  appointmentIds: readonly string[],
): Promise<{ readonly source_id: string; readonly reference: string }[]> {
  const { rows } = await sql<{ source_id: string; reference: string }>`
    select distinct source_id, reference from event
    where appointment_id = any(${appointmentIds}::uuid[]) and reference is not null`.execute(db);
  return rows;
}

/** Replaces references in the events about these appointments. */
export async function replaceEventReferences(
  db: Db,
  appointmentIds: readonly string[],
  replaced: readonly { readonly source_id: string; readonly reference: string; readonly by: string }[],
): Promise<void> {
  const given = unnest(replaced, { source_id: 'text', reference: 'text', by: 'text' });
  await sql`
    update event e set reference = x.by from ${given}
    where e.appointment_id = any(${appointmentIds}::uuid[]) and e.source_id = x.source_id
      and e.reference = x.reference`.execute(db);
}
