import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';

/** An appointment that a person has seen to lately. */
export interface HandledRow {
  readonly appointment_id: string;
  readonly reference: string;
  readonly start_at: Date | null;
  readonly handled_at: Date;
  readonly handled_by: string;
}

/** The appointments that were ticked off since a moment, the last one first. */
export async function listHandled(
  db: Kysely<Database>,
  { authorityId, since, departments }: { authorityId: string; since: Date; departments: readonly string[] | null },
  limit: number,
): Promise<HandledRow[]> {
  const { rows } = await sql<HandledRow>`
    select h.appointment_id, a.reference, a.start_at, h.handled_at, h.handled_by
    from handled_appointment h join appointment a on a.id = h.appointment_id and a.authority_id = h.authority_id
    where h.authority_id = ${authorityId} and h.handled_at >= ${since}
      ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}
    order by h.handled_at desc, h.appointment_id limit ${limit}`.execute(db);
  return rows;
}

/** An appointment of one authority. */
export interface OwnAppointment {
  readonly authorityId: string;
  readonly appointmentId: string;
  /** null: all. */
  readonly departments: readonly string[] | null;
}

/** Ticks off the present time of an appointment. @returns `repeated` where it was before */
export async function insertHandled(
  db: Kysely<Database>,
  { authorityId, appointmentId, departments }: OwnAppointment,
  by: string,
  now: Date,
): Promise<'unknown' | 'new' | 'repeated'> {
  const own = sql`from appointment a where a.id = ${appointmentId} and a.authority_id = ${authorityId}
    ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}`;
  const { rows } = await sql<{ known: boolean; added: boolean }>`
    with added as (
      insert into handled_appointment (appointment_id, slot, authority_id, handled_at, handled_by)
      select a.id, a.slot, a.authority_id, ${now}::timestamptz, ${by}::text ${own}
      on conflict do nothing returning appointment_id)
    select exists (select ${own}) as known, exists (select from added) as added`.execute(db);
  const [row] = rows;
  if (!row?.known) return 'unknown';
  return row.added ? 'new' : 'repeated';
}

/** Takes back that an appointment was ticked off since a moment. @returns false where it was not, or is unknown */
export async function deleteHandled(
  db: Kysely<Database>,
  { authorityId, appointmentId, departments }: OwnAppointment,
  since: Date,
): Promise<boolean> {
  const { rows } = await sql`
    delete from handled_appointment h using appointment a
    where a.id = h.appointment_id and a.slot = h.slot and h.appointment_id = ${appointmentId}
      and h.authority_id = ${authorityId} and h.handled_at >= ${since}
      ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}
    returning h.appointment_id`.execute(db);
  return rows.length > 0;
}

/** True for an appointment of the authority, in these departments. */
export async function isOwnAppointment(
  db: Kysely<Database>,
  { authorityId, appointmentId, departments }: OwnAppointment,
): Promise<boolean> {
  const { rows } = await sql`select from appointment a where a.id = ${appointmentId} and a.authority_id = ${authorityId}
    ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}`.execute(db);
  return rows.length > 0;
}
