import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { LOOK_AGAIN_MS } from '../domain/reminder.ts';
import { inBatchesOfNumber, NUMBER_BATCH } from './appointments-of-number.ts';
import { isToHandOver } from './reminders.ts';

/** One slot of an appointment: what is held for it does not hold the reminders of the slots after it. */
export interface BookedSlot {
  readonly appointmentId: string;
  readonly slot: number;
}

/**
 * Holds what is planned for the number until a person has read the reply, unless somebody has by now. The row of what
 * is to be handed over again changes too, so that a start that waits for it sees that.
 */
export async function holdByNumber(
  db: Db,
  authorityIds: readonly string[],
  phoneHash: Buffer,
  now: Date,
): Promise<void> {
  await inBatchesOfNumber(db, { phoneHash, authorityIds }, (ids) =>
    hold('reply_needs_a_person', sql`appointment_id = any(${ids}) and ${isHeldNumber(phoneHash)}`, now),
  );
}

/** The condition on a row of reminder that a reply of this number holds all of its authority's. */
function isHeldNumber(phoneHash: Buffer): RawBuilder<unknown> {
  return sql`exists (select from inbound_authority h where h.authority_id = reminder.authority_id
    and h.phone_hash = ${phoneHash} and h.holds and h.settled_at is null)`;
}

/**
 * Holds the reminders of an appointment that the citizen cancelled, and every notice but that of the cancellation,
 * until the booking system ends them or staff settle the reply.
 */
export async function holdByCancellation(db: Db, booked: BookedSlot, now: Date): Promise<void> {
  await hold('reply_cancel', sql`${ofSlot(booked)} and rule <> 'cancellation'`, now).execute(db);
}

function ofSlot({ appointmentId, slot }: BookedSlot) {
  return sql`appointment_id = ${appointmentId} and slot = ${slot}`;
}

/**
 * Holds what is meant until it is released. The start looks again all the same: a release may be missed, such as where
 * two people settle two replies at once and each sees the other's as open.
 */
function hold(reason: 'reply_needs_a_person' | 'reply_cancel', meant: RawBuilder<unknown>, now: Date) {
  const lookAgain = new Date(now.getTime() + LOOK_AGAIN_MS);
  return sql`
    update reminder set held_reason = ${reason}, tries = 0, updated_at = ${now},
      next_at = greatest(next_at, least(${lookAgain}, expires_at))
    where id = any(array(
      select id from reminder where ${meant} and ${isToHandOver()} order by id for update))
      and ${isToHandOver()}`;
}

/** An appointment that a reply is about, or may be. */
export interface AppointmentOfReply {
  readonly inbound_id: string;
  readonly appointment_id: string;
  readonly source_id: string;
  readonly reference: string;
  readonly start_at: Date | null;
  readonly department: string | null;
}

/** An appointment with reminders that a reply holds. */
export interface HeldRow extends AppointmentOfReply {
  /** The held reminders of this appointment; below, those of all appointments that the reply holds, and how many. */
  readonly reminders: number;
  readonly all_reminders: number;
  readonly all_appointments: number;
  /** When the first of all that it holds is due, or was. */
  readonly first_due_at: Date;
}

/** The reminders that a reply may be about, with an appointment that it holds, where it holds any. */
export type RemindersOfReplyRow = (HeldRow | { readonly inbound_id: string; readonly appointment_id: null }) & {
  /** A gateway has taken one of them. */
  readonly sent: boolean;
  /** When the first that no reply holds is due; null: none is planned. */
  readonly next_at: Date | null;
};

/**
 * Lists for open replies of an authority which reminders are sent, planned and held: a row for each of the first
 * appointments that one holds, by their start, and one for a reply that holds none. Of a number with more than
 * NUMBER_BATCH appointments those that came last are looked at. A cancellation holds nothing of an appointment that has
 * another number by now, as the check of a start has it.
 * @param departments only appointments of these; null: all
 */
export async function listRemindersOfReplies(
  db: Db,
  authorityId: string,
  inboundIds: readonly string[],
  { departments, limit }: { readonly departments: readonly string[] | null; readonly limit: number },
): Promise<RemindersOfReplyRow[]> {
  const waits = isToHandOver('r');
  // held: the waiting reminders of a reply's number, if the reply holds all of them (i.holds), and those of the slots
  //   that it cancels (h.holds). listed: by appointment, numbered for each reply by the start, beside their sums.
  //   planned: of the slots that a reply may be about.
  const { rows } = await sql<RemindersOfReplyRow>`
    with held as (
      select i.inbound_id, x.appointment_id, count(*)::int as reminders, min(x.due_at) as due_at
      from inbound_authority i cross join lateral (
        select r.id, r.appointment_id, r.due_at
        from (select id from appointment where phone_hash = i.phone_hash and authority_id = i.authority_id
          order by id desc limit ${NUMBER_BATCH}) n
        join reminder r on r.appointment_id = n.id where i.holds and ${waits}
        union
        select r.id, r.appointment_id, r.due_at
        from inbound_appointment h join appointment n on n.id = h.appointment_id and n.phone_hash = h.phone_hash
          join reminder r on r.appointment_id = h.appointment_id and r.slot = h.slot
        where h.inbound_id = i.inbound_id and h.authority_id = i.authority_id and h.holds
          and r.rule <> 'cancellation' and ${waits}) x
      where i.authority_id = ${authorityId} and i.inbound_id = any(${inboundIds}::uuid[]) and ${isOpenReply('i')}
      group by i.inbound_id, x.appointment_id),
    listed as (
      select h.inbound_id, h.appointment_id, a.source_id, a.reference, a.start_at, a.department, h.reminders,
        row_number() over (partition by h.inbound_id order by a.start_at, a.id) as nth,
        (sum(h.reminders) over (partition by h.inbound_id))::int as all_reminders,
        (count(*) over (partition by h.inbound_id))::int as all_appointments,
        min(h.due_at) over (partition by h.inbound_id) as first_due_at
      from held h join appointment a on a.id = h.appointment_id and a.authority_id = ${authorityId}
      ${departments ? sql`where a.department = any(${departments}::text[])` : sql``}),
    planned as (
      select h.inbound_id, min(r.due_at) filter (where ${waits}
          and coalesce(r.held_reason, '') not in ('reply_cancel', 'reply_needs_a_person')) as next_at,
        bool_or(exists (
          select from message m where m.reminder_id = r.id and m.status in ('accepted', 'delivered'))) as sent
      from inbound_appointment h join reminder r on r.appointment_id = h.appointment_id and r.slot = h.slot
      where h.authority_id = ${authorityId} and h.inbound_id = any(${inboundIds}::uuid[]) and r.template = 'reminder'
      group by h.inbound_id)
    select l.*, x.inbound_id, coalesce(p.sent, false) as sent, p.next_at
    from unnest(${inboundIds}::uuid[]) x (inbound_id)
      left join planned p on p.inbound_id = x.inbound_id
      left join listed l on l.inbound_id = x.inbound_id and l.nth <= ${limit}
    order by x.inbound_id, l.nth`.execute(db);
  return rows;
}

/**
 * Makes what an authority's replies from this number held due again. The start checks whether another reply holds it
 * still; where one does, it stays held here already.
 */
export async function releaseByNumber(db: Db, authorityId: string, phoneHash: Buffer, now: Date): Promise<void> {
  await inBatchesOfNumber(
    db,
    { phoneHash, authorityIds: [authorityId] },
    (ids) => sql`
    update reminder set held_reason = null, next_at = due_at, updated_at = ${now}
    where id = any(array(
        select id from reminder where appointment_id = any(${ids}) and status = 'planned'
          and held_reason = 'reply_needs_a_person' order by id for update))
      and status = 'planned' and held_reason = 'reply_needs_a_person'
      and not exists (select from inbound_authority h
        where h.authority_id = ${authorityId} and h.phone_hash = ${phoneHash} and h.holds
          and h.settled_at is null)`,
  );
}

/** Makes what a cancellation by SMS held due again, unless another one holds it. */
export async function releaseCancelled(db: Db, booked: BookedSlot, now: Date): Promise<void> {
  await sql`
    update reminder set held_reason = null, next_at = due_at, updated_at = ${now}
    where id = any(array(
        select id from reminder where ${ofSlot(booked)} and status = 'planned' and held_reason = 'reply_cancel'
        order by id for update))
      and status = 'planned' and held_reason = 'reply_cancel'
      and not exists (select from inbound_appointment h
        where h.appointment_id = ${booked.appointmentId} and h.slot = ${booked.slot} and h.holds)`.execute(db);
}

/**
 * Ends the planned reminders of a slot because of what the citizen said; notices stay. One that is to be handed over
 * again stays uncertain.
 * @returns the ids of those that ended
 */
export async function endByReply(
  db: Db,
  booked: BookedSlot,
  reason: 'confirmed' | 'cancel_passed_on',
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string; status: string }>`
    update reminder set status = case when status = 'planned' then 'cancelled' else status end,
      reason = case when status = 'planned' then ${reason} else reason end,
      next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    where id = any(array(
        select id from reminder
        where ${ofSlot(booked)} and template = 'reminder' and ${isToHandOver()}
        order by id for update))
      and ${isToHandOver()}
    returning id, status`.execute(db);
  return rows.flatMap((row) => (row.status === 'cancelled' ? [row.id] : []));
}

/**
 * The condition on a row of inbound_authority, under this name in the statement, for a reply that waits for a person;
 * as the index inbound_authority_open has it.
 */
export function isOpenReply(name: string): RawBuilder<boolean> {
  const column = (of: string) => sql.ref(`${name}.${of}`);
  return sql`(${column('needs_person')} and ${column('settled_at')} is null)`;
}

/**
 * Notes that a booking system has taken replies. Nobody knows whether anybody reads them there: a person has to read
 * them here all the same, and sees that it has them. Those that staff are settling at this moment are not waited for.
 * @param sequences of the source's events that its endpoint has taken, of whatever type
 */
export async function noteTaken(db: Db, sourceId: string, sequences: readonly number[], now: Date): Promise<void> {
  if (sequences.length === 0) return;
  await sql`
    with free as materialized (
      select s.inbound_id, s.authority_id from inbound_authority s
      where (s.inbound_id, s.authority_id) in (
          select e.inbound_id, e.authority_id from event e
          where e.source_id = ${sourceId} and e.sequence = any(${sequences}::bigint[])
            and e.type = 'citizen.replied')
        and s.taken_at is null
      for update of s skip locked)
    update inbound_authority s set taken_at = ${now}
    from free f where s.inbound_id = f.inbound_id and s.authority_id = f.authority_id`.execute(db);
}
