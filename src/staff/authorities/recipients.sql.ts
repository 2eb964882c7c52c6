import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Authority } from '../../domain/authority.ts';
import { DAY_MS } from '../../domain/duration.ts';
import { CALLED_OFF, MOMENT } from '../../store/appointments.ts';

const WEEK_MS = 7 * DAY_MS;

/** An authority whose reminders are to be planned anew. */
export interface ChangedRecipients {
  readonly id: string;
  readonly changedAt: Date;
}

/** The authorities that have changed who gets reminders, and whose reminders are not all planned by that yet. */
export async function listChangedRecipients(db: Db): Promise<ChangedRecipients[]> {
  const { rows } = await sql<ChangedRecipients>`
    select id, recipients_changed_at as "changedAt" from authority
    where recipients_changed_at is not null order by id`.execute(db);
  return rows;
}

/** Notes that the reminders of an authority are planned by its settings, unless these have changed since. */
export async function noteReplanned(db: Db, { id, changedAt }: ChangedRecipients): Promise<void> {
  await sql`
    update authority set recipients_changed_at = null
    where id = ${id} and recipients_changed_at = ${changedAt}`.execute(db);
}

/** Condition on an appointment `a`: its authority's settings say that it gets no reminders. */
function isWithout({ kinds, departments }: Authority['withoutReminders']): RawBuilder<boolean> {
  return sql`(a.kind = any(${kinds}::text[]) or coalesce(a.department = any(${departments}::text[]), false))`;
}

/**
 * The ids of appointments that have planned reminders and get none by the settings of their authority, or that get some
 * and have suppressed ones whose deadline is ahead; in no order.
 */
export async function listOtherwisePlanned(
  db: Db,
  { id, withoutReminders }: Pick<Authority, 'id' | 'withoutReminders'>,
  limit: number,
  now: Date,
): Promise<string[]> {
  const without = isWithout(withoutReminders);
  const { rows } = await sql<{ appointment_id: string }>`
    (select r.appointment_id from reminder r join appointment a on a.id = r.appointment_id
      where r.authority_id collate "C" = ${id} and r.next_at is not null and r.status = 'planned' and ${without})
    union
    (select r.appointment_id from reminder r join appointment a on a.id = r.appointment_id
      where ${isSuppressedAhead(id, now)} and not ${without})
    limit ${limit}`.execute(db);
  return rows.map(({ appointment_id }) => appointment_id);
}

/** Appointments of a kind in a department: how many there were in a week, and their reminders ahead. */
export interface RecipientsRow {
  readonly kind: string;
  /** null: none, or none of the departments that are asked for. */
  readonly department: string | null;
  readonly lastWeek: number;
  /** Planned reminders. */
  readonly planned: number;
  /** Reminders that are suppressed since nobody gets them, whose moment is ahead. */
  readonly suppressed: number;
}

/**
 * Counts appointments and reminders by kind and department.
 * @param names departments that are counted by name
 * @param scope departments that are counted alone; null: all
 */
export async function countByRecipient(
  db: Db,
  authorityId: string,
  names: readonly string[],
  scope: readonly string[] | null,
  now: Date,
): Promise<RecipientsRow[]> {
  const weekAgo = new Date(now.getTime() - WEEK_MS);
  const seen = scope === null ? sql`` : sql`and a.department = any(${scope}::text[])`;
  const { rows } = await sql<RecipientsRow>`
    with found as (
      select kind, department, 1 as appointment, 0 as planned, 0 as suppressed from appointment a
      where authority_id = ${authorityId} and ${MOMENT} >= ${weekAgo}::timestamptz at time zone 'UTC'
        and ${MOMENT} < ${now}::timestamptz at time zone 'UTC' and status not in ${CALLED_OFF} ${seen}
      union all
      select a.kind, a.department, 0, 1, 0 from reminder r join appointment a on a.id = r.appointment_id
      where r.authority_id collate "C" = ${authorityId} and r.next_at is not null and r.status = 'planned' ${seen}
      union all
      select a.kind, a.department, 0, 0, 1 from reminder r join appointment a on a.id = r.appointment_id
      where ${isSuppressedAhead(authorityId, now)} and r.due_at > ${now} and a.status = 'booked' ${seen})
    select kind, case when department = any(${names}::text[]) then department end as department,
      sum(appointment)::int as "lastWeek", sum(planned)::int as planned, sum(suppressed)::int as suppressed
    from found group by 1, 2`.execute(db);
  return rows;
}

/** Condition on a reminder `r` of an appointment `a`: it is suppressed since nobody gets it, and may be planned yet. */
function isSuppressedAhead(authorityId: string, now: Date): RawBuilder<boolean> {
  return sql`(r.authority_id = ${authorityId} and r.status = 'suppressed' and r.reason = 'no_sms' and r.slot = a.slot
    and r.expires_at > ${now} and a.kind <> 'none')`;
}
