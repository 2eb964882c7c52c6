import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { Language } from '../domain/authority.ts';
import type { ReminderStatus, TemplateName } from '../domain/reminder.ts';

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
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly dueAt: Date;
  /** `dueAt` in the authority's zone, YYYY-MM-DD. */
  readonly dueDay: string;
  readonly expiresAt: Date;
  readonly phoneHash: Buffer | null;
}

/** A new reminder, which nobody has claimed. */
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
    phone_hash: reminder.phoneHash,
    claims: 0,
    resend: false,
    created_at: now,
    updated_at: now,
  };
}

export async function insertReminders(
  db: Kysely<Database>,
  reminders: readonly ReminderInsert[],
  now: Date,
): Promise<void> {
  if (reminders.length === 0) return;
  const rows = reminders.map((reminder) => toReminderRow(reminder, now));
  const columns = {
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
    phone_hash: 'bytea',
    claims: 'smallint',
    resend: 'boolean',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  } as const;
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  await sql`insert into reminder (${names}) select ${names} from ${unnest(rows, columns)}`.execute(db);
}

export interface ReminderUpdate {
  readonly id: string;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly dueDay: string;
  readonly expiresAt: Date;
  readonly language: Language;
}

/**
 * Writes what planning decided about reminders that were not handed over. The rows must be locked by the caller.
 * A claim on them is void from here on: the dispatcher's start looks at status and batch under the row's lock.
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
    update reminder r set status = x.status, reason = x.reason, due_at = x.due_at, due_day = x.due_day, expires_at = x.expires_at,
      next_at = case when x.status = 'planned' then x.due_at end, held_reason = null, language = x.language,
      batch_id = null, started_at = null, claims = 0, resend = false, updated_at = ${now}
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

export interface ReminderTouch {
  readonly appointmentId: string;
  readonly slot: number;
  readonly revision: number;
  readonly phoneHash: Buffer | null;
  readonly department: string | null;
}

/**
 * Tells the reminders of the current slot that the appointment changed (number, place, department), so that one claimed
 * before the change can't be started with what it knew. Those handed over keep what was true then. What a reply from
 * the old number held is due again: the start asks whether the new one is held too.
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
    phone_hash: touch.phoneHash,
    department: touch.department,
  }));
  await sql`
    update reminder r set revision = x.revision, phone_hash = x.phone_hash, department = x.department,
      held_reason = case when r.phone_hash is not distinct from x.phone_hash then r.held_reason end,
      next_at = case when r.status = 'planned' and r.held_reason is not null and r.phone_hash is distinct from x.phone_hash
        then r.due_at else r.next_at end,
      updated_at = ${now}
    from ${unnest(rows, { appointment_id: 'uuid', slot: 'int', revision: 'int', phone_hash: 'bytea', department: 'text' })}
    where r.appointment_id = x.appointment_id and r.slot = x.slot
      and (r.status in ('planned', 'suppressed') or (r.status = 'claimed' and r.started_at is null))`.execute(db);
}
