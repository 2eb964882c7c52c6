import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { firstId } from '../../domain/ids.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';

/** A reminder as a list of those with one outcome has it. */
export interface OutcomeRow {
  readonly appointment_id: string;
  readonly reference: string;
  readonly start_at: Date | null;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly due_at: Date;
  readonly gateway: string | null;
  /** Segments that were handed over; null: none were. */
  readonly segments: number | null;
  /** The appointment's id, as the booking system names it. */
  readonly department: string | null;
  /** Where the list goes on behind it: `<moment or day>/<id>`, or the id alone. */
  readonly place: string;
}

/** The reminders to list; null: whatever it is. */
export interface OutcomeFilter {
  readonly authorityId: string;
  /** Days in the authority's zone on which they were due, both included. */
  readonly from: string;
  readonly to: string;
  readonly reason: string | null;
  readonly gateway: string | null;
  /** Country of the number, ISO 3166-1 alpha-2; `none`: not known. Only what was handed over has one. */
  readonly country: string | null;
  /** Departments to list, as statistics name them. */
  readonly departments: readonly string[] | null;
  readonly template: string | null;
  readonly language: string | null;
}

/** A page of a list that looks at so many rows at most, however few of them it shows. */
export interface OutcomePage {
  readonly rows: readonly OutcomeRow[];
  /** Where to go on; null: the list is at its end. */
  readonly next: string | null;
}

/** Rows that are looked at for a page. */
const MOST_LOOKED_AT = 5_000;

/** The name of all reasons together: what has one. */
export const ANY_REASON = 'any';

function isOfReason(of: 'm' | 'r', reason: string): RawBuilder<unknown> {
  if (of === 'm') {
    const counted = sql`counted_reason(m.status, m.reason)`;
    return reason === ANY_REASON ? sql`and ${counted} <> 'none'` : sql`and ${counted} = ${reason}`;
  }
  return reason === ANY_REASON ? sql`and r.reason is not null` : sql`and r.reason = ${reason}`;
}

function filters({ reason, departments, template, language }: OutcomeFilter, of: 'm' | 'r'): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${of}.${name}`);
  return sql`
    ${reason === null ? sql`` : isOfReason(of, reason)}
    ${departments === null ? sql`` : sql`and ${column('department')} = any(${departments}::text[])`}
    ${template === null ? sql`` : sql`and ${column('template')} = ${template}`}
    ${language === null ? sql`` : sql`and ${column('language')} = ${language}`}`;
}

/** Where to go on: behind the last row of a full page, else behind the last one that was looked at. */
function pageOf(found: readonly OutcomeRow[], limit: number, boundary: string | null): OutcomePage {
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.place ?? null) : boundary };
}

/** The moments between which messages of a period were made. */
export interface HandOverSpan {
  readonly first: Date;
  /** Not included. */
  readonly end: Date;
}

/**
 * Reminders whose message is in one of these states, the first handed over first: most of a day are handed over on that
 * day, and the others may come after thousands of other days.
 * @param after the `next` of the page before
 */
export async function listHandedOver(
  db: Kysely<Database>,
  filter: OutcomeFilter & { readonly statuses: readonly ReminderStatus[] },
  span: HandOverSpan,
  after: string | null,
  limit: number,
): Promise<OutcomePage> {
  const { authorityId, statuses, from, to, gateway, country } = filter;
  const begin = after === null ? sql`m.id >= ${firstId(span.first)}::uuid` : sql`m.id > ${after}::uuid`;
  const range = sql`m.authority_id = ${authorityId} and ${begin} and m.id < ${firstId(span.end)}::uuid`;
  const boundary = await sql<{ id: string }>`
    select m.id from message m where ${range} order by m.id offset ${MOST_LOOKED_AT} limit 1`.execute(db);
  const last = boundary.rows[0]?.id ?? null;
  const { rows } = await sql<OutcomeRow>`
    select a.id as appointment_id, a.reference, a.start_at, m.status, m.reason, r.due_at, m.gateway, m.segments,
      a.department, m.id as place
    from (
      select m.* from message m
      where ${range} ${last === null ? sql`` : sql`and m.id <= ${last}::uuid`} and m.reminder_id is not null
        and m.status = any(${statuses}::text[]) and m.due_day between ${from}::date and ${to}::date
        ${gateway === null ? sql`` : sql`and m.gateway = ${gateway}`}
        ${country === null ? sql`` : sql`and coalesce(m.country, 'none') = ${country}`} ${filters(filter, 'm')}
      order by m.id limit ${limit + 1}) m
    join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
    order by m.id`.execute(db);
  return pageOf(rows, limit, last);
}

/** Reminders that ended without being handed over, the last due day first. The index reminder_ended has them. */
export async function listUnsent(
  db: Kysely<Database>,
  filter: OutcomeFilter & { readonly status: ReminderStatus },
  after: string | null,
  limit: number,
): Promise<OutcomePage> {
  const { authorityId, status, from, to } = filter;
  const [day = '', id = ''] = after?.split('/') ?? [];
  const range = sql`r.authority_id = ${authorityId} and r.status = ${status}
    and r.status in ('expired', 'suppressed', 'cancelled', 'superseded', 'uncertain')
    and r.due_day >= ${from}::date and r.due_day <= ${after === null ? to : day}::date
    ${after === null ? sql`` : sql`and (r.due_day, r.id) < (${day}::date, ${id}::uuid)`}`;
  const boundary = await sql<{ place: string }>`
    select to_char(r.due_day, 'YYYY-MM-DD') || '/' || r.id as place from reminder r where ${range}
    order by r.due_day desc, r.id desc offset ${MOST_LOOKED_AT} limit 1`.execute(db);
  const last = boundary.rows[0]?.place ?? null;
  const [lastDay = '', lastId = ''] = last?.split('/') ?? [];
  const { rows } = await sql<OutcomeRow>`
    select a.id as appointment_id, a.reference, a.start_at, r.status, r.reason, r.due_at, null as gateway,
      null as segments, a.department, to_char(r.due_day, 'YYYY-MM-DD') || '/' || r.id as place
    from (
      select r.* from reminder r
      where ${range} ${last === null ? sql`` : sql`and (r.due_day, r.id) >= (${lastDay}::date, ${lastId}::uuid)`}
        ${filters(filter, 'r')}
      order by r.due_day desc, r.id desc limit ${limit + 1}) r
    join appointment a on a.id = r.appointment_id
    order by r.due_day desc, r.id desc`.execute(db);
  return pageOf(rows, limit, last);
}

/** Reminders that are planned, in the order in which they are looked at. */
export async function listPlanned(
  db: Kysely<Database>,
  filter: OutcomeFilter,
  span: HandOverSpan,
  after: string | null,
  limit: number,
): Promise<OutcomePage> {
  const { authorityId, from, to } = filter;
  const [moment = '', id = ''] = after?.split('/') ?? [];
  const place = sql`to_char(r.next_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '/' || r.id`;
  const range = sql`r.authority_id collate "C" = ${authorityId} and r.next_at < ${span.end}
    and r.next_at >= ${after === null ? span.first.toISOString() : moment}::timestamptz
    ${after === null ? sql`` : sql`and (r.next_at, r.id) > (${moment}::timestamptz, ${id}::uuid)`}`;
  const boundary = await sql<{ place: string }>`
    select ${place} as place from reminder r where ${range}
    order by r.next_at, r.id offset ${MOST_LOOKED_AT} limit 1`.execute(db);
  const last = boundary.rows[0]?.place ?? null;
  const [lastMoment = '', lastId = ''] = last?.split('/') ?? [];
  const within = last === null ? sql`` : sql`and (r.next_at, r.id) <= (${lastMoment}::timestamptz, ${lastId}::uuid)`;
  const { rows } = await sql<OutcomeRow>`
    select a.id as appointment_id, a.reference, a.start_at, r.status, r.held_reason as reason, r.due_at,
      null as gateway, null as segments, a.department, ${place} as place
    from (
      select r.* from reminder r
      where ${range} ${within} and r.status = 'planned' and r.due_day between ${from}::date and ${to}::date
        ${filters({ ...filter, reason: null }, 'r')}
      order by r.next_at, r.id limit ${limit + 1}) r
    join appointment a on a.id = r.appointment_id
    order by r.next_at, r.id`.execute(db);
  return pageOf(rows, limit, last);
}
