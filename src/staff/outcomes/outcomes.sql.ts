import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import { IS_REPORTED } from '../appointments/appointments.sql.ts';

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
  /** The appointment's department, as the booking system names it. */
  readonly department: string | null;
  /** Staff reported the number of its appointment as somebody else's, and it has got no other. */
  readonly reported_wrong: boolean;
  /** The row's place in its part of the list: the next page goes on behind it. */
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
  /** Departments to list, as statistics name them: `none` for no department, `other` for those without a name there. */
  readonly departments: readonly string[] | null;
  /** The departments are those of a reader: each stands for the one of its name alone, even if that is `none`. */
  readonly byName: boolean;
  readonly template: string | null;
  readonly language: string | null;
}

/** A page of a list, or of a part of it, that looks at so many rows at most, however few of them it shows. */
export interface OutcomePage {
  readonly rows: readonly OutcomeRow[];
  /** Where to go on; null: it is at its end. */
  readonly next: string | null;
}

/** The rows of a part of a list. */
export interface PartPage extends OutcomePage {
  /** As many rows were looked at as may be for a page. */
  readonly full: boolean;
}

/** The name of all reasons together: what has one. */
export const ANY_REASON = 'any';

/** Rows that are looked at at once. */
const MOST_LOOKED_AT = 5_000;

/** A part of a list: rows of messages (`m`) or of reminders (`r`) in the order of an index, behind a place. */
export interface Part {
  readonly of: 'm' | 'r';
  /** The rows that are looked at, which the index finds. */
  readonly range: RawBuilder<unknown>;
  readonly order: RawBuilder<unknown>;
  /** The place of a row, as a text. */
  readonly place: RawBuilder<unknown>;
  /** The condition of the rows up to a place, with the one that is there. */
  readonly upTo: (place: string) => RawBuilder<unknown>;
  /** The condition of those that belong to the list. */
  readonly isOfList: RawBuilder<unknown>;
}

/**
 * Reads the first rows of a part among the 5,000 that are looked at.
 * @returns `next` behind all that was looked at, also where the limit was reached before
 */
export async function readPart(db: Db, part: Part, limit: number): Promise<PartPage> {
  const { of, range, order, place, upTo, isOfList } = part;
  const table = of === 'm' ? sql`message m` : sql`reminder r`;
  const boundary = await sql<{ place: string }>`
    select ${place} as place from ${table} where ${range}
    order by ${order} offset ${MOST_LOOKED_AT} limit 1`.execute(db);
  const last = boundary.rows[0]?.place ?? null;
  const found = sql`
    select ${sql.ref(of)}.*, ${place} as place from ${table}
    where ${range} ${last === null ? sql`` : sql`and ${upTo(last)}`} and ${isOfList}
    order by ${order} limit ${limit}`;
  const { rows } = await (of === 'm' ? rowsOfMessages : rowsOfReminders)(found, order).execute(db);
  return { rows, next: last, full: last !== null };
}

function rowsOfMessages(found: RawBuilder<unknown>, order: RawBuilder<unknown>): RawBuilder<OutcomeRow> {
  return sql<OutcomeRow>`
    select a.id as appointment_id, a.reference, a.start_at, m.status, m.reason, r.due_at, m.gateway, m.segments,
      a.department, false as reported_wrong, m.place
    from (${found}) m join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
    order by ${order}`;
}

function rowsOfReminders(found: RawBuilder<unknown>, order: RawBuilder<unknown>): RawBuilder<OutcomeRow> {
  return sql<OutcomeRow>`
    select a.id as appointment_id, a.reference, a.start_at, r.status,
      case when r.status <> 'planned' then r.reason when a.unclear_status is not null then 'status_unclear'
        else r.held_reason end as reason, r.due_at, null as gateway,
      null as segments, a.department, ${IS_REPORTED} as reported_wrong, r.place
    from (${found}) r join appointment a on a.id = r.appointment_id
    order by ${order}`;
}

/**
 * The days of a period on which the statistics count reminders in one of these states that the filter may let through,
 * in order. A list that looks at these days alone neither passes over one nor goes on behind the last of them.
 */
export async function daysCounted(
  db: Db,
  filter: OutcomeFilter & { readonly statuses: readonly ReminderStatus[] },
): Promise<string[]> {
  const { authorityId, from, to, statuses } = filter;
  const narrower = narrowing(filter).map(
    ({ dimension, condition }) => sql`
      and exists (select from statistics_sum k
        where k.authority_id = ${authorityId} and k.dimension = ${dimension} and k.span = 'day' and k.begins = s.begins
          and k.status = any(${statuses}::text[]) and k.reminders > 0 ${condition})`,
  );
  // Days with deltas that are not folded yet are taken without the narrower conditions: some may have no row to list.
  const { rows } = await sql<{ day: string }>`
    select s.begins::text as day from statistics_sum s
    where s.authority_id = ${authorityId} and s.dimension = 'day' and s.span = 'day'
      and s.begins between ${from}::date and ${to}::date and s.status = any(${statuses}::text[]) and s.reminders > 0
      ${sql.join(narrower, sql``)}
    union
    select day::text from statistics_delta
    where authority_id = ${authorityId} and day between ${from}::date and ${to}::date
      and status = any(${statuses}::text[])
    order by day`.execute(db);
  return rows.map(({ day }) => day);
}

/** The sums that narrow the days down, one dimension at a time. */
function narrowing({ reason, gateway, country, departments, template, language }: OutcomeFilter) {
  const one = (dimension: string, key: string | null) =>
    key === null ? [] : [{ dimension, condition: sql`and k.key = ${key}` }];
  return [
    ...(reason === ANY_REASON ? [{ dimension: 'reason', condition: sql`` }] : one('reason', reason)),
    ...one('gateway', gateway),
    ...one('template', template),
    ...one('language', language),
    ...(departments === null
      ? []
      : [{ dimension: 'department', condition: sql`and k.key = any(${departments}::text[])` }]),
    // Its keys are "<gateway> <country>".
    ...(country === null ? [] : [{ dimension: 'route', condition: sql`and split_part(k.key, ' ', 2) = ${country}` }]),
  ];
}
