import { type RawBuilder, type Selectable, sql } from 'kysely';
import { LOCK_KEYS, ONLY_LOCK } from '../database/lock-keys.ts';
import type { Database, Db } from '../database/tables.ts';
import { type NumberedEvent, QUIET_REASONS } from '../domain/events/event.ts';
import { type Keyring, messageRow } from '../domain/keyring.ts';
import type { ReminderStatus } from '../domain/reminder.ts';
import { UNDO_WITHIN_MS } from '../domain/replies/settle.ts';
import { maskCpr } from '../domain/text/cpr.ts';
import { withoutNumbers } from '../domain/text/numbers.ts';

/** The source whose events are read. */
interface EventReader {
  readonly sourceId: string;
  /** True: the citizen's number is read, too. */
  readonly includePhone: boolean;
}

/** The events of a source behind a number, in order. @param after a sequence; 0: from the first that is kept */
export async function readEventsAfter(
  db: Db,
  keyring: Keyring,
  reader: EventReader,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<NumberedEvent[]> {
  const meant = sql`e.sequence > ${after} order by e.sequence limit ${limit}`;
  return readEvents(db, keyring, reader, meant);
}

/** The events of a source with these sequences, in order; those that are no longer kept are missing. */
export async function readEventsBySequence(
  db: Db,
  keyring: Keyring,
  reader: EventReader,
  sequences: readonly number[],
): Promise<NumberedEvent[]> {
  const meant = sql`e.sequence = any(${sequences}::bigint[]) order by e.sequence`;
  return readEvents(db, keyring, reader, meant);
}

/** Beginning and end of a page of events, also of those whose appointment is past retention. */
interface PlacesOfPage {
  readonly places: readonly { readonly id: string; readonly sequence: number }[];
  /** By the settings of the source. */
  readonly includePhone: boolean;
}

/** The places of the next events of a source. */
export async function readFeedPage(
  db: Db,
  sourceId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<PlacesOfPage> {
  const { rows } = await sql<{ id: string; sequence: string; include_phone: boolean }>`
    select e.id, e.sequence, coalesce(s.settings -> 'events' -> 'includePhone' = 'true', false) as include_phone
    from event e join source s on s.id = e.source_id
    where e.source_id = ${sourceId} and e.sequence > ${after} order by e.sequence limit ${limit}`.execute(db);
  const places = rows.map(({ id, sequence }) => ({ id, sequence: Number(sequence) }));
  return { places, includePhone: rows[0]?.include_phone ?? false };
}

/** The sequence of a source's event; undefined for an unknown one. */
export async function findSequence(db: Db, sourceId: string, id: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('event')
    .select('sequence')
    .where('id', '=', id)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row && Number(row.sequence);
}

type EventRow = Omit<Selectable<Database['event']>, 'reference'> & {
  readonly reference: string;
  readonly rule: string | null;
  readonly text_ciphertext: Buffer | null;
  readonly message_id: string | null;
  readonly gateway: string | null;
  readonly message_phone: Buffer | null;
  readonly appointment_phone: Buffer | null;
};

/**
 * The text of a reply is read as long as its authority has the reply. The number is that of the SMS where the event
 * is about one, else the appointment's.
 */
async function readEvents(
  db: Db,
  keyring: Keyring,
  { sourceId, includePhone }: EventReader,
  meant: RawBuilder<unknown>,
): Promise<NumberedEvent[]> {
  const { rows } = await sql<EventRow>`
    select e.*, r.rule, i.text_ciphertext, m.id as message_id, m.gateway, m.phone_ciphertext as message_phone,
      a.phone_ciphertext as appointment_phone
    from event e
    left join reminder r on r.id = e.reminder_id
    left join inbound_authority ia on ia.inbound_id = e.inbound_id and ia.authority_id = e.authority_id
    left join inbound_message i on i.id = ia.inbound_id
      and e.type in ('citizen.cancelled', 'citizen.confirmed', 'citizen.replied', 'citizen.wrong_number')
    left join appointment a on ${includePhone} and a.id = e.appointment_id
    left join lateral (
      select id, gateway, phone_ciphertext from message
      where ${includePhone} and reminder_id = e.reminder_id order by id desc limit 1) m on true
    where e.source_id = ${sourceId} and e.reference is not null and ${meant}`.execute(db);
  return rows.map((row) => toEvent(row, keyring, includePhone));
}

function toEvent(row: EventRow, { cipher }: Keyring, includePhone: boolean): NumberedEvent {
  const { inbound_id: inboundId, text_ciphertext } = row;
  const text =
    text_ciphertext &&
    inboundId &&
    readable(() => cipher.decrypt('', 'inbound_message.text', inboundId, text_ciphertext));
  return {
    id: row.id,
    type: row.type,
    at: row.at,
    sequence: Number(row.sequence),
    authorityId: row.authority_id,
    sourceId: row.source_id,
    appointmentId: row.appointment_id,
    reference: row.reference,
    reminderId: row.reminder_id,
    rule: row.rule,
    inboundId,
    text: text && masked(text, includePhone),
    phone: readable(() => phoneOf(row, cipher)),
    status: row.status as ReminderStatus | null,
    reason: row.reason,
  };
}

/** The words of the citizen, without CPR numbers, and without phone numbers where the source takes none. */
function masked(text: string, includePhone: boolean): string {
  const shown = maskCpr(text);
  return includePhone ? shown : withoutNumbers(shown, '••••••••');
}

/** A value that was changed, or whose key is gone, must not hold back every event behind it. */
function readable(decrypt: () => string | null): string | null {
  try {
    return decrypt();
  } catch {
    return null;
  }
}

function phoneOf(row: EventRow, cipher: Keyring['cipher']): string | null {
  const { message_id: id, gateway, reminder_id } = row;
  if (row.message_phone && id && gateway)
    return cipher.decrypt(
      row.authority_id,
      'message.phone',
      messageRow({ id, reminder_id, gateway }),
      row.message_phone,
    );
  if (!row.appointment_phone) return null;
  return cipher.decrypt(row.authority_id, 'appointment.phone', row.appointment_id, row.appointment_phone);
}

/** A slot that staff freed is looked at again so often while a later reply about its appointment is open. */
const DOUBTED_MS = 60_000;

/**
 * Takes the lock of the job that numbers events, until the end of the transaction: one process numbers at a time.
 * @returns false when another process has it
 */
export async function tryNumberingLock(db: Db): Promise<boolean> {
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
export async function numberEvents(db: Db, limit: number, now: Date): Promise<number> {
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
