import { type RawBuilder, sql } from 'kysely';
import { addDays, startOfDay } from '../../domain/calendar.ts';
import { HOUR_MS } from '../../domain/duration.ts';
import { firstId } from '../../domain/ids.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import { ANY_REASON, type OutcomeFilter, type Part } from './outcomes.sql.ts';

/** The filter with the states that a list has. */
export type StatesFilter = OutcomeFilter & { readonly statuses: readonly ReminderStatus[] };

function isOfReason(of: 'm' | 'r', reason: string): RawBuilder<unknown> {
  if (of === 'm') {
    const counted = sql`counted_reason(m.status, m.reason)`;
    return reason === ANY_REASON ? sql`and ${counted} <> 'none'` : sql`and ${counted} = ${reason}`;
  }
  return reason === ANY_REASON ? sql`and r.reason is not null` : sql`and r.reason = ${reason}`;
}

function filters(filter: OutcomeFilter, of: 'm' | 'r'): RawBuilder<unknown> {
  const { reason, departments, byName, template, language } = filter;
  const column = (name: string) => sql.ref(`${of}.${name}`);
  const department = byName ? column('department') : sql`coalesce(${column('department')}, 'none')`;
  return sql`
    ${reason === null ? sql`` : isOfReason(of, reason)}
    ${departments === null ? sql`` : sql`and ${department} = any(${departments}::text[])`}
    ${template === null ? sql`` : sql`and ${column('template')} = ${template}`}
    ${language === null ? sql`` : sql`and ${column('language')} = ${language}`}`;
}

function isHandedOver(filter: StatesFilter): RawBuilder<unknown> {
  const { statuses, gateway, country } = filter;
  return sql`m.status = any(${statuses}::text[])
    ${gateway === null ? sql`` : sql`and m.gateway = ${gateway}`}
    ${country === null ? sql`` : sql`and coalesce(m.country, 'none') = ${country}`} ${filters(filter, 'm')}`;
}

/** Messages that were handed over more than a day after the day they were due, as the index message_late has them. */
const IS_LATE = sql`(m.created_at at time zone 'UTC')::date > m.due_day + 1`;
/** Reminders that are planned more than a day after the day they were due, as the index reminder_late has them. */
const WAITS_LONG = sql`r.status = 'planned' and (r.next_at at time zone 'UTC')::date > r.due_day + 1`;

/** Moments between which messages were made. */
export interface HandOverSpan {
  readonly first: Date;
  /** Not included. */
  readonly end: Date;
}

/**
 * Reminders that were handed over within a day of the one they were due, the first handed over first.
 * @param after an id
 */
export function handedOver(filter: StatesFilter, span: HandOverSpan, after: string | null): Part {
  const { authorityId, from, to } = filter;
  const begin = sql`m.id >= ${firstId(span.first)}::uuid ${after === null ? sql`` : sql`and m.id > ${after}::uuid`}`;
  return {
    of: 'm',
    range: sql`m.authority_id = ${authorityId} and ${begin} and m.id < ${firstId(span.end)}::uuid`,
    order: sql`m.id`,
    place: sql`m.id`,
    upTo: (place) => sql`m.id <= ${place}::uuid`,
    isOfList: sql`m.reminder_id is not null and m.due_day between ${from}::date and ${to}::date and not (${IS_LATE})
      and ${isHandedOver(filter)}`,
  };
}

/**
 * Reminders that were handed over later than that, such as at the end of a pause, by the day that they were due.
 * @param after `late/<day>/<id>`
 */
export function handedOverLate(filter: StatesFilter, after: string | null): Part {
  const range = sql`m.authority_id = ${filter.authorityId} and m.reminder_id is not null and ${IS_LATE}`;
  return { of: 'm', isOfList: isHandedOver(filter), ...byDay('m', filter, range, after) };
}

/** Reminders that are planned within a day of the one they are due, in the order in which they are looked at. */
export function planned(filter: OutcomeFilter, span: HandOverSpan, after: string | null): Part {
  const { authorityId, from, to } = filter;
  const [moment = '', id = ''] = after?.split('/') ?? [];
  const isBehind = sql`and (r.next_at, r.id) > (${moment}::timestamptz, ${id}::uuid)`;
  return {
    of: 'r',
    range: sql`r.authority_id collate "C" = ${authorityId} and r.next_at < ${span.end}
      and r.next_at >= ${after === null ? span.first.toISOString() : moment}::timestamptz
      ${after === null ? sql`` : isBehind}`,
    order: sql`r.next_at, r.id`,
    place: sql`to_char(r.next_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '/' || r.id`,
    upTo: (place) => {
      const [lastMoment, lastId] = place.split('/');
      return sql`(r.next_at, r.id) <= (${lastMoment}::timestamptz, ${lastId}::uuid)`;
    },
    isOfList: sql`r.status = 'planned' and r.due_day between ${from}::date and ${to}::date and not (${WAITS_LONG})
      ${filters({ ...filter, reason: null }, 'r')}`,
  };
}

/** Planned reminders that wait for longer, such as for a person to read a reply, by the day that they were due. */
export function plannedLate(filter: OutcomeFilter, after: string | null): Part {
  const range = sql`r.authority_id = ${filter.authorityId} and ${WAITS_LONG}`;
  const isOfList = sql`true ${filters({ ...filter, reason: null }, 'r')}`;
  return { of: 'r', isOfList, ...byDay('r', filter, range, after) };
}

function byDay(
  of: 'm' | 'r',
  { from, to }: OutcomeFilter,
  range: RawBuilder<unknown>,
  after: string | null,
): Omit<Part, 'of' | 'isOfList'> {
  const [day, id] = [sql.ref(`${of}.due_day`), sql.ref(`${of}.id`)];
  const [, afterDay = from, afterId = ''] = after?.split('/') ?? [];
  const isBehind = sql`and (${day}, ${id}) > (${afterDay}::date, ${afterId}::uuid)`;
  return {
    range: sql`${range} and ${day} >= ${afterDay}::date and ${day} <= ${to}::date
      ${after === null ? sql`` : isBehind}`,
    order: sql`${day}, ${id}`,
    place: sql`'late/' || to_char(${day}, 'YYYY-MM-DD') || '/' || ${id}`,
    upTo: (place) => {
      const [, lastDay, lastId] = place.split('/');
      return sql`(${day}, ${id}) <= (${lastDay}::date, ${lastId}::uuid)`;
    },
  };
}

/**
 * Reminders that ended without being handed over, the last due day first. The index reminder_ended has them.
 * @param after `<day>/<id>`
 */
export function unsent(
  filter: OutcomeFilter & { readonly status: ReminderStatus },
  days: { readonly from: string; readonly to: string },
  after: string | null,
): Part {
  const { authorityId, status } = filter;
  const [day = '', id = ''] = after?.split('/') ?? [];
  return {
    of: 'r',
    range: sql`r.authority_id = ${authorityId} and r.status = ${status}
      and r.status in ('expired', 'suppressed', 'cancelled', 'superseded', 'uncertain')
      and r.due_day >= ${days.from}::date and r.due_day <= ${after === null ? days.to : day}::date
      ${after === null ? sql`` : sql`and (r.due_day, r.id) < (${day}::date, ${id}::uuid)`}`,
    order: sql`r.due_day desc, r.id desc`,
    place: sql`to_char(r.due_day, 'YYYY-MM-DD') || '/' || r.id`,
    upTo: (place) => {
      const [lastDay, lastId] = place.split('/');
      return sql`(r.due_day, r.id) >= (${lastDay}::date, ${lastId}::uuid)`;
    },
    isOfList: sql`true ${filters(filter, 'r')}`,
  };
}

/** An id is made a moment before the message that it names. */
const ID_BEFORE_MS = HOUR_MS;

/**
 * The spans of time in which reminders that were due on these days were handed over, but for those that were late by
 * more than a day. Days that are near each other share one.
 * @param days in order, `YYYY-MM-DD` in the zone
 */
export function handOverSpans(days: readonly string[], timeZone: string): HandOverSpan[] {
  const runs: [first: string, last: string][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && day <= addDays(run[1], 3)) run[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([first, last]) => handOverSpan(first, last, timeZone));
}

/** The span of time from the first moment of a day in a zone to the last one at which the other day isn't late. */
export function handOverSpan(first: string, last: string, timeZone: string): HandOverSpan {
  const end = Date.parse(`${addDays(last, 2)}T00:00:00Z`) + ID_BEFORE_MS;
  return { first: startOfDay(first, timeZone), end: new Date(end) };
}
