import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { type EventType, FAILURES_IN_DOUBT } from '../domain/event-types.ts';
import { isLiveFor } from './opt-outs.ts';

/**
 * A change of an appointment that its booking system gets an event about. Those of reminders are written by triggers.
 */
export interface EventRecord {
  readonly type: EventType;
  readonly appointmentId: string;
  /** The reply that it follows from. */
  readonly inboundId: string | null;
  readonly reason: string | null;
  /** The event is held until then, so that staff can take it back with `withdrawEvents`. */
  readonly heldUntil?: Date;
}

/** The columns of an event that is recorded, in the order in which the statements give their values. */
const RECORDED = sql`type, at, appointment_id, inbound_id, reason, held_until`;

/** The condition that somebody reads the events of the source of `a`, an appointment. */
const IS_READ = sql`a.source_id = any(sources_with_reader(array[a.authority_id]))`;

/** Records events, in the transaction of the change that they tell of. Those that nobody reads are left out. */
export async function recordEvents(db: Db, events: readonly EventRecord[], now: Date): Promise<void> {
  if (events.length === 0) return;
  await releaseConfirmations(db, events);
  const rows = events.map((event, position) => ({ ...event, position }));
  const given = unnest(rows, {
    position: 'int',
    type: 'text',
    appointmentId: 'uuid',
    inboundId: 'uuid',
    reason: 'text',
    heldUntil: 'timestamptz',
  });
  await sql`
    insert into event_outbox (${RECORDED})
    select type, ${now}, a.id, "inboundId", reason, "heldUntil"
    from ${given} join appointment a on a.id = "appointmentId"
    where ${IS_READ} order by position`.execute(db);
}

/** A confirmation that is held gets its number before what the citizen says next about the appointment. */
async function releaseConfirmations(db: Db, events: readonly EventRecord[]): Promise<void> {
  const spoken = events.filter(({ type, heldUntil }) => type.startsWith('citizen.') && !heldUntil);
  if (spoken.length === 0) return;
  await sql`
    update event_outbox set held_until = null
    where held_until is not null and type = 'citizen.confirmed'
      and appointment_id = any(${spoken.map(({ appointmentId }) => appointmentId)}::uuid[])`.execute(db);
}

/** The subset of these sources with an endpoint that takes events of this type, and does not fail. */
export async function findLiveEndpoints(db: Db, sourceIds: readonly string[], type: EventType): Promise<Set<string>> {
  if (sourceIds.length === 0) return new Set();
  const { rows } = await sql<{ source_id: string }>`
    select p.source_id from event_endpoint p join source s on s.id = p.source_id
    where p.source_id = any(${sourceIds}::text[]) and p.state = 'live' and p.failures < ${FAILURES_IN_DOUBT}
      and (jsonb_typeof(s.settings -> 'events' -> 'types') is distinct from 'array'
        or s.settings -> 'events' -> 'types' @> to_jsonb(${type}::text))`.execute(db);
  return new Set(rows.map((row) => row.source_id));
}

/** An event for the booking systems of every appointment of a number. */
interface NumberEvent {
  readonly type: EventType;
  readonly phoneHash: Buffer;
  /** null: those of every authority. */
  readonly authorityIds: readonly string[] | null;
  /** The reply that it follows from. */
  readonly inboundId: string | null;
  readonly reason: string | null;
  /** The moment until when it is kept from the booking systems, as in an `EventRecord`. */
  readonly heldUntil?: Date;
}

/**
 * Records an event for each appointment of the number that is ahead; for a source with none, for the latest: several
 * patients may share a number, and a booking system knows them by their appointments.
 * @param unlessOptedOut leaves out authorities in which an opt-out is in force, other than these
 */
export async function recordNumberEvent(
  db: Db,
  event: NumberEvent,
  now: Date,
  unlessOptedOut: readonly string[] | null = null,
): Promise<void> {
  const { type, phoneHash, authorityIds, inboundId, reason, heldUntil = null } = event;
  const own = authorityIds === null ? sql`` : sql`and a.authority_id = any(${authorityIds}::text[])`;
  const free =
    unlessOptedOut === null
      ? sql``
      : sql`and not exists (select from opt_out o where ${isLiveFor(sql`a.phone_hash`, sql`a.authority_id`)}
          and o.id <> all(${unlessOptedOut}::uuid[]))`;
  await sql`
    insert into event_outbox (${RECORDED})
    select ${type}, ${now}, id, ${inboundId}::uuid, ${reason}, ${heldUntil}::timestamptz
    from (
      select a.id, a.source_id, a.authority_id, a.status = 'booked' and coalesce(a.start_at > ${now}, false) as ahead,
        row_number() over (partition by a.source_id order by
          a.status = 'booked' and coalesce(a.start_at > ${now}, false) desc, a.start_at desc nulls last, a.id) as place
      from appointment a where a.phone_hash = ${phoneHash} ${own} ${free}) a
    where (ahead or place = 1) and ${IS_READ} order by id`.execute(db);
}

/** A slot that nobody needs any more. */
export interface FreedSlot {
  readonly appointmentId: string;
  readonly slot: number;
}

/**
 * Records that slots are free, each slot once. If staff said so before, the booking system's own event only ends the
 * hold of theirs; a slot that was reported and then taken back counts as reported, too (`event` and the outbox show
 * that, as long as events are kept). What staff said before the citizen confirmed after all does not count.
 * @param by.heldUntil until when staff can take it back; null: it is due now
 */
export async function recordFreedSlots(
  db: Db,
  freed: readonly FreedSlot[],
  by: Pick<EventRecord, 'inboundId'> & { readonly reason: 'booking_system' | 'staff'; readonly heldUntil: Date | null },
  now: Date,
): Promise<void> {
  if (freed.length === 0) return;
  const given = unnest(
    freed.map(({ appointmentId, slot }, position) => ({ position, appointment_id: appointmentId, slot })),
    { position: 'int', appointment_id: 'uuid', slot: 'int' },
  );
  if (by.heldUntil === null)
    await sql`
      update event_outbox o set held_until = null from ${given}
      where o.held_until is not null and o.appointment_id = x.appointment_id and o.type = 'slot.freed' and exists (
        select from inbound_appointment h
        where h.inbound_id = o.inbound_id and h.appointment_id = x.appointment_id and h.slot = x.slot)`.execute(db);
  await sql`
    insert into event_outbox (${RECORDED})
    select 'slot.freed', ${now}, x.appointment_id, ${by.inboundId}::uuid, ${by.reason}, ${by.heldUntil}::timestamptz
    from ${given} join appointment a on a.id = x.appointment_id
    where ${IS_READ} and not exists (
      select from inbound_appointment h
      join inbound_authority s on s.inbound_id = h.inbound_id and s.authority_id = h.authority_id
      where h.appointment_id = x.appointment_id and h.slot = x.slot and (
        (h.subject and s.action = 'cancel_passed_on' and s.inbound_id is distinct from ${by.inboundId}::uuid
          and not exists (
            select from inbound_appointment l
            join inbound_authority c on c.inbound_id = l.inbound_id and c.authority_id = l.authority_id
            where l.appointment_id = h.appointment_id and l.inbound_id > h.inbound_id and c.action = 'confirmed'))
        or (s.undone_at is not null and (
          exists (select from event e where e.appointment_id = h.appointment_id and e.inbound_id = h.inbound_id
            and e.type = 'slot.freed')
          or exists (select from event_outbox o where o.appointment_id = h.appointment_id
            and o.inbound_id = h.inbound_id and o.type = 'slot.freed')))))
    order by x.position`.execute(db);
}

/**
 * Withdraws the held events of a person's decision about a reply. A slot that another reply frees as well stays free.
 */
export async function withdrawEvents(
  db: Db,
  { authorityId, inboundId }: { readonly authorityId: string; readonly inboundId: string },
): Promise<void> {
  await sql`
    delete from event_outbox o using appointment a
    where o.held_until is not null and o.inbound_id = ${inboundId} and a.id = o.appointment_id
      and a.authority_id = ${authorityId} and not (o.type = 'slot.freed' and exists (
        select from inbound_appointment h
        join inbound_appointment x on x.appointment_id = h.appointment_id and x.slot = h.slot and x.subject
          and x.inbound_id <> h.inbound_id
        join inbound_authority s on s.inbound_id = x.inbound_id and s.authority_id = x.authority_id
        where h.inbound_id = o.inbound_id and h.appointment_id = o.appointment_id
          and s.action = 'cancel_passed_on'))`.execute(db);
}
