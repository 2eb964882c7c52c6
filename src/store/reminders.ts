import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { Language } from '../domain/authority.ts';
import type { StoredReminderStatus, TemplateName } from '../domain/reminder.ts';

/** A reminder to be inserted: planned, or ended from the start. */
export interface ReminderInsert {
  readonly id: string;
  readonly authorityId: string;
  readonly sourceId: string;
  readonly appointmentId: string;
  readonly slot: number;
  readonly revision: number;
  readonly rule: string;
  readonly template: TemplateName;
  readonly language: Language;
  readonly department: string | null;
  readonly status: Exclude<StoredReminderStatus, 'handed_over' | 'uncertain'>;
  readonly reason: string | null;
  readonly dueAt: Date;
  /** `dueAt` in the authority's zone, YYYY-MM-DD. */
  readonly dueDay: string;
  readonly expiresAt: Date;
}

/** The columns that an insert writes, with their types; the others keep their defaults. */
const INSERTED = {
  id: 'uuid',
  authority_id: 'text',
  source_id: 'text',
  appointment_id: 'uuid',
  slot: 'int',
  revision: 'int',
  rule: 'text',
  template: 'text',
  language: 'text',
  department: 'text',
  status: 'text',
  reason: 'text',
  due_at: 'timestamptz',
  due_day: 'date',
  expires_at: 'timestamptz',
  next_at: 'timestamptz',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
} as const;

/** The row of a new reminder, in the order of the columns. */
export function toReminderRow(reminder: ReminderInsert, now: Date) {
  return {
    id: reminder.id,
    authority_id: reminder.authorityId,
    source_id: reminder.sourceId,
    appointment_id: reminder.appointmentId,
    slot: reminder.slot,
    revision: reminder.revision,
    rule: reminder.rule,
    template: reminder.template,
    language: reminder.language,
    department: reminder.department,
    status: reminder.status,
    reason: reminder.reason,
    due_at: reminder.dueAt,
    due_day: reminder.dueDay,
    expires_at: reminder.expiresAt,
    next_at: reminder.status === 'planned' ? reminder.dueAt : null,
    created_at: now,
    updated_at: now,
  };
}

/** Inserts reminders in one statement. */
export async function insertReminders(
  db: Kysely<Database>,
  reminders: readonly ReminderInsert[],
  now: Date,
): Promise<void> {
  if (reminders.length === 0) return;
  const rows = reminders.map((reminder) => toReminderRow(reminder, now));
  const names = sql.join(Object.keys(INSERTED).map((name) => sql.ref(name)));
  await sql`insert into reminder (${names}) select ${names} from ${unnest(rows, INSERTED)}`.execute(db);
}

/** What planning decided about a reminder that was not handed over. */
export interface ReminderUpdate {
  readonly id: string;
  readonly status: ReminderInsert['status'];
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly dueDay: string;
  readonly expiresAt: Date;
  readonly language: Language;
}

/**
 * Writes what planning decided about reminders that were not handed over. The caller must have locked the rows: a start
 * that waits for them sees the change.
 */
export async function updateReminders(
  db: Kysely<Database>,
  changes: readonly ReminderUpdate[],
  now: Date,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({
    id: change.id,
    status: change.status,
    reason: change.reason,
    due_at: change.dueAt,
    due_day: change.dueDay,
    expires_at: change.expiresAt,
    language: change.language,
  }));
  await sql`
    update reminder r set status = x.status, reason = x.reason, due_at = x.due_at, due_day = x.due_day,
      expires_at = x.expires_at, next_at = case when x.status = 'planned' then x.due_at end, held_reason = null,
      language = x.language, tries = 0, updated_at = ${now}
    from ${unnest(rows, {
      id: 'uuid',
      status: 'text',
      reason: 'text',
      due_at: 'timestamptz',
      due_day: 'date',
      expires_at: 'timestamptz',
      language: 'text',
    })} where r.id = x.id`.execute(db);
}

/** An appointment's change that its reminders must know of. */
export interface ReminderTouch {
  readonly appointmentId: string;
  readonly slot: number;
  readonly revision: number;
  /** The appointment has another phone number than before. */
  readonly numberChanged: boolean;
  readonly department: string | null;
}

/**
 * Passes an appointment's change (number, place, department) on to the reminders of its current slot, so that one
 * rendered before the change can't be started. Reminders that were handed over keep what was true then; one of any slot
 * that is to be handed over again only gets the revision. A reminder that a reply from the old number held is due
 * again: the start asks whether the new number is held too.
 */
export async function touchReminders(
  db: Kysely<Database>,
  touches: readonly ReminderTouch[],
  now: Date,
): Promise<void> {
  if (touches.length === 0) return;
  const rows = touches.map((touch) => ({
    appointment_id: touch.appointmentId,
    slot: touch.slot,
    revision: touch.revision,
    number_changed: touch.numberChanged,
    department: touch.department,
  }));
  await sql`
    update reminder r set revision = x.revision,
      department = case when r.status = 'handed_over' then r.department else x.department end,
      held_reason = case when x.number_changed then null else r.held_reason end,
      next_at = case when r.status = 'planned' and r.held_reason is not null and x.number_changed then r.due_at
        else r.next_at end,
      updated_at = ${now}
    from ${unnest(rows, {
      appointment_id: 'uuid',
      slot: 'int',
      revision: 'int',
      number_changed: 'boolean',
      department: 'text',
    })}
    where r.appointment_id = x.appointment_id
      and ((r.slot = x.slot and r.status in ('planned', 'suppressed')) or (r.status = 'handed_over'
        and r.next_at is not null))`.execute(db);
}
