import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import type { HashedAlias } from '../../domain/identity/match-known.ts';
import type { MessageStatus } from '../../domain/reminder.ts';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';

/** An appointment as stored. */
export type AppointmentRow = Selectable<Database['appointment']>;
/** A reminder as stored, without the day that statistics count it on. */
export type ReminderRow = Omit<Selectable<Database['reminder']>, 'due_day'>;
type HistoryRow = Selectable<Database['reminder_history']>;

/** The message of a reminder, its text encrypted; without `phone_hash` once the number that it went to is erased. */
export type ReminderMessageRow = Selectable<Database['message']> & { readonly reminder_id: string };

/** An appointment with all that happened to it, as it is stored. */
export interface AppointmentRecord {
  readonly appointment: AppointmentRow;
  /** In the order of their due moment; of every slot, the latest 200. */
  readonly reminders: readonly ReminderRow[];
  /** Changes, of each reminder the first one first. */
  readonly history: readonly HistoryRow[];
  /** Messages, of each reminder the first one handed over first. */
  readonly messages: readonly ReminderMessageRow[];
  readonly receipts: readonly Omit<Selectable<Database['receipt']>, 'id' | 'callback_id'>[];
  /** A reply from its number waits for a person and holds what is planned. */
  readonly replyHolds: boolean;
  /** The citizen's replies that may be about it, the oldest first. */
  readonly replies: readonly AppointmentReplyRow[];
}

/** A citizen's reply that may be about an appointment. */
export interface AppointmentReply {
  readonly inbound: string;
  readonly meaning: Meaning;
  readonly receivedAt: Date;
  /** It holds the reminders of the appointment. */
  readonly holds: boolean;
  /** It is about this appointment; false: it may be, and a person must find out. */
  readonly certain: boolean;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly action: SettleAction | null;
}

/** A reply with the time of the appointment that it is, or may be, about. */
export interface AppointmentReplyRow extends AppointmentReply {
  readonly appointment_id: string;
  readonly slot: number;
}

/** Reminders that are read of an appointment, the latest: one that moves often leaves some at each move. */
const MOST_REMINDERS = 200;
/** References that an appointment is followed through; systems that give a new one at each move give a few. */
const MOST_NAMES = 50;

/**
 * Finds an appointment by its reference or another one that is stored as its alias. A reference that was replaced leads
 * to the appointment that goes on in its place, unless the replaced one has reminders of its own.
 * @param alias the reference as a stored alias (`referenceAlias`)
 * @returns undefined where the authority has no such appointment
 */
export async function findAppointment(
  db: Db,
  authorityId: string,
  sourceId: string,
  reference: string,
  alias: HashedAlias,
): Promise<AppointmentRecord | undefined> {
  const { rows } = await sql<AppointmentRow>`
    with recursive name as (
      select ${reference}::text as reference, 0 as nth
      union all
      select a.replaced_by, n.nth + 1 from name n
      join appointment a on a.authority_id = ${authorityId} and a.source_id = ${sourceId} and a.reference = n.reference
      where a.replaced_by is not null and n.nth < ${MOST_NAMES}
        and not exists (select from reminder r where r.appointment_id = a.id))
    select a.* from appointment a left join name n on a.reference = n.reference
    where a.authority_id = ${authorityId} and a.source_id = ${sourceId} and (n.nth is not null or a.id = (
      select l.appointment_id from appointment_alias l
      where l.source_id = ${sourceId} and l.kind = ${alias.kind}
        and l.value = ${alias.value}))
    order by coalesce(n.nth, -1) desc limit 1`.execute(db);
  return (await withReminders(db, authorityId, rows))[0];
}

/** The first references, by the alphabet, of appointments that share an id, such as those of a series. */
export async function findReferencesOfGroup(
  db: Db,
  authorityId: string,
  sourceId: string,
  group: string,
): Promise<string[]> {
  const { rows } = await sql<{ reference: string }>`
    select reference from appointment
    where source_id = ${sourceId} and authority_id = ${authorityId} and group_reference = ${group}
      and reference <> ${group} and replaced_by is null
    order by reference limit ${MOST_NAMES}`.execute(db);
  return rows.map((row) => row.reference);
}

/** A place behind an appointment in the order of its number's. */
export interface AppointmentPlace {
  /** null: the appointment has no start, and stands behind all that have one. */
  readonly start: Date | null;
  readonly id: string;
}

/** The authority's appointments with this number, the earliest start first. @param page.behind null: from the first */
export async function findAppointmentsOfNumber(
  db: Db,
  authorityId: string,
  phoneHash: Buffer,
  page: { readonly behind: AppointmentPlace | null; readonly limit: number },
): Promise<AppointmentRecord[]> {
  const start = sql`coalesce(start_at, 'infinity')`;
  const { behind, limit } = page;
  const further = behind
    ? sql`and (${start}, id) > (coalesce(${behind.start}::timestamptz, 'infinity'), ${behind.id}::uuid)`
    : sql``;
  const { rows } = await sql<AppointmentRow>`
    select * from appointment where authority_id = ${authorityId} and phone_hash = ${phoneHash} ${further}
    order by ${start}, id limit ${limit}`.execute(db);
  return withReminders(db, authorityId, rows);
}

/**
 * The appointments of one source that these lead to, each once, by reference.
 * @param touched.groups ids that the appointments of several patients share
 * @param touched.patientKeys of whose appointments only those changed at `now`, or by a clock ahead, count
 */
export async function findTouchedAppointments(
  db: Db,
  owner: { readonly authorityId: string; readonly sourceId: string; readonly now: Date },
  touched: Readonly<Record<'references' | 'groups', readonly string[]>> & { readonly patientKeys: readonly Buffer[] },
): Promise<AppointmentRecord[]> {
  const { references, groups, patientKeys } = touched;
  const { authorityId, sourceId, now } = owner;
  const { rows } = await sql<AppointmentRow>`
    select * from appointment where authority_id = ${authorityId} and id in (
      select id from appointment where source_id = ${sourceId} and reference = any(${references}::text[])
      union select id from appointment where source_id = ${sourceId} and group_reference = any(${groups}::text[])
      union select id from appointment
        where source_id = ${sourceId} and patient_key = any(${patientKeys}::bytea[]) and updated_at >= ${now})
    order by reference`.execute(db);
  return withReminders(db, authorityId, rows);
}

/** Reads what happened to these appointments of one authority, in the order that they are given in. */
export async function withReminders(
  db: Db,
  authorityId: string,
  appointments: readonly AppointmentRow[],
): Promise<AppointmentRecord[]> {
  if (appointments.length === 0) return [];
  const { rows: reminders } = await sql<ReminderRow>`
    select r.* from unnest(${appointments.map((row) => row.id)}::uuid[]) x(id)
    cross join lateral (
      select * from reminder where authority_id = ${authorityId} and appointment_id = x.id
      order by slot desc, due_at desc limit ${MOST_REMINDERS}) r
    order by r.due_at, r.id`.execute(db);
  const reminderIds = reminders.map((row) => row.id);
  const { rows: history } = await sql<HistoryRow>`
    select reminder_id, at, status, reason from reminder_history
    where reminder_id = any(${reminderIds}::uuid[]) order by at`.execute(db);
  const { rows: messages } = await sql<ReminderMessageRow>`
    select m.* from message m where m.authority_id = ${authorityId} and m.reminder_id = any(${reminderIds}::uuid[])
    order by m.handed_over_at, m.id`.execute(db);
  const { rows: receipts } = await sql<AppointmentRecord['receipts'][number]>`
    select message_id, state, cause, code, at, received_at from receipt
    where message_id = any(${messages.map((row) => row.id)}::uuid[]) order by received_at, id`.execute(db);
  const holds = await readHolds(db, authorityId, appointments);
  const replies = grouped(await readReplies(db, authorityId, appointments), (row) => row.appointment_id);
  const of = {
    reminders: grouped(reminders, (row) => row.appointment_id),
    history: grouped(history, (row) => row.reminder_id),
    messages: grouped(messages, (row) => row.reminder_id),
    receipts: grouped(receipts, (row) => row.message_id),
  };
  return appointments.map((appointment) => {
    const own = of.reminders.get(appointment.id) ?? [];
    const ownMessages = own.flatMap(({ id }) => of.messages.get(id) ?? []);
    return {
      appointment,
      reminders: own,
      history: own.flatMap(({ id }) => of.history.get(id) ?? []),
      messages: ownMessages,
      receipts: ownMessages.flatMap(({ id }) => of.receipts.get(id) ?? []),
      replies: replies.get(appointment.id) ?? [],
      replyHolds: appointment.phone_hash !== null && holds.has(appointment.phone_hash.toString('hex')),
    };
  });
}

async function readReplies(
  db: Db,
  authorityId: string,
  appointments: readonly AppointmentRow[],
): Promise<AppointmentReplyRow[]> {
  const { rows } = await sql<AppointmentReplyRow>`
    select h.appointment_id, h.slot, i.id as inbound, i.meaning, i.received_at as "receivedAt", h.holds,
      h.subject as certain, s.settled_at as "settledAt", s.settled_by as "settledBy", s.action
    from inbound_appointment h join inbound_message i on i.id = h.inbound_id
    join inbound_authority s on s.inbound_id = h.inbound_id and s.authority_id = h.authority_id
    where h.authority_id = ${authorityId} and h.appointment_id = any(${appointments.map((row) => row.id)}::uuid[])
    order by i.id`.execute(db);
  return rows;
}

/** The numbers (as hex of their hash) among these appointments that an unsettled reply holds. */
async function readHolds(db: Db, authorityId: string, appointments: readonly AppointmentRow[]): Promise<Set<string>> {
  const hashes = appointments.flatMap((row) => (row.phone_hash ? [row.phone_hash] : []));
  if (hashes.length === 0) return new Set();
  const { rows } = await sql<{ phone_hash: Buffer }>`
    select distinct phone_hash from inbound_authority
    where authority_id = ${authorityId} and phone_hash = any(${hashes}::bytea[]) and holds
      and settled_at is null`.execute(db);
  return new Set(rows.map((row) => row.phone_hash.toString('hex')));
}

/**
 * True where staff reported the number that an appointment had as somebody else's, and the reminder is one of its
 * present time: if the reminder then ended with `invalid_number`, that is why. A number that was corrected since
 * changes nothing of it.
 */
export function isReported(
  { wrong_phone_hash: wrong, slot }: Pick<AppointmentRow, 'wrong_phone_hash' | 'slot'>,
  reminder: { readonly slot: number },
): boolean {
  return wrong !== null && reminder.slot === slot;
}

/** A condition on the appointment `a` and its reminder `r`, which says the same. */
export const IS_REPORTED = sql`(a.wrong_phone_hash is not null and r.slot = a.slot)`;

/** A message, with the appointment that it is about unless it is an answer to a citizen. */
export type MessageRow = Selectable<Database['message']> & {
  readonly source_id: string | null;
  readonly reference: string | null;
};

/**
 * The authority's messages, newest first, by all of the filters.
 * @param filter.unowned also answers on behalf of the whole installation, for its administrator only
 * @param filter.before only those made before the one with this id
 */
export async function listMessages(
  db: Db,
  authorityId: string,
  filter: {
    readonly status?: MessageStatus | undefined;
    readonly phoneHash?: Buffer | undefined;
    readonly unowned?: boolean | undefined;
    readonly before?: string | null | undefined;
    readonly limit: number;
  },
): Promise<MessageRow[]> {
  const { status, phoneHash, unowned, before, limit } = filter;
  const { rows } = await sql<MessageRow>`
    select m.*, a.source_id, a.reference
    from (
      select * from message
      where (authority_id = ${authorityId} ${unowned ? sql`or authority_id is null` : sql``})
        ${phoneHash === undefined ? sql`` : sql`and phone_hash = ${phoneHash}`}
        ${status === undefined ? sql`` : sql`and status = ${status}`}
        ${before ? sql`and id < ${before}` : sql``}
      order by id desc limit ${limit}) m
    left join reminder r on r.id = m.reminder_id
    left join appointment a on a.id = r.appointment_id
    order by m.id desc`.execute(db);
  return rows;
}
