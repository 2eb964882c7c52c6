import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { type BookedSlot, isOpenReply } from '../store/replies.ts';

const CHUNK = 5_000;

/** A reply that the booking system has acted on. */
export interface SpokenReply {
  readonly authorityId: string;
  readonly phoneHash: Buffer;
  /** The cancelled slots that the citizen was promised word of. */
  readonly promised: readonly BookedSlot[];
}

/** Expires planned reminders past their deadline, also while nothing is handed over. @returns how many */
export async function expirePlanned(db: Db, now: Date): Promise<number> {
  const result = await sql`
    update reminder set status = 'expired', reason = 'too_late', next_at = null, held_reason = null, tries = 0,
      updated_at = ${now}
    where id = any(array(
      select id from reminder where next_at <= ${now} and status = 'planned' and expires_at <= ${now}
      order by next_at, id limit ${CHUNK} for update skip locked))
      and status = 'planned'`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * Settles replies that the booking system has acted on, so that nobody has to pass them on any more: a cancellation
 * whose appointment it has cancelled, ended or moved (where several may be meant, all of them, and after the reply); a
 * wrong number that it has replaced since the citizen wrote. A change before that shows nothing, since the number may
 * still stand in its records.
 * @returns those that are settled, with what it cancelled
 */
export async function settleSpokenReplies(db: Db, now: Date): Promise<SpokenReply[]> {
  // spoken: a cancellation whose subject is not booked any more or has another slot; without a subject, one whose
  //   candidates are all so, changed since the reply; a wrong number that an appointment had then, if that has another
  //   one now, and no booked one ahead has it still.
  // released: what these cancellations held is not held any more; the next look finds it.
  // promised: the slots that it cancelled, where the citizen was promised word of that.
  const { rows } = await sql<SpokenReply>`
    with spoken as (
      select s.inbound_id, s.authority_id
      from inbound_authority s
      join inbound_message i on i.id = s.inbound_id
      where ${isOpenReply('s')} and (
        (i.meaning = 'cancel' and (
          select coalesce(bool_or((a.status <> 'booked' or a.slot <> h.slot) and h.subject), false)
            or (count(*) > 1 and not bool_or(h.subject)
              and bool_and((a.status <> 'booked' or a.slot <> h.slot) and a.updated_at > i.received_at))
          from inbound_appointment h join appointment a on a.id = h.appointment_id
          where h.inbound_id = s.inbound_id and h.authority_id = s.authority_id))
        or (i.meaning = 'wrong_number' and exists (
          select from inbound_appointment h join appointment a on a.id = h.appointment_id
          where h.inbound_id = s.inbound_id and h.authority_id = s.authority_id
            and a.status = 'booked' and a.phone_hash <> s.phone_hash
            and h.had_number)
        and not exists (
          select from appointment a
          where a.phone_hash = s.phone_hash and a.authority_id = s.authority_id
            and a.status = 'booked' and a.start_at > ${now})))
      order by s.inbound_id limit ${CHUNK} for update of s skip locked),
    settled as (
      update inbound_authority s set settled_at = ${now}, settled_by = 'booking_system'
      from spoken where s.inbound_id = spoken.inbound_id and s.authority_id = spoken.authority_id
        and s.settled_at is null
      returning s.inbound_id, s.authority_id, s.phone_hash),
    released as (
      update inbound_appointment h set holds = false
      from settled where h.inbound_id = settled.inbound_id and h.authority_id = settled.authority_id)
    select s.authority_id as "authorityId", s.phone_hash as "phoneHash", (
      select coalesce(json_agg(json_build_object('appointmentId', h.appointment_id, 'slot', h.slot)), '[]')
      from inbound_appointment h join appointment a on a.id = h.appointment_id and a.slot = h.slot
      where h.inbound_id = s.inbound_id and h.authority_id = s.authority_id and a.status = 'cancelled' and exists (
        select from message m where m.inbound_id = s.inbound_id and m.authority_id = s.authority_id
          and m.template = 'cancel-with-staff')) as promised
    from settled s`.execute(db);
  return rows;
}

/** Messages that one call of `markWithoutReceipt` goes through. */
const SLICE = 20_000;

/**
 * Marks accepted messages that have no final receipt although none comes any more, among the next messages by the end
 * of their validity.
 * @param validity.after where the slice begins; `before`: where it ends at the latest
 * @returns how many were marked, and where the next slice begins; null: this was the last one
 */
export async function markWithoutReceipt(
  db: Db,
  validity: { readonly after: Date; readonly before: Date },
  now: Date,
  slice = SLICE,
): Promise<{ marked: number; next: Date | null }> {
  const { after, before } = validity;
  const { rows } = await sql<{ valid_until: Date }>`
    select valid_until from message where valid_until >= ${after} and valid_until < ${before}
    order by valid_until offset ${slice} limit 1`.execute(db);
  // A little further where very many end at one moment, so that the next slice begins behind them.
  const end = rows[0] && new Date(rows[0].valid_until.getTime() + 1);
  const result = await sql`
    update message set reason = 'no_receipt', updated_at = ${now}
    where id = any(array(
      select id from message
      where valid_until >= ${after} and valid_until < ${end ?? before} and status = 'accepted' and reason is null
      order by id for update skip locked))`.execute(db);
  return { marked: Number(result.numAffectedRows ?? 0), next: end ?? null };
}
