import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import type { PhoneReason } from '../../domain/appointment.ts';
import { forgetCallbacks, forgetCallbacksAbout } from '../../store/callbacks.ts';
import { FORGOTTEN_OPT_OUT } from '../../store/opt-outs.ts';

/** Locks the authority's appointments with this number, in one order for everybody. @returns their ids */
export async function lockAppointmentsOfNumber(
  db: Kysely<Database>,
  authorityId: string,
  phoneHash: Buffer,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from appointment where authority_id = ${authorityId} and phone_hash = ${phoneHash}
    order by source_id, reference for update`.execute(db);
  return rows.map((row) => row.id);
}

/** Everything of an appointment that tells about the citizen; the number aside. */
const ERASED = sql`patient_key = null, wrong_phone_hash = null, language = null, location_code = null,
  location_text = null, place_ciphertext = null, department = null, department_code = null, contact_phone = null,`;

/** Forgets that departments, which are not counted by name yet, were seen on the patients of these appointments. */
export async function forgetSightings(
  db: Kysely<Database>,
  authorityId: string,
  ids: readonly string[],
): Promise<void> {
  await sql`
    update department d set patients = '' where authority_id = ${authorityId} and name is null and exists (
      select from appointment a, lateral (values (a.patient_key), (a.phone_hash)) k (hash)
      where a.id = any(${ids}::uuid[]) and position(substring(k.hash from 1 for 8) in d.patients) > 0)`.execute(db);
}

/** Deletes codes of places from the list for staff that these appointments have: they stand there again when sent. */
export async function forgetCodes(db: Kysely<Database>, ids: readonly string[]): Promise<void> {
  await sql`
    delete from unmapped_value u using appointment a
    where a.id = any(${ids}::uuid[]) and u.source_id = a.source_id and u.field = 'location'
      and u.value in (a.location_code, a.location_text)`.execute(db);
}

/**
 * Takes the number from locked appointments.
 * @param erased whatever else identifies the citizen goes too, and no later event brings a number back; else only this
 * number doesn't come back
 */
export async function clearNumber(
  db: Kysely<Database>,
  authorityId: string,
  ids: readonly string[],
  options: { readonly reason: PhoneReason; readonly erased: boolean },
  now: Date,
): Promise<void> {
  const rest = options.erased ? sql`${ERASED} erased_at = ${now},` : sql`wrong_phone_hash = phone_hash,`;
  await sql`
    update appointment set phone_ciphertext = null, phone_hash = null, phone_reason = ${options.reason},
      revision = revision + 1,
      ${rest} updated_at = ${now}
    where authority_id = ${authorityId} and id = any(${ids}::uuid[])`.execute(db);
}

/**
 * Ends the reminders of these appointments that are planned and not handed over; one that was to be sent again stays
 * uncertain.
 * @param appointmentIds locked before
 * @param erasedHash given when the citizen is erased: every text of the authority to this number goes that a source in
 * shadow mode kept
 * @returns the ids of those that were ended
 */
export async function endReminders(
  db: Kysely<Database>,
  authorityId: string,
  appointmentIds: readonly string[],
  options: { readonly reason: 'erased' | 'invalid_number'; readonly erasedHash: Buffer | null },
  now: Date,
): Promise<string[]> {
  const { reason, erasedHash } = options;
  const { rows: locked } = await sql<{ id: string; planned: boolean }>`
    select id, status = 'planned' as planned from reminder
    where authority_id = ${authorityId}
      and (appointment_id = any(${appointmentIds}::uuid[]) or phone_hash = ${erasedHash})
    order by id for update`.execute(db);
  const text = erasedHash ? sql`text_ciphertext = null, phone_hash = null,` : sql``;
  await sql`
    update reminder set
      status = case when status = 'planned' then 'suppressed' else status end,
      reason = case when status = 'planned' then ${reason} else reason end,
      ${text} next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    where id = any(${locked.map((row) => row.id)}::uuid[])`.execute(db);
  return locked.flatMap((row) => (row.planned ? [row.id] : []));
}

/**
 * Removes number and text from the authority's messages to this number and about these appointments, and from the
 * installation's answers to it. An answer that still waits is not sent.
 * @returns how many held something
 */
export async function eraseMessages(
  db: Kysely<Database>,
  authorityId: string,
  phoneHash: Buffer,
  appointmentIds: readonly string[],
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from message where id = any(array(
      select m.id from message m
      where m.phone_hash = ${phoneHash} and (m.authority_id = ${authorityId} or m.authority_id is null)
      union
      select m.id from reminder r join message m on m.reminder_id = r.id
      where r.appointment_id = any(${appointmentIds}::uuid[]) and m.authority_id = ${authorityId}))
    order by id for update`.execute(db);
  const ids = rows.map((row) => row.id);
  await sql`
    update message set phone_ciphertext = null, phone_hash = null, text_ciphertext = null, updated_at = ${now},
      -- An answer goes out from what the citizen wrote to.
      sender = case when reminder_id is null then '' else sender end,
      status = case when status = 'planned' then 'not_sent' else status end,
      reason = case when status = 'planned' then 'erased' else reason end,
      next_at = case when status = 'planned' then null else next_at end
    where id = any(${ids}::uuid[])`.execute(db);
  await forgetCallbacksAbout(db, ids);
  return ids.length;
}

/**
 * Deletes the number's replies as far as this authority has them, and those that nobody has; one that concerns other
 * authorities too stays with those. Callbacks of the number that no reply was made from are forgotten, too.
 * @returns how many the authority had
 */
export async function eraseInbound(db: Kysely<Database>, authorityId: string, phoneHash: Buffer): Promise<number> {
  const { rows } = await sql<{ inbound_id: string }>`
    select inbound_id from inbound_authority where authority_id = ${authorityId} and phone_hash = ${phoneHash}
    order by inbound_id for update`.execute(db);
  const ids = rows.map((row) => row.inbound_id);
  const own = sql`authority_id = ${authorityId} and inbound_id = any(${ids}::uuid[])`;
  await sql`delete from inbound_appointment where ${own}`.execute(db);
  await sql`delete from inbound_authority where ${own}`.execute(db);
  const { rows: deleted } = await sql<{ id: string; callback_id: string | null }>`
    delete from inbound_message i where i.phone_hash = ${phoneHash}
      and not exists (select from inbound_authority a where a.inbound_id = i.id) returning id, callback_id`.execute(db);
  await forgetCallbacks(db, sql`select unnest(${deleted.flatMap((row) => row.callback_id ?? [])}::uuid[])`);
  await forgetCallbacks(
    db,
    sql`select c.id from callback c where c.phone_hash = ${phoneHash} and not exists (
      select from inbound_message i where i.phone_hash = ${phoneHash} and i.callback_id = c.id)`,
  );
  return ids.length + deleted.filter(({ id }) => !ids.includes(id)).length;
}

/**
 * Keeps the refusals, the installation's among them, by the number's hash alone: what a person wrote about them goes
 * too. @returns how many had the number itself
 */
export async function eraseOptOutNumbers(
  db: Kysely<Database>,
  authorityId: string,
  phoneHash: Buffer,
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from opt_out where phone_hash = ${phoneHash} and (authority_id = ${authorityId} or authority_id is null)
      and phone_ciphertext is not null order by id for update`.execute(db);
  await sql`update opt_out set ${FORGOTTEN_OPT_OUT}
    where id = any(${rows.map((row) => row.id)}::uuid[])`.execute(db);
  return rows.length;
}
