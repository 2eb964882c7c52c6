import { sql } from 'kysely';
import { columnList } from '../database/columns.ts';
import { LOCK_KEYS } from '../database/lock-keys.ts';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { AppointmentStatus } from '../domain/appointment.ts';
import type { Match, Search } from '../domain/identity/searches.ts';
import { CALLED_OFF } from '../store/appointments.ts';
import type { PatientLock } from './order.ts';

/** Id of one source that several appointments share, as `sharedIdsOf` gives it. */
export interface SharedId {
  readonly sourceId: string;
  readonly id: string;
}

/**
 * Makes other events about these ids and patients wait until the transaction ends, like accept_new. Comes before any
 * appointment is looked up or locked, and takes all locks in one order.
 */
export async function lockBefore(
  trx: Db,
  shared: readonly SharedId[],
  patients: readonly PatientLock[],
): Promise<void> {
  if (shared.length === 0 && patients.length === 0) return;
  const ids = shared.map(({ sourceId, id }) => `${sourceId} ${id}`);
  const given = unnest(
    patients.map(({ lock, holder, sourceId, patientKey }) => ({ lock, holder, source: sourceId, key: patientKey })),
    { lock: 'int', holder: 'text', source: 'text', key: 'bytea' },
  );
  await sql`
    select case when k.exclusive then pg_advisory_xact_lock(k.kind, k.key)
      else pg_advisory_xact_lock_shared(k.kind, k.key) end
    from (
      select u.kind, u.key, bool_or(u.exclusive) as exclusive from (
        select ${LOCK_KEYS.sharedIds}::int as kind, hashtext(i.id) as key, true as exclusive
          from unnest(${ids}::text[]) i (id)
        union all
        select ${LOCK_KEYS.patients}::int, x.lock, x.holder <> 'booking' from ${given}
          where x.holder <> 'alive' or coalesce(
            (select 1 from known_patient p
              where p.source_id = x.source and p.patient_key = x.key and p.deceased limit 1),
            (select 1 from appointment a
              where a.source_id = x.source and a.patient_key = x.key and a.deceased limit 1)) is not null) u
      group by u.kind, u.key order by u.kind, u.key) k`.execute(trx);
}

/** An id of a source that stands in place of one whose citizen may be erased. */
export interface ErasedId {
  readonly sourceId: string;
  readonly value: string;
}

/** Finds those of the ids that an appointment, or a group, is stored under. */
export async function findErasedIds(db: Db, ids: readonly ErasedId[]): Promise<ErasedId[]> {
  if (ids.length === 0) return [];
  const wanted = unnest(
    ids.map(({ sourceId, value }) => ({ source_id: sourceId, value })),
    { source_id: 'text', value: 'text' },
  );
  const { rows } = await sql<ErasedId>`
    select distinct x.source_id as "sourceId", x.value from ${wanted}
    where exists (select from appointment a where a.source_id = x.source_id and a.reference = x.value)
      or exists (select from appointment a where a.source_id = x.source_id and a.group_reference = x.value)`.execute(
    db,
  );
  return rows;
}

/** A search of one source. `asked`: the caller's own number of the element. */
export interface SourceSearch extends Search {
  readonly asked: number;
  readonly sourceId: string;
}

/**
 * The ids that each search of `wanted x` leads to: by its reference; of a group; by an alias (`shared` where several
 * have it) its appointment with all of its group; of a deceased patient one appointment that is marked so; by a bare id
 * all appointments of the patient, and one of somebody else.
 */
const FOUND = sql`
      select x.asked, x.what, a.id from wanted x
        join appointment a on a.source_id = x.source_id and a.reference = x.value
        where x.what = 'reference'
      union
      select x.asked, x.what, a.id from wanted x
        join appointment a on a.source_id = x.source_id and a.group_reference = x.value
        where x.what = 'group'
      union
      select x.asked, case when l.shared then 'shared' else x.what end, g.id from wanted x
        join appointment_alias l on l.source_id = x.source_id and l.kind = x.kind and l.value = x.value
        join appointment a on a.id = l.appointment_id
        cross join lateral (
          select a.id
          union select o.id from appointment o
            where o.source_id = a.source_id and o.group_reference = coalesce(a.group_reference, a.reference)
          union select o.id from appointment o where o.source_id = a.source_id and o.reference = a.group_reference) g
        where x.what = 'alias'
      union
      select x.asked, x.what, d.id from wanted x
        cross join lateral (
          select a.id from appointment a
            where a.source_id = x.source_id and a.patient_key = x.key and a.deceased limit 1) d
        where x.what = 'deceased'
      union
      select x.asked, x.what, b.id from wanted x
        cross join lateral (
          select a.id from appointment a
            where x.kind is null and a.source_id = x.source_id and a.reference = x.value
          union select a.id from appointment a join appointment_alias l on l.appointment_id = a.id
            where a.source_id = x.source_id and a.patient_key = x.key and l.kind = x.kind and l.value = x.value
          union (select a.id from appointment_alias l join appointment a on a.id = l.appointment_id
            where l.source_id = x.source_id and l.kind = x.kind and l.value = x.value
              and (x.key is null or a.patient_key is distinct from x.key) limit 1)) b
        where x.what = 'bare'`;

interface FoundRow {
  readonly asked: number;
  readonly what: Match['what'];
  readonly reference: string;
  readonly status: AppointmentStatus;
  readonly start: Date | null;
  readonly patient_key: Buffer | null;
  readonly aliases: [string, string][] | null;
  readonly group: string;
  readonly version: string | null;
  readonly occurredAt: Date | null;
  readonly cancelStamp: Date | null;
  readonly replacedBy: string | null;
}

/**
 * Finds the appointments that searches lead to, by an alias with the others of its group; of a `deceased` patient at
 * most one. Nothing is locked.
 */
export async function findKnownAppointments(
  db: Db,
  searches: readonly SourceSearch[],
): Promise<(Match & { readonly asked: number })[]> {
  if (searches.length === 0) return [];
  const asked = unnest(
    searches.map(({ asked, what, sourceId, kind, value, key }) => ({
      asked,
      what,
      source_id: sourceId,
      kind,
      value,
      key,
    })),
    { asked: 'int', what: 'text', source_id: 'text', kind: 'text', value: 'text', key: 'bytea' },
  );
  const { rows } = await sql<FoundRow>`
    with wanted as materialized (select * from ${asked}),
    found as (${FOUND})
    select f.asked, f.what, a.reference, a.status, a.start_at as start, a.patient_key,
      coalesce(a.group_reference, a.reference) as group, a.version,
      a.event_at as "occurredAt", a.cancel_stamp as "cancelStamp", a.replaced_by as "replacedBy",
      (select json_agg(json_build_array(l.kind, l.value)) from appointment_alias l
        where l.appointment_id = a.id) as aliases
    from found f join appointment a on a.id = f.id
    union all
    select x.asked, x.what, '', 'booked', null, x.key, '', null, null, null, null, null from wanted x
      where x.what = 'deceased' and exists (select from known_patient p
        where p.source_id = x.source_id and p.patient_key = x.key and p.deceased)
    order by asked, reference`.execute(db);
  return rows.map(({ patient_key: patientKey, aliases, version, ...row }) => {
    return { ...row, patientKey, aliases: aliases ?? [], version: version === null ? null : Number(version) };
  });
}

/** References that an appointment is followed through; systems that give a new one at each move give a few. */
const MOST_NAMES = 50;

/**
 * Finds the successors of replaced appointments, to the end: each with the others of its group.
 * @param successors `value`: the reference that the first of them went on under
 */
export async function findSuccessors(
  db: Db,
  successors: readonly Pick<SourceSearch, 'asked' | 'sourceId' | 'value'>[],
): Promise<(Match & { readonly asked: number })[]> {
  if (successors.length === 0) return [];
  const from = unnest(
    successors.map(({ asked, sourceId, value }) => ({ asked, source_id: sourceId, value })),
    { asked: 'int', source_id: 'text', value: 'text' },
  );
  const { rows } = await sql<{ asked: number; sourceId: string; reference: string; group: string | null }>`
    with recursive chain as (
      select x.asked, x.source_id, x.value as reference, 1 as nth from ${from}
      union all
      select c.asked, c.source_id, a.replaced_by, c.nth + 1 from chain c
        join appointment a on a.source_id = c.source_id and a.reference = c.reference
        where a.replaced_by is not null and c.nth < ${MOST_NAMES})
    select c.asked, c.source_id as "sourceId", a.reference, a.group_reference as group from chain c
      join appointment a on a.source_id = c.source_id and a.reference = c.reference`.execute(db);
  const searches = rows.flatMap(({ asked, sourceId, reference, group }) => {
    const search = { asked, sourceId, kind: null, key: null };
    const ofGroup = { ...search, what: 'group', value: group } as const;
    return [{ ...search, what: 'reference', value: reference } as const, ...(group === null ? [] : [ofGroup])];
  });
  return (await findKnownAppointments(db, searches)).map((each) => ({ ...each, what: 'successor' }));
}

/** An id, beside its reference, that an appointment is known by. */
export interface StoredAlias {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly appointmentId: string;
  readonly kind: string;
  /** As `storedAlias` writes it, like `kind`. */
  readonly value: string;
}

/** The columns of an alias that intake writes. */
export const ALIAS_COLUMNS = columnList<'appointment_alias', StoredAlias>({
  source_id: ['text', ({ sourceId }) => sourceId],
  kind: ['text', ({ kind }) => kind],
  value: ['text', ({ value }) => value],
  authority_id: ['text', ({ authorityId }) => authorityId],
  appointment_id: ['uuid', ({ appointmentId }) => appointmentId],
});

/**
 * Stores aliases; what another appointment has already is left to `settleConflicts`.
 * @returns those that were stored, by `aliasKey`
 */
export async function insertAliases(db: Db, aliases: readonly StoredAlias[]): Promise<Set<string>> {
  if (aliases.length === 0) return new Set();
  const rows = ALIAS_COLUMNS.unnest(aliases);
  const stored = await sql<{ source_id: string; kind: string; value: string }>`
    insert into appointment_alias (${ALIAS_COLUMNS.names})
    select ${ALIAS_COLUMNS.names} from ${rows} order by source_id, kind, value
    on conflict do nothing returning source_id, kind, value`.execute(db);
  if (stored.rows.length < aliases.length) await settleConflicts(db, rows);
  return new Set(stored.rows.map((row) => aliasKey(row.source_id, row.kind, row.value)));
}

// An alias that an appointment of another group has: with a namespace it becomes ours where that one is called off
// (`over`), else it is `shared` for good and leads to neither, since one id can't mean both. Without one (its value
// begins with `|`) it stays, since it leads to nobody by itself. Patients of one group share an alias rightly.
async function settleConflicts(db: Db, wanted: ReturnType<typeof unnest>): Promise<void> {
  await sql`
    update appointment_alias l set
      shared = not d.over,
      appointment_id = case when d.over then d.appointment_id else l.appointment_id end
    from (
      select x.source_id, x.kind, x.value, x.appointment_id, theirs.status in ${CALLED_OFF} as over
      from ${wanted}
      join appointment_alias k on k.source_id = x.source_id and k.kind = x.kind and k.value = x.value
      join appointment mine on mine.id = x.appointment_id
      join appointment theirs on theirs.id = k.appointment_id
      where coalesce(mine.group_reference, mine.reference) <> coalesce(theirs.group_reference, theirs.reference)
        and not starts_with(x.value, '|') and not k.shared) d
    where l.source_id = d.source_id and l.kind = d.kind and l.value = d.value`.execute(db);
}

/** Key of a map for an alias of a source. */
export function aliasKey(sourceId: string, kind: string, value: string): string {
  return JSON.stringify([sourceId, kind, value]);
}
