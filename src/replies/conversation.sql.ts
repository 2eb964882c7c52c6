import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** An SMS about an appointment that a reply may answer, with the appointment as it is now. */
export interface AnsweredSms {
  readonly messageId: string;
  readonly authorityId: string;
  readonly sender: string;
  readonly handedOverAt: Date;
  readonly appointmentId: string;
  readonly sourceId: string;
  /** The slot that the SMS was about. */
  readonly slot: number;
  readonly start: Date | null;
  readonly contactPhone: string | null;
  /** The content of the SMS is still true: booked, at that time, with this number. */
  readonly current: boolean;
  /** The SMS announced that the appointment is cancelled, and it is, or is about to be by what staff passed on. */
  readonly ended: boolean;
  /**
   * The citizen has said something else than a confirmation since, or a cancellation, a wrong number or what may be a
   * STOP stands: what sounds like a confirmation may answer our answer to that.
   */
  readonly contested: boolean;
}

interface AnsweredRow {
  readonly message_id: string;
  readonly authority_id: string;
  readonly sender: string;
  readonly handed_over_at: Date;
  readonly appointment_id: string;
  readonly source_id: string;
  readonly slot: number;
  readonly start_at: Date | null;
  readonly contact_phone: string | null;
  readonly current: boolean;
  readonly ended: boolean;
  readonly contested: boolean;
}

function fromRow(row: AnsweredRow): AnsweredSms {
  return {
    messageId: row.message_id,
    authorityId: row.authority_id,
    sender: row.sender,
    handedOverAt: row.handed_over_at,
    appointmentId: row.appointment_id,
    sourceId: row.source_id,
    slot: row.slot,
    start: row.start_at,
    contactPhone: row.contact_phone,
    current: row.current,
    ended: row.ended,
    contested: row.contested,
  };
}

/** Messages to look back over: a number has few that are still ahead. */
const MOST_MESSAGES = 50;

/** The last SMS about appointments that may have reached the number through the gateway, the latest first. */
export async function findAnswered(
  db: Db,
  number: { readonly phoneHash: Buffer; readonly gateway: string; readonly authorityIds: readonly string[] },
): Promise<AnsweredSms[]> {
  // said: when the citizen last said something else than a confirmation to each authority, and whether a reply holds
  //   reminders there. contested: that came after the SMS, or a reply holds; or this slot has a cancellation by SMS
  //   that is open, or that staff passed on.
  const { rows } = await sql<AnsweredRow>`
    with said as (
      select x.authority_id, max(i.received_at) as last_at, bool_or(x.holds and x.settled_at is null) as holds
      from inbound_message i join inbound_authority x on x.inbound_id = i.id
      where i.phone_hash = ${number.phoneHash} and i.meaning <> 'confirm'
      group by x.authority_id)
    select m.id as message_id, m.authority_id, m.sender, m.handed_over_at, a.id as appointment_id, a.source_id, r.slot,
      a.start_at, a.contact_phone, a.status = 'booked' and a.slot = r.slot and r.rule <> 'cancellation'
        and coalesce(a.phone_hash = m.phone_hash, false) as current,
      a.status in ('booked', 'cancelled') and a.slot = r.slot and r.rule = 'cancellation' as ended,
      coalesce(s.last_at >= m.handed_over_at or s.holds, false)
        or a.status = 'booked' and r.rule <> 'cancellation' and exists (
        select from inbound_appointment h
        join inbound_message i on i.id = h.inbound_id and i.meaning = 'cancel'
        join inbound_authority x on x.inbound_id = h.inbound_id and x.authority_id = h.authority_id
        where h.appointment_id = a.id and h.slot = a.slot
          and (x.settled_at is null or (h.subject and x.action = 'cancel_passed_on'))) as contested
    from message m
    join reminder r on r.id = m.reminder_id
    join appointment a on a.id = r.appointment_id and a.authority_id = m.authority_id
    left join said s on s.authority_id = m.authority_id
    where m.phone_hash = ${number.phoneHash} and m.authority_id = any(${number.authorityIds}::text[])
      and m.gateway = ${number.gateway} and m.handed_over_at is not null
      and m.status not in ('not_sent', 'rejected', 'undelivered') and a.erased_at is null
    order by m.handed_over_at desc, m.id desc limit ${MOST_MESSAGES}`.execute(db);
  return rows.map(fromRow);
}

/** An appointment that a reply may be about. */
export interface InboundAppointmentInsert {
  readonly inboundId: string;
  readonly authorityId: string;
  readonly appointmentId: string;
  readonly slot: number;
  readonly phoneHash: Buffer;
  readonly subject: boolean;
  readonly holds: boolean;
}

/** Stores what a reply may be about. The appointments are locked in the order in which everybody locks them. */
export async function insertInboundAppointments(
  db: Db,
  appointments: readonly InboundAppointmentInsert[],
): Promise<void> {
  if (appointments.length === 0) return;
  const ids = appointments.map(({ appointmentId }) => appointmentId);
  await sql`
    select id from appointment where id = any(${ids}::uuid[]) order by source_id, reference for key share`.execute(db);
  const given = unnest(appointments, {
    inboundId: 'uuid',
    authorityId: 'text',
    appointmentId: 'uuid',
    slot: 'int',
    phoneHash: 'bytea',
    subject: 'boolean',
    holds: 'boolean',
  });
  await sql`
    insert into inbound_appointment (
      inbound_id, authority_id, appointment_id, slot, phone_hash, subject, holds, had_number)
    select x."inboundId", x."authorityId", a.id, x.slot, x."phoneHash", x.subject, x.holds,
      coalesce(a.phone_hash = x."phoneHash", false)
    from ${given} join appointment a on a.id = x."appointmentId"`.execute(db);
}
