import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import { type MessageStatus, OTHER_DEPARTMENTS, type StoredReminderStatus } from '../../domain/reminder.ts';
import { IS_REPORTED } from '../appointments/appointments.sql.ts';

/** An appointment whose citizen no SMS has reached. */
export interface UnreachedAppointment {
  readonly appointmentId: string;
  readonly source: string;
  readonly reference: string;
  readonly start: Date;
  readonly department: string | null;
  /** A reminder of it reached a number that is somebody else's. */
  readonly toStranger: boolean;
  /** Staff reported the number that it had as somebody else's. */
  readonly reportedWrong: boolean;
}

/** A citizen with the reminder that failed last. */
export interface UnreachedRow extends UnreachedAppointment {
  readonly slot: number;
  readonly phone_ciphertext: Buffer | null;
  readonly status: StoredReminderStatus;
  readonly reason: string | null;
  readonly message_status: MessageStatus | null;
  readonly message_reason: string | null;
}

/** The part of the appointments to look among. */
export interface UnreachedScope {
  readonly authorityId: string;
  /** Only those that start from here … */
  readonly from: Date;
  /** … and before this. */
  readonly to: Date;
  /** The deadlines of their reminders lie from here … */
  readonly firstDeadline: Date;
  /** … until here, unless they were planned before the notice was last changed. */
  readonly lastDeadline: Date;
  /** Even those have no deadline before this: it bounds what is read. */
  readonly earliestDeadline: Date;
  /** Reminders were planned by another notice before this; null: none was. */
  readonly otherNoticeUntil: Date | null;
  /** null: all. */
  readonly departments: readonly string[] | null;
  readonly limit: number;
}

/** Why one that was not sent leaves nobody to be told: the citizen refused it, or had no reason to wait for it. */
const NOBODY_TO_TELL = ['opted_out', 'erased', 'shadow', 'test', 'no_sms', 'booked_late', 'too_close', 'already_told'];
/** Why a reminder `r` was not sent, in the words of the index `reminder_unsent`: the planner takes it for no others. */
export const WHY_UNSENT = sql`case when r.status = 'suppressed'
  and r.reason in ('no_phone', 'not_mobile', 'country_not_allowed', 'invalid_number')
  then 'no_number' else 'other' end`;

/** The lists that an appointment can be on, by what became of its reminders. */
type UnreachedList = 'failed' | 'numberless' | 'unsent' | 'strangers' | 'uncertain' | 'wrongNumbers';

/**
 * Lists the appointments whose citizens no SMS has reached: one statement, since each of them would cost more than what
 * it reads.
 * @param near where those are looked for whose messages failed, whose reminders were not sent (apart those without a
 * number that an SMS can be sent to), and whose number turned out to be somebody else's, also where they have got
 * another since: their reminder, which a stranger has, is not sent again
 * @param far where those are looked for whose messages nobody knows the fate of, and those with somebody else's number
 * @returns the rows of a list, by their start or the deadline before it
 */
export async function listUnreached(
  db: Db,
  near: UnreachedScope,
  far: UnreachedScope,
): Promise<(list: UnreachedList) => readonly UnreachedRow[]> {
  const lists: Readonly<Record<UnreachedList, RawBuilder<unknown>>> = {
    failed: reminders(near, FAILED, sql`f.expires_at`, sql`f.authority_id = ${near.authorityId}`),
    numberless: unsent(near, 'no_number'),
    unsent: unsent(near, 'other'),
    strangers: wrongNumbers(near, sql`or x.to_stranger`),
    uncertain: reminders(far, UNCERTAIN, sql`r.expires_at`, sql`m.authority_id = ${far.authorityId}`),
    wrongNumbers: wrongNumbers(far, sql``),
  };
  const parts = Object.entries(lists).map(
    ([name, list]) => sql`(select ${sql.lit(name)} as list, l.* from (${list}) l)`,
  );
  const { rows } = await sql<UnreachedRow & { readonly list: UnreachedList }>`
    ${sql.join(parts, sql` union all `)} order by list, "by", "appointmentId"`.execute(db);
  const found = grouped(rows, ({ list }) => list);
  return (list) => found.get(list) ?? [];
}

/**
 * The row of a table with this id. `offset 0` makes the planner look it up where it is needed, in the order in which
 * the tables are named, instead of weighing each order of seven tables: that takes longer than to carry it out.
 */
const rowOf = (table: 'message' | 'reminder', id: string) =>
  sql`lateral (select * from ${sql.table(table)} y where y.id = ${sql.ref(id)} offset 0)`;

const FAILED = sql`failed_message f cross join ${rowOf('message', 'f.message_id')} m
  cross join ${rowOf('reminder', 'f.reminder_id')} r`;
const UNCERTAIN = sql`uncertain_message f cross join ${rowOf('message', 'f.message_id')} m
  cross join ${rowOf('reminder', 'm.reminder_id')} r`;

/**
 * The appointments whose reminders were not sent. Each of the two lists of a whole authority ends with the first rows
 * of its index; those of some departments skip the others' rows in it. Where the reminder does not name the department,
 * since statistics count it as one of the others or as none, its appointment decides.
 */
function unsent(scope: UnreachedScope, why: 'no_number' | 'other'): RawBuilder<unknown> {
  const { authorityId, departments } = scope;
  const names = departments && [...departments, OTHER_DEPARTMENTS, ''];
  const tables = sql`reminder r cross join (select null::text as status, null::text as reason) m`;
  const condition = sql`r.authority_id = ${authorityId} and ${WHY_UNSENT} = ${sql.lit(why)} and ${UNSENT}
    ${names ? sql`and coalesce(r.department, '') = any(${names}::text[])` : sql``}`;
  return reminders(scope, tables, sql`r.expires_at`, condition);
}

/** Condition on a reminder `r`: it was not sent, and somebody may have to be told. */
const UNSENT = sql`r.status in ('expired', 'suppressed', 'uncertain')
  and coalesce(r.reason, '') <> all(${NOBODY_TO_TELL}::text[])`;

const APPOINTMENT = sql`a.id as "appointmentId", a.slot, a.source_id as source, a.reference, a.start_at as start,
  a.department, a.phone_ciphertext`;

/** The appointments of reminders `r` in these tables, by their deadline, which their start follows. */
function reminders(
  scope: UnreachedScope,
  tables: RawBuilder<unknown>,
  deadline: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { authorityId, from, to, departments, limit } = scope;
  // Reminders of one appointment share a deadline as a rule, so that the limit counts appointments.
  return sql`
    select distinct on (${deadline}, r.appointment_id) ${deadline} as "by", ${APPOINTMENT}, false as "toStranger",
      ${IS_REPORTED} as "reportedWrong", r.status, r.reason, m.status as message_status, m.reason as message_reason
    from ${tables} cross join lateral (
      select * from appointment y where y.id = r.appointment_id and y.slot = r.slot offset 0) a
    where ${condition} and ${hasDeadline(deadline, scope)} and a.authority_id = ${authorityId}
      and ${isToBeTold(from, to, departments)}
    order by ${deadline}, r.appointment_id, r.id limit ${limit}`;
}

/** Condition on a reminder `r`: its deadline is that of an appointment of this time, by the notice of now or before. */
function hasDeadline(deadline: RawBuilder<unknown>, scope: UnreachedScope): RawBuilder<unknown> {
  const { to, firstDeadline, lastDeadline, earliestDeadline, otherNoticeUntil } = scope;
  const byNotice = sql`${deadline} >= ${firstDeadline} and ${deadline} < ${earlier(lastDeadline, to)}`;
  if (otherNoticeUntil === null) return byNotice;
  return sql`${deadline} >= ${earliestDeadline} and ${deadline} < ${to}
    and ((${byNotice}) or r.created_at < ${otherNoticeUntil})`;
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}

/**
 * The appointments of citizens whose number turned out to be somebody else's, by their start.
 * @param others condition for those that have got another number since
 */
function wrongNumbers(scope: UnreachedScope, others: RawBuilder<unknown>): RawBuilder<unknown> {
  const { authorityId, from, to, departments, limit } = scope;
  return sql`
    select a.start_at as "by", ${APPOINTMENT}, x.to_stranger as "toStranger", true as "reportedWrong",
      'suppressed' as status, 'invalid_number' as reason, null as message_status, null as message_reason
    from appointment a cross join lateral (select exists (
      select from reminder o join message s on s.reminder_id = o.id where ${HAS_ARRIVED}) as to_stranger offset 0) x
    where a.authority_id = ${authorityId} and a.wrong_phone_hash is not null and (a.phone_hash is null ${others})
      and a.start_at >= ${from} and ${isToBeTold(from, to, departments)}
    order by a.start_at, a.id limit ${limit}`;
}

/** Condition on a reminder `o` and its message `s`: somebody has got it for the present time of the appointment `a`. */
const HAS_ARRIVED = sql`o.appointment_id = a.id and o.slot = a.slot and o.template = 'reminder'
  and s.status in ('handing_over', 'accepted', 'delivered')`;

/**
 * Condition on the appointment `a`: it takes place in this time, no reminder of it has arrived, none is still to come,
 * and no person has dealt with it. What arrived at a number that is somebody else's has not reached the citizen; a
 * message has no number any more once its stranger is erased.
 */
function isToBeTold(from: Date, to: Date, departments: readonly string[] | null): RawBuilder<unknown> {
  return sql`a.status = 'booked' and a.start_at >= ${from} and a.start_at < ${to} and not a.test and not a.deceased
    and a.erased_at is null ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}
    and not exists (select from handled_appointment h where h.appointment_id = a.id and h.slot = a.slot offset 0)
    and not exists (
      select from reminder o left join message s on s.reminder_id = o.id
      where o.appointment_id = a.id and o.slot = a.slot and (o.status = 'planned'
        or (${HAS_ARRIVED} and (a.wrong_phone_hash is null or s.phone_hash <> a.wrong_phone_hash)))
      offset 0)`;
}

/** An appointment that was ticked off lately. */
export interface HandledAppointment {
  readonly appointmentId: string;
  readonly reference: string;
  readonly start: Date | null;
  /** Who ticked it off. */
  readonly by: string;
}

/** The appointments that were ticked off since a moment, the last one first. */
export async function listHandled(
  db: Db,
  { authorityId, since, departments }: { authorityId: string; since: Date; departments: readonly string[] | null },
  limit: number,
): Promise<HandledAppointment[]> {
  const { rows } = await sql<HandledAppointment>`
    select h.appointment_id as "appointmentId", a.reference, a.start_at as start, h.handled_by as by
    from handled_appointment h join appointment a on a.id = h.appointment_id and a.authority_id = h.authority_id
    where h.authority_id = ${authorityId} and h.handled_at >= ${since}
      ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}
    order by h.handled_at desc, h.appointment_id limit ${limit}`.execute(db);
  return rows;
}

/** An appointment of one authority. */
interface OwnAppointment {
  readonly authorityId: string;
  readonly appointmentId: string;
  /** null: all. */
  readonly departments: readonly string[] | null;
}

/** Ticks off the present time of an appointment. @returns `repeated` where it was before */
export async function insertHandled(
  db: Db,
  { authorityId, appointmentId, departments }: OwnAppointment,
  by: string,
  now: Date,
): Promise<'unknown' | 'new' | 'repeated'> {
  const own = sql`from appointment a where a.id = ${appointmentId} and a.authority_id = ${authorityId}
    ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}`;
  const { rows } = await sql<{ known: boolean; added: boolean }>`
    with added as (
      insert into handled_appointment (appointment_id, slot, authority_id, handled_at, handled_by)
      select a.id, a.slot, a.authority_id, ${now}::timestamptz, ${by}::text ${own}
      on conflict do nothing returning appointment_id)
    select exists (select ${own}) as known, exists (select from added) as added`.execute(db);
  const [row] = rows;
  if (!row?.known) return 'unknown';
  return row.added ? 'new' : 'repeated';
}

/** Takes back that an appointment was ticked off since a moment. @returns false where it was not, or is unknown */
export async function deleteHandled(
  db: Db,
  { authorityId, appointmentId, departments }: OwnAppointment,
  since: Date,
): Promise<boolean> {
  const { rows } = await sql`
    delete from handled_appointment h using appointment a
    where a.id = h.appointment_id and a.slot = h.slot and h.appointment_id = ${appointmentId}
      and h.authority_id = ${authorityId} and h.handled_at >= ${since}
      ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}
    returning h.appointment_id`.execute(db);
  return rows.length > 0;
}

/** True for an appointment of the authority, in these departments. */
export async function isOwnAppointment(
  db: Db,
  { authorityId, appointmentId, departments }: OwnAppointment,
): Promise<boolean> {
  const { rows } = await sql`select from appointment a where a.id = ${appointmentId} and a.authority_id = ${authorityId}
    ${departments ? sql`and a.department = any(${departments}::text[])` : sql``}`.execute(db);
  return rows.length > 0;
}
