import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import type { SettleAction, SettleEffects } from '../../domain/replies/settle.ts';
import { isToHandOver } from '../../store/reminders.ts';
import { type BookedSlot, isOpenReply } from '../../store/replies.ts';
import type { InboundAppointmentRow } from './replies.sql.ts';

/** A reply in one authority. */
export interface InboundKey {
  readonly authorityId: string;
  readonly id: string;
}

/** Marks a reply as settled. @returns false when it is settled already, needs no person, or is unknown */
export async function markSettled(
  db: Db,
  { authorityId, id }: InboundKey,
  settled: { readonly by: string; readonly action: SettleAction },
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    update inbound_authority set settled_at = ${now}, settled_by = ${settled.by}, action = ${settled.action}
    where authority_id = ${authorityId} and inbound_id = ${id} and ${isOpenReply('inbound_authority')}
    returning inbound_id`.execute(db);
  return rows.length > 0;
}

/**
 * Settles the cancellations that came before a reply which staff read as a confirmation of the same appointments, in
 * the same way; each can be taken back by itself. @returns their ids
 */
export async function settleEarlierCancellations(
  db: Db,
  { authorityId, id }: InboundKey,
  appointmentIds: readonly string[],
  by: string,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ inbound_id: string }>`
    with earlier as (
      select s.inbound_id, coalesce(json_agg(h.appointment_id) filter (where h.holds), '[]') as held
      from inbound_appointment h
      join inbound_authority s on s.inbound_id = h.inbound_id and s.authority_id = h.authority_id
      join inbound_message i on i.id = s.inbound_id
      where h.appointment_id = any(${appointmentIds}::uuid[]) and h.subject and h.authority_id = ${authorityId}
        and h.inbound_id < ${id} and ${isOpenReply('s')} and i.meaning = 'cancel'
      group by s.inbound_id),
    settled as (
      update inbound_authority s set settled_at = ${now}, settled_by = ${by}, action = 'confirmed',
        effects = jsonb_build_object('optOut', null, 'appointments', '[]'::jsonb, 'reminders', '[]'::jsonb,
          'held', e.held, 'chosen', null)
      from earlier e
      where s.inbound_id = e.inbound_id and s.authority_id = ${authorityId} and s.settled_at is null
      returning s.inbound_id),
    released as (
      update inbound_appointment h set holds = false
      from settled where h.inbound_id = settled.inbound_id and h.authority_id = ${authorityId})
    select inbound_id from settled`.execute(db);
  return rows.map((row) => row.inbound_id);
}

/** Keeps what settling a reply changed, for undoing it. */
export async function keepEffects(db: Db, { authorityId, id }: InboundKey, effects: SettleEffects): Promise<void> {
  await sql`update inbound_authority set effects = ${JSON.stringify(effects)}
    where authority_id = ${authorityId} and inbound_id = ${id}`.execute(db);
}

/** Makes an appointment the one that the reply is about. */
export async function chooseAppointment(
  db: Db,
  { authorityId, id }: InboundKey,
  appointmentId: string,
  subject: boolean,
): Promise<void> {
  await sql`update inbound_appointment set subject = ${subject}
    where authority_id = ${authorityId} and inbound_id = ${id} and appointment_id = ${appointmentId}`.execute(db);
}

/** Ends or restores the hold of a reply on these appointments. */
export async function setHold(
  db: Db,
  { authorityId, id }: InboundKey,
  appointmentIds: readonly string[],
  holds: boolean,
): Promise<void> {
  await sql`update inbound_appointment set holds = ${holds}
    where authority_id = ${authorityId} and inbound_id = ${id}
      and appointment_id = any(${appointmentIds}::uuid[])`.execute(db);
}

/**
 * Takes back that staff settled a reply, if they did so since `since` and it was never taken back before.
 * @returns what settling it changed, and whether the reply holds its number; undefined where it can't be taken back
 */
export async function markUndone(
  db: Db,
  { authorityId, id }: InboundKey,
  since: Date,
  now: Date,
): Promise<{ effects: SettleEffects; holds: boolean } | undefined> {
  const { rows } = await sql<{ effects: SettleEffects; holds: boolean }>`
    with settled as (
      select inbound_id, authority_id, effects from inbound_authority
      where authority_id = ${authorityId} and inbound_id = ${id} and settled_at >= ${since} and effects is not null
        and undone_at is null for update)
    update inbound_authority a set settled_at = null, settled_by = null, action = null, effects = null,
      undone_at = ${now}
    from settled s where a.inbound_id = s.inbound_id and a.authority_id = s.authority_id
    returning s.effects, a.holds`.execute(db);
  return rows[0];
}

/**
 * Makes a locked opt-out that of another reply of the number, which staff settled as an opt-out, too: undoing that one
 * then lifts it.
 * @returns false when there is no such reply
 */
export async function passOnOptOut(
  db: Db,
  { authorityId, id }: InboundKey,
  optOut: { readonly id: string; readonly phoneHash: Buffer },
): Promise<boolean> {
  const { rows } = await sql`
    with successor as (
      select inbound_id, settled_by from inbound_authority
      where authority_id = ${authorityId} and phone_hash = ${optOut.phoneHash} and inbound_id <> ${id}
        and action = 'opt_out' and settled_at is not null
      order by settled_at desc limit 1),
    noted as (
      update inbound_authority a set effects = jsonb_set(a.effects, '{optOut}', to_jsonb(${optOut.id}::text))
      from successor h where a.inbound_id = h.inbound_id and a.authority_id = ${authorityId} and a.effects is not null)
    update opt_out o set inbound_id = h.inbound_id, recorded_by = h.settled_by from successor h
    where o.id = ${optOut.id}
    returning o.id`.execute(db);
  return rows.length > 0;
}

/** The slots that a reply is about and that no other decision of staff says to be cancelled. */
export async function listLastPassedOn(db: Db, { authorityId, id }: InboundKey): Promise<BookedSlot[]> {
  const { rows } = await sql<BookedSlot>`
    select h.appointment_id as "appointmentId", h.slot from inbound_appointment h
    where h.inbound_id = ${id} and h.authority_id = ${authorityId} and h.subject and not exists (
      select from inbound_appointment o
      join inbound_authority s on s.inbound_id = o.inbound_id and s.authority_id = o.authority_id
      where o.appointment_id = h.appointment_id and o.slot = h.slot and o.inbound_id <> h.inbound_id and o.subject
        and s.action = 'cancel_passed_on')
    order by h.appointment_id`.execute(db);
  return rows;
}

/** Gives locked appointments the number back that was taken from them, unless they have got another one. */
export async function restoreNumber(
  db: Db,
  authorityId: string,
  phoneHash: Buffer,
  numbers: readonly { readonly id: string; readonly ciphertext: Buffer }[],
  now: Date,
): Promise<void> {
  await sql`
    update appointment a set phone_ciphertext = x.ciphertext, phone_hash = ${phoneHash}, phone_reason = null,
      wrong_phone_hash = null, revision = revision + 1, updated_at = greatest(a.updated_at, ${now}::timestamptz)
    from ${unnest(numbers, { id: 'uuid', ciphertext: 'bytea' })}
    where a.id = x.id and a.authority_id = ${authorityId} and a.phone_hash is null
      and a.wrong_phone_hash = ${phoneHash} and a.erased_at is null`.execute(db);
}

/** Locks these appointments of the authority, in one order for everybody. @returns their ids */
export async function lockAppointmentsOfAuthority(
  db: Db,
  authorityId: string,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from appointment where authority_id = ${authorityId} and id = any(${ids}::uuid[])
    order by source_id, reference for update`.execute(db);
  return rows.map((row) => row.id);
}

/** Plans the reminders again that settling a reply ended, those whose appointment is still booked at that time. */
export async function replanEnded(db: Db, authorityId: string, ids: readonly string[], now: Date): Promise<void> {
  await sql`
    update reminder r set status = 'planned', reason = null, next_at = r.due_at, held_reason = null, updated_at = ${now}
    from appointment a
    where r.id = any(array(select id from reminder where id = any(${ids}::uuid[]) order by id for update))
      and r.authority_id = ${authorityId} and a.id = r.appointment_id and a.slot = r.slot and a.status = 'booked'
      and a.phone_hash is not null and not a.deceased and (r.status, r.reason) in (('cancelled', 'confirmed'),
        ('cancelled', 'cancel_passed_on'), ('cancelled', 'deceased'), ('suppressed', 'invalid_number'))`.execute(db);
}

/**
 * Ends all that is planned for the patient of these appointments in the authority: of every appointment with the same
 * patient key, and of those that have none. Where the reply is about no appointment ahead, it is the patient of the SMS
 * that it answers. Another patient with the same number keeps their reminders. One that is to be handed over again
 * stays uncertain.
 * @returns the ids of those that ended
 */
export async function endOfDeceased(
  db: Db,
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
async function findAnswered(db: Db, { authorityId, id }: InboundKey): Promise<string[]> {
  const { rows } = await sql<{ appointment_id: string }>`
    select r.appointment_id from inbound_authority h
    join message m on m.id = h.answered_message_id and m.authority_id = h.authority_id
    join reminder r on r.id = m.reminder_id
    where h.inbound_id = ${id} and h.authority_id = ${authorityId}`.execute(db);
  return rows.map((row) => row.appointment_id);
}
