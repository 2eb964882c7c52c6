import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type ColumnsOf, columnList } from '../database/columns.ts';
import type { Database } from '../database/tables.ts';
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

/** Planning's decision about a reminder that was not handed over. */
export interface ReminderUpdate {
  readonly id: string;
  readonly status: ReminderInsert['status'];
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly dueDay: string;
  readonly expiresAt: Date;
  readonly language: Language;
}

/** The columns that planning decides, at first and again. */
const DECIDED_COLUMNS: ColumnsOf<'reminder', ReminderUpdate, unknown> = {
  language: ['text', (reminder) => reminder.language],
  status: ['text', (reminder) => reminder.status],
  reason: ['text', (reminder) => reminder.reason],
  due_at: ['timestamptz', (reminder) => reminder.dueAt],
  due_day: ['date', (reminder) => reminder.dueDay],
  expires_at: ['timestamptz', (reminder) => reminder.expiresAt],
};

/** The columns that an insert writes, at an instant; the others keep their defaults. */
export const REMINDER_COLUMNS = columnList<'reminder', ReminderInsert, Date>({
  id: ['uuid', (reminder) => reminder.id],
  authority_id: ['text', (reminder) => reminder.authorityId],
  source_id: ['text', (reminder) => reminder.sourceId],
  appointment_id: ['uuid', (reminder) => reminder.appointmentId],
  slot: ['int', (reminder) => reminder.slot],
  revision: ['int', (reminder) => reminder.revision],
  rule: ['text', (reminder) => reminder.rule],
  template: ['text', (reminder) => reminder.template],
  department: ['text', (reminder) => reminder.department],
  ...DECIDED_COLUMNS,
  next_at: ['timestamptz', (reminder) => (reminder.status === 'planned' ? reminder.dueAt : null)],
  created_at: ['timestamptz', (_, now) => now],
  updated_at: ['timestamptz', (_, now) => now],
});

/** Inserts reminders in one statement. */
export async function insertReminders(
  db: Kysely<Database>,
  reminders: readonly ReminderInsert[],
  now: Date,
): Promise<void> {
  if (reminders.length === 0) return;
  const { names } = REMINDER_COLUMNS;
  await sql`
    insert into reminder (${names}) select ${names} from ${REMINDER_COLUMNS.unnest(reminders, now)}`.execute(db);
}

const UPDATE_COLUMNS = columnList<'reminder', ReminderUpdate>({
  id: ['uuid', (reminder) => reminder.id],
  ...DECIDED_COLUMNS,
});

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
  await sql`
    update reminder r set ${UPDATE_COLUMNS.assignments(['id'])},
      next_at = case when x.status = 'planned' then x.due_at end, held_reason = null, tries = 0, updated_at = ${now}
    from ${UPDATE_COLUMNS.unnest(changes)} where r.id = x.id`.execute(db);
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
 * The condition on a reminder that is to be handed over, for the first time or again.
 * @param row the name of its row in the statement; absent: it has none
 */
export function isToHandOver(row?: 'r'): RawBuilder<boolean> {
  const of = row ? sql`r.` : sql``;
  return sql`(${of}status = 'planned' or ${of}next_at is not null)`;
}

const TOUCH_COLUMNS = columnList<'reminder', ReminderTouch>(
  {
    appointment_id: ['uuid', (touch) => touch.appointmentId],
    slot: ['int', (touch) => touch.slot],
    revision: ['int', (touch) => touch.revision],
    department: ['text', (touch) => touch.department],
  },
  { number_changed: ['boolean', (touch) => touch.numberChanged] },
);

/**
 * Passes an appointment's change (number, place, department) on to the reminders of its current slot, so that one
 * rendered before the change can't be started. Reminders that were handed over keep what was true then, until they are
 * planned once more; one of any slot that is to be handed over again only gets the revision. Whoever looks after a
 * department finds in its reminders those that were not sent, so that these follow their appointment. A reminder that a
 * reply from the old number held is due again: the start asks whether the new number is held too. So is one that waited
 * for its status to become clear: it waits anew where it is not.
 */
export async function touchReminders(
  db: Kysely<Database>,
  touches: readonly ReminderTouch[],
  now: Date,
): Promise<void> {
  if (touches.length === 0) return;
  await sql`
    update reminder r set revision = x.revision,
      department = case when r.status = 'handed_over' then r.department else x.department end,
      held_reason = case when x.number_changed or r.held_reason = 'status_unclear' then null else r.held_reason end,
      next_at = case when r.status = 'planned' and r.held_reason is not null
          and (x.number_changed or r.held_reason = 'status_unclear') then r.due_at
        else r.next_at end,
      updated_at = ${now}
    from ${TOUCH_COLUMNS.unnest(touches)}
    where r.appointment_id = x.appointment_id
      and ((r.slot = x.slot and (r.status in ('planned', 'suppressed')
        or (r.status in ('expired', 'uncertain') and r.department is distinct from x.department)))
        or (r.status = 'handed_over' and r.next_at is not null))`.execute(db);
}
