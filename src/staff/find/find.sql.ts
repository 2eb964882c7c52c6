import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import type { HashedAlias } from '../../domain/identity/match-known.ts';
import { CALLED_OFF, MOMENT } from '../../store/appointments.ts';
import { type AppointmentRecord, type AppointmentRow, withReminders } from '../appointments/appointments.sql.ts';

/** The appointments that somebody may see. */
export interface SearchScope {
  readonly authorityId: string;
  /** null: those of all departments. */
  readonly departments: readonly string[] | null;
}

/** A place in a list of appointments, which go by their starts. */
export interface FoundPlace {
  /** null: it has none. */
  readonly start: Date | null;
  readonly id: string;
}

/** The most messages to a number whose appointments are looked for. */
const MOST_MESSAGES = 500;

function within({ authorityId, departments }: SearchScope): RawBuilder<unknown> {
  return sql`a.authority_id = ${authorityId} ${departments === null ? sql`` : isOneOf(departments)}`;
}

/** Appointments of one department stand in an index in the order of their moments; those of several must be sorted. */
function isOneOf(departments: readonly string[]): RawBuilder<unknown> {
  const [only, ...others] = departments;
  if (only !== undefined && others.length === 0) return sql`and a.department = ${only}`;
  return sql`and a.department = any(${departments}::text[])`;
}

/** Finds an appointment with its reminders. @returns undefined for one that is not within the scope */
export async function findById(db: Db, scope: SearchScope, id: string): Promise<AppointmentRecord | undefined> {
  const { rows } = await sql<AppointmentRow>`
    select a.* from appointment a where a.id = ${id} and ${within(scope)}`.execute(db);
  return (await withReminders(db, scope.authorityId, rows))[0];
}

/** The appointment that goes on in place of one that its booking system replaced. */
export interface Replacement {
  readonly reference: string;
  /** null: it is not known here, or not within the scope. */
  readonly id: string | null;
}

/** Replacements of replacements that are followed; the page of the last one leads on. */
const MOST_REPLACEMENTS = 20;

/**
 * The appointment that goes on in place of this one: the last of the chain that is within the scope. One that is not
 * in the scope is named by the reference alone that the appointment itself has.
 */
export async function findReplacement(
  db: Db,
  scope: SearchScope,
  { id, sourceId, reference }: { readonly id: string; readonly sourceId: string; readonly reference: string },
): Promise<Replacement> {
  const { rows } = await sql<{ id: string; reference: string }>`
    with recursive chain as (
      select a.id, a.reference, a.replaced_by, a.authority_id, a.department, 1 as nth, array[${id}::uuid, a.id] as seen
      from appointment a where a.source_id = ${sourceId} and a.reference = ${reference} and a.id <> ${id}
      union all
      select a.id, a.reference, a.replaced_by, a.authority_id, a.department, c.nth + 1, c.seen || a.id
      from chain c join appointment a on a.source_id = ${sourceId} and a.reference = c.replaced_by
      where c.nth < ${MOST_REPLACEMENTS} and a.id <> all(c.seen))
    select a.id, a.reference from chain a where ${within(scope)} order by a.nth desc limit 1`.execute(db);
  return rows[0] ?? { reference, id: null };
}

/** The number's hash of an appointment; null where it has none, undefined for one that is not within the scope. */
export async function findNumberOf(db: Db, scope: SearchScope, id: string): Promise<Buffer | null | undefined> {
  const { rows } = await sql<{ phone_hash: Buffer | null }>`
    select a.phone_hash from appointment a where a.id = ${id} and ${within(scope)}`.execute(db);
  return rows[0]?.phone_hash;
}

/** Appointments that have this number, or had it when an SMS about them was sent, the latest start first. */
export async function findByNumber(
  db: Db,
  scope: SearchScope,
  phoneHash: Buffer,
  page: { readonly before: FoundPlace | null; readonly limit: number },
): Promise<AppointmentRecord[]> {
  const { authorityId } = scope;
  const start = sql`coalesce(a.start_at, '-infinity')`;
  const { before, limit } = page;
  const { rows } = await sql<AppointmentRow>`
    select a.* from appointment a where ${within(scope)} and a.id in (
      select id from appointment where authority_id = ${authorityId} and phone_hash = ${phoneHash}
      union all
      select r.appointment_id from (
        select reminder_id from message
        where phone_hash = ${phoneHash} and authority_id = ${authorityId} and reminder_id is not null
        order by handed_over_at desc limit ${MOST_MESSAGES}) m
      join reminder r on r.id = m.reminder_id)
      ${before ? sql`and (${start}, a.id) < (${before.start ?? '-infinity'}::timestamptz, ${before.id}::uuid)` : sql``}
    order by ${start} desc, a.id desc limit ${limit}`.execute(db);
  return withReminders(db, authorityId, rows);
}

/**
 * Appointments that go by one of these ids in its source, alone or as one of several patients: the first ones, and how
 * many there are.
 * @param sought each reference itself, and its stored form as an alias
 */
export async function findByReference(
  db: Db,
  scope: SearchScope,
  sought: readonly (HashedAlias & { readonly sourceId: string; readonly reference: string })[],
  limit: number,
): Promise<{ readonly records: AppointmentRecord[]; readonly total: number }> {
  const given = unnest(sought, { sourceId: 'text', reference: 'text', kind: 'text', value: 'text' });
  const { rows } = await sql<AppointmentRow & { readonly total: string }>`
    select a.*, count(*) over () as total from appointment a where ${within(scope)} and a.id in (
      select b.id from ${given} join appointment b on b.source_id = x."sourceId" and b.reference = x.reference
      union select b.id from ${given}
        join appointment b on b.source_id = x."sourceId" and b.group_reference = x.reference
      union select l.appointment_id from ${given}
        join appointment_alias l on l.source_id = x."sourceId" and l.kind = x.kind and l.value = x.value)
    order by a.start_at desc nulls last, a.id desc limit ${limit}`.execute(db);
  return { records: await withReminders(db, scope.authorityId, rows), total: Number(rows[0]?.total ?? 0) };
}

/**
 * The appointments that start in a span of time, the earliest first; the called-off ones among them.
 * @param filter.to not included
 * @param filter.source null: of all sources
 */
export async function findByDay(
  db: Db,
  scope: SearchScope,
  filter: Readonly<Record<'from' | 'to', Date>> & {
    readonly source: string | null;
    readonly after: FoundPlace | null;
    readonly limit: number;
  },
): Promise<AppointmentRecord[]> {
  const { from, to, source, after, limit } = filter;
  const first = after?.start ?? from;
  const further = sql`
    and a.start_at >= ${first} and a.start_at < ${to}
    ${after ? sql`and (a.start_at, a.id) > (${after.start}, ${after.id}::uuid)` : sql``}
    ${source === null ? sql`` : sql`and a.source_id = ${source}`}`;
  const { rows } = await sql<AppointmentRow>`
    select * from (
      (select a.* from appointment a
        where ${within(scope)} and ${MOMENT} >= ${first}::timestamptz at time zone 'UTC'
          and ${MOMENT} < ${to}::timestamptz at time zone 'UTC' and status not in ${CALLED_OFF} ${further}
        order by ${MOMENT}, a.id limit ${limit})
      union all
      (select a.* from appointment a where ${within(scope)} and status in ${CALLED_OFF} ${further}
        order by a.start_at, a.id limit ${limit})) f
    order by start_at, id limit ${limit}`.execute(db);
  return withReminders(db, scope.authorityId, rows);
}

/** The references of appointments by their ids, of one authority or of all (null); one that is deleted has none. */
export async function appointmentReferences(
  db: Db,
  authorityId: string | null,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('appointment')
    .select(['id', 'reference'])
    .where('id', 'in', ids)
    .$if(authorityId !== null, (query) => query.where('authority_id', '=', authorityId as string))
    .execute();
  return new Map(rows.map(({ id, reference }) => [id, reference]));
}
