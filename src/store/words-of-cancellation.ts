import { sql } from 'kysely';
import type { Db, Trx } from '../database/tables.ts';
import type { Authority } from '../domain/authority.ts';
import { localDay } from '../domain/calendar.ts';
import { newId } from '../domain/ids.ts';
import { planWordOfCancellation } from '../domain/planning/notices.ts';
import { reminderLanguage } from '../domain/planning/reminder-changes.ts';
import { REMINDER_COLUMNS } from './reminders.ts';
import type { BookedSlot } from './replies.ts';

interface BookedRow {
  readonly id: string;
  readonly source_id: string;
  readonly revision: number;
  readonly start_at: Date;
  readonly language: string | null;
  readonly department: string | null;
}

/**
 * Plans the word that an appointment is cancelled, for the citizen who cancelled it by SMS, unless a notice of that is
 * planned or has left. The slot has one row for both, this and the booking system's own cancellation: whoever comes
 * second finds it under the lock of the appointment.
 * @param to whose cancellation it was: the word goes to nobody else
 * @param from when it is due at the earliest
 * @returns the id of the notice that is planned now; null where there is none, or it has left
 */
export async function planWord(
  trx: Trx,
  authority: Authority,
  { appointmentId, slot }: BookedSlot,
  { to, from }: { readonly to: Buffer; readonly from: Date },
  now: Date,
): Promise<string | null> {
  const { rows } = await sql<BookedRow>`
    select a.id, a.source_id, a.revision, a.start_at, a.language,
      (select r.department from reminder r where r.appointment_id = a.id and r.slot = a.slot limit 1) as department
    from appointment a
    where a.id = ${appointmentId} and a.authority_id = ${authority.id} and a.slot = ${slot}
      and a.status in ('booked', 'cancelled') and a.start_at > ${now} and a.phone_hash = ${to}
      and not a.deceased and not a.test and a.erased_at is null
    for update of a`.execute(trx);
  const [row] = rows;
  if (!row) return null;
  const planned = planWordOfCancellation(authority, row.start_at, from);
  const reminder = {
    ...planned,
    id: newId(now),
    authorityId: authority.id,
    sourceId: row.source_id,
    appointmentId: row.id,
    slot,
    revision: row.revision,
    language: reminderLanguage(row, authority),
    department: row.department,
    dueDay: localDay(planned.dueAt, authority.timeZone),
  };
  const { names } = REMINDER_COLUMNS;
  // A notice that has ended without an SMS is planned anew; its row is locked by the insert itself.
  await sql`
    insert into reminder (${names}) select ${names} from ${REMINDER_COLUMNS.unnest([reminder], now)}
    on conflict (appointment_id, rule, slot) do update set status = excluded.status, reason = excluded.reason,
      due_at = excluded.due_at, due_day = excluded.due_day, expires_at = excluded.expires_at,
      next_at = excluded.next_at, language = excluded.language, revision = excluded.revision, held_reason = null,
      tries = 0, updated_at = excluded.updated_at
    where reminder.status in ('cancelled', 'expired')
      and not exists (select from message m where m.reminder_id = reminder.id and m.status <> 'not_sent')`.execute(trx);
  const { rows: notices } = await sql<{ id: string }>`
    select id from reminder
    where appointment_id = ${row.id} and slot = ${slot} and rule = 'cancellation' and status = 'planned'`.execute(trx);
  return notices[0]?.id ?? null;
}

/**
 * Ends the planned word that a booked appointment is cancelled. That of one which the booking system has cancelled
 * meanwhile stays.
 * @returns the ids of those that ended
 */
export async function endWord(
  db: Db,
  { appointmentId, slot }: BookedSlot,
  reason: 'confirmed' | 'undone',
  now: Date,
): Promise<string[]> {
  await sql`select from appointment where id = ${appointmentId} for update`.execute(db);
  const { rows } = await sql<{ id: string }>`
    update reminder r set status = 'cancelled', reason = ${reason}, next_at = null, held_reason = null, tries = 0,
      updated_at = ${now}
    from appointment a
    where a.id = ${appointmentId} and a.slot = ${slot} and a.status = 'booked' and r.appointment_id = a.id
      and r.slot = a.slot and r.rule = 'cancellation' and r.status = 'planned'
    returning r.id`.execute(db);
  return rows.map((row) => row.id);
}

/** True where one of these words has left, and its appointment is still booked: the citizen believes it cancelled. */
export async function hasWordLeft(db: Db, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select from reminder r join appointment a on a.id = r.appointment_id and a.slot = r.slot
    where r.id = any(${ids}::uuid[]) and r.status in ('handed_over', 'uncertain') and a.status = 'booked'
    limit 1`.execute(db);
  return rows.length > 0;
}
