import { type RawBuilder, type Selectable, sql } from 'kysely';
import { type ColumnsOf, columnList, readList } from '../database/columns.ts';
import type { Database, Db } from '../database/tables.ts';
import type { Language } from '../domain/authority.ts';
import {
  type MessageStatus,
  type Reminder,
  type StoredReminderStatus,
  shownStatus,
  type TemplateName,
} from '../domain/reminder.ts';

/** The columns of a reminder that are read as they stand. */
export const REMINDER_READ = readList('reminder', {
  id: 'id',
  appointmentId: 'appointment_id',
  rule: 'rule',
  template: 'template',
  language: 'language',
  slot: 'slot',
  status: 'status',
  reason: 'reason',
  dueAt: 'due_at',
  expiresAt: 'expires_at',
});

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
export async function insertReminders(db: Db, reminders: readonly ReminderInsert[], now: Date): Promise<void> {
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
export async function updateReminders(db: Db, changes: readonly ReminderUpdate[], now: Date): Promise<void> {
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
export async function touchReminders(db: Db, touches: readonly ReminderTouch[], now: Date): Promise<void> {
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

/** A reminder with the appointment that it belongs to. */
export interface StoredReminder extends Reminder {
  readonly appointmentId: string;
}

/**
 * The reminders of these appointments that may matter, locked in one order for everybody: those of the present slot,
 * and of earlier ones what is planned, was handed over or may have left. One that moves a thousand times leaves
 * thousands of others.
 */
export async function lockReminders(db: Db, appointmentIds: readonly string[]): Promise<StoredReminder[]> {
  if (appointmentIds.length === 0) return [];
  const { rows } = await sql<LockedReminder>`
    select r.id, r.appointment_id, r.rule, r.template, r.language, r.slot, r.status, r.reason, r.due_at, r.expires_at
    from reminder r join appointment a on a.id = r.appointment_id
    where r.appointment_id = any(${appointmentIds}::uuid[])
      and (r.slot = a.slot or r.status in ('planned', 'handed_over', 'uncertain')
        or exists (select from message m where m.reminder_id = r.id))
    order by r.id for update of r`.execute(db);
  // Read after the lock: a receipt that held it may have changed the message.
  const messages = await findLastMessages(
    db,
    rows.filter(({ status }) => status !== 'planned').map(({ id }) => id),
  );
  return rows.map((row) => ({ ...REMINDER_READ.read(row), ...statusOf(row, messages.get(row.id)) }));
}

type LockedReminder = Pick<
  Selectable<Database['reminder']>,
  'id' | 'appointment_id' | 'rule' | 'template' | 'language' | 'slot' | 'status' | 'reason' | 'due_at' | 'expires_at'
>;

interface LastMessage {
  readonly reminder_id: string;
  readonly status: MessageStatus;
  readonly reason: string | null;
}

/** The message of the latest hand-over of each of these reminders that has one. */
async function findLastMessages(db: Db, reminderIds: readonly string[]) {
  if (reminderIds.length === 0) return new Map<string, LastMessage>();
  const { rows } = await sql<LastMessage>`
    select distinct on (reminder_id) reminder_id, status, reason from message
    where reminder_id = any(${reminderIds}::uuid[]) order by reminder_id, status = 'not_sent',
      handed_over_at desc`.execute(db);
  return new Map(rows.map((row) => [row.reminder_id, row]));
}

/** A reminder whose message left counts as such also where it had ended otherwise before a receipt proved that. */
function statusOf(reminder: LockedReminder, message: LastMessage | undefined): Pick<Reminder, 'status' | 'reason'> {
  const left = message && ['accepted', 'delivered', 'undelivered'].includes(message.status);
  return shownStatus(left ? { ...reminder, status: 'handed_over' } : reminder, message);
}
