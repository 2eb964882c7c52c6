import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { type ColumnTypeName, unnest } from '../database/unnest.ts';
import { LANGUAGES } from '../domain/authority.ts';
import { OTHER_DEPARTMENTS } from '../domain/reminder.ts';

/** The outcome of one call. */
export interface SettleRow {
  readonly message_id: string;
  /** The try that this is the outcome of. */
  readonly attempts: number;
  readonly status: 'accepted' | 'rejected' | 'not_sent' | 'uncertain';
  readonly reason: string | null;
  readonly code: string | null;
  readonly gateway_message_id: string | null;
  readonly gateway_segments: number | null;
  readonly reminder_id: string;
  /** The reminder's new status; null: its row stays as it is. `handed_over`: it is sent again at `next_at`. */
  readonly reminder_status: 'planned' | 'handed_over' | 'expired' | null;
  readonly reminder_reason: string | null;
  readonly next_at: Date | null;
}

const COLUMNS = {
  message_id: 'uuid',
  attempts: 'int',
  status: 'text',
  reason: 'text',
  code: 'text',
  gateway_message_id: 'text',
  gateway_segments: 'smallint',
  reminder_id: 'uuid',
  reminder_status: 'text',
  reminder_reason: 'text',
  next_at: 'timestamptz',
} as const satisfies Record<keyof SettleRow, ColumnTypeName>;

/**
 * Records outcomes in bulk, on the messages alone unless a reminder is to go again. An outcome counts for the try that
 * it belongs to, and not against a receipt that overtook it; after a recovery took the message from a process that
 * stood still, only a sure "accepted" of the last try still resolves what is uncertain.
 * @param groups those of which every outcome is recorded with these rows
 */
export async function settle(db: Db, rows: readonly SettleRow[], groups: readonly string[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  // Mostly no reminder goes again: the part for those is left out, so that it is not planned each time.
  const again = rows.some((row) => row.reminder_status !== null);
  const before = again ? sql`reminders` : sql`groups`;
  await sql`
    with given as materialized (select * from ${unnest(rows, COLUMNS)}),
    -- All statements lock in this order: groups, reminders, messages, each by their ids.
    groups as materialized (
      select id from hand_over_group where id = any(${groups}::uuid[]) order by id for update),
    ${again ? LOCKED_REMINDERS : sql``}
    locked as materialized (
      select g.*, m.status = 'handing_over' or (m.status = 'uncertain' and g.status = 'accepted') as applies
      -- The planner expects few ids in an array, and looks them up: else it might read all messages.
      from given g join message m on m.id = any(array(select message_id from given))
        and m.id = g.message_id and m.attempts = g.attempts
      where (select count(*) from ${before}) >= 0
      order by m.id for update of m),
    ${again ? replanned(now) : sql``}
    ended as (delete from hand_over_group where id = any(${groups}::uuid[]))
    update message m set
      status = case when l.applies then l.status else m.status end,
      reason = case when l.applies then l.reason else m.reason end,
      code = coalesce(l.code, m.code), gateway_message_id = coalesce(l.gateway_message_id, m.gateway_message_id),
      gateway_segments = coalesce(l.gateway_segments, m.gateway_segments),
      accepted_at = case when l.status = 'accepted' then coalesce(m.accepted_at, ${now}) else m.accepted_at end,
      updated_at = ${now}
    from locked l where m.id = l.message_id`.execute(db);
}

const LOCKED_REMINDERS = sql`
    reminders as materialized (
      select r.id from given g join reminder r on r.id = g.reminder_id
      where g.reminder_status is not null and (select count(*) from groups) >= 0 order by r.id for update of r),`;

function replanned(now: Date) {
  return sql`
    replanned as (
      -- A repetition keeps language and department: its message is counted under them.
      update reminder r set status = l.reminder_status, reason = l.reminder_reason, next_at = l.next_at,
        language = case when l.reminder_status = 'planned' then ${LANGUAGE_NOW} else r.language end,
        department = case when l.reminder_status = 'handed_over' then r.department else ${DEPARTMENT_NOW} end,
        updated_at = ${now}
      from locked l
      where r.id = l.reminder_id and l.applies and l.reminder_status is not null and r.status = 'handed_over'),`;
}

/**
 * The language that a reminder `r` takes from its appointment once it is known not to have been sent. Events during
 * the call left it alone, since the message counts under it.
 *
 * The appointment is read as it was when the statement began, also where that waited for the reminder's lock: a change
 * that an intake commits meanwhile, which left the reminder alone as well, is missed until the appointment's next
 * event. A statement of its own for the locks would prevent it, at the price of one more round trip with each outcome
 * that is to go again.
 */
export const LANGUAGE_NOW = sql`coalesce((
  select case when a.language = any(${LANGUAGES}::text[]) then a.language else o.language end
  from appointment a join authority o on o.id = a.authority_id where a.id = r.appointment_id), r.language)`;

/**
 * The department likewise, with the same gap, as `DepartmentCounting` counts it: staff of one find by it what was not
 * sent there.
 */
export const DEPARTMENT_NOW = sql`(
  select case when a.department is null or a.department = r.department then a.department
    when exists (select from department d where d.authority_id = o.id and d.name = a.department)
      or jsonb_path_exists(o.settings, '$.rules[*].when.departments[*] ? (@ == $name)',
        jsonb_build_object('name', a.department)) then a.department
    else ${sql.lit(OTHER_DEPARTMENTS)} end
  from appointment a join authority o on o.id = a.authority_id where a.id = r.appointment_id)`;
