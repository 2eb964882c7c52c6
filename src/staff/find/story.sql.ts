import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { EventType } from '../../domain/event-types.ts';
import type { MessageStatus, TextName } from '../../domain/reminder.ts';
import { isOfNumber } from '../../store/opt-outs.ts';
import type { AppointmentReply } from '../appointments/appointments.sql.ts';

/** An event about an appointment for the booking system, with the outcome of its delivery. */
export interface OutgoingEvent {
  readonly type: EventType;
  readonly at: Date;
  /** The reminder that it is about; null: none. */
  readonly reminder_id: string | null;
  /** The state of the reminder, or of its message. */
  readonly status: string | null;
  readonly reason: string | null;
  /** null: the source has no endpoint, and reads the feed. */
  readonly delivery: 'pending' | 'delivered' | 'failed' | null;
}

/** The latest events about an appointment, in order. Of several endpoints the one counts that has not taken it. */
export async function listOutgoingEvents(db: Db, appointmentId: string, limit: number): Promise<OutgoingEvent[]> {
  const { rows } = await sql<OutgoingEvent>`
    select e.type, e.at, e.reminder_id, e.status, e.reason, (
      select d.status from delivery d where d.source_id = e.source_id and d.sequence = e.sequence
        and d.channel in ('webhook', 'fhir')
      order by d.status = 'delivered', d.channel limit 1) as delivery
    from event e where e.appointment_id = ${appointmentId}
    order by e.at desc, e.sequence desc limit ${limit}`.execute(db);
  return rows.reverse();
}

/** A change of an appointment by its booking system. */
export interface ChangeRow {
  readonly at: Date;
  /** `replaced`: it got a new reference. */
  readonly change: 'moved' | 'cancelled' | 'deleted' | 'replaced' | 'booked';
  /** Time before the move; null: it had none. */
  readonly start_at: Date | null;
  /** The slot that it had before. */
  readonly slot: number;
}

/** The latest changes of an appointment, the oldest first. */
export async function listChanges(db: Db, appointmentId: string, limit: number): Promise<ChangeRow[]> {
  const { rows } = await sql<ChangeRow>`
    select at, change, start_at, slot from appointment_change where appointment_id = ${appointmentId}
    order by at desc, id desc limit ${limit}`.execute(db);
  return rows.reverse();
}

/** A change of a pause, from the audit. */
export interface PauseChange {
  /** Pauses of the authority, of the source, and the mode `paused` of the source: each is lifted by itself. */
  readonly track: 'authority' | 'source' | 'mode';
  readonly at: Date;
  readonly actor: string;
  /** false: it was lifted. */
  readonly paused: boolean;
  /** Empty where none is given. */
  readonly reason: string;
  /** null: without an end. */
  readonly until: Date | null;
}

/** The actions that change a pause, each with what it belongs to, and whether it begins one. */
const PAUSE_ACTIONS = [
  ...(['authority', 'source'] as const).flatMap((track) => [
    [track, `${track}.pause`, true] as const,
    [track, `${track}.resume`, false] as const,
  ]),
  ['mode', 'source.create', false],
  ['mode', 'source.replace', false],
] as const;

/** Entries of one action that are looked through, the latest: settings of sources may be sent anew each night. */
const MOST_ENTRIES = 200;

/** The latest pauses of an authority and of one of its sources, the oldest first. */
export async function listPauseChanges(
  db: Db,
  { authorityId, sourceId, now }: { readonly authorityId: string; readonly sourceId: string; readonly now: Date },
): Promise<PauseChange[]> {
  // Each action is a literal: with one that varies the planner takes an index by time alone, and reads the whole audit
  // of an authority for an action that is rare.
  const entries = PAUSE_ACTIONS.map(([track, action, paused]) => {
    return sql`(select ${sql.lit(track)} as track, ${sql.lit(paused)} as pauses, id, at, actor, before, after from (
      select * from audit where action = ${sql.lit(action)} and authority_id = ${authorityId} and at <= ${now}
      order by at desc limit ${MOST_ENTRIES}) x where target = ${track === 'authority' ? authorityId : sourceId})`;
  });
  const { rows } = await sql<PauseChange>`
    select track, at, actor, case track when 'mode' then after ->> 'mode' = 'paused' else pauses end as paused,
      coalesce(case when pauses then after ->> 'reason' end, '') as reason,
      case when pauses then (after ->> 'until')::timestamptz end as until
    from (${sql.join(entries, sql` union all `)}) x
    where track <> 'mode' or (coalesce(before ->> 'mode', '') = 'paused') <> (after ->> 'mode' = 'paused')
    order by at, id`.execute(db);
  return rows;
}

/** A moment at which a gateway was asked what became of a message. */
export interface LookUpRow {
  readonly message_id: string;
  readonly at: Date;
  /** True: the gateway knew the outcome, which was applied like a receipt; false: it is not known that it did. */
  readonly found: boolean;
  /** When it is asked again. */
  readonly next_at: Date | null;
}

/**
 * Lists when gateways were asked about these messages: the last time of each, and each time that brought an outcome.
 */
export async function listLookUps(db: Db, authorityId: string, messageIds: readonly string[]): Promise<LookUpRow[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await sql<LookUpRow>`
    select m.id as message_id, m.asked_at as at, false as found, m.next_at from message m
    where m.id = any(${messageIds}::uuid[]) and m.authority_id = ${authorityId} and m.asked_at is not null
    union all
    -- The result of a look-up is stored as a receipt that came in no callback.
    select r.message_id, r.received_at, true, null from receipt r join message m on m.id = r.message_id
    where r.message_id = any(${messageIds}::uuid[]) and m.authority_id = ${authorityId} and r.callback_id is null
    order by at`.execute(db);
  return rows;
}

/** A citizen's reply, as a story tells it. */
export type StoryReply = Omit<AppointmentReply, 'certain'>;

/** Replies from a number that hold, or held since a moment until they were settled, all that is planned for it. */
export async function listHoldingReplies(
  db: Db,
  number: { readonly authorityId: string; readonly phoneHash: Buffer; readonly since: Date; readonly limit: number },
): Promise<StoryReply[]> {
  const { authorityId, phoneHash, since, limit } = number;
  const { rows } = await sql<StoryReply>`
    select i.id as inbound, i.meaning, i.received_at as "receivedAt", s.holds, s.settled_at as "settledAt",
      s.settled_by as "settledBy", s.action
    from inbound_message i join inbound_authority s on s.inbound_id = i.id and s.authority_id = ${authorityId}
    where i.phone_hash = ${phoneHash} and s.holds and coalesce(s.settled_at, ${since}) >= ${since}
    order by i.id desc limit ${limit}`.execute(db);
  return rows;
}

/** An opt-out of a number, with the reply that it came in. */
export interface StoryOptOutRow {
  readonly recorded_at: Date;
  readonly recorded_by: string;
  readonly lifted_at: Date | null;
  readonly lifted_by: string | null;
  readonly inbound_id: string | null;
}

/** The latest opt-outs of a number, of the authority and of the whole installation. */
export async function listOptOutsOfNumber(
  db: Db,
  authorityId: string,
  phoneHash: Buffer,
  limit: number,
): Promise<StoryOptOutRow[]> {
  const { rows } = await sql<StoryOptOutRow>`
    select recorded_at, recorded_by, lifted_at, lifted_by, inbound_id from opt_out
    where ${isOfNumber(phoneHash)} and (authority_id = ${authorityId} or authority_id is null)
    order by id desc limit ${limit}`.execute(db);
  return rows;
}

interface AnswerRow {
  readonly id: string;
  /** null: on behalf of the whole installation. */
  readonly authority_id: string | null;
  readonly reminder_id: null;
  readonly inbound_id: string | null;
  readonly gateway: string;
  readonly template: TextName;
  /** The member of staff who wrote it; null: it is automatic. */
  readonly written_by: string | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly text_ciphertext: Buffer | null;
  /** When it was handed over, or planned. */
  readonly at: Date;
}

/**
 * The answers to these replies by the authority, or on behalf of the whole installation where the reply concerns the
 * authority, and what staff wrote about the appointment.
 * @param unowned for the installation's administrator: also those to replies that do not
 */
export async function listAnswers(
  db: Db,
  authorityId: string,
  appointmentId: string,
  inboundIds: readonly string[],
  unowned: boolean,
): Promise<AnswerRow[]> {
  const { rows } = await sql<AnswerRow>`
    select m.id, m.authority_id, m.reminder_id, m.inbound_id, m.gateway, m.template, m.status, m.reason,
      m.text_ciphertext, coalesce(m.handed_over_at, m.created_at) as at, s.written_by
    from message m left join staff_answer s on s.message_id = m.id
    where m.id = any(array(
        select id from message where inbound_id = any(${inboundIds}::uuid[])
        union select message_id from staff_answer where appointment_id = ${appointmentId}))
      and (m.authority_id = ${authorityId} or (m.authority_id is null and (${unowned} or exists (
        select from inbound_authority a where a.inbound_id = m.inbound_id and a.authority_id = ${authorityId}))))
    order by m.id`.execute(db);
  return rows;
}
