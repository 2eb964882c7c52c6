import { type Kysely, type RawBuilder, sql } from 'kysely';
import { LOCK_KEYS, ONLY_LOCK } from '../database/lock-keys.ts';
import type { Database } from '../database/tables.ts';
import { QUIET_REASONS } from '../domain/events/event.ts';
import { UNDO_WITHIN_MS } from '../domain/replies/settle.ts';

/** A slot that staff freed is looked at again so often while a later reply about its appointment is open. */
const DOUBTED_MS = 60_000;

/**
 * Takes the lock of the job that numbers events, until the end of the transaction: one process numbers at a time.
 * @returns false when another process has it
 */
export async function tryNumberingLock(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${LOCK_KEYS.numbering}::int, ${ONLY_LOCK}::int) as locked`.execute(db);
  return rows[0]?.locked ?? false;
}

/**
 * Numbers the oldest events of the outbox that are committed, and moves them to `event`. An event that commits later,
 * or is held until staff can't take it back, gets a higher number, whatever its ordinal is, so that a reader who has
 * seen a number has seen all below it. Two changes of one row keep their order: the second drew its ordinal when the
 * first was committed.
 *
 * A slot that staff freed is not reported while a later reply about its appointment waits for a person, and never where
 * that was settled as a confirmation, which nobody can take back any more: the citizen comes after all.
 *
 * Where the last reminder of an appointment that is still ahead did not reach anybody, `appointment.unreachable`
 * follows, by what is stored now: it is decided here since no two numberings run at once.
 * @returns how many rows left the outbox; fewer than `limit` means that none is left. An event whose appointment is
 * gone is dropped.
 */
export async function numberEvents(db: Kysely<Database>, limit: number, now: Date): Promise<number> {
  const undoableSince = new Date(now.getTime() - UNDO_WITHIN_MS);
  // doubted: freed slots of which a later reply speaks that waits for a person, or was settled as a confirmation. While
  //   that can still be settled otherwise (open), they are postponed; else they are withdrawn.
  // taken: the oldest of the other events. resolved: with their appointment, by way of the reminder if they name none.
  // unreachable: the appointments of failed and suppressed reminders, unless another reminder of the slot is planned,
  //   or is due later and reached the citizen, or has led to this event already.
  // counted: the last number of each source, raised by its events; numbered: they get the numbers up to it, in order.
  const { rows } = await sql<{ taken: string }>`
    with doubted as materialized (
      select o.ordinal, bool_or(s.settled_at is null or s.settled_at > ${undoableSince}) as open
      from event_outbox o
      join inbound_appointment h on h.appointment_id = o.appointment_id and h.inbound_id > o.inbound_id
      join inbound_authority s on s.inbound_id = h.inbound_id and s.authority_id = h.authority_id
      where o.held_until <= ${now} and o.type = 'slot.freed' and s.needs_person
        and (s.settled_at is null or s.action = 'confirmed')
      group by o.ordinal),
    postponed as (
      update event_outbox o set held_until = ${new Date(now.getTime() + DOUBTED_MS)} from doubted d
      where o.ordinal = d.ordinal and d.open),
    withdrawn as (delete from event_outbox o using doubted d where o.ordinal = d.ordinal and not d.open),
    taken as materialized (
      delete from event_outbox where ordinal = any(array(
        select ordinal from event_outbox
        where (held_until is null or held_until <= ${now}) and ordinal not in (select ordinal from doubted)
        order by ordinal limit ${limit}))
      returning *),
    resolved as materialized (
      select t.ordinal, 0 as part, t.type, t.at, t.reminder_id, t.inbound_id, t.status, t.reason,
        a.id as appointment_id, a.authority_id, a.source_id, a.reference
      from taken t
      left join reminder r on r.id = t.reminder_id
      join appointment a on a.id = coalesce(t.appointment_id, r.appointment_id)),
    unreachable as (
      select distinct on (a.id) c.ordinal, 1 as part, 'appointment.unreachable' as type, c.at, r.id as reminder_id,
        null::uuid as inbound_id, c.status, c.reason, a.id as appointment_id, a.authority_id, a.source_id, a.reference
      from resolved c
      join reminder r on r.id = c.reminder_id
      join appointment a on a.id = r.appointment_id
      where c.type in ('reminder.failed', 'reminder.suppressed')
        and not coalesce(c.reason = any(${QUIET_REASONS}::text[]), false)
        and r.template = 'reminder' and r.slot = a.slot and a.status = 'booked' and a.start_at > ${now}
        and ${reachedNobody('r')}
        and not exists (
          select from reminder o
          where o.appointment_id = r.appointment_id and o.slot = r.slot and o.template = 'reminder' and o.id <> r.id
            and (o.status = 'planned' or ((o.due_at, o.id) > (r.due_at, r.id)
              and not (o.status = 'expired' and o.reason = any(${QUIET_REASONS}::text[]))
              and (not ${reachedNobody('o')} or exists (
                select from event e
                where e.appointment_id = a.id and e.reminder_id = o.id and e.type = 'appointment.unreachable')))))
      order by a.id, c.ordinal desc),
    every as (select * from resolved union all select * from unreachable),
    counted as (
      insert into event_sequence as s (source_id, last)
      select source_id, count(*) from every group by source_id order by source_id
      on conflict (source_id) do update set last = s.last + excluded.last
      returning source_id, last),
    placed as (
      select every.*, row_number() over (partition by source_id order by ordinal, part) as place,
        count(*) over (partition by source_id) as places
      from every),
    numbered as (
      insert into event (source_id, sequence, id, authority_id, appointment_id, reference, reminder_id, inbound_id,
        type, at, status, reason, numbered_at)
      select p.source_id, counted.last - p.places + p.place, event_id(p.at), p.authority_id, p.appointment_id,
        p.reference, p.reminder_id, p.inbound_id, p.type, p.at, p.status, p.reason,
        ${now}
      from placed p join counted using (source_id))
    select count(*) as taken from taken`.execute(db);
  return Number(rows[0]?.taken ?? 0);
}

function reachedNobody(reminder: 'o' | 'r'): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${reminder}.${name}`);
  return sql`(${column('status')} in ('expired', 'suppressed') or exists (
    select from message m where m.reminder_id = ${column('id')} and ${column('status')} = 'handed_over'
      and m.status in ('undelivered', 'rejected')))`;
}
