import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { Language } from '../../domain/authority.ts';
import { STAFF_ANSWER } from '../../domain/reminder.ts';
import type { NumberOfAuthority } from '../../store/opt-outs.ts';
import type { AppointmentRow } from '../appointments/appointments.sql.ts';
import type { AppointmentWithin } from '../appointments/send-again.sql.ts';

/** An answer of staff beside its message. */
interface StaffAnswerInsert {
  readonly messageId: string;
  /** null: it is about none. */
  readonly appointment: { readonly id: string; readonly slot: number; readonly status: AppointmentStatus } | null;
  readonly startBefore: Date;
  readonly writtenBy: string;
}

/** Stores who wrote a message that is stored before it, and what its start checks. */
export async function insertStaffAnswer(db: Db, answer: StaffAnswerInsert): Promise<void> {
  const { messageId, appointment, startBefore, writtenBy } = answer;
  await db
    .insertInto('staff_answer')
    .values({
      message_id: messageId,
      appointment_id: appointment?.id ?? null,
      slot: appointment?.slot ?? null,
      appointment_status: appointment?.status ?? null,
      start_before: startBefore,
      written_by: writtenBy,
    })
    .execute();
}

/** The last answer of staff that went to a number since a moment, or is about to go; undefined: none. */
export async function findLastStaffAnswer(
  db: Db,
  { authorityId, phoneHash }: NumberOfAuthority,
  since: Date,
): Promise<{ readonly at: Date; readonly by: string } | undefined> {
  const { rows } = await sql<{ at: Date; by: string }>`
    select m.created_at as at, s.written_by as by from message m join staff_answer s on s.message_id = m.id
    where m.phone_hash = ${phoneHash} and m.authority_id = ${authorityId} and m.template = ${STAFF_ANSWER}
      and m.created_at > ${since} and m.status not in ('not_sent', 'rejected')
    order by m.created_at desc limit 1`.execute(db);
  return rows[0];
}

/**
 * The language of a reply, as its automatic answer has it, else that of the SMS that it answers.
 * @returns null where neither is kept
 */
export async function findLanguageOfReply(db: Db, authorityId: string, inboundId: string): Promise<Language | null> {
  const { rows } = await sql<{ language: Language }>`
    select language from (
      select language, 0 as nth from message
        where inbound_id = ${inboundId} and coalesce(authority_id, ${authorityId}) = ${authorityId}
          and template <> ${STAFF_ANSWER}
      union all
      select m.language, 1 from inbound_authority a join message m on m.id = a.answered_message_id
        where a.inbound_id = ${inboundId} and a.authority_id = ${authorityId}) x
    order by nth limit 1`.execute(db);
  return rows[0]?.language ?? null;
}

/**
 * Reads an appointment of one authority, within the departments of whoever asks.
 * @param lock keeps it as it is until the transaction ends; it is asked for behind the lock of its number
 */
export async function readOwnAppointment(
  db: Db,
  { authorityId, id, departments }: AppointmentWithin,
  lock: boolean,
): Promise<AppointmentRow | undefined> {
  const { rows } = await sql<AppointmentRow>`
    select * from appointment a where a.id = ${id} and a.authority_id = ${authorityId}
      ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}
      ${lock ? sql`for share` : sql``}`.execute(db);
  return rows[0];
}
