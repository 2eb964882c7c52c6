import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { localDay, startOfDay } from '../../domain/calendar.ts';
import type { NumberOfAuthority } from '../../store/opt-outs.ts';
import { type AppointmentRecord, type AppointmentRow, withReminders } from './appointments.sql.ts';

/** An appointment of one authority, within the departments of whoever asks. */
export interface AppointmentWithin {
  readonly authorityId: string;
  readonly id: string;
  /** null: all. */
  readonly departments: readonly string[] | null;
}

/**
 * Locks an appointment: of two people who send again at once the second finds what the first has sent.
 * @returns false for one that is unknown, or of another department
 */
export async function lockOwnAppointment(
  db: Db,
  { authorityId, id, departments }: AppointmentWithin,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from appointment a where a.id = ${id} and a.authority_id = ${authorityId}
      ${departments ? sql`and a.department = any(${departments}::text[])` : sql``} for update`.execute(db);
  return rows.length > 0;
}

/** An appointment with all that happened to it. @returns undefined where it is none of the authority */
export async function findRecord(db: Db, authorityId: string, id: string): Promise<AppointmentRecord | undefined> {
  const { rows } = await sql<AppointmentRow>`
    select * from appointment where id = ${id} and authority_id = ${authorityId}`.execute(db);
  return (await withReminders(db, authorityId, rows))[0];
}

/** The number of SMS that went to a number since midnight, as the start counts them. */
export async function countSentToday(
  db: Db,
  { authorityId, phoneHash }: NumberOfAuthority,
  timeZone: string,
  now: Date,
): Promise<number> {
  const midnight = startOfDay(localDay(now, timeZone), timeZone);
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from message
    where phone_hash = ${phoneHash} and authority_id = ${authorityId} and handed_over_at >= ${midnight}
      and status not in ('not_sent', 'rejected')`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** True for a department that statistics count by its name. */
export async function isCountedByName(db: Db, authorityId: string, name: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from department where authority_id = ${authorityId} and name = ${name} limit 1`.execute(db);
  return rows.length > 0;
}
