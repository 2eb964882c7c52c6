import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { PhoneReason } from '../../domain/appointment.ts';
import { NUMBER_BATCH } from '../../store/appointments-of-number.ts';

/**
 * Locks the first of the authority's appointments with this number, in one order for everybody.
 * @returns their ids; [] when none has the number any more
 */
export async function lockSomeOfNumber(db: Db, authorityId: string, phoneHash: Buffer): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from appointment where authority_id = ${authorityId} and phone_hash = ${phoneHash} and id = any(array(
      select id from appointment where authority_id = ${authorityId} and phone_hash = ${phoneHash}
      order by id limit ${NUMBER_BATCH}))
    order by source_id, reference for update`.execute(db);
  return rows.map((row) => row.id);
}

/** Empties what tells about the citizen of an appointment, but for numbers and the name of the department. */
export const OF_CITIZEN = sql`patient_key = null, language = null, location_code = null, location_text = null,
  place_ciphertext = null, department_code = null, contact_phone = null, seen_events = null`;

/**
 * Takes the number from locked appointments.
 * @param erased whatever else identifies the citizen goes too, and no later event brings a number back; else only this
 * number doesn't come back
 */
export async function clearNumber(
  db: Db,
  authorityId: string,
  ids: readonly string[],
  options: { readonly reason: PhoneReason; readonly erased: boolean },
  now: Date,
): Promise<void> {
  const rest = options.erased
    ? sql`${OF_CITIZEN}, department = null, wrong_phone_hash = null, erased_at = ${now},`
    : sql`wrong_phone_hash = phone_hash,`;
  await sql`
    update appointment set phone_ciphertext = null, phone_hash = null, phone_reason = ${options.reason},
      revision = revision + 1,
      ${rest} updated_at = greatest(updated_at, ${now}::timestamptz)
    where authority_id = ${authorityId} and id = any(${ids}::uuid[])`.execute(db);
}

/**
 * Ends the reminders of these appointments that are planned and not handed over; one that was to be sent again stays
 * uncertain.
 * @param appointmentIds locked before
 * @returns the ids of those that were ended
 */
export async function endReminders(
  db: Db,
  authorityId: string,
  appointmentIds: readonly string[],
  reason: 'erased' | 'invalid_number',
  now: Date,
): Promise<string[]> {
  const { rows: locked } = await sql<{ id: string; planned: boolean }>`
    select id, status = 'planned' as planned from reminder
    where authority_id = ${authorityId} and appointment_id = any(${appointmentIds}::uuid[])
    order by id for update`.execute(db);
  const text = reason === 'erased' ? sql`text_ciphertext = null, phone_hash = null,` : sql``;
  await sql`
    update reminder set
      status = case when status = 'planned' then 'suppressed' else status end,
      reason = case when status = 'planned' then ${reason} else reason end,
      ${text} next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    where id = any(${locked.map((row) => row.id)}::uuid[])`.execute(db);
  return locked.flatMap((row) => (row.planned ? [row.id] : []));
}
