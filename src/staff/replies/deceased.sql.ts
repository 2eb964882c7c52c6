import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { isToHandOver } from '../../store/reminders.ts';
import type { InboundAppointmentRow } from './replies.sql.ts';
import type { InboundKey } from './settle.sql.ts';

/**
 * Ends all that is planned for the patient of these appointments in the authority: of every appointment with the same
 * patient key, and of those that have none. Where the reply is about no appointment ahead, it is the patient of the SMS
 * that it answers. Another patient with the same number keeps their reminders. One that is to be handed over again
 * stays uncertain.
 * @returns the ids of those that ended
 */
export async function endOfDeceased(
  db: Kysely<Database>,
  { authorityId, id }: InboundKey,
  about: readonly Pick<InboundAppointmentRow, 'appointment_id'>[],
  now: Date,
): Promise<string[]> {
  const ids = about.length > 0 ? about.map((each) => each.appointment_id) : await findAnswered(db, { authorityId, id });
  const { rows } = await sql<{ id: string; status: string }>`
    with meant as materialized (
      select id, patient_key from appointment where id = any(${ids}::uuid[]) and authority_id = ${authorityId}),
    of_patient as materialized (
      select id from meant
      union
      select a.id from source s
      join appointment a on a.source_id = s.id and a.patient_key = any(array(
        select patient_key from meant where patient_key is not null))
      where s.authority_id = ${authorityId} and a.authority_id = ${authorityId})
    update reminder set status = case when status = 'planned' then 'cancelled' else status end,
      reason = case when status = 'planned' then 'deceased' else reason end,
      next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    where id = any(array(
        select id from reminder where appointment_id = any(array(select id from of_patient)) and ${isToHandOver()}
        order by id for update))
      and ${isToHandOver()}
    returning id, status`.execute(db);
  return rows.flatMap((row) => (row.status === 'cancelled' ? [row.id] : []));
}

/** The appointment of the SMS that a reply answers, where that is kept. */
async function findAnswered(db: Kysely<Database>, { authorityId, id }: InboundKey): Promise<string[]> {
  const { rows } = await sql<{ appointment_id: string }>`
    select r.appointment_id from inbound_authority h
    join message m on m.id = h.answered_message_id and m.authority_id = h.authority_id
    join reminder r on r.id = m.reminder_id
    where h.inbound_id = ${id} and h.authority_id = ${authorityId}`.execute(db);
  return rows.map((row) => row.appointment_id);
}
